"""The limiter of all of arXiv: spacing, order, penalties, and other processes."""

import asyncio
import heapq
import subprocess
import sys
from collections.abc import Coroutine
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sources_loopback import FakeTime

from bot.sources.limiter import LONGEST_PENALTY_S, ArxivLimiter
from bot.sources.turnstile import Turnstile


def limiter_on(clock: FakeTime, interval: float = 3.0, shared: Path | None = None) -> ArxivLimiter:
    return ArxivLimiter(
        interval, monotonic=clock.monotonic, wall=clock.wall, sleep=clock.sleep, shared=shared
    )


async def test_starts_are_spaced_by_the_interval_and_the_first_does_not_wait() -> None:
    clock = FakeTime()
    limiter = limiter_on(clock)
    starts: list[float] = []
    for length in (0.5, 0.0, 7.0, 0.0):
        async with limiter.turn():
            starts.append(clock.now)
            clock.now += length
    assert starts == [1000.0, 1003.0, 1006.0, 1013.0]


async def test_turns_come_one_at_a_time_in_the_order_of_asking() -> None:
    clock = FakeTime()
    limiter = limiter_on(clock)
    order: list[int] = []
    inside = 0

    async def take(number: int) -> None:
        nonlocal inside
        async with limiter.turn():
            inside += 1
            assert inside == 1
            order.append(number)
            for _ in range(3):
                await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(take(number) for number in range(20)))
    assert order == list(range(20))
    assert limiter.waiting == 0


async def test_a_canceled_waiter_leaves_the_line_and_loses_nothing_for_the_others() -> None:
    clock = FakeTime()
    limiter = limiter_on(clock)
    entered, release = asyncio.Event(), asyncio.Event()
    order: list[str] = []

    async def take(name: str, until: asyncio.Event | None = None) -> None:
        async with limiter.turn():
            order.append(name)
            entered.set()
            if until is not None:
                await until.wait()

    first = asyncio.create_task(take("first", release))
    await entered.wait()
    second = asyncio.create_task(take("second"))
    third = asyncio.create_task(take("third"))
    await asyncio.sleep(0)  # both tasks run up to their wait
    assert limiter.waiting == 2
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
    assert limiter.waiting == 1
    release.set()
    await asyncio.gather(first, third)
    assert order == ["first", "third"]
    assert limiter.waiting == 0


async def test_a_holder_that_is_canceled_or_fails_gives_the_slot_back() -> None:
    clock = FakeTime()
    limiter = limiter_on(clock)
    entered = asyncio.Event()

    async def hold() -> None:
        async with limiter.turn():
            entered.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(hold())
    await entered.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    with pytest.raises(ZeroDivisionError):
        async with limiter.turn():
            raise ZeroDivisionError
    async with limiter.turn():
        pass
    assert limiter.waiting == 0


async def test_a_penalty_delays_everybody_also_one_who_is_waiting_already() -> None:
    clock = FakeTime()
    limiter = limiter_on(clock)
    async with limiter.turn():
        limiter.penalize(30)
    async with limiter.turn():
        assert clock.now == 1030.0

    naps: list[float] = []

    async def nap(seconds: float) -> None:
        if not naps:
            limiter.penalize(100)  # while somebody sleeps
        naps.append(seconds)
        clock.now += seconds

    limiter = ArxivLimiter(3.0, monotonic=clock.monotonic, sleep=nap)
    async with limiter.turn():
        begin = clock.now
    async with limiter.turn():
        assert clock.now == begin + 100.0
    assert naps == [3.0, 97.0]


async def test_backoff_doubles_is_capped_and_starts_over_after_a_success() -> None:
    clock = FakeTime()
    limiter = limiter_on(clock)
    delays: list[float] = []
    for _ in range(12):
        async with limiter.turn():
            delays.append(limiter.penalize())
    assert delays[:4] == [6.0, 12.0, 24.0, 48.0]
    assert delays[-1] == delays[-2] == 900.0
    async with limiter.turn():
        pass
    async with limiter.turn():
        assert limiter.penalize() == 6.0


async def test_no_answer_can_stop_the_bot_for_longer_than_an_hour() -> None:
    limiter = limiter_on(FakeTime())
    assert limiter.penalize(10.0**12) == LONGEST_PENALTY_S
    assert limiter.penalize(-5) == 0.0


async def test_two_processes_share_the_interval_through_the_file(tmp_path: Path) -> None:
    path = tmp_path / "arxiv.lock"
    one, two = FakeTime(), FakeTime()
    async with limiter_on(one, shared=path).turn():
        pass
    async with limiter_on(two, shared=path).turn():
        pass
    assert one.slept == []
    assert two.slept == [pytest.approx(3.0, abs=0.01)]


