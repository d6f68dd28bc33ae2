"""The loop that keeps the indexes up to date."""

import asyncio
from datetime import timedelta

import pytest
from leaping import LeapingClock
from structlog.testing import capture_logs

from bot.loops import IndexLoop
from bot.signals import Signals
from bot.store.index_queue import Index


class Waiting:
    """An index with papers to read; `order` tells who has read, `breaks` that it fails."""

    def __init__(self, name: str, order: list[str], papers: int = 0) -> None:
        self._name, self._order = name, order
        self.papers = papers
        self.breaks = False

    async def catch_up(self, *, most: int | None = None) -> int:
        if self.breaks:
            raise RuntimeError("broken index")
        read = min(self.papers, most or self.papers)
        self.papers -= read
        if read:
            self._order.append(self._name)
        return read


class Stage:
    def __init__(self) -> None:
        self.order: list[str] = []
        self.loaded = asyncio.Semaphore(0)
        self.load_breaks = False
        self.search, self.related = (Waiting(name, self.order) for name in ("s", "r"))
        self.clock, self.signals = LeapingClock(), Signals()
        self.loop = IndexLoop(
            {Index.SEARCH: self.search.catch_up, Index.FEATURES: self.related.catch_up},
            load=self.load,
            waiting=self.waiting,
            clock=self.clock,
            signals=self.signals,
        )

    async def load(self) -> None:
        if self.load_breaks:
            raise RuntimeError("broken features")
        self.order.append("load")
        self.loaded.release()

    async def waiting(self, index: Index) -> int:
        return (self.search if index is Index.SEARCH else self.related).papers


async def test_both_indexes_in_turn_until_nothing_waits() -> None:
    stage = Stage()
    stage.search.papers, stage.related.papers = 250, 450
    begun = stage.clock.now()
    again = await stage.loop.round()
    assert stage.order == ["load", "r", "s", "r", "s", "r", "load"]
    assert again - begun <= timedelta(seconds=10)


async def test_an_index_that_fails_does_not_hold_up_the_other() -> None:
    stage = Stage()
    stage.search.breaks, stage.related.papers = True, 300
    begun = stage.clock.now()
    with capture_logs() as logs:
        again = await stage.loop.round()
    assert stage.order.count("r") == 2
    assert "indexing_failed" in [log["event"] for log in logs]
    assert again - begun >= timedelta(seconds=30), "a traceback every few seconds helps nobody"
    stage.search.breaks = False
    assert await stage.loop.round() - stage.clock.now() < timedelta(seconds=30)


async def test_full_text_is_indexed_when_related_papers_cannot_be_loaded() -> None:
    stage = Stage()
    stage.search.papers, stage.load_breaks = 250, True
    with capture_logs() as logs:
        await stage.loop.round()
    assert stage.search.papers == 0
    assert "index_not_loaded" in [log["event"] for log in logs]


async def test_a_long_catching_up_is_told_once_a_minute() -> None:
    stage = Stage()
    stage.related.papers = 1000
    read = stage.related.catch_up

    async def slowly(*, most: int | None = None) -> int:
        stage.clock.set(stage.clock.now() + timedelta(seconds=25))
        return await read(most=most)

    stage.loop = IndexLoop(
        {Index.FEATURES: slowly},
        load=stage.load,
        waiting=stage.waiting,
        clock=stage.clock,
        signals=stage.signals,
    )
    with capture_logs() as logs:
        await stage.loop.round()
    told = [log for log in logs if log["event"] == "indexing"]
    assert len(told) == 2
    assert told[0]["features"] == 400


async def test_a_change_of_the_ledger_wakes_it_and_it_ends_when_canceled() -> None:
    stage = Stage()
    stage.clock.sleep_until = _forever
    running = asyncio.create_task(stage.loop.run())
    async with asyncio.timeout(5):
        await stage.loaded.acquire()
        await stage.loaded.acquire()
        stage.related.papers = 5
        stage.signals.ledger_changed()
        await stage.loaded.acquire()
        await stage.loaded.acquire()
    assert stage.order == ["load", "load", "load", "r", "load"]
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def _forever(instant: object) -> None:
    await asyncio.Event().wait()
