"""Exporting 5,000 bookmarks: the real store on disk and the real service, to the file's bytes."""

import asyncio
import gzip
import json
import time
from dataclasses import replace
from datetime import timedelta
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.figures import Figure
from bench.papers import DAY, big_day
from bench.scene import DUE
from bot.clock import SystemClock
from bot.export.formats import Format
from bot.models import Paper
from bot.services import Bookmarking
from bot.store.bookmarks import BookmarkStore
from bot.store.database import Database
from bot.store.papers import PaperStore
from sandbox.expected import announcements

_BOOKMARKS = 5_000
_PERSON = 1
_MOST_BYTES = 10 * 1024 * 1024  # what Discord takes in a server without boosts
_REAL = Path(__file__).resolve().parents[2] / "shared" / "data" / "arxiv" / "papers-30k.jsonl.gz"


class _NoSource:
    """Every paper of this measurement is in the store already."""

    async def get(self, paper_id: str, version: int | None = None) -> Paper:
        raise LookupError(f"{paper_id}v{version}")


async def run() -> list[Figure]:
    """Seconds for each format, from the question to the file."""
    papers, source = await asyncio.to_thread(_papers)
    found: list[Figure] = []
    with TemporaryDirectory(prefix="paperboy-bench-") as folder:
        database = await Database.open(f"sqlite+aiosqlite:///{Path(folder) / 'bench.db'}")
        try:
            await PaperStore(database).enrich(papers, DUE)
            store = BookmarkStore(database)
            for number, paper in enumerate(papers):
                at = DUE + timedelta(seconds=number)
                await store.add(_PERSON, paper.id, paper.version, at)
            service = Bookmarking(store=store, papers=_NoSource(), clock=SystemClock())
            for format_ in Format:
                started = time.perf_counter()
                file = await service.export(_PERSON, format_, most_bytes=_MOST_BYTES)
                took = time.perf_counter() - started
                size = len(file.data) / 2**20
                name = f"Exporting {len(papers):,} bookmarks as {format_.label}"
                condition = f"{source}; {size:.1f} MiB; target: at most 3"
                found.append((name, f"{took:.2f} s", condition))
        finally:
            await database.close()
    return found


def _papers() -> tuple[list[Paper], str]:
    if _REAL.is_file():
        with gzip.open(_REAL, "rt", encoding="utf-8") as lines:
            return [_paper(json.loads(line)) for line in islice(lines, _BOOKMARKS)], "real papers"
    file, source = big_day()
    categories = sorted({category for one in file.announced(DAY) for category in one.announced_in})
    day = [found.paper for found in announcements(file, categories, DAY)]
    numbered = zip(range(_BOOKMARKS), cycle(day), strict=False)
    return [replace(paper, id=f"2607.{number + 1:05}") for number, paper in numbered], source


def _paper(record: dict[str, Any]) -> Paper:
    return Paper(
        id=record["id"],
        version=record["version"],
        title=record["title"],
        abstract=record["abstract"],
        authors=tuple(record["authors"]),
        categories=tuple(record["categories"]),
        primary_category=record["categories"][0],
        comment=record["comment"],
        doi=record["doi"],
    )
