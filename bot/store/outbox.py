"""The outbox: digests and their deliveries, written before anything is sent.

A delivery goes PENDING → CLAIMED (under a lease) → SENT; a temporary error puts it back to
PENDING with a time before which it rests, a permanent one to BLOCKED. Within a channel, deliveries
are sent in the order of their ids.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import (
    Delivery,
    DeliveryKind,
    DeliveryState,
    Digest,
    SubscriptionState,
)
from bot.store import rows
from bot.store.database import Database
from bot.store.schema import deliveries, digests, subscriptions

_OPEN = (DeliveryState.PENDING.value, DeliveryState.CLAIMED.value)


@dataclass(frozen=True, slots=True)
class ChannelWork:
    """The open deliveries of a channel's oldest digest, claimed together."""

    digest: Digest
    deliveries: tuple[Delivery, ...]
    header_message_id: int | None
    taken_over: bool


class Outbox:
    """Writing and working off the outbox."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def claim(
        self,
        owner: str,
        *,
        now: datetime,
        until: datetime,
        limit: int,
        busy: Collection[int] = (),
    ) -> list[ChannelWork]:
        """Claim the oldest open digest of up to `limit` channels that are free and due."""
        heads = (
            select(deliveries.c.channel_id, func.min(deliveries.c.id).label("head"))
            .where(deliveries.c.state.in_(_OPEN))
            .group_by(deliveries.c.channel_id)
            .subquery()
        )
        free = and_(
            or_(
                deliveries.c.state == DeliveryState.PENDING.value,
                deliveries.c.lease_until <= now,
            ),
            or_(deliveries.c.not_before.is_(None), deliveries.c.not_before <= now),
            deliveries.c.channel_id.not_in(busy),
        )
        query = (
            select(deliveries.c.digest_id, deliveries.c.state)
            .join(heads, deliveries.c.id == heads.c.head)
            .where(free)
            .order_by(deliveries.c.id)
            .limit(limit)
        )
        # Nothing to claim is the usual case: find out without taking the writer's turn.
        async with self._db.read() as connection:
            if (await connection.execute(query)).first() is None:
                return []
        async with self._db.write() as connection:
            found = (await connection.execute(query)).all()
            numbers = [row.digest_id for row in found]
            mine = and_(deliveries.c.digest_id.in_(numbers), deliveries.c.state.in_(_OPEN))
            taken = {
                number
                for (number,) in await connection.execute(
                    select(deliveries.c.digest_id)
                    .distinct()
                    .where(mine, deliveries.c.first_claimed_at.is_not(None))
                )
            }
            await connection.execute(
                update(deliveries)
                .where(mine)
                .values(
                    state=DeliveryState.CLAIMED.value,
                    lease_owner=owner,
                    lease_until=until,
                    attempts=deliveries.c.attempts + 1,
                    first_claimed_at=func.coalesce(deliveries.c.first_claimed_at, now),
                )
            )
            return await _work(connection, numbers, taken)

    async def extend(self, digest_id: int, owner: str, until: datetime) -> bool:
        """Keep the lease on a digest's remaining deliveries; returns whether there are any still,
        as there are not when its subscription was stopped or removed."""
        async with self._db.write() as connection:
            done = await connection.execute(
                update(deliveries).where(_claimed(digest_id, owner)).values(lease_until=until)
            )
            return done.rowcount > 0

    async def sent(
        self, delivery: Delivery, *, message_id: int, target_id: int, now: datetime
    ) -> bool:
        """Note that a delivery is in its channel; returns whether its digest is to go on.

        It is not after its last delivery, nor when its subscription was stopped or removed.
        """
        more = select(deliveries.c.id).where(
            deliveries.c.digest_id == delivery.digest_id,
            deliveries.c.state == DeliveryState.CLAIMED.value,
        )
        twin = (
            (deliveries.c.kind == DeliveryKind.CARD.value)
            & (deliveries.c.channel_id == delivery.channel_id)
            & (deliveries.c.paper_id == delivery.paper_id)
            & (deliveries.c.id != delivery.id)
            & deliveries.c.state.in_([*_OPEN, DeliveryState.BLOCKED.value])
        )
        async with self._db.write() as connection:
            # If the subscription was removed while the card was under way, another one of the
            # channel may have planned the same paper since. It has it now.
            await connection.execute(
                update(deliveries).where(twin).values(state=DeliveryState.CANCELED.value)
            )
            await connection.execute(
                update(deliveries)
                .where(deliveries.c.id == delivery.id)
                .values(
                    state=DeliveryState.SENT.value,
                    message_id=message_id,
                    target_id=target_id,
                    sent_at=now,
                    lease_owner=None,
                    lease_until=None,
                    error=None,
                )
            )
            return (await connection.execute(more.limit(1))).first() is not None

    async def release(
        self, digest_id: int, owner: str, *, not_before: datetime | None, error: str | None
    ) -> None:
        """Give a digest's unsent deliveries back, to rest until `not_before`."""
        async with self._db.write() as connection:
            await connection.execute(
                update(deliveries)
                .where(_claimed(digest_id, owner))
                .values(
                    state=DeliveryState.PENDING.value,
                    lease_owner=None,
                    lease_until=None,
                    not_before=not_before,
                    error=error,
                )
            )

    async def release_all(self) -> int:
        """Free every lease. Only for a process that knows that it is the only one."""
        async with self._db.write() as connection:
            done = await connection.execute(
                update(deliveries)
                .where(deliveries.c.state == DeliveryState.CLAIMED.value)
                .values(state=DeliveryState.PENDING.value, lease_owner=None, lease_until=None)
            )
            return done.rowcount

    async def set_aside(self, delivery: Delivery, error: str) -> None:
        """Cancel one delivery that can never be sent, so that those behind it go on."""
        async with self._db.write() as connection:
            await connection.execute(
                update(deliveries)
                .where(deliveries.c.id == delivery.id)
                .values(state=DeliveryState.CANCELED.value, error=error, lease_owner=None)
            )

    async def cancel(self, digest_id: int, reason: str) -> None:
        """Cancel what a digest has not sent yet."""
        async with self._db.write() as connection:
            await connection.execute(
                update(deliveries)
                .where(deliveries.c.digest_id == digest_id, deliveries.c.state.in_(_OPEN))
                .values(state=DeliveryState.CANCELED.value, error=reason, lease_owner=None)
            )

    async def block(self, subscription_id: int, problem: str) -> bool:
        """Stop a subscription for a permanent error; its unsent deliveries wait for a resume.

        Returns whether it was active before, so that the admin is told once.
        """
        async with self._db.write() as connection:
            await connection.execute(
                update(deliveries)
                .where(
                    deliveries.c.subscription_id == subscription_id,
                    deliveries.c.state.in_(_OPEN),
                )
                .values(state=DeliveryState.BLOCKED.value, lease_owner=None, error=problem)
            )
            done = await connection.execute(
                update(subscriptions)
                .where(
                    subscriptions.c.id == subscription_id,
                    subscriptions.c.state == SubscriptionState.ACTIVE.value,
                )
                .values(state=SubscriptionState.BROKEN.value, problem=problem)
            )
            return done.rowcount > 0

    async def next_wake(self, now: datetime) -> datetime | None:
        """When a resting or leased delivery may be tried again; None if there is none."""
        at = func.coalesce(deliveries.c.lease_until, deliveries.c.not_before)
        query = select(func.min(at)).where(deliveries.c.state.in_(_OPEN), at > now)
        async with self._db.read() as connection:
            found: Any = (await connection.execute(query)).scalar_one()
        return found


