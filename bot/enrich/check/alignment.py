"""Which sentences of a translation belong to which of the source: a small dynamic program.

After Gale and Church (1993), "A program for aligning sentences in bilingual corpora": a sentence
finds one, two or three, or none; what that costs depends on their lengths and, beyond the paper,
on the numbers, names and words they share. Pure.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from statistics import median

from bot.enrich.check.anchors import marks, meanings, meant_by

_COMPACT = frozenset({"ja", "zh-CN", "zh-TW", "ko"})
_NOT_LATIN = re.compile(r"[^\x00-\u024f\s]")
_LETTER = re.compile(r"\w")
_MATH = re.compile(r"(?<!\\)\$[^$]{1,300}\$|https?://[!-~]+")
# Letters and digits of a translation for one of the source, in the middle.
RATIOS = {
    "zh-CN": 0.305,
    "zh-TW": 0.305,
    "ja": 0.45,
    "ko": 0.47,
    "de": 1.12,
    "fr": 1.14,
    "es": 1.12,
}
_LATIN_IN_COMPACT = 0.3
_DEVIATION = 0.21
_SLACK = 6.0
_STEPS = {
    (1, 1): 0.0, (1, 2): 1.6, (2, 1): 1.6, (1, 3): 4.0, (3, 1): 4.0, (2, 2): 3.5,
    (1, 0): 4.2, (0, 1): 4.2,
}  # fmt: skip
_MOST_CELLS = 10_000
_WORST = 14.0


@dataclass(frozen=True, slots=True)
class Bead:
    """Sentences that belong together, by their numbers from 0 up to but without the end."""

    source: tuple[int, int]
    target: tuple[int, int]
    surprise: float
    """How far the length of the target is from what is usual, in deviations; below 0: shorter."""
    expected: float = 0.0
    """The usual length of a target for this source, in letters."""
    length: float = 0.0
    """The length of the target, in letters."""


@dataclass(frozen=True, slots=True)
class _Measured:
    length: float
    marks: frozenset[str]
    meanings: frozenset[str]
    text: str


def ratio(language: str) -> float:
    """Letters that a language needs for one of English, about."""
    return RATIOS.get(language, 1.1)


def weight(text: str, language: str, *, target: bool) -> float:
    """The length of a sentence in letters; formulas and addresses count little."""
    bare = _MATH.sub("x", text)
    if not target or language not in _COMPACT:
        return float(len(_LETTER.findall(bare)))
    wide = len(_NOT_LATIN.findall(bare))
    return wide + _LATIN_IN_COMPACT * max(0, len(_LETTER.findall(bare)) - wide)


class _Shared:
    """What the sentences of a bead share; both searches of a path ask for the same beads."""

    def __init__(self, affinity: Sequence[Sequence[float]]) -> None:
        self._affinity = affinity
        self._known: dict[tuple[int, int, int, int], float] = {}

    def of(self, row: int, end: int, column: int, stop: int) -> float:
        """How much the sources `row:end` and the targets `column:stop` share."""
        if end - row == 1 == stop - column:
            return min(9.0, self._affinity[row][column])
        key = row, end, column, stop
        if (known := self._known.get(key)) is None:
            known = self._known[key] = self._of_several(row, end, column, stop)
        return known

    def _of_several(self, row: int, end: int, column: int, stop: int) -> float:
        """Each sentence of the longer side must find something."""
        affinity = self._affinity
        if end - row >= stop - column:
            values = [max(affinity[at][column:stop]) for at in range(row, end)]
        else:
            values = [
                max(affinity[at][place] for at in range(row, end)) for place in range(column, stop)
            ]
        return min(9.0, sum(values) / max(1, len(values)) + 0.5 * min(values) * (len(values) > 1))


def align(source: Sequence[str], target: Sequence[str], language: str) -> list[Bead]:
    """The most likely beads in order. Too many sentences come back as one bead."""
    if not source or not target or len(source) * len(target) > _MOST_CELLS:
        return [Bead((0, len(source)), (0, len(target)), 0.0)]
    before = [_measure(one, language, target=False) for one in source]
    after = [_measure(one, language, target=True) for one in target]
    grade = ratio(language)
    stems = frozenset[str]().union(*(one.meanings for one in before))
    said = [meant_by(stems, one.text) for one in after] if stems else []
    shared = _Shared(
        [
            [_affinity(one, other, said[at] if said else stems) for at, other in enumerate(after)]
            for one in before
        ]
    )
    beads = _path(before, after, shared, grade)
    own = [
        after[bead.target[0]].length / before[bead.source[0]].length
        for bead in beads
        if _single(bead) and before[bead.source[0]].length > 30
    ]
    if len(own) > 2:
        # This translator's own ratio, as far as there is evidence of it.
        share = len(own) / (len(own) + 3)
        beads = _path(before, after, shared, grade ** (1 - share) * median(own) ** share)
    return beads


def _single(bead: Bead) -> bool:
    return bead.source[1] - bead.source[0] == 1 == bead.target[1] - bead.target[0]


def _measure(text: str, language: str, *, target: bool) -> _Measured:
    stems = meanings(text) if not target and language in _COMPACT else frozenset[str]()
    length = max(1.0, weight(text, language, target=target))
    return _Measured(length, marks(text, language), stems, text)


def _path(
    source: Sequence[_Measured],
    target: Sequence[_Measured],
    shared: _Shared,
    grade: float,
) -> list[Bead]:
    rows, columns = len(source), len(target)
    usual = list(accumulate((grade * one.length for one in source), initial=0.0))
    actual = list(accumulate((one.length for one in target), initial=0.0))
    best = [[math.inf] * (columns + 1) for _ in range(rows + 1)]
    back: list[list[tuple[int, int]]] = [[(0, 0)] * (columns + 1) for _ in best]
    best[0][0] = 0.0
    for row in range(rows + 1):
        for column in range(columns + 1):
            here = best[row][column]
            if here == math.inf:
                continue
            for (down, right), price in _STEPS.items():
                end, stop = row + down, column + right
                if end > rows or stop > columns:
                    continue
                expected, length = usual[end] - usual[row], actual[stop] - actual[column]
                cost = here + price
                if down and right:
                    surprise = surprise_of(length, expected)
                    cost += min(_WORST, surprise * surprise / 2)
                    cost -= shared.of(row, end, column, stop)
                else:  # more for a long one
                    cost += min(1.5, (expected + length) / (150 * grade))
                if cost < best[end][stop]:
                    best[end][stop] = cost
                    back[end][stop] = (down, right)
    beads: list[Bead] = []
    row, column = rows, columns
    while row or column:
        down, right = back[row][column]
        expected = usual[row] - usual[row - down]
        length = actual[column] - actual[column - right]
        surprise = surprise_of(length, expected) if down and right else 0.0
        beads.append(Bead((row - down, row), (column - right, column), surprise, expected, length))
        row, column = row - down, column - right
    beads.reverse()
    return beads


def surprise_of(length: float, expected: float) -> float:
    """How far a length is from the expected one, in deviations."""
    deviation = _DEVIATION + 2.0 / (expected + _SLACK)
    return math.log((length + _SLACK) / (expected + _SLACK)) / deviation


def _affinity(source: _Measured, target: _Measured, said: frozenset[str]) -> float:
    """How much speaks for two sentences belonging together; `said` are the stems of the source's
    sentences that the target has words for."""
    shared = len(source.marks & target.marks)
    value = 1.6 * shared / math.sqrt(1 + min(len(source.marks), len(target.marks)) / 2)
    if source.meanings:
        words = len(source.meanings & said)
        value += 2.2 * words / math.sqrt(len(source.meanings)) - 0.5 * (words == 0)
    return value
