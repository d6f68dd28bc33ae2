"""The grammar of `search_query`, and how well a paper matches a query.

    query  = term { [AND | OR | ANDNOT] term }
    term   = "(" query ")" | field ":" value | value
    field  = ti au abs co jr cat rn id all submittedDate lastUpdatedDate
    value  = word | "words of a phrase" | [FROM TO UNTIL], the last for the two dates only

The fields and operators are those of arXiv's API manual. It leaves open, and here holds:
- AND and ANDNOT bind tighter than OR, each from left to right; parentheses come first;
- terms without an operator between them are joined by OR; a value without a field is `all:`;
- a field before a parenthesis holds for all that is in it;
- case, accents and punctuation do not count; `del_maestro` is the phrase "del maestro";
- `*` and `?` in a word stand for any letters and for one letter, also in `cat:cs.*`;
- a date has 4 to 14 digits (`20260608`, `202606081430`) in GMT, and `*` leaves an end open; the
  later end includes the whole day or minute that it names.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sandbox.arxiv.searchtext import TEXT_FIELDS, SearchText, words

_DATE_FIELDS = ("submittedDate", "lastUpdatedDate")
_FIELDS = (*TEXT_FIELDS, "cat", "id", "all", *_DATE_FIELDS)
_OPERATORS = ("AND", "OR", "ANDNOT")
_TITLE_WEIGHT = 4
_DEEPEST = 50

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<open>\() | (?P<close>\)) |
        (?P<field>[A-Za-z]+):(?=["\[\(]|[^\s()"\[\]]) |
        "(?P<phrase>[^"]*)" |
        \[(?P<range>[^\]]*)\] |
        (?P<word>[^\s()"\[\]]+)
    )""",
    re.VERBOSE,
)
_RANGE = re.compile(r"\s*(\d{4,14}\*?|\*)\s+TO\s+(\d{4,14}\*?|\*)\s*")

Score = Callable[[SearchText], float]
"""How well a paper matches: 0 for not at all, more for better."""


class QueryError(ValueError):
    """A search_query that cannot be read; the text is the query itself, as arXiv shows it."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query that was read. `text` is its canonical form, as the API repeats it."""

    text: str
    score: Score


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def parse_query(text: str) -> Query:
    """Read a query. Raises QueryError."""
    return Query(*_Parser(text).whole())


