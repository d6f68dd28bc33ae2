"""What an admin sees on the way to a subscription: waiting, the back-test, the confirmation."""

import math
from datetime import datetime

import discord

from bot.models import Rules, Subscription, SubscriptionDraft
from bot.services import Backtest, BacktestDay
from bot.text.safety import shorten
from bot.ui.panels import GOOD, WARNING, CustomId, button, note, panel
from bot.ui.views import PostedView
from bot.ui.words import (
    count,
    listed,
    moment,
    plan_in_words,
    rules_in_words,
    sentence_case,
    short_day,
    title_of,
)

_TITLE_LIMIT = 140


def waiting_view(rules: Rules, interval: float) -> PostedView:
    """The message that stands while arXiv is asked, once in `interval` seconds."""
    named = rules.categories[:5]
    more = len(rules.categories) - len(named)
    categories = listed([*named, f"{more} more"] if more else named)
    told = f"Asking arXiv for the last days of {categories}."
    if interval:
        least = count(math.ceil(interval * len(rules.categories)), "second")
        told += (
            f" It takes one question every {interval:g} s, and a category that I do not know yet "
            f"needs one or more: about {least}, more after busy days."
        )
    return note(told)


def backtest_view(
    draft: SubscriptionDraft,
    backtest: Backtest,
    next_at: datetime,
    custom_id: CustomId,
    *,
    warning: str = "",
) -> PostedView:
    """The preview of a subscription, with Subscribe, Adjust and Cancel."""
    heading = (
        f"### Preview for <#{draft.channel_id}>\n"
        f"{rules_in_words(draft.rules)}\n"
        f"{sentence_case(plan_in_words(draft))}\n"
        f"First post {moment(next_at, 'f')} ({moment(next_at, 'R')})"
    )
    if warning:
        heading = f"⚠️ {shorten(warning, 600)}\n{heading}"
    blocks = [heading, _days(backtest, draft.max_papers)]
    if backtest.problem:
        blocks.append(f"⚠️ {shorten(backtest.problem, 400)}")
    elif backtest.estimated and backtest.days:
        blocks.append(
            "-# Some days come from arXiv's archive, so their counts are close estimates."
        )
    row = (
        button("Subscribe", custom_id("subscribe"), discord.ButtonStyle.success),
        button("Adjust", custom_id("adjust")),
        button("Cancel", custom_id("cancel")),
    )
    return panel(blocks, [row], accent=WARNING if warning else GOOD)


def _days(backtest: Backtest, max_papers: int) -> str:
    if not backtest.days:
        return "I have no announcement day of these categories to try the rules on yet."
    days = backtest.days
    matched = sum(day.matched for day in days)
    lines = [f"**On the last {count(len(days), 'announcement day')} this would have posted:**"]
    for day in days:
        lines.append(_day(day, max_papers))
        lines += [f"> {title_of(title, _TITLE_LIMIT)}" for title in day.titles[: day.shown]]
    if not matched:
        lines.append(
            "Nothing matched. Adjust the rules, or subscribe if they are meant to be rare."
        )
    return "\n".join(lines)


def _day(day: BacktestDay, max_papers: int) -> str:
    if not day.matched:
        told = "nothing"
    elif day.matched <= day.shown:
        told = count(day.matched, "paper")
    else:
        told = f"{max_papers} of {count(day.matched, 'match', 'matches')}"
    return f"{short_day(day.day)}: **{told}** ({day.announced:,} announced)"


def subscribed_view(subscription: Subscription) -> PostedView:
    """The confirmation of a new subscription."""
    draft = subscription.draft
    instant = subscription.next_due_at
    made = (
        f"### Subscribed: number {subscription.id}\n"
        f"<#{draft.channel_id}> · {rules_in_words(draft.rules)}\n"
        f"{sentence_case(plan_in_words(draft))}"
    )
    coming = (
        f"The first digest comes {moment(instant, 'f')} ({moment(instant, 'R')}), "
        "if arXiv announces something by then. Change, pause or remove it with `/subscriptions`."
    )
    return panel([made, coming], accent=GOOD)


def canceled_view() -> PostedView:
    """What is left of a back-test that was not wanted."""
    return note("Canceled; nothing was saved.")
