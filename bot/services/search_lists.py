"""A search's list: which papers are in it, in which order, and how it grows. Pure.

The archive and arXiv each rank what they find. A paper's weight is the sum of 1 / place over both,
so that the first of either stands among the first of all, one that both have at place 2n counts
like one that one of them has at place n, and among equals the archive's comes first. A paper whose
title is what was searched for stands above all others. By date, only when it was submitted counts.

What a reader has seen stays where it is: later results are sorted in behind it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot.models import Paper
from bot.services.papers import title_key
from bot.text.query import Query
from bot.text.query_parser import STOP_WORDS

_NUMBERED = re.compile(r"(\d\d)(\d\d)\.\d+")
_TITLED_SO = 10.0  # more than the places of two lists can give
_LONGEST_TITLE = 600  # what is longer than a title in LaTeX is not compared


class Where(StrEnum):
    """Where a person wants to search, and where a paper was found."""

    BOTH = "both"
    ARCHIVE = "archive"
    ARXIV = "arxiv"


@dataclass(frozen=True, slots=True)
class Search:
    """What is to be found, where, and whether the newest come first instead of the best."""

    query: Query
    where: Where = Where.BOTH
    newest: bool = False

    @property
    def by_date(self) -> bool:
        """Whether the newest come first: also if there is no word that one could match better
        than another."""
        words = (term for term in self.query.terms if not term.negated and term.field != "au")
        return self.newest or not any(words)


@dataclass(frozen=True, slots=True)
class Hit:
    """A paper that was found, by its base identifier, and where; the list's order is by falling
    `weight`."""

    paper_id: str
    where: Where
    weight: float = 0.0


def grown(
    search: Search,
    hits: Sequence[Hit],
    papers: Sequence[Paper],
    where: Where,
    *,
    start: int = 0,
    seen: int = 0,
) -> tuple[Hit, ...]:
    """A list with what the archive, or arXiv, found: each paper once, versions folded.

    `papers` are in the order of `where`, the first of them at place `start` (from 0) there. The
    first `seen` of the list stay where they are. Reads titles: many are work for a thread.
    """
    known = {hit.paper_id: hit for hit in hits}
    wanted = _title_words(" ".join(_title_terms(search.query)))
    for place, paper in enumerate(papers, start + 1):
        hit = known.get(paper.id)
        if hit is not None and hit.where in {where, Where.BOTH}:
            continue  # arXiv's pages overlap when something was announced between two of them
        if search.by_date:
            weight = _submitted(paper).timestamp()
        elif hit is not None:
            weight = hit.weight + 1 / place
        else:
            exact = bool(wanted) and _title_words(paper.title[:_LONGEST_TITLE]) == wanted
            weight = 1 / place + _TITLED_SO * exact
        known[paper.id] = Hit(paper.id, where if hit is None else Where.BOTH, weight)
    fixed = [known.pop(hit.paper_id) for hit in hits[:seen]]
    return (*fixed, *sorted(known.values(), key=lambda hit: -hit.weight))


def settled(hits: Sequence[Hit]) -> int:
    """Up to which place the order cannot change any more when arXiv gives its next results, which
    it ranks behind all that it gave."""
    return max(
        (place for place, hit in enumerate(hits, 1) if hit.where is not Where.ARCHIVE), default=0
    )


def _title_terms(query: Query) -> list[str]:
    """What of a query may be a title: words and phrases, in their order."""
    return [term.text for term in query.terms if not term.negated and term.field in {"", "ti"}]


def _title_words(title: str) -> list[str]:
    """A title's words without the common ones, which are not searched for; each once, because a
    query has each once."""
    words = list(dict.fromkeys(title_key(title).split()))
    return [word for word in words if word not in STOP_WORDS] or words


def _submitted(paper: Paper) -> datetime:
    """When a paper was submitted; of one whose feed did not tell, the month in its identifier."""
    instant = paper.published or paper.updated
    numbered = _NUMBERED.match(paper.id)
    if instant is None and numbered and 1 <= int(numbered[2]) <= 12:
        month = datetime(2000 + int(numbered[1]), int(numbered[2]), 28, tzinfo=UTC)
        instant = month + timedelta(days=4)
    return instant or datetime(1991, 1, 1, tzinfo=UTC)
