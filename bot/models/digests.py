"""What is matched, planned and delivered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.models.arxiv import Announcement, AnnounceType
from bot.models.subscriptions import Layout, Rules


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
    language: str = "en"


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
