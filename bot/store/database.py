"""The SQLite database: connections, transactions, one writer at a time.

Readers use a small pool and see committed data (WAL), also while a write goes on. Writers take
turns on one connection: a lock orders this process's tasks, `BEGIN IMMEDIATE` and the busy
timeout order processes. https://sqlite.org/wal.html, https://sqlite.org/lang_transaction.html
"""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncGenerator, Callable, Generator
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar, cast

import aiosqlite
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.errors import StoreError
from bot.store.migrate import migrate

_BUSY_TIMEOUT_MS = 30_000
_READERS = 4
# SQLite's own 2 MiB a connection are less than a search reads.
_CACHE_KIB = 8_192
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})

_T = TypeVar("_T")


class Database:
    """An open database. Made by `await Database.open(url)`; `await close()` when done."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._turn = asyncio.Lock()
        self._writer = _engine(url, begin="BEGIN IMMEDIATE", pool_size=1)
        self._reader = _engine(url, begin="BEGIN", pool_size=_READERS)

    @classmethod
    async def open(cls, url: str, *, backups: Path | None = None) -> "Database":
        """Migrate the file to the present schema (after a backup into `backups`) and open it.

        Raises StoreError if the file cannot be created, read, locked or migrated.
        """
        path = file_of(url)
        try:
            await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
            await asyncio.to_thread(migrate, path, backups or path.parent / "backups")
        except (OSError, sqlite3.Error, DBAPIError) as error:
            cause = error.orig if isinstance(error, DBAPIError) else error
            raise StoreError(f"The database {path} cannot be opened: {cause}") from error
        return cls(url)

    async def close(self) -> None:
        """Wait for the write that is under way, then close all connections."""
        async with self._turn:
            await self._writer.dispose()
        await self._reader.dispose()

    @contextlib.asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncConnection]:
        """A connection inside a read transaction: one consistent state of the data.

        Raises StoreError if the file turns out to be damaged.
        """
        with self._damage_told():
            async with self._reader.connect() as connection:
                yield connection

    async def read_at_once(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """What `work` reads from one consistent state of the data, on the connection's thread.

        For what asks several things in a row: each way between the threads takes longer than a
        short statement. Nobody stops `work` before its end, so it has to be short. Raises as
        `read` does.
        """

        def in_transaction(connection: sqlite3.Connection) -> _T:
            connection.execute("BEGIN")
            try:
                return work(connection)
            finally:
                connection.rollback()

        with self._damage_told():
            async with self._reader.connect() as connection:
                return await at_once(connection, in_transaction)

    @contextlib.asynccontextmanager
    async def write(self) -> AsyncGenerator[AsyncConnection]:
        """A connection inside a write transaction, committed if the block ends without error.

        Raises StoreError if the file turns out to be damaged.
        """
        with self._damage_told():
            async with self._turn, self._writer.begin() as connection:
                yield connection

    @contextlib.contextmanager
    def _damage_told(self) -> Generator[None]:
        try:
            yield
        except DBAPIError as error:
            cause = error.orig
            if sqlite_code(cause) & 0xFF in _DAMAGED:
                raise StoreError(
                    f"The database {file_of(self._url)} is damaged ({cause}); "
                    "restore the last backup."
                ) from error
            raise


async def at_once(connection: AsyncConnection, work: Callable[[sqlite3.Connection], _T]) -> _T:
    """Have `work` done on a connection's own thread, in the transaction that it is in.

    Raises DBAPIError for SQLite's errors, as the connection itself does.
    """
    driver = cast("_Connection", (await connection.get_raw_connection()).driver_connection)
    try:
        return await driver.run(work)
    except sqlite3.Error as error:
        raise DBAPIError(None, None, error) from error


def sqlite_code(error: BaseException | None) -> int:
    """SQLite's extended code of an error; 0 if it is not SQLite's own: Python's module raises some
    by itself (of a text that is not UTF-8, say), without one."""
    return getattr(error, "sqlite_errorcode", 0) if isinstance(error, sqlite3.Error) else 0


def file_of(url: str) -> Path:
    """The path of the database file that a `sqlite+aiosqlite:///…` address names."""
    return Path(make_url(url).database or "")


class _Connection(aiosqlite.Connection):
    """Takes back what is open before it is closed.

    A task that is canceled in the middle of a statement has its connection closed. SQLite keeps a
    closed connection, with its transaction and its lock on the file, until the last statement of
    it is forgotten, which is when Python comes to collect the task's traceback: until then nobody
    could write. https://sqlite.org/c3ref/close.html
    """

    async def run(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """Have `work` done on the connection's thread."""
        return cast("_T", await self._execute(work, self._conn))  # pyright: ignore[reportUnknownMemberType] - the library's types are bare

    async def close(self) -> None:
        self._take_back()
        await super().close()

    def stop(self) -> "asyncio.Future[Any] | None":
        self._take_back()
        stopped: asyncio.Future[Any] | None = super().stop()  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - the library's types are bare
        return stopped

    def _take_back(self) -> None:
        def roll_back() -> None:
            if self._connection is not None and self._connection.in_transaction:
                self._connection.rollback()

        waiting = cast("SimpleQueue[Any]", self._tx)  # pyright: ignore[reportUnknownMemberType] - as above
        waiting.put_nowait((None, roll_back))


def _connection(path: Path) -> _Connection:
    made = _Connection(partial(sqlite3.connect, path, check_same_thread=False), iter_chunk_size=64)
    # As SQLAlchemy does it: a thread whose connection was lost must not hold the program's end up.
    made._thread.daemon = True  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    return made


def _engine(url: str, *, begin: str, pool_size: int) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=60,
        async_creator=partial(_connection, file_of(url)),
    )

    # The driver's own transaction handling begins too late and never IMMEDIATE; it is turned off
    # and SQLAlchemy's begin event speaks instead.
    @event.listens_for(engine.sync_engine, "connect")
    def configure(connection: Any, _record: Any) -> None:  # pyright: ignore[reportUnusedFunction] - called by the event
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            f"busy_timeout = {_BUSY_TIMEOUT_MS}",
            "temp_store = MEMORY",
            f"cache_size = -{_CACHE_KIB}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Any) -> None:  # pyright: ignore[reportUnusedFunction] - called by the event
        connection.exec_driver_sql(begin)

    return engine
