"""Invented bookmarks for the exports, and the real papers that must load everywhere."""

import gzip
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.export.citations import Citation, Entry, citation
from bot.export.formats import ExportFile, FileMaker, Format
from bot.models import Bookmark, Paper

DAY = date(2026, 6, 18)
NOW = datetime(2026, 6, 18, 9, 0, tzinfo=UTC)


def entry(number: int = 1, *, note: str = "", **changes: Any) -> Entry:
    """A bookmark, a minute later than that of the number before."""
    paper = Paper(
        id=f"2606.{number:05}",
        version=1,
        title="Where Attention Goes",
        abstract="We look at where it goes.",
        authors=("José García", "Ada Lovelace"),
        categories=("cs.CL", "cs.LG"),
        primary_category="cs.CL",
        published=datetime(2026, 6, 17, 12, tzinfo=UTC),
    )
    paper = replace(paper, **changes)
    at = NOW + timedelta(minutes=number)
    return Bookmark(7, paper.id, paper.version, at, note), paper


def cited(**changes: Any) -> Citation:
    """The citation of one bookmark."""
    return citation(entry(**changes))


def citations(entries: Sequence[Entry]) -> list[Citation]:
    """The citations of bookmarks, in their order."""
    return [citation(entry) for entry in entries]


def write(entries: Sequence[Entry], format_: Format, *, most_bytes: int = 10**8) -> ExportFile:
    """The file of bookmarks, made from parts of them as in the bot."""
    maker = FileMaker(format_)
    for start in range(0, len(entries), 100):
        maker.add(entries[start : start + 100])
    return maker.finish(DAY, most_bytes=most_bytes)


def text_of(entries: Sequence[Entry], format_: Format) -> str:
    """The text of that file."""
    return write(entries, format_).data.decode()


def real_entries(shared_data: Path) -> list[Entry]:
    """The 2,999 real papers, each bookmarked with a note."""
    made: list[Entry] = []
    with gzip.open(shared_data / "arxiv" / "batches.jsonl.gz", "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            told = json.loads(line)
            paper = Paper(
                id=told["id"],
                version=told["version"],
                title=told["title"],
                abstract=told["abstract"],
                authors=tuple(told["authors"]),
                categories=tuple(told["categories"]),
                primary_category=told["primary_category"],
                comment=told["comment"],
                doi=told["doi"],
                journal_ref=told["journal_ref"],
            )
            at = NOW + timedelta(seconds=number)
            made.append((Bookmark(7, paper.id, paper.version, at, f"Note {number}"), paper))
    return made
