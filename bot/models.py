"""The nouns of Paperboy, as frozen values that every part may share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

# --- arXiv -------------------------------------------------------------------------------------


class AnnounceType(StrEnum):
    """arXiv's announce types, relative to one category (help page "RSS feed specifications")."""

    NEW = "new"
    CROSS = "cross"
    REPLACE = "replace"
    REPLACE_CROSS = "replace-cross"


@dataclass(frozen=True, slots=True)
class Paper:
    """One version of a paper: everything arXiv tells of it.

    `id` is the base identifier without a version. `categories` holds all of them, the primary
    one included. `license` is the license's URL. Times are aware, in UTC. Fields that a source
    does not carry are None (the feed has no comment; the API has no license).
    """

    id: str
    version: int
    title: str
    abstract: str
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    primary_category: str
    published: datetime | None = None
    updated: datetime | None = None
    comment: str | None = None
    doi: str | None = None
    journal_ref: str | None = None
    license: str | None = None
    withdrawn: bool = False

    @property
    def versioned_id(self) -> str:
        return f"{self.id}v{self.version}"

    @property
    def abs_url(self) -> str:
        return f"https://arxiv.org/abs/{self.versioned_id}"

    @property
    def pdf_url(self) -> str:
        return f"https://arxiv.org/pdf/{self.versioned_id}"


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """A paper as one category's feed announces it."""

    paper: Paper
    type: AnnounceType


@dataclass(frozen=True, slots=True)
class FeedBatch:
    """What a category's feed held: the announcement day it states, and its entries.

    `day` is the feed's own, in US Eastern time. `truncated` means that the feed was as long as
    arXiv makes them, so that papers may be missing. `etag` and `last_modified` are the
    validators for the next conditional request.
    """

    category: str
    day: date
    entries: tuple[FeedEntry, ...]
    truncated: bool = False
    etag: str | None = None
    last_modified: str | None = None


class BatchState(StrEnum):
    """What the ledger knows of one category on one announcement day.

    EXPECTED   arXiv should announce on this day; nothing was seen yet
    ANNOUNCED  the batch is in the store
    QUIET      the day's feed was there and stayed empty
    HOLIDAY    a day on which arXiv announces nothing by its calendar
    STALE      the feed showed this day's header over the previous day's papers
    """

    EXPECTED = "expected"
    ANNOUNCED = "announced"
    QUIET = "quiet"
    HOLIDAY = "holiday"
    STALE = "stale"


class BatchSource(StrEnum):
    """Where a batch was learned from."""

    FEED = "feed"
    OAI = "oai"


@dataclass(frozen=True, slots=True)
class Batch:
    """The ledger's line for one category and announcement day. Counts are papers by type."""

    category: str
    day: date
    state: BatchState
    source: BatchSource = BatchSource.FEED
    new: int = 0
    cross: int = 0
    replace: int = 0
    replace_cross: int = 0
    late: int = 0
    truncated: bool = False
    first_seen_at: datetime | None = None
    enriched_at: datetime | None = None

    @property
    def total(self) -> int:
        return self.new + self.cross + self.replace + self.replace_cross


@dataclass(frozen=True, slots=True)
class Announcement:
    """A paper's announcement in one category on one day. `seq` rises in the order of arrival."""

    seq: int
    category: str
    day: date
    type: AnnounceType
    paper: Paper


# --- Subscriptions -----------------------------------------------------------------------------


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
    """Everything an admin chooses about a subscription; not yet in the store."""

    guild_id: int
    channel_id: int
    creator_id: int
    rules: Rules
    at: time
    timezone: str
    max_papers: int = 5
    layout: Layout = Layout.MESSAGES
    quiet_days: QuietDays = QuietDays.SILENT

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


# --- Digests -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of a paper's score: what was found, where, and what it weighs."""

    rule: str
    where: str
    weight: float


@dataclass(frozen=True, slots=True)
class Match:
    """A paper that a subscription's rules take, with its score and the parts of it."""

    announcement: Announcement
    score: float
    reasons: tuple[Reason, ...]


class DigestKind(StrEnum):
    """SCHEDULED at its time, MANUAL by "post now"."""

    SCHEDULED = "scheduled"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class Digest:
    """One digest of one subscription: the outbox's parent row.

    It took the announcements with `from_seq < seq <= to_seq` into account, by `rules` and `since`
    as they were then, so the matches can be found again at any time.
    """

    id: int
    key: str
    subscription_id: int
    guild_id: int
    channel_id: int
    kind: DigestKind
    rules: Rules
    layout: Layout
    days: tuple[date, ...]
    announced: int
    matched: int
    shown: int
    from_seq: int
    to_seq: int
    since: Mapping[str, date]
    due_at: datetime
    planned_at: datetime


class DeliveryKind(StrEnum):
    """The parts of a digest, in the order in which they are sent."""

    HEADER = "header"
    THREAD = "thread"
    CARD = "card"
    QUIET = "quiet"


class DeliveryState(StrEnum):
    """PENDING is due, CLAIMED is under a lease, SENT is done, BLOCKED waits for an admin,
    CANCELED will never be sent."""

    PENDING = "pending"
    CLAIMED = "claimed"
    SENT = "sent"
    BLOCKED = "blocked"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message (or thread) to be made in a channel. `key` is its nonce and stands in its
    buttons' custom ids; `claimed_before` is the first claim's time if it was tried before."""

    id: int
    key: str
    digest_id: int
    subscription_id: int
    channel_id: int
    position: int
    kind: DeliveryKind
    state: DeliveryState
    attempts: int
    paper_id: str | None = None
    version: int | None = None
    announce_type: AnnounceType | None = None
    first_claimed_at: datetime | None = None
    message_id: int | None = None


# --- Reading -----------------------------------------------------------------------------------


class Role(StrEnum):
    """What a takeaway tells."""

    PROBLEM = "problem"
    METHOD = "method"
    RESULT = "result"
    RESOURCE = "resource"


@dataclass(frozen=True, slots=True)
class Takeaway:
    """A key takeaway, resting on the abstract's sentence number `sentence` (from 0)."""

    text: str
    role: Role
    sentence: int


@dataclass(frozen=True, slots=True)
class SummaryText:
    """What a summarizer gives. `tldr` is empty only for an empty abstract."""

    tldr: str
    tldr_sentence: int
    takeaways: tuple[Takeaway, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """A stored summary of one paper version by one provider in one language."""

    paper_id: str
    version: int
    language: str
    provider: str
    text: SummaryText


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A person's bookmark of a paper, at the version they saw."""

    user_id: int
    paper_id: str
    version: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Card:
    """All that a paper's card shows, before it becomes Discord components."""

    paper: Paper
    summary: Summary
    announce_type: AnnounceType | None = None


@dataclass(frozen=True, slots=True)
class HeaderItem:
    """A line of a digest header's list."""

    title: str
    paper: Paper


@dataclass(frozen=True, slots=True)
class Header:
    """What a digest's header message shows. Counts are papers.

    `key` is the delivery's, by which the message is recognized; `digest_key` opens its matches.
    """

    key: str
    digest_key: str
    rules: Rules
    days: tuple[date, ...]
    announced: int
    matched: int
    shown: int
    items: tuple[HeaderItem, ...] = field(default=())
    truncated: bool = False
