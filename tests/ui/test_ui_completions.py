"""What is offered while somebody types."""

from dataclasses import replace
from datetime import UTC, datetime, time

from hypothesis import given
from hypothesis import strategies as st

from bot.models import Rules, Subscription, SubscriptionDraft, SubscriptionState
from bot.services import SubscriptionInfo
from bot.sources.taxonomy import CATEGORIES, parse_categories
from bot.ui.completions import (
    category_choices,
    subscription_choices,
    timezone_choices,
)

NOW = datetime(2026, 6, 18, 7, tzinfo=UTC)


def test_the_last_word_is_completed_and_the_list_is_kept() -> None:
    first = category_choices("machine lea")
    assert "cs.LG" in {choice.value for choice in first}
    more = category_choices("cs.LG, comput")
    assert more
    assert all(choice.value.startswith("cs.LG, ") for choice in more)
    assert "cs.LG, cs.CL" in {choice.value for choice in more}


def test_ids_may_be_separated_by_spaces() -> None:
    assert "cs.LG, cs.CL" in {choice.value for choice in category_choices("cs.lg comput")}
    values = [choice.value for choice in category_choices("hep-th, cs.LG  cs.AI cs.C")]
    assert values
    assert all(value.startswith("hep-th, cs.LG, cs.AI, cs.C") for value in values)


def test_what_is_chosen_already_is_not_offered_again() -> None:
    values = {choice.value for choice in category_choices("cs.CL, cs.")}
    assert "cs.CL, cs.CL" not in values
    assert len(values) == 25


def test_a_list_that_is_too_long_for_a_choice_is_not_offered() -> None:
    assert category_choices(", ".join(list(CATEGORIES)[:20]) + ", cs") == []


def test_every_choice_can_be_read_again() -> None:
    for choice in category_choices("stat.ML, math"):
        assert parse_categories(choice.value)[0] == "stat.ML"


@given(st.text(max_size=150))
def test_any_text_gives_valid_choices(typed: str) -> None:
    for choices in (category_choices(typed), timezone_choices(typed, NOW)):
        assert len(choices) <= 25
        for choice in choices:
            assert 1 <= len(choice.name) <= 100
            assert 1 <= len(choice.value) <= 100


def test_time_zones_show_their_offset() -> None:
    choices = {choice.value: choice.name for choice in timezone_choices("toky", NOW)}
    assert "+0900" in choices["Asia/Tokyo"].replace(":", "")


def _infos(count: int) -> list[SubscriptionInfo]:
    return [
        SubscriptionInfo(
            Subscription(
                n,
                SubscriptionDraft(
                    1, 2, 3, Rules((list(CATEGORIES)[n],), (f"word{n}",)), time(9), "UTC"
                ),
                SubscriptionState.ACTIVE,
                0,
                {},
                NOW,
                NOW,
            ),
            None,
        )
        for n in range(1, count + 1)
    ]


def test_subscriptions_by_number_and_by_words() -> None:
    infos = _infos(30)
    assert [choice.value for choice in subscription_choices("word7", infos, _room)] == ["7"]
    assert subscription_choices("2", infos, _room)[0].value == "2"
    assert len(subscription_choices("", infos, _room)) == 25
    assert subscription_choices("nothing like it", infos, _room) == []


def _room(channel_id: int) -> str:
    return "language" if channel_id == 2 else "x" * 100


def test_subscriptions_name_their_channel() -> None:
    infos = _infos(2)
    elsewhere = infos[1].subscription
    elsewhere = replace(elsewhere, draft=replace(elsewhere.draft, channel_id=7))
    infos[1] = SubscriptionInfo(elsewhere, None)
    (found,) = subscription_choices("#Lang", infos, _room)
    assert found.value == "1"
    assert found.name.startswith(f"1 #language: {list(CATEGORIES)[1]} · “word1”")
    (long,) = subscription_choices("xxx", infos, _room)
    assert len(long.name) <= 100
    assert list(CATEGORIES)[2] in long.name
    assert "(deleted channel)" in subscription_choices("", infos, lambda _: None)[0].name
