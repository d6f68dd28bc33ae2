"""What admins type, and the sentence they get when it cannot be used."""

from datetime import UTC, datetime, time

import pytest

from bot.digest.choices import (
    find_timezones,
    parse_authors,
    parse_keywords,
    parse_time,
    parse_timezone,
    parse_words,
)
from bot.errors import BadInput


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [
        ("", (), ()),
        ("diffusion", ("diffusion",), ()),
        ('retrieval "long context" -survey', ("retrieval", "long context"), ("survey",)),
        ('-"position paper" RAG', ("RAG",), ("position paper",)),
        ("“chain of thought” reasoning", ("chain of thought", "reasoning"), ()),
        ("検索、「長い 文脈」、推薦 -調査", ("検索", "長い 文脈", "推薦"), ("調査",)),
        ("graph neural networks, diffusion", ("graph neural networks", "diffusion"), ()),
        ("co-training C++", ("co-training", "C++"), ()),
        ("LLM llm LLM", ("LLM",), ()),
    ],
)
def test_keywords(text: str, wanted: tuple[str, ...], unwanted: tuple[str, ...]) -> None:
    assert parse_keywords(text) == (wanted, unwanted)


@pytest.mark.parametrize("text", ["??? !!!", "- , -", '""', "🙂"])
def test_text_without_a_word_is_told(text: str) -> None:
    for parse in (parse_keywords, parse_words):
        with pytest.raises(BadInput, match="is a word to look for"):
            parse(text)
    assert parse_words("  ") == ()


def test_exclusions_may_have_a_minus_or_not() -> None:
    assert set(parse_words('survey -"case study"')) == {"survey", "case study"}


def test_an_open_quote_is_told() -> None:
    with pytest.raises(BadInput, match="not closed"):
        parse_keywords('"graph networks')


def test_too_many_and_too_long_terms_are_told() -> None:
    with pytest.raises(BadInput, match="at most 25"):
        parse_keywords(" ".join(f"word{n}" for n in range(26)))
    with pytest.raises(BadInput, match="too long"):
        parse_keywords("x" * 81)


def test_authors() -> None:
    assert parse_authors("José García, J. Smith; 李明") == ("José García", "J. Smith", "李明")
    assert parse_authors(" ") == ()
    with pytest.raises(BadInput, match="Nothing in “123” is a name"):
        parse_authors("123")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9", time(9)),
        ("09:00", time(9)),
        ("9:30", time(9, 30)),
        ("9am", time(9)),
        ("12am", time(0)),
        ("12 pm", time(12)),
        ("9.45 PM", time(21, 45)),
        ("21h", time(21)),
        ("２３：５９", time(23, 59)),
    ],
)
def test_times(text: str, expected: time) -> None:
    assert parse_time(text) == expected


@pytest.mark.parametrize("text", ["", "25:00", "9:60", "noon", "13pm", "0am", "-1", "9:5:3"])
def test_a_wrong_time_is_told_with_an_example(text: str) -> None:
    with pytest.raises(BadInput, match="like 09:00"):
        parse_time(text)


def test_time_zones_in_any_case() -> None:
    assert parse_timezone("asia/tokyo") == "Asia/Tokyo"
    assert parse_timezone("America/new york") == "America/New_York"
    assert parse_timezone("utc") == "UTC"


@pytest.mark.parametrize("text", ["Asia/Tokio", "tokyo"])
def test_a_near_time_zone_is_suggested(text: str) -> None:
    with pytest.raises(BadInput, match=r"Did you mean .*Asia/Tokyo"):
        parse_timezone(text)


def test_nonsense_is_not_repeated_in_full() -> None:
    with pytest.raises(BadInput) as caught:
        parse_timezone("@everyone `" + "x" * 500)
    assert len(caught.value.sentence) < 200


def test_finding_time_zones_while_typing() -> None:
    now = datetime(2026, 6, 1, tzinfo=UTC)
    assert find_timezones("tok", now)[0] == ("Asia/Tokyo (UTC+09:00)", "Asia/Tokyo")
    assert len(find_timezones("", now)) == 25
    assert "Europe/Berlin" in [name for _, name in find_timezones("berl", now)]
    assert find_timezones("qqqq", now) == []


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("+9", "(UTC+09:"),
        ("utc+09", "(UTC+09:"),
        ("UTC -3", "(UTC-03:00)"),
        ("+5:30", "(UTC+05:30)"),
        ("+0530", "(UTC+05:30)"),
        ("−10", "(UTC-10:00)"),
    ],
)
def test_finding_time_zones_by_their_offset(typed: str, label: str) -> None:
    found = find_timezones(typed, datetime(2026, 6, 1, tzinfo=UTC))
    assert found
    assert all(label in shown for shown, _ in found)


def test_zones_of_misleading_signs_are_not_offered() -> None:
    now = datetime(2026, 6, 1, tzinfo=UTC)
    assert find_timezones("etc/gmt", now) == []
    assert find_timezones("utc", now)[0][1] == "UTC"
    assert parse_timezone("Etc/GMT+9") == "Etc/GMT+9"
