"""What is offered while somebody types. Discord shows 25 choices of 100 characters."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime

from discord.app_commands import Choice

from bot.digest.choices import find_timezones
from bot.i18n import t
from bot.models import Subscription
from bot.services import SubscriptionInfo
from bot.sources.taxonomy import CATEGORIES, Category, find
from bot.text.safety import plain, shorten
from bot.text.tokens import fold
from bot.ui.words import rules_in_list

MOST_CHOICES = 25
LONGEST_CHOICE = 100
_LONGEST_CHANNEL = 40

_IDS = {id_.casefold(): id_ for id_ in CATEGORIES}


def category_choices(typed: str) -> list[Choice[str]]:
    """Categories for what is typed last; a choice holds the whole list so far.

    What is typed last stands after the last comma, and after the ids that stand before it with
    spaces only: `cs.LG cs.C`. A name may have spaces too: `machine lea`.
    """
    before, _, last = typed.rpartition(",")
    chosen = [part for part in (part.strip() for part in before.split(",")) if part]
    while (spaced := re.fullmatch(r"\s*(\S+)\s+(\S.*)", last)) and spaced[1].casefold() in _IDS:
        chosen.append(_IDS[spaced[1].casefold()])
        last = spaced[2]
    named = {part.casefold() for part in chosen}
    choices: list[Choice[str]] = []
    # A few more are asked for, as those that are chosen already drop out.
    for category in find(last, MOST_CHOICES + len(chosen)):
        value = ", ".join([*chosen, category.id])
        if category.id.casefold() not in named and len(value) <= LONGEST_CHOICE:
            choices.append(Choice(name=_category_name(chosen, category), value=value))
    return choices[:MOST_CHOICES]


def _category_name(chosen: Sequence[str], category: Category) -> str:
    label = f"{category.id} {category.name}"
    name = f"{', '.join(chosen)} + {label}" if chosen else label
    if len(name) > LONGEST_CHOICE:
        name = f"… + {label}"
    return shorten(name, LONGEST_CHOICE)


def timezone_choices(typed: str, now: datetime) -> list[Choice[str]]:
    """Time zones with their offsets now."""
    return [Choice(name=label[:100], value=name) for label, name in find_timezones(typed, now)]


def subscription_choices(
    typed: str,
    infos: Sequence[SubscriptionInfo],
    channel_name: Callable[[int], str | None],
) -> list[Choice[str]]:
    """Subscriptions by number or by a part of their channel's name or their rules."""
    wanted = fold(typed.strip())
    named = [
        (stored, subscription_name(stored, channel_name(stored.draft.channel_id)))
        for stored in (info.subscription for info in infos)
    ]
    found = [(stored, name) for stored, name in named if wanted in fold(name)]
    # A number that was typed means that subscription first.
    found.sort(key=lambda entry: str(entry[0].id) != wanted)
    return [Choice(name=name, value=str(stored.id)) for stored, name in found[:MOST_CHOICES]]


def subscription_name(subscription: Subscription, channel: str | None) -> str:
    """`3 #language: cs.CL · “retrieval” · new papers only`, of at most 100 characters."""
    place = f"#{shorten(plain(channel), _LONGEST_CHANNEL)}" if channel else t("(deleted channel)")
    begin = f"{subscription.id} {place}: "
    return begin + rules_in_list(subscription.draft.rules, LONGEST_CHOICE - len(begin))
