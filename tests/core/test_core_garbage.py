"""Full collections of garbage come when nobody waits."""

import gc
import weakref
from collections.abc import AsyncGenerator, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import pytest

from bot.garbage import FullCollections, put_off_full_collections
from sandbox.clock import SandboxClock

MINUTE = timedelta(minutes=1)


class _Knot:
    """An object that only a collection frees, because it holds itself."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
async def closing() -> AsyncGenerator[AsyncExitStack]:
    async with AsyncExitStack() as made:
        yield made


@pytest.fixture
def old_garbage() -> Iterator[weakref.ref[_Knot]]:
    """Garbage that collections of young objects do not look at any more."""
    knot = _Knot()
    gc.collect(1)
    reference = weakref.ref(knot)
    del knot
    yield reference
    gc.collect()


class _StandingClock(SandboxClock):
    """A clock that goes on only when it is told to."""

    def __init__(self) -> None:
        self._now = datetime(2026, 6, 17, 8, tzinfo=UTC)
        super().__init__()

    def now(self) -> datetime:
        return self._now

    def set(self, instant: datetime) -> None:
        self._now = instant


async def test_none_comes_by_itself_until_the_end(
    closing: AsyncExitStack, old_garbage: weakref.ref[_Knot]
) -> None:
    before = gc.get_threshold()
    put_off_full_collections(closing)
    kept: list[list[int]] = []
    full = gc.get_stats()[2]["collections"]
    kept.extend([number] for number in range(200_000))  # some 25 full ones otherwise
    assert gc.get_stats()[2]["collections"] == full
    assert gc.get_threshold()[:2] == before[:2]
    await closing.aclose()
    assert gc.get_threshold() == before
    assert old_garbage() is not None


def test_it_collects_when_nothing_is_sent(old_garbage: weakref.ref[_Knot]) -> None:
    clock, busy = _StandingClock(), [True]
    collections = FullCollections(clock, lambda: busy[0])
    assert collections.round() == clock.now() + 10 * MINUTE
    clock.advance(10 * MINUTE)
    again = collections.round()
    assert clock.now() < again < clock.now() + MINUTE
    assert old_garbage() is not None
    busy[0] = False
    assert collections.round() == clock.now() + 10 * MINUTE
    assert old_garbage() is None


def test_it_does_not_wait_for_ever(old_garbage: weakref.ref[_Knot]) -> None:
    clock = _StandingClock()
    collections = FullCollections(clock, lambda: True)
    clock.advance(59 * MINUTE)
    collections.round()
    assert old_garbage() is not None
    clock.advance(MINUTE)
    assert collections.round() == clock.now() + 10 * MINUTE
    assert old_garbage() is None


def test_a_clock_that_is_set_back_does_not_stop_it(old_garbage: weakref.ref[_Knot]) -> None:
    clock = _StandingClock()
    collections = FullCollections(clock, lambda: False)
    clock.set(clock.now() - 300 * MINUTE)
    assert collections.round() == clock.now() + 10 * MINUTE
    assert old_garbage() is None