def _claimed(digest_id: int, owner: str) -> Any:
    return and_(
        deliveries.c.digest_id == digest_id,
        deliveries.c.state == DeliveryState.CLAIMED.value,
        deliveries.c.lease_owner == owner,
    )


async def _work(
    connection: AsyncConnection, numbers: Sequence[int], taken_over: Collection[int]
) -> list[ChannelWork]:
    found = await connection.execute(
        select(deliveries)
        .where(
            deliveries.c.digest_id.in_(numbers),
            deliveries.c.state == DeliveryState.CLAIMED.value,
        )
        .order_by(deliveries.c.id)
    )
    by_digest: dict[int, list[Delivery]] = {}
    for row in found.mappings():
        by_digest.setdefault(row["digest_id"], []).append(rows.delivery(row))
    headers = await connection.execute(
        select(deliveries.c.digest_id, deliveries.c.message_id).where(
            deliveries.c.digest_id.in_(numbers), deliveries.c.kind == DeliveryKind.HEADER.value
        )
    )
    header_ids = {row.digest_id: row.message_id for row in headers}
    parents = await connection.execute(select(digests).where(digests.c.id.in_(numbers)))
    return [
        ChannelWork(
            rows.digest(row),
            tuple(by_digest[row["id"]]),
            header_ids.get(row["id"]),
            row["id"] in taken_over,
        )
        for row in parents.mappings()
        if row["id"] in by_digest
    ]
