"""ROUGE-1, ROUGE-2 and ROUGE-L as F1 (Lin 2004) with Porter's stemmer (Porter 1980).

Words are runs of a-z and 0-9 after lower-casing; words of more than three letters are stemmed,
as the usual scorers do. ROUGE-L takes the longest common subsequence of the two whole texts.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TypeVar

T = TypeVar("T")
Scores = tuple[float, float, float]

_WORD = re.compile(r"[a-z0-9]+")


def score(candidate: str, reference: str) -> Scores:
    """ROUGE-1, -2 and -L F1 of a candidate against one reference, from 0 to 1."""
    got, want = _words(candidate), _words(reference)
    return (
        _overlap(Counter(got), Counter(want)),
        _overlap(Counter(pairwise(got)), Counter(pairwise(want))),
        _f1(_common(got, want), len(got), len(want)),
    )


def best(candidate: str, references: Sequence[str]) -> Scores:
    """The scores against the reference that gives the highest ROUGE-1."""
    return max((score(candidate, reference) for reference in references), key=lambda one: one[0])


def _words(text: str) -> list[str]:
    return [stem(word) if len(word) > 3 else word for word in _WORD.findall(text.lower())]


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


_STEP_2 = {
    "ational": "ate", "tional": "tion", "enci": "ence", "anci": "ance", "izer": "ize",
    "abli": "able", "alli": "al", "entli": "ent", "eli": "e", "ousli": "ous", "ization": "ize",
    "ation": "ate", "ator": "ate", "alism": "al", "iveness": "ive", "fulness": "ful",
    "ousness": "ous", "aliti": "al", "iviti": "ive", "biliti": "ble",
}  # fmt: skip
_STEP_3 = {
    "icate": "ic", "ative": "", "alize": "al", "iciti": "ic", "ical": "ic", "ful": "", "ness": "",
}  # fmt: skip
_STEP_4 = (
    "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou",
    "ism", "ate", "iti", "ous", "ive", "ize",
)  # fmt: skip


def _shape(word: str) -> str:
    """The word as a string of c and v; y is a vowel after a consonant."""
    shape = ""
    for letter in word:
        vowel = letter in "aeiou" or (letter == "y" and shape.endswith("c"))
        shape += "v" if vowel else "c"
    return shape


def _measure(stem_: str) -> int:
    return len(re.findall(r"v+c+", _shape(stem_)))


def _short(word: str) -> bool:
    return _shape(word).endswith("cvc") and word[-1] not in "wxy"


def _replaced(word: str, endings: dict[str, str]) -> str:
    for ending in sorted(endings, key=len, reverse=True):
        if word.endswith(ending):
            base = word[: -len(ending)]
            return base + endings[ending] if _measure(base) > 0 else word
    return word


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The stem of a lower-case English word."""
    if word.endswith(("sses", "ies")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    word = _past(word)
    if word.endswith("y") and "v" in _shape(word[:-1]):
        word = word[:-1] + "i"
    word = _replaced(_replaced(word, _STEP_2), _STEP_3)
    for ending in sorted(_STEP_4, key=len, reverse=True):
        if word.endswith(ending):
            base = word[: -len(ending)]
            if _measure(base) > 1 and (ending != "ion" or base.endswith(("s", "t"))):
                word = base
            break
    if word.endswith("e"):
        base = word[:-1]
        if _measure(base) > 1 or (_measure(base) == 1 and not _short(base)):
            word = base
    if word.endswith("ll") and _measure(word) > 1:
        word = word[:-1]
    return word


def _past(word: str) -> str:
    if word.endswith("eed"):
        return word[:-1] if _measure(word[:-3]) > 0 else word
    for ending in ("ed", "ing"):
        base = word[: -len(ending)]
        if word.endswith(ending) and "v" in _shape(base):
            if base.endswith(("at", "bl", "iz")):
                return base + "e"
            if len(base) > 1 and base[-1] == base[-2] and base[-1] not in "lszaeiou":
                return base[:-1]
            return base + "e" if _measure(base) == 1 and _short(base) else base
    return word
