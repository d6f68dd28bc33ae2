"""What the checks let through, and what they do not."""

import gzip
import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.enrich.check import (
    ADDED,
    ADDRESS,
    FORMULA,
    GAP,
    LANGUAGE,
    NOTHING,
    NUMBER,
    OPEN_END,
    PERCENT,
    SHORT,
    check,
)
from bot.languages import LANGUAGES
from bot.models import SentencePair, Verdict
from bot.text.sentences import sentence_texts

LONG = "We propose a method that learns to translate abstracts without any parallel text at all."


def _findings(source: str, target: str, language: str = "ja") -> tuple[str, ...]:
    return check([SentencePair(source, target)], language).findings


@pytest.mark.parametrize(
    ("source", "target", "language"),
    [
        ("A 3B model.", "30億パラメータのモデル。", "ja"),
        ("A 3B model.", "30亿参数的模型。", "zh-CN"),
        ("A 3B model.", "3Bのモデル。", "ja"),
        ("It has 1.2 billion weights.", "12億の重みを持つ。", "ja"),
        ("It has 120 million weights.", "1億2000万の重みを持つ。", "ja"),
        ("It has 10K users.", "它有1万名用户。", "zh-CN"),
        ("It has 2 trillion tokens.", "它有2万亿个词元。", "zh-CN"),
        ("It has 35,000 users.", "3.5万人のユーザーがいる。", "ja"),
        ("It has 12,345 users.", "１２，３４５人のユーザーがいる。", "ja"),
        ("It has 3 parts.", "它由三个部分组成。", "zh-CN"),
        ("It has two parts.", "2つの部分からなる。", "ja"),
        ("We use 300 samples.", "三百个样本被使用。", "zh-CN"),
        ("It is 70% faster.", "70％高速になる。", "ja"),
        ("It is 70% faster.", "7割高速になる。", "ja"),
        ("It is 70% faster.", "速度提高了百分之70。", "zh-CN"),
        ("It was made in 2024.", "2024年10月ではなく2024年に作られた。"[9:], "ja"),
        ("CO2 and H2O are there.", "二酸化炭素と水がある。", "ja"),
        ("It needs 1,234.5 hours.", "Es braucht 1.234,5 Stunden.", "de"),
        ("It has 3 billion weights.", "Es hat 3 Milliarden Gewichte.", "de"),
        ("It has 10000 users.", "Il compte 10\u202f000 utilisateurs.", "fr"),
        ("It is 70% faster.", "Это на 70 % быстрее.", "ru"),
        ("See $x^2$ at https://a.org/b.", "$x^2$ は https://a.org/b を参照。", "ja"),
        (r"The bound \(n \log n\) is tight.", r"界 \(n \log n\) はタイトである。", "ja"),
        ("It costs $5 or $10 a day.", "1日5ドルか10ドルかかる。", "ja"),
        ("BERT", "BERT", "ja"),
        ("Deep Learning", "深度学习", "zh-CN"),
        (LONG, "我们提出一种无需任何平行文本即可学习翻译摘要的方法。", "zh-CN"),
        ("Is it true?", "それは本当か?", "ja"),
        ("It works.", "هذا يعمل.", "ar"),
        ("It really works well.", "มันทำงานได้ดีจริงๆ", "th"),
    ],
)
def test_good_translations_pass(source: str, target: str, language: str) -> None:
    assert _findings(source, target, language) == ()
    assert check([SentencePair(source, target)], language).verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("source", "target", "language", "finding"),
    [
        ("A 3B model.", "3億パラメータのモデル。", "ja", NUMBER),
        ("A 3B model.", "3亿参数的模型。", "zh-CN", NUMBER),
        ("It has 10K users.", "它有10万名用户。", "zh-CN", NUMBER),
        ("It is 3.5 times faster.", "35倍高速である。", "ja", NUMBER),
        ("It is 71 ms.", "Es sind 17 ms.", "de", NUMBER),
        ("It needs $x^2$ steps.", "$x^3$ ステップが必要だ。", "ja", FORMULA),
        (r"It is \(n\) long.", "長さは n である。", "ja", FORMULA),
        ("It is at https://a.org/b here.", "これは https://a.org/c にある。", "ja", ADDRESS),
        ("We solve this problem now.", "We solve this problem now.", "ja", LANGUAGE),
        ("We solve this problem now.", "We solve this problem now.", "de", LANGUAGE),
        ("We solve this problem now.", "我们现在解决这个问题。", "ru", LANGUAGE),
        ("We solve this problem now.", "この問題をいま解決するのです。", "zh-CN", LANGUAGE),
        (LONG, "私たちは。", "ja", SHORT),
        (LONG, "Wir schlagen eine Methode vor.", "de", SHORT),
    ],
)
def test_wrong_translations_fail(source: str, target: str, language: str, finding: str) -> None:
    checked = check([SentencePair(source, target)], language)
    assert finding in checked.findings
    assert checked.verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("source", "target", "finding"),
    [
        ("It is much faster.", "5倍高速である。", ADDED),
        ("It is 70% faster.", "70高速である。", PERCENT),
        ("It is much faster.", "はるかに高速で", OPEN_END),
    ],
)
def test_doubtful_translations_are_remarked_on(source: str, target: str, finding: str) -> None:
    checked = check([SentencePair(source, target)], "ja")
    assert checked.findings == (finding,)
    assert checked.verdict is Verdict.WARN


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("The error is a factor of five below.", "誤差は5分の1である。"),
        ("Each answer takes an hour.", "各回答には1時間かかる。"),
        ("It has sixty-four antennas.", "アンテナは64本である。"),
    ],
)
def test_numbers_that_english_says_in_words_are_not_new(source: str, target: str) -> None:
    assert check([SentencePair(source, target)], "ja").verdict is Verdict.PASS


