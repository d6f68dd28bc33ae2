"""Keeping the search index: it reads what the queue names, in short pieces."""

import asyncio
import sqlite3
import unicodedata
import zlib
from collections import Counter
from collections.abc import Sequence
from typing import Any

import structlog
from sqlalchemy import delete, select, text
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StoreError
from bot.store.database import Database
from bot.store.index_queue import Index, IndexQueue, Waiting, done, new_stamp
from bot.store.schema import (
    search_before,
    search_papers,
    search_state,
    search_words,
)
from bot.store.search_preparing import Prepared, Texts, prepare, read
from bot.store.search_reading import unlike
from bot.text.search_ids import id_of

log = structlog.get_logger(__name__)

PREPARED = f"1 {unicodedata.unidata_version}"
"""Names the way in which texts are prepared. Count it up when tokens change: then the index is
made anew. Python's Unicode tables are a part of it."""

_PIECE = 100
# How a damaged index shows itself: FTS5 says so, cannot read what it needs, or has what it should
# not have. The first is only ever said by it.
_DAMAGE = frozenset(
    {
        sqlite3.SQLITE_CORRUPT_VTAB,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_ERROR,
        sqlite3.SQLITE_CONSTRAINT,
    }
)
_INSERT = (
    "INSERT INTO search_index (rowid, abstract, title, authors, comment, about, "
    "translated_title, translated_abstract) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_FORGET = (
    "INSERT INTO search_index (search_index, rowid, abstract, title, authors, comment, about, "
    "translated_title, translated_abstract) VALUES ('delete', ?, ?, ?, ?, ?, ?, ?, ?)"
)


class SearchIndex:
    """The writing side of the search index."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._queue = IndexQueue(database, Index.SEARCH)
        self._turn = asyncio.Lock()
        self._checked = False
        self.renewals = 0
        """How often the index was damaged and made anew."""

    @property
    def busy(self) -> bool:
        """Whether papers are being indexed just now."""
        return self._turn.locked()

    async def catch_up(self, *, most: int | None = None) -> int:
        """Index what is queued, the newest papers first, at most so many; returns how many.

        Each piece is a short transaction of its own; between them others have their turn.
        """
        count = 0
        while most is None or count < most:
            async with self._turn:
                limit = _PIECE if most is None else min(_PIECE, most - count)
                if not self._checked:
                    await self._renew_if_prepared_otherwise()
                    self._checked = True
                waiting = await self._queue.next(limit)
                if not waiting:
                    break
                if not await self._index(waiting):
                    break
            count += len(waiting)
        return count

    async def check(self) -> bool:
        """Whether the index is sound; if it is not, it is emptied and all papers are queued.

        Of 200,000 papers it reads some seconds, in which nobody else can write.
        """
        async with self._turn:
            return await self._sound()

    async def heal(self, error: StoreError | DBAPIError, *, renewals: int) -> bool:
        """Whether an error of a search came from damage to the index, which was made anew then.

        `renewals` is what it was when the search began: two may find the same damage.
        """
        if _code(error) not in _DAMAGE:
            return False
        async with self._turn:
            return self.renewals != renewals or not await self._sound()

    async def _sound(self) -> bool:
        try:
            async with self._db.read() as connection:
                fault = await unlike(connection)
            if not fault:
                async with self._db.write() as connection:
                    await connection.exec_driver_sql(
                        "INSERT INTO search_index(search_index) VALUES ('integrity-check')"
                    )
        except (StoreError, DBAPIError) as error:
            if _code(error) not in _DAMAGE:
                raise
            fault = str(error)
        if fault:
            await self._renew(fault)
        return not fault

    async def _renew(self, fault: str) -> None:
        log.warning("search_index_damaged", error=fault)
        async with self._db.write() as connection:
            await _start_anew(connection)
        self.renewals += 1

    async def _renew_if_prepared_otherwise(self) -> None:
        async with self._db.read() as connection:
            known = (await connection.execute(select(search_state.c.prepared))).scalars().all()
        if known == [PREPARED]:
            return
        async with self._db.write() as connection:
            if known:
                log.info("search_index_renewed", was=known, now=PREPARED)
                await _start_anew(connection)
            else:  # the index is empty, and the migration has queued all papers
                state = insert(search_state).values(prepared=PREPARED)
                await connection.execute(state.on_conflict_do_nothing())

    async def _index(self, waiting: Sequence[Waiting]) -> bool:
        """Index these; False if the index was damaged and has to be made anew."""
        async with self._db.read() as connection:
            found = await read(connection, [paper_id for paper_id, _ in waiting])
        prepared = await asyncio.to_thread(lambda: [prepare(one) for one in found])
        try:
            async with self._db.write() as connection:
                taken = await done(connection, Index.SEARCH, waiting)
                await _write(connection, [one for one in prepared if one.paper_id in taken])
        except (StoreError, DBAPIError) as error:
            code = _code(error)
            if code == sqlite3.SQLITE_CORRUPT_VTAB:
                await self._renew(str(error))
            elif code not in _DAMAGE or await self._sound():  # it is something else
                raise
            return False
        return True


def _code(error: StoreError | DBAPIError) -> int:
    """SQLite's code of what caused an error; 0 if that was not SQLite."""
    cause = error.orig if isinstance(error, DBAPIError) else error.__cause__
    if isinstance(cause, DBAPIError):
        cause = cause.orig
    if not isinstance(cause, sqlite3.Error):
        return 0
    code = cause.sqlite_errorcode
    return code if code in _DAMAGE else code & 0xFF


