"""One announcement of a paper, and how it is read from a record of a paper file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import cast

from sandbox.arxiv.days import first_submitted, submitted_for
from sandbox.arxiv.identifiers import parse_identifier

DEFAULT_LICENSE = "http://arxiv.org/licenses/nonexclusive-distrib/1.0/"
"""What a paper has whose record names no license: arXiv's own, and the most frequent."""


class AnnounceType(StrEnum):
    """arXiv's four announce types (help page "RSS feed specifications")."""

    NEW = "new"
    CROSS = "cross"
    REPLACE = "replace"
    REPLACE_CROSS = "replace-cross"

    @property
    def is_replacement(self) -> bool:
        return self in (AnnounceType.REPLACE, AnnounceType.REPLACE_CROSS)


class PaperFileError(Exception):
    """A line of a paper file cannot be used. The text names the file, the line and the field."""

    def __init__(self, source: str, line: int, field: str | None, problem: str) -> None:
        self.source = source
        self.line = line
        self.field = field
        self.problem = problem
        where = f"{source}:{line}: " + (f"{field}: " if field else "")
        super().__init__(where + problem)


@dataclass(frozen=True, slots=True)
class PaperVersion:
    """One version of a paper and its announcement.

    `day` is the announcement day (Eastern). `published` and `updated` are the submission times of
    version 1 and of this version, in UTC. `type` is relative to the primary category.
    `announced_in` are the categories whose feeds announce it: all of them, but for a cross-list
    only those that no earlier announcement had, nor is primary.
    """

    id: str
    version: int
    title: str
    abstract: str
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    primary_category: str
    day: date
    type: AnnounceType
    announced_in: frozenset[str]
    published: datetime
    updated: datetime
    license: str
    comment: str | None = None
    doi: str | None = None
    journal_ref: str | None = None
    report_no: str | None = None
    withdrawn: bool = False

    @property
    def versioned_id(self) -> str:
        return f"{self.id}v{self.version}"


def read_record(
    record: Mapping[str, object],
    source: str,
    line: int,
    earlier: Mapping[str, Sequence[PaperVersion]],
) -> PaperVersion:
    """Make a version of a record; `earlier` holds each paper's ones of the lines before.

    Raises PaperFileError, which names `source` and `line`.
    """
    return _Fields(record, source, line).paper(earlier)


class _Fields:
    """Reads the fields of one record; every problem names its place."""

    def __init__(self, record: Mapping[str, object], source: str, line: int) -> None:
        self._record = record
        self._source = source
        self._line = line

    def paper(self, earlier: Mapping[str, Sequence[PaperVersion]]) -> PaperVersion:
        identifier = parse_identifier(self._text("id"))
        if identifier is None or identifier.version is not None:
            raise self._error("id", "expected an arXiv identifier without a version")
        categories = self._texts("categories")
        primary = self._text("primary_category")
        if primary not in categories:
            raise self._error("primary_category", f"{primary!r} is not among the categories")
        version = self._record.get("version")
        if not isinstance(version, int) or isinstance(version, bool) or version < 1:
            raise self._error("version", "expected a whole number from 1 on")
        day = self._day()
        comment = self._optional("comment")
        before = earlier.get(identifier.id, ())
        published = self._instant("published") or (before[0].published if before else None)
        updated = self._instant("updated") or next(
            (known.updated for known in before if known.version == version), None
        )
        if updated is None and version == 1:
            updated = published
        if updated is None:
            updated = submitted_for(day, f"{identifier.id}v{version}")
            updated = max(updated, published) if published else updated
        if published is None:
            published = (
                updated if version == 1 else first_submitted(identifier.id, version, updated)
            )
        kind = self._type()
        announced_in = set(categories)
        if kind is AnnounceType.CROSS:
            # An older paper, newly cross-listed: its other categories know it already.
            announced_in -= {primary, *(c for known in before for c in known.categories)}
        return PaperVersion(
            id=identifier.id,
            version=version,
            title=self._text("title"),
            abstract=self._text("abstract"),
            authors=self._texts("authors"),
            categories=categories,
            primary_category=primary,
            day=day,
            type=kind,
            announced_in=frozenset(announced_in),
            published=published,
            updated=updated,
            license=self._optional("license") or DEFAULT_LICENSE,
            comment=comment,
            doi=self._optional("doi"),
            journal_ref=self._optional("journal_ref"),
            report_no=self._optional("report_no"),
            withdrawn=self._withdrawn(comment),
        )

    def _error(self, field: str, problem: str) -> PaperFileError:
        return PaperFileError(self._source, self._line, field, problem)

    def _text(self, field: str) -> str:
        value = self._record.get(field)
        if not isinstance(value, str):
            raise self._error(field, f"expected a string, found {_kind(value)}")
        return value

    def _optional(self, field: str) -> str | None:
        return None if self._record.get(field) is None else self._text(field)

    def _texts(self, field: str) -> tuple[str, ...]:
        value = self._record.get(field)
        if not isinstance(value, list | tuple):
            raise self._error(field, f"expected a list of strings, found {_kind(value)}")
        texts: list[str] = []
        for item in cast("list[object]", value):
            if not isinstance(item, str):
                raise self._error(field, f"expected strings only, found {_kind(item)}")
            texts.append(item)
        return tuple(texts)

    def _day(self) -> date:
        try:
            return date.fromisoformat(self._text("announced_on"))
        except ValueError as error:
            raise self._error("announced_on", f"expected a date such as 2026-06-08: {error}") from (
                error
            )

    def _type(self) -> AnnounceType:
        try:
            return AnnounceType(self._text("announce_type"))
        except ValueError as error:
            allowed = ", ".join(AnnounceType)
            raise self._error("announce_type", f"expected one of {allowed}") from error

    def _instant(self, field: str) -> datetime | None:
        text = self._optional(field)
        if text is None:
            return None
        try:
            instant = datetime.fromisoformat(text)
        except ValueError as error:
            raise self._error(
                field, f"expected a time such as 2026-06-05T12:00:00Z: {error}"
            ) from (error)
        if instant.tzinfo is None:
            raise self._error(field, "expected a time with its zone, such as 2026-06-05T12:00:00Z")
        return instant.astimezone(UTC)

    def _withdrawn(self, comment: str | None) -> bool:
        value = self._record.get("withdrawn")
        if value is None:
            return "has been withdrawn" in (comment or "").casefold()
        if not isinstance(value, bool):
            raise self._error("withdrawn", f"expected true or false, found {_kind(value)}")
        return value


def _kind(value: object) -> str:
    names = {"NoneType": "nothing", "dict": "an object", "list": "a list", "str": "a string"}
    return names.get(type(value).__name__, f"{value!r}")
