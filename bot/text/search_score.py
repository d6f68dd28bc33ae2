"""How well a paper fits a query, beyond what the index tells. Pure.

The index ranks by bm25 over stems. Here the best of what it found are looked at again: are the
words in the title, side by side, and in the very form that was asked for?
"""

import re
from dataclasses import dataclass

from bot.text.query import Query
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
_RECENT = 1.0  # submitted now; the half of it a year ago, a third two years ago
_A_YEAR = 365 * 86_400

_NO_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class _Asked:
    stems: str
    written: str
    open: bool


class Scorer:
    """The words of a query, ready to be held against many papers."""

    def __init__(self, query: Query) -> None:
        self._asked = [
            asked
            for term in query.terms
            if not term.negated and term.field in {"", "ti", "abs"}
            if (asked := _asked(term.text)).stems
        ]
        self._row = " ".join(one.stems for one in self._asked)
        self._written_row = " ".join(one.written for one in self._asked)
        self._words = len(self._row.split())

    def by_title(self, bm25: float, title: str, age: float) -> float:
        """A paper's score by bm25, title and `age`, in seconds before the newest paper."""
        total = bm25 + _RECENT / (1 + max(0.0, age) / _A_YEAR)
        if not self._asked:
            return total
        found = index_tokens(title)
        stems = f" {' '.join(found)} "
        hits = sum(_held(one.stems, stems, is_open=one.open) for one in self._asked)
        total += _TITLE * hits / len(self._asked)
        if hits == len(self._asked):
            total += _TITLE_WHOLE * min(1.0, self._words / max(1, len(found)))
        if self._words > 1 and f" {self._row} " in stems:
            total += _TITLE_ROW
            if stems.startswith(f" {self._row} "):
                total += _TITLE_BEGINS
        return total

    def by_forms(self, title: str, abstract: str) -> float:
        """What is added for words that stand there as they were typed, and side by side."""
        if not self._asked:
            return 0.0
        written = f" {_NO_WORD.sub(' ', fold(f'{title} . {abstract}'))} "
        forms = sum(_held(one.written, written, is_open=one.open) for one in self._asked)
        total = _WRITTEN * forms / len(self._asked)
        if self._words > 1 and f" {self._written_row} " in written:
            total += _ABSTRACT_ROW
        return total


def _asked(text: str) -> _Asked:
    parts = [
        (part if piece.wide else search_stem(part), part)
        for piece in pieces(readable(text))
        for part in piece.parts[: max(1, len(piece.parts) - 1) if piece.wide else None]
    ]
    starred = text.endswith("*")
    stems = [stem for stem, _ in parts]
    if starred and parts:
        stems[-1] = parts[-1][1]
    return _Asked(" ".join(stems), " ".join(part for _, part in parts), starred)


def _held(row: str, text: str, *, is_open: bool) -> bool:
    return (f" {row}" if is_open else f" {row} ") in text
