"""Which papers the indexes have to read: written with the change itself, so nothing is missed."""

import secrets
from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum

from sqlalchemy import and_, delete, func, select, tuple_
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.schema import index_queue

_CHUNK = 500


class Index(StrEnum):
    """The indexes over papers: full text, and what related papers are compared by."""

    SEARCH = "search"
    FEATURES = "features"


Waiting = tuple[str, int]
"""A paper's id, and the stamp of its last change."""


def new_stamp() -> int:
    """A stamp that no change had before.

    It is random, not counted: a paper that another process took off the queue and that changed
    again must not look as it did when it was read.
    """
    return secrets.randbits(62)


async def enqueue(
    connection: AsyncConnection, paper_ids: Iterable[str], indexes: Collection[Index] = tuple(Index)
) -> None:
    """Have papers read by the indexes, within the caller's transaction."""
    stamp = new_stamp()
    values = [
        {"index": index.value, "paper_id": paper_id, "stamp": stamp}
        for paper_id in dict.fromkeys(paper_ids)
        for index in indexes
    ]
    entry = insert(index_queue)
    statement = entry.on_conflict_do_update(
        index_elements=[index_queue.c.index, index_queue.c.paper_id],
        set_={"stamp": entry.excluded.stamp},
    )
    for start in range(0, len(values), _CHUNK):
        await connection.execute(statement, values[start : start + _CHUNK])


async def done(connection: AsyncConnection, index: Index, read: Sequence[Waiting]) -> set[str]:
    """Take papers off the queue, within the transaction that writes what was read of them.

    Returns those that were there unchanged: the others were changed meanwhile and stay, or
    another process has taken them. What was read of these must not be written.
    """
    taken: set[str] = set()
    for start in range(0, len(read), _CHUNK):
        some = read[start : start + _CHUNK]
        statement = (
            delete(index_queue)
            .where(
                index_queue.c.index == index.value,
                # SQLite looks up single values by the key; for pairs it reads the whole queue.
                index_queue.c.paper_id.in_([paper_id for paper_id, _ in some]),
                tuple_(index_queue.c.paper_id, index_queue.c.stamp).in_(some),
            )
            .returning(index_queue.c.paper_id)
        )
        taken.update((await connection.execute(statement)).scalars())
    return taken


class IndexQueue:
    """Reading the queue of one index."""

    def __init__(self, database: Database, index: Index) -> None:
        self._db = database
        self._index = index

    async def next(self, limit: int) -> list[Waiting]:
        """The next papers to read, the newest ones first."""
        query = (
            select(index_queue.c.paper_id, index_queue.c.stamp)
            .where(index_queue.c.index == self._index.value)
            .order_by(index_queue.c.paper_id.desc())
            .limit(limit)
        )
        async with self._db.read() as connection:
            return [(row.paper_id, row.stamp) for row in (await connection.execute(query)).all()]

    async def waiting(self) -> int:
        """How many papers have to be read."""
        query = select(func.count()).where(and_(index_queue.c.index == self._index.value))
        async with self._db.read() as connection:
            return (await connection.execute(query)).scalar_one()
