"""A gateway session: one shard of one bot, which outlives the connections that carry it."""

import secrets
from collections import deque
from typing import Any, Protocol

from sandbox.discord.compression import packet
from sandbox.discord.events import Event
from sandbox.discord.gateway_intents import covers, readable
from sandbox.discord.payloads import guild_create_payload
from sandbox.discord.state import State

_DISPATCH = 0


class Outlet(Protocol):
    """The side of a connection that a session writes to."""

    @property
    def compression(self) -> str | None:
        """How what is written is compressed on its way."""
        ...

    def write(self, text: str) -> None:
        """Queue a packet for sending."""
        ...


class Session:
    """Numbers the events of one shard, keeps the latest for a resume, and passes them on.

    `shard` is (number, count). `outlet` is the live connection, or None between connections;
    `detached_at` is then the loop time at which the last one ended. While `opening`, the guilds
    in `pending` have not been sent yet, and their own GUILD_CREATE is left to the opening.
    """

    def __init__(
        self, state: State, bot_id: int, intents: int, shard: tuple[int, int] | None, keep: int
    ) -> None:
        self.id = secrets.token_hex(16)
        self.bot_id = bot_id
        self.intents = intents
        self.shard = shard
        self.outlet: Outlet | None = None
        self.detached_at: float | None = None
        self.sequence = 0
        self.pending: set[int] = set()
        self._state = state
        self._kept: deque[tuple[int, str]] = deque(maxlen=keep)

    def dispatch(self, name: str, data: dict[str, Any]) -> None:
        """Number an event, keep it, and send it if somebody is connected."""
        self.sequence += 1
        text = packet(_DISPATCH, data, self.sequence, name)
        self._kept.append((self.sequence, text))
        if self.outlet is not None:
            self.outlet.write(text)

    def can_replay_from(self, sequence: int) -> bool:
        """Whether every event after `sequence` is still kept."""
        if sequence == self.sequence:
            return True
        return bool(self._kept) and self._kept[0][0] <= sequence + 1

    def replay_from(self, sequence: int) -> None:
        """Send the kept events after `sequence` again, then RESUMED."""
        if self.outlet is not None:
            for number, text in self._kept:
                if number > sequence:
                    self.outlet.write(text)
        self.dispatch("RESUMED", {"_trace": []})

    def owns_guild(self, guild_id: int) -> bool:
        """Whether this shard is the one that looks after the guild."""
        if self.shard is None:
            return True
        number, count = self.shard
        return (guild_id >> 22) % count == number

    def guild_ids(self) -> list[int]:
        """The bot's guilds that this shard looks after."""
        return [
            guild.id
            for guild in self._state.guilds.values()
            if self.bot_id in guild.members and self.owns_guild(guild.id)
        ]

    def open_guild(self, guild_id: int) -> None:
        """Send the guild's GUILD_CREATE, unless the bot has left it meanwhile."""
        self.pending.discard(guild_id)
        guild = self._state.guilds.get(guild_id)
        if guild is None or self.bot_id not in guild.members:
            return
        # Without the presences intent only the bot's own member is sent.
        own = [guild.members[self.bot_id]]
        self.dispatch("GUILD_CREATE", guild_create_payload(self._state, guild, self.bot_id, own))

    def receive(self, event: Event) -> None:
        """Dispatch `event` if this session is to hear of it."""
        if not self._concerns(event) or not covers(self.intents, event, self.bot_id):
            return
        if event.name == "GUILD_CREATE" and event.guild_id in self.pending:
            return
        data = readable(self.intents, event, self.bot_id)
        if event.name == "GUILD_CREATE":
            # Only a guild that comes with READY says that it is available; by this a client
            # tells a guild that it has joined just now.
            data = {key: value for key, value in data.items() if key != "unavailable"}
        self.dispatch(event.name, data)

    def _concerns(self, event: Event) -> bool:
        if event.only_users is not None and self.bot_id not in event.only_users:
            return False
        if event.guild_id is None:
            # What happens outside of guilds goes to the first shard.
            if self.shard is not None and self.shard[0] != 0:
                return False
        elif not self.owns_guild(event.guild_id):
            return False
        elif event.only_users is None:
            guild = self._state.guilds.get(event.guild_id)
            if guild is None or self.bot_id not in guild.members:
                return False
        channel = self._state.channels.get(event.channel_id or 0)
        return channel is None or self._state.can_view(self.bot_id, channel)
