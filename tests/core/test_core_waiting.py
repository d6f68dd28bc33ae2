"""Work that is attended to while it goes on, and work that is shared."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot.flights import GroupFlights
from bot.waiting import attended
from sandbox.clock import SandboxClock

NOON = datetime(2026, 6, 18, 12, tzinfo=UTC)
PATIENCE_S = 10.0
MINUTE = timedelta(minutes=1)


async def test_work_is_attended_to_until_it_is_done() -> None:
    clock, tended, go = SandboxClock(NOON), asyncio.Semaphore(0), asyncio.Event()

    async def work() -> str:
        await go.wait()
        return "done"

    async def tend() -> None:
        tended.release()

    async with asyncio.timeout(PATIENCE_S):
        task = asyncio.create_task(
            attended(work(), tend, every=MINUTE, stop=asyncio.Event(), clock=clock)
        )
        for _ in range(3):
            await asyncio.sleep(0)
            clock.advance(MINUTE)
            await tended.acquire()
        go.set()
        assert await task == "done"


async def test_work_is_canceled_when_told_to_stop() -> None:
    stop, canceled = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            canceled.set()

    async def tend() -> None:
        raise AssertionError

    task = asyncio.create_task(
        attended(work(), tend, every=MINUTE, stop=stop, clock=SandboxClock(NOON))
    )
    await asyncio.sleep(0)
    stop.set()
    assert await asyncio.wait_for(task, PATIENCE_S) is None
    assert canceled.is_set()


async def test_what_work_and_tending_raise_is_raised() -> None:
    async def fail() -> None:
        raise ZeroDivisionError

    async def wait() -> None:
        await asyncio.Event().wait()

    stop, clock = asyncio.Event(), SandboxClock(NOON)
    with pytest.raises(ZeroDivisionError):
        await attended(fail(), wait, every=MINUTE, stop=stop, clock=clock)
    with pytest.raises(ZeroDivisionError):
        async with asyncio.timeout(PATIENCE_S):
            await attended(wait(), fail, every=timedelta(0), stop=stop, clock=clock)


class Works:
    """Doubles numbers when it is let go; `asked` holds each group."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.asked: list[Sequence[int]] = []

    async def __call__(self, keys: Sequence[int]) -> Mapping[int, int]:
        self.asked.append(keys)
        await self.go.wait()
        return {key: key * 2 for key in keys}


async def test_groups_share_what_is_under_way() -> None:
    flights: GroupFlights[int, int] = GroupFlights("doubling")
    works = Works()
    assert await flights.do([[1, 2], [3]], works, within=0.01) == {}
    assert flights.under_way(3)
    both = [
        asyncio.create_task(flights.do([keys], works, within=PATIENCE_S))
        for keys in ([2, 3, 4], [4, 1])
    ]
    await asyncio.sleep(0)
    works.go.set()
    assert await asyncio.gather(*both) == [{2: 4, 3: 6, 4: 8}, {4: 8, 1: 2}]
    assert works.asked == [[1, 2], [3], [4]]
    assert not flights.under_way(3)


async def test_a_bug_in_a_group_is_logged_and_costs_only_that_group() -> None:
    flights: GroupFlights[int, int] = GroupFlights("doubling")

    async def work(keys: Sequence[int]) -> Mapping[int, int]:
        return {key: 4 // (key - 1) for key in keys}

    with capture_logs() as logs:
        assert await flights.do([[1], [2]], work, within=PATIENCE_S) == {2: 4}
    assert [(entry["event"], entry["what"]) for entry in logs] == [("work_failed", "doubling")]


async def test_after_closing_nothing_is_begun() -> None:
    flights: GroupFlights[int, int] = GroupFlights("doubling")
    works = Works()
    asking = asyncio.create_task(flights.do([[1]], works, within=PATIENCE_S))
    await asyncio.sleep(0)
    await flights.aclose()
    assert await asking == {}
    assert await flights.do([[2]], works, within=PATIENCE_S) == {}
    assert [2] not in works.asked
