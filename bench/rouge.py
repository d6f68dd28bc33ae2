"""ROUGE-1, ROUGE-2 and ROUGE-L as F1 (Lin 2004) with Porter's stemmer (Porter 1980).

Words are runs of a-z and 0-9 after lower-casing; words of more than three letters are stemmed,
as the usual scorers do. ROUGE-L takes the longest common subsequence of the two whole texts.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import TypeVar

from bot.enrich.summarize.porter import stem, stems

__all__ = ["Scores", "best", "score", "stem"]

T = TypeVar("T")
Scores = tuple[float, float, float]


def score(candidate: str, reference: str) -> Scores:
    """ROUGE-1, -2 and -L F1 of a candidate against one reference, from 0 to 1."""
    got, want = stems(candidate), stems(reference)
    return (
        _overlap(Counter(got), Counter(want)),
        _overlap(Counter(pairwise(got)), Counter(pairwise(want))),
        _f1(_common(got, want), len(got), len(want)),
    )


def best(candidate: str, references: Sequence[str]) -> Scores:
    """The scores against the reference that gives the highest ROUGE-1."""
    return max((score(candidate, reference) for reference in references), key=lambda one: one[0])


def _overlap(got: Counter[T], want: Counter[T]) -> float:
    return _f1((got & want).total(), got.total(), want.total())


def _f1(common: int, got: int, want: int) -> float:
    return 2 * common / (got + want) if common else 0.0


def _common(one: list[str], other: list[str]) -> int:
    row = [0] * (len(other) + 1)
    for word in one:
        before = 0
        for at, candidate in enumerate(other, 1):
            here = row[at]
            row[at] = before + 1 if word == candidate else max(row[at], row[at - 1])
            before = here
    return row[-1]
