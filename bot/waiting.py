"""Waiting for whichever comes first: a change or a time."""

import asyncio
from datetime import datetime
from typing import Any

from bot.protocols import Clock


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
