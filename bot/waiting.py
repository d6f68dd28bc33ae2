"""Waiting for whichever comes first: a change or a time."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any, TypeVar

from bot.protocols import Clock

T = TypeVar("T")


async def until_either(changed: asyncio.Event, clock: Clock, until: datetime) -> None:
    """Return when `changed` is set or the clock has reached `until`."""
    waits: list[asyncio.Task[Any]] = [
        asyncio.create_task(changed.wait()),
        asyncio.create_task(clock.sleep_until(until)),
    ]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*waits, return_exceptions=True)


async def attended(
    work: Coroutine[Any, Any, T],
    tend: Callable[[], Awaitable[None]],
    *,
    every: timedelta,
    stop: asyncio.Event,
    clock: Clock,
) -> T | None:
    """The result of `work`; None, and the work is canceled, if `stop` is set first.

    While it goes on, `tend` is called from time to time. Raises what the two raise.
    """
    working = asyncio.create_task(work)
    stopping = asyncio.create_task(stop.wait())
    waits: list[asyncio.Task[Any]] = [working, stopping]
    try:
        while not working.done() and not stopping.done():
            resting = asyncio.create_task(clock.sleep_until(clock.now() + every))
            waits = [working, stopping, resting]
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            if resting.done():
                await tend()
            resting.cancel()
        return working.result() if working.done() else None
    finally:
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*waits, return_exceptions=True)