class Timeline(FakeTime):
    """Time that goes on to the next waiter's end when all tasks wait."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = 0

    async def sleep(self, seconds: float) -> None:
        self._count += 1
        end: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (self.now + seconds, self._count, end))
        await end

    async def run(self, *work: Coroutine[Any, Any, None]) -> None:
        tasks = [asyncio.create_task(one) for one in work]
        while not all(task.done() for task in tasks):
            for _ in range(10):  # until every task waits again
                await asyncio.sleep(0)
            if self._waiting:
                self.now, _, end = heapq.heappop(self._waiting)
                end.set_result(None)
        await asyncio.gather(*tasks)


@pytest.mark.parametrize("length", [0.2, 2.9, 4.0, 20.0])
async def test_who_stays_behind_is_always_after_the_others(tmp_path: Path, length: float) -> None:
    """A backfill's requests, one after the other, beside a bot that now and then has one."""
    time, path = Timeline(), tmp_path / "arxiv.lock"
    spans: list[tuple[float, float, str]] = []
    waits: list[float] = []

    async def ask(limiter: ArxivLimiter, name: str) -> None:
        async with limiter.turn():
            begin = time.now
            await time.sleep(length)
            spans.append((begin, time.now, name))

    def process(*, behind: bool) -> ArxivLimiter:
        return ArxivLimiter(
            3.0,
            shared=path,
            behind=behind,
            monotonic=time.monotonic,
            wall=time.wall,
            sleep=time.sleep,
        )

    async def backfill() -> None:
        limiter = process(behind=True)
        for _ in range(12):
            await ask(limiter, "backfill")

    async def bot() -> None:
        limiter = process(behind=False)
        for pause in (1.0, 7.77, 0.0, 3.3):
            await time.sleep(pause)
            asked = time.now
            await ask(limiter, "bot")
            waits.append(spans[-1][0] - asked)

    await time.run(backfill(), bot())
    spans.sort()
    for (begin, end, _), (following, _, _) in pairwise(spans):
        assert following >= max(begin + 3.0, end) - 0.001
    # The bot waits for the request under way, or for the interval, and for no second one.
    assert max(waits) <= max(length, 3.0) + 0.15
    assert [name for _, _, name in spans].count("backfill") == 12
    # Alone, staying behind costs a tenth of the interval.
    alone = [begin for begin, _, name in spans[-4:] if name == "backfill"]
    assert max(b - a for a, b in pairwise(alone)) <= max(length, 3.0) + 0.35


async def test_a_penalty_is_shared_too(tmp_path: Path) -> None:
    path = tmp_path / "arxiv.lock"
    one, two = limiter_on(FakeTime(), shared=path), FakeTime()
    async with one.turn():
        one.penalize(500)
    async with limiter_on(two, shared=path).turn():
        pass
    assert two.slept == [pytest.approx(500.0, abs=0.01)]


async def test_only_one_process_has_a_turn(tmp_path: Path) -> None:
    path = tmp_path / "arxiv.lock"
    other = Turnstile(path)
    assert other.try_lock()
    polls: list[float] = []

    async def nap(seconds: float) -> None:
        polls.append(seconds)
        if len(polls) == 5:
            other.unlock()

    async with ArxivLimiter(0, shared=path, sleep=nap).turn():
        assert not other.try_lock()
    assert len(polls) == 5
    assert other.try_lock()
    other.unlock()


async def test_a_killed_process_blocks_nobody(tmp_path: Path) -> None:
    path = tmp_path / "arxiv.lock"
    script = (
        "import sys, pathlib; from bot.sources.turnstile import Turnstile;"
        "t = Turnstile(pathlib.Path(sys.argv[1])); print(t.try_lock(), flush=True);"
        "sys.stdin.read()"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, str(path), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert (await process.stdout.readline()).strip() == b"True"
    mine = Turnstile(path)
    assert not mine.try_lock()
    process.kill()
    await process.communicate()
    assert mine.try_lock()
    mine.unlock()


@pytest.mark.parametrize("content", ["nonsense", "nan", "inf", "99999999999", "", "-4"])
async def test_a_damaged_file_does_not_stop_anything(tmp_path: Path, content: str) -> None:
    path = tmp_path / "arxiv.lock"
    path.write_text(content)
    clock = FakeTime()
    async with limiter_on(clock, shared=path).turn():
        pass
    assert clock.slept == []


async def test_without_a_usable_file_the_process_keeps_the_limit_alone(tmp_path: Path) -> None:
    clock = FakeTime()
    limiter = limiter_on(clock, shared=tmp_path / "absent" / "arxiv.lock")
    for _ in range(2):
        async with limiter.turn():
            pass
    assert clock.slept == [3.0]
