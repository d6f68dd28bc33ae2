"""What an admin sees on the way to a subscription: waiting, the back-test, the confirmation."""

import math
from datetime import datetime

import discord

from bot.i18n import ENGLISH, listed, number, spoken, t, tn
from bot.models import Rules, Subscription, SubscriptionDraft
from bot.services import Backtest, BacktestDay
from bot.text.safety import shorten
from bot.ui.panels import GOOD, WARNING, CustomId, button, note, panel
from bot.ui.views import PostedView
from bot.ui.words import (
    language_name,
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
    categories = listed([*named, t("{n} more", n=number(more))] if more else named)
    told = t("Asking arXiv for the last days of {categories}.", categories=categories)
    if interval:
        advice = t(
            "It takes one question every {seconds} s, and a category that I do not know yet "
            "needs one or more: about {least}, more after busy days.",
            seconds=f"{interval:g}",
            least=tn("{n} second", "{n} seconds", math.ceil(interval * len(rules.categories))),
        )
        told = f"{told}\n{advice}"
    return note(told)


def backtest_view(
    draft: SubscriptionDraft,
    backtest: Backtest,
    next_at: datetime,
    custom_id: CustomId,
    *,
    warning: str = "",
    translates: bool = True,
) -> PostedView:
    """The preview of a subscription, with Subscribe, Adjust and Cancel; and Try again, if arXiv
    was slow or failed.

    `translates` is whether papers can be translated into the subscription's language.
    """
    heading = "\n".join(
        [
            "### " + t("Preview for {channel}", channel=f"<#{draft.channel_id}>"),
            rules_in_words(draft.rules),
            sentence_case(plan_in_words(draft)),
            t(
                "First post {when} ({how_soon})",
                when=moment(next_at, "f"),
                how_soon=moment(next_at, "R"),
            ),
        ]
    )
    if told := language_in_words(draft.language, translates=translates):
        heading = f"{heading}\n-# {told}"
    if warning:
        heading = f"⚠️ {shorten(warning, 600)}\n{heading}"
    blocks = [heading, _days(backtest, draft.max_papers)]
    if backtest.problem:
        blocks.append(f"⚠️ {shorten(backtest.problem, 400)}")
    elif backtest.estimated and backtest.days:
        blocks.append(
            "-# " + t("Some days come from arXiv's archive, so their counts are close estimates.")
        )
    row = [
        button(t("Subscribe"), custom_id("subscribe"), discord.ButtonStyle.success),
        button(t("Adjust"), custom_id("adjust")),
        button(t("Cancel"), custom_id("cancel")),
    ]
    if backtest.problem:
        row.insert(1, button(t("Try again"), custom_id("again")))
    return panel(blocks, [row], accent=WARNING if warning else GOOD)


def language_in_words(code: str, *, translates: bool) -> str:
    """What of a digest will be in its channel's language, where it is not all; else empty."""
    language = language_name(code)
    speaks = spoken(code) != ENGLISH
    if code == ENGLISH or (speaks and translates):
        return ""
    if translates:
        return t(
            "Papers are translated into {language}; my own words stay in English.",
            language=language,
        )
    if speaks:
        return t(
            "My own words are in {language}; papers stay in English, because whoever runs this "
            "bot has set up no translation service.",
            language=language,
        )
    return t(
        "All stays in English for now: I do not speak {language} myself, and whoever runs this "
        "bot has set up no translation service.",
        language=language,
    )


def _days(backtest: Backtest, max_papers: int) -> str:
    if not backtest.days:
        return t("I have no announcement day of these categories to try the rules on yet.")
    days = backtest.days
    matched = sum(day.matched for day in days)
    told = tn(
        "On the last announcement day this would have posted:",
        "On the last {n} announcement days this would have posted:",
        len(days),
    )
    lines = [f"**{told}**"]
    for day in days:
        lines.append(_day(day, max_papers))
        lines += [f"> {title_of(title, _TITLE_LIMIT)}" for title in day.titles[: day.shown]]
    if not matched:
        lines.append(
            t("Nothing matched. Adjust the rules, or subscribe if they are meant to be rare.")
        )
    return "\n".join(lines)


def _day(day: BacktestDay, max_papers: int) -> str:
    if not day.matched:
        told = t("nothing")
    elif day.matched <= day.shown:
        told = tn("{n} paper", "{n} papers", day.matched)
    else:
        told = t("{shown} of {n} matches", shown=max_papers, n=number(day.matched))
    return t(
        "{day}: **{what}** ({announced} announced)",
        day=short_day(day.day),
        what=told,
        announced=number(day.announced),
    )


def subscribed_view(subscription: Subscription) -> PostedView:
    """The confirmation of a new subscription."""
    draft = subscription.draft
    instant = subscription.next_due_at
    made = "\n".join(
        [
            "### " + t("Subscribed: number {number}", number=subscription.id),
            f"<#{draft.channel_id}> · {rules_in_words(draft.rules)}",
            sentence_case(plan_in_words(draft)),
        ]
    )
    coming = t(
        "The first digest comes {when} ({how_soon}), if arXiv announces something by then. "
        "Change, pause or remove it with `/subscriptions`.",
        when=moment(instant, "f"),
        how_soon=moment(instant, "R"),
    )
    return panel([made, coming], accent=GOOD)


def canceled_view() -> PostedView:
    """What is left of a back-test that was not wanted."""
    return note(t("Canceled; nothing was saved."))
