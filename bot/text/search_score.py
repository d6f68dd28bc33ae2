"""How well a paper fits a query, beyond what the index tells. Pure.

The index ranks by bm25 over stems. Here the best of what it found are looked at again: are the
words in the title, side by side, and in the very form that was asked for?
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.text.query import Query, Term
from bot.text.search_stems import search_stem
from bot.text.search_words import index_tokens, pieces, readable
from bot.text.tokens import fold

BM25_WEIGHTS = (1.0, 5.0, 5.0, 0.5, 0.5, 5.0, 1.0)
"""What a hit counts in bm25, by column of `search_match.COLUMNS`: in title and names five times
as much as in the abstract, in the comment half as much."""

# In units of bm25, where a word that one paper in a hundred has gives some 4 in an abstract.
# Chosen by how soon known papers are found among 30,000 (docs/quality.md); halved or doubled, they
# change little.
_TITLE = 4.0  # all words in the title; a part of it for a part of them
_TITLE_ROW = 3.0  # all words side by side in the title
_TITLE_BEGINS = 2.0  # ... and the title begins with them
_TITLE_WHOLE = 4.0  # the title consists of these words; less if it has others
_ABSTRACT_ROW = 1.5  # all words side by side in the abstract
_WRITTEN = 4.0  # a word stands there in the form that was typed; a part for a part of them
_NAMED = 2.0  # ... as an author's name: more than a mention, less than a title
_RECENT = 1.0  # submitted now; the half of it a year ago, a third two years ago
_A_YEAR = 365 * 86_400


@dataclass(frozen=True, slots=True)
class _Asked:
    """A term: its stems, these as they stand between others, and its words as they were typed."""

    stems: str
    held: str
    written: tuple[str, ...]
    open: bool
    anywhere: bool


class Scorer:
    """The words of a query, ready to be held against many papers."""

    def __init__(self, query: Query) -> None:
        self._asked = [
            asked
            for term in query.terms
            if not term.negated and term.field in {"", "ti", "abs"}
            if (asked := _asked(term)).stems
        ]
        self._row = " ".join(one.stems for one in self._asked)
        self._written_row = tuple(part for one in self._asked for part in one.written)
        self._words = len(self._row.split())

    def by_title(self, bm25: float, title: str, age: float) -> float:
        """A paper's score by bm25, title and `age`, in seconds before the newest paper."""
        total = bm25 + _RECENT / (1 + max(0.0, age) / _A_YEAR)
        if not self._asked:
            return total
        found = index_tokens(title)
        stems = f" {' '.join(found)} "
        hits = sum(one.held in stems for one in self._asked)
        total += _TITLE * hits / len(self._asked)
        if hits == len(self._asked):
            total += _TITLE_WHOLE * min(1.0, self._words / max(1, len(found)))
        if self._words > 1 and f" {self._row} " in stems:
            total += _TITLE_ROW
            if stems.startswith(f" {self._row} "):
                total += _TITLE_BEGINS
        return total

    def by_forms(self, title: str, abstract: str, authors: Sequence[str]) -> float:
        """What is added for words that stand there as they were typed, and side by side."""
        if not self._asked:
            return 0.0
        text = fold(f"{title} . {abstract}")
        forms = names = 0
        for one in self._asked:
            if _stands(one.written, text, is_open=one.open):
                forms += 1
            elif one.anywhere:
                names += any(_stands(one.written, fold(name), is_open=one.open) for name in authors)
        total = (_WRITTEN * (forms + names) + _NAMED * names) / len(self._asked)
        if self._words > 1 and forms and _stands(self._written_row, text):
            total += _ABSTRACT_ROW
        return total


def _asked(term: Term) -> _Asked:
    parts = [
        (part if piece.wide else search_stem(part), part)
        for piece in pieces(readable(term.text))
        for part in piece.parts[: max(1, len(piece.parts) - 1) if piece.wide else None]
    ]
    starred = term.text.endswith("*")
    stems = [stem for stem, _ in parts]
    if starred and parts:
        stems[-1] = parts[-1][1]
    row = " ".join(stems)
    held = f" {row}" if starred else f" {row} "
    return _Asked(row, held, tuple(part for _, part in parts), starred, not term.field)


def _stands(words: Sequence[str], text: str, *, is_open: bool = False) -> bool:
    """Whether these words stand side by side in a folded text; if `is_open`, the last may go on.

    It looks for the first word only, which takes a tenth of splitting the text into words.
    """
    first = words[0]
    at = text.find(first)
    while at >= 0:
        if not text[at - 1 : at].isalnum():
            end = at + len(first)
            for word in words[1:]:
                start = end
                while start < len(text) and not text[start].isalnum():
                    start += 1
                if start == end or not text.startswith(word, start):
                    break
                end = start + len(word)
            else:
                if is_open or not text[end : end + 1].isalnum():
                    return True
        at = text.find(first, at + 1)
    return False
