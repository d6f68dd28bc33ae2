"""What the checks let through, and what they do not."""

import gzip
import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.enrich.check import check, check_summary, check_texts
from bot.enrich.check.words import in_words
from bot.languages import LANGUAGES
from bot.models import Checked, SentencePair, Severity, TextKind, Verdict
from bot.models import FindingKind as Kind
from bot.text.sentences import sentence_texts

LONG = "We propose a method that learns to translate abstracts without any parallel text at all."
SENTENCES = {
    "ja": "我々は、並列テキストなしに抄録の翻訳を学習する手法を提案する。",
    "zh-CN": "我们提出一种无需任何平行文本即可学习翻译摘要的方法。",
}


def _kinds(source: str, target: str, language: str = "ja") -> set[Kind]:
    return {one.kind for one in check([SentencePair(source, target)], language).findings}


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
        ("It was made in 2024.", "2024年に作られた。", "ja"),
        ("It needs 1,234.5 hours.", "Es braucht 1.234,5 Stunden.", "de"),
        ("It has 3 billion weights.", "Es hat 3 Milliarden Gewichte.", "de"),
        ("It has 10000 users.", "Il compte 10\u202f000 utilisateurs.", "fr"),
        ("It is 70% faster.", "Это на 70 % быстрее.", "ru"),
        ("See $x^2$ at https://a.org/b.", "$x^2$ は https://a.org/b を参照。", "ja"),
        (r"The bound \(n \log n\) is tight.", r"界 \(n \log n\) はタイトである。", "ja"),
        ("It costs $5 or $10 a day.", "1日5ドルか10ドルかかる。", "ja"),
        ("BERT", "BERT", "ja"),
        ("Deep Learning", "深度学习", "zh-CN"),
        (LONG, SENTENCES["zh-CN"], "zh-CN"),
        ("Is it true?", "それは本当か?", "ja"),
        ("It works.", "هذا يعمل.", "ar"),
        ("It really works well.", "มันทำงานได้ดีจริงๆ", "th"),
    ],
)
def test_good_translations_pass(source: str, target: str, language: str) -> None:
    assert _kinds(source, target, language) == set()
    assert check([SentencePair(source, target)], language).verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("source", "target", "language", "kind"),
    [
        ("A 3B model.", "3億パラメータのモデル。", "ja", Kind.NUMBER_CHANGED),
        ("A 3B model.", "3亿参数的模型。", "zh-CN", Kind.NUMBER_CHANGED),
        ("It has 10K users.", "它有10万名用户。", "zh-CN", Kind.NUMBER_CHANGED),
        ("It is 3.5 times faster.", "35倍高速である。", "ja", Kind.NUMBER_CHANGED),
        ("It is 71 ms.", "Es sind 17 ms.", "de", Kind.NUMBER_CHANGED),
        ("It needs $x^2$ steps.", "$x^3$ ステップが必要だ。", "ja", Kind.FORMULA_CHANGED),
        (
            "It is at https://a.org/b here.",
            "これは https://a.org/c にある。",
            "ja",
            Kind.URL_CHANGED,
        ),
        ("We solve this problem now.", "We solve this problem now.", "ja", Kind.LANGUAGE),
        ("We solve this problem now.", "We solve this problem now.", "de", Kind.LANGUAGE),
        ("We solve this problem now.", "我们现在解决这个问题。", "ru", Kind.LANGUAGE),
        ("We solve this problem now.", "この問題をいま解決するのです。", "zh-CN", Kind.LANGUAGE),
        (LONG, "私たちは。", "ja", Kind.TRUNCATED),
        (LONG, "Wir schlagen eine Methode vor.", "de", Kind.TRUNCATED),
    ],
)
def test_wrong_translations_fail(source: str, target: str, language: str, kind: Kind) -> None:
    checked = check([SentencePair(source, target)], language)
    assert kind in {one.kind for one in checked.findings}
    assert checked.verdict is Verdict.FAIL


