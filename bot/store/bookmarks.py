"""People's bookmarks with their notes."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Delete, Select, delete, func, literal, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.models import Bookmark, Paper
from bot.store import rows
from bot.store.database import Database
from bot.store.schema import bookmarks, dropped, papers

# How many rows the event loop turns into values between two turns for others.
_CHUNK = 50

_OF_PAPER = (papers.c.paper_id == bookmarks.c.paper_id) & (papers.c.version == bookmarks.c.version)
# A little longer than reactions on old cards are looked at.
_DROPPED_FOR = timedelta(days=8)
_NEWEST_FIRST = bookmarks.c.created_at.desc(), bookmarks.c.paper_id


@dataclass(frozen=True, slots=True)
class BookmarkCount:
    """How many bookmarks a person has, and how many of them have a note."""

    total: int
    noted: int


class BookmarkStore:
    """People's bookmarks. A bookmark's paper is in the archive at the version it names."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(self, user_id: int, paper_id: str, version: int, now: datetime) -> bool:
        """Bookmark a paper; returns False if it was bookmarked already."""
        statement = insert(bookmarks).values(
            user_id=user_id, paper_id=paper_id, version=version, created_at=now
        )
        async with self._db.write() as connection:
            done = await connection.execute(statement.on_conflict_do_nothing())
            await connection.execute(_undrop(user_id, paper_id))
            return done.rowcount > 0

    async def remove(self, user_id: int, paper_id: str, *, drop_at: datetime | None) -> bool:
        """Remove a bookmark; returns False if there was none.

        `drop_at` is the present if the person's reaction may still stand, None if it is gone.
        """
        mine = (bookmarks.c.user_id == user_id) & (bookmarks.c.paper_id == paper_id)
        if drop_at is None:
            async with self._db.write() as connection:
                await connection.execute(_undrop(user_id, paper_id))
                return (await connection.execute(delete(bookmarks).where(mine))).rowcount > 0
        return await self._remove(mine, drop_at) > 0

    async def remove_all(self, user_id: int, until: datetime, *, drop_at: datetime) -> int:
        """Remove what a person bookmarked up to `until`; returns how many that were."""
        mine = (bookmarks.c.user_id == user_id) & (bookmarks.c.created_at <= until)
        return await self._remove(mine, drop_at)

    async def _remove(self, which: ColumnElement[bool], now: datetime) -> int:
        """Remove bookmarks, and remember for a while that they are not wanted."""
        at: ColumnElement[Any] = literal(now, dropped.c.dropped_at.type)
        gone = select(bookmarks.c.user_id, bookmarks.c.paper_id, at).where(which)
        noting = insert(dropped).from_select(dropped.columns.keys(), gone)
        async with self._db.write() as connection:
            await connection.execute(
                delete(dropped).where(dropped.c.dropped_at < now - _DROPPED_FOR)
            )
            await connection.execute(noting.prefix_with("OR REPLACE"))
            return (await connection.execute(delete(bookmarks).where(which))).rowcount

    async def write_note(self, user_id: int, paper_id: str, text: str) -> bool:
        """Replace a bookmark's note; returns False if there is no such bookmark."""
        statement = (
            update(bookmarks)
            .where(bookmarks.c.user_id == user_id, bookmarks.c.paper_id == paper_id)
            .values(note=text)
        )
        async with self._db.write() as connection:
            return (await connection.execute(statement)).rowcount > 0

    async def get(self, user_id: int, paper_id: str) -> Bookmark | None:
        query = select(bookmarks).where(
            bookmarks.c.user_id == user_id, bookmarks.c.paper_id == paper_id
        )
        async with self._db.read() as connection:
            row = (await connection.execute(query)).mappings().first()
        return rows.bookmark(row) if row else None

    async def has(self, user_id: int, paper_id: str) -> bool:
        return await self.get(user_id, paper_id) is not None

    async def count(self, user_id: int) -> int:
        return (await self.counts(user_id)).total

    async def counts(self, user_id: int) -> BookmarkCount:
        noted = func.count().filter(bookmarks.c.note != "")
        query = select(func.count(), noted).where(bookmarks.c.user_id == user_id)
        async with self._db.read() as connection:
            return BookmarkCount(*(await connection.execute(query)).one())

    async def page(self, user_id: int, *, offset: int, limit: int) -> list[tuple[Bookmark, Paper]]:
        """A person's bookmarks with their papers, the newest first."""
        query = _entries(user_id).order_by(*_NEWEST_FIRST).offset(offset).limit(limit)
        async with self._db.read() as connection:
            found = (await connection.execute(query)).mappings().all()
        return [(rows.bookmark(row), rows.paper(row)) for row in found]

    async def of_papers(
        self, user_id: int, paper_ids: Sequence[str]
    ) -> list[tuple[Bookmark, Paper]]:
        """The bookmarks of these few papers, in their order; those that are gone are left out."""
        query = _entries(user_id).where(bookmarks.c.paper_id.in_(paper_ids))
        async with self._db.read() as connection:
            found = (await connection.execute(query)).mappings().all()
        entries = {row["paper_id"]: (rows.bookmark(row), rows.paper(row)) for row in found}
        return [entries[paper_id] for paper_id in paper_ids if paper_id in entries]

    async def outlines(self, user_id: int) -> list[Bookmark]:
        """All bookmarks of a person without their papers, the newest first."""
        query = (
            select(bookmarks)
            .join(papers, _OF_PAPER)
            .where(bookmarks.c.user_id == user_id)
            .order_by(*_NEWEST_FIRST)
        )
        return [rows.bookmark(row) async for row in self._rows(query)]

    async def _rows(self, query: Select[*tuple[Any, ...]]) -> AsyncIterator[rows.Row]:
        async with self._db.read() as connection:
            result = await connection.stream(query)
            async for part in result.mappings().partitions(_CHUNK):
                for row in part:
                    yield row


def _entries(user_id: int) -> Select[Any]:
    return (
        select(bookmarks.c.user_id, bookmarks.c.created_at, bookmarks.c.note, *papers.c)
        .join(papers, _OF_PAPER)
        .where(bookmarks.c.user_id == user_id)
    )


def _undrop(user_id: int, paper_id: str) -> Delete:
    return delete(dropped).where(dropped.c.user_id == user_id, dropped.c.paper_id == paper_id)
