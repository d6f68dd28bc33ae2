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
    """A person's bookmark of a paper, at the version they saw, with their own note."""

    user_id: int
    paper_id: str
    version: int
    created_at: datetime
    note: str = ""


class Verdict(StrEnum):
    """What the checks say of a translation. FAIL is never shown as one."""

    PASS = "pass"  # noqa: S105 - a verdict
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class SentencePair:
    """A sentence and its translation; `target` is empty where the provider gave none."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Translation:
    """A paper version's title and abstract in another language, sentence by sentence.

    `language` is a code of `bot.languages`. `findings` are the checks' remarks, as the texts of
    `bot.enrich.check` (English, to be shown by `t`).
    """

    paper_id: str
    version: int
    language: str
    provider: str
    title: SentencePair
    sentences: tuple[SentencePair, ...]
    verdict: Verdict
    findings: tuple[str, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class RelatedPaper:
    """A paper that is like another one, and why.

    `score` is 0 to 100. `terms` are the shared terms that weighed most, `authors` the authors of
    both. `source` is empty for the local archive, else the service's name.
    """

    paper: Paper
    score: int
    terms: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """All that a paper's card shows, before it becomes Discord components.

    `language` is the channel's or the reader's; `translated_title` is the title in it, empty if
    there is none, or none is needed.
    """

    paper: Paper
    summary: Summary
    announce_type: AnnounceType | None = None
    translated_title: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class HeaderItem:
    """A line of a digest header's list."""

    title: str
    paper: Paper


@dataclass(frozen=True, slots=True)
class Header:
    """What a digest's header message shows. Counts are papers. `language` is the channel's.

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
    language: str = "en"
