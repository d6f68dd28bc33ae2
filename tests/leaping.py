"""A clock on which nobody waits."""

import asyncio
from datetime import UTC, datetime

from sandbox.clock import SandboxClock

NOON = datetime(2026, 6, 18, 12, 0, tzinfo=UTC)


class LeapingClock(SandboxClock):
    """Leaps to the instant that somebody waits for; `waits` holds every wait in seconds."""

    def __init__(self, start: datetime = NOON) -> None:
        super().__init__(start)
        self.waits: list[float] = []

    async def sleep_until(self, instant: datetime) -> None:
        self.waits.append(round((instant - self.now()).total_seconds(), 1))
        if instant > self.now():
            self.set(instant)
        await asyncio.sleep(0)