async def _start_anew(connection: AsyncConnection) -> None:
    """Empty the index and queue all papers."""
    made_by = text("SELECT sql FROM sqlite_schema WHERE name = 'search_index'")
    create: str = (await connection.execute(made_by)).scalar_one()
    # A damaged table cannot be opened, and so not be dropped, without these.
    for repair in (
        "CREATE TABLE IF NOT EXISTS search_index_data (id INTEGER PRIMARY KEY, block BLOB)",
        "CREATE TABLE IF NOT EXISTS search_index_config (k PRIMARY KEY, v) WITHOUT ROWID",
        "REPLACE INTO search_index_data VALUES (10, x'')",  # the structure
        "REPLACE INTO search_index_config VALUES ('version', 4)",
        "DROP TABLE search_index",
        create,
    ):
        await connection.exec_driver_sql(repair)
    for table in (search_papers, search_before, search_words, search_state):
        await connection.execute(delete(table))
    await connection.execute(insert(search_state).values(prepared=PREPARED))
    await connection.execute(
        text(
            "INSERT INTO index_queue SELECT DISTINCT 'search', paper_id, :stamp FROM papers "
            "WHERE true ON CONFLICT DO UPDATE SET stamp = excluded.stamp"
        ),
        {"stamp": new_stamp()},
    )


async def _write(connection: AsyncConnection, prepared: Sequence[Prepared]) -> None:
    old = [(one.number, *one.old) for one in prepared if one.old is not None]
    await _execute_many(connection, _FORGET, old)
    new = [(one.number, *one.own, *one.translated) for one in prepared if one.own is not None]
    await _execute_many(connection, _INSERT, new)
    entries = [
        {
            "number": one.number,
            "version": one.version,
            "dated": one.dated,
            "other_id": None if id_of(one.number) else one.paper_id,
            "translated": _compressed(one.translated),
        }
        for one in prepared
    ]
    if entries:
        entry = insert(search_papers)
        await connection.execute(
            entry.on_conflict_do_update(
                index_elements=[search_papers.c.number],
                set_={name: entry.excluded[name] for name in ("version", "dated", "translated")},
            ),
            entries,
        )
        ids = [one.paper_id for one in prepared]
        await connection.execute(delete(search_before).where(search_before.c.paper_id.in_(ids)))
    # Words that are in no paper any more stay: who is offered one finds nothing, that is all.
    for name, counted in (
        (0, Counter(word for one in prepared for word in one.words)),
        (1, Counter(word for one in prepared for word in one.names)),
    ):
        await _execute_many(
            connection,
            "INSERT INTO search_words VALUES (?, ?, ?) "
            "ON CONFLICT DO UPDATE SET papers = papers + excluded.papers",
            sorted((name, word, count) for word, count in counted.items()),
        )


def _compressed(translated: Texts) -> bytes | None:
    kept = "\n".join(translated)
    return zlib.compress(kept.encode(), 9) if kept.strip() else None


async def _execute_many(
    connection: AsyncConnection, statement: str, rows: list[tuple[Any, ...]]
) -> None:
    if rows:
        await connection.exec_driver_sql(statement, rows)
