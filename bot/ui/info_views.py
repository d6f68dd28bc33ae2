"""The answer of `/status`."""

from datetime import datetime

from bot.i18n import number, t, tn
from bot.services import FeedStatus, Status
from bot.ui.panels import INK, WARNING, panel
from bot.ui.provider_views import providers_lines
from bot.ui.views import PostedView
from bot.ui.words import batch_in_words, duration, fit, moment

_ROOM_FOR_FEEDS = 2_200


def status_view(
    status: Status, latency: float | None, now: datetime, *, details: bool = False
) -> PostedView:
    """How the bot and its sources are doing. `latency` is the gateway's, in seconds.

    Which categories other servers have subscribed is theirs alone, so it is only counted.
    `details` are for whoever runs the bot.
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
    providers = status.providers
    services = providers_lines(providers, now, details=details) if providers else []
    troubled = status.troubled or (providers is not None and providers.troubled)
    return panel(
        ["\n".join(facts), "\n".join(services), feeds], accent=WARNING if troubled else INK
    )


def _feed(feed: FeedStatus, now: datetime) -> str:
    line = f"**{feed.category}** · {batch_in_words(feed.last)}"
    if feed.next_poll_at is not None:
        soon = feed.next_poll_at <= now
        look = t("next look {when}", when=moment(feed.next_poll_at, "R"))
        line += " · " + (t("looking now") if soon else look)
    if feed.state.problem:
        # What exactly is for the log: it is written for whoever runs the bot, in English.
        line += "\n-# ⚠️ " + t("arXiv did not answer well when I looked last; I go on looking.")
    return line
