"""What an admin sees of subscriptions: back-test, list, one of them, its settings."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from discord import ui
from hypothesis import given, settings
from hypothesis import strategies as st
from ui_samples import DAY, buttons, check
from ui_subscriptions import (
    HOSTILE,
    LONG_RULES,
    NOW,
    custom_id,
    draft,
    posted,
    selects,
    subscription,
)

from bot.i18n import kept
from bot.languages import LANGUAGES
from bot.models import (
    Rules,
    SubscriptionState,
)
from bot.services import Backtest, BacktestDay, SubscriptionInfo
from bot.store.reading import PostedDigest
from bot.ui.backtest_views import backtest_view, subscribed_view, waiting_view
from bot.ui.subscription_views import (
    OTHER_LANGUAGE,
    detail_view,
    list_view,
    outcome_in_words,
    remove_view,
    settings_view,
)


def test_a_backtest_shows_the_days_and_what_can_be_done() -> None:
    backtest = Backtest(
        (
            BacktestDay(DAY, 120, 14, 5, ("First $x^2$", "Second", "Third")),
            BacktestDay(date(2026, 6, 17), 99, 1, 1, ("Only one",)),
            BacktestDay(date(2026, 6, 16), 80, 0, 0, ()),
        ),
        estimated=False,
        problem=None,
    )
    view = backtest_view(subscription().draft, backtest, NOW, custom_id)
    text = check(view)
    assert "cs.CL · “retrieval”" in text
    assert "Thu 18 Jun: **5 of 14 matches** (120 announced)" in text
    assert "> First x²" in text
    assert "Wed 17 Jun: **1 paper** (99 announced)" in text
    assert "Tue 16 Jun: **nothing** (80 announced)" in text
    assert "<t:1781766000:f>" in text
    assert buttons(view) == {
        "Subscribe": custom_id("subscribe"),
        "Adjust": custom_id("adjust"),
        "Cancel": custom_id("cancel"),
    }


@pytest.mark.parametrize(
    ("language", "translates", "told"),
    [
        ("en", False, None),
        ("ja", True, None),
        ("ja", False, "My own words are in Japanese; papers stay in English"),
        ("de", True, "Papers are translated into German; my own words stay in English."),
        ("de", False, "I do not speak German myself"),
    ],
)
def test_a_backtest_tells_what_stays_in_english(
    language: str, *, translates: bool, told: str | None
) -> None:
    made = replace(subscription().draft, language=language)
    nothing = Backtest((), False, None)
    text = check(backtest_view(made, nothing, NOW, custom_id, translates=translates))
    assert text.count("-# ") == (told is not None)
    assert told is None or told in text


def test_a_backtest_says_what_it_could_not_find_out() -> None:
    made = subscription().draft
    nothing = check(backtest_view(made, Backtest((), False, None), NOW, custom_id))
    assert "no announcement day" in nothing
    trouble = Backtest((), False, "arXiv could not be asked about cs.CL just now.")
    assert "arXiv could not be asked" in check(backtest_view(made, trouble, NOW, custom_id))
    days = (BacktestDay(DAY, 5, 0, 0, ()),)
    view = backtest_view(made, Backtest(days, True, None), NOW, custom_id)
    assert list(buttons(view)) == ["Subscribe", "Adjust", "Cancel"]
    rare = check(view)
    assert "Nothing matched" in rare
    assert "estimates" in rare
    warned = backtest_view(made, Backtest(days, False, None), NOW, custom_id, warning="Not so.")
    assert check(warned).startswith("⚠️ Not so.")


@settings(max_examples=30, deadline=None)
@given(titles=st.lists(st.text(max_size=400), max_size=3), warning=st.text(max_size=3000))
def test_any_backtest_is_valid(titles: list[str], warning: str) -> None:
    days = tuple(
        BacktestDay(DAY - timedelta(n), 2000, 2000, 25, tuple([*titles, HOSTILE, HOSTILE][:3]))
        for n in range(5)
    )
    backtest = Backtest(days, estimated=True, problem=HOSTILE)
    view = backtest_view(draft(LONG_RULES), backtest, NOW, custom_id, warning=warning)
    text = check(view)
    assert list(buttons(view)) == ["Subscribe", "Try again", "Adjust", "Cancel"]
    assert "Thu 18 Jun" in text


def test_waiting_and_the_confirmation() -> None:
    asking = check(waiting_view(Rules(("math.CO", "hep-th")), 3.0))
    assert asking.startswith("Asking arXiv for the last days of math.CO and hep-th.")
    assert "one question every 3 s" in asking
    assert "about 6 seconds, more" in asking
    long = check(waiting_view(LONG_RULES, 3.0))
    assert "and 20 more" in long
    assert "about 75 seconds" in long
    assert "second" not in check(waiting_view(LONG_RULES, 0.0))
    text = check(subscribed_view(subscription(42)))
    assert "number 42" in text
    assert "<#22>" in text
    assert "<t:1781766000:R>" in text


def _infos(count: int, rules: Rules) -> list[SubscriptionInfo]:
    return [
        SubscriptionInfo(
            subscription(n, draft=draft(rules), state=state, problem=problem), posted()
        )
        for n in range(1, count + 1)
        for state, problem in [
            (SubscriptionState.BROKEN, HOSTILE) if n % 2 else (SubscriptionState.PAUSED, None)
        ]
    ]


@pytest.mark.parametrize("page", [0, 1, 2, 99])
def test_a_list_of_long_subscriptions_is_valid_on_every_page(page: int) -> None:
    infos = _infos(12, LONG_RULES)
    view = list_view(infos, page, custom_id, lambda number: "c" * 100, warning=HOSTILE)
    text = check(view)
    shown = min(page, 2)
    first = shown * 5 + 1
    assert f"Page {shown + 1} of 3" in text
    (menu,) = selects(view)
    values = [option["value"] for option in menu["options"]]
    assert values == [str(n) for n in range(first, min(first + 5, 13))]
    for value in values:
        assert f"**{value}** · <#22>" in text


def test_a_short_list_says_everything_and_has_no_page_buttons() -> None:
    view = list_view(
        [SubscriptionInfo(subscription(7), None), SubscriptionInfo(subscription(8), posted())],
        0,
        custom_id,
        lambda number: f"papers-{number}",
    )
    text = check(view)
    assert "2 subscriptions in channels that you manage" in text
    assert "09:00 Asia/Tokyo · next post <t:1781766000:f> (<t:1781766000:R>)" in text
    assert "no digest so far" in text
    assert "last digest: 5 papers posted" in text
    assert buttons(view) == {}
    (menu,) = selects(view)
    assert menu["options"][0]["label"] == "7 in #papers-22"


def test_a_subscription_without_its_channel_does_not_look_alive() -> None:
    info = SubscriptionInfo(subscription(7), posted())
    view = list_view([info], 0, custom_id, lambda _: None)
    for text in (check(view), check(detail_view(info, custom_id, gone=True))):
        assert "⚠️ its channel was deleted" in text
        assert "active" not in text
        assert "next post" not in text.lower()
    (menu,) = selects(view)
    assert menu["options"][0]["label"] == "7 in a deleted channel"


def test_an_empty_server_is_shown_where_to_begin() -> None:
    text = check(list_view([], 0, custom_id, str, done="Subscription 3 was removed."))
    assert "Subscription 3 was removed." in text
    assert "`/subscribe`" in text


def test_a_detail_offers_what_its_state_allows() -> None:
    active = detail_view(SubscriptionInfo(subscription(), None), custom_id)
    assert "Pause" in buttons(active)
    assert "Resume" not in buttons(active)
    broken = subscription(state=SubscriptionState.BROKEN, problem="I lack Send Messages.")
    view = detail_view(SubscriptionInfo(broken, posted()), custom_id)
    assert "Resume" in buttons(view)
    assert "I lack Send Messages." in check(view)
    assert "nothing is posted" in check(view).lower()


def test_the_other_views_of_long_subscriptions_are_valid() -> None:
    made = subscription(draft=draft(LONG_RULES), problem=HOSTILE)
    info = SubscriptionInfo(made, posted())
    check(detail_view(info, custom_id, done=HOSTILE, warning=HOSTILE))
    check(remove_view(made, custom_id))
    view = settings_view(made, custom_id, done="Saved.")
    check(view)
    assert len(selects(view)) == 4
    assert _chosen(view) == ["new", "messages", "silent", "en"]


def _chosen(view: ui.LayoutView) -> list[str]:
    return [
        option["value"]
        for menu in selects(view)
        for option in menu["options"]
        if option.get("default")
    ]


def test_the_language_that_is_chosen_is_always_in_its_menu() -> None:
    for code in LANGUAGES:
        made = subscription(draft=replace(subscription().draft, language=code))
        view = settings_view(made, custom_id)
        check(view)
        assert _chosen(view)[-1] == code
        options = selects(view)[-1]["options"]
        assert len(options) == 25
        assert options[-1]["value"] == OTHER_LANGUAGE


def test_a_problem_is_told_in_the_language_of_whoever_reads_it() -> None:
    problem = kept("I lack these permissions in the channel: {names}.", names=["Send Messages"])
    info = SubscriptionInfo(subscription(state=SubscriptionState.BROKEN, problem=problem), None)
    told = "⚠️ I lack these permissions in the channel: Send Messages."
    assert told in check(detail_view(info, custom_id))
    assert told in check(list_view([info], 0, custom_id, lambda _: "papers"))
    old = replace(info.subscription, problem="Something {of} an old version.")
    assert "Something {of} an old" in check(detail_view(SubscriptionInfo(old, None), custom_id))


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (posted(), "5 papers posted"),
        (posted(1, 1), "1 paper posted"),
        (posted(0, 0), "nothing to post"),
        (posted(5, 2, 3), "2 of 5 papers posted, 3 on the way"),
        (posted(5, 2, 0, 3), "2 of 5 papers posted, 3 held back"),
    ],
)
def test_outcomes_in_words(state: PostedDigest, words: str) -> None:
    assert outcome_in_words(state) == words
