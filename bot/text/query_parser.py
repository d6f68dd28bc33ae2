"""The grammar of a search, read from whatever a person types.

    word "some phrase" -word -"some phrase"      everywhere
    ti: abs: au: co: (title:, abstract:, author:, comment:)      in one field
    cat:cs.CL cat:cs.* cat:cs.CL,cs.LG -cat:cs.CV                categories
    since: until: 2026, 2026-06, 2026-06-18, 7d, 2w, 3m, 1y, today      days of submission
    id:2606.01234, a bare identifier, a pasted link
    transform*      words that begin so

Nothing is refused: what cannot be read becomes words, with a hint that says so.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from bot.errors import BadInput
from bot.i18n import number, t
from bot.text.ids import find_ids
from bot.text.latex import to_unicode
from bot.text.query import Query, Term
from bot.text.query_dates import read_day
from bot.text.query_terms import EDGES, beginning, term_text
from bot.text.safety import markdown, plain, shorten

_MOST_TERMS = 32
_MOST_PREFIXES = 3  # each stands for dozens of words
_MOST_CATEGORIES = 10
_MOST_IDS = 20
_LONGEST = 2000
_MOST_HINTS = 4

_FIELDS = {
    "ti": "ti", "title": "ti",
    "abs": "abs", "abstract": "abs",
    "au": "au", "author": "au", "authors": "au", "by": "au",
    "co": "co", "comment": "co", "comments": "co",
    "cat": "cat", "category": "cat", "categories": "cat",
    "since": "since", "from": "since",
    "until": "until", "to": "until",
    "id": "id", "arxiv": "id",
    "all": "",
}  # fmt: skip
_QUOTES = {
    '"': '"', "“": "”", "”": "”", "„": "“”", "«": "»", "»": "«", "「": "」", "『": "』",
    "《": "》", "〈": "〉", "＂": "＂", "‟": "”", "〝": "〞〟",
}  # fmt: skip
_MINUS = "-−–—－﹣"
_NOT = re.compile(r"(?:AND)?NOT\s+(?=\S)")
_FIELD = re.compile(r"([^\W\d_]{1,12})[:：]\s*")
_OPENED_FIELD = re.compile(rf"[(（]+(?=[{_MINUS}]*([^\W\d_]{{1,12}})[:：])")
_WORD = re.compile(rf"[^\s{''.join(_QUOTES)}]+")
_CLOSED_AFTER = ".,;:!?"
_CLOSING = frozenset(")）")
_SEPARATED = re.compile(r"[,|;，、]+")
# Too common to tell papers apart, unless they are part of a phrase.
STOP_WORDS = frozenset(
    ["a", "an", "and", "at", "by", "for", "from", "in", "is", "of", "on", "or", "the", "to", "with"]
)
"""Words that are not searched for, unless there is nothing else."""

ReadCategory = Callable[[str], str]
"""The category, or the `archive.*`, that a text means. Raises BadInput, whose sentence says which
are near."""


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """A query, and sentences for the person about what could not be taken as it was typed.

    The sentences are safe for a message.
    """

    query: Query
    hints: tuple[str, ...] = ()

    @property
    def problem(self) -> str:
        """Why there is nothing to search for, as a sentence; empty if there is something."""
        if not self.query.is_empty:
            return ""
        if self.query.terms or self.query.without_categories:
            return t("That only says what to leave out. Add a word that the papers should have.")
        if self.hints:
            return self.hints[0]  # what is wrong with all that was written
        return t("There is no word in that to search for. Give me a few words of the topic.")


def parse_query(text: str, *, today: date, read_category: ReadCategory) -> ParsedQuery:
    """Read a search. Raises nothing: a malformed one gives hints."""
    return _Parser(text, today, read_category).parsed()


class _Parser:
    """One pass from left to right; what was read is collected by kind."""

    def __init__(self, text: str, today: date, read_category: ReadCategory) -> None:
        read = beginning(text, _LONGEST)
        # A pasted title may have LaTeX: $\sim$ is no word, \"o no quotation mark.
        self._text = plain(to_unicode(read) if "\\" in read or "$" in read else read)
        self._today = today
        self._read_category = read_category
        self._at = 0
        self._terms: dict[Term, None] = {}
        self._categories: dict[str, None] = {}
        self._without: dict[str, None] = {}
        self._ids: dict[str, None] = {}
        self._days: dict[str, date] = {}
        self._other_ends: dict[str, date] = {}  # of the year or month that was written
        self._hints: dict[str, None] = {}
        self._unknown = 0  # categories
        self._either = False  # an OR was read
        self._unclosed: set[str] = set()  # quotation marks that have no partner any more
        if text[len(read) :].strip():
            self._hint(t("Only the first {n} characters were read.", n=number(_LONGEST)))

    def parsed(self) -> ParsedQuery:
        while self._at < len(self._text):
            self._item()
        return ParsedQuery(
            Query(
                self._kept_terms(),
                tuple(self._categories)[:_MOST_CATEGORIES],
                tuple(self._without)[:_MOST_CATEGORIES],
                tuple(self._ids)[:_MOST_IDS],
                self._days.get("since"),
                self._days.get("until"),
            ),
            tuple(self._hints)[:_MOST_HINTS],
        )

    def _kept_terms(self) -> tuple[Term, ...]:
        terms = list(self._terms)
        telling = [term for term in terms if term.field or term.text.casefold() not in STOP_WORDS]
        if any(not term.negated for term in telling):
            terms = telling
        conditions = (*terms, *filter(None, (self._categories, self._ids, self._days)))
        if self._either and len(conditions) > 1:  # several categories are an OR
            self._hint(
                t("There is no OR: all words must be found. Search for each word by itself.")
            )
        open_ended = [term for term in terms if term.text.endswith("*")]
        if len(open_ended) > _MOST_PREFIXES:
            left_out = set(open_ended[_MOST_PREFIXES:])
            terms = [term for term in terms if term not in left_out]
            self._hint(
                t("Only the first {n} words with a `*` were searched for.", n=_MOST_PREFIXES)
            )
        if len(terms) > _MOST_TERMS:
            self._hint(t("Only the first {n} words and phrases were searched for.", n=_MOST_TERMS))
        days = self._days
        if "since" in days and "until" in days and days["since"] > days["until"]:
            ends = self._other_ends
            days["since"], days["until"] = ends["until"], ends["since"]
            self._hint(t("`since:` was after `until:`, so I exchanged them."))
        return tuple(terms[:_MOST_TERMS])

    def _item(self) -> None:
        """Read one item at the present place."""
        if self._text[self._at].isspace():
            self._at += 1
            return
        negated = self._negation()
        opened = self._opened_field()
        if opened:
            negated |= self._negation()
        field = self._field()
        grouped = self._group_begins(after=bool(field) or negated)
        if field is not None and self._nothing_stands_here(field):
            self._hint(t("Nothing stands after `{field}:`.", field=field or "all"))
            return
        value, quoted = self._value()
        if not quoted and not field and not negated and value in {"AND", "&&"}:
            return
        if not quoted and value in {"OR", "||", "|"}:
            self._either = True
            return
        if grouped or (opened and not self._closes(value, quoted=quoted)):
            self._hint(
                t(
                    "Parentheses do not group words: all words must be found, and a field or a "
                    "minus belongs to the one word or “phrase” after it."
                )
            )
        self._take(field or "", value, quoted=quoted, negated=negated)

    def _negation(self) -> bool:
        """Read the signs and the NOT before an item; whether they negate it."""
        minuses = 0
        while self._at < len(self._text) and self._text[self._at] in _MINUS + "+":
            minuses += self._text[self._at] in _MINUS
            self._at += 1
        if found := _NOT.match(self._text, self._at):
            minuses += 1
            self._at = found.end()
            while self._at < len(self._text) and self._text[self._at] in _MINUS:
                minuses += 1
                self._at += 1
        if minuses > 1 and self._text[self._at : self._at + 1].strip():
            self._hint(t("Two minus signs count as one: what follows them must not be found."))
        return minuses > 0

    def _opened_field(self) -> bool:
        """Leave out parentheses before a field's name, or its minus; whether some stand here."""
        found = _OPENED_FIELD.match(self._text, self._at)
        if found is None or found[1].casefold() not in _FIELDS:
            return False
        self._at = found.end()
        return True

    def _closes(self, value: str, *, quoted: bool) -> bool:
        """Whether a parenthesis closes with the value that was just read."""
        if quoted:
            return self._text[self._at : self._at + 1] in _CLOSING
        return value.rstrip(_CLOSED_AFTER)[-1:] in _CLOSING

    def _field(self) -> str | None:
        """Read the name of a field: the field, "" for everywhere, None if no name stands here."""
        found = _FIELD.match(self._text, self._at)
        if found is None:
            return None
        name = found[1].casefold()
        if name in _FIELDS:
            self._at = found.end()
            return _FIELDS[name]
        rest = self._text[found.end(1) + 1 :]
        word = _WORD.match(self._text, self._at)
        readable = rest.startswith("//") or (word is not None and find_ids(word.group()))
        if not readable and rest[:1].strip() and found[1].isascii():
            self._hint(
                t(
                    "There is no field `{field}:`, so I searched for it as a word. "
                    "Fields are ti, abs, au, co, cat, since, until and id.",
                    field=found[1],
                )
            )
        return None

    def _nothing_stands_here(self, field: str) -> bool:
        """Whether the text ends after a field, or another condition begins."""
        rest = self._text[self._at : self._at + 2]
        another = _FIELD.match(self._text, self._at)
        if another is not None and another[1].casefold() in _FIELDS:
            # `id:arXiv:2606.01234` is one.
            return not field == _FIELDS[another[1].casefold()] == "id"
        negates = rest[:1] in _MINUS and field not in {"since", "until"}
        return not rest.strip() or (negates and rest[1:].strip() != "")

    def _group_begins(self, *, after: bool) -> bool:
        """Whether a parenthesis opens here that is not about a word, as in `(almost)`."""
        word = _WORD.match(self._text, self._at)
        opens = self._text[self._at : self._at + 1] in {"(", "（"}
        if not opens:
            return False
        closed = word is not None and word.group().rstrip(_CLOSED_AFTER)[-1:] in _CLOSING
        return after or not closed

    def _value(self) -> tuple[str, bool]:
        """What stands here, and whether it is in quotes."""
        opening = self._text[self._at : self._at + 1]
        if opening in _QUOTES:
            start = self._at + 1
            closings = "" if opening in self._unclosed else _QUOTES[opening]
            ends = [end for one in closings if (end := self._text.find(one, start)) >= 0]
            if ends:
                self._at = min(ends) + 1
                return self._text[start : min(ends)], True
            self._at = start
            self._unclosed.add(opening)
            if closings and any(sign.isalnum() for sign in self._text[start:]):
                self._hint(
                    t("A quotation mark has no partner, so I searched for the words one by one.")
                )
        found = _WORD.match(self._text, self._at)
        if found is None:
            return "", False
        self._at = found.end()
        return found.group(), False

    def _take(self, field: str, value: str, *, quoted: bool, negated: bool) -> None:
        if field == "cat":
            self._take_categories(value, negated=negated)
        elif field in {"since", "until"}:
            self._take_day(field, value)
        elif field == "id" or (not field and not quoted and not negated and find_ids(value)):
            self._take_ids(value)
        else:
            self._take_term(field, value, quoted=quoted, negated=negated)
        if negated and field in {"since", "until", "id"}:
            self._hint(t("A minus before `{field}:` means nothing, so I left it out.", field=field))

    def _take_term(self, field: str, value: str, *, quoted: bool, negated: bool) -> None:
        text, hint = term_text(value.replace("_", " ") if field == "au" else value, quoted=quoted)
        if hint:
            self._hint(hint)
        if text:
            self._terms[Term(text, field, negated)] = None
        elif field and not hint:
            self._hint(t("Nothing stands after `{field}:`.", field=field))

    def _take_categories(self, value: str, *, negated: bool) -> None:
        parts = [part.strip(EDGES) for part in _SEPARATED.split(value)]
        for part in parts[:_MOST_CATEGORIES]:
            # An unknown one takes a moment, because its nearest neighbors are looked for.
            if not part or self._unknown >= _MOST_CATEGORIES:
                continue
            try:
                known = self._read_category(part)
            except BadInput as error:
                self._unknown += 1
                self._hint(shorten(markdown(error.sentence), 300))
                continue
            (self._without if negated else self._categories)[known] = None

    def _take_day(self, field: str, value: str) -> None:
        read = value.strip(EDGES)
        first, last = (read_day(read, self._today, end=end) for end in (False, True))
        if first is not None and last is not None:
            day, other = (first, last) if field == "since" else (last, first)
            self._days[field], self._other_ends[field] = day, other
            return
        self._hint(
            t(
                "“{text}” is no date. Write it like 2026, 2026-06, 2026-06-18, 7d, 3m or today.",
                text=shorten(markdown(value), 40),
            )
        )

    def _take_ids(self, value: str) -> None:
        found = find_ids(value)
        for one in found:
            self._ids[one.base] = None
        if not found:
            self._hint(
                t(
                    "“{text}” is no arXiv id. Write it like 2606.01234 or hep-th/9901001.",
                    text=shorten(markdown(value), 40),
                )
            )

    def _hint(self, sentence: str) -> None:
        self._hints[sentence] = None
