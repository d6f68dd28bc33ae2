"""A server's subscriptions: the list, one of them, its further settings, removing it."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeVar

import discord
from discord import ui

from bot.models import Subscription, SubscriptionState
from bot.services import SubscriptionInfo
from bot.store.reading import PostedDigest
from bot.text.safety import shorten
from bot.ui.panels import (
    DANGER,
    INK,
    WARNING,
    CustomId,
    button,
    note,
    page_buttons,
    page_count,
    panel,
)
from bot.ui.views import Item, PostedView
from bot.ui.words import (
    INCLUDE,
    LAYOUT,
    QUIET_DAYS,
    clock_time,
    count,
    moment,
    plan_in_words,
    rules_in_list,
    rules_in_words,
    sentence_case,
)

PAGE_SIZE = 5
_RULES_IN_LIST = 420
_PROBLEM = 300

_Choice = TypeVar("_Choice", bound=StrEnum)

_STATES = {
    SubscriptionState.ACTIVE: "🟢 active",
    SubscriptionState.PAUSED: "⏸️ paused",
    SubscriptionState.BROKEN: "🔴 stopped by a problem",
}


def list_view(
    infos: Sequence[SubscriptionInfo],
    number: int,
    custom_id: CustomId,
    channel_name: Callable[[int], str | None],
    *,
    done: str = "",
    warning: str = "",
) -> PostedView:
    """Page `number` (from 0) of subscriptions, and a menu to open one of them.

    `channel_name` gives None for a channel that was deleted.
    """
    if not infos:
        text = "This server has no subscriptions. Begin with `/subscribe`."
        return note(f"{_told(done, warning)}{text}")
    pages = page_count(len(infos), PAGE_SIZE)
    number = min(max(number, 0), pages - 1)
    shown = infos[number * PAGE_SIZE : (number + 1) * PAGE_SIZE]
    heading = f"### {count(len(infos), 'subscription')} in channels that you manage"
    if pages > 1:
        heading += f"\n-# Page {number + 1} of {pages}"
    menu: ui.Select[Any] = ui.Select(
        custom_id=custom_id("open"),
        placeholder="Open a subscription to change it",
        options=[
            discord.SelectOption(
                label=_label(stored, channel_name(stored.draft.channel_id)),
                description=rules_in_list(stored.draft.rules),
                value=str(stored.id),
            )
            for stored in (info.subscription for info in shown)
        ],
    )
    rows: list[Sequence[Item]] = [[menu], page_buttons(custom_id, number, pages)]
    entries = [_entry(info, channel_name) for info in shown]
    return panel([_told(done, warning) + heading, *entries], rows)


def _label(subscription: Subscription, channel: str | None) -> str:
    place = f"#{channel}" if channel is not None else "a deleted channel"
    return shorten(f"{subscription.id} in {place}", 100)


def _told(done: str, warning: str) -> str:
    told = f"✅ {shorten(done, 400)}\n" if done else ""
    return told + (f"⚠️ {shorten(warning, 600)}\n" if warning else "")


def _entry(info: SubscriptionInfo, channel_name: Callable[[int], str | None]) -> str:
    subscription = info.subscription
    draft = subscription.draft
    gone = channel_name(draft.channel_id) is None
    state, coming = _state(subscription, gone=gone), _next(subscription, gone=gone)
    lines = [
        f"**{subscription.id}** · <#{draft.channel_id}> · {state}",
        rules_in_words(draft.rules, _RULES_IN_LIST),
        f"{clock_time(draft.at, draft.timezone)} · {coming} · {_last(info.last)}",
    ]
    if subscription.problem:
        lines.append(f"⚠️ {shorten(subscription.problem, 160)}")
    return "\n".join(lines)


def _state(subscription: Subscription, *, gone: bool) -> str:
    return "⚠️ its channel was deleted" if gone else _STATES[subscription.state]


def _next(subscription: Subscription, *, gone: bool) -> str:
    if gone or subscription.state is not SubscriptionState.ACTIVE:
        return "nothing is posted"
    instant = subscription.next_due_at
    return f"next post {moment(instant, 'f')} ({moment(instant, 'R')})"


def _last(last: PostedDigest | None) -> str:
    if last is None:
        return "no digest so far"
    return f"last digest: {outcome_in_words(last)}, {moment(last.digest.planned_at, 'R')}"


def outcome_in_words(posted: PostedDigest) -> str:
    """What became of a digest: `5 papers posted`, `2 of 5 papers posted, 3 held back`."""
    digest = posted.digest
    if not digest.shown:
        return "nothing to post"
    if posted.sent >= digest.shown:
        return f"{count(posted.sent, 'paper')} posted"
    parts = [f"{posted.sent} of {count(digest.shown, 'paper')} posted"]
    if posted.open:
        parts.append(f"{posted.open} on the way")
    if posted.blocked:
        parts.append(f"{posted.blocked} held back")
    return ", ".join(parts)


def detail_view(
    info: SubscriptionInfo,
    custom_id: CustomId,
    *,
    gone: bool = False,
    done: str = "",
    warning: str = "",
) -> PostedView:
    """One subscription with everything that can be done to it; `gone`: its channel was deleted."""
    subscription = info.subscription
    draft = subscription.draft
    active = subscription.state is SubscriptionState.ACTIVE
    heading = f"### Subscription {subscription.id} in <#{draft.channel_id}>"
    facts = [
        _state(subscription, gone=gone),
        rules_in_words(draft.rules, 2_000),
        sentence_case(plan_in_words(draft)),
        sentence_case(_next(subscription, gone=gone)),
        sentence_case(_last(info.last)),
    ]
    blocks = [_told(done, warning) + heading, "\n".join(facts)]
    if subscription.problem:
        blocks.append(
            f"⚠️ {shorten(subscription.problem, _PROBLEM)}\nResume it when that is solved."
        )
    rows = [
        [
            button("Edit", custom_id("edit"), discord.ButtonStyle.primary),
            button("More settings", custom_id("settings")),
            button("Pause", custom_id("pause"))
            if active
            else button("Resume", custom_id("resume")),
            button("Post now", custom_id("post")),
        ],
        [
            button("Remove", custom_id("remove"), discord.ButtonStyle.danger),
            button("Back to the list", custom_id("list")),
        ],
    ]
    return panel(blocks, rows, accent=WARNING if subscription.problem or gone else INK)


def remove_view(subscription: Subscription, custom_id: CustomId) -> PostedView:
    """The question before a subscription is removed."""
    draft = subscription.draft
    question = f"Remove subscription {subscription.id} from <#{draft.channel_id}>?"
    advice = "What it posted stays in the channel. This cannot be undone; Pause keeps it for later."
    return panel(
        [f"{question}\n{rules_in_words(draft.rules)}", advice],
        [
            [
                button("Remove it", custom_id("confirm"), discord.ButtonStyle.danger),
                button("Keep it", custom_id("show")),
            ]
        ],
        accent=DANGER,
    )


def settings_view(subscription: Subscription, custom_id: CustomId, *, done: str = "") -> PostedView:
    """The settings that are chosen from lists."""
    draft = subscription.draft
    heading = f"### More settings of subscription {subscription.id} in <#{draft.channel_id}>"
    rows: list[Sequence[Item]] = [
        [_menu(custom_id("set", "include"), INCLUDE, draft.rules.include)],
        [_menu(custom_id("set", "layout"), LAYOUT, draft.layout)],
        [_menu(custom_id("set", "quiet"), QUIET_DAYS, draft.quiet_days)],
        [button("Done", custom_id("show"), discord.ButtonStyle.primary)],
    ]
    return panel([_told(done, "") + heading, "A choice is saved at once."], rows)


def _menu(custom_id: str, options: Mapping[_Choice, str], chosen: _Choice) -> ui.Select[Any]:
    return ui.Select(
        custom_id=custom_id,
        options=[
            discord.SelectOption(
                label=sentence_case(text), value=choice.value, default=choice is chosen
            )
            for choice, text in options.items()
        ],
    )
