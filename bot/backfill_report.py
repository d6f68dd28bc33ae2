"""What `paperboy backfill` says while it works: a bar on a terminal, else a line a minute."""

import logging
import sys
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TextIO, cast

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from bot.backfill_estimate import Outlook
from bot.errors import SourceError
from bot.protocols import Clock
from bot.store.backfills import Progress as Reached

_Handler = logging.StreamHandler[TextIO] | logging.NullHandler
_A_LINE_EVERY = timedelta(minutes=1)


class Display:
    """Implements backfill's Reporter on a console; use it within `open()`."""

    def __init__(self, console: Console, clock: Clock) -> None:
        self._console = console
        self._clock = clock
        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(None),
            TextColumn("{task.fields[text]}", markup=False),
            console=console,
            transient=True,
        )
        self._task = self._bar.add_task("Asking arXiv …", total=1.0, text="")
        self._next_line: datetime | None = None
        self.latest: tuple[Reached, Outlook] | None = None
        """What was read last."""

    @contextmanager
    def open(self) -> Generator[None]:
        """Show the bar, if this is a terminal; log lines are then printed above it."""
        if not self._console.is_terminal:
            yield
            return
        with self._bar:
            handlers = [cast("_Handler", one) for one in logging.getLogger().handlers]
            streams = [
                (handler, handler.setStream(sys.stderr))
                for handler in handlers
                if isinstance(handler, logging.StreamHandler)
            ]
            try:
                yield
            finally:
                for handler, stream in streams:
                    if stream is not None:
                        handler.setStream(stream)

    def goes_on(self, progress: Reached, outlook: Outlook) -> None:
        self.latest = progress, outlook
        if self._console.is_terminal:
            self._show(progress, outlook)

    def read(self, progress: Reached, outlook: Outlook) -> None:
        self.latest = progress, outlook
        if self._console.is_terminal:
            self._show(progress, outlook)
        elif self._next_line is None or self._clock.now() >= self._next_line:
            self._next_line = self._clock.now() + _A_LINE_EVERY
            counts = f"{outlook.done:.0%}, {_counts(progress)}"
            self._say(f"{_reached(progress)}: {counts}, {_time_left(outlook)}")

    def resting(self, error: SourceError, seconds: float) -> None:
        self._say(f"{error}. Trying again in {_duration(seconds)}.")

    def indexing(self) -> None:
        if self._console.is_terminal:
            self._bar.update(self._task, description="Indexing …", text="")

    def _show(self, progress: Reached, outlook: Outlook) -> None:
        text = f"{outlook.done:4.0%}  {_counts(progress)}, {_time_left(outlook)}"
        self._bar.update(
            self._task, description=_reached(progress), completed=outlook.done, text=text
        )
        self._bar.refresh()

    def _say(self, sentence: str) -> None:
        self._console.print(sentence, markup=False)


def _reached(progress: Reached) -> str:
    return f"{progress.category}, changes of {progress.reached}"


def _counts(progress: Reached) -> str:
    return f"{many(progress.papers, 'new paper')}, {many(progress.requests, 'request')}"


def _time_left(outlook: Outlook) -> str:
    if not outlook.requests:
        return "done"
    about = "at least" if outlook.at_least else "about"
    return f"{about} {_duration(outlook.seconds)} left"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{max(seconds, 1):.0f} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def many(count: int, what: str) -> str:
    """`1 request`, `1,200 requests`."""
    return f"{count:,} {what}" + ("" if count == 1 else "s")
