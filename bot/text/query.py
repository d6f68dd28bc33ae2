"""What somebody searches for, as a value. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

# What is read as one word without quotes, whatever stands around it.
_BARE = re.compile(r"(?!(?:AND|OR|NOT|ANDNOT|\d{4}\.\d{4,5}(?:v\d+)?)$)[^\W_]+(?:[-.'][^\W_]+)*\*?")


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

    def written(self) -> str:
        """The term as a person would type it."""
        bare = _BARE.fullmatch(self.text) is not None
        text = self.text if bare else '"' + self.text.replace('"', " ") + '"'
        return f"{'-' * self.negated}{self.field}{':' * bool(self.field)}{text}"


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

    def written(self) -> str:
        """The query in the grammar of `bot/text/query_parser.py`."""
        parts = [term.written() for term in self.terms]
        if self.categories:
            parts.append(f"cat:{','.join(self.categories)}")
        parts += [f"-cat:{category}" for category in self.without_categories]
        parts += [f"id:{paper_id}" for paper_id in self.ids]
        if self.since:
            parts.append(f"since:{self.since.isoformat()}")
        if self.until:
            parts.append(f"until:{self.until.isoformat()}")
        return " ".join(parts)

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
