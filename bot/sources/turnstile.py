"""A file through which the processes of one machine take turns with arXiv."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import structlog

if sys.platform != "win32":
    import fcntl

log = structlog.get_logger(__name__)


class Turnstile:
    """An advisory lock on a file that holds the wall-clock time of the next allowed request.

    The lock goes with its process, so a killed one blocks nobody. Where there is no such lock or
    the file cannot be used, every call succeeds and the process keeps the limit alone. No call
    waits: each is a few system calls on a file of some bytes.
    """

    def __init__(self, path: Path, *, wall: Callable[[], float] = time.time) -> None:
        self._path = path
        self._wall = wall
        self._descriptor: int | None = None
        self._unusable = sys.platform == "win32"

    def try_lock(self) -> bool:
        """Take the lock if it is free; False if another process holds it."""
        if self._unusable or sys.platform == "win32":
            return True
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            self._give_up(error)
            return True
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        except OSError as error:  # a file system without locks
            os.close(descriptor)
            self._give_up(error)
            return True
        self._descriptor = descriptor
        return True

    def remaining(self, longest: float) -> float:
        """Seconds until the next request is allowed.

        0 without a readable time, and for more than `longest`: then a clock was set back.
        """
        if self._descriptor is None:
            return 0.0
        try:
            left = float(os.pread(self._descriptor, 64, 0)) - self._wall()
        except (OSError, ValueError):
            return 0.0
        return left if 0.0 < left <= longest else 0.0

    def write(self, seconds: float) -> None:
        """Allow the next request in so many seconds, for whoever holds the lock then."""
        if self._descriptor is None:
            return
        try:
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, f"{self._wall() + max(seconds, 0.0):.3f}\n".encode(), 0)
        except OSError as error:
            self._give_up(error)

    def unlock(self) -> None:
        """Give the lock back; nothing happens without it."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _give_up(self, error: OSError) -> None:
        self._unusable = True
        log.warning("arxiv_turnstile_unusable", path=str(self._path), error=str(error))
