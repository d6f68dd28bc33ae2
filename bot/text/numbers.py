"""The numbers of a text in any language: their values, units and how sure they are. Pure, linear.

Digits in any script and with any separators, magnitudes (3B, 30億, 3 Milliarden), powers,
fractions, percent, units, ordinals and spelled numbers are read into one form, so that texts in
two languages can be compared by what they say.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import IntEnum
from itertools import islice

from bot.text.number_asian import (
    fraction_at,
    han_numbers_in,
    korean_numbers_in,
    tail,
    tenths_at,
    value_of,
)
from bot.text.number_digits import Digits, digits_in, narrow, product, share
from bot.text.number_european import european_numbers_in, magnitude_at
from bot.text.number_places import enumerates, in_name
from bot.text.number_units import PERCENT, SPACE, Unit, percent_before, unit_at
from bot.text.number_words import Spelled, spelled_in


class Sure(IntEnum):
    """How certain it is that something is a number that a translation must have.

    MARK belongs to the text itself: (1), [12]. HINT may be one (一 in 统一, digits of a name),
    WORD is one in words, DIGITS in digits.
    """

    MARK = 0
    HINT = 1
    WORD = 2
    DIGITS = 3


@dataclass(frozen=True, slots=True)
class Number:
    """A number at `text[start:end]`, its unit included.

    `values` are all that it may mean, `parts` what it falls into where it is several numbers.
    `scale` is what its magnitude multiplies it by. `lent` is a unit that it may have from its
    neighbor (10 in `10 to 20 %`).
    """

    start: int
    end: int
    values: frozenset[Decimal]
    sure: Sure
    unit: Unit | None = None
    parts: tuple[Decimal, ...] = ()
    ordinal: bool = False
    scale: Decimal = Decimal(1)
    lent: Unit | None = None


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_MOST = 2_000
_COMMA_LANGUAGES = _words(
    "de fr es it pt pt-BR nl sv da no fi pl cs ru uk bg hr lt ro hu el tr id vi"
)
_CHINESE = frozenset({"zh-CN", "zh-TW"})
_HAN = frozenset({"zh-CN", "zh-TW", "ja"})
SPELLED_LANGUAGES = _words(
    "en zh-CN zh-TW ja ko de fr es it pt pt-BR nl sv da no fi pl cs ru uk bg hr lt ro hu el "
    "tr id vi"
)
"""The languages whose words for small numbers are known."""

_LETTERS = {
    "k": 10**3, "K": 10**3, "M": 10**6, "m": 10**6, "B": 10**9, "b": 10**9, "T": 10**12,
    "bn": 10**9, "mn": 10**6, "Mn": 10**6, "Bn": 10**9,
}  # fmt: skip
_LETTER = re.compile(
    r"[$}]?(?P<tight>[kKMBT]|[bmBM]n)(?![A-Za-z0-9])|[$}]? (?P<loose>[KMBT])(?![\w'])"
)
_LIKE_LETTERS = {"kelvin": Decimal(10**3), "tesla": Decimal(10**12)}
"""Units that an English text writes as a magnitude: 77K, 3T."""
_COUNTED = re.compile(r"つ| ?가지")
"""Behind digits that are written as others write words: 3つ counts what was listed."""
_SUFFIX = re.compile(
    r"(?P<ordinal>st|nd|rd|th|er|ère|ème|e|º|ª|[-‑]?(?:й|я|е|го|м|ой|ий|ая|ій))(?![^\W_])"
)
_DECADE = re.compile(r"'?s(?![A-Za-z])|'er(?![a-z])|er(?:-|\s?Jahre)")
_LETTER_AFTER = re.compile(r"(?![xX])[A-Za-z]+")
_NAME_AFTER = re.compile(r"-[A-Z][a-z]")
"""3M-Diffusion is a name; 7B-parameter is not."""
_DIMENSION = re.compile(r"-?D(?![A-Za-z0-9])")
_VAGUE = re.compile(r"'?s of (?:thousand|million|billion)| ?世[纪紀]| ?세기")
"""Behind tens of thousands in digits, and behind centuries, which English tells as years."""
_JOINED = re.compile(
    r"\s*(?:[-~/,、±至到和与與及从從から]|\\sim|\\pm|--|\\?%|and|or|to|und|bis|oder|et|à|ou|y|a|o|e|en|tot|of|"
    r"до|и|или|та|й|do|i|lub|til|og|till|och|ja|또는|및|에서|と|～|或)\s*(?:and|or|und|et|y|e|en|и|i|和|および)?\s*"
    r"[$({]*"
)


def numbers_in(text: str, language: str) -> list[Number]:
    """The numbers of a text in a language of `bot.languages`, in order; of thousands only the
    first, as no abstract has so many."""
    shown = narrow(text)
    found = list(islice(_in_digits(shown, language), _MOST))
    taken = [(one.start, one.end) for one in found]
    at = 0
    for spelled in sorted(islice(_spelled(shown, language), _MOST)):
        while at < len(taken) and taken[at][1] <= spelled.start:
            at += 1
        if at == len(taken) or taken[at][0] >= spelled.end:
            found.append(_of_words(shown, spelled))
    found.sort(key=lambda one: (one.start, one.end))
    if language in _HAN or language == "ko":
        found = _fractions(shown, found)
    return _lend(shown, found)


def _spelled(text: str, language: str) -> Iterator[Spelled]:
    if language == "en":
        return spelled_in(text)
    if language in _HAN:
        return han_numbers_in(text, chinese=language in _CHINESE)
    if language == "ko":
        return korean_numbers_in(text)
    return european_numbers_in(text, language)


def _of_words(text: str, spelled: Spelled) -> Number:
    sure = Sure.WORD if spelled.firm else Sure.HINT
    unit, end = unit_at(text, spelled.end)
    if unit is None:
        end = spelled.end
    elif unit is SPACE:
        sure = Sure.WORD
    values = spelled.values
    if tenth := tenths_at(text, spelled.end, min(values)):
        values, end, unit = values | {tenth[0]}, tenth[1], None
    return Number(spelled.start, end, values, sure, unit, ordinal=spelled.ordinal)


def _in_digits(text: str, language: str) -> Iterator[Number]:
    style = "comma" if language in _COMMA_LANGUAGES else "lakh" if language == "hi" else "point"
    asian = language in _HAN or language == "ko"
    last: Number | None = None
    name_end = -1
    for digits in digits_in(text, style):
        if last and digits.start < last.end:
            continue
        if in_name(text, digits, name_end):
            last = _read(text, digits, language, asian=asian)
            name_end = digits.end
            # Mistral-7亿 is a changed name: nobody writes one so.
            if last.scale == 1 or text[last.end - 1].isascii():
                last = replace(last, values=last.values | digits.values, sure=Sure.HINT, unit=None)
        else:
            last = _read(text, digits, language, asian=asian)
            if last.sure is Sure.HINT:  # 2vec
                name_end = last.end
        yield last


def _read(text: str, digits: Digits, language: str, *, asian: bool) -> Number:
    """A number in digits with the magnitude and unit behind it."""
    start, end, values, parts = digits.start, digits.end, digits.values, digits.parts
    sure, ordinal = Sure.DIGITS, asian and text[start - 1 : start] == "第"
    plain, scale = values, Decimal(1)
    if asian and (far := tail(text, end)) > end:
        signs = text[end:far].lstrip(" 多余餘")
        scales = value_of("1" + signs.rstrip("0123456789"), chinese=language in _CHINESE)
        scale = max(scales)
        exact = value_of(text[start:end] + signs, chinese=language in _CHINESE)
        values = exact if len(plain) == 1 else _times(plain, scales)
        end = far
    elif letter := _LETTER.match(text, end):
        sign = letter["tight"] or letter["loose"]
        scale = Decimal(_LETTERS[sign])
        scaled = _times(values, {scale})
        values = scaled | values if letter["tight"] is None else scaled
        end = letter.end()
        if _NAME_AFTER.match(text, end):
            sure = Sure.HINT
    elif dimension := _DIMENSION.match(text, end):
        return Number(start, dimension.end(), values, Sure.WORD, SPACE)
    elif vague := _VAGUE.match(text, end):
        return Number(start, vague.end(), values, Sure.HINT)
    elif decade := _DECADE.match(text, end):
        century = {value % 100 for value in values if value >= 100 and value == int(value)}
        return Number(start, decade.end(), values | century, sure)
    elif suffix := _SUFFIX.match(text, end):
        ordinal, end = True, suffix.end()
    else:
        factor, end = magnitude_at(text, end, "en" if asian else language)
        scale = Decimal(factor)
        values = _times(values, {scale}) if factor > 1 else values
    if asian and (tenth := tenths_at(text, end, min(values, default=Decimal(99)))):
        return Number(start, tenth[1], frozenset({tenth[0], *values}), sure, parts=parts)
    unit, far = unit_at(text, end)
    if unit is None and percent_before(text, start, language):
        unit = PERCENT
    elif unit is not None:
        end = far
        if unit.dimension in _LIKE_LETTERS:
            values = values | _times(values, {_LIKE_LETTERS[unit.dimension]})
            unit = None
    elif end == digits.end and (word := _LETTER_AFTER.match(text, end)):
        sure, end = Sure.HINT, word.end()  # 2vec, 6G
    if sure is Sure.DIGITS and enumerates(text, digits):
        sure = Sure.MARK
    elif asian and end - start == 1 and _COUNTED.match(text, end):
        sure = Sure.WORD
    return Number(start, end, values, sure, unit, parts, ordinal, scale)


def _times(
    values: frozenset[Decimal], factors: "frozenset[Decimal] | set[Decimal]"
) -> frozenset[Decimal]:
    return frozenset(product(value, factor) for value in values for factor in factors)


def _fractions(text: str, numbers: list[Number]) -> list[Number]:
    """Join 三 and 一 of 三分之一, the denominator first."""
    joined: list[Number] = []
    for one in numbers:
        below = joined[-1] if joined else None
        if below and below.unit and below.unit.dimension in {"time", "times"}:
            # 3分 is three minutes unless 之 or の follows and a number.
            bare = below.end - 1
        else:
            bare = below.end if below else -1
        if below and one.start - bare <= 4 and fraction_at(text, bare) == one.start:
            divisor, value = min(below.values), min(one.values, default=Decimal(0))
            percent = divisor == 100
            values = frozenset({value} if percent else {share(value, divisor)})
            parts = () if percent else (value, divisor)
            joined[-1] = Number(
                below.start, one.end, values, Sure.DIGITS, PERCENT if percent else None, parts
            )
        else:
            joined.append(one)
    return joined


def _lend(text: str, numbers: list[Number]) -> list[Number]:
    """Give numbers the unit and the magnitude that the last one of their list or range has."""
    for at in range(len(numbers) - 2, -1, -1):
        one, after = numbers[at], numbers[at + 1]
        if min(one.sure, after.sure) < Sure.WORD or after.start - one.end > 12:
            continue
        joint = _JOINED.match(text, one.end)
        if not joint or joint.end() != after.start:
            continue
        values = one.values
        if after.scale > 1 and one.scale == 1:
            values = values | _times(values, {after.scale})
        unit = after.unit or after.lent
        numbers[at] = replace(
            one, values=values, scale=max(one.scale, after.scale), lent=None if one.unit else unit
        )
    return numbers
