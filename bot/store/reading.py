"""What readers need: summaries, the paper behind a message, what was posted."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.models import Delivery, DeliveryKind, DeliveryState, Digest, Summary, Verdict
from bot.store import rows
from bot.store.database import Database
from bot.store.schema import deliveries, digests, summaries


@dataclass(frozen=True, slots=True)
class PostedDigest:
    """A digest with the state of its cards: how many are sent, open, held back."""

    digest: Digest
    sent: int
    open: int
    blocked: int


@dataclass(frozen=True, slots=True)
class DueHint:
    """A sent card that still wants its bookmark reaction."""

    delivery_id: int
    target_id: int
    message_id: int


class SummaryStore:
    """Summaries, each made once per paper version, language and provider."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def get(
        self, versions: Sequence[tuple[str, int]], language: str, provider: str
    ) -> dict[tuple[str, int], Summary]:
        wanted = set(versions)
        query = select(summaries).where(
            summaries.c.paper_id.in_({paper_id for paper_id, _ in wanted}),
            summaries.c.language == language,
            summaries.c.provider == provider,
        )
        found: dict[tuple[str, int], Summary] = {}
        async with self._db.read() as connection:
            for row in (await connection.execute(query)).mappings():
                key = row["paper_id"], row["version"]
                if key in wanted:
                    found[key] = Summary(
                        *key,
                        language,
                        provider,
                        rows.summary_text(row["text"]),
                        Verdict(row["verdict"]),
                        rows.findings(row["findings"]),
                    )
        return found

    async def save(self, made: Sequence[Summary], now: datetime) -> None:
        if not made:
            return
        async with self._db.write() as connection:
            await connection.execute(
                insert(summaries).on_conflict_do_nothing(),
                [
                    {
                        "paper_id": summary.paper_id,
                        "version": summary.version,
                        "language": summary.language,
                        "provider": summary.provider,
                        "text": rows.summary_values(summary.text),
                        "verdict": summary.verdict.value,
                        "findings": rows.finding_values(summary.findings),
                        "created_at": now,
                    }
                    for summary in made
                ],
            )


class PostedStore:
    """What stands in channels."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def card(self, message_id: int) -> Delivery | None:
        """The card behind a message, whenever it was posted."""
        query = select(deliveries).where(
            deliveries.c.message_id == message_id,
            deliveries.c.kind == DeliveryKind.CARD.value,
        )
        async with self._db.read() as connection:
            row = (await connection.execute(query)).mappings().first()
        return rows.delivery(row) if row else None

    async def digest(self, key: str) -> Digest | None:
        """A digest by the key that its header's button carries."""
        query = select(digests).where(digests.c.key == key)
        async with self._db.read() as connection:
            row = (await connection.execute(query)).mappings().first()
        return rows.digest(row) if row else None

    async def cards(self, digest_id: int) -> list[Delivery]:
        """A digest's cards in their order."""
        query = (
            select(deliveries)
            .where(
                deliveries.c.digest_id == digest_id,
                deliveries.c.kind == DeliveryKind.CARD.value,
            )
            .order_by(deliveries.c.position)
        )
        async with self._db.read() as connection:
            return [rows.delivery(row) for row in (await connection.execute(query)).mappings()]

    async def history(self, guild_id: int, *, limit: int) -> list[PostedDigest]:
        """A server's last digests, the newest first."""
        return await self._summaries(digests.c.guild_id == guild_id, limit=limit)

    async def _summaries(
        self, condition: ColumnElement[bool], limit: int | None
    ) -> list[PostedDigest]:
        def cards(*states: DeliveryState) -> Any:
            wanted = deliveries.c.state.in_([state.value for state in states])
            return func.coalesce(func.sum(case((wanted, 1), else_=0)), 0)

        query = (
            select(
                *digests.c,
                cards(DeliveryState.SENT).label("n_sent"),
                cards(DeliveryState.PENDING, DeliveryState.CLAIMED).label("n_open"),
                cards(DeliveryState.BLOCKED).label("n_blocked"),
            )
            .outerjoin(
                deliveries,
                (deliveries.c.digest_id == digests.c.id)
                & (deliveries.c.kind == DeliveryKind.CARD.value),
            )
            .where(condition)
            .group_by(digests.c.id)
            .order_by(digests.c.id.desc())
            .limit(limit)
        )
        async with self._db.read() as connection:
            found = (await connection.execute(query)).mappings().all()
        return [
            PostedDigest(rows.digest(row), row["n_sent"], row["n_open"], row["n_blocked"])
            for row in found
        ]

    async def last_of(self, subscription_ids: Collection[int]) -> dict[int, PostedDigest]:
        """The last digest of each of these subscriptions."""
        newest = (
            select(func.max(digests.c.id))
            .where(digests.c.subscription_id.in_(subscription_ids))
            .group_by(digests.c.subscription_id)
        )
        found = await self._summaries(digests.c.id.in_(newest), limit=None)
        return {posted.digest.subscription_id: posted for posted in found}

    async def queue(self) -> int:
        """How many deliveries are waiting, over all servers."""
        query = (
            select(func.count())
            .select_from(deliveries)
            .where(
                deliveries.c.state.in_([DeliveryState.PENDING.value, DeliveryState.CLAIMED.value])
            )
        )
        async with self._db.read() as connection:
            return (await connection.execute(query)).scalar_one()

    async def due_hints(self, limit: int, *, sent_after: datetime) -> list[DueHint]:
        """Cards that want their hint; those sent before go without: it was tried long enough."""
        query = (
            select(deliveries.c.id, deliveries.c.target_id, deliveries.c.message_id)
            .where(
                deliveries.c.hint_due == True,  # noqa: E712 - SQL's comparison
                deliveries.c.state == DeliveryState.SENT.value,
                deliveries.c.sent_at > sent_after,
            )
            .order_by(deliveries.c.id)
            .limit(limit)
        )
        async with self._db.read() as connection:
            return [DueHint(*row) for row in await connection.execute(query)]

    async def hinted(self, delivery_ids: Sequence[int]) -> None:
        """Note that these cards need no hint any more."""
        async with self._db.write() as connection:
            await connection.execute(
                update(deliveries).where(deliveries.c.id.in_(delivery_ids)).values(hint_due=False)
            )
