"""A search as its page buttons find it in the store: JSON values there, a value here."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from bot.services.search_lists import Hit, Search, Where
from bot.services.searching import Loosening
from bot.text.query import Query, Term
from bot.ui.paper_lists import PAGE_SIZE

KIND = "search"


class Arxiv(StrEnum):
    """How far the question to arXiv itself has come. The last two are about its further results,
    when the first ones are in the list."""

    UNASKED = "unasked"
    ENGLISH_ONLY = "english"
    ASKING = "asking"
    SLOW = "slow"
    FAILED = "failed"
    ANSWERED = "answered"
    MORE_SLOW = "more-slow"
    MORE_FAILED = "more-failed"


@dataclass(frozen=True, slots=True)
class SearchState:
    """A search and what was found. `hints` are sentences, safe for a message.

    `seen` is how many hits from the first on somebody has seen: they stay in their places.
    `next_start` is where arXiv's next results begin, None if there are none to ask for. `cut`
    says that the archive or arXiv has more than is listed. `corrected` is what may have been meant;
    `unread` is how many papers the archive's index lacked.
    """

    search: Search
    hits: tuple[Hit, ...] = ()
    arxiv: Arxiv = Arxiv.UNASKED
    hints: tuple[str, ...] = ()
    loosenings: tuple[Loosening, ...] = ()
    seen: int = 0
    next_start: int | None = None
    cut: bool = False
    corrected: Query | None = None
    unread: int = 0

    def shown(self, page: int) -> "SearchState":
        """The state after somebody has seen a page (from 0)."""
        end = min((page + 1) * PAGE_SIZE, len(self.hits))
        return replace(self, seen=max(self.seen, end))

    def values(self) -> dict[str, Any]:
        """The state as JSON values."""
        return {
            "query": _query_values(self.search.query),
            "where": self.search.where.value,
            "newest": self.search.newest,
            "hits": [[hit.paper_id, hit.where.value, hit.weight] for hit in self.hits],
            "arxiv": self.arxiv.value,
            "hints": list(self.hints),
            "loosenings": [[_query_values(one.condition), one.papers] for one in self.loosenings],
            "seen": self.seen,
            "next_start": self.next_start,
            "cut": self.cut,
            "corrected": _query_values(self.corrected) if self.corrected else None,
            "unread": self.unread,
        }

    @staticmethod
    def of(values: Mapping[str, Any]) -> "SearchState":
        """The state of values that `values` made, also before the version that has the last ones
        of them (lists live for a week)."""
        query = _query(values["query"])
        corrected = values.get("corrected")
        return SearchState(
            Search(query, Where(values["where"]), values["newest"]),
            tuple(Hit(hit[0], Where(hit[1]), *hit[2:]) for hit in values["hits"]),
            Arxiv(values["arxiv"]),
            tuple(values["hints"]),
            tuple(Loosening(_query(one), papers) for one, papers in values["loosenings"]),
            values.get("seen", len(values["hits"])),
            values.get("next_start"),
            values.get("cut", False),
            _query(corrected) if corrected else None,
            values.get("unread", 0),
        )


def _query_values(query: Query) -> dict[str, Any]:
    return {
        "terms": [[term.text, term.field, term.negated] for term in query.terms],
        "categories": list(query.categories),
        "without": list(query.without_categories),
        "ids": list(query.ids),
        "since": query.since.isoformat() if query.since else None,
        "until": query.until.isoformat() if query.until else None,
    }


def _query(values: Mapping[str, Any]) -> Query:
    return Query(
        tuple(Term(text, field, negated) for text, field, negated in values["terms"]),
        tuple(values["categories"]),
        tuple(values["without"]),
        tuple(values["ids"]),
        date.fromisoformat(values["since"]) if values["since"] else None,
        date.fromisoformat(values["until"]) if values["until"] else None,
    )
