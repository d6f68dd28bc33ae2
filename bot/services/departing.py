"""What becomes of a server's settings when it removes the bot, and when it invites it again."""

import asyncio
from collections.abc import Collection
from datetime import datetime, timedelta

import structlog

from bot.protocols import Clock
from bot.services.subscribing import Subscribing
from bot.store.departures import DEPARTED, DepartureStore

log = structlog.get_logger(__name__)

KEPT_FOR = timedelta(days=30)
"""For how long the settings of a server are kept after it removed the bot."""

_LOOK_AGAIN = timedelta(days=1)


class Departing:
    """Follows servers that the bot leaves and comes back to."""

    def __init__(self, *, store: DepartureStore, subscriptions: Subscribing, clock: Clock) -> None:
        self._store = store
        self._subscriptions = subscriptions
        self._clock = clock
        # Leaving and coming back count in the order in which they happened; and nothing is
        # forgotten of a server that is just being taken up again.
        self._turn = asyncio.Lock()

    async def left(self, guild_id: int) -> None:
        """Stop a server's subscriptions, for good if nobody invites the bot again in time."""
        async with self._turn:
            await self._store.left([guild_id], self._clock.now())

    async def joined(self, guild_id: int) -> None:
        """Take up a server's subscriptions again, if it had some."""
        async with self._turn:
            if guild_id in await self._store.departed():
                await self._return(guild_id)

    async def present(self, guild_ids: Collection[int]) -> None:
        """Find out who has left and who came back while nobody was listening.

        `guild_ids` are all servers that the bot is in, also those that have an outage.
        """
        now_in = set(guild_ids)
        async with self._turn:
            for guild_id in sorted(now_in.intersection(await self._store.departed())):
                await self._return(guild_id)
            gone = await self._store.settled() - now_in
            if gone:
                log.info("servers_left_unnoticed", servers=len(gone))
                await self._store.left(sorted(gone), self._clock.now())

    async def forget_old(self) -> datetime:
        """Delete what servers had that were left 30 days ago; returns when to look again."""
        now = self._clock.now()
        async with self._turn:
            departed = await self._store.departed()
            for guild_id, left_at in departed.items():
                if left_at + KEPT_FOR <= now:
                    removed = await self._store.delete(guild_id)
                    log.info("server_forgotten", guild=guild_id, removed=removed)
        ends = [at + KEPT_FOR for at in departed.values() if at + KEPT_FOR > now]
        return min([*ends, now + _LOOK_AGAIN])

    async def _return(self, guild_id: int) -> None:
        resumed = 0
        for info in await self._subscriptions.of_guild(guild_id):
            if info.subscription.problem == DEPARTED:
                await self._subscriptions.resume(info.subscription)
                resumed += 1
        # Last, so that an interruption repeats the rest instead of leaving it out.
        await self._store.forget(guild_id)
        log.info("server_came_back", guild=guild_id, subscriptions=resumed)
