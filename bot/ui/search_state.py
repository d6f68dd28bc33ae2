"""A search as its page buttons find it in the store: JSON values there, a value here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from bot.services.searching import Hit, Loosening, Search, Where
from bot.text.query import Query, Term

KIND = "search"


class Arxiv(StrEnum):
    """How far the question to arXiv itself has come."""

    UNASKED = "unasked"
    ENGLISH_ONLY = "english"
    ASKING = "asking"
    SLOW = "slow"
    FAILED = "failed"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class SearchState:
    """A search and what was found. `hints` are sentences, safe for a message."""

    search: Search
    hits: tuple[Hit, ...] = ()
    arxiv: Arxiv = Arxiv.UNASKED
    hints: tuple[str, ...] = ()
    loosenings: tuple[Loosening, ...] = ()

    def values(self) -> dict[str, Any]:
        """The state as JSON values."""
        return {
            "query": _query_values(self.search.query),
            "where": self.search.where.value,
            "newest": self.search.newest,
            "hits": [[hit.paper_id, hit.where.value] for hit in self.hits],
            "arxiv": self.arxiv.value,
            "hints": list(self.hints),
            "loosenings": [[_query_values(one.condition), one.papers] for one in self.loosenings],
        }

    @staticmethod
    def of(values: Mapping[str, Any]) -> "SearchState":
        """The state of values that `values` made."""
        query = _query(values["query"])
        return SearchState(
            Search(query, Where(values["where"]), values["newest"]),
            tuple(Hit(paper_id, Where(where)) for paper_id, where in values["hits"]),
            Arxiv(values["arxiv"]),
            tuple(values["hints"]),
            tuple(Loosening(_query(one), papers) for one, papers in values["loosenings"]),
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
