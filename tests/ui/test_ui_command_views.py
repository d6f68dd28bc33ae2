"""What commands show: complete, and within Discord's limits whatever it is made of."""

import gzip
import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from discord import ui
from hypothesis import given, settings
from hypothesis import strategies as st
from ui_samples import DAY, buttons, check, digest, match, paper, walk

from bot.digest.plan import Outlook
from bot.models import (
    Batch,
    BatchState,
    Bookmark,
    DigestKind,
    Layout,
    Rules,
    Subscription,
    SubscriptionDraft,
    SubscriptionState,
)
from bot.services import Backtest, BacktestDay, FeedStatus, Status, SubscriptionInfo
from bot.store.ledger import FeedState
from bot.store.reading import PostedDigest
from bot.ui.backtest_views import backtest_view, subscribed_view, waiting_view
from bot.ui.bookmark_views import bookmarks_view
from bot.ui.digest_views import (
    history_view,
    nothing_new_in_words,
    posting_in_words,
    preview_view,
)
from bot.ui.info_views import help_view, status_view
from bot.ui.subscription_views import (
    detail_view,
    list_view,
    outcome_in_words,
    remove_view,
    settings_view,
)

NOW = datetime(2026, 6, 18, 7, tzinfo=UTC)
HOSTILE = "@everyone **" + "][(<@1>\u202e" * 60
LONG_RULES = Rules(
    tuple(f"cond-mat.mtrl-{n}" for n in range(25)),
    tuple(f"{n} {HOSTILE}"[:80] for n in range(25)),
    tuple(f"not {n} {HOSTILE}"[:80] for n in range(25)),
    tuple(f"Author {n} {HOSTILE}"[:80] for n in range(25)),
)


def custom_id(action: str, value: str = "") -> str:
    return f"pb1:s:subscriptions.abcdefghijkl:{action}" + (f":{value}" if value else "")


def subscription(number: int = 3, **changes: Any) -> Subscription:
    draft = SubscriptionDraft(
        1, 22, 33, Rules(("cs.CL",), ("retrieval",)), time(9), "Asia/Tokyo", 5, Layout.THREAD
    )
    values: dict[str, Any] = {
        "draft": draft,
        "state": SubscriptionState.ACTIVE,
        "cursor": 0,
        "since": {"cs.CL": DAY},
        "next_due_at": NOW,
        "created_at": NOW,
    }
    return Subscription(number, **(values | changes))


def draft(rules: Rules) -> SubscriptionDraft:
    return SubscriptionDraft(1, 22, 33, rules, time(9), "America/Argentina/ComodRivadavia", 25)


def posted(shown: int = 5, sent: int = 5, waiting: int = 0, blocked: int = 0) -> PostedDigest:
    return PostedDigest(digest(shown=shown), sent, waiting, blocked)


def selects(view: ui.LayoutView) -> list[dict[str, Any]]:
    return [part for part in walk(view.to_components()) if part["type"] == 3]


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


def test_a_backtest_says_what_it_could_not_find_out() -> None:
    made = subscription().draft
    nothing = check(backtest_view(made, Backtest((), False, None), NOW, custom_id))
    assert "no announcement day" in nothing
    trouble = Backtest((), False, "arXiv could not be asked about cs.CL just now.")
    assert "arXiv could not be asked" in check(backtest_view(made, trouble, NOW, custom_id))
    days = (BacktestDay(DAY, 5, 0, 0, ()),)
    rare = check(backtest_view(made, Backtest(days, True, None), NOW, custom_id))
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
    assert len(buttons(view)) == 3
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
    assert len(selects(view)) == 3
    chosen = [
        option["value"]
        for menu in selects(view)
        for option in menu["options"]
        if option.get("default")
    ]
    assert chosen == ["new", "messages", "silent"]


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


def _outlook(count: int) -> Outlook:
    papers = [paper(id=f"2606.{n:05}", title=f"Paper {n} {HOSTILE}"[:280]) for n in range(count)]
    return Outlook(tuple(match(shown) for shown in papers), (DAY,), 560, 600)


def test_a_preview_lists_the_papers_with_reasons() -> None:
    text = check(preview_view(subscription(), _outlook(2)))
    assert "Thursday 18 June 2026: 560 announced, 2 matches" in text
    assert "1. 📄 [Paper 0" in text
    assert "“retrieval” in the title and abstract" in text


def test_a_preview_of_a_thousand_matches_counts_the_rest() -> None:
    text = check(preview_view(subscription(draft=draft(LONG_RULES)), _outlook(1000)))
    listed = sum("](https://arxiv.org/abs/" in line for line in text.splitlines())
    assert f"… and {1000 - listed:,} more" in text


