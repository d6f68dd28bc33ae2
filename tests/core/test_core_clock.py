"""Clocks: sleeping through jumps, and following a sandbox's clock over HTTP."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import time_machine

from bot import clock as clock_module
from bot.clock import RemoteClock, SystemClock
from sandbox.clock import SandboxClock
from sandbox.discord.app import DiscordSandbox

START = datetime(2026, 6, 18, 9, 0, tzinfo=UTC)
CLOSE = timedelta(seconds=2)


@asynccontextmanager
async def sandboxed() -> AsyncGenerator[DiscordSandbox]:
    sandbox = DiscordSandbox(SandboxClock(START), limits_enabled=False)
    await sandbox.start()
    try:
        yield sandbox
    finally:
        await sandbox.stop()


@asynccontextmanager
async def following(url: str) -> AsyncGenerator[RemoteClock]:
    clock = RemoteClock(url)
    try:
        await clock.open()
        yield clock
    finally:
        await clock.close()


async def until_at(clock: RemoteClock, instant: datetime) -> None:
    """Return as soon as the clock shows about this time."""
    async with asyncio.timeout(10):
        while abs(clock.now() - instant) > CLOSE:  # noqa: ASYNC110 - it tells nobody when it is set
            await asyncio.sleep(0.01)


async def test_the_systems_clock_is_aware_and_in_utc() -> None:
    clock = SystemClock()
    assert clock.now().tzinfo is UTC
    assert abs(clock.now() - datetime.now(UTC)) < CLOSE
    await asyncio.wait_for(clock.sleep_until(clock.now() - timedelta(days=1)), 1)
    instant = clock.now() + timedelta(milliseconds=20)
    await asyncio.wait_for(clock.sleep_until(instant), 5)
    assert clock.now() >= instant


async def test_the_systems_clock_notices_that_the_time_was_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clock_module, "_LONGEST_NAP_S", 0.01)
    with time_machine.travel(START, tick=True) as traveler:
        sleep = asyncio.create_task(SystemClock().sleep_until(START + timedelta(days=1)))
        await asyncio.sleep(0.05)
        assert not sleep.done()
        traveler.move_to(START + timedelta(days=1, seconds=1))
        await asyncio.wait_for(sleep, 5)


async def test_a_remote_clock_shows_the_other_ones_time_and_flows() -> None:
    async with sandboxed() as sandbox, following(f"{sandbox.url}/control/clock") as clock:
        assert abs(clock.now() - START) < CLOSE
        assert clock.now().tzinfo is UTC
        before = clock.now()
        await clock.sleep_until(before + timedelta(milliseconds=30))
        assert before + timedelta(milliseconds=30) <= clock.now() < before + CLOSE


async def test_a_sleep_ends_when_the_other_clock_jumps_beyond_it() -> None:
    async with sandboxed() as sandbox, following(f"{sandbox.url}/control/clock") as clock:
        short, long = (
            asyncio.create_task(clock.sleep_until(START + timedelta(hours=hours)))
            for hours in (1, 50)
        )
        sandbox.clock.advance(timedelta(hours=2))
        await asyncio.wait_for(short, 10)
        assert abs(clock.now() - START - timedelta(hours=2)) < CLOSE
        assert not long.done()
        sandbox.clock.advance(timedelta(hours=-2))
        await until_at(clock, START)
        assert not long.done()
        for hours in (20, 40, 60):  # jumps that follow one another at once are not missed
            sandbox.clock.set(START + timedelta(hours=hours))
        await asyncio.wait_for(long, 10)
        await until_at(clock, START + timedelta(hours=60))


async def test_a_server_that_was_gone_is_followed_again() -> None:
    sandbox = DiscordSandbox(SandboxClock(START), limits_enabled=False)
    await sandbox.start()
    port = int(sandbox.url.rsplit(":", 1)[1])
    async with following(f"{sandbox.url}/control/clock") as clock:
        await sandbox.stop()
        assert abs(clock.now() - START) < 2 * CLOSE  # it goes on by itself
        # Set as often as the one before it was: only its time is another.
        later = SandboxClock(START + timedelta(days=3))
        again = DiscordSandbox(later, limits_enabled=False)
        await again.start(port=port)
        try:
            await until_at(clock, START + timedelta(days=3))
        finally:
            await again.stop()


async def test_an_answer_that_is_no_time_is_not_followed() -> None:
    async with sandboxed() as sandbox:
        with pytest.raises(httpx.HTTPStatusError):
            async with following(f"{sandbox.url}/control/nothing"):
                pass


async def test_closing_an_unopened_clock_is_fine() -> None:
    clock = RemoteClock("http://127.0.0.1:9/")
    await clock.close()
    assert clock.now().tzinfo is UTC


async def test_a_sleep_can_be_canceled_the_moment_the_clock_is_set() -> None:
    clock = SandboxClock(START)
    sleeping = asyncio.create_task(clock.sleep_until(START + timedelta(days=1)))
    await asyncio.sleep(0)
    clock.advance(timedelta(hours=1))
    await asyncio.sleep(0)  # the change has come to whatever the sleep waits on
    sleeping.cancel()
    done, _ = await asyncio.wait([sleeping], timeout=30)
    assert done == {sleeping}
    assert sleeping.cancelled()
