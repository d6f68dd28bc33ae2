"""The file of papers that the stand-in for arXiv serves.

JSON Lines, plain or gzipped, one announcement a line. Needed: `id`, `version`, `title`,
`abstract`, `authors`, `categories`, `primary_category`, `announced_on`, `announce_type`. Known
too: `published` (version 1's submission time), `updated` (this version's), `comment`, `doi`,
`journal_ref`, `report_no`, `license`, `withdrawn`. Other fields are ignored. A paper may come
on several days, with rising versions.

What a line leaves out is always filled in the same way: times as in `days.py`; the license with
arXiv's own non-exclusive one; `withdrawn` is true where the comment says so.
"""

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import cast

from sandbox.arxiv.records import AnnounceType, PaperFileError, PaperVersion, read_record

_GZIP_MAGIC = b"\x1f\x8b"


class PaperFile:
    """All announcements of a file, by day and by paper. It does not change once it is made."""

    def __init__(self, versions: Iterable[PaperVersion]) -> None:
        by_day: dict[date, list[PaperVersion]] = {}
        by_id: dict[str, list[PaperVersion]] = {}
        for paper in versions:
            by_day.setdefault(paper.day, []).append(paper)
            by_id.setdefault(paper.id, []).append(paper)
        self._by_id = {
            key: tuple(sorted(found, key=lambda paper: paper.day)) for key, found in by_id.items()
        }
        self._by_day = {day: tuple(by_day[day]) for day in sorted(by_day)}
        self._by_category: dict[tuple[date, str], list[PaperVersion]] = {}
        for day, papers in self._by_day.items():
            for paper in papers:
                for category in paper.announced_in:
                    self._by_category.setdefault((day, category), []).append(paper)

    @classmethod
    def load(cls, path: Path) -> "PaperFile":
        """Read a file, plain or gzipped. It blocks: call it on a thread when a loop is running.

        Raises PaperFileError, or OSError if the file cannot be opened.
        """
        return cls(_check_order(_read_records(path), str(path)))

    @classmethod
    def from_records(
        cls, records: Iterable[Mapping[str, object]], source: str = "records"
    ) -> "PaperFile":
        """The same from records in memory, counted from 1. Raises PaperFileError."""
        return cls(_check_order(enumerate(records, 1), source))

    @property
    def days(self) -> tuple[date, ...]:
        """The announcement days, oldest first."""
        return tuple(self._by_day)

    @property
    def ids(self) -> tuple[str, ...]:
        """Every paper's base identifier, in the order of the file."""
        return tuple(self._by_id)

    def announced(
        self, day: date, categories: Iterable[str] | None = None
    ) -> tuple[PaperVersion, ...]:
        """What was announced on a day, of all papers or of those in any of the categories."""
        if categories is None:
            return self._by_day.get(day, ())
        found: dict[str, PaperVersion] = {}
        for category in categories:
            found.update({p.id: p for p in self._by_category.get((day, category), ())})
        return tuple(found.values())

    def day_before(self, day: date) -> date | None:
        """The last announcement day of the file before `day`."""
        return max((known for known in self._by_day if known < day), default=None)

    def history(self, paper_id: str, on: date) -> tuple[PaperVersion, ...]:
        """A paper's announcements up to a day (included), oldest first."""
        return tuple(p for p in self._by_id.get(paper_id, ()) if p.day <= on)

    def find(self, paper_id: str, on: date, version: int | None = None) -> PaperVersion | None:
        """The version as it stood on a day, the latest one if none is named."""
        known = self.history(paper_id, on)
        if version is not None:
            known = tuple(p for p in known if p.version == version)
        return known[-1] if known else None

    def latest(self, on: date) -> list[PaperVersion]:
        """The latest version of every paper that was announced by a day (included)."""
        return [known[-1] for key in self._by_id if (known := self.history(key, on))]


def _read_records(path: Path) -> Iterator[tuple[int, Mapping[str, object]]]:
    source = str(path)
    with path.open("rb") as probe:
        zipped = probe.read(2) == _GZIP_MAGIC
    number = 0
    with gzip.open(path, "rb") if zipped else path.open("rb") as lines:
        try:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield number, _parse_line(line, source, number)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise PaperFileError(source, number + 1, None, f"broken gzip data: {error}") from error


def _parse_line(line: bytes, source: str, number: int) -> Mapping[str, object]:
    try:
        parsed: object = json.loads(line)
    except ValueError as error:  # covers broken JSON and broken UTF-8
        raise PaperFileError(source, number, None, f"not JSON: {error}") from error
    if not isinstance(parsed, dict):
        raise PaperFileError(source, number, None, "expected a JSON object")
    return cast("dict[str, object]", parsed)


def _check_order(
    records: Iterable[tuple[int, Mapping[str, object]]], source: str
) -> Iterator[PaperVersion]:
    """Make versions of the records, in one pass, and check what concerns several of them."""
    earlier: dict[str, list[PaperVersion]] = {}
    for number, record in records:
        paper = read_record(record, source, number, earlier)
        known = earlier.setdefault(paper.id, [])
        for other in known:
            if other.day == paper.day:
                problem = f"{paper.id} is already announced on {paper.day}"
                raise PaperFileError(source, number, "announced_on", problem)
            old, new = sorted((other, paper), key=lambda version: version.day)
            same_allowed = new.type is AnnounceType.CROSS
            if new.version < old.version or (new.version == old.version and not same_allowed):
                problem = (
                    f"{paper.id} has version {old.version} on {old.day}"
                    f" and version {new.version} on {new.day}"
                )
                raise PaperFileError(source, number, "version", problem)
        known.append(paper)
        yield paper
