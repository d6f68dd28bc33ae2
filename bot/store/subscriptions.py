"""Subscriptions: making, changing and finding those that are due."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import LimitReached, NotFound
from bot.i18n import t, tn
from bot.models import DeliveryState, Subscription, SubscriptionDraft, SubscriptionState
from bot.store import rows
from bot.store.database import Database
from bot.store.schema import announcements, deliveries, digests, subscriptions

# What was held back by an error for longer than this is no news any more.
_STILL_NEWS = timedelta(days=7)
_UNSENT = (
    DeliveryState.PENDING.value,
    DeliveryState.CLAIMED.value,
    DeliveryState.BLOCKED.value,
)


class SubscriptionStore:
    """Reading and writing subscriptions."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def create(
        self,
        draft: SubscriptionDraft,
        *,
        since: Mapping[str, date],
        next_due_at: datetime,
        now: datetime,
        limit: int,
    ) -> Subscription:
        """Store a new, active subscription.

        Raises LimitReached if its server has `limit` subscriptions already.
        """
        values = rows.draft_values(draft) | {
            "state": SubscriptionState.ACTIVE.value,
            "since": rows.since_values(since),
            "next_due_at": next_due_at,
            "created_at": now,
        }
        count = (
            select(func.count())
            .select_from(subscriptions)
            .where(subscriptions.c.guild_id == draft.guild_id)
        )
        async with self._db.write() as connection:
            if (await connection.execute(count)).scalar_one() >= limit:
                raise LimitReached(
                    tn(
                        "This server has {n} subscription, which is the most it may have. "
                        "Remove it with `/subscriptions` first.",
                        "This server has {n} subscriptions, which is the most it may have. "
                        "Remove one with `/subscriptions` first.",
                        limit,
                    )
                )
            values["cursor"] = await _cursor_before(connection, since)
            made = await connection.execute(insert(subscriptions).values(values))
            (number,) = made.inserted_primary_key or (0,)
        return await self.get(number)

    async def get(self, subscription_id: int, guild_id: int | None = None) -> Subscription:
        """One subscription, of that server if it is given. Raises NotFound."""
        query = select(subscriptions).where(subscriptions.c.id == subscription_id)
        if guild_id is not None:
            query = query.where(subscriptions.c.guild_id == guild_id)
        async with self._db.read() as connection:
            row = (await connection.execute(query)).mappings().first()
        if row is None:
            raise NotFound(
                t(
                    "There is no subscription {number} in this server. "
                    "`/subscriptions` lists those there are.",
                    number=subscription_id,
                )
            )
        return rows.subscription(row)

    async def of_guild(self, guild_id: int) -> list[Subscription]:
        query = select(subscriptions).where(subscriptions.c.guild_id == guild_id)
        async with self._db.read() as connection:
            found = await connection.execute(query.order_by(subscriptions.c.id))
            return [rows.subscription(row) for row in found.mappings()]

    async def all(self) -> list[Subscription]:
        async with self._db.read() as connection:
            found = await connection.execute(select(subscriptions).order_by(subscriptions.c.id))
            return [rows.subscription(row) for row in found.mappings()]

    async def active(self) -> list[Subscription]:
        return await self._active()

    async def due(self, now: datetime) -> list[Subscription]:
        """Active subscriptions whose time has come, the longest due first."""
        return await self._active(subscriptions.c.next_due_at <= now)

    async def due_after(self, instant: datetime) -> list[Subscription]:
        """Active subscriptions whose time is later than that."""
        return await self._active(subscriptions.c.next_due_at > instant)

    async def next_due_at(self) -> datetime | None:
        """When the next active subscription is due."""
        query = select(func.min(subscriptions.c.next_due_at)).where(
            subscriptions.c.state == SubscriptionState.ACTIVE.value
        )
        async with self._db.read() as connection:
            return (await connection.execute(query)).scalar_one()

    async def change(
        self,
        subscription: Subscription,
        draft: SubscriptionDraft,
        *,
        since: Mapping[str, date],
        next_due_at: datetime,
    ) -> Subscription:
        """Store an edited draft. Its progress stays. Raises NotFound."""
        values = rows.draft_values(draft) | {
            "next_due_at": next_due_at,
            "since": rows.since_values(since),
        }
        added = {c: day for c, day in since.items() if c not in subscription.since}
        async with self._db.write() as connection:
            if added:
                # What came in before in a category that is new here counts too; what the channel
                # has had already it does not get again.
                first = await _first_seq(connection, added)
                if first is not None:
                    values["cursor"] = func.min(subscriptions.c.cursor, first - 1)
            done = await connection.execute(
                update(subscriptions).where(subscriptions.c.id == subscription.id).values(values)
            )
            _found(done.rowcount, subscription.id)
        return await self.get(subscription.id)

    async def pause(self, subscription_id: int) -> None:
        """Stop posting until it is resumed, also what is planned already. Raises NotFound."""
        async with self._db.write() as connection:
            done = await connection.execute(
                update(subscriptions)
                .where(subscriptions.c.id == subscription_id)
                .values(state=SubscriptionState.PAUSED.value)
            )
            _found(done.rowcount, subscription_id)
            await connection.execute(
                update(deliveries)
                .where(
                    deliveries.c.subscription_id == subscription_id,
                    deliveries.c.state.in_(
                        [DeliveryState.PENDING.value, DeliveryState.CLAIMED.value]
                    ),
                )
                .values(state=DeliveryState.BLOCKED.value, lease_owner=None)
            )

    async def resume(
        self,
        subscription_id: int,
        *,
        next_due_at: datetime,
        since: Mapping[str, date] | None,
        now: datetime,
    ) -> None:
        """Post again from now on, and free what a permanent error held back, if it is still news.

        `since`, if given, leaves out what was announced during a pause. Raises NotFound.
        """
        values: dict[str, object] = {
            "state": SubscriptionState.ACTIVE.value,
            "problem": None,
            "next_due_at": next_due_at,
        }
        held = (deliveries.c.subscription_id == subscription_id) & (
            deliveries.c.state == DeliveryState.BLOCKED.value
        )
        async with self._db.write() as connection:
            if since is not None:
                values["since"] = rows.since_values(since)
                before = await _cursor_before(connection, since)
                values["cursor"] = func.max(subscriptions.c.cursor, before)
            done = await connection.execute(
                update(subscriptions).where(subscriptions.c.id == subscription_id).values(values)
            )
            _found(done.rowcount, subscription_id)
            old = deliveries.c.digest_id.in_(
                select(digests.c.id).where(digests.c.planned_at < now - _STILL_NEWS)
            )
            await connection.execute(
                update(deliveries).where(held & old).values(state=DeliveryState.CANCELED.value)
            )
            await connection.execute(
                update(deliveries)
                .where(held)
                .values(state=DeliveryState.PENDING.value, not_before=None, error=None)
            )

    async def remove(self, subscription_id: int) -> None:
        """Delete a subscription and whatever it had not sent yet. Raises NotFound.

        A message that is under way just now still arrives, as the last one.
        """
        async with self._db.write() as connection:
            done = await connection.execute(
                delete(subscriptions).where(subscriptions.c.id == subscription_id)
            )
            _found(done.rowcount, subscription_id)
            await connection.execute(
                update(deliveries)
                .where(
                    deliveries.c.subscription_id == subscription_id,
                    deliveries.c.state.in_(_UNSENT),
                )
                .values(state=DeliveryState.CANCELED.value)
            )

    async def postpone(self, due: Mapping[int, tuple[datetime, datetime]]) -> None:
        """Move subscriptions from one time to the next, unless theirs was changed meanwhile."""
        async with self._db.write() as connection:
            for number, (was, instant) in due.items():
                await connection.execute(
                    update(subscriptions)
                    .where(subscriptions.c.id == number, subscriptions.c.next_due_at == was)
                    .values(next_due_at=instant)
                )

    async def _active(self, *conditions: ColumnElement[bool]) -> list[Subscription]:
        query = (
            select(subscriptions)
            .where(subscriptions.c.state == SubscriptionState.ACTIVE.value, *conditions)
            .order_by(subscriptions.c.next_due_at, subscriptions.c.id)
        )
        async with self._db.read() as connection:
            found = await connection.execute(query)
            return [rows.subscription(row) for row in found.mappings()]


async def _first_seq(connection: AsyncConnection, since: Mapping[str, date]) -> int | None:
    """The first arrival in these categories that counts; None if there is none yet."""
    query = select(func.min(announcements.c.seq)).where(
        announcements.c.category.in_(list(since)), announcements.c.day >= min(since.values())
    )
    return (await connection.execute(query)).scalar_one()


async def _cursor_before(connection: AsyncConnection, since: Mapping[str, date]) -> int:
    """The last arrival before all that counts, so that what is older is never read."""
    first = await _first_seq(connection, since)
    if first is not None:
        return first - 1
    return (await connection.execute(select(func.max(announcements.c.seq)))).scalar_one() or 0


def _found(rowcount: int, subscription_id: int) -> None:
    if rowcount == 0:
        raise NotFound(
            t(
                "Subscription {number} is gone; somebody has removed it. "
                "`/subscriptions` lists those there are.",
                number=subscription_id,
            )
        )
