"""Papers of an archive that `lab related` and `lab search` are given: one JSON object a line."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from bot.lab.lines import LineError, Record, plain_records
from bot.lab.streams import open_input
from bot.models import Paper
from bot.text.ids import ArxivId, find_ids

_NUMBERED = re.compile(r"^(?:(?=\d{4}\.)|[a-z-]+/(?=\d{7}$))(\d\d)(\d\d)")
# Where lists are given as one text: people by " and " and commas, categories by spaces.
_PEOPLE = re.compile(r"\s*(?:,|;|\band\b)\s*")

_Cut = Callable[[str], Iterable[str]]


class ArchiveLineError(LineError):
    """A line of the archive, not of the queries, cannot be used."""

    def __init__(self, source: str, error: LineError) -> None:
        super().__init__(error.number, error.problem)
        self.args = (f"{Path(source).name}, {error}",)


@dataclass(frozen=True, slots=True)
class Kept:
    """A paper of the archive, and its id as it was given there."""

    id: str | int
    paper: Paper


class Archive:
    """Papers by id, each at its highest version; of several with the same one, the last."""

    def __init__(self) -> None:
        self._papers: dict[str, Kept] = {}
        self.repeated = 0
        """How many lines had an id that was there already."""

    def __len__(self) -> int:
        return len(self._papers)

    def __iter__(self) -> Iterator[Kept]:
        return iter(self._papers.values())

    def add(self, kept: Kept) -> None:
        known = self._papers.get(kept.paper.id)
        if known is not None:
            self.repeated += 1
            if known.paper.version > kept.paper.version:
                return
        self._papers[kept.paper.id] = kept

    def get(self, paper_id: str | int) -> Kept | None:
        """A paper by its id, in whatever version it is asked for."""
        text = str(paper_id).strip()
        return self._papers.get(text) or self._papers.get(_identified(text).base)


def read_archive(source: str) -> Iterator[Kept]:
    """The papers of a file's lines, in their order. Raises ArchiveLineError and OSError."""
    try:
        with open_input(source) as stream:
            for record in plain_records(stream):
                yield _kept(record)
    except LineError as error:
        raise ArchiveLineError(source, error) from None
    except OSError as error:
        raise OSError(f"{source} cannot be read: {error}") from None


def _kept(record: Record) -> Kept:
    if "id" not in record.values and "paper_id" in record.values:
        record = replace(record, values={**record.values, "id": record.values["paper_id"]})
    fields = _Fields(record)
    if fields.given("title") is None and fields.given("abstract") is None:
        raise LineError(record.number, '"title" and "abstract" are missing')
    named = _identified(str(record.id).strip())
    categories = fields.listed("categories", str.split)
    primary = fields.text("primary_category") or next(iter(categories), "")
    paper = Paper(
        id=named.base,
        version=named.version or fields.version(),
        title=fields.text("title"),
        abstract=_abstract(fields),
        authors=fields.listed("authors", _people),
        categories=categories or ((primary,) if primary else ()),
        primary_category=primary,
        published=fields.instant("published") or _month(named.base),
        updated=fields.instant("updated"),
        comment=fields.text("comment") or fields.text("comments") or None,
    )
    return Kept(record.id, paper)


class _Fields:
    """A record's fields, where one that is null counts as missing."""

    def __init__(self, record: Record) -> None:
        self._record = record

    def given(self, name: str) -> Any:
        return self._record.values.get(name)

    def text(self, name: str) -> str:
        return "" if self.given(name) is None else self._record.text(name)

    def listed(self, name: str, cut: _Cut) -> tuple[str, ...]:
        """Different texts of a list; one text is cut into its parts."""
        value = self.given(name)
        parts = cut(self.text(name)) if isinstance(value, str) else self.parts(name, value)
        return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))

    def parts(self, name: str, value: object) -> list[str]:
        """The texts of a list that stands in a field."""
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.problem(name, "is neither a text nor a list")
        return [self._part(name, one) for one in cast("list[object]", value)]

    def version(self) -> int:
        value = self.given("version")
        if value is None:
            return 1
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value < 1000:
            raise self.problem("version", "is not a number from 1 to 999")
        return value

    def instant(self, name: str) -> datetime | None:
        text = self.text(name)
        if not text:
            return None
        try:
            instant = datetime.fromisoformat(text)
        except ValueError:
            raise self.problem(name, "is not a date such as 2026-06-18T12:00:00Z") from None
        return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)

    def problem(self, name: str, text: str) -> LineError:
        return LineError(self._record.number, f'"{name}" {text}')

    def _part(self, name: str, value: object) -> str:
        if isinstance(value, Mapping):  # people as some services give them
            value = cast("Mapping[str, object]", value).get("name")
        if not isinstance(value, str):
            raise self.problem(name, "holds something that is not a text")
        return Record(self._record.number, {name: value}).text(name)


def _abstract(fields: _Fields) -> str:
    """A text, a list of sentences, or such a list as Python writes it, in a text."""
    value = fields.given("abstract")
    if isinstance(value, str):
        written = _written_list(value) if value.startswith("[") else None
        if written is None:
            return fields.text("abstract")
        value = written
    return " ".join(fields.parts("abstract", value))


def _written_list(text: str) -> list[object] | None:
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None  # a text that begins with a bracket
    return cast("list[object]", value) if isinstance(value, list) else None


def _people(text: str) -> list[str]:
    return _PEOPLE.split(text)


def _identified(text: str) -> ArxivId:
    """An id, and the version that it names if it is one of arXiv's; any other text is an id."""
    found = find_ids(text)
    if len(found) == 1 and text in {found[0].base, str(found[0])}:
        return found[0]
    return ArxivId(text)


def _month(paper_id: str) -> datetime | None:
    """The month that an id of arXiv's names: of papers without a date, the likeliest one."""
    number = _NUMBERED.match(paper_id)
    if number is None or not find_ids(paper_id):
        return None
    year, month = int(number[1]), int(number[2])
    if not 1 <= month <= 12:
        return None
    return datetime(year + (1900 if year > 90 else 2000), month, 1, tzinfo=UTC)
