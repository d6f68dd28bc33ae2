"""Locks on a data folder: one running bot, as two would answer everything twice; one backfill."""

import os
from pathlib import Path
from typing import IO

from bot.errors import AlreadyRunning, StoreError

try:
    import fcntl
except ImportError:  # Windows: the lease on deliveries still keeps two bots from doubling posts
    fcntl = None


_BOT = (
    "Another Paperboy (process {holder}) uses the data folder {folder}; stop it first, or give "
    "this one its own PAPERBOY_DATA_DIR."
)


class FolderLock:
    """An exclusive lock on a data folder, held until `release` or the end of the process.

    `held` is the sentence for who comes second, with `{holder}` and `{folder}`.
    """

    def __init__(self, folder: Path, name: str = "paperboy.lock", held: str = _BOT) -> None:
        self._path = folder / name
        self._held = held
        self._file: IO[str] | None = None

    def acquire(self) -> None:
        """Take the lock. Raises AlreadyRunning, or StoreError if the folder is not writable."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = self._path.open("a+")
        except OSError as error:
            raise StoreError(
                f"The data folder {self._path.parent} cannot be written: {error}"
            ) from error
        if fcntl is not None:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                file.seek(0)
                holder = file.read().strip() or "unknown"
                file.close()
                raise AlreadyRunning(
                    self._held.format(holder=holder, folder=self._path.parent)
                ) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        self._file = file

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
