"""A filled archive is no news: what is announced is the same with and without backfills."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from digest_stage import Stage, eastern, loops, opened, record
from sqlalchemy import select

from bot.backfill import Backfill
from bot.backfill_estimate import Outlook
from bot.errors import SourceError
from bot.models import Rules
from bot.sources.arxiv_oai import ArxivOai
from bot.store.backfills import BackfillStore, Progress
from bot.store.schema import announcements, batches, deliveries

MON, TUE, WED, THU, FRI = "2026-06-08", "2026-06-09", "2026-06-10", "2026-06-11", "2026-06-12"
LAST_YEAR = date(2025, 6, 1)


class _Quiet:
    def goes_on(self, progress: Progress, outlook: Outlook) -> None: ...

    def read(self, progress: Progress, outlook: Outlook) -> None: ...

    def resting(self, error: SourceError, seconds: float) -> None: ...

    def indexing(self) -> None: ...


async def backfill(stage: Stage) -> None:
    await Backfill(
        oai=ArxivOai(stage.core.sources.http, stage.arxiv.oai_url),
        store=BackfillStore(stage.core.database),
        indexes=(),
        indexed_elsewhere=lambda: False,
        clock=stage.clock,
        pace=0,
        reporter=_Quiet(),
    ).run(["cs.CL"], LAST_YEAR, None)


async def nothing(stage: Stage) -> None:
    """What is done instead of a backfill."""


def old(number: int, day: str) -> dict[str, object]:
    submitted = date.fromisoformat(day) - timedelta(days=1)
    return {
        **record(number, day),
        "id": f"{submitted:%y%m}.{number:05}",
        "published": f"{submitted}T08:00:00Z",
    }


RECORDS = [
    *(old(number, f"2026-0{1 + number}-12") for number in range(5)),
    *(record(10 + number, MON) for number in range(3)),
    *(record(20 + number, TUE) for number in range(3)),
    *(record(30 + number, WED) for number in range(3)),
    *(record(40 + number, THU) for number in range(3)),
    {**old(2, "2026-03-12"), "version": 2, "announced_on": THU, "announce_type": "replace"},
    *(record(50 + number, FRI) for number in range(2)),
]


@dataclass(frozen=True)
class Week:
    """The ledger's lines, what was announced, the ids of the cards, and each day's preview."""

    batches: list[tuple[object, ...]]
    announced: list[tuple[object, ...]]
    cards: list[str]
    previews: list[tuple[object, list[str]]]


async def week(folder: Path, fill: Callable[[Stage], Awaitable[None]]) -> Week:
    """A week of a subscription, Wednesday missed, with `fill` at every turn; all that it knows."""
    previews: list[tuple[object, list[str]]] = []
    async with opened(folder, RECORDS, eastern(MON, "12:00")) as stage:
        core = stage.core
        poller, plans = loops(stage)
        await fill(stage)
        subscription = await stage.subscribe(Rules(("cs.CL",)), max_papers=25)
        await fill(stage)
        for day in (TUE, THU, FRI):
            # The batch is out: the backfill has its papers before the feed tells of them.
            stage.clock.set(eastern(day, "00:20"))
            await fill(stage)
            if day == FRI:  # a late batch: the second paper comes hours after the first
                stage.arxiv.set_late("cs.CL", eastern(day, "03:00"), keep=1)
            await poller.round()
            await fill(stage)
            stage.clock.set(eastern(day, "04:30"))
            await poller.round()
            stage.clock.set(datetime.fromisoformat(f"{day}T09:05:00").replace(tzinfo=UTC))
            now = await core.subscriptions.get(subscription.id)
            outlook = await core.services.digests.preview(now)
            found = sorted(match.announcement.paper.versioned_id for match in outlook.matches)
            previews.append((outlook.days, found))
            await plans.round()
            await fill(stage)
        async with core.database.read() as connection:
            lines = (await connection.execute(select(batches))).mappings().all()
            told = (await connection.execute(select(announcements))).mappings().all()
            cards = (await connection.execute(select(deliveries))).mappings().all()
    return Week(
        [(one["day"], one["state"], one["new"], one["late"]) for one in lines],
        sorted((one["paper_id"], one["version"], one["day"], one["type"]) for one in told),
        sorted(one["paper_id"] for one in cards if one["kind"] == "card"),
        previews,
    )


@pytest.fixture
async def without(tmp_path: Path) -> Week:
    (tmp_path / "without").mkdir()
    return await week(tmp_path / "without", nothing)


async def test_a_week_is_announced_as_if_nothing_had_been_filled(
    tmp_path: Path, without: Week
) -> None:
    (tmp_path / "with").mkdir()
    assert await week(tmp_path / "with", backfill) == without
    # All that came since the subscription is a card once; what was there before is none.
    numbers = [*range(20, 23), *range(30, 33), *range(40, 43), *range(50, 52)]
    expected = [f"2606.{90000 + number}" for number in numbers]
    replaced = "2603.00002"  # of last spring, and announced again this week
    assert set(expected) <= set(without.cards) <= {replaced, *expected}


async def test_a_backfill_writes_papers_and_nothing_that_is_announced(tmp_path: Path) -> None:
    async with opened(tmp_path, RECORDS, eastern(FRI, "12:00")) as stage:
        await backfill(stage)
        assert await stage.core.papers.count() == len(RECORDS) - 1  # one of them came twice
        assert await stage.core.ledger_store.last_seq() == 0
        assert await stage.core.ledger_store.batches(["cs.CL"], LAST_YEAR) == []
        asked = stage.arxiv.stats.requests["api"]
        await stage.core.ledger.enrich()  # a filled paper lacks nothing
        assert stage.arxiv.stats.requests["api"] == asked
