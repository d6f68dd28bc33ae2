"""Did you mean: a word that no paper has, and the likeliest one that some have."""

import asyncio
import math
import sqlite3
from dataclasses import dataclass, replace

from bot.store.database import Database
from bot.store.search_reading import indexed
from bot.text.query import Term
from bot.text.search_words import is_wide, pieces, readable

_SHORTEST = 4
# Words shorter than this may have one letter wrong, others two.
_TWO_WRONG = 8
# A word that is one letter farther must be in this many times more papers: 2 to the power of it.
_PER_LETTER, _FIRST_LETTER = 5.0, 2.0
# The words are read again when the index has grown by this part.
_GROWN = 0.02

# All words of one kind and length come as one text, to be taken apart here.
_WORDS = (
    "SELECT name, length(word), group_concat(word, ' '), group_concat(papers, ' ') "
    "FROM search_words WHERE length(word) >= ? GROUP BY name, length(word)"
)


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of texts or names of one length, with the papers that have them."""

    words: list[str]
    papers: list[int]


class Spelling:
    """Corrects words by those that the index knows, which it keeps in memory once it was asked."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._known: dict[tuple[int, int], _Words] = {}
        self._read_at = -1
        self._reading = asyncio.Lock()

    @staticmethod
    def may_correct(term: Term) -> bool:
        """Whether a term is a single word of letters, long enough to be told what it was to be."""
        return _word(term) != ""

    async def corrected(self, term: Term) -> Term | None:
        """The term with the likeliest known word instead of its own; None if nothing is near."""
        async with self._reading:
            await self._db.read_at_once(self._read)
        word = _word(term)
        better = await asyncio.to_thread(self._nearest, word, int(term.field == "au"))
        return replace(term, text=better) if better else None

    def _read(self, connection: sqlite3.Connection) -> None:
        papers = indexed(connection)
        if self._read_at >= 0 and abs(papers - self._read_at) <= _GROWN * self._read_at:
            return
        self._known = {
            (name, length): _Words(words.split(), [int(count) for count in papers.split()])
            for name, length, words, papers in connection.execute(_WORDS, (_SHORTEST - 1,))
        }
        self._read_at = papers

    def _nearest(self, word: str, name: int) -> str | None:
        # These take long to import, and few searches need them.
        from rapidfuzz import process  # noqa: PLC0415
        from rapidfuzz.distance import OSA  # noqa: PLC0415

        most = 1 if len(word) < _TWO_WRONG else 2
        for distance in range(1, most + 1):
            found: list[tuple[float, str]] = []
            for length in range(len(word) - distance, len(word) + distance + 1):
                known = self._known.get((name, length))
                if known is None:
                    continue
                near = process.extract(
                    word, known.words, scorer=OSA.distance, score_cutoff=distance, limit=None
                )
                for other, wrong, at in near:
                    if other == word:
                        continue
                    papers = math.log2(known.papers[at]) - _PER_LETTER * wrong
                    found.append((papers - _FIRST_LETTER * (other[0] != word[0]), other))
            if found:
                return max(found)[1]
        return None


def _word(term: Term) -> str:
    """The one folded word of a term that may be corrected; else nothing."""
    text = term.text
    if text.endswith("*") or " " in text or is_wide(text):
        return ""
    found = list(pieces(readable(text)))
    if len(found) != 1 or len(found[0].parts) != 1 or found[0].special:
        return ""
    word = found[0].parts[0]
    return word if word.isalpha() and len(word) >= _SHORTEST else ""
