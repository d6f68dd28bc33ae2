"""A server's subscriptions: the list, one of them, its further settings, removing it."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeVar

import discord
from discord import ui

from bot.i18n import clauses, mark, number, said, t, tn
from bot.languages import LANGUAGES
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
    language_name,
    moment,
    plan_in_words,
    rules_in_list,
    rules_in_words,
    sentence_case,
)

PAGE_SIZE = 5
_RULES_IN_LIST = 420
_PROBLEM = 300

OTHER_LANGUAGE = "other"
"""What is chosen in the menu of languages to type another one."""

_MOST_LANGUAGES = 24  # a menu has 25 options, and one is for all others

_Choice = TypeVar("_Choice", bound=StrEnum)

_STATES = {
    SubscriptionState.ACTIVE: mark("🟢 active"),
    SubscriptionState.PAUSED: mark("⏸️ paused"),
    SubscriptionState.BROKEN: mark("🔴 stopped by a problem"),
}


def list_view(
    infos: Sequence[SubscriptionInfo],
    page: int,
    custom_id: CustomId,
    channel_name: Callable[[int], str | None],
    *,
    done: str = "",
    warning: str = "",
) -> PostedView:
    """Page `page` (from 0) of subscriptions, and a menu to open one of them.

    `channel_name` gives None for a channel that was deleted.
    """
    if not infos:
        text = t("This server has no subscriptions. Begin with `/subscribe`.")
        return note(f"{_told(done, warning)}{text}")
    pages = page_count(len(infos), PAGE_SIZE)
    page = min(max(page, 0), pages - 1)
    shown = infos[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    heading = "### " + tn(
        "{n} subscription in channels that you manage",
        "{n} subscriptions in channels that you manage",
        len(infos),
    )
    if pages > 1:
        heading += "\n-# " + t("Page {page} of {pages}", page=page + 1, pages=pages)
    menu: ui.Select[Any] = ui.Select(
        custom_id=custom_id("open"),
        placeholder=t("Open a subscription to change it"),
        options=[
            discord.SelectOption(
                label=_label(stored, channel_name(stored.draft.channel_id)),
                description=rules_in_list(stored.draft.rules),
                value=str(stored.id),
            )
            for stored in (info.subscription for info in shown)
        ],
    )
    rows: list[Sequence[Item]] = [[menu], page_buttons(custom_id, page, pages)]
    entries = [_entry(info, channel_name) for info in shown]
    return panel([_told(done, warning) + heading, *entries], rows)


def _label(subscription: Subscription, channel: str | None) -> str:
    if channel is None:
        return t("{number} in a deleted channel", number=subscription.id)
    return shorten(t("{number} in {channel}", number=subscription.id, channel=f"#{channel}"), 100)


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
        lines.append(f"⚠️ {shorten(said(subscription.problem), 160)}")
    return "\n".join(lines)


def _state(subscription: Subscription, *, gone: bool) -> str:
    return t("⚠️ its channel was deleted") if gone else t(_STATES[subscription.state])


def _next(subscription: Subscription, *, gone: bool) -> str:
    if gone or subscription.state is not SubscriptionState.ACTIVE:
        return t("nothing is posted")
    instant = subscription.next_due_at
    return t(
        "next post {when} ({how_soon})", when=moment(instant, "f"), how_soon=moment(instant, "R")
    )


def _last(last: PostedDigest | None) -> str:
    if last is None:
        return t("no digest so far")
    return t(
        "last digest: {outcome}, {when}",
        outcome=outcome_in_words(last),
        when=moment(last.digest.planned_at, "R"),
    )


def outcome_in_words(posted: PostedDigest) -> str:
    """What became of a digest: `5 papers posted`, `2 of 5 papers posted, 3 held back`."""
    digest = posted.digest
    if not digest.shown:
        return t("nothing to post")
    if posted.sent >= digest.shown:
        return tn("{n} paper posted", "{n} papers posted", posted.sent)
    sent = number(posted.sent)
    parts = [
        tn("{sent} of {n} paper posted", "{sent} of {n} papers posted", digest.shown, sent=sent)
    ]
    if posted.open:
        parts.append(t("{n} on the way", n=number(posted.open)))
    if posted.blocked:
        parts.append(t("{n} held back", n=number(posted.blocked)))
    return clauses(parts)


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
    heading = "### " + t(
        "Subscription {number} in {channel}",
        number=subscription.id,
        channel=f"<#{draft.channel_id}>",
    )
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
            f"⚠️ {shorten(said(subscription.problem), _PROBLEM)}\n"
            + t("Resume it when that is solved.")
        )
    rows = [
        [
            button(t("Edit"), custom_id("edit"), discord.ButtonStyle.primary),
            button(t("More settings"), custom_id("settings")),
            button(t("Pause"), custom_id("pause"))
            if active
            else button(t("Resume"), custom_id("resume")),
            button(t("Post now"), custom_id("post")),
        ],
        [
            button(t("Remove"), custom_id("remove"), discord.ButtonStyle.danger),
            button(t("Back to the list"), custom_id("list")),
        ],
    ]
    return panel(blocks, rows, accent=WARNING if subscription.problem or gone else INK)


def remove_view(subscription: Subscription, custom_id: CustomId) -> PostedView:
    """The question before a subscription is removed."""
    draft = subscription.draft
    question = t(
        "Remove subscription {number} from {channel}?",
        number=subscription.id,
        channel=f"<#{draft.channel_id}>",
    )
    advice = t(
        "What it posted stays in the channel. This cannot be undone; Pause keeps it for later."
    )
    return panel(
        [f"{question}\n{rules_in_words(draft.rules)}", advice],
        [
            [
                button(t("Remove it"), custom_id("confirm"), discord.ButtonStyle.danger),
                button(t("Keep it"), custom_id("show")),
            ]
        ],
        accent=DANGER,
    )


def settings_view(subscription: Subscription, custom_id: CustomId, *, done: str = "") -> PostedView:
    """The settings that are chosen from lists."""
    draft = subscription.draft
    heading = "### " + t(
        "More settings of subscription {number} in {channel}",
        number=subscription.id,
        channel=f"<#{draft.channel_id}>",
    )
    rows: list[Sequence[Item]] = [
        [_menu(custom_id("set", "include"), INCLUDE, draft.rules.include)],
        [_menu(custom_id("set", "layout"), LAYOUT, draft.layout)],
        [_menu(custom_id("set", "quiet"), QUIET_DAYS, draft.quiet_days)],
        [_languages(custom_id("set", "language"), draft.language)],
        [button(t("Done"), custom_id("show"), discord.ButtonStyle.primary)],
    ]
    return panel([_told(done, "") + heading, t("A choice is saved at once.")], rows)


def _menu(custom_id: str, options: Mapping[_Choice, str], chosen: _Choice) -> ui.Select[Any]:
    return ui.Select(
        custom_id=custom_id,
        options=[
            discord.SelectOption(
                label=sentence_case(t(text)), value=choice.value, default=choice is chosen
            )
            for choice, text in options.items()
        ],
    )


def _languages(custom_id: str, chosen: str) -> ui.Select[Any]:
    """The languages that come first and the chosen one; the others are typed."""
    codes = list(LANGUAGES)[:_MOST_LANGUAGES]
    if chosen not in codes:
        codes = [*codes[:-1], chosen]
    options = [
        discord.SelectOption(
            label=sentence_case(t("in {language}", language=language_name(code))),
            description=LANGUAGES[code].own_name if code in LANGUAGES else None,
            value=code,
            default=code == chosen,
        )
        for code in codes
    ]
    other = discord.SelectOption(label=t("Another language …"), value=OTHER_LANGUAGE)
    return ui.Select(custom_id=custom_id, options=[*options, other])
