"""Keeping the search index: it reads what the queue names, in short pieces."""

import asyncio
import sqlite3
import unicodedata
import zlib
from collections import Counter
from collections.abc import Sequence
from functools import partial
from itertools import chain
from typing import Any

import structlog
from sqlalchemy import delete, select, text
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StoreError
from bot.store.database import Database, at_once, sqlite_code
from bot.store.index_queue import Index, IndexQueue, Waiting, done, new_stamp
from bot.store.schema import (
    SEARCH_INDEX,
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

_PIECE = 200
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
_NOTE = (
    "INSERT INTO search_papers (number, version, dated, other_id, translated) "
    "VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET version = excluded.version, "
    "dated = excluded.dated, translated = excluded.translated"
)
_NOT_BEFORE = "DELETE FROM search_before WHERE paper_id = ?"
_COUNT = (
    "INSERT INTO search_words VALUES (?, ?, ?) "
    "ON CONFLICT DO UPDATE SET papers = papers + excluded.papers"
)

# A damaged table cannot be opened, and so not be dropped, without the first of these.
_REPAIR_AND_DROP = (
    "CREATE TABLE IF NOT EXISTS search_index_data (id INTEGER PRIMARY KEY, block BLOB)",
    "CREATE TABLE IF NOT EXISTS search_index_config (k PRIMARY KEY, v) WITHOUT ROWID",
    "REPLACE INTO search_index_data VALUES (10, x'')",  # the structure
    "REPLACE INTO search_index_config VALUES ('version', 4)",
    "DROP TABLE search_index",
)
# What an incomplete copy of a database may have left of a table that is gone itself.
_DROP_PARTS = tuple(
    f"DROP TABLE IF EXISTS search_index_{part}" for part in ("data", "idx", "docsize", "config")
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
                    await self._renew_if_needed()
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
            fault = await self._db.read_at_once(unlike)
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

    async def _renew_if_needed(self) -> None:
        async with self._db.read() as connection:
            known = (await connection.execute(select(search_state.c.prepared))).scalars().all()
            there = await _is_there(connection)
        if not there:
            await self._renew("the table is missing")
            return
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
        ids = [paper_id for paper_id, _ in waiting]
        found = await self._db.read_at_once(lambda connection: read(connection, ids))
        prepared = await asyncio.to_thread(lambda: [prepare(one) for one in found])
        try:
            async with self._db.write() as connection:
                taken = await done(connection, Index.SEARCH, waiting)
                new = [one for one in prepared if one.paper_id in taken]
                await at_once(connection, partial(_write, prepared=new))
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
    code = sqlite_code(cause)
    return code if code in _DAMAGE else code & 0xFF


async def _is_there(connection: AsyncConnection) -> bool:
    """Whether there is a search index at all: it may have been dropped, or lost with a restore."""
    counted = text("SELECT count(*) FROM sqlite_schema WHERE name = 'search_index'")
    return bool((await connection.execute(counted)).scalar_one())


async def _start_anew(connection: AsyncConnection) -> None:
    """Empty the index and queue all papers."""
    there = await _is_there(connection)
    for statement in (*(_REPAIR_AND_DROP if there else _DROP_PARTS), SEARCH_INDEX):
        await connection.exec_driver_sql(statement)
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


def _write(connection: sqlite3.Connection, prepared: Sequence[Prepared]) -> None:
    old = [(one.number, *one.old) for one in prepared if one.old is not None]
    _execute_many(connection, _FORGET, old)
    new = [(one.number, *one.own, *one.translated) for one in prepared if one.own is not None]
    _execute_many(connection, _INSERT, new)
    entries = [
        (
            one.number,
            one.version,
            one.dated,
            None if id_of(one.number) else one.paper_id,
            _compressed(one.translated),
        )
        for one in prepared
    ]
    _execute_many(connection, _NOTE, entries)
    _execute_many(connection, _NOT_BEFORE, [(one.paper_id,) for one in prepared])
    # Words that are in no paper any more stay: who is offered one finds nothing, that is all.
    for name, counted in (
        (0, Counter(chain.from_iterable(one.words for one in prepared))),
        (1, Counter(chain.from_iterable(one.names for one in prepared))),
    ):
        words = sorted((name, word, count) for word, count in counted.items())
        _execute_many(connection, _COUNT, words)


def _compressed(translated: Texts) -> bytes | None:
    kept = "\n".join(translated)
    return zlib.compress(kept.encode(), 9) if kept.strip() else None


def _execute_many(
    connection: sqlite3.Connection, statement: str, rows: list[tuple[Any, ...]]
) -> None:
    if rows:
        connection.executemany(statement, rows)
