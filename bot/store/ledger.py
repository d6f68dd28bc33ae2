"""The ledger's tables: batches by category and day, announcements, feed states."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Announcement, Batch, BatchSource, BatchState, FeedEntry
from bot.store import rows
from bot.store.announced import announced_papers, to_announcements
from bot.store.database import Database
from bot.store.papers import upsert
from bot.store.schema import announcements, batches, feeds

SETTLED = frozenset({BatchState.ANNOUNCED, BatchState.QUIET, BatchState.HOLIDAY})


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is remembered of a feed between two polls."""

    category: str
    etag: str | None = None
    last_modified: str | None = None
    seen_day: date | None = None
    seen_count: int = 0
    polled_at: datetime | None = None
    next_poll_at: datetime | None = None
    failures: int = 0
    problem: str | None = None


class LedgerStore:
    """Reading and writing the ledger."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def record(
        self,
        category: str,
        day: date,
        entries: Sequence[FeedEntry],
        *,
        now: datetime,
        source: BatchSource,
        truncated: bool = False,
        enriched: bool = False,
    ) -> int:
        """Add a day's announcements (those already there stay); returns how many were added.

        Papers, announcements and the ledger's line are one transaction. Announcements added to a
        batch that was there before are marked late.
        """
        async with self._db.write() as connection:
            there = (await connection.execute(_line(category, day))).mappings().first()
            late = there is not None and there["state"] == BatchState.ANNOUNCED
            await upsert(connection, (e.paper for e in entries), now, enriched=enriched)
            before = await _count(connection, category, day)
            if entries:
                await connection.execute(
                    insert(announcements).on_conflict_do_nothing(
                        index_elements=["category", "day", "paper_id"]
                    ),
                    [
                        {
                            "category": category,
                            "day": day,
                            "paper_id": e.paper.id,
                            "version": e.paper.version,
                            "type": e.type.value,
                            "late": late and source is BatchSource.FEED,
                        }
                        for e in entries
                    ],
                )
            after = await _count(connection, category, day)
            added = sum(after.values()) - sum(before.values())
            line = {
                "category": category,
                "day": day,
                "state": BatchState.ANNOUNCED.value,
                "source": there["source"] if late and there else source.value,
                "new": after.get("new", 0),
                "cross": after.get("cross", 0),
                "replace": after.get("replace", 0),
                "replace_cross": after.get("replace-cross", 0),
                "late": there["late"] + (added if source is BatchSource.FEED else 0)
                if late and there
                else 0,
                # What OAI-PMH has completed is not truncated any more.
                "truncated": source is BatchSource.FEED
                and (truncated or bool(there and there["truncated"])),
                "first_seen_at": there["first_seen_at"] if late and there else now,
                "enriched_at": now if enriched else None,
            }
            if not added and late and there:
                line["enriched_at"] = there["enriched_at"]
            await connection.execute(_replacing(line))
        return added

    async def mark(self, category: str, day: date, state: BatchState, now: datetime) -> None:
        """Set the state of a day that is not announced yet; an announced one stays so."""
        line = {
            "category": category,
            "day": day,
            "state": state.value,
            "source": BatchSource.FEED.value,
            "first_seen_at": now,
        }
        statement = insert(batches).values(line)
        async with self._db.write() as connection:
            await connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["category", "day"],
                    set_={"state": statement.excluded.state},
                    where=batches.c.state != BatchState.ANNOUNCED.value,
                )
            )

    async def mark_enriched(self, category: str, now: datetime) -> None:
        """Note that the API's fields were asked for, for all of a category's batches."""
        async with self._db.write() as connection:
            await connection.execute(
                update(batches)
                .where(batches.c.category == category, batches.c.enriched_at.is_(None))
                .values(enriched_at=now)
            )

    async def batch(self, category: str, day: date) -> Batch | None:
        async with self._db.read() as connection:
            row = (await connection.execute(_line(category, day))).mappings().first()
        return rows.batch(row) if row else None

    async def batches(self, categories: Collection[str], since: date) -> list[Batch]:
        """The ledger's lines of these categories from `since` on, by day and category."""
        query = (
            select(batches)
            .where(batches.c.category.in_(categories), batches.c.day >= since)
            .order_by(batches.c.day, batches.c.category)
        )
        async with self._db.read() as connection:
            return [rows.batch(row) for row in (await connection.execute(query)).mappings()]

    async def last_announced(self, category: str, before: date) -> dict[str, int] | None:
        """Paper ids with versions of the last announced batch before a day; None if there is none.

        They are what a stale feed would repeat.
        """
        day = (
            select(func.max(batches.c.day))
            .where(
                batches.c.category == category,
                batches.c.day < before,
                batches.c.state == BatchState.ANNOUNCED.value,
            )
            .scalar_subquery()
        )
        query = select(announcements.c.paper_id, announcements.c.version).where(
            announcements.c.category == category, announcements.c.day == day
        )
        async with self._db.read() as connection:
            found = (await connection.execute(query)).all()
        return {row.paper_id: row.version for row in found} or None

    async def announced_ids(self, category: str, paper_ids: Collection[str]) -> set[str]:
        """Which of these papers were ever announced in the category."""
        query = select(announcements.c.paper_id).where(
            announcements.c.category == category, announcements.c.paper_id.in_(paper_ids)
        )
        async with self._db.read() as connection:
            return set((await connection.execute(query)).scalars())

    async def announcements(
        self,
        categories: Collection[str],
        *,
        since: date,
        after_seq: int = 0,
        up_to_seq: int | None = None,
    ) -> list[Announcement]:
        """Announcements of these categories with their papers, in the order of arrival."""
        query = announced_papers().where(
            announcements.c.category.in_(categories),
            announcements.c.seq > after_seq,
            announcements.c.day >= since,
        )
        if up_to_seq is not None:
            query = query.where(announcements.c.seq <= up_to_seq)
        async with self._db.read() as connection:
            return to_announcements((await connection.execute(query)).mappings().all())

    async def last_seq(self) -> int:
        """The highest `seq` so far; 0 before the first announcement."""
        async with self._db.read() as connection:
            found = await connection.execute(select(func.max(announcements.c.seq)))
            return found.scalar_one() or 0

    async def feed(self, category: str) -> FeedState:
        query = select(feeds).where(feeds.c.category == category)
        async with self._db.read() as connection:
            row = (await connection.execute(query)).mappings().first()
        return _feed(row) if row else FeedState(category)

    async def feeds(self) -> dict[str, FeedState]:
        async with self._db.read() as connection:
            found = (await connection.execute(select(feeds))).mappings().all()
        return {row["category"]: _feed(row) for row in found}

    async def save_feed(self, state: FeedState) -> None:
        values = {
            "category": state.category,
            "etag": state.etag,
            "last_modified": state.last_modified,
            "seen_day": state.seen_day,
            "seen_count": state.seen_count,
            "polled_at": state.polled_at,
            "next_poll_at": state.next_poll_at,
            "failures": state.failures,
            "problem": state.problem,
        }
        statement = insert(feeds).values(values)
        async with self._db.write() as connection:
            await connection.execute(
                statement.on_conflict_do_update(index_elements=["category"], set_=values)
            )


def _feed(row: Any) -> FeedState:
    return FeedState(
        row["category"],
        row["etag"],
        row["last_modified"],
        row["seen_day"],
        row["seen_count"],
        row["polled_at"],
        row["next_poll_at"],
        row["failures"],
        row["problem"],
    )


def _line(category: str, day: date) -> Any:
    return select(batches).where(batches.c.category == category, batches.c.day == day)


def _replacing(line: dict[str, Any]) -> Any:
    statement = insert(batches).values(line)
    return statement.on_conflict_do_update(index_elements=["category", "day"], set_=line)


async def _count(connection: AsyncConnection, category: str, day: date) -> dict[str, int]:
    query = (
        select(announcements.c.type, func.count())
        .where(announcements.c.category == category, announcements.c.day == day)
        .group_by(announcements.c.type)
    )
    return {row[0]: row[1] for row in (await connection.execute(query)).all()}
