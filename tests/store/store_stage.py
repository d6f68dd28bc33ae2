"""A store in a temporary file, and invented things to put into it."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from fresh_database import fresh_database
from sqlalchemy import Select

from bot.models import (
    AnnounceType,
    DeliveryState,
    Digest,
    DigestKind,
    FeedEntry,
    Layout,
    Paper,
    Rules,
    Subscription,
    SubscriptionDraft,
)
from bot.store.bookmarks import BookmarkStore
from bot.store.database import Database
from bot.store.ledger import LedgerStore
from bot.store.outbox import Outbox
from bot.store.papers import PaperStore
from bot.store.plans import Candidate, DigestPlan, PlanStore
from bot.store.reading import PostedStore, SummaryStore
from bot.store.schema import deliveries
from bot.store.subscriptions import SubscriptionStore

DAY = date(2026, 6, 18)
NOW = datetime(2026, 6, 18, 9, 0, tzinfo=UTC)
TOMORROW = NOW + timedelta(days=1)
CHANNEL, OTHER_CHANNEL = 100, 200


def paper(number: int = 1, **changes: Any) -> Paper:
    """An invented paper as a feed tells it: without the API's fields."""
    made = Paper(
        id=f"2606.{number:05}",
        version=1,
        title=f"Invented paper number {number}",
        abstract=f"We study question {number}.",
        authors=("Ada Invented",),
        categories=("cs.CL",),
        primary_category="cs.CL",
    )
    return replace(made, **changes)


def entries(*papers: Paper, kind: AnnounceType = AnnounceType.NEW) -> list[FeedEntry]:
    return [FeedEntry(shown, kind) for shown in papers]


def draft(**changes: Any) -> SubscriptionDraft:
    made = SubscriptionDraft(
        guild_id=1,
        channel_id=CHANNEL,
        creator_id=7,
        rules=Rules(("cs.CL",)),
        at=time(9),
        timezone="UTC",
    )
    return replace(made, **changes)


def plan(subscription: Subscription, *numbers: int, **changes: Any) -> DigestPlan:
    """A plan whose candidates are the papers of these numbers."""
    made = DigestPlan(
        subscription=subscription,
        kind=DigestKind.SCHEDULED,
        candidates=tuple(Candidate(paper(number).id, 1, AnnounceType.NEW) for number in numbers),
        days=(DAY,),
        announced=40,
        matched=len(numbers),
        to_seq=subscription.cursor + 10,
        due_at=subscription.next_due_at,
        next_due_at=subscription.next_due_at + timedelta(days=1),
        line=False,
    )
    return replace(made, **changes)


@dataclass
class StoreStage:
    """All stores over one database."""

    database: Database

    def __post_init__(self) -> None:
        self.ledger = LedgerStore(self.database)
        self.papers = PaperStore(self.database)
        self.subscriptions = SubscriptionStore(self.database)
        self.plans = PlanStore(self.database)
        self.outbox = Outbox(self.database)
        self.posted = PostedStore(self.database)
        self.summaries = SummaryStore(self.database)
        self.bookmarks = BookmarkStore(self.database)

    async def subscribe(self, *, limit: int = 50, **changes: Any) -> Subscription:
        """A subscription that is due now; `changes` are of its draft."""
        return await self.subscriptions.create(
            draft(**changes), since={"cs.CL": DAY}, next_due_at=NOW, now=NOW, limit=limit
        )

    async def digest(
        self, *numbers: int, channel: int = CHANNEL, layout: Layout = Layout.MESSAGES
    ) -> Digest:
        """A digest of these papers in the outbox, of a subscription of its own."""
        subscription = await self.subscribe(channel_id=channel, layout=layout, max_papers=25)
        (made,) = await self.commit(plan(subscription, *numbers))
        return made

    async def commit(self, *plans: DigestPlan, hint: bool = True) -> list[Digest]:
        return await self.plans.commit(plans, NOW, hint=hint)

    async def states(self, digest: Digest) -> list[DeliveryState]:
        """The states of a digest's deliveries, in their order."""
        query = (
            deliveries.select()
            .where(deliveries.c.digest_id == digest.id)
            .order_by(deliveries.c.position)
        )
        return [DeliveryState(row["state"]) for row in await self.rows(query)]

    async def rows(self, query: Select[Any]) -> Sequence[Any]:
        """What a query finds, as mappings."""
        async with self.database.read() as connection:
            return (await connection.execute(query)).mappings().all()


@asynccontextmanager
async def opened(folder: Path) -> AsyncGenerator[StoreStage]:
    """A new database in this folder."""
    fresh_database(folder / "paperboy.db")
    database = await Database.open(f"sqlite+aiosqlite:///{folder / 'paperboy.db'}")
    try:
        yield StoreStage(database)
    finally:
        await database.close()
