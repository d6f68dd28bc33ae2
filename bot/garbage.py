"""When the interpreter looks through all objects for garbage: not while digests go out.

Such a full collection holds every thread up for as long as it takes, 40 to 130 ms with what the bot
has loaded, and comes whenever enough new objects have become old: in the middle of planning and
delivering. Left to itself the interpreter then looks at young objects only, which takes a
millisecond and finds most of the garbage. https://docs.python.org/3/library/gc.html
"""

import gc
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import datetime, timedelta

from bot.protocols import Clock

_NEVER = 2**31 - 1
_EVERY, _AT_THE_LATEST = timedelta(minutes=10), timedelta(hours=1)
_LOOK_AGAIN = timedelta(seconds=20)


def put_off_full_collections(closing: AsyncExitStack) -> None:
    """Have the interpreter run none by itself until `closing` closes.

    What is loaded by now stays: no full collection needs to look at it any more.
    """
    young, middle, old = gc.get_threshold()
    closing.callback(gc.set_threshold, young, middle, old)
    gc.set_threshold(young, middle, _NEVER)
    gc.freeze()


class FullCollections:
    """Runs a full collection every ten minutes, when `busy` says no or an hour has passed."""

    def __init__(self, clock: Clock, busy: Callable[[], bool]) -> None:
        self._clock = clock
        self._busy = busy
        self._last = clock.now()

    async def run(self) -> None:
        """Go on until canceled. What is loaded by now stays, as before."""
        gc.freeze()
        while True:
            await self._clock.sleep_until(self.round())

    def round(self) -> datetime:
        """Collect if it is time for it; returns when to look again."""
        now = self._clock.now()
        passed = abs(now - self._last)  # either way: a clock may be set back
        if passed < _EVERY:
            return self._last + _EVERY if now >= self._last else now + _EVERY
        if self._busy() and passed < _AT_THE_LATEST:
            return now + _LOOK_AGAIN
        gc.collect()
        self._last = now
        return now + _EVERY
