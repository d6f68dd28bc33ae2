"""What else goes on on the machine: an idle loop beside the measured one, and others' load."""

import asyncio
import time
from collections.abc import Sequence

import psutil

_TICK_S = 0.005
_NOTED_S = 0.010
# The two loops' ticks do not fall together.
_SLACK_S = 0.010


class Witness:
    """Ticks on this process's loop, which has nothing to do, and notes when a tick came late."""

    def __init__(self) -> None:
        self._held: list[tuple[float, float]] = []
        self._task = asyncio.create_task(self._tick(), name="witness")

    def stop(self) -> None:
        """End the watch; what was noted stays."""
        self._task.cancel()

    def held_ms(self, until: float, milliseconds: float) -> float:
        """For how long of that time before `until` (Unix time) this loop was held up."""
        since, until = until - milliseconds / 1000 - _SLACK_S, until + _SLACK_S
        held = sum(max(0.0, min(end, until) - max(start, since)) for start, end in self._held)
        return min(1000 * held, milliseconds)

    async def _tick(self) -> None:
        while True:
            due = time.monotonic() + _TICK_S
            await asyncio.sleep(_TICK_S)
            late = time.monotonic() - due
            if late >= _NOTED_S:
                now = time.time()
                self._held.append((now - late, now))


class Neighbors:
    """How much of the machine programs use that are not ours, from now on."""

    def __init__(self, ours: Sequence[int]) -> None:
        self._ours = [psutil.Process(pid) for pid in ours]
        self._before = self._now()

    def share(self) -> float:
        """From 0 to 1, over all processors."""
        total, busy, own = (now - then for now, then in zip(self._now(), self._before, strict=True))
        return max(0.0, busy - own) / total if total else 0.0

    def _now(self) -> tuple[float, float, float]:
        times = psutil.cpu_times()
        total = sum(times)
        own = (process.cpu_times() for process in self._ours)
        return total, total - times.idle, sum(times.user + times.system for times in own)
