"""Numbers in an English text and in its translation, compared by their values. Pure.

Digits are read in any width and with any separators, English magnitudes as letters (3B) and as
words, East Asian ones as signs (30億, 3千万) and in their numerals (三百). In other languages the
words of magnitude are not known here: there either the whole value or the digits must be found.
"""

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice, pairwise

_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
# Digits within a name (CO2, B200) are not numbers.
_ENGLISH = re.compile(
    rf"(?<![A-Za-z0-9.])(?P<digits>{_DIGITS}|\.\d+)"
    r"(?:(?P<letter>[KkMBT])(?![A-Za-z0-9])"
    r"|[ -]?(?P<word>(?ai:thousand|million|billion|trillion))s?\b)?"
)
_LETTERS = {"k": 10**3, "m": 10**6, "b": 10**9, "t": 10**12}
_WORDS = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_SMALL_NUMBERS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty"
)
_SPELLED = {name: value for value, name in enumerate(_SMALL_NUMBERS.split())} | {
    "first": 1, "once": 1, "single": 1, "second": 2, "twice": 2, "double": 2, "pair": 2,
    "both": 2, "half": 2, "two-fold": 2, "third": 3, "triple": 3, "fourth": 4, "quarter": 4,
    "fifth": 5, "tenth": 10, "dozen": 12, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60,
    "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100, "hundreds": 100,
}  # fmt: skip
# Without regard to case in ASCII only: otherwise the dotless ı is an i, which no table has.
_SPELLED_OUT = re.compile(
    rf"\b(?P<digits>(?ai:{'|'.join(_SPELLED)}))"
    rf"(?:[ -](?P<word>(?ai:hundred|{'|'.join(_WORDS)})))?(?ai:s)?\b"
)
_COMPOUND = re.compile(
    r"\b(twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
    r"[ -](one|two|three|four|five|six|seven|eight|nine)\b"
)
_NUMERALS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SMALL = {"十": 10, "百": 100, "千": 1000, "백": 100, "천": 1000, "십": 10}
_LARGE = {
    "万": 10**4, "萬": 10**4, "만": 10**4, "亿": 10**8, "億": 10**8, "억": 10**8,
    "兆": 10**12, "조": 10**12,
}  # fmt: skip
_UNITS = "".join([*_SMALL, *_LARGE])
_EAST_ASIAN = re.compile(
    rf"(?:{_DIGITS}|[{''.join(_NUMERALS)}]+|[{_UNITS}])"
    rf"(?:[ ]?[{_UNITS}]+(?:{_DIGITS}|[{''.join(_NUMERALS)}]+)?)*"
)
_PART = re.compile(rf"(?P<digits>{_DIGITS})|(?P<numerals>[{''.join(_NUMERALS)}]+)|[{_UNITS}]")
# From a number's first digit only: a run of digits would take the square of its length.
_TENTHS = re.compile(r"((?<!\d)\d+(?:\.\d+)?|[一二三四五六七八九])\s?[割成]")
_LOCAL = re.compile(r"\d+(?:[.,'\u00a0\u2009\u202f ]\d+)*")
_EAST_ASIAN_LANGUAGES = frozenset({"ja", "zh-CN", "zh-TW", "ko"})
_PERCENT = re.compile(
    r"[%％٪]|\bpercent|per ?cent|パーセント|ポイント|[割成]|百分|퍼센트|процент|відсот|Prozent|"
    r"pour ?cent|por ?cien|por ?cento|procent",
    re.IGNORECASE,
)
_LONGEST = 40


def missing_numbers(source: str, target: str, language: str) -> list[str]:
    """The numbers that an English sentence writes in digits and its translation lacks."""
    there = _values(target, language)
    strict = language in _EAST_ASIAN_LANGUAGES
    missing: list[str] = []
    for found in _ENGLISH.finditer(_narrow(source)):
        coefficient = _decimal(found["digits"])
        value = coefficient * _magnitude(found)
        if value not in there and (strict or coefficient not in there):
            missing.append(found.group())
    return missing


