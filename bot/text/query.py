"""What somebody searches for, as a value. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or a phrase of several words; `negated` ones must not be found.

    `field` is where to look: "" everywhere, or "ti", "abs", "au", "co". A word may end in `*`,
    which stands for any more letters.
    """

    text: str
    field: str = ""
    negated: bool = False

    @property
    def is_phrase(self) -> bool:
        return " " in self.text


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed search. All of `terms` must hold, one of `categories` and one of `ids` (if any).

    A category may end in `.*`. `since` and `until` are days of the first submission, both
    included.
    """

    terms: tuple[Term, ...] = ()
    categories: tuple[str, ...] = ()
    without_categories: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None

    @property
    def is_empty(self) -> bool:
        return not (
            any(not term.negated for term in self.terms)
            or self.categories
            or self.ids
            or self.since
            or self.until
        )

    def loosened(self) -> Iterator[tuple["Query", "Query"]]:
        """For each condition: the query without it, and a query of that condition alone."""
        for term in self.terms:
            others = tuple(other for other in self.terms if other is not term)
            yield replace(self, terms=others), Query(terms=(term,))
        if self.categories:
            yield replace(self, categories=()), Query(categories=self.categories)
        for category in self.without_categories:
            others = tuple(other for other in self.without_categories if other != category)
            yield replace(self, without_categories=others), Query(without_categories=(category,))
        if self.ids:
            yield replace(self, ids=()), Query(ids=self.ids)
        if self.since or self.until:
            yield (
                replace(self, since=None, until=None),
                Query(since=self.since, until=self.until),
            )
