"""Papers, every version that was seen."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    and_,
    func,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Paper
from bot.store import rows
from bot.store.database import Database
from bot.store.index_queue import enqueue
from bot.store.schema import papers

# SQLite takes 32,766 bound values a statement; this many rows stay well below.
_CHUNK = 500

# What one source leaves out another one gives; where both tell it, the API's word counts.
_KEPT = ("published", "updated", "comment", "doi", "journal_ref", "license")
_REPLACED = ("title", "abstract", "authors", "categories", "primary_category")

# In the order of `rows.PaperRow`.
_LATEST = (
    "SELECT paper_id, version, title, abstract, authors, categories, primary_category, published, "
    "updated, comment, doi, journal_ref, license, withdrawn FROM papers "
    "WHERE paper_id IN (SELECT value FROM json_each(?))"
)


async def upsert(
    connection: AsyncConnection, batch: Iterable[Paper], now: datetime, *, enriched: bool
) -> None:
    """Insert papers, or complete those that are there, within the caller's transaction.

    `enriched` says that they come with the API's fields, which are never replaced by a feed's
    poorer ones.
    """
    batch = list(batch)
    values = [
        rows.paper_values(paper) | {"first_seen_at": now, "enriched_at": now if enriched else None}
        for paper in batch
    ]
    statement = insert(papers)
    given = statement.excluded
    changes: dict[str, Any] = {}
    for name in _KEPT:
        known = papers.c[name]
        both = (given[name], known) if enriched else (known, given[name])
        changes[name] = func.coalesce(*both)
    changes["withdrawn"] = or_(papers.c.withdrawn, given.withdrawn)
    if enriched:
        changes |= {name: given[name] for name in _REPLACED}
        changes["enriched_at"] = given.enriched_at
    statement = statement.on_conflict_do_update(
        index_elements=[papers.c.paper_id, papers.c.version], set_=changes
    )
    for start in range(0, len(values), _CHUNK):
        await connection.execute(statement, values[start : start + _CHUNK])
    await enqueue(connection, (paper.id for paper in batch))


def latest_rows(connection: sqlite3.Connection, ids: Sequence[str]) -> dict[str, rows.PaperRow]:
    """The latest versions of papers, for `rows.stored_paper`, within `Database.read_at_once`."""
    found: dict[str, rows.PaperRow] = {}
    for row in map(rows.PaperRow._make, connection.execute(_LATEST, (json.dumps(ids),))):
        known = found.get(row.paper_id)
        if known is None or known.version < row.version:  # SQLite would copy all to sort them
            found[row.paper_id] = row
    return found


class PaperStore:
    """Reading and completing papers."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def get(self, paper_id: str, version: int | None = None) -> Paper | None:
        """A version of a paper, or the latest one that was seen."""
        query = select(papers).where(papers.c.paper_id == paper_id)
        if version is not None:
            query = query.where(papers.c.version == version)
        query = query.order_by(papers.c.version.desc()).limit(1)
        async with self._db.read() as connection:
            row = (await connection.execute(query)).mappings().first()
        return rows.paper(row) if row else None

    async def get_many(self, wanted: Sequence[tuple[str, int]]) -> dict[tuple[str, int], Paper]:
        """Papers by (id, version); those that are not there are left out."""
        found: dict[tuple[str, int], Paper] = {}
        async with self._db.read() as connection:
            for start in range(0, len(wanted), _CHUNK):
                some = wanted[start : start + _CHUNK]
                query = select(papers).where(
                    # SQLite looks up single values by the key; for pairs it reads all keys.
                    papers.c.paper_id.in_([paper_id for paper_id, _ in some]),
                    tuple_(papers.c.paper_id, papers.c.version).in_(some),
                )
                for row in (await connection.execute(query)).mappings():
                    paper = rows.paper(row)
                    found[paper.id, paper.version] = paper
        return found

    async def unenriched(self, *, seen_after: datetime, limit: int) -> list[str]:
        """Versioned ids that still lack the API's fields, the newest first."""
        query = (
            select(papers.c.paper_id, papers.c.version)
            .where(and_(papers.c.enriched_at.is_(None), papers.c.first_seen_at > seen_after))
            .order_by(papers.c.first_seen_at.desc(), papers.c.paper_id)
            .limit(limit)
        )
        async with self._db.read() as connection:
            found = (await connection.execute(query)).all()
        return [f"{row.paper_id}v{row.version}" for row in found]

    async def enrich(self, batch: Sequence[Paper], now: datetime) -> None:
        """Store papers with the API's fields."""
        async with self._db.write() as connection:
            await upsert(connection, batch, now, enriched=True)

    async def give_up_enriching(self, older_than: timedelta, now: datetime) -> None:
        """Stop asking for papers that the API has not known for so long."""
        async with self._db.write() as connection:
            await connection.execute(
                update(papers)
                .where(papers.c.enriched_at.is_(None), papers.c.first_seen_at < now - older_than)
                .values(enriched_at=now)
            )

    async def latest(self, ids: Sequence[str]) -> dict[str, Paper]:
        """The latest version of each of these papers; those that are not there are left out."""

        def read(connection: sqlite3.Connection) -> dict[str, Paper]:
            found = latest_rows(connection, ids)
            return {paper_id: rows.stored_paper(row) for paper_id, row in found.items()}

        return await self._db.read_at_once(read)

    async def count(self, *, most: int | None = None) -> int:
        """How many papers (not versions) the archive holds; it is not counted further than `most`,
        which takes no time whatever it holds."""
        distinct = select(papers.c.paper_id).distinct().limit(most).subquery()
        async with self._db.read() as connection:
            query = select(func.count()).select_from(distinct)
            return (await connection.execute(query)).scalar_one()
