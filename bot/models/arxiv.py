"""arXiv's nouns: papers, announcements, and the ledger's batches."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


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
