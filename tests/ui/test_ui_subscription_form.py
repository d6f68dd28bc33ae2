"""A subscription as typed texts and back."""

from datetime import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.digest.choices import parse_keywords, parse_words
from bot.errors import BadInput
from bot.models import Include, Layout, Rules, SubscriptionDraft
from bot.sources.taxonomy import CATEGORIES
from bot.ui.subscription_form import SubscriptionTexts, split_time, terms_text

DRAFT = SubscriptionDraft(
    1,
    2,
    3,
    Rules(
        ("cs.CL", "hep-th"),
        ("retrieval", "long context", "C++"),
        ("survey", "position paper", "e-mail"),
        ("José García", "D. Knuth"),
        Include.CROSS,
    ),
    time(9, 30),
    "Asia/Tokyo",
    7,
    Layout.THREAD,
)


def test_what_is_shown_says_what_is_stored() -> None:
    assert SubscriptionTexts.of(DRAFT).apply(DRAFT) == DRAFT


def test_an_untouched_edit_form_changes_nothing() -> None:
    texts = SubscriptionTexts.of(DRAFT)
    typed = {field.key: field.value for field in texts.editing()}
    assert texts.edited(typed).apply(DRAFT) == DRAFT


def test_an_untouched_adjust_form_changes_nothing() -> None:
    texts = SubscriptionTexts.of(DRAFT)
    typed = {field.key: field.value for field in texts.adjusting()}
    assert texts.with_typed(typed).apply(DRAFT) == DRAFT


@pytest.mark.parametrize("fields", ["editing", "adjusting"])
def test_discord_takes_the_forms(fields: str) -> None:
    shown = getattr(SubscriptionTexts.of(DRAFT), fields)()
    assert 1 <= len(shown) <= 5
    for field in shown:
        assert 1 <= len(field.label) <= 45
        assert len(field.hint) <= 100
        assert 1 <= field.longest <= 4000
        assert len(field.value) <= field.longest


def test_exclusions_come_from_both_fields_once() -> None:
    texts = SubscriptionTexts("cs.CL", 'graph -survey -"case study"', "Survey, review")
    rules = texts.apply(DRAFT).rules
    assert rules.keywords == ("graph",)
    assert {term.casefold() for term in rules.exclusions} == {"survey", "review", "case study"}
    assert len(rules.exclusions) == 3


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"categories": "cs.XX"}, "cs.XX"),
        ({"categories": ""}, "No category"),
        ({"keywords": '"open'}, "quotation mark"),
        ({"keywords": "graph -Graph"}, "both wanted and excluded"),
        ({"time": "25:00"}, "25:00"),
        ({"time": "soon"}, "soon"),
        ({"time": "9 Mars/Olympus"}, "Mars/Olympus"),
        ({"max_papers": "26"}, "from 1 to 25"),
        ({"max_papers": "many"}, "from 1 to 25"),
    ],
)
def test_what_is_wrong_is_named(changes: dict[str, str], named: str) -> None:
    with pytest.raises(BadInput, match=named):
        SubscriptionTexts.of(DRAFT).with_typed(changes).apply(DRAFT)


def test_too_many_categories_are_refused() -> None:
    everything = " ".join([known for known in CATEGORIES if known.startswith("math.")])
    with pytest.raises(BadInput, match="at most 25"):
        SubscriptionTexts(everything).apply(DRAFT)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("09:00 Asia/Tokyo", ("09:00", "Asia/Tokyo")),
        ("9am Europe/Berlin", ("9am", "Europe/Berlin")),
        ("9 pm", ("9 pm", "")),
        ("9 pm America/New York", ("9 pm", "America/New York")),
        ("17.30", ("17.30", "")),
        ("21h UTC", ("21h", "UTC")),
        ("noon", ("noon", "")),
    ],
)
def test_a_time_and_its_zone_are_told_apart(text: str, parts: tuple[str, str]) -> None:
    assert split_time(text) == parts


@given(st.text(max_size=120))
def test_terms_survive_being_written_and_read_again(text: str) -> None:
    try:
        keywords, exclusions = parse_keywords(text)
    except BadInput:
        assume(False)
        return
    assert parse_keywords(terms_text(keywords))[0] == keywords
    assert parse_words(terms_text(exclusions)) == exclusions
    both = f"{terms_text(keywords)} {terms_text(exclusions, minus=True)}"
    assert parse_keywords(both) == (keywords, exclusions)
