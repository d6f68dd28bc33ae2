"""Round numbers without figures: `billions of` must not become `millions of`. Pure."""

import re
from collections.abc import Iterator

from bot.enrich.check.spans import major
from bot.models import Finding, FindingKind

_POWERS = {"hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12}
_FURTHER = {"": 0, "tens": 1, "dozens": 1, "hundreds": 2, "thousands": 3}
_ENGLISH = re.compile(
    r"(?<![\d.] )(?<!\ds of )(?<!\d's of )\b(?:(?:(?P<further>tens|dozens|hundreds|thousands) of )"
    r"?(?P<many>hundred|thousand|million|billion|trillion)s"
    r"|(?:several|a few|multi)[ -]?(?P<some>hundred|thousand|million|billion|trillion))\b",
    re.IGNORECASE,
)
_ASIAN = re.compile(
    "(?:[数數几幾上]以?|何|수)(?P<tens>[十百千십백천]?)(?P<base>万亿|萬億|[亿億万萬兆만억조]?)"
)
_TENS = dict(zip("十百千십백천", (1, 2, 3, 1, 2, 3), strict=True))
_BASES = {
    "": 0, "万": 4, "萬": 4, "만": 4, "亿": 8, "億": 8, "억": 8,
    "兆": 12, "조": 12, "万亿": 12, "萬億": 12,
}  # fmt: skip
# Said loosely, whatever the number.
_LOOSE = re.compile("成千上[万萬]|千千[万萬][万萬]|无数|無數")
_LEAST = 2


def magnitude_findings(source: str, target: str, language: str) -> list[Finding]:
    """An indefinite magnitude of the source that became another one in the target."""
    if language not in {"ja", "ko", "zh-CN", "zh-TW"} or _LOOSE.search(target):
        return []
    said = dict(_english(source))
    if not said:
        return []
    told = dict(_asian(target))
    gone = [power for power in said if power not in told]
    new = [power for power in told if power not in said]
    if not gone or not new:
        return []
    return [major(FindingKind.NUMBER_CHANGED, said[gone[0]], told[new[0]])]


def _english(text: str) -> Iterator[tuple[int, str]]:
    for found in _ENGLISH.finditer(text):
        word = found["many"] or found["some"]
        further = (found["further"] or "").lower()
        yield _POWERS[word.lower()] + _FURTHER[further], found.group()


def _asian(text: str) -> Iterator[tuple[int, str]]:
    for found in _ASIAN.finditer(text):
        power = _TENS.get(found["tens"], 0) + _BASES[found["base"]]
        if power >= _LEAST:
            yield power, found.group()
