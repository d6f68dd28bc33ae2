"""The time that every part of the sandbox goes by: it flows normally and can be set."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta


class SandboxClock:
    """A clock that runs at normal speed from whatever instant it was last set to.

    Protocol timers (heartbeats, rate limits, the three seconds of an interaction) run on the
    event loop's monotonic clock instead: they measure real waiting.
    """

    def __init__(self, start: datetime | None = None) -> None:
        self._offset = timedelta(0)
        self._revision = 0
        self._changed = asyncio.Event()
        if start is not None:
            self.set(start)

    def now(self) -> datetime:
        """The present instant, timezone-aware, in UTC."""
        return datetime.now(UTC) + self._offset

    @property
    def revision(self) -> int:
        """How many times the clock was set; a reader uses it to wait for the next change."""
        return self._revision

    def set(self, instant: datetime) -> None:
        """Make `instant` (timezone-aware) the present."""
        if instant.tzinfo is None:
            raise ValueError("the clock takes an instant with a time zone")
        self._offset = instant.astimezone(UTC) - datetime.now(UTC)
        self._revision += 1
        self._changed.set()
        self._changed = asyncio.Event()

    def advance(self, by: timedelta) -> None:
        """Move the present forward (or back, if `by` is negative)."""
        self.set(self.now() + by)

    async def sleep_until(self, instant: datetime) -> None:
        """Return as soon as `now()` has reached `instant`, also when the clock is set."""
        while (left := (instant - self.now()).total_seconds()) > 0:
            # Not `wait_for`: before Python 3.12 it loses a cancellation that comes with the change.
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._changed.wait()

    async def changed_since(self, revision: int, within: float) -> bool:
        """Wait at most `within` seconds until the clock was set after `revision`."""
        if self._revision != revision:
            return True
        try:
            async with asyncio.timeout(within):
                await self._changed.wait()
        except TimeoutError:
            return False
        return True
