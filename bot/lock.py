"""One running bot per data folder: two would answer everything twice."""

import os
from pathlib import Path
from typing import IO

from bot.errors import AlreadyRunning, StoreError

try:
    import fcntl
except ImportError:  # Windows: the lease on deliveries still keeps two bots from doubling posts
    fcntl = None


class FolderLock:
    """An exclusive lock on a data folder, held until `release` or the end of the process."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "paperboy.lock"
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
                    f"Another Paperboy (process {holder}) uses the data folder "
                    f"{self._path.parent}; stop it first, or give this one its own "
                    "PAPERBOY_DATA_DIR."
                ) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        self._file = file

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
