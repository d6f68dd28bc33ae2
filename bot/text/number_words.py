"""Numbers that are spelled out in English, and what English says without a number. Pure."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from bot.text.number_digits import share


class Spelled(NamedTuple):
    """A number in words at `text[start:end]`; `firm` where it counts something for certain."""

    start: int
    end: int
    values: frozenset[Decimal]
    firm: bool
    ordinal: bool = False


def _numbered(names: str, first: int = 0, step: int = 1) -> dict[str, int]:
    return {name: first + step * at for at, name in enumerate(names.split())}


_UNITS = _numbered(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_TENS = _numbered("twenty thirty forty fifty sixty seventy eighty ninety", 20, 10)
_MAGNITUDES = {
    "hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12,
}  # fmt: skip
_ORDINALS = {
    **_numbered(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
        "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth",
        1,
    ),
    **_numbered("firstly secondly thirdly fourthly", 1),
    "penultimate": 2,
}
_PARTS = {
    "half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fourth": 4,
    "fourths": 4, "fifth": 5, "fifths": 5, "sixth": 6, "sixths": 6, "seventh": 7, "eighth": 8,
    "eighths": 8, "tenth": 10, "tenths": 10,
}  # fmt: skip
# What says a number without being one: a translation may, and need not, write it in digits.
_IMPLIED: dict[str, tuple[str, ...]] = {
    "a": ("1",), "an": ("1",), "single": ("1",), "once": ("1",), "every": ("1",), "per": ("1",),
    "sole": ("1",), "unit": ("1",), "twice": ("2",), "both": ("2",), "pair": ("2",),
    "pairs": ("2",), "pairwise": ("2",), "dual": ("2",), "double": ("2",), "doubles": ("2",),
    "doubled": ("2",), "doubling": ("2",), "twofold": ("2",), "couple": ("2",), "binary": ("2",),
    "either": ("2",), "neither": ("2",), "bilingual": ("2",), "bilateral": ("2",), "twin": ("2",),
    "quadratic": ("2",), "quadratically": ("2",), "squared": ("2",), "bipartite": ("2",),
    "bimodal": ("2",), "planar": ("2",), "biennial": ("2",), "latter": ("2",), "former": ("1",),
    "triple": ("3",), "triples": ("3",), "tripled": ("3",), "triplet": ("3",), "triplets": ("3",),
    "threefold": ("3",), "tripling": ("3",), "ternary": ("3",), "cubic": ("3",), "trio": ("3",),
    "triangle": ("3",), "trilingual": ("3",), "tripartite": ("3",), "trimodal": ("3",),
    "quadruple": ("4",), "quadruped": ("4",), "quadrupedal": ("4",), "quaternion": ("4",),
    "fourfold": ("4",), "fivefold": ("5",), "sixfold": ("6",), "sevenfold": ("7",),
    "eightfold": ("8",), "tenfold": ("10",), "quadrupled": ("4",), "quintuple": ("5",),
    "octree": ("8",), "dozen": ("12",), "dozens": ("12", "10"), "tens": ("10",),
    "decade": ("10", "1"), "decades": ("10",), "century": ("100", "1"), "centuries": ("100",),
    "millennium": ("1000",), "hundreds": ("100",), "thousands": ("1000",), "millions": ("1e6",),
    "billions": ("1e9",), "trillions": ("1e12",), "magnitude": ("1", "10"), "daily": ("1",),
    "hourly": ("1",), "weekly": ("1", "7"), "yearly": ("1",), "annual": ("1",), "annually": ("1",),
    "day": ("24",), "week": ("7",), "fortnight": ("14", "2"), "bisect": ("2",), "halved": ("0.5",),
    "halves": ("0.5", "2"), "halving": ("0.5", "2"), "zeroth": ("0",), "biannual": ("2",),
    "january": ("1",), "february": ("2",), "march": ("3",), "april": ("4",), "may": ("5",),
    "june": ("6",), "july": ("7",), "august": ("8",), "september": ("9",), "october": ("10",),
    "november": ("11",), "december": ("12",), "jan": ("1",), "feb": ("2",), "mar": ("3",),
    "apr": ("4",), "jun": ("6",), "jul": ("7",), "aug": ("8",), "sept": ("9",), "sep": ("9",),
    "oct": ("10",), "nov": ("11",), "dec": ("12",), "ii": ("2",), "iii": ("3",), "iv": ("4",),
    "vi": ("6",), "vii": ("7",), "viii": ("8",), "ix": ("9",), "xi": ("11",), "xii": ("12",),
    "no": ("0",), "none": ("0",), "without": ("0",), "half-century": ("50",), "all": ("100",),
    "always": ("100",), "fully": ("100",), "entire": ("100",), "complete": ("100",),
    "completely": ("100",), "perfect": ("100",), "perfectly": ("100",),
    "whole": ("100",), "lossless": ("100",),
}  # fmt: skip
_ALL = frozenset({*_UNITS, *_TENS, *_MAGNITUDES, *_ORDINALS, *_PARTS, *_IMPLIED})
_TOKEN = re.compile(r"[A-Za-z]+")
_LONGEST_WORD = max(map(len, _ALL))
# After these a plural or a noun is counted; alone they are pronouns or times.
_UNSURE = frozenset({"one", "second", "seconds", "first", "zero", "hundred", "fourth", "quarter"})
_JOINTS = frozenset({" ", "-", " and ", "- "})


def spelled_in(text: str) -> Iterator[Spelled]:
    """The numbers that an English text spells out or implies, in order."""
    run: list[re.Match[str]] = []
    for found in _TOKEN.finditer(text):
        word = found.group().lower()
        if len(word) > _LONGEST_WORD or word not in _ALL:
            if word not in {"and", "a", "of", "in", "out"} or not run:
                yield from _of_run(run)
                run = []
            continue
        if run and text[run[-1].end() : found.start()] not in _JOINTS:
            yield from _of_run(run)
            run = []
        run.append(found)
        if len(run) >= 12:  # no number is so long
            yield from _of_run(run)
            run = []
    yield from _of_run(run)


def _of_run(run: list[re.Match[str]]) -> Iterator[Spelled]:
    """The numbers of words that follow one another: `two hundred and three`, `two thirds`."""
    at = 0
    while at < len(run):
        words = [found.group().lower() for found in run[at:]]
        used, values, firm, ordinal = _longest(words)
        yield Spelled(run[at].start(), run[at + used - 1].end(), frozenset(values), firm, ordinal)
        at += used


def _longest(words: list[str]) -> tuple[int, set[Decimal], bool, bool]:
    """How many words the number at the beginning takes, and what it may be."""
    first = words[0]
    following = words[1] if len(words) > 1 else ""
    if first == "half":
        used = 1
        if following in {"a", "an"} and len(words) > 2 and words[2] in _MAGNITUDES:
            return 3, {Decimal(_MAGNITUDES[words[2]]) / 2}, True, False
        return used, {Decimal("0.5")}, False, False
    used, value = _cardinal(words)
    if used:
        part = words[used] if used < len(words) else ""
        if part in _PARTS and value < 20:
            if part in _UNSURE and used == 1 and value == 1:  # one quarter of it, in one quarter
                return used + 1, {share(1, _PARTS[part]), Decimal(1), Decimal(4)}, False, False
            return used + 1, {share(value, _PARTS[part])}, True, False
        if part in _ORDINALS and first in _TENS and _ORDINALS[part] < 10:
            return used + 1, {Decimal(value + _ORDINALS[part])}, True, True
        firm = value > 1 and not (used == 1 and first in _UNSURE)
        return used, {Decimal(value)}, firm, False
    if first in {"a", "an"} and (following in _MAGNITUDES or following in _PARTS):
        if following in _MAGNITUDES:
            return 2, {Decimal(_MAGNITUDES[following])}, True, False
        if following != "second":
            return 2, {share(1, _PARTS[following]), Decimal(_PARTS[following])}, False, False
    if first in _ORDINALS:
        values = {Decimal(_ORDINALS[first])}
        if first in _PARTS:
            values.add(share(1, _PARTS[first]))
        return 1, values, True, True
    if first in _PARTS:
        return 1, {share(1, _PARTS[first]), Decimal(_PARTS[first])}, False, False
    if first in _MAGNITUDES:
        return 1, {Decimal(_MAGNITUDES[first])}, False, False
    return 1, {Decimal(value) for value in _IMPLIED[first]}, False, False


def _cardinal(words: list[str]) -> tuple[int, int]:
    """How many words make a cardinal, and its value; (0, 0) if none does."""
    total = section = used = 0
    least = 10**15
    for word in words:
        if word in _UNITS:
            if section % 100 and (section % 100 < 20 or section % 10 or _UNITS[word] > 9):
                break
            section += _UNITS[word]
        elif word in _TENS:
            if section % 100:
                break
            section += _TENS[word]
        elif word == "hundred" and used:
            if section > 99:
                break
            section = max(section, 1) * 100
        elif word in _MAGNITUDES and (used or word != "hundred"):
            magnitude = _MAGNITUDES[word]
            if magnitude >= least:
                break
            total, section, least = total + max(section, 1) * magnitude, 0, magnitude
        else:
            break
        used += 1
        if word == "zero":
            break
    return used, total + section
