"""When the interpreter looks through all objects for garbage: not while digests go out.

Such a full collection holds every thread up for as long as it takes, 40 to 130 ms with what the bot
has loaded, and comes whenever enough new objects have become old: in the middle of planning and
delivering. Left to itself the interpreter then looks at young objects only, which takes a
millisecond and finds most of the garbage. https://docs.python.org/3/library/gc.html
"""

import asyncio
import gc
import time
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress

_NEVER = 2**31 - 1
_EVERY_S, _AT_THE_LATEST_S = 600.0, 3600.0
_LOOK_EVERY_S = 20.0
# Young objects have become old so often after some 10,000 messages, in which the bot grows by
# 100 to 200 MiB.
_MOST_GROWN_OLD = 1000


def put_off_full_collections(closing: AsyncExitStack) -> None:
    """Have the interpreter run none by itself until `closing` closes."""
    young, middle, old = gc.get_threshold()
    closing.callback(gc.set_threshold, young, middle, old)
    gc.set_threshold(young, middle, _NEVER)


class FullCollections:
    """Runs a full collection every ten minutes, but while `busy` says yes only after an hour.

    It does not wait when so much has become old that memory would run short. `now` is in seconds
    and never goes back: an hour is an hour, whoever sets the machine's clock.
    """

    def __init__(self, busy: Callable[[], bool], now: Callable[[], float] = time.monotonic) -> None:
        self._busy = busy
        self._now = now
        self._last = now()

    async def run(self, loaded: asyncio.Event) -> None:
        """Go on until canceled. What is there when `loaded` is set stays, and is not looked at."""
        while not loaded.is_set():  # for days, if Discord cannot be reached
            with suppress(TimeoutError):
                async with asyncio.timeout(self.round()):
                    await loaded.wait()
        gc.freeze()
        while True:  # noqa: ASYNC110 - for time only
            await asyncio.sleep(self.round())

    def round(self) -> float:
        """Collect if it is time for it; returns in how many seconds to look again."""
        now = self._now()
        passed = now - self._last
        late = _AT_THE_LATEST_S if self._busy() else _EVERY_S
        if passed >= late or gc.get_count()[2] >= _MOST_GROWN_OLD:
            gc.collect()
            self._last = now
        return _LOOK_EVERY_S
