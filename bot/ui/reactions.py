"""Bookmark reactions, worked off in the order in which they arrived."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

import structlog

from bot.logs import incident_id

log = structlog.get_logger(__name__)

_ONE_S = 30.0
# The process has some seconds to end in, and disconnecting wants its share of them.
_DRAIN_S = 1.0


@dataclass(frozen=True, slots=True)
class Reaction:
    """A bookmark reaction that somebody put on a message, or took off it."""

    user_id: int
    message_id: int
    added: bool


class Reacted(Protocol):
    """What is done about a reaction (`Bookmarking.reacted`)."""

    async def __call__(self, user_id: int, message_id: int, *, added: bool) -> None: ...


class ReactionQueue:
    """One queue and one worker: somebody who adds and removes quickly ends where they meant to."""

    def __init__(self, reacted: Reacted) -> None:
        self._reacted = reacted
        self._queue: asyncio.Queue[Reaction] = asyncio.Queue()
        self._worker: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to work. A running loop is needed."""
        if self._worker is None:
            self._worker = asyncio.create_task(self._work(), name="reactions")

    def put(self, reaction: Reaction) -> None:
        """Add what has just arrived."""
        self._queue.put_nowait(reaction)

    async def settle(self) -> None:
        """Return when all that arrived is worked off, or when that takes too long."""
        if self._worker is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._queue.join(), _DRAIN_S)

    async def close(self) -> None:
        """Work off what is left, in bounded time, and end."""
        if self._worker is None:
            return
        await self.settle()
        if left := self._queue.qsize():
            log.error("reactions_left_undone", count=left)
        self._worker.cancel()
        await asyncio.gather(self._worker, return_exceptions=True)
        self._worker = None

    async def _work(self) -> None:
        while True:
            reaction = await self._queue.get()
            try:
                async with asyncio.timeout(_ONE_S):
                    await self._reacted(reaction.user_id, reaction.message_id, added=reaction.added)
            except Exception:
                # One that fails must not keep the others waiting for ever.
                log.exception("reaction_failed", incident=incident_id(), reaction=reaction)
            finally:
                self._queue.task_done()
