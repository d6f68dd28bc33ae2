"""Spoils the numbers, names, formulas and addresses of a Chinese translation, as models do."""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

_T = TypeVar("_T")
_MATH = re.compile(r"(?<!\\)\$[^$]{1,300}\$")
_URL = re.compile(r"https?://[A-Za-z0-9./_~%-]{5,300}[A-Za-z0-9/]")
_NUMBER = re.compile(
    r"(?<![A-Za-z0-9.,$\\{_^-])\d{1,3}(?:,\d{3})+|(?<![A-Za-z0-9.,$\\{_^-])\d+(?:\.\d+)?"
)
_ACRONYM = re.compile(r"(?<![A-Za-z0-9-])[A-Z]{3,6}(?![A-Za-z0-9])")
_NAME = re.compile(r"(?<![A-Za-z0-9-])[A-Z][a-z]+[A-Z][A-Za-z]{2,}(?![A-Za-z0-9])")
_VERSION = re.compile(r"(?<![A-Za-z0-9])([A-Z][A-Za-z]{1,12}-?)(\d{1,2})(?![\d.%A-Za-z])")
_UNITS = {
    "毫秒": "秒", "小时": "分钟", "分钟": "小时", "秒": "小时", "天": "年", "年": "天",
    "个月": "年",
    "公里": "米", "米": "公里", "km": "cm", "mm": "km", "GB": "MB", "MB": "GB",
    "kHz": "MHz", "GHz": "MHz", "ms": "s", "dB": "Hz", "fps": "ms", "美元": "欧元", "倍": "%",
}  # fmt: skip
# Not after a year.
_WITH_UNIT = re.compile(
    rf"(?<=\d)(?<![12]\d{{3}})(?<![12]\d{{3}} )( ?)({'|'.join(_UNITS)})(?![A-Za-z月间代底初])"
)
_MAGNITUDE = re.compile(r"(?<=\d)( ?)(万|亿|[KMB](?![A-Za-z0-9]))")
_TEN_THOUSAND = {"万": "亿", "亿": "万", "K": "M", "M": "B", "B": "M"}
_LETTERS = "ABCDEFGHJKLMNPRSTVWXZ"


@dataclass(frozen=True, slots=True)
class Clean:
    """A source with its translation, and another paper's translation to take from."""

    source: str
    target: str
    other: str


Spoil = Callable[[random.Random, Clean], str | None]


def _prose(text: str) -> list[tuple[int, int]]:
    """Where formulas and addresses are, which numbers and names are not taken from."""
    return [one.span() for pattern in (_MATH, _URL) for one in pattern.finditer(text)]


def _places(pattern: re.Pattern[str], clean: Clean, *, known: bool = True) -> list[re.Match[str]]:
    taken = _prose(clean.target)
    return [
        one
        for one in pattern.finditer(clean.target)
        if not any(start <= one.start() < end for start, end in taken)
        and (not known or one.group().strip() in clean.source)
    ]


def pick(rng: random.Random, found: Sequence[_T]) -> _T | None:
    return rng.choice(found) if found else None


def _put(text: str, place: re.Match[str], new: str) -> str:
    return text[: place.start()] + new + text[place.end() :]


def _numbers(clean: Clean) -> list[re.Match[str]]:
    # Not list marks, and only those that the source has in digits as often.
    return [
        one
        for one in _places(_NUMBER, clean)
        if clean.target[one.end() : one.end() + 1] not in set(")）、")
        and len(re.findall(rf"(?<![\d.]){re.escape(one.group())}(?![\d.]*\d)", clean.source)) == 1
    ]


def digit(rng: random.Random, clean: Clean) -> str | None:
    one = pick(rng, _numbers(clean))
    if one is None:
        return None
    written = one.group()
    at = rng.choice([place for place, sign in enumerate(written) if sign.isdigit()])
    least = 1 if at == 0 else 0
    digit = rng.choice([str(new) for new in range(least, 10) if str(new) != written[at]])
    return _put(clean.target, one, written[:at] + digit + written[at + 1 :])


def point(rng: random.Random, clean: Clean) -> str | None:
    one = pick(rng, [one for one in _numbers(clean) if "." in one.group()])
    return one and _put(clean.target, one, one.group().replace(".", ""))


def magnitude(rng: random.Random, clean: Clean) -> str | None:
    one = pick(rng, _places(_MAGNITUDE, clean, known=False))
    return one and _put(clean.target, one, one[1] + _TEN_THOUSAND[one[2]])