def test_a_gap_is_a_remark_and_nothing_at_all_a_failure() -> None:
    done, gap = SentencePair("It works.", "動作する。"), SentencePair("It works.", " ")
    assert check([done, gap], "ja") == check([gap, done], "ja")
    assert check([done, gap], "ja").verdict is Verdict.WARN
    assert check([done, gap], "ja").findings == (GAP,)
    assert check([gap, gap], "ja").verdict is Verdict.FAIL
    assert check([gap, gap], "ja").findings == (NOTHING,)


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_the_source_left_over_fails_in_every_language(language: str) -> None:
    assert LANGUAGE in _findings(LONG, LONG, language)


def test_what_real_abstracts_hold_survives_when_it_is_kept(shared_data: Path) -> None:
    """A translation that keeps every formula, address and number is not said to lack one."""
    with gzip.open(shared_data / "arxiv" / "batches.jsonl.gz", "rt", encoding="utf-8") as lines:
        abstracts = [json.loads(line)["abstract"] for line in lines][::4]
    assert len(abstracts) > 500
    for abstract in abstracts:
        for source in sentence_texts(abstract):
            kept = SentencePair(source, f"これを日本語で述べると次のようになる: {source}")
            assert set(check([kept], "ja").findings) <= {LANGUAGE}, source


@given(source=st.text(max_size=300), target=st.text(max_size=300))
def test_any_texts_can_be_checked(source: str, target: str) -> None:
    for language in ("ja", "zh-CN", "de", "ar"):
        checked = check([SentencePair(source, target)], language)
        assert (checked.verdict is Verdict.PASS) == (not checked.findings)


@pytest.mark.parametrize("language", ["ja", "zh-CN", "de"])
@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("We saw sıx cats.", "6 2"),  # a dotless ı, which is an i where case does not count
        ("We saw 3 mıllion cats.", "3 2"),
        ("We saw 3 cats.", "9" + "兆" * 90_000),
    ],
)
def test_odd_letters_and_endless_magnitudes_can_be_checked(
    source: str, target: str, language: str
) -> None:
    assert check([SentencePair(source, target)], language).findings


def test_endless_digits_take_no_time() -> None:
    digits = "1" * 30_000
    started = time.perf_counter()
    check([SentencePair(digits, digits)], "ja")
    assert time.perf_counter() - started < 3  # where each digit began a search: twenty
