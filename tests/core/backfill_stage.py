"""A stage for backfills: invented papers of half a year at the arXiv sandbox, and a store."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from leaping import LeapingClock
from sqlalchemy import func, select

from bot.backfill import Backfill, CatchesUp, Filled
from bot.backfill_estimate import Outlook
from bot.errors import SourceError
from bot.sources.arxiv_oai import ArxivOai
from bot.sources.http import ArxivHttp
from bot.sources.limiter import ArxivLimiter
from bot.store.backfills import BackfillStore, Progress
from bot.store.database import Database
from bot.store.papers import PaperStore
from bot.store.schema import papers
from sandbox.arxiv.app import ArxivSandbox
from sandbox.arxiv.papers import PaperFile

SINCE = date(2026, 1, 1)
NOW = datetime(2026, 6, 18, 12, 0, tzinfo=UTC)
PACE_S = 3.0


def record(number: int, submitted: date, announced: date, **changes: object) -> dict[str, object]:
    """An invented paper as a line of the sandbox's paper file."""
    return {
        "id": f"{submitted:%y%m}.{number:05}",
        "version": 1,
        "title": f"Invented paper number {number}",
        "abstract": f"We study the invented question {number}. We find an answer.",
        "authors": ["Ada Invented"],
        "categories": ["cs.CL"],
        "primary_category": "cs.CL",
        "published": f"{submitted.isoformat()}T10:00:00Z",
        "comment": "9 pages",
        "announced_on": announced.isoformat(),
        "announce_type": "new",
        **changes,
    }


def half_a_year() -> list[dict[str, object]]:
    """A paper for each third day from November 2025 to June 2026, each fourth one replaced later.

    Some are cross-listed to cs.CL, and some are of other categories only.
    """
    found: list[dict[str, object]] = []
    for number in range(75):
        submitted = date(2025, 11, 3) + timedelta(days=3 * number)
        announced = submitted + timedelta(days=1)
        categories = [["cs.CL"], ["cs.LG", "cs.CL"], ["cs.CL", "stat.ML"], ["cs.LG"]][number % 4]
        kinds = {"categories": categories, "primary_category": categories[0]}
        found.append(record(number, submitted, announced, **kinds))
        later = announced + timedelta(days=40)
        if number % 4 == 1 and later < NOW.date():
            updated = f"{(later - timedelta(days=1)).isoformat()}T10:00:00Z"
            again = {"version": 2, "announce_type": "replace", "updated": updated}
            found.append(record(number, submitted, later, **kinds, **again))
    return found


def wanted(
    records: Iterable[Mapping[str, Any]], category: str = "cs.CL", since: date = SINCE
) -> dict[str, int]:
    """The papers that a backfill has to bring: their ids with their latest versions."""
    found: dict[str, int] = {}
    for one in records:
        submitted = date.fromisoformat(one["published"][:10])
        if category in one["categories"] and submitted >= since:
            found[one["id"]] = max(found.get(one["id"], 0), one["version"])
    return found


@dataclass
class Told:
    """Implements Reporter: keeps what it is told."""

    steps: list[tuple[Progress, Outlook]] = field(default_factory=list[tuple[Progress, Outlook]])
    taken_up: list[tuple[Progress, Outlook]] = field(default_factory=list[tuple[Progress, Outlook]])
    rests: list[float] = field(default_factory=list[float])
    indexed: int = 0
    heard: asyncio.Event = field(default_factory=asyncio.Event)

    async def until(self, steps: int) -> None:
        """Wait for so many pages to have been read."""
        while len(self.steps) < steps:
            self.heard.clear()
            await self.heard.wait()

    def goes_on(self, progress: Progress, outlook: Outlook) -> None:
        self.taken_up.append((progress, outlook))

    def read(self, progress: Progress, outlook: Outlook) -> None:
        self.steps.append((progress, outlook))
        self.heard.set()

    def resting(self, error: SourceError, seconds: float) -> None:
        self.rests.append(seconds)

    def indexing(self) -> None:
        self.indexed += 1


class BackfillStage:
    """A sandbox, a store, and backfills between them."""

    def __init__(
        self, arxiv: ArxivSandbox, clock: LeapingClock, database: Database, log: Path
    ) -> None:
        self.arxiv = arxiv
        self.clock = clock
        self.database = database
        self.store = BackfillStore(database)
        self.papers = PaperStore(database)
        self.told = Told()
        self._log = log

    async def run(
        self,
        *categories: str,
        since: date = SINCE,
        until: date | None = None,
        indexes: Iterable[CatchesUp] = (),
        bot_runs: bool = False,
        clock: LeapingClock | None = None,
    ) -> list[Filled]:
        """One run, with new clients, as of a new process."""
        self.told = told = Told()
        own = clock or self.clock

        async def leap(seconds: float) -> None:
            own.advance(timedelta(seconds=seconds))

        limiter = ArxivLimiter(0, monotonic=lambda: own.now().timestamp(), sleep=leap)
        async with ArxivHttp(limiter) as http:
            backfill = Backfill(
                oai=ArxivOai(http, self.arxiv.oai_url),
                store=self.store,
                indexes=tuple(indexes),
                indexed_elsewhere=lambda: bot_runs,
                clock=own,
                pace=PACE_S,
                reporter=told,
            )
            return await backfill.run(categories or ("cs.CL",), since, until)

    async def archive(self) -> dict[str, int]:
        """The latest versions of all papers in the store."""
        latest = func.max(papers.c.version).label("latest")
        query = select(papers.c.paper_id, latest).group_by(papers.c.paper_id)
        async with self.database.read() as connection:
            return {row.paper_id: row.latest for row in await connection.execute(query)}

    async def asked(self) -> list[dict[str, str]]:
        """The arguments of every request to OAI-PMH so far."""
        if not self._log.exists():
            return []
        return requests_in(await asyncio.to_thread(self._log.read_text))


def requests_in(log: str) -> list[dict[str, str]]:
    """The arguments of the requests in a recording of the sandbox's."""
    paths: list[str] = [json.loads(line)["request"]["path"] for line in log.splitlines()]
    return [dict(parse_qsl(urlsplit(path).query)) for path in paths]


def repeats(requests: Iterable[Mapping[str, str]]) -> int:
    """How often the page that was asked for most often was asked for."""
    counted = Counter(tuple(sorted(one.items())) for one in requests)
    return max(counted.values(), default=0)


@asynccontextmanager
async def backfill_stage(
    folder: Path,
    records: list[dict[str, object]] | None = None,
    *,
    oai_page_size: int = 4,
    oai_sizes: bool = False,
) -> AsyncGenerator[BackfillStage]:
    """A stage over these papers (those of half a year), by a clock that leaps over rests."""
    papers = PaperFile.from_records(half_a_year() if records is None else records)
    log = folder / "arxiv.jsonl"
    clock = LeapingClock(NOW)
    arxiv = ArxivSandbox(
        papers, clock, record=log, oai_page_size=oai_page_size, oai_sizes=oai_sizes
    )
    await arxiv.start()
    database = await Database.open(f"sqlite+aiosqlite:///{folder / 'data' / 'paperboy.db'}")
    try:
        yield BackfillStage(arxiv, clock, database, log)
    finally:
        await database.close()
        await arxiv.stop()
