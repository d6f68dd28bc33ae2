"""The stall monitor: what holds the loop is measured and told."""

import asyncio
import time

from structlog.testing import capture_logs

from bot.stalls import StallMonitor


async def _turns(count: int) -> None:
    """Let timers of the loop run that often."""
    for _ in range(count):
        await asyncio.sleep(0.006)


async def test_a_held_up_loop_is_told_at_once_with_what_it_computed() -> None:
    with capture_logs() as logs:
        monitor = StallMonitor()
        await _turns(2)
        end = time.thread_time() + 0.06
        while time.thread_time() < end:
            pass
        await _turns(2)
        stalls = [record for record in logs if record["event"] == "loop_stall"]
        monitor.stop()
    assert max(stall["ms"] for stall in stalls) >= 55
    assert max(stall["busy_ms"] for stall in stalls) >= 55
    assert logs[-1]["event"] == "loop_stalls"
    assert logs[-1]["longest_ms"] == max(stall["ms"] for stall in stalls)
    assert logs[-1]["over_20_ms"] == len(stalls)


async def test_waiting_without_computing_is_told_apart() -> None:
    with capture_logs() as logs:
        monitor = StallMonitor()
        await _turns(2)
        time.sleep(0.06)  # noqa: ASYNC251 - the stall
        await _turns(2)
        monitor.stop()
    longest = max((r for r in logs if r["event"] == "loop_stall"), key=lambda r: r["ms"])
    assert longest["ms"] >= 55
    assert longest["busy_ms"] < 40


async def test_nothing_is_measured_after_the_stop() -> None:
    monitor = StallMonitor()
    monitor.stop()
    with capture_logs() as logs:
        time.sleep(0.03)  # noqa: ASYNC251 - a stall that nobody looks at
        await _turns(2)
    assert logs == []
