"""Reading an archive for a command: in pieces, so that Ctrl-C ends it, with a bar on a terminal."""

import asyncio
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from bot.lab.archives import Archive, read_archive

# So many lines are read, some hundredths of a second, before Ctrl-C is heard.
_LINES = 500

_Item = TypeVar("_Item")


async def load_archive(source: str) -> Archive:
    """All papers of an archive. Lines that repeat an id are told on standard error.

    Raises ArchiveLineError and OSError.
    """
    archive, lines = Archive(), read_archive(source)
    with bar("Reading the archive") as advance:
        while kept := await asyncio.to_thread(piece, lines, _LINES):
            for one in kept:
                archive.add(one)
            advance(len(kept))
    if archive.repeated:
        many = f"{archive.repeated} lines repeat" if archive.repeated > 1 else "1 line repeats"
        sys.stderr.write(
            f"paperboy lab: {many} the id of another one in the archive; "
            "the highest version counts, or the last line\n"
        )
    return archive


def piece(items: Iterator[_Item], most: int) -> list[_Item]:
    """The next items of an iterator; none at its end."""
    return list(islice(items, most))


def pieces(items: Iterable[_Item], most: int) -> Iterator[list[_Item]]:
    """All items, in lists of at most so many."""
    rest = iter(items)
    while found := piece(rest, most):
        yield found


@contextmanager
def bar(doing: str, total: int | None = None) -> Generator[Callable[[int], None]]:
    """A bar on standard error if that is a terminal; what it gives tells it of so many more."""
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}" + (f"/{total}" if total else "")),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=False,
        disable=not sys.stderr.isatty(),
    )
    with progress:
        task = progress.add_task(doing, total=total)
        yield lambda count: progress.advance(task, count)
