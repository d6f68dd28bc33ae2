"""Numerals and magnitudes of Chinese, Japanese and Korean. Pure, linear."""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice

from bot.text.number_digits import number, product, share
from bot.text.number_words import Spelled

_NUMERALS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {
    "〇": 0, "两": 2, "兩": 2, "俩": 2,
}  # fmt: skip
_SMALL = {"十": 10, "百": 100, "千": 1000, "십": 10, "백": 100, "천": 1000}
_LARGE = {
    "万": 10**4, "萬": 10**4, "만": 10**4, "亿": 10**8, "億": 10**8, "억": 10**8,
    "兆": 10**12, "조": 10**12,
}  # fmt: skip
_MEGA = 10**6
"""What 兆 also is in Chinese, besides 10^12."""
_LONGEST = 40

_N = f"[{''.join(_NUMERALS)}]"
_HAN = "十百千万萬亿億兆"
# 兆字节 and 千米 are units: megabytes, kilometers.
_UNIT_PREFIX = "千(?=[米克瓦赫帕卡伏]|字节|兆)|兆(?=[赫瓦帕位欧焦]|字节|比特|像素|电子)"
_M = f"(?!{_UNIT_PREFIX})[{_HAN}십백천만억조]"
_D = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
_MORE = rf"(?:{_M}(?: ?(?:{_D}|{_N}+)(?={_M}))?)"
# 180多万, "more than 1.8 million": the word for more stands inside the number.
_TAIL = re.compile(
    rf"[多余餘]?(?: ?(?=[{_HAN}])| ?(?=[만억](?![가-힣]))|(?=[십백천만억조])){_MORE}+"
    # 1万2500, where the figures below the last magnitude follow in digits.
    rf"(?:{_N}|(?<=[万萬億亿만억])(?<!\d[万萬億亿만억][万萬億亿만억])\d{{3,4}}(?![\d.,]))?"
)
_RUN = re.compile(rf"(?:{_N}+(?:[点點]{_N}+)?|(?={_M}))(?:{_MORE}*{_N}*)")
_PART = re.compile(rf"(?P<digits>{_D})|(?P<numerals>{_N}+(?:[点點]{_N}+)?)|[{_HAN}십백천만억조]")
_VAGUE_BEFORE = frozenset("数數几幾多好上近若")
_VAGUE_AFTER = frozenset("几幾余餘多数數")
_COUNTERS = re.compile(
    r" ?(?:つ|[个個種种類类項项名位条條次步层層級级階阶段组組篇张張款套轮輪批人件本枚台]"
    r"|部分|方面|大)"
)
_FRACTION = re.compile(r" ?(?:分之| ?分の|분의) ?")
_TENTHS = re.compile(
    r" ?[割成](?![分功为為员員本像立果熟对長长就])(?:(?P<hundredths>[\d一二三四五六七八九])分)?"
)
_IMPLIED = re.compile(
    r"(?P<h>一半|半|절반)|(?P<n2>[双雙両]|翻[倍番]|加倍|倍[増增加]|둘|쌍|양방향|이중|이진)"
    r"|(?P<n1>[单單単]|首[先个個次款批创創届项項]|率先|最早|最初|初|まず|唯一|단일|먼저|최초|우선)"
    r"|(?P<n0>无|無|没|なし|ゼロ|제로|없)|(?P<n10>数量级|數量級|桁|자릿수)"
    r"|(?P<n100>全部|完全|所有|すべて|모든)"
)
_IMPLIES = {
    "h": frozenset({Decimal("0.5")}), "n2": frozenset({Decimal(2)}), "n1": frozenset({Decimal(1)}),
    "n0": frozenset({Decimal(0)}), "n10": frozenset({Decimal(10)}),
    "n100": frozenset({Decimal(100)}),
}  # fmt: skip

_NATIVE = {
    "하나": 1, "한": 1, "첫": 1, "두": 2, "둘": 2, "세": 3, "셋": 3, "네": 4, "넷": 4, "다섯": 5,
    "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9, "열": 10, "열한": 11, "열두": 12, "스무": 20,
    "서른": 30, "마흔": 40, "쉰": 50,
}  # fmt: skip
_KOREAN_COUNTERS = (
    r"가지|개(?!발|념|선|방|인)|단계|번|배|명|종|차례|쌍|편|대|시간|달|층|부분|방향|측면|요소|유형|모델|"
    r"데이터|접근|방법|과제|째|사람|그룹|집단|언어|작업|경우|축|쪽|곳|차원"
)
_KOREAN_NATIVE = re.compile(
    rf"(?<![가-힣])(?P<word>{'|'.join(sorted(_NATIVE, key=len, reverse=True))})"
    rf"(?: ?(?P<ordinal>번째|째)| ?(?:{_KOREAN_COUNTERS}))"
)
_SINO = {sign: value for value, sign in enumerate("영일이삼사오육칠팔구")} | {"공": 0}
_KOREAN_SINO = re.compile(
    rf"(?<![가-힣])(?P<first>제)?(?P<word>[{''.join(_SINO)}십백천만억조]+)"
    r"(?= ?(?:단계|차원|개월|년|월|명|배|분의|퍼센트|층|종|회|점|중|항|개|건|대|여|장|편))"
)


