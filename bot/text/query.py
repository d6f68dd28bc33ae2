"""What somebody searches for, as a value. Pure."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or a phrase of several words; `negated` ones must not be found.

    `field` is where to look: "" everywhere, or "ti", "abs", "au", "co".
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
