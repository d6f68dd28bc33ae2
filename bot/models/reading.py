"""What readers see and keep: summaries, cards, headers, bookmarks."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from bot.models.arxiv import AnnounceType, Paper
from bot.models.subscriptions import Rules


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
