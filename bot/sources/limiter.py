"""One limiter for all of arXiv: one request at a time, a fixed interval between their starts.

arXiv's terms ask for at most one request every three seconds over a single connection, across
its API, feeds and OAI-PMH together and across all machines of one user
(https://info.arxiv.org/help/api/tou.html).
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import structlog

from bot.sources.turnstile import Turnstile

log = structlog.get_logger(__name__)

INTERVAL_S = 3.0
SHARED_FILE = "arxiv-limiter"
"""The file in the data folder through which processes keep the limit together."""
# The longest time that an answer can make everybody wait, whatever it says.
LONGEST_PENALTY_S = 3600.0
_LONGEST_BACKOFF_S = 900.0
_POLL_S = 0.1
# Long enough for the others, who look every `_POLL_S`.
_GIVING_WAY_S = 3 * _POLL_S


class ArxivLimiter:
    """Gives turns, in the order in which they were asked for.

    `interval` is in seconds between request starts. With `shared`, a file in the data folder,
    processes on the same machine keep the limit together (on POSIX; elsewhere each for itself).
    `behind` lets the other processes go first: a turn is taken that nobody else took for a while.
    `monotonic`, `wall` (for that file) and `sleep` can be replaced to run without real time.
    """

    def __init__(
        self,
        interval: float = INTERVAL_S,
        *,
        shared: Path | None = None,
        behind: bool = False,
        monotonic: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.interval = interval
        self._monotonic = monotonic
        self._sleep = sleep
        self._slot = asyncio.Lock()  # wakes its waiters in order and survives their cancellation
        self._not_before = monotonic()
        self._waiting = 0
        self._strikes = 0
        self._turnstile = Turnstile(shared, wall=wall) if shared is not None else None
        self._gives_way_s = min(_GIVING_WAY_S, interval) if behind else 0.0

    @property
    def waiting(self) -> int:
        """How many turns are asked for and have not started."""
        return self._waiting

    @asynccontextmanager
    async def turn(self) -> AsyncGenerator[None]:
        """Hold the only connection to arXiv for one whole request, answer's body included."""
        self._waiting += 1
        started = False
        try:
            async with self._slot:
                await self._enter()
                try:
                    self._waiting -= 1
                    started = True
                    strikes = self._strikes
                    self._not_before = self._monotonic() + self.interval
                    self._publish()
                    yield
                    if self._strikes == strikes:
                        self._strikes = 0
                finally:
                    self._leave()
        finally:
            if not started:
                self._waiting -= 1

    def penalize(self, seconds: float | None = None) -> float:
        """Delay everybody: by the server's Retry-After in seconds, or by a growing back-off.

        The back-off doubles with each failure in a row and starts over after a request that went
        well. Returns the delay that was set, in seconds.
        """
        self._strikes += 1
        if seconds is None:
            seconds = min(self.interval * 2.0 ** min(self._strikes, 30), _LONGEST_BACKOFF_S)
        delay = min(max(seconds, 0.0), LONGEST_PENALTY_S)
        self._not_before = max(self._not_before, self._monotonic() + delay)
        if delay:
            log.warning("arxiv_slowed_down", seconds=round(delay, 1), in_a_row=self._strikes)
        return delay

    async def _enter(self) -> None:
        """Wait for the interval, and for the other processes if there is a shared file."""
        gives_way = self._gives_way_s
        while True:
            # Asked again after each sleep: a penalty may have come meanwhile.
            while (left := self._not_before - self._monotonic()) > 0:
                await self._sleep(left)
            if self._turnstile is None:
                return
            while not self._turnstile.try_lock():
                await self._sleep(_POLL_S)
            shared = self._turnstile.remaining(LONGEST_PENALTY_S)
            if shared <= 0 and gives_way <= 0:
                return
            # Not held while waiting, so that the others can go on meanwhile.
            self._turnstile.unlock()
            if shared <= 0:
                # After this, a turn that is still free is not wanted by anybody else.
                await self._sleep(gives_way)
                gives_way = 0.0
            else:
                gives_way = self._gives_way_s
                self._not_before = max(self._not_before, self._monotonic() + shared)

    def _publish(self) -> None:
        if self._turnstile is not None:
            self._turnstile.write(self._not_before - self._monotonic())

    def _leave(self) -> None:
        if self._turnstile is not None:
            self._publish()
            self._turnstile.unlock()
