"""Pacing: staying below Discord's global limit, so that it never has to say 429."""

import asyncio
import time
from collections.abc import Callable

# How many requests may start late at once, to make up for a sleep that took too long.
_BURST = 2


class Pacer:
    """Spaces the starts of requests evenly, at most `rate` a second, in the order of asking.

    Discord counts requests in windows of one second (topics/rate-limits: 50 per second for a
    bot). Where its windows begin is not known, so a burst of a second's requests could fall into
    one window with the next burst; evenly spaced, no window holds more than `rate` plus two.
    """

    def __init__(self, rate: float, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._interval = 1 / rate
        self._monotonic = monotonic
        self._next = monotonic()
        self._turn = asyncio.Lock()

    async def wait(self) -> None:
        """Return when a request may start."""
        async with self._turn:
            now = self._monotonic()
            if self._next > now:
                await asyncio.sleep(self._next - now)
            earliest = self._monotonic() - _BURST * self._interval
            self._next = max(self._next, earliest) + self._interval
