"""How numbers are read: their values, units and how sure they are."""

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.languages import LANGUAGES
from bot.text.number_digits import digits_in, narrow
from bot.text.numbers import Sure, numbers_in


def _sure(text: str, language: str = "en") -> list[tuple[str, list[str]]]:
    """What is certainly a number, with its values in plain notation."""
    return [
        (text[one.start : one.end], sorted(f"{value:f}" for value in one.values))
        for one in numbers_in(text, language)
        if one.sure > Sure.HINT
    ]


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("1,234.5", "en", "1234.5"),
        ("1{,}234", "en", "1234"),
        ("175 441", "en", "175441"),
        (".05", "en", "0.05"),
        ("1.5K", "en", "1500"),
        ("3bn", "en", "3000000000"),
        ("1.2 billion", "en", "1200000000"),
        ("10^{-3}", "en", "0.001"),
        ("10⁻³", "en", "0.001"),
        (r"1.5 \times 10^6", "en", "1500000"),
        ("1e-4", "en", "0.0001"),
        ("½", "en", "0.5"),
        ("two hundred and three", "en", "203"),
        ("twenty-four", "en", "24"),
        ("half a million", "en", "500000"),
        ("two-thirds", "en", "0.666666666666667"),
        ("30億", "ja", "3000000000"),
        ("1億2000万", "ja", "120000000"),
        ("１２，３４５", "ja", "12345"),
        ("3分の2", "ja", "0.666666666666667"),
        ("2万亿", "zh-CN", "2000000000000"),
        ("百分之七十", "zh-CN", "70"),
        ("10的负5次方", "zh-CN", "0.00001"),
        ("3만 5천", "ko", "35000"),
        ("1.234,5", "de", "1234.5"),
        ("10 000", "fr", "10000"),
        ("3 mil millones", "es", "3000000000"),
        ("1,23,456", "hi", "123456"),
        ("٣٫٥", "ar", "3.5"),
    ],
)
def test_a_number_has_its_value(text: str, language: str, value: str) -> None:
    assert _sure(text, language) == [(text, [value])]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("CO2, F1, H100, GPT-4, Llama-3, ResNet-50, COVID-19, top-1, wav2vec, 5G", "en"),
        ("1) one, (2) other [3] a half, an hour", "en"),
        ("一些一种统一进一步十分万一百度半监督多模态零样本双向", "zh-CN"),
        ("一つの一般的な統一された手法", "ja"),
        ("일반적인 하나의 이해와 만족", "ko"),
        ("GPT-4 und eine Methode", "de"),
    ],
)
def test_names_marks_and_common_words_are_no_numbers(text: str, language: str) -> None:
    assert _sure(text, language) == []


@pytest.mark.parametrize(
    ("text", "dimension", "size"),
    [
        ("5 ms", "time", "0.001"),
        ("5ミリ秒", "time", "0.001"),
        ("60 GHz的", "frequency", "1E+9"),
        (r"42.3 $\%$", "percent", "0.01"),
        ("2 percentage points", "points", "0.01"),
        ("9.2倍", "times", "1"),
        ("3-fold", "times", "1"),
        ("2 μ s", "time", "0.000001"),
        ("90+ days", "time", "86400"),
        ("3D", "space dimensions", "1"),
        ("5兆字节", "bytes", "1E+6"),
    ],
)
def test_a_number_has_its_unit(text: str, dimension: str, size: str) -> None:
    unit = numbers_in(text, "zh-CN")[0].unit
    assert unit is not None
    assert (unit.dimension, unit.size) == (dimension, Decimal(size))


def test_an_unknown_word_is_no_unit() -> None:
    assert numbers_in("5 tokens in 10 to 12 layers", "en")[0].unit is None
    assert numbers_in("10 to 12 layers", "en")[0].unit is None


def test_the_last_of_a_list_lends_its_unit_and_magnitude() -> None:
    three, eight, most = numbers_in("3/8/32B", "en")
    assert Decimal(3 * 10**9) in three.values
    assert Decimal(8 * 10**9) in eight.values
    assert most.values == {Decimal(32 * 10**9)}
    low, high = numbers_in("from 10 to 20%"[5:], "en")
    assert low.unit is None
    assert low.lent == high.unit


def test_german_and_english_separators_are_both_read() -> None:
    (found,) = numbers_in("1.234", "de")
    assert found.values == {Decimal(1234), Decimal("1.234")}


def test_a_text_is_narrowed_without_moving() -> None:
    text = "１２，３４５％〜٣—10⁻³"
    assert len(narrow(text)) == len(text)
    assert narrow("１２，３４５％") == "12,345%"


@given(text=st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    for language in LANGUAGES:
        for one in numbers_in(text, language):
            assert 0 <= one.start < one.end <= len(text)


@given(
    text=st.text(alphabet="0123456789.,/^{}-+ eE%KMB$\\x一二百千万亿億兆点分之의 三つ", max_size=60)
)
def test_anything_like_a_number_can_be_read(text: str) -> None:
    for language in ("en", "ja", "zh-CN", "ko", "de", "hi"):
        found = numbers_in(text, language)
        assert all(0 <= one.start < one.end <= len(text) for one in found)


@pytest.mark.parametrize(
    "unit",
    ["1", "0", "1,", "1,111,", "9e999999999 ", "10^{99999}", "一", "一百万", "分之", "1/2/", "x1",
     "(1", "1.111.", "3 to ", "one hundred and ", "千兆", "1 mil ", " ", "$", "세 "],
)  # fmt: skip
@pytest.mark.parametrize("language", ["en", "zh-CN", "ko", "de"])
def test_two_hundred_thousand_characters_take_a_moment(unit: str, language: str) -> None:
    text = (unit * 200_000)[:200_000]
    started = time.process_time()
    numbers_in(text, language)
    assert time.process_time() - started < 2
    assert sum(1 for _ in digits_in(text[:2000], "point")) <= 2000
