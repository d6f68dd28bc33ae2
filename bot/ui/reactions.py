"""Reactions, worked off in the order in which they arrived.

Somebody may react to a card before the bot has noted that it stands there: its sending is still
being answered, or its answer was lost. So what is on an unknown message is looked at again.
"""

import asyncio
from collections.abc import Generator, Set
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Protocol

import structlog

from bot.logs import incident_id
from bot.services.reacting import Reaction, Wish

log = structlog.get_logger(__name__)

_ONE_S = 30.0
# The process has some seconds to end in, and disconnecting wants its share of them.
_DRAIN_S = 1.0
# After so many seconds each, an unknown message is looked for again.
_RESTS_S = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
_MOST_EARLY = 1_000
_MOST_OF_ONE = 100


class Reacted(Protocol):
    """What is done about a reaction (`Reacting.reacted`)."""

    async def __call__(self, reaction: Reaction, /) -> bool:
        """Follow it; False if its message is not known as a card."""
        ...


@dataclass(slots=True)
class _Early:
    """One person's reactions to a message that is not known yet, in their order."""

    reactions: list[Reaction]
    tries: int = 0
    timer: asyncio.TimerHandle | None = None


_Place = tuple[int, int]  # a person and a message

Change = tuple[int, int, Wish | str]
"""Whose reaction changed, on which message, and what it asks for."""


class ReactionQueue:
    """One queue and one worker: somebody who adds and removes quickly ends where they meant to."""

    def __init__(self, reacted: Reacted) -> None:
        self._reacted = reacted
        self._queue: asyncio.Queue[Reaction | _Place] = asyncio.Queue()
        self._early: dict[_Place, _Early] = {}
        self._worker: asyncio.Task[None] | None = None
        self._changes: list[set[Change]] = []

    def start(self) -> None:
        """Begin to work. A running loop is needed."""
        if self._worker is None:
            self._worker = asyncio.create_task(self._work(), name="reactions")

    def put(self, reaction: Reaction) -> None:
        """Add what has just arrived."""
        self._queue.put_nowait(reaction)
        for changes in self._changes:
            changes.add((reaction.user_id, reaction.message_id, reaction.asks))

    @contextmanager
    def noting(self) -> Generator[Set[Change]]:
        """What is put within the block. Of these reactions an older look at the message is void."""
        changes: set[Change] = set()
        self._changes.append(changes)
        try:
            yield changes
        finally:
            self._changes = [others for others in self._changes if others is not changes]

    async def settle(self) -> None:
        """Return when all that arrived is worked off, or when that takes too long."""
        if self._worker is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._queue.join(), _DRAIN_S)

    async def close(self) -> None:
        """Work off what is left, in bounded time, and end."""
        if self._worker is None:
            return
        for place, early in self._early.items():  # the last cards may have been noted by now
            if early.timer is not None:
                early.timer.cancel()
            early.tries = len(_RESTS_S)
            self._queue.put_nowait(place)
        await self.settle()
        if left := self._queue.qsize():
            log.error("reactions_left_undone", count=left)
        self._worker.cancel()
        await asyncio.gather(self._worker, return_exceptions=True)
        self._worker = None

    async def _work(self) -> None:
        while True:
            item = await self._queue.get()
            try:
                if isinstance(item, Reaction):
                    await self._follow(item)
                else:
                    await self._follow_early(item)
            finally:
                self._queue.task_done()

    async def _follow(self, reaction: Reaction) -> None:
        place = reaction.user_id, reaction.message_id
        early = self._early.get(place)
        if early is not None:  # behind those that wait, so that the last one counts
            if len(early.reactions) < _MOST_OF_ONE:
                early.reactions.append(reaction)
        elif not await self._done(reaction) and reaction.added and len(self._early) < _MOST_EARLY:
            # There is nothing that the removal of an unknown reaction could be about.
            self._put_off(place, _Early([reaction]))

    async def _follow_early(self, place: _Place) -> None:
        early = self._early.pop(place)
        while early.reactions:
            if not await self._done(early.reactions[0]):
                if early.tries < len(_RESTS_S):
                    self._put_off(place, early)
                return
            early.reactions.pop(0)

    def _put_off(self, place: _Place, early: _Early) -> None:
        loop = asyncio.get_running_loop()
        early.timer = loop.call_later(_RESTS_S[early.tries], self._queue.put_nowait, place)
        early.tries += 1
        self._early[place] = early

    async def _done(self, reaction: Reaction) -> bool:
        try:
            async with asyncio.timeout(_ONE_S):
                return await self._reacted(reaction)
        except Exception:
            # One that fails must not keep the others waiting for ever.
            log.exception("reaction_failed", incident=incident_id(), reaction=reaction)
            return True
