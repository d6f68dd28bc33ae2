"""The answers of `/status` and `/help`."""

from datetime import datetime

from bot.i18n import number, t, tn
from bot.services import FeedStatus, Status
from bot.ui.panels import INK, WARNING, panel
from bot.ui.views import PostedView
from bot.ui.words import batch_in_words, duration, fit, moment, safe

_ROOM_FOR_FEEDS = 3_200

_ACKNOWLEDGEMENT = (
    "-# Thank you to arXiv for use of its open access interoperability. This product was not "
    "reviewed or approved by, nor does it necessarily express or reflect the policies or opinions "
    "of, arXiv."
)

_HELP = """\
### Paperboy brings each day's new arXiv papers to Discord channels
**Reading**
Press **Abstract** under a paper to read all of it, **PDF** to open it, and the button under a \
digest's list for all that matched.
React with 🔖 to a paper or press **Bookmark** to keep it. `/bookmarks list` shows what you kept, \
`/bookmarks remove` takes a paper off; both work in direct messages too.

**Bringing papers to a channel** (needs Manage Channels)
`/subscribe` asks for categories, keywords and a time, and shows what these would have posted on \
the last days before anything is saved.
`/subscriptions` lists, edits, pauses, resumes and removes subscriptions.
`/digest preview` shows what would be posted now, `/digest now` posts it, `/digest history` tells \
what was posted.

**Writing rules**
`keywords: retrieval "long context"` takes papers with the word or the phrase, \
`exclude: survey` leaves papers out, `authors: José García` also finds J. Garcia.

**Is something missing?**
`/status` tells what arXiv announced last and when I look again. arXiv announces nothing on \
Saturdays, Sundays and its holidays."""


def help_view() -> PostedView:
    """What one can do, by task."""
    return panel([_HELP, _ACKNOWLEDGEMENT])


def status_view(status: Status, latency: float | None, now: datetime) -> PostedView:
    """How the bot and its sources are doing. `latency` is the gateway's, in seconds.

    Which categories other servers have subscribed is theirs alone, so it is only counted.
    """
    if latency is None:
        connection = t("Discord's gateway: not measured yet")
    else:
        connection = t("Discord's gateway: {ms} ms", ms=number(round(latency * 1000)))
    running = duration(now - status.started_at)
    facts = [
        "### " + t("Status"),
        t("Paperboy {version}, running for {duration}", version=status.version, duration=running),
        connection,
        tn("Waiting to be posted: {n} message", "Waiting to be posted: {n} messages", status.queue),
        tn("In the archive: {n} paper", "In the archive: {n} papers", status.papers),
        tn(
            "Subscribed in all servers: {n} category",
            "Subscribed in all servers: {n} categories",
            status.categories,
        ),
    ]
    if status.troubled:
        facts.append(
            tn(
                "⚠️ arXiv did not answer well for {n} of them.",
                "⚠️ arXiv did not answer well for {n} of them.",
                status.troubled,
            )
        )
    feeds = fit([_feed(feed, now) for feed in status.feeds], _ROOM_FOR_FEEDS)
    if not status.categories:
        feeds = t("No category is subscribed, so arXiv is not asked for anything.")
    return panel(["\n".join(facts), feeds], accent=WARNING if status.troubled else INK)


def _feed(feed: FeedStatus, now: datetime) -> str:
    line = f"**{feed.category}** · {batch_in_words(feed.last)}"
    if feed.next_poll_at is not None:
        soon = feed.next_poll_at <= now
        look = t("next look {when}", when=moment(feed.next_poll_at, "R"))
        line += " · " + (t("looking now") if soon else look)
    if feed.state.problem:
        line += f"\n-# ⚠️ {safe(feed.state.problem, 160)}"
    return line
