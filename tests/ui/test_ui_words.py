"""Rules, dates, counts and reasons in words."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models import (
    Batch,
    BatchState,
    Include,
    Layout,
    QuietDays,
    Reason,
    Rules,
    SubscriptionDraft,
)
from bot.ui.words import (
    batch_in_words,
    days_in_words,
    duration,
    fit,
    moment,
    plan_in_words,
    reasons_in_words,
    rules_in_list,
    rules_in_words,
    title_in_list,
    title_of,
)

DAY = date(2026, 6, 18)


def test_rules_in_words() -> None:
    rules = Rules(
        categories=("cs.CL", "cs.LG"),
        keywords=("retrieval", "long context"),
        exclusions=("survey", "position paper"),
        authors=("J. Garcia",),
        include=Include.CROSS,
    )
    assert rules_in_words(rules) == (
        "cs.CL, cs.LG · “retrieval”, “long context” · not survey, “position paper” · "
        "by J. Garcia · new papers and cross-lists"
    )


@pytest.mark.parametrize(
    ("include", "words"),
    [
        (Include.NEW, "new papers only"),
        (Include.CROSS, "new papers and cross-lists"),
        (Include.REPLACEMENTS, "new papers, cross-lists and replacements"),
    ],
)
def test_only_what_is_asked_for_is_named(include: Include, words: str) -> None:
    assert rules_in_words(Rules(("hep-th",), include=include)) == f"hep-th · {words}"


def test_long_rules_are_counted_instead_of_cut() -> None:
    rules = Rules(
        categories=tuple(f"cs.A{n}" for n in range(25)),
        keywords=tuple(f"a rather long phrase {n}" for n in range(25)),
    )
    text = rules_in_words(rules, 300)
    assert len(text) <= 300
    assert "and 20 more" in text
    assert text.endswith("new papers only")


def test_markdown_and_pings_in_keywords_do_nothing() -> None:
    text = rules_in_words(Rules(("cs.CL",), keywords=("**bold**", "@everyone", "<@123>")))
    assert r"\*\*bold\*\*" in text
    assert "@everyone" not in text
    assert "<@123>" not in text


_TERMS = st.lists(st.text(min_size=1, max_size=80), max_size=25).map(tuple)


@given(keywords=_TERMS, exclusions=_TERMS, authors=_TERMS, limit=st.integers(60, 2000))
def test_any_rules_fit(
    keywords: tuple[str, ...], exclusions: tuple[str, ...], authors: tuple[str, ...], limit: int
) -> None:
    rules = Rules(("cs.CL",), keywords, exclusions, authors)
    assert 0 < len(rules_in_words(rules, limit)) <= limit
    assert 0 < len(rules_in_list(rules)) <= 100


def test_a_plan_in_words() -> None:
    draft = SubscriptionDraft(
        1, 2, 3, Rules(("cs.CL",)), time(9, 30), "Asia/Tokyo", 1, Layout.THREAD, QuietDays.LINE
    )
    assert plan_in_words(draft) == (
        "at 09:30 Asia/Tokyo, up to 1 paper, papers in a thread, one line on quiet days, in English"
    )
    japanese = replace(draft, max_papers=25, language="ja")
    assert plan_in_words(japanese).endswith("one line on quiet days, in Japanese")
    assert "up to 25 papers" in plan_in_words(japanese)


def test_dates() -> None:
    assert days_in_words([DAY]) == "Thursday 18 June 2026"
    assert days_in_words([date(2026, 6, 22), DAY]) == "Thu 18 Jun to Mon 22 Jun 2026 (2 days)"
    assert days_in_words([]) == "no announcement day"
    assert moment(datetime(2026, 6, 18, 7, tzinfo=UTC), "R") == "<t:1781766000:R>"


def test_durations_name_the_largest_unit() -> None:
    assert duration(timedelta(hours=1)) == "1 hour"
    assert duration(timedelta(days=3, hours=5)) == "3 days"
    assert duration(timedelta(seconds=61)) == "1 minute"
    assert duration(timedelta(seconds=-5)) == "0 seconds"


def test_reasons_join_the_places_of_a_word() -> None:
    reasons = (
        Reason("retrieval", "title", 3.0),
        Reason("retrieval", "abstract", 1.0),
        Reason("J. Garcia", "authors", 4.0),
        Reason("cs.IR", "primary category", 0.5),
        Reason("cs.IR", "cross", 0.2),
    )
    assert reasons_in_words(reasons) == (
        "“retrieval” in the title and abstract · by J. Garcia · cross-list in cs.IR"
    )
    assert reasons_in_words(reasons[1:2]) == "“retrieval” in the abstract"
    assert reasons_in_words(()) == ""
    assert len(reasons_in_words(reasons * 30, 80)) <= 80


def test_batches_in_words() -> None:
    announced = Batch(
        "cs.CL", DAY, BatchState.ANNOUNCED, new=80, cross=20, replace=15, replace_cross=5
    )
    assert batch_in_words(announced) == "Thu 18 Jun: 80 new, 20 cross-listed, 20 replaced"
    cut = replace(announced, new=0, late=3, truncated=True)
    assert batch_in_words(cut) == (
        "Thu 18 Jun: 20 cross-listed, 20 replaced, 3 of them late; arXiv's feed was cut off"
    )
    assert batch_in_words(None) == "no announcement day seen yet"
    quiet = {state: batch_in_words(Batch("cs.CL", DAY, state)) for state in BatchState}
    assert quiet[BatchState.QUIET] == "Thu 18 Jun: arXiv announced nothing"
    assert quiet[BatchState.HOLIDAY] == "Thu 18 Jun: a holiday at arXiv"
    assert quiet[BatchState.STALE] == "Thu 18 Jun: arXiv still shows the day before"
    assert quiet[BatchState.EXPECTED] == "Thu 18 Jun: not out yet"


def test_titles() -> None:
    assert title_of(r"On $\alpha$-stable *laws*") == r"On α-stable \*laws\*"
    assert title_of("") == "(no title)"
    assert title_in_list(r"On $\alpha$-stable *laws*") == "On α-stable *laws*"
    assert title_in_list(" \u202e ") == "(no title)"


@given(st.text(max_size=400), st.integers(20, 200))
def test_any_title_fits(title: str, limit: int) -> None:
    assert 0 < len(title_of(title, limit)) <= limit
    assert 0 < len(title_in_list(title, limit)) <= limit


@given(st.lists(st.text(st.characters(codec="ascii", categories=("L",)), max_size=50), max_size=40))
def test_what_does_not_fit_is_counted(lines: list[str]) -> None:
    text = fit(lines, 120, unlisted=7)
    assert len(text) <= 120
    if lines:
        shown, _, rest = text.rpartition("\n")
        there = len(shown.split("\n"))
        assert rest == f"… and {len(lines) - there + 7:,} more"
        assert shown.split("\n") == lines[:there]
