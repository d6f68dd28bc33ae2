"""What an admin chooses: rules and subscriptions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.models.arxiv import AnnounceType


class Include(StrEnum):
    """Which announce types a subscription takes."""

    NEW = "new"
    CROSS = "cross"
    REPLACEMENTS = "replacements"

    @property
    def types(self) -> frozenset[AnnounceType]:
        if self is Include.NEW:
            return frozenset({AnnounceType.NEW})
        if self is Include.CROSS:
            return frozenset({AnnounceType.NEW, AnnounceType.CROSS})
        return frozenset(AnnounceType)


class Layout(StrEnum):
    """How a digest stands in a channel: each paper a message, or the papers in a thread."""

    MESSAGES = "messages"
    THREAD = "thread"


class QuietDays(StrEnum):
    """What is posted when nothing matched: nothing, or one line."""

    SILENT = "silent"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class Rules:
    """Which papers a subscription wants; also the input of matching and explaining.

    A paper matches when one of its announcements is in `categories` with a type that `include`
    takes, no exclusion is found in it, and, if there are keywords or authors, at least one of
    them is found. Keywords hold words and phrases (several words) without their quotes.
    """

    categories: tuple[str, ...]
    keywords: tuple[str, ...] = ()
    exclusions: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    include: Include = Include.NEW


class SubscriptionState(StrEnum):
    """ACTIVE posts; PAUSED was stopped by a person; BROKEN by a permanent error of Discord."""

    ACTIVE = "active"
    PAUSED = "paused"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class SubscriptionDraft:
    """Everything an admin chooses about a subscription; not yet in the store.

    `language` is what the channel reads: a code of `bot.languages`.
    """

    guild_id: int
    channel_id: int
    creator_id: int
    rules: Rules
    at: time
    timezone: str
    max_papers: int = 5
    layout: Layout = Layout.MESSAGES
    quiet_days: QuietDays = QuietDays.SILENT
    language: str = "en"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


@dataclass(frozen=True, slots=True)
class Subscription:
    """A stored subscription.

    `cursor` is the last announcement (by `seq`) that a digest of it took into account. `since`
    says for each category from which announcement day on it counts: what was out before the
    subscription (or the category in it) existed is never posted.
    """

    id: int
    draft: SubscriptionDraft
    state: SubscriptionState
    cursor: int
    since: Mapping[str, date]
    next_due_at: datetime
    created_at: datetime
    problem: str | None = None
