"""How long the event loop is held up: what an operator measures when answers come late.

Off by default; the setting PAPERBOY_STALL_MONITOR switches it on. It wakes the loop 200 times a
second, which costs well below one percent of a core. A stall is told up to 5 ms too short.
"""

import asyncio
import time

import structlog

log = structlog.get_logger(__name__)

_TICK_S = 0.005
# Nothing of ours may hold the loop for longer than this.
_WORTH_A_LINE_S = 0.020
_REPORT_S = 60.0


class StallMonitor:
    """Ticks on the running loop and measures how late each tick comes.

    Each stall of at least 20 ms is logged at once as `loop_stall`: `ms` is its length and
    `busy_ms` how long the loop's thread itself computed meanwhile (where that is much less, the
    thread waited for the interpreter or for a processor). Every minute and at the end,
    `loop_stalls` tells the longest since the last report.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._longest = 0.0
        self._counted = 0
        self._cpu = time.thread_time()
        self._due = self._loop.time() + _TICK_S
        self._report_at = self._due + _REPORT_S
        self._handle = self._loop.call_at(self._due, self._tick)

    def stop(self) -> None:
        """End the measurement with a last report."""
        self._handle.cancel()
        self._report()

    def _tick(self) -> None:
        now, cpu = self._loop.time(), time.thread_time()
        late = now - self._due
        self._longest = max(self._longest, late)
        if late >= _WORTH_A_LINE_S:
            self._counted += 1
            log.warning("loop_stall", ms=_ms(late), busy_ms=_ms(cpu - self._cpu))
        if now >= self._report_at:
            self._report()
            self._report_at = now + _REPORT_S
        self._cpu = cpu
        self._due = now + _TICK_S
        self._handle = self._loop.call_at(self._due, self._tick)

    def _report(self) -> None:
        log.info("loop_stalls", longest_ms=_ms(self._longest), over_20_ms=self._counted)
        self._longest = 0.0
        self._counted = 0


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)
