"""A heartbeat file, so that Docker (or anybody) can tell whether the bot is alive."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)

_BEAT_S = 15.0
_DEAD_AFTER_S = 90.0


class HealthFile:
    """Touches `health` in the data folder while the event loop turns and Discord is connected."""

    def __init__(self, folder: Path, connected: Callable[[], bool]) -> None:
        self._path = folder / "health"
        self._connected = connected

    async def run(self) -> None:
        """Beat until canceled; the file is then removed."""
        try:
            while True:
                if self._connected():
                    try:
                        await asyncio.to_thread(self._path.touch)
                    except OSError as error:  # a full disk must not end the bot
                        log.warning("heartbeat_not_written", error=str(error))
                await asyncio.sleep(_BEAT_S)
        finally:
            with suppress(OSError):
                self._path.unlink(missing_ok=True)


def is_healthy(folder: Path) -> bool:
    """Whether a bot on this data folder has shown life in the last minute and a half."""
    try:
        age = time.time() - (folder / "health").stat().st_mtime
    except OSError:
        return False
    return age < _DEAD_AFTER_S