def test_doubtful_translations_are_remarked_on() -> None:
    for source, target, kind in (
        ("It is much faster.", "はるかに高速で", Kind.TRUNCATED),
        (r"It is \(n\) long.", "長さは n である。", Kind.FORMULA_CHANGED),
    ):
        checked = check([SentencePair(source, target)], "ja")
        assert [one.kind for one in checked.findings] == [kind]
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
    assert [one.kind for one in check([done, gap], "ja").findings] == [Kind.UNTRANSLATED]
    for nothing in (
        check([gap, gap], "ja"),
        check([], "ja"),
        check_texts("It works.", " ", "ja"),
        check_summary("It works.", [""], "en"),
    ):
        assert nothing.verdict is Verdict.FAIL
        assert [one.kind for one in nothing.findings] == [Kind.NOTHING]


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_the_source_left_over_fails_in_every_language(language: str) -> None:
    assert Kind.LANGUAGE in _kinds(LONG, LONG, language)
    assert check_texts(LONG, LONG, language).verdict is Verdict.FAIL


def test_every_kind_is_said_in_words() -> None:
    checked = check([SentencePair(LONG, "私たちは。")], "ja")
    assert all(in_words(one) for one in checked.findings)


def test_what_real_abstracts_hold_survives_when_it_is_kept(shared_data: Path) -> None:
    """A translation that keeps every formula, address and number is not said to lack one."""
    with gzip.open(shared_data / "arxiv" / "batches.jsonl.gz", "rt", encoding="utf-8") as lines:
        abstracts = [json.loads(line)["abstract"] for line in lines][::5]
    assert len(abstracts) > 500
    expected = {Kind.LANGUAGE, Kind.LEFT_OVER, Kind.SENTENCE_EXTRA, Kind.SUBJECT}
    for abstract in abstracts:
        for source in sentence_texts(abstract):
            kept = SentencePair(source, f"これを日本語で述べると次のようになる: {source}")
            failed = {
                one.kind
                for one in check([kept], "ja").findings
                # Numbers that are left in English words are not in Japanese.
                if one.severity is Severity.MAJOR
                and (one.kind is not Kind.NUMBER_MISSING or any(map(str.isdigit, one.source)))
            }
            assert failed <= expected, source


def _spans_stand(checked: Checked, source: str, target: str) -> None:
    assert (checked.verdict is Verdict.PASS) == (not checked.findings)
    for one in checked.findings:
        assert one.source in source
        assert one.target in target
        assert len(one.source) <= 200
        assert len(one.target) <= 200


_TEXTS = st.text(max_size=300) | st.lists(
    st.sampled_from(
        ["We use BERT. ", "GPT-4 ", "$x^2$", "$", "\\", "https://a.org/b ", "1) ", "2) ",
         "30億", "3B ",
         "模型。", "。", "モデル", "Wir ", "the of ", "&amp;", "�", "(", "（", "half a ",
         "70% "]
    ),
    max_size=40,
).map("".join)  # fmt: skip


@given(source=_TEXTS, target=_TEXTS)
def test_any_texts_can_be_checked(source: str, target: str) -> None:
    for language in ("ja", "zh-CN", "de", "ar", "th"):
        _spans_stand(check([SentencePair(source, target)], language), source, target)
        for kind in TextKind:
            _spans_stand(check_texts(source, target, language, kind), source, target)
    _spans_stand(check_summary(source, [target], "en"), source, target)


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


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "$",
        "a ",
        "A",
        "http://",
        "(",
        "（",
        "\\",
        "。",
        "A. ",
        "GPT-4 ",
        "&",
        "x^2$ $",
        "模",
        "1) ",
    ],
)
def test_endless_texts_take_no_time(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    started = time.perf_counter()
    check([SentencePair(text, text)], "ja")
    check_texts(text, text[1:], "zh-CN")
    check_texts(text, text, "de", TextKind.SUMMARY)
    assert time.perf_counter() - started < 12  # quadratic ones take minutes
