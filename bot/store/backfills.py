"""How far backfills have come, and the papers they bring: noted together, so that a kill at any
point loses nothing and counts nothing twice."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import RowMapping, Update, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Paper
from bot.store.database import Database
from bot.store.papers import upsert
from bot.store.schema import backfills, papers

# Papers a transaction: other processes that write wait for some hundredths of a second.
PIECE = 200
# Records that get their datestamp's day after it is over are still found by the next run.
_OVERLAP = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the papers of a category that were submitted from `since` to `until` are here.

    `since` and `until` (None: no end) are days of first submission, the other days are
    datestamps: everything before `reached` was read. `token`, given at `token_at`, continues the
    list from `reached` to `list_end`, of which `list_records` were read in `list_requests`, of
    `list_size` where arXiv tells that. All in all `records` were read in `requests`; of them
    `papers` were new to the archive, and `skipped` could not be read.
    """

    category: str
    since: date
    until: date | None
    reached: date
    started_at: datetime
    updated_at: datetime
    token: str | None = None
    token_at: datetime | None = None
    list_end: date | None = None
    records: int = 0
    papers: int = 0
    skipped: int = 0
    requests: int = 0
    finished_at: datetime | None = None
    list_requests: int = 0
    list_records: int = 0
    list_size: int | None = None

    @property
    def without_list(self) -> "Progress":
        """The same with no list under way: it begins again, or there is none."""
        none = replace(self, token=None, token_at=None, list_end=None, list_size=None)
        return replace(none, list_requests=0, list_records=0)

    def wants(self, paper: Paper) -> bool:
        """Whether a paper was first submitted on one of the days (UTC) that are asked for."""
        if paper.published is None:
            return False
        day = paper.published.date()
        return self.since <= day and (self.until is None or day <= self.until)


class BackfillStore:
    """Reading and writing the progress of backfills."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def all(self) -> list[Progress]:
        """Every backfill that was begun, by category and first day."""
        query = select(backfills).order_by(backfills.c.category, backfills.c.since)
        async with self._db.read() as connection:
            return [_progress(row) for row in (await connection.execute(query)).mappings()]

    async def begin(
        self, category: str, since: date, until: date | None, *, first: date, now: datetime
    ) -> Progress:
        """The backfill of these days, begun at the datestamp `first` or taken up where it is.

        A finished one is taken up for what has changed since. One that was asked for with an
        earlier end than this time goes back to that end: what was submitted later was changed
        later too. A later end than this time's stays. Nothing of a known one is written yet.
        """
        async with self._db.write() as connection:
            known = await _row(connection, category, since)
            if known is None:
                begun = Progress(category, since, until, first, now, now)
                values = {name: getattr(begun, name) for name in Progress.__slots__}
                await connection.execute(insert(backfills).values(values))
                return begun
        reached = min(known.reached, now.date())
        if known.finished_at is not None:
            reached -= _OVERLAP
        end = known.until
        if end is not None and (until is None or until > end):
            reached, end = min(reached, end), until
        reached = max(reached, first)
        taken_up = replace(known, until=end, updated_at=now, finished_at=None)
        if reached == known.reached and end == known.until:
            return taken_up
        # The list under way begins again: of its pages so far only what was wanted was kept.
        return replace(taken_up, reached=reached).without_list

    async def save(self, progress: Progress, found: Sequence[Paper]) -> Progress:
        """Store the papers of a page, and with the last of them how far that is.

        In several short transactions; each counts the papers that it adds, so `progress.papers`
        is ignored. Returns the progress as it now stands.
        """
        found = list({paper.id: paper for paper in found}.values())
        last = (len(found) - 1) // PIECE * PIECE if found else 0
        for start in range(0, last, PIECE):
            async with self._db.write() as connection:
                await _add(connection, progress, found[start : start + PIECE])
        async with self._db.write() as connection:
            await _add(connection, progress, found[last:])
            changes = {
                "until": progress.until,
                "reached": progress.reached,
                "token": progress.token,
                "token_at": progress.token_at,
                "list_end": progress.list_end,
                "list_requests": progress.list_requests,
                "list_records": progress.list_records,
                "list_size": progress.list_size,
                "records": progress.records,
                "skipped": progress.skipped,
                "requests": progress.requests,
                "updated_at": progress.updated_at,
                "finished_at": progress.finished_at,
            }
            await connection.execute(_at(progress.category, progress.since).values(changes))
            return await _known(connection, progress.category, progress.since)


async def _add(connection: AsyncConnection, progress: Progress, piece: Sequence[Paper]) -> None:
    """Store papers and count those of which no version was here."""
    if not piece:
        return
    ids = [paper.id for paper in piece]
    query = select(papers.c.paper_id).where(papers.c.paper_id.in_(ids)).distinct()
    here = set((await connection.execute(query)).scalars())
    await upsert(connection, piece, progress.updated_at, enriched=True)
    added = len(ids) - len(here)
    if added:
        counted = {"papers": backfills.c.papers + added}
        await connection.execute(_at(progress.category, progress.since).values(counted))


def _at(category: str, since: date) -> Update:
    return update(backfills).where(backfills.c.category == category, backfills.c.since == since)


async def _row(connection: AsyncConnection, category: str, since: date) -> Progress | None:
    query = select(backfills).where(backfills.c.category == category, backfills.c.since == since)
    row = (await connection.execute(query)).mappings().first()
    return _progress(row) if row else None


async def _known(connection: AsyncConnection, category: str, since: date) -> Progress:
    found = await _row(connection, category, since)
    assert found is not None  # noqa: S101 - it was written in this transaction
    return found


def _progress(row: RowMapping) -> Progress:
    return Progress(**{name: row[name] for name in Progress.__slots__})
