"""Work that is asked for by several, and what is remembered of it."""

import asyncio
import weakref
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import NotFound, SourceUnavailable
from bot.flights import Memory, SingleFlight
from sandbox.clock import SandboxClock


class Work:
    """Work that ends when it is told to, and counts how often it was begun."""

    def __init__(self) -> None:
        self.begun = 0
        self.go = asyncio.Event()
        self.done = asyncio.Event()

    async def __call__(self) -> str:
        self.begun += 1
        await self.go.wait()
        self.done.set()
        return "done"


async def test_it_is_done_once_for_all_who_ask() -> None:
    flights: SingleFlight[str, str] = SingleFlight("arXiv", most=5)
    work = Work()
    asking = [asyncio.create_task(flights.do("a", work)) for _ in range(3)]
    await asyncio.sleep(0)
    work.go.set()
    assert await asyncio.gather(*asking) == ["done"] * 3
    assert work.begun == 1
    assert await flights.do("a", work) == "done"
    assert work.begun == 2, "what has ended is not remembered"


async def test_who_gives_up_does_not_stop_it() -> None:
    flights: SingleFlight[str, str] = SingleFlight("arXiv", most=5)
    work = Work()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await flights.do("a", work)
    again = asyncio.create_task(flights.do("a", work))
    await asyncio.sleep(0)
    work.go.set()
    assert await again == "done"
    assert work.begun == 1


async def test_its_errors_reach_all() -> None:
    flights: SingleFlight[str, str] = SingleFlight("arXiv", most=5)

    async def failing() -> str:
        await asyncio.sleep(0)
        raise NotFound("no")

    found = await asyncio.gather(
        flights.do("a", failing), flights.do("a", failing), return_exceptions=True
    )
    assert [type(error) for error in found] == [NotFound, NotFound]


async def test_too_much_at_once_is_refused() -> None:
    flights: SingleFlight[str, str] = SingleFlight("arXiv", most=1)
    work = Work()
    first = asyncio.create_task(flights.do("a", work))
    await asyncio.sleep(0)
    with pytest.raises(SourceUnavailable, match="too many"):
        await flights.do("b", work)
    work.go.set()
    assert await first == "done"
    assert await flights.do("b", work) == "done"


async def test_closing_ends_it_with_an_error() -> None:
    flights: SingleFlight[str, str] = SingleFlight("arXiv", most=1)
    asking = asyncio.create_task(flights.do("a", Work()))
    await asyncio.sleep(0)
    await flights.aclose()
    with pytest.raises(SourceUnavailable, match="closing"):
        await asking


async def test_a_memory_ends_and_has_a_size() -> None:
    clock = SandboxClock(datetime(2026, 6, 17, tzinfo=UTC))
    memory: Memory[int] = Memory(clock, timedelta(minutes=1), 2)
    memory.put("a", 1)
    memory.put("b", 2)
    memory.put("a", 3)
    memory.put("c", 4)
    assert [memory.get(key) for key in "abc"] == [3, None, 4]
    clock.advance(timedelta(minutes=1))
    assert memory.get("a") is None


def test_what_is_too_old_takes_no_memory() -> None:
    clock = SandboxClock(datetime(2026, 6, 17, tzinfo=UTC))
    memory: Memory[Work] = Memory(clock, timedelta(minutes=1), 100)
    work = Work()
    held = weakref.ref(work)
    memory.put("a", work)
    del work
    clock.advance(timedelta(minutes=1))
    memory.put("b", Work())
    assert held() is None
