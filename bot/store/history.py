"""What happened to one paper: its announcements, the digests that looked at it, its card."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, or_, select

from bot.models import Announcement, Delivery, DeliveryKind, DeliveryState, Digest
from bot.store import rows
from bot.store.announced import announced_papers, to_announcements
from bot.store.database import Database
from bot.store.schema import announcements, deliveries, digests

_MOST_DIGESTS = 50


@dataclass(frozen=True, slots=True)
class PlannedCard:
    """A paper's card in a channel: its delivery, where the message stands, when it was sent."""

    delivery: Delivery
    target_id: int | None
    sent_at: datetime | None


class HistoryStore:
    """Looks back on one paper."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def announcements_of(self, paper_id: str) -> list[Announcement]:
        """All announcements of a paper, in the order of arrival."""
        query = announced_papers().where(announcements.c.paper_id == paper_id)
        async with self._db.read() as connection:
            return to_announcements((await connection.execute(query)).mappings().all())

    async def digests_over(self, channel_id: int, seqs: Collection[int]) -> list[Digest]:
        """A channel's digests that took one of these announcements into account, newest first."""
        if not seqs:
            return []
        covers = or_(
            *((digests.c.from_seq < seq) & (digests.c.to_seq >= seq) for seq in sorted(seqs))
        )
        query = (
            select(digests)
            .where(digests.c.channel_id == channel_id, covers)
            .order_by(digests.c.id.desc())
            .limit(_MOST_DIGESTS)
        )
        async with self._db.read() as connection:
            return [rows.digest(row) for row in (await connection.execute(query)).mappings()]

    async def card(self, channel_id: int, paper_id: str) -> PlannedCard | None:
        """A paper's card in a channel; one that was canceled only if there is no other."""
        canceled = case((deliveries.c.state == DeliveryState.CANCELED.value, 1), else_=0)
        query = (
            select(deliveries)
            .where(
                deliveries.c.channel_id == channel_id,
                deliveries.c.paper_id == paper_id,
                deliveries.c.kind == DeliveryKind.CARD.value,
            )
            .order_by(canceled, deliveries.c.id.desc())
            .limit(1)
        )
        async with self._db.read() as connection:
            row = (await connection.execute(query)).mappings().first()
        if row is None:
            return None
        return PlannedCard(rows.delivery(row), row["target_id"], row["sent_at"])
