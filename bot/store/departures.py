"""Servers that the bot was removed from, and the end of what they had set up."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select, union, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import DeliveryState, SubscriptionState
from bot.store.database import Database
from bot.store.schema import (
    deliveries,
    departures,
    digests,
    flag_answers,
    glossary,
    shown_cards,
    subscriptions,
    votes,
)

DEPARTED = "I was removed from the server."
"""The problem of subscriptions that wait for the bot to be invited again."""

# Everything that a server has, by its id; deliveries hang on digests.
_OF_SERVER = (subscriptions, digests, glossary, flag_answers, shown_cards, votes)
_UNSENT = (DeliveryState.PENDING.value, DeliveryState.CLAIMED.value)


class DepartureStore:
    """Noting who has left, and who came back."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def left(self, guild_ids: Collection[int], now: datetime) -> None:
        """Note that the bot is in these servers no more, and stop their subscriptions.

        Who is noted already keeps the earlier time. Paused subscriptions stay paused.
        """
        if not guild_ids:
            return
        statement = insert(departures).on_conflict_do_nothing()
        async with self._db.write() as connection:
            await connection.execute(
                statement, [{"guild_id": number, "left_at": now} for number in guild_ids]
            )
            for number in guild_ids:
                await _stop(connection, number)

    async def forget(self, guild_id: int) -> None:
        """Note that the bot is in a server again."""
        async with self._db.write() as connection:
            await connection.execute(delete(departures).where(departures.c.guild_id == guild_id))

    async def departed(self) -> dict[int, datetime]:
        """The servers that were left, and since when."""
        async with self._db.read() as connection:
            found = await connection.execute(select(departures))
            return {row.guild_id: row.left_at for row in found}

    async def settled(self) -> set[int]:
        """The servers that have anything in the database and were not noted as left."""
        known = union(*(select(table.c.guild_id) for table in _OF_SERVER)).subquery()
        query = select(known.c.guild_id).where(
            known.c.guild_id.is_not(None),
            known.c.guild_id.not_in(select(departures.c.guild_id)),
        )
        async with self._db.read() as connection:
            return set((await connection.execute(query)).scalars())

    async def delete(self, guild_id: int) -> dict[str, int]:
        """Delete all that a server had; returns how many rows of which tables.

        People's bookmarks, languages and lists are theirs and stay.
        """
        removed: dict[str, int] = {}
        of_digests = select(digests.c.id).where(digests.c.guild_id == guild_id)
        async with self._db.write() as connection:
            done = await connection.execute(
                delete(deliveries).where(deliveries.c.digest_id.in_(of_digests))
            )
            removed[deliveries.name] = done.rowcount
            for table in (*_OF_SERVER, departures):
                done = await connection.execute(delete(table).where(table.c.guild_id == guild_id))
                removed[table.name] = done.rowcount
        return removed


async def _stop(connection: AsyncConnection, guild_id: int) -> None:
    """Hold back a server's subscriptions and what they have not sent.

    Also those that were broken already: for whatever reason, it is to be seen anew after a return.
    """
    stopped = (
        select(subscriptions.c.id)
        .where(
            subscriptions.c.guild_id == guild_id,
            subscriptions.c.state != SubscriptionState.PAUSED.value,
        )
        .scalar_subquery()
    )
    await connection.execute(
        update(deliveries)
        .where(deliveries.c.subscription_id.in_(stopped), deliveries.c.state.in_(_UNSENT))
        .values(state=DeliveryState.BLOCKED.value, lease_owner=None, error=DEPARTED)
    )
    await connection.execute(
        update(subscriptions)
        .where(subscriptions.c.id.in_(stopped))
        .values(state=SubscriptionState.BROKEN.value, problem=DEPARTED)
    )
