"""How late this process's event loop comes, while something is measured on it."""

import asyncio
import time
from types import TracebackType
from typing import Self

_TICK_S = 0.005
_NOTED_MS = 20.0

Noted = tuple[float, float, float]
"""A stall: when it ended (Unix time), its milliseconds, and for how many of them the loop's own
thread computed."""


class Ticks:
    """Notes the stalls of at least 20 ms within its block. `bench.witness` in an idle process
    beside this one tells how much of them is the machine's."""

    def __init__(self) -> None:
        self.noted: list[Noted] = []

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._tick(), name="ticks")
        await asyncio.sleep(0)
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _tick(self) -> None:
        while True:
            due, before = time.perf_counter() + _TICK_S, time.thread_time()
            await asyncio.sleep(_TICK_S)
            late = 1000 * (time.perf_counter() - due)
            if late >= _NOTED_MS:
                self.noted.append((time.time(), late, 1000 * (time.thread_time() - before)))
