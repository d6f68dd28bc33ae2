"""A list of related papers as its page buttons find it in the store: JSON values there, a value
here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.models import RelatedPaper

KIND = "related"


class Service(StrEnum):
    """How far the question to the service that recommends papers has come."""

    UNASKED = "unasked"
    ASKING = "asking"
    SLOW = "slow"
    BUSY = "busy"
    FAILED = "failed"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Entry:
    """A paper of the list, by its id, and why it is there; as `RelatedPaper`."""

    paper_id: str
    score: int
    terms: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class RelatedState:
    """What was found for a paper version.

    `few` is how many papers the archive held, if those were too few; `source` the name of the
    service that was asked.
    """

    paper_id: str
    version: int
    found: tuple[Entry, ...]
    few: int | None = None
    service: Service = Service.UNASKED
    source: str = ""

    @property
    def recommended(self) -> bool:
        """Whether the service recommended any of these."""
        return any(entry.source for entry in self.found)

    def values(self) -> dict[str, Any]:
        """The state as JSON values."""
        return {
            "id": self.paper_id,
            "version": self.version,
            "few": self.few,
            "service": self.service.value,
            "source": self.source,
            "found": [
                {
                    "id": entry.paper_id,
                    "score": entry.score,
                    "terms": list(entry.terms),
                    "authors": list(entry.authors),
                    "resources": list(entry.resources),
                    "source": entry.source,
                }
                for entry in self.found
            ],
        }

    @staticmethod
    def of(values: Mapping[str, Any]) -> "RelatedState":
        """The state of values that `values` made, also by an earlier version of this program."""
        return RelatedState(
            values["id"],
            values["version"],
            tuple(
                Entry(
                    one["id"],
                    one["score"],
                    tuple(one["terms"]),
                    tuple(one["authors"]),
                    tuple(one.get("resources", ())),
                    one["source"],
                )
                for one in values["found"]
            ),
            values["few"],
            Service(values.get("service", Service.UNASKED)),
            values.get("source", ""),
        )


def entries(found: Sequence[RelatedPaper]) -> tuple[Entry, ...]:
    """What is kept of related papers."""
    return tuple(
        Entry(one.paper.id, one.score, one.terms, one.authors, one.resources, one.source)
        for one in found
    )
