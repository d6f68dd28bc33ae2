"""Pacing: staying below Discord's global limit, so that it never has to say 429."""

import asyncio
import time
from collections.abc import Callable

# How much of a turn may be made up for when a sleep took too long. Making up for more would
# bring the starts so close together that 51 of them could fall into one of Discord's seconds.
_CATCH_UP = 0.5


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
            earliest = self._monotonic() - _CATCH_UP * self._interval
            self._next = max(self._next, earliest) + self._interval
