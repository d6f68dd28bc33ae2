"""The loops' rounds: asking arXiv first, waiting for what is late, and giving nobody up."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from digest_stage import Stage, opened, record

from bot.loops import PlanLoop, Poller, keep_going
from bot.models import BatchState, QuietDays, Rules
from sandbox.arxiv.faults import FaultRule

WED, THU, FRI, MON, TUE = "2026-06-10", "2026-06-11", "2026-06-12", "2026-06-15", "2026-06-16"
PATIENCE = timedelta(hours=6)
RULES = Rules(("cs.CL",))


def day(text: str) -> date:
    return date.fromisoformat(text)


def utc(text: str, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day(text), datetime.min.time(), UTC) + timedelta(
        hours=hour, minutes=minute
    )


@dataclass
class LoopStage:
    """A stage with the two loops, each round on demand."""

    stage: Stage

    def __post_init__(self) -> None:
        core = self.stage.core
        self.core, self.clock, self.arxiv = core, self.stage.clock, self.stage.arxiv
        self.poller = Poller(
            ledger=core.ledger,
            store=core.ledger_store,
            subscriptions=core.subscriptions,
            clock=core.clock,
            signals=core.signals,
        )
        self.plans = PlanLoop(
            planner=core.planner,
            ledger=core.ledger,
            subscriptions=core.subscriptions,
            clock=core.clock,
            signals=core.signals,
            patience=PATIENCE,
        )

    async def digests(self) -> list[tuple[tuple[str, ...], int]]:
        """The days and the number of papers of each digest planned so far."""
        history = await self.core.posted.history(1, limit=50)
        return [
            (tuple(day.isoformat() for day in posted.digest.days), posted.digest.shown)
            for posted in reversed(history)
        ]

    async def state(self, category: str, text: str) -> BatchState | None:
        batch = await self.core.ledger_store.batch(category, day(text))
        return batch.state if batch else None

    def asked(self) -> int:
        return self.arxiv.stats.requests.total()


@asynccontextmanager
async def looping(
    folder: Path, now: datetime, *records: Mapping[str, object], **settings: str
) -> AsyncGenerator[LoopStage]:
    async with opened(folder, records, now, **settings) as stage:
        yield LoopStage(stage)


async def test_a_digest_waits_for_a_late_batch_and_is_planned_when_it_comes(
    tmp_path: Path,
) -> None:
    # One in the morning in the East: the feeds were built an hour ago, and this one is empty.
    async with looping(tmp_path, utc(THU, 5), record(1, THU)) as loops:
        await loops.stage.subscribe(RULES, at="06:00")
        loops.arxiv.set_late("cs.CL", utc(THU, 6, 30))
        next_poll = await loops.poller.round()
        assert next_poll - loops.clock.now() <= timedelta(minutes=10)
        loops.clock.set(utc(THU, 6, 1))
        await loops.poller.round()
        for _ in range(3):
            look_again = await loops.plans.round()
            assert timedelta(0) < look_again - loops.clock.now() <= timedelta(minutes=1)
        assert await loops.digests() == []
        loops.clock.set(utc(THU, 6, 35))
        loops.core.signals.plan.clear()
        await loops.poller.round()
        assert loops.core.signals.plan.is_set()  # so that the plan loop looks at once
        await loops.plans.round()
        assert loops.core.signals.deliver.is_set()
        assert await loops.digests() == [((THU,), 1)]


async def test_patience_ends_and_what_comes_later_is_in_the_next_digest(tmp_path: Path) -> None:
    found = record(1, THU), record(2, FRI)
    async with looping(tmp_path, utc(THU, 8), *found, poll_interval="600") as loops:
        subscription = await loops.stage.subscribe(RULES, quiet_days=QuietDays.LINE)
        loops.arxiv.set_faults([FaultRule("/(rss|oai)", times=None, status=404, body=b"gone")])
        loops.clock.set(utc(THU, 9, 1))
        await loops.poller.round()
        await loops.plans.round()
        loops.clock.set(utc(THU, 14, 59))
        await loops.poller.round()
        await loops.plans.round()
        waiting = await loops.core.subscriptions.get(subscription.id)
        assert waiting.next_due_at == utc(THU, 9)
        loops.clock.set(utc(THU, 15, 2))
        await loops.plans.round()
        given_up = await loops.core.subscriptions.get(subscription.id)
        assert given_up.next_due_at == utc(FRI, 9)
        assert await loops.digests() == []  # no "nothing was announced", which may be wrong
        loops.arxiv.set_faults([])
        loops.clock.set(utc(FRI, 8))
        await loops.poller.round()
        loops.clock.set(utc(FRI, 9, 1))
        await loops.plans.round()
        assert await loops.digests() == [((THU, FRI), 2)]


async def test_patience_counts_from_when_it_is_seen_and_not_from_its_time(tmp_path: Path) -> None:
    async with looping(tmp_path, utc(WED, 20), record(1, THU)) as loops:
        await loops.stage.subscribe(RULES)
        # A night and a day offline: it has been due for ten hours when the bot comes back.
        loops.clock.set(utc(THU, 19))
        await loops.plans.round()
        assert await loops.digests() == []
        await loops.poller.round()
        await loops.plans.round()
        assert await loops.digests() == [((THU,), 1)]


async def test_all_that_are_due_are_planned_in_one_round(tmp_path: Path) -> None:
    found = [record(number, THU, categories=("cs.CL", "cs.LG")) for number in range(8)]
    async with looping(tmp_path, utc(THU, 7), *found) as loops:
        for hour, channel in ((8, 100), (8, 200), (9, 300), (11, 400)):
            await loops.stage.subscribe(RULES, channel=channel, at=f"{hour:02}:00")
        await loops.poller.round()
        assert await loops.plans.round() == utc(THU, 8)
        loops.clock.set(utc(THU, 9, 1))
        assert await loops.plans.round() <= utc(THU, 11)
        assert len(await loops.digests()) == 3
        assert await loops.core.subscriptions.next_due_at() == utc(THU, 11)
        assert await loops.plans.round() <= utc(THU, 11)
        assert len(await loops.digests()) == 3


async def test_a_category_that_arxiv_does_not_know_stops_no_other(tmp_path: Path) -> None:
    found = record(1, THU), record(2, THU, categories=("cs.LG",))
    async with looping(tmp_path, utc(THU, 8), *found) as loops:
        await loops.stage.subscribe(Rules(("cs.XX",)), channel=100)
        await loops.stage.subscribe(RULES, channel=200)
        await loops.stage.subscribe(Rules(("cs.LG",)), channel=300)
        again = await loops.poller.round()
        assert again <= loops.clock.now() + timedelta(minutes=5)
        unknown = await loops.core.ledger_store.feed("cs.XX")
        assert unknown.failures == 1
        assert unknown.problem is not None
        assert "refused" in unknown.problem
        for category in ("cs.CL", "cs.LG"):
            assert await loops.state(category, THU) is BatchState.ANNOUNCED
        loops.clock.set(utc(THU, 9, 1))
        await loops.plans.round()
        assert await loops.digests() == [((THU,), 1)] * 2


async def test_days_offline_are_caught_up_in_one_digest(tmp_path: Path) -> None:
    days = (THU, FRI, MON, TUE)
    found = [record(number, text) for number, text in enumerate(days)]
    async with looping(tmp_path, utc(WED, 20), *found) as loops:
        await loops.stage.subscribe(RULES)
        await loops.poller.round()
        loops.clock.set(utc(TUE, 12))
        await loops.plans.round()
        assert await loops.digests() == []  # arXiv is asked first
        await loops.poller.round()
        await loops.plans.round()
        assert await loops.digests() == [(days, 4)]


async def test_a_gap_that_arxiv_cannot_fill_now_is_asked_for_again(tmp_path: Path) -> None:
    found = [record(number, text) for number, text in enumerate((THU, FRI))]
    async with looping(tmp_path, utc(WED, 20), *found) as loops:
        await loops.stage.subscribe(RULES)
        await loops.poller.round()
        loops.clock.set(utc(FRI, 9, 1))
        loops.arxiv.set_faults([FaultRule("/oai", times=None, status=404, body=b"gone")])
        again = await loops.poller.round()
        assert again <= loops.clock.now() + timedelta(minutes=5)
        await loops.plans.round()
        assert await loops.digests() == []
        loops.arxiv.set_faults([])
        loops.clock.set(again)
        await loops.poller.round()
        await loops.plans.round()
        assert await loops.digests() == [((THU, FRI), 2)]


async def test_after_a_jump_of_the_clock_arxiv_is_asked_before_planning(tmp_path: Path) -> None:
    async with looping(tmp_path, utc(THU, 8), record(1, THU), record(2, FRI)) as loops:
        await loops.stage.subscribe(RULES)
        await loops.poller.round()
        loops.clock.set(utc(THU, 9, 1))
        await loops.plans.round()
        loops.clock.set(utc(FRI, 9, 1))  # a suspended machine wakes up
        await loops.plans.round()
        assert await loops.digests() == [((THU,), 1)]
        await loops.poller.round()
        await loops.plans.round()
        assert await loops.digests() == [((THU,), 1), ((FRI,), 1)]


async def test_arxiv_is_left_alone_between_polls(tmp_path: Path) -> None:
    async with looping(tmp_path, utc(THU, 8), record(1, THU)) as loops:
        assert await loops.poller.round() == pytest.approx(
            loops.clock.now() + timedelta(hours=1), abs=timedelta(seconds=5)
        )
        assert loops.asked() == 0  # nobody subscribes
        subscription = await loops.stage.subscribe(RULES)
        await loops.poller.round()
        asked = loops.asked()
        assert asked == 2  # the feed, and the API for what the feed leaves out
        await loops.poller.round()
        assert loops.asked() == asked
        await loops.core.services.subscriptions.pause(subscription)
        loops.clock.set(utc(FRI, 8))
        await loops.poller.round()
        assert loops.asked() == asked


async def test_what_the_api_could_not_tell_is_asked_again_soon(tmp_path: Path) -> None:
    async with looping(tmp_path, utc(THU, 8), record(1, THU)) as loops:
        await loops.stage.subscribe(RULES)
        loops.arxiv.set_faults([FaultRule("/api/query", times=None, status=404, body=b"gone")])
        again = await loops.poller.round()
        assert again <= loops.clock.now() + timedelta(minutes=5)
        assert not await loops.core.ledger.ready("cs.CL", day(THU))  # its comments may come yet
        loops.arxiv.set_faults([])
        loops.clock.set(again)
        await loops.poller.round()
        found = await loops.core.papers.get("2606.90001")
        assert found is not None
        assert found.comment == "2 pages"
        assert await loops.core.ledger.ready("cs.CL", day(THU))
        asked = loops.asked()
        await loops.poller.round()
        assert loops.asked() == asked


async def test_without_the_api_a_digest_comes_after_a_quarter_of_an_hour(tmp_path: Path) -> None:
    async with looping(tmp_path, utc(THU, 8, 55), record(1, THU)) as loops:
        await loops.stage.subscribe(RULES)
        loops.arxiv.set_faults([FaultRule("/api/query", times=None, status=404, body=b"gone")])
        await loops.poller.round()
        loops.clock.set(utc(THU, 9, 1))
        await loops.plans.round()
        assert await loops.digests() == []
        loops.clock.set(utc(THU, 9, 11))
        await loops.plans.round()
        assert await loops.digests() == [((THU,), 1)]


async def test_a_loop_survives_an_error_and_wakes_at_a_change(tmp_path: Path) -> None:
    async with looping(tmp_path, utc(THU, 8)) as loops:
        changed, rounds = asyncio.Event(), asyncio.Queue[int]()
        count = 0

        async def round_() -> datetime:
            nonlocal count
            count += 1
            rounds.put_nowait(count)
            if count == 1:
                raise ZeroDivisionError
            return loops.clock.now() + timedelta(days=1)

        loop = asyncio.create_task(keep_going("test", round_, changed, loops.clock))
        async with asyncio.timeout(10):
            assert await rounds.get() == 1
            loops.clock.advance(timedelta(seconds=31))  # the rest after an error
            assert await rounds.get() == 2
            changed.set()
            assert await rounds.get() == 3
            loops.clock.advance(timedelta(days=1))
            assert await rounds.get() == 4
        loop.cancel()
        assert isinstance((await asyncio.gather(loop, return_exceptions=True))[0], BaseException)
