"""Asking once: what several people want at the same time, or one after the other."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Generic, TypeVar

import structlog

from bot.errors import SourceUnavailable
from bot.logs import incident_id
from bot.protocols import Clock

log = structlog.get_logger(__name__)

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class SingleFlight(Generic[K, V]):
    """Runs the work of a key once, however many wait for it.

    Somebody who gives up leaves the work going on: what it stores is there when they try again.
    `source` names what is asked, for errors. At most `most` works go on at a time.
    """

    def __init__(self, source: str, *, most: int) -> None:
        self._source = source
        self._most = most
        self._tasks: dict[K, asyncio.Task[V]] = {}

    async def do(self, key: K, work: Callable[[], Awaitable[V]]) -> V:
        """The result of `work()`, or of the one that is going on for the same key.

        Raises what the work raises, and SourceUnavailable if too much is going on or the program
        is closing.
        """
        task = self._tasks.get(key)
        if task is None:
            if len(self._tasks) >= self._most:
                raise SourceUnavailable(self._source, "too many questions are waiting already")
            task = asyncio.create_task(_run(work), name=f"{self._source}: {key}")
            self._tasks[key] = task
            task.add_done_callback(lambda done: self._forget(key, done))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            asking = asyncio.current_task()
            if task.cancelled() and asking is not None and not asking.cancelling():
                raise SourceUnavailable(self._source, "the program is closing") from None
            raise

    async def aclose(self) -> None:
        """Stop what is going on."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _forget(self, key: K, done: asyncio.Task[V]) -> None:
        del self._tasks[key]
        if not done.cancelled():
            done.exception()  # those who asked may all have given up


class GroupFlights(Generic[K, V]):
    """Runs work on groups of keys, each key in one group at a time, and keeps it going when those
    who wait give up. `what` names the work in the log.

    The work gives its keys' results and raises nothing: what it raises is logged as a bug.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._tasks: dict[K, asyncio.Task[Mapping[K, V]]] = {}
        self._closed = False

    def under_way(self, key: K) -> bool:
        """Whether somebody works on a key."""
        return key in self._tasks

    async def do(
        self,
        groups: Sequence[Sequence[K]],
        work: Callable[[Sequence[K]], Awaitable[Mapping[K, V]]],
        *,
        within: float,
    ) -> dict[K, V]:
        """The results of what is done within so many seconds; all groups are worked on at once.

        Keys that others work on already are not given to `work` again, but waited for.
        """
        for group in groups:
            new = [key for key in group if key not in self._tasks]
            if new and not self._closed:
                task = asyncio.create_task(_run(lambda keys=new: work(keys)), name=self._what)
                self._tasks |= dict.fromkeys(new, task)
                task.add_done_callback(lambda done, keys=new: self._landed(keys, done))
        wanted = {key: task for group in groups for key in group if (task := self._tasks.get(key))}
        if wanted:
            await asyncio.wait(set(wanted.values()), timeout=max(0.0, within))
        return {
            key: task.result()[key]
            for key, task in wanted.items()
            if task.done() and not task.cancelled() and not task.exception()
            if key in task.result()
        }

    async def aclose(self) -> None:
        """Stop what is going on; nothing new is begun."""
        self._closed = True
        tasks = set(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _landed(self, keys: Sequence[K], done: "asyncio.Task[Mapping[K, V]]") -> None:
        for key in keys:
            del self._tasks[key]
        if not done.cancelled() and (error := done.exception()) is not None:
            log.error("work_failed", what=self._what, incident=incident_id(), exc_info=error)


async def _run(work: Callable[[], Awaitable[V]]) -> V:
    return await work()


class Memory(Generic[V]):
    """What was found lately: for some time, and only so much."""

    def __init__(self, clock: Clock, lasting: timedelta, most: int) -> None:
        self._clock = clock
        self._lasting = lasting
        self._most = most
        self._kept: dict[str, tuple[datetime, V]] = {}

    def get(self, key: str) -> V | None:
        """What was kept; None if nothing was, or too long ago."""
        kept = self._kept.get(key)
        return kept[1] if kept is not None and self._clock.now() < kept[0] else None

    def put(self, key: str, value: V) -> None:
        """Keep something; what is too old goes, and what was kept longest if there is too much."""
        now = self._clock.now()
        self._kept.pop(key, None)
        while self._kept:
            oldest = next(iter(self._kept))
            if len(self._kept) < self._most and now < self._kept[oldest][0]:
                break
            del self._kept[oldest]
        self._kept[key] = (now + self._lasting, value)