def new_numbers(source: str, target: str, language: str) -> list[str]:
    """The numbers in digits that a translation has and the English sentence has not.

    Known for East Asian languages only; elsewhere words of magnitude make too much of it.
    """
    if language not in _EAST_ASIAN_LANGUAGES:
        return []
    narrow = _narrow(source)
    # Digits within a name count here: a translation may write F1 as 1 or leave it.
    known = {_decimal(digits) for digits in re.findall(_DIGITS, narrow)}
    known.add(Decimal(1))  # "an hour", "a factor of five below": 1時間, 5分の1
    for tens, units in _COMPOUND.findall(narrow.lower()):
        known.add(Decimal(_SPELLED[tens] + _SPELLED[units]))
    for found in _ENGLISH.finditer(narrow):
        coefficient = _decimal(found["digits"])
        # "70 % of" may become 七割 and "0.5" 50 %; a half a hundredth is nobody's invention.
        known |= {coefficient, coefficient * _magnitude(found), coefficient / 10}
    for found in _SPELLED_OUT.finditer(narrow):
        value = Decimal(_SPELLED[found["digits"].lower()])
        word = (found["word"] or "").lower()
        known |= {value, value * (100 if word == "hundred" else _WORDS.get(word, 1))}
    return [
        written
        for written, value in _east_asian(_narrow(target))
        if any(sign.isdigit() and sign.isascii() for sign in written)
        and value not in known
        and not any(_near(value, one) for one in known)
    ]


def says_percent(text: str) -> bool:
    """Whether a text has a percentage, as a sign or in words."""
    return _PERCENT.search(text) is not None


def _near(value: Decimal, known: Decimal) -> bool:
    return value in {known * 10**3, known * 10**6, known * 10**9}


def _narrow(text: str) -> str:
    """Digits and signs in their ordinary width; spaces and minus signs as ASCII ones."""
    return unicodedata.normalize("NFKC", text).replace("−", "-").replace("،", ",")


def _decimal(digits: str) -> Decimal:
    return Decimal(digits.replace(",", "")[:_LONGEST])


def _magnitude(found: re.Match[str]) -> int:
    if found["letter"]:
        return _LETTERS[found["letter"].lower()]
    return _WORDS[found["word"].lower()] if found["word"] else 1


def _values(text: str, language: str) -> set[Decimal]:
    """All values that a translation's numbers may have."""
    narrow = _narrow(text)
    if language in _EAST_ASIAN_LANGUAGES:
        values = {value for _, value in _east_asian(narrow)}
        for found in _TENTHS.finditer(narrow):
            tenths = found[1]
            values.add(10 * Decimal(_NUMERALS.get(tenths, tenths)))
    else:
        values = set(_local(narrow))
    for found in _ENGLISH.finditer(narrow):
        # "3B" and ".05" may stay as they are.
        if found["letter"] or found["word"] or found["digits"].startswith("."):
            values.add(_decimal(found["digits"]) * _magnitude(found))
    return values


def _local(text: str) -> Iterator[Decimal]:
    """Numbers with the separators of any language (`1.234,5`, `1 234`), in all their readings."""
    for found in _LOCAL.finditer(text):
        written = found.group()[:_LONGEST]
        parts = [part for part in re.split(r"\D", written) if part]
        for part in parts:
            yield Decimal(part)
        bare = re.sub(r"['\u00a0\u2009\u202f ]", "", written)
        yield Decimal("".join(parts))
        if len(parts) > 1:
            yield Decimal(f"{''.join(parts[:-1])}.{parts[-1]}")
        for first, last in pairwise(parts):
            yield Decimal(f"{first}.{last}")
        for ways in (bare.replace(",", ""), bare.replace(".", "").replace(",", ".")):
            if re.fullmatch(r"\d+(?:\.\d+)?", ways):
                yield Decimal(ways)


def _east_asian(text: str) -> Iterator[tuple[str, Decimal]]:
    """Numbers with East Asian magnitudes, as written and by value."""
    for run in _EAST_ASIAN.finditer(text):
        total, section = Decimal(0), Decimal(0)
        number: Decimal | None = None
        large = False
        # No number has so many parts; a service that repeats itself would pass what can be counted.
        for part in islice(_PART.finditer(run.group()), _LONGEST):
            sign = part.group()
            if part["digits"]:
                number, large = _decimal(sign), False
            elif part["numerals"]:
                number = Decimal("".join(str(_NUMERALS[one]) for one in sign[:_LONGEST]))
                large = False
            elif sign in _SMALL:
                section += (1 if number is None else number) * _SMALL[sign]
                number, large = None, False
            else:
                here = section + (number or 0)
                if large and not here:  # 万亿
                    total *= _LARGE[sign]
                else:
                    total += (here or 1) * _LARGE[sign]
                section, number, large = Decimal(0), None, True
        yield run.group(), total + section + (number or 0)