def tail(text: str, at: int) -> int:
    """Where the magnitudes end that follow a number in digits ending at `at`: 30億, 1亿2000万."""
    found = _TAIL.match(text, at)
    return found.end() if found else at


def value_of(text: str, *, chinese: bool) -> frozenset[Decimal]:
    """The values of a number with East Asian numerals or magnitudes.

    兆 is 10^12, in Chinese 10^6 as well. 三四 may be three or four, 二〇二四 a year.
    """
    values = {_value(text, _LARGE)}
    if chinese and "兆" in text:
        values.add(_value(text, _LARGE | {"兆": _MEGA}))
    if len(text) == 2 and all(sign in _NUMERALS for sign in text):
        values |= {Decimal(_NUMERALS[sign]) for sign in text}
    return frozenset(values)


def han_numbers_in(text: str, *, chinese: bool) -> Iterator[Spelled]:
    """Numbers in Chinese numerals alone, and words that stand for one: 三百, 第二, 一半, 双."""
    for found in _RUN.finditer(text):
        start, end = found.span()
        if start == end:
            continue
        written = found.group()
        ordinal = text[start - 1 : start] == "第"
        vague = text[start - 1 : start] in _VAGUE_BEFORE or text[end : end + 1] in _VAGUE_AFTER
        values = value_of(written, chinese=chinese)
        counted = _COUNTERS.match(text, end) is not None
        firm = ordinal or (not vague and counted and min(values) > 1)
        yield Spelled(start, end, values, firm, ordinal)
    yield from _implied(text)


def korean_numbers_in(text: str) -> Iterator[Spelled]:
    """Numbers in Korean words, native (세 가지) and Sino-Korean (삼 단계), with their counters."""
    for found in _KOREAN_NATIVE.finditer(text):
        value = _NATIVE[found["word"]]
        ordinal = found["ordinal"] is not None
        start, end = found.span("word")
        yield Spelled(start, end, frozenset({Decimal(value)}), value > 1, ordinal)
    for found in _KOREAN_SINO.finditer(text):
        written = "".join(
            "零一二三四五六七八九"[_SINO[sign]] if sign in _SINO else sign
            for sign in found["word"][:_LONGEST]
        )
        start, end = found.span("word")
        yield Spelled(start, end, frozenset({_value(written, _LARGE)}), False, bool(found["first"]))
    yield from _implied(text)


def fraction_at(text: str, at: int) -> int:
    """Where 分之 ends that follows a number ending at `at`; -1 if none does."""
    found = _FRACTION.match(text, at)
    return found.end() if found else -1


def tenths_at(text: str, at: int, value: Decimal) -> tuple[Decimal, int] | None:
    """The share that 割 or 成 behind a number makes of it (3割5分 is 0.35), and its end."""
    found = _TENTHS.match(text, at)
    if not found or value > 10:
        return None
    hundredths = found["hundredths"] or "0"
    extra = _NUMERALS.get(hundredths)
    whole = value * 10 + (extra if extra is not None else int(hundredths))
    return share(whole, 100), found.end()


def _implied(text: str) -> Iterator[Spelled]:
    for found in _IMPLIED.finditer(text):
        yield Spelled(*found.span(), _IMPLIES[found.lastgroup or "n1"], False)


def _value(text: str, large_signs: dict[str, int]) -> Decimal:
    total, section = Decimal(0), Decimal(0)
    pending: Decimal | None = None
    after_large = False
    # No number has so many parts; a service that repeats itself would pass what can be counted.
    for part in islice(_PART.finditer(text), _LONGEST):
        sign = part.group()
        if part["digits"]:
            pending, after_large = number(sign.replace(",", "")), False
        elif part["numerals"]:
            shown = "".join(str(_NUMERALS.get(one, ".")) for one in sign[:_LONGEST])
            pending, after_large = number(shown), False
        elif sign in _SMALL:
            section += product(Decimal(1) if pending is None else pending, _SMALL[sign])
            pending, after_large = None, False
        else:
            here = section + (pending or 0)
            if after_large and not here:  # 万亿
                total = product(total, large_signs[sign])
            else:
                total += product(here or Decimal(1), large_signs[sign])
            section, pending, after_large = Decimal(0), None, True
    return product(total + section + (pending or 0), 1)
