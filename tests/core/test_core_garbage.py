"""Full collections of garbage come when nobody waits."""

import asyncio
import gc
import weakref
from collections.abc import AsyncGenerator, Iterator
from contextlib import AsyncExitStack

import pytest

from bot.garbage import FullCollections, put_off_full_collections

MINUTE = 60.0


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
    gc.collect()
    reference = weakref.ref(knot)
    del knot
    yield reference
    gc.collect()


async def test_none_comes_by_itself_until_the_end(
    closing: AsyncExitStack, old_garbage: weakref.ref[_Knot]
) -> None:
    before, frozen = gc.get_threshold(), gc.get_freeze_count()
    put_off_full_collections(closing)
    kept: list[list[int]] = []
    full = gc.get_stats()[2]["collections"]
    kept.extend([number] for number in range(200_000))  # some 25 full ones otherwise
    assert gc.get_stats()[2]["collections"] == full
    assert gc.get_threshold()[:2] == before[:2]
    await closing.aclose()
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == frozen
    assert old_garbage() is not None


def test_it_does_not_wait_until_memory_runs_short(old_garbage: weakref.ref[_Knot]) -> None:
    collections = FullCollections(lambda: True, lambda: 5000.0)
    for _ in range(500):
        gc.collect(1)
    collections.round()
    assert old_garbage() is not None
    for _ in range(500):
        gc.collect(1)
    collections.round()
    assert old_garbage() is None


def test_it_collects_when_nothing_is_sent(old_garbage: weakref.ref[_Knot]) -> None:
    now, busy = [5000.0], [True]
    collections = FullCollections(lambda: busy[0], lambda: now[0])
    now[0] += 9 * MINUTE
    collections.round()
    assert old_garbage() is not None
    now[0] += MINUTE
    collections.round()
    assert old_garbage() is not None
    busy[0] = False
    assert 0 < collections.round() < MINUTE
    assert old_garbage() is None


def test_it_does_not_wait_for_ever(old_garbage: weakref.ref[_Knot]) -> None:
    now = [5000.0]
    collections = FullCollections(lambda: True, lambda: now[0])
    now[0] += 59 * MINUTE
    collections.round()
    assert old_garbage() is not None
    now[0] += MINUTE
    assert 0 < collections.round() < MINUTE
    assert old_garbage() is None


async def test_it_collects_also_while_discord_is_out_of_reach(
    old_garbage: weakref.ref[_Knot],
) -> None:
    """And only what is there once it is reached stays."""
    ready, asked = asyncio.Event(), asyncio.Queue[None]()
    now = [5000.0]

    def told() -> float:
        asked.put_nowait(None)
        return now[0]

    collections = FullCollections(lambda: False, told)
    await asked.get()
    now[0] += 10 * MINUTE
    running = asyncio.create_task(collections.run(ready))
    await asked.get()
    assert old_garbage() is None
    frozen, kept = gc.get_freeze_count(), [[number] for number in range(1000)]
    ready.set()
    await asked.get()
    assert gc.get_freeze_count() >= frozen + len(kept)
    running.cancel()
    await asyncio.wait([running])
    assert running.cancelled()
