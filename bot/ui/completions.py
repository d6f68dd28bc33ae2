"""What is offered while somebody types. Discord shows 25 choices of 100 characters."""

from collections.abc import Sequence
from datetime import datetime

from discord.app_commands import Choice

from bot.digest.choices import find_timezones
from bot.models import Bookmark, Paper, Subscription
from bot.services import SubscriptionInfo
from bot.sources.taxonomy import Category, find
from bot.text.latex import to_unicode
from bot.text.safety import plain, shorten
from bot.text.tokens import fold
from bot.ui.words import rules_in_list, title_in_list

MOST_CHOICES = 25
LONGEST_CHOICE = 100


def category_choices(typed: str) -> list[Choice[str]]:
    """Categories for what stands after the last comma; a choice holds the whole list so far."""
    before, _, last = typed.rpartition(",")
    chosen = [part for part in (part.strip() for part in before.split(",")) if part]
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


def subscription_choices(typed: str, infos: Sequence[SubscriptionInfo]) -> list[Choice[str]]:
    """A server's subscriptions by number or by a part of their rules."""
    wanted = fold(typed.strip())
    stored = [info.subscription for info in infos]
    found = [s for s in stored if not wanted or wanted in fold(subscription_name(s))]
    # A number that was typed means that subscription first.
    found.sort(key=lambda subscription: str(subscription.id) != wanted)
    return [Choice(name=subscription_name(s), value=str(s.id)) for s in found[:MOST_CHOICES]]


def subscription_name(subscription: Subscription) -> str:
    """`3: cs.CL · “retrieval” · new papers only`, of at most 100 characters."""
    number = f"{subscription.id}: "
    return number + rules_in_list(subscription.draft.rules, LONGEST_CHOICE - len(number))


def bookmark_choices(typed: str, entries: Sequence[tuple[Bookmark, Paper]]) -> list[Choice[str]]:
    """A person's bookmarks by a part of the title or by the id."""
    found = matching_bookmarks(typed, entries)
    return [
        Choice(name=title_in_list(paper.title, LONGEST_CHOICE), value=paper.id)
        for _, paper in found[:MOST_CHOICES]
    ]


def matching_bookmarks(
    typed: str, entries: Sequence[tuple[Bookmark, Paper]]
) -> list[tuple[Bookmark, Paper]]:
    """The bookmarks whose title or id contains what was typed."""
    wanted = fold(plain(typed))
    return [
        (bookmark, paper)
        for bookmark, paper in entries
        if wanted in fold(plain(to_unicode(paper.title))) or wanted in paper.id.casefold()
    ]
