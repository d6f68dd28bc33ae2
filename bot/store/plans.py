"""Writing planned digests into the outbox: a digest and its deliveries are one transaction."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import (
    AnnounceType,
    DeliveryKind,
    DeliveryState,
    Digest,
    DigestKind,
    Layout,
    Subscription,
    SubscriptionState,
)
from bot.store import rows
from bot.store.database import Database
from bot.store.schema import deliveries, digests, subscriptions

_PLANS_PER_TRANSACTION = 50


@dataclass(frozen=True, slots=True)
class Candidate:
    """A paper that a digest may show."""

    paper_id: str
    version: int
    type: AnnounceType


@dataclass(frozen=True, slots=True)
class DigestPlan:
    """A digest before it is written: its candidates in order, best first.

    It is written only if the subscription is still as the plan knew it: by its cursor, two
    planners can never post the same announcements twice. `line` asks for a quiet line if nothing
    is shown.
    """

    subscription: Subscription
    kind: DigestKind
    candidates: tuple[Candidate, ...]
    days: tuple[date, ...]
    announced: int
    matched: int
    to_seq: int
    due_at: datetime
    next_due_at: datetime
    line: bool


class PlanStore:
    """Puts planned digests into the outbox."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def commit(
        self, plans: Sequence[DigestPlan], now: datetime, *, hint: bool
    ) -> list[Digest]:
        """Write digests with their deliveries and move their subscriptions on.

        Each digest is whole or not there. A paper that the channel has had is skipped; so is a
        plan whose subscription was changed, stopped or planned by somebody else since.
        """
        written: list[Digest] = []
        for start in range(0, len(plans), _PLANS_PER_TRANSACTION):
            part = plans[start : start + _PLANS_PER_TRANSACTION]
            async with self._db.write() as connection:
                written += await _commit(connection, part, now, hint=hint)
        return written

    async def posted(self, channel_id: int, paper_ids: Collection[str]) -> set[str]:
        """Which of these papers the channel has had (or is about to)."""
        async with self._db.read() as connection:
            pairs = await _posted(connection, {channel_id}, paper_ids)
        return {paper_id for _, paper_id in pairs}


async def _posted(
    connection: AsyncConnection, channels: Collection[int], paper_ids: Collection[str]
) -> set[tuple[int, str]]:
    query = select(deliveries.c.channel_id, deliveries.c.paper_id).where(
        deliveries.c.kind == DeliveryKind.CARD.value,
        deliveries.c.state != DeliveryState.CANCELED.value,
        deliveries.c.channel_id.in_(channels),
        deliveries.c.paper_id.in_(paper_ids),
    )
    return {(row.channel_id, row.paper_id) for row in await connection.execute(query)}


async def _commit(
    connection: AsyncConnection, plans: Sequence[DigestPlan], now: datetime, *, hint: bool
) -> list[Digest]:
    query = select(subscriptions).where(
        subscriptions.c.id.in_([plan.subscription.id for plan in plans])
    )
    stored = map(rows.subscription, (await connection.execute(query)).mappings())
    current = {subscription.id: subscription for subscription in stored}
    papers = {c.paper_id for plan in plans for c in plan.candidates}
    posted = await _posted(connection, {p.subscription.draft.channel_id for p in plans}, papers)
    number = (await connection.execute(select(func.max(digests.c.id)))).scalar_one() or 0
    digest_rows: list[dict[str, Any]] = []
    delivery_rows: list[dict[str, Any]] = []
    moved: list[dict[str, Any]] = []
    for plan in plans:
        subscription = plan.subscription
        now_is = current.get(subscription.id)
        if now_is is None or not _same_task(now_is, subscription):
            continue
        if plan.kind is DigestKind.SCHEDULED and now_is.state is not SubscriptionState.ACTIVE:
            continue
        channel = subscription.draft.channel_id
        fresh = [c for c in plan.candidates if (channel, c.paper_id) not in posted]
        shown = fresh[: subscription.draft.max_papers]
        posted |= {(channel, c.paper_id) for c in shown}
        number += 1
        digest_rows.append(_digest_row(number, plan, len(shown), now))
        delivery_rows += _delivery_rows(number, plan, shown, hint=hint)
        moved.append({"number": subscription.id, "to_seq": plan.to_seq, "due": plan.next_due_at})
    if digest_rows:
        await connection.execute(insert(digests), digest_rows)
        await connection.execute(
            update(subscriptions)
            .where(subscriptions.c.id == bindparam("number"))
            .values(cursor=bindparam("to_seq"), next_due_at=bindparam("due")),
            moved,
        )
    if delivery_rows:
        await connection.execute(insert(deliveries), delivery_rows)
    found = await connection.execute(
        select(digests).where(digests.c.id.in_([r["id"] for r in digest_rows]))
    )
    return [rows.digest(row) for row in found.mappings()]


def _same_task(one: Subscription, other: Subscription) -> bool:
    """Whether two states of a subscription ask for the same digest."""
    return (one.cursor, one.draft, one.since) == (other.cursor, other.draft, other.since)


def _digest_row(number: int, plan: DigestPlan, shown: int, now: datetime) -> dict[str, Any]:
    subscription = plan.subscription
    return {
        "id": number,
        "key": secrets.token_hex(8),
        "subscription_id": subscription.id,
        "guild_id": subscription.draft.guild_id,
        "channel_id": subscription.draft.channel_id,
        "kind": plan.kind.value,
        "rules": rows.rules_values(subscription.draft.rules),
        "layout": subscription.draft.layout.value,
        "language": subscription.draft.language,
        "days": [day.isoformat() for day in plan.days],
        "announced": plan.announced,
        "matched": plan.matched,
        "shown": shown,
        "from_seq": subscription.cursor,
        "to_seq": plan.to_seq,
        "since": rows.since_values(subscription.since),
        "due_at": plan.due_at,
        "planned_at": now,
    }


def _delivery_rows(
    number: int, plan: DigestPlan, shown: Sequence[Candidate], *, hint: bool
) -> list[dict[str, Any]]:
    kinds: list[tuple[DeliveryKind, Candidate | None]]
    if shown:
        kinds = [(DeliveryKind.HEADER, None)]
        if plan.subscription.draft.layout is Layout.THREAD:
            kinds.append((DeliveryKind.THREAD, None))
        kinds += [(DeliveryKind.CARD, candidate) for candidate in shown]
    else:
        kinds = [(DeliveryKind.QUIET, None)] if plan.line else []
    return [
        {
            "key": secrets.token_hex(8),
            "digest_id": number,
            "subscription_id": plan.subscription.id,
            "channel_id": plan.subscription.draft.channel_id,
            "position": position,
            "kind": kind.value,
            "paper_id": candidate.paper_id if candidate else None,
            "version": candidate.version if candidate else None,
            "announce_type": candidate.type.value if candidate else None,
            "state": DeliveryState.PENDING.value,
            "hint_due": hint and candidate is not None,
        }
        for position, (kind, candidate) in enumerate(kinds)
    ]
