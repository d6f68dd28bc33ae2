"""Digits as they are written: separators of any language, powers, fractions. Pure, linear."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Context, Decimal

_LONGEST = 40
_LARGEST_POWER = 99
# Values that were divided (a third, 33.3 %) must meet those that were read.
_CONTEXT = Context(prec=_LONGEST)
_ROUNDED = Context(prec=15)

_ZEROS = (
    0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xE50,
    0xED0, 0xF20, 0x1040, 0x17E0, 0x1810, 0xFF10, *(0x1D7CE + 10 * style for style in range(5)),
)  # fmt: skip
_NARROW = {
    **{wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)},
    **{zero + digit: ord("0") + digit for zero in _ZEROS for digit in range(10)},
    **dict.fromkeys(map(ord, "‐‑‒–−﹣"), "-"),
    **dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f\u3000"), " "),
    ord("〜"): "~",
    ord("∼"): "~",
    ord("٪"): "%",
    ord("٫"): ".",
    ord("٬"): ",",
    ord("µ"): "μ",
}
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_VULGAR = {
    "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5),
    "⅗": (3, 5), "⅘": (4, 5), "⅙": (1, 6), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8),
}  # fmt: skip

_GROUP = r"(?:,|\{,\}|\\,)"


def _exponent(plain: str, raised: str) -> str:
    """`^{-3}` or `⁻³`, with names for the two groups."""
    return (
        rf"(?:\s?\^\s?\{{?\s?(?P<{plain}>[+-]?\d{{1,9}})\}}?|(?P<{raised}>[⁻⁺]?[⁰¹²³⁴-⁹]{{1,9}}))"
    )


_SCIENTIFIC = (
    r"(?P<mantissa>\d{1,40}(?:[.,]\d{1,40})?)\}?\s?(?:\\times|\\cdot|[x×·⋅*])\s?10"
    + _exponent("by", "above")
)
_BARE_POWER = r"(?P<base>\d{1,4})" + _exponent("exponent", "raised")
_E = r"(?P<float>\d{1,40}(?:\.\d{1,40})?)[eE](?P<e>[+-]?\d{1,9})(?![A-Za-z0-9])"
_POINT = (
    rf"\d{{1,3}}(?:{_GROUP}\d{{3}})+(?!\d)(?:\.\d+)?|\d{{1,3}}(?: \d{{3}})+(?![\d.,])|\d+(?:\.\d+)*"
)
_LAKH = rf"\d{{1,2}}(?:,\d{{2}})+,\d{{3}}(?!\d)(?:\.\d+)?|{_POINT}"
_COMMA = (
    r"[1-9]\d{0,2}(?:[.'’ ]\d{3})+(?!\d)(?:,\d+)?"
    r"|\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:[.,]\d+)*"
)


# 10的-5次方, 10の5乗
_TOLD_POWER = r"(?P<told>\d{1,4}) ?[的の의] ?(?P<times>[-负負]?\d{1,9}) ?(?:次[方幂冪]|乗|제곱|승)"


def _scanner(plain: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?<!\d)(?:{_SCIENTIFIC}|{_BARE_POWER}|{_E}|{_TOLD_POWER}"
        rf"|(?P<fraction>(?<![/.])\d{{1,4}}/\d{{1,4}}(?![\d/.]|[kKMBT]\b))|(?P<plain>{plain}))"
        r"|(?<![\w.])(?P<point>\.\d+)|(?P<vulgar>[½⅓⅔¼¾⅕⅖⅗⅘⅙⅛⅜⅝⅞])"
    )


_SCANNERS = {"point": _scanner(_POINT), "lakh": _scanner(_LAKH), "comma": _scanner(_COMMA)}
_LOCAL = re.compile(r"[1-9]\d{0,2}(?:[.'’ ]\d{3})*(?:,\d+)?|\d+(?:,\d+)?")
_ENGLISH = re.compile(r"\d{1,3}(?:[, ]\d{3})*(?:\.\d+)?|\d+(?:\.\d+)?")
_INDIAN = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?")
_NOT_DIGITS = re.compile(r"\D+")


@dataclass(frozen=True, slots=True)
class Digits:
    """A number in digits at `text[start:end]`.

    `values` are all that it may mean (`1.234` in German is 1,234, or what an English text left
    behind). `parts` are what it falls into where it is taken for several numbers (`1/3`,
    `100,200`, `10^6`).
    """

    start: int
    end: int
    values: frozenset[Decimal]
    parts: tuple[Decimal, ...] = ()


def narrow(text: str) -> str:
    """`text` with digits, signs and spaces in their ordinary ASCII form, of the same length."""
    return text if text.isascii() else text.translate(_NARROW)


def digits_in(text: str, style: str) -> Iterator[Digits]:
    """The numbers in digits in a `narrow` text.

    `style` says which separators it has: `point` (1,234.5), `comma` (1.234,5 or 1 234,5) or
    `lakh` (1,23,456.7).
    """
    for found in _SCANNERS[style].finditer(text):
        start, end = found.span()
        if (plain := found["plain"]) is not None:
            values, parts = _read(plain, style)
            yield Digits(start, end, values, parts)
        elif found["fraction"]:
            above, _, below = found["fraction"].partition("/")
            yield Digits(start, end, _ratio(int(above), int(below)), (number(above), number(below)))
        elif found["point"]:
            yield Digits(start, end, frozenset({number("0" + found["point"])}))
        elif found["vulgar"]:
            yield Digits(start, end, _ratio(*_VULGAR[found["vulgar"]]))
        else:
            yield _power(found)


def number(digits: str) -> Decimal:
    """The value of digits with a decimal point; only the first forty signs count."""
    return _CONTEXT.create_decimal(digits[:_LONGEST].rstrip(".")).normalize(_CONTEXT)


def product(value: Decimal, factor: Decimal | int) -> Decimal:
    """`value` times `factor`, in the form in which equal values are equal keys."""
    return _CONTEXT.multiply(value, Decimal(factor)).normalize(_CONTEXT)


def share(above: Decimal | int, below: Decimal | int) -> Decimal:
    """`above` divided by `below` to 15 figures; 0 where that is nothing."""
    divisor = Decimal(below)
    return _ROUNDED.divide(Decimal(above), divisor).normalize(_ROUNDED) if divisor else Decimal(0)


def _ratio(above: int, below: int) -> frozenset[Decimal]:
    return frozenset({share(above, below)})


def _read(written: str, style: str) -> tuple[frozenset[Decimal], tuple[Decimal, ...]]:
    if written.isdecimal():
        return frozenset({number(written)}), ()
    if style != "comma" and "," not in written and written.count(".") == 1:
        return frozenset({number(written)}), ()
    shown = written.replace("{,}", ",").replace("\\,", ",")[: 2 * _LONGEST]
    values: set[Decimal] = set()
    if style == "comma" and _LOCAL.fullmatch(shown):
        values.add(number(re.sub(r"[.'’ ]", "", shown).replace(",", ".")))
    if _ENGLISH.fullmatch(shown) or _INDIAN.fullmatch(shown):
        values.add(number(re.sub(r"[, ]", "", shown)))
    parts = tuple(number(part) for part in _NOT_DIGITS.split(shown) if part)
    # 2,128 is one number; 100,200,300 may be a list, and so may 3 175.
    return frozenset(values), parts if len(parts) > 2 or " " in shown or not values else ()


def _power(found: re.Match[str]) -> Digits:
    start, end = found.span()
    if found["float"]:
        base, mantissa, exponent = "10", found["float"], found["e"]
    elif found["mantissa"]:
        base, mantissa = "10", found["mantissa"].replace(",", ".")
        exponent = found["by"] or found["above"].translate(_SUPERSCRIPTS)
    elif found["told"]:
        base, mantissa = found["told"], ""
        exponent = found["times"].replace("负", "-").replace("負", "-")
    else:
        base, mantissa = found["base"], ""
        exponent = found["exponent"] or found["raised"].translate(_SUPERSCRIPTS)
    power = int(exponent)
    parts = (*([number(mantissa)] if mantissa else []), number(base), Decimal(abs(power)))
    if abs(power) > _LARGEST_POWER:
        return Digits(start, end, frozenset(), parts)
    raised = _CONTEXT.power(Decimal(base), power)
    return Digits(start, end, frozenset({product(raised, number(mantissa or "1"))}), parts)