def unit(rng: random.Random, clean: Clean) -> str | None:
    one = pick(rng, _places(_WITH_UNIT, clean, known=False))
    return one and _put(clean.target, one, one[1] + _UNITS[one[2]])


def percent(rng: random.Random, clean: Clean) -> str | None:
    one = pick(rng, _places(re.compile(r"(?<=\d) ?\\?[%％]"), clean, known=False))
    return one and _put(clean.target, one, "")


def number_dropped(rng: random.Random, clean: Clean) -> str | None:
    one = pick(rng, _numbers(clean))
    return one and _put(clean.target, one, "")


def _replaced(
    rng: random.Random, clean: Clean, pattern: re.Pattern[str], new: Callable[[str], str]
) -> str | None:
    one = pick(rng, _places(pattern, clean))
    return one and _put(clean.target, one, new(one.group()))


def acronym_letter(rng: random.Random, clean: Clean) -> str | None:
    def swap(name: str) -> str:
        at = rng.randrange(1, len(name))
        return name[:at] + rng.choice([x for x in _LETTERS if x != name[at]]) + name[at + 1 :]

    return _replaced(rng, clean, _ACRONYM, swap)


def acronym_lost(rng: random.Random, clean: Clean) -> str | None:
    return _replaced(
        rng,
        clean,
        re.compile(r"(?<![A-Za-z0-9-])[A-Z]{4,7}(?![A-Za-z0-9])"),
        lambda name: name[:1] + name[2:],
    )


def acronym_other(rng: random.Random, clean: Clean) -> str | None:
    names = [
        name
        for name in ("BERT", "LSTM", "YOLO", "PPO", "CLIP", "SAM", "DQN", "SVM")
        if name not in clean.source.upper()
    ]
    return _replaced(rng, clean, _ACRONYM, lambda _: rng.choice(names))


def name_lost(rng: random.Random, clean: Clean) -> str | None:
    def lose(name: str) -> str:
        at = rng.randrange(1, len(name) - 1)
        return name[:at] + name[at + 1 :]

    return _replaced(rng, clean, _NAME, lose)


def version(rng: random.Random, clean: Clean) -> str | None:
    one = pick(rng, _places(_VERSION, clean))
    if one is None:
        return None
    other = rng.choice(
        [new for new in range(1, 10) if str(new) != one[2] and f"{one[1]}{new}" not in clean.source]
    )
    return _put(clean.target, one, f"{one[1]}{other}")


def _formula(
    rng: random.Random, clean: Clean, pattern: str, new: Callable[[str], str]
) -> str | None:
    found = [
        one
        for one in _MATH.finditer(clean.target)
        if re.search(pattern, one.group()) and one.group() in clean.source
    ]
    one = pick(rng, found)
    return one and _put(clean.target, one, new(one.group()))


def brace(rng: random.Random, clean: Clean) -> str | None:
    return _formula(rng, clean, r"\}", lambda formula: formula[::-1].replace("}", "", 1)[::-1])


def apart(rng: random.Random, clean: Clean) -> str | None:
    return _formula(
        rng, clean, r"\\[a-z]{2,}", lambda formula: re.sub(r"\\([a-z]{2,})", r"\\ \1", formula)
    )


def formula_dropped(rng: random.Random, clean: Clean) -> str | None:
    return _formula(rng, clean, r"[\\^_=<>]", lambda _: "")


def formula_changed(rng: random.Random, clean: Clean) -> str | None:
    def change(formula: str) -> str:
        places = [
            one.start() for one in re.finditer(r"(?<![A-Za-z\\])[A-Za-z](?![A-Za-z])", formula)
        ]
        at = rng.choice(places)
        return formula[:at] + ("q" if formula[at] != "q" else "r") + formula[at + 1 :]

    return _formula(rng, clean, r"(?<![A-Za-z\\])[A-Za-z](?![A-Za-z])", change)


def _url(rng: random.Random, clean: Clean, new: Callable[[str], str]) -> str | None:
    found = [one for one in _URL.finditer(clean.target) if one.group() in clean.source]
    one = pick(rng, found)
    return one and _put(clean.target, one, new(one.group()))


def url_case(rng: random.Random, clean: Clean) -> str | None:
    spoiled = _url(rng, clean, lambda url: url[:8] + url[8:].swapcase())
    return spoiled if spoiled != clean.target else None


def url_cut(rng: random.Random, clean: Clean) -> str | None:
    return _url(rng, clean, lambda url: url[: max(12, len(url) * 2 // 3)])


def url_dropped(rng: random.Random, clean: Clean) -> str | None:
    return _url(rng, clean, lambda _: "")
