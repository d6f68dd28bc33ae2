"""What readers see and keep: summaries, cards, headers, bookmarks."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from bot.models.arxiv import AnnounceType, Paper
from bot.models.checks import Finding, Verdict
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


class Instead(StrEnum):
    """Why the embedded summary stands where a model's was wanted: the budget is BUDGET spent, the
    model did not answer well (FAILED) or in time (LATE), or its summaries did not pass the CHECKS.
    """

    BUDGET = "budget"
    FAILED = "failed"
    LATE = "late"
    CHECKS = "checks"


@dataclass(frozen=True, slots=True)
class SummaryWork:
    """What a summarizer is given of a paper.

    `sentences` is the abstract as `bot.text.sentences` splits it, in LaTeX as arXiv has it;
    `remarks` is what the checks found in the first try, if this is the second.
    """

    title: str
    abstract: str
    sentences: tuple[str, ...]
    remarks: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """A summary of one paper version by one provider, in `language`.

    `verdict` and `findings` are those of the checks against the abstract; an extracted summary
    needs none. `translator` names who translated an extracted one, empty if nobody did;
    `untranslated` tells whether parts, or all of it, stayed in English although there is a
    translator. `instead` tells why this is the embedded default although a model was asked for.
    """

    paper_id: str
    version: int
    language: str
    provider: str
    text: SummaryText
    verdict: Verdict = Verdict.PASS
    findings: tuple[Finding, ...] = ()
    translator: str = ""
    untranslated: bool = False
    instead: Instead | None = None


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A person's bookmark of a paper, at the version they saw, with their own note."""

    user_id: int
    paper_id: str
    version: int
    created_at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class SentencePair:
    """A sentence and its translation; `target` is empty where the provider gave none."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Translation:
    """A paper version's title and abstract in another language, sentence by sentence.

    `language` is a code of `bot.languages`. `findings` are those of the checks.
    """

    paper_id: str
    version: int
    language: str
    provider: str
    title: SentencePair
    sentences: tuple[SentencePair, ...]
    verdict: Verdict
    findings: tuple[Finding, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class RelatedPaper:
    """A paper that is like another one, and why.

    `score` is 0 to 100. `terms` are the shared terms that weighed most, `authors` the authors of
    both, `resources` the code, datasets and the like that both name. `source` is the service that
    recommended it too, empty for none.
    """

    paper: Paper
    score: int
    terms: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A paper of the archive that a search found; a higher `score` is a better match."""

    paper_id: str
    score: float


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