def test_a_preview_without_papers_says_why() -> None:
    nothing = check(preview_view(subscription(), Outlook((), (), 0, 0)))
    assert "announced nothing since the last digest" in nothing
    unmatched = check(preview_view(subscription(), Outlook((), (DAY,), 560, 9)))
    assert "560 announced, 0 matches. Nothing would be posted" in unmatched
    paused = subscription(state=SubscriptionState.PAUSED)
    assert "not active" in check(preview_view(paused, Outlook((), (DAY,), 560, 9)))


def test_post_now_and_history_in_words() -> None:
    made = posting_in_words(subscription(), digest())
    assert made == "Posting 5 papers of 23 matches to <#22> now (Thursday 18 June 2026)."
    assert "since the last digest <t:" in nothing_new_in_words(posted())
    assert "since the subscription" in nothing_new_in_words(None)
    by_hand = PostedDigest(digest(kind=DigestKind.MANUAL), 5, 0, 0)
    text = check(history_view([by_hand, *[posted() for _ in range(9)]]))
    assert "subscription 1, by hand" in text
    assert "Thu 18 Jun: 560 announced, 23 matched, 5 papers posted" in text
    assert "No digest" in check(history_view([]))


def test_bookmarks_in_pages() -> None:
    entries = [
        (Bookmark(1, f"2606.{n:05}", 1, NOW), paper(id=f"2606.{n:05}", title=HOSTILE))
        for n in range(10)
    ]
    view = bookmarks_view(entries, 1, 23, custom_id)
    text = check(view)
    assert "23 bookmarks" in text
    assert "Page 2 of 3" in text
    assert "11. [" in text
    assert "20. [" in text
    assert buttons(view) == {"◀ Previous": custom_id("page", "0"), "Next ▶": custom_id("page", "2")}
    assert "🔖" in check(bookmarks_view([], 0, 0, custom_id))


def test_the_status_names_every_source() -> None:
    batch = Batch("cs.CL", DAY, BatchState.ANNOUNCED, new=80, cross=3)
    feeds = [
        FeedStatus("cs.CL", batch, FeedState("cs.CL"), NOW + timedelta(minutes=5)),
        FeedStatus("hep-th", None, FeedState("hep-th", failures=2, problem="HTTP 503"), NOW),
    ]
    status = Status(feeds, 5, 1, 2, 1234, NOW - timedelta(1), "0.1.0")
    text = check(status_view(status, 0.0421, NOW))
    assert "Subscribed in all servers: 5 categories" in text
    assert "arXiv did not answer well for 1 of them" in text
    assert "**cs.CL** · Thu 18 Jun: 80 new, 3 cross-listed · next look <t:1781766300:R>" in text
    assert "**hep-th** · no announcement day seen yet · looking now" in text
    assert "HTTP 503" in text
    assert "Paperboy 0.1.0, running for 1 day" in text
    assert "42 ms" in text
    assert "Waiting to be posted: 2 messages" in text
    assert "1,234 papers" in text


def test_a_status_of_all_categories_is_valid() -> None:
    feeds = [
        FeedStatus(f"cs.A{n}", None, FeedState(f"cs.A{n}", problem=HOSTILE), NOW)
        for n in range(160)
    ]
    text = check(status_view(Status(feeds, 160, 160, 0, 0, NOW, "0.1.0"), None, NOW))
    assert "not measured yet" in text
    assert "more" in text
    empty = check(status_view(Status([], 0, 0, 0, 0, NOW, "0.1.0"), None, NOW))
    assert "No category is subscribed" in empty


def test_the_help_names_every_command_and_thanks_arxiv() -> None:
    text = check(help_view())
    for command in (
        "/subscribe", "/subscriptions", "/digest preview", "/digest now", "/digest history",
        "/bookmarks list", "/bookmarks remove", "/status",
    ):  # fmt: skip
        assert f"`{command}`" in text
    assert "Thank you to arXiv for use of its open access interoperability." in text
    assert "this server" not in text  # it is shown in direct messages too
    assert "not reviewed or approved by, nor does it necessarily express or reflect" in text


def test_real_papers_make_valid_lists(shared_data: Path) -> None:
    with gzip.open(shared_data / "arxiv" / "batches.jsonl.gz", "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    papers = [paper(id=record["id"], title=record["title"]) for record in records]
    for start in range(0, len(papers), 30):
        part = papers[start : start + 30]
        outlook = Outlook(tuple(match(shown) for shown in part), (DAY,), 560, 600)
        text = check(preview_view(subscription(), outlook))
        assert text.count("](https://arxiv.org/abs/") >= 10
        titles = tuple(shown.title for shown in part[:3])
        days = (BacktestDay(DAY, 560, 30, 5, titles),)
        shown = check(backtest_view(draft(LONG_RULES), Backtest(days, False, None), NOW, custom_id))
        assert shown.count("\n> ") == 3
