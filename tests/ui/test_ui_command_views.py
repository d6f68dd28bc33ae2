"""What commands show: complete, and within Discord's limits whatever it is made of."""

import gzip
import json
import re
from datetime import timedelta
from pathlib import Path

from ui_samples import DAY, check, digest, match, paper
from ui_subscriptions import (
    HOSTILE,
    LONG_RULES,
    NOW,
    custom_id,
    draft,
    posted,
    subscription,
)

from bot.digest.plan import Outlook
from bot.models import (
    Batch,
    BatchState,
    DigestKind,
    SubscriptionState,
)
from bot.services import Backtest, BacktestDay, FeedStatus, Status
from bot.store.ledger import FeedState
from bot.store.reading import PostedDigest
from bot.ui.backtest_views import backtest_view
from bot.ui.digest_views import (
    history_view,
    nothing_new_in_words,
    posting_in_words,
    preview_view,
)
from bot.ui.help_views import about_view, help_view
from bot.ui.info_views import status_view


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
    assert "560 announced, 0 matches" in unmatched
    assert "Nothing would be posted so far." in unmatched
    paused = subscription(state=SubscriptionState.PAUSED)
    assert "not active" in check(preview_view(paused, Outlook((), (DAY,), 560, 9)))


def test_post_now_and_history_in_words() -> None:
    made = posting_in_words(subscription(), digest())
    assert made == "Posting 5 of 23 matching papers to <#22> now (Thursday 18 June 2026)."
    assert "since the last digest <t:" in nothing_new_in_words(posted())
    assert "since the subscription" in nothing_new_in_words(None)
    by_hand = PostedDigest(digest(kind=DigestKind.MANUAL), 5, 0, 0)
    text = check(history_view([by_hand, *[posted() for _ in range(9)]]))
    assert "subscription 1, by hand" in text
    assert "Thu 18 Jun: 560 announced, 23 matched, 5 papers posted" in text
    assert "No digest" in check(history_view([]))


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
    # What exactly is for the log: it is technical, and in English.
    assert text.count("⚠️ arXiv did not answer well when I looked last; I go on looking.") == 1
    assert "HTTP 503" not in text
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


def test_the_help_names_every_command() -> None:
    text = check(help_view())
    for command in (
        "paper", "related", "search", "translate", "language", "bookmarks", "why", "privacy",
        "status", "about", "subscribe", "subscriptions", "digest", "glossary",
    ):  # fmt: skip
        assert re.search(rf"`/{command}[` ]", text), command
    assert "this server" not in text  # it is shown in direct messages too


def test_about_thanks_arxiv() -> None:
    text = check(about_view("1.2.3"))
    assert "Thank you to arXiv for use of its open access interoperability." in text
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
