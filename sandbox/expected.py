"""What a replay must lead to, worked out from the paper file and the rules alone.

The matching is the bot's own (its tests stand elsewhere); everything else, from the feed to the
message, is left out here, so that a difference shows what was lost or doubled on the way.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from bot.digest.choices import parse_keywords, parse_words
from bot.digest.match import MatchIndex
from bot.models import Announcement, AnnounceType, Include, Paper, Rules
from bot.sources.taxonomy import parse_categories
from sandbox.arxiv.papers import PaperFile
from sandbox.arxiv.records import PaperVersion
from sandbox.demo_subscriptions import DemoSubscription


@dataclass(frozen=True, slots=True)
class Due:
    """What one subscription must post of one announcement day."""

    announced: int
    matched: int
    papers: tuple[str, ...]


@dataclass
class Expectation:
    """Follows the days and remembers what each channel has had."""

    papers: PaperFile
    posted: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    def due(self, wanted: DemoSubscription, day: date) -> Due:
        """What the subscription must post of this day, after all asked for before."""
        rules = rules_of(wanted)
        index = MatchIndex(announcements(self.papers, rules.categories, day))
        matches = index.rank(rules)
        had = self.posted.setdefault(wanted.channel, [])
        fresh = [found.paper.id for _, found in matches if found.paper.id not in had]
        shown = fresh[: int(wanted.options.get("max_papers", 5))]
        had += shown
        return Due(index.announced(rules.categories), len(matches), tuple(shown))


def rules_of(wanted: DemoSubscription) -> Rules:
    """The rules as the command makes them from what the admin typed."""
    options = wanted.options
    keywords, exclusions = parse_keywords(str(options.get("keywords", "")))
    return Rules(
        categories=parse_categories(wanted.categories),
        keywords=keywords,
        exclusions=(*exclusions, *parse_words(str(options.get("exclude", "")))),
        include=Include(str(options.get("include", "new"))),
    )


def announcements(papers: PaperFile, categories: Iterable[str], day: date) -> list[Announcement]:
    """A day's announcements in these categories, with arXiv's type relative to each."""
    found: list[Announcement] = []
    for category in categories:
        for paper in papers.announced(day, [category]):
            found.append(
                Announcement(
                    len(found) + 1, category, day, _relative(paper, category), _paper(paper)
                )
            )
    return found


def _relative(paper: PaperVersion, category: str) -> AnnounceType:
    primary = paper.primary_category == category
    if paper.version > 1:
        return AnnounceType.REPLACE if primary else AnnounceType.REPLACE_CROSS
    return AnnounceType.NEW if primary else AnnounceType.CROSS


def _paper(paper: PaperVersion) -> Paper:
    return Paper(
        id=paper.id,
        version=paper.version,
        title=paper.title,
        abstract=paper.abstract,
        authors=paper.authors,
        categories=paper.categories,
        primary_category=paper.primary_category,
    )
