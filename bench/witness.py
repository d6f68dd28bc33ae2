"""An idle loop beside the measured one: what it suffers too is the machine's doing."""

import asyncio
import time

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