class _Parser:
    """Recursive descent over the tokens; every rule returns its canonical text and its score."""

    def __init__(self, text: str) -> None:
        self._text = text.strip()
        self._tokens = self._tokenize()
        self._next = 0
        self._depth = 0

    def _tokenize(self) -> list[_Token]:
        tokens: list[_Token] = []
        position = 0
        while position < len(self._text):
            match = _TOKEN.match(self._text, position)
            if match is None or match.lastgroup is None:
                raise self._error()
            kind, value = match.lastgroup, match[match.lastgroup]
            if kind == "word" and value in _OPERATORS:
                kind = value
            elif kind == "word" and value.endswith(":"):  # a field without its value
                raise self._error()
            tokens.append(_Token(kind, value))
            position = match.end()
        return tokens

    def _error(self) -> QueryError:
        return QueryError(self._text)

    def _peek(self) -> str:
        return self._tokens[self._next].kind if self._next < len(self._tokens) else "end"

    def _take(self, *kinds: str) -> _Token:
        if self._peek() not in kinds:
            raise self._error()
        self._next += 1
        return self._tokens[self._next - 1]

    def whole(self) -> tuple[str, Score]:
        result = self._alternatives("all")
        if self._peek() != "end":
            raise self._error()
        return result

    def _alternatives(self, default: str) -> tuple[str, Score]:
        text, score = self._conjunction(default)
        while self._peek() not in ("end", "close"):
            stated = self._peek() == "OR"
            if stated:
                self._take("OR")
            other_text, other = self._conjunction(default)
            text += f" OR {other_text}" if stated else f" {other_text}"
            score = _either(score, other)
        return text, score

    def _conjunction(self, default: str) -> tuple[str, Score]:
        text, score = self._term(default)
        while self._peek() in ("AND", "ANDNOT"):
            operator = self._take("AND", "ANDNOT").kind
            other_text, other = self._term(default)
            text += f" {operator} {other_text}"
            score = _both(score, other) if operator == "AND" else _without(score, other)
        return text, score

    def _term(self, default: str) -> tuple[str, Score]:
        """A term; `default` is the field of a value that names none."""
        field, prefix = default, "all:" if default == "all" else ""
        if self._peek() == "field":
            field = self._take("field").text
            prefix = f"{field}:"
            if field not in _FIELDS:
                raise self._error()
        token = self._take("open", "phrase", "range", "word")
        if token.kind == "open":
            self._depth += 1
            if self._depth > _DEEPEST:
                raise self._error()
            inner, score = self._alternatives(field)
            self._take("close")
            self._depth -= 1
            return f"{'' if field == 'all' else prefix}({inner})", score
        if (token.kind == "range") != (field in _DATE_FIELDS):
            raise self._error()
        if token.kind == "range":
            return f"{prefix}[{token.text.strip()}]", self._date_score(field, token.text)
        value = f'"{token.text}"' if token.kind == "phrase" else token.text
        return f"{prefix}{value}", self._value_score(field, token.text)

    def _value_score(self, field: str, value: str) -> Score:
        if field == "cat":
            return _whole(value, lambda text: text.paper.categories)
        if field == "id":
            return _whole(value, lambda text: (text.paper.id, text.paper.versioned_id))
        if field == "all":
            return _any_of([self._value_score(name, value) for name in (*TEXT_FIELDS, "cat", "id")])
        pattern = _word_pattern(value)
        if pattern is None:
            raise self._error()
        weight = _TITLE_WEIGHT if field == "ti" else 1
        return lambda text: weight * len(pattern.findall(text.field(field)))

    def _date_score(self, field: str, value: str) -> Score:
        match = _RANGE.fullmatch(value)
        if match is None:
            raise self._error()
        # Text of one length compares as the instants do; "9" after the end closes its period.
        low = match[1].rstrip("*").ljust(14, "0")
        high = match[2].rstrip("*").ljust(14, "9")

        def score(text: SearchText) -> float:
            paper = text.paper
            instant = paper.published if field == "submittedDate" else paper.updated
            return float(low <= _digits(instant) <= high)

        return score


def _digits(instant: datetime) -> str:
    return f"{instant:%Y%m%d%H%M%S}"


def _word_pattern(value: str) -> re.Pattern[str] | None:
    """A pattern for a phrase of folded words; None if the value has no word."""
    marked = value.replace("*", "wildcardstar").replace("?", "wildcardmark")
    folded = words(marked).strip()
    if not folded.replace("wildcardstar", "").replace("wildcardmark", "").strip():
        return None
    escaped = re.escape(folded).replace("wildcardstar", r"\w*").replace("wildcardmark", r"\w")
    return re.compile(f"(?<= ){escaped}(?= )")


def _whole(value: str, values: Callable[[SearchText], tuple[str, ...]]) -> Score:
    """One of the paper's values as a whole, without case, wildcards allowed."""
    escaped = re.escape(value).replace(r"\*", ".*").replace(r"\?", ".")
    pattern = re.compile(escaped, re.IGNORECASE)
    return lambda text: float(any(pattern.fullmatch(found) for found in values(text)))


def _any_of(scores: list[Score]) -> Score:
    return lambda text: sum(score(text) for score in scores)


def _either(left: Score, right: Score) -> Score:
    return lambda text: left(text) + right(text)


def _both(left: Score, right: Score) -> Score:
    def score(text: SearchText) -> float:
        first = left(text)
        second = right(text) if first else 0.0
        return first + second if second else 0.0

    return score


def _without(left: Score, right: Score) -> Score:
    return lambda text: 0.0 if right(text) else left(text)
