"""Everything that is held about a person, in whichever table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Table, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.schema import (
    bookmarks,
    dropped,
    flag_answers,
    glossary,
    lists,
    papers,
    people,
    shown_cards,
    subscriptions,
    votes,
)

_AT_ONCE = 100
NOBODY = 0
"""Stands for a person who had their id taken out of what belongs to a server."""


@dataclass(frozen=True, slots=True)
class Held:
    """A table with people's ids in `column`, by its `name` in an export.

    What `goes` is deleted with the person; the rest belongs to servers and only loses the id.
    """

    name: str
    table: Table
    column: Column[Any]
    goes: bool


HELD: Sequence[Held] = (
    Held("bookmarks", bookmarks, bookmarks.c.user_id, goes=True),
    Held("removed_bookmarks", dropped, dropped.c.user_id, goes=True),
    Held("votes", votes, votes.c.user_id, goes=True),
    Held("reading_language", people, people.c.user_id, goes=True),
    Held("lists", lists, lists.c.user_id, goes=True),
    Held("shown_cards", shown_cards, shown_cards.c.user_id, goes=True),
    Held("flag_requests", flag_answers, flag_answers.c.user_id, goes=False),
    Held("subscriptions", subscriptions, subscriptions.c.creator_id, goes=False),
    Held("glossary", glossary, glossary.c.creator_id, goes=False),
)


class PrivacyStore:
    """Reads and removes what is held about a person."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def counts(self, user_id: int) -> dict[str, int]:
        """How much is held about a person, by the names of `HELD`."""
        async with self._db.read() as connection:
            return {held.name: await _count(connection, held, user_id) for held in HELD}

    async def rows(self, user_id: int) -> dict[str, list[Mapping[str, Any]]]:
        """All rows about a person as one consistent state, by the names of `HELD`.

        Bookmarks have their papers' titles with them.
        """
        found: dict[str, list[Mapping[str, Any]]] = {}
        async with self._db.read() as connection:
            for held in HELD:
                query = select(held.table).where(held.column == user_id)
                if held.table is bookmarks:
                    query = query.add_columns(papers.c.title).outerjoin(
                        papers,
                        (papers.c.paper_id == bookmarks.c.paper_id)
                        & (papers.c.version == bookmarks.c.version),
                    )
                # In pieces, between which others get their turns: there may be thousands.
                rows = (await connection.stream(query)).mappings()
                found[held.name] = [
                    dict(row) async for part in rows.partitions(_AT_ONCE) for row in part
                ]
        return found

    async def remove(self, user_id: int) -> dict[str, int]:
        """Delete a person's own things and take their id out of what belongs to servers.

        Returns how many rows there were, by the names of `HELD`.
        """
        removed: dict[str, int] = {}
        async with self._db.write() as connection:
            for held in HELD:
                mine = held.column == user_id
                statement = (
                    delete(held.table).where(mine)
                    if held.goes
                    else update(held.table).where(mine).values({held.column.name: NOBODY})
                )
                removed[held.name] = (await connection.execute(statement)).rowcount
        return removed


async def _count(connection: AsyncConnection, held: Held, user_id: int) -> int:
    query = select(func.count()).select_from(held.table).where(held.column == user_id)
    return (await connection.execute(query)).scalar_one()
