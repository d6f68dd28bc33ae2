"""Channels of guilds and their permission overwrites."""

from collections.abc import Iterable
from typing import Any

from sandbox.discord import errors
from sandbox.discord.events import Event
from sandbox.discord.models import Channel, ChannelType, Guild, Overwrite
from sandbox.discord.payloads import channel_payload
from sandbox.discord.permissions import Permission
from sandbox.discord.state import State
from sandbox.discord.validate import Problems
from sandbox.discord.validate_channels import (
    channel_name,
    parse_channel,
    parse_channel_changes,
    requested_type,
)

MAX_CHANNELS = 500
_CONVERTIBLE = (ChannelType.TEXT, ChannelType.ANNOUNCEMENT)


class Rooms:
    """Makes and alters channels. Without an `actor` it is the sandbox itself that does it."""

    def __init__(self, state: State) -> None:
        self._state = state

    def create(
        self,
        guild_id: int,
        name: str,
        *,
        type: ChannelType = ChannelType.TEXT,  # noqa: A002 (the service's own name for it)
        parent_id: int | None = None,
        topic: str | None = None,
        nsfw: bool = False,
        slowmode_seconds: int = 0,
        auto_archive_minutes: int | None = None,
        overwrites: Iterable[Overwrite] = (),
        actor: int | None = None,
    ) -> Channel:
        """A new channel; needs MANAGE_CHANNELS. Raises 30013 beyond 500 channels."""
        guild = self._state.guild(guild_id)
        if actor is not None:
            self._state.require_guild(actor, guild, Permission.MANAGE_CHANNELS)
        standing = [channel for channel in guild.channels.values() if channel.thread is None]
        if len(standing) >= MAX_CHANNELS:
            raise errors.of_code(30013)
        self._check_parent(guild, parent_id)
        channel = Channel(
            id=self._state.snowflakes.next(),
            type=type,
            name=channel_name(name, type),
            guild_id=guild_id,
            parent_id=parent_id,
            position=len(standing),
            topic=topic,
            nsfw=nsfw,
            slowmode_seconds=slowmode_seconds,
            auto_archive_minutes=auto_archive_minutes,
            overwrites={overwrite.id: overwrite for overwrite in overwrites},
        )
        guild.channels[channel.id] = channel
        self._state.channels[channel.id] = channel
        self._publish("CHANNEL_CREATE", channel)
        return channel

    def create_from(self, guild_id: int, body: object, *, actor: int) -> Channel:
        """A new channel from a request's body."""
        self._state.require_guild(actor, self._state.guild(guild_id), Permission.MANAGE_CHANNELS)
        return self.create(guild_id, **parse_channel(body, guild_id), actor=actor)

    def update(self, channel_id: int, body: object, *, actor: int | None = None) -> Channel:
        """Change what the body names; needs MANAGE_CHANNELS, for overwrites MANAGE_ROLES."""
        channel = self._state.channel(channel_id)
        if channel.guild_id is None or channel.thread is not None:
            raise errors.of_code(50024)
        guild = self._state.guild(channel.guild_id)
        self._require(actor, channel, Permission.MANAGE_CHANNELS)
        changes = parse_channel_changes(body, channel)
        if "overwrites" in changes:
            self._require(actor, channel, Permission.MANAGE_ROLES)
        if "parent_id" in changes:
            self._check_parent(guild, changes["parent_id"])
        kind = requested_type(body)
        if kind is not None and kind != channel.type:
            if channel.type not in _CONVERTIBLE or kind not in _CONVERTIBLE:
                raise errors.of_code(50024)
            channel.type = ChannelType(kind)
        for name, value in changes.items():
            setattr(channel, name, channel_name(value, channel.type) if name == "name" else value)
        self._publish("CHANNEL_UPDATE", channel)
        return channel

    def delete(self, channel_id: int, *, actor: int | None = None) -> Channel:
        """Remove the channel with its threads; needs MANAGE_CHANNELS.

        A direct message is only closed: it stays in the world and can be opened again.
        """
        channel = self._state.channel(channel_id)
        if channel.guild_id is None:
            if actor is not None and actor not in channel.recipients:
                raise errors.missing_access()
            return channel
        threads = channel.thread is not None
        needed = Permission.MANAGE_THREADS if threads else Permission.MANAGE_CHANNELS
        self._require(actor, channel, needed)
        guild = self._state.guild(channel.guild_id)
        for inner in [c for c in guild.channels.values() if c.parent_id == channel_id]:
            if inner.thread is not None:
                self._remove(guild, inner)
            else:
                inner.parent_id = None
                self._publish("CHANNEL_UPDATE", inner)
        self._remove(guild, channel)
        return channel

    def set_overwrite(
        self, channel_id: int, overwrite: Overwrite, *, actor: int | None = None
    ) -> None:
        """Set what one role or member may do in the channel; needs MANAGE_ROLES."""
        channel = self._state.channel(channel_id)
        if channel.guild_id is None or channel.thread is not None:
            raise errors.of_code(50024)
        self._require(actor, channel, Permission.MANAGE_ROLES)
        if overwrite.kind == 0 and overwrite.id not in self._state.guild(channel.guild_id).roles:
            raise errors.unknown_role()
        channel.overwrites[overwrite.id] = overwrite
        self._publish("CHANNEL_UPDATE", channel)

    def delete_overwrite(
        self, channel_id: int, target_id: int, *, actor: int | None = None
    ) -> None:
        """Remove a role's or member's overwrite; needs MANAGE_ROLES. Raises 10009."""
        channel = self._state.channel(channel_id)
        if channel.guild_id is None:
            raise errors.of_code(50003)
        self._require(actor, channel, Permission.MANAGE_ROLES)
        if channel.overwrites.pop(target_id, None) is None:
            raise errors.of_code(10009)
        self._publish("CHANNEL_UPDATE", channel)

    def _require(self, actor: int | None, channel: Channel, needed: Permission) -> None:
        if actor is not None:
            self._state.require(actor, channel, needed)

    def _check_parent(self, guild: Guild, parent_id: int | None) -> None:
        if parent_id is None:
            return
        parent = guild.channels.get(parent_id)
        if parent is None or parent.type is not ChannelType.CATEGORY:
            problems = Problems()
            code, text = "CHANNEL_PARENT_INVALID", "Category does not exist"
            problems.add(("parent_id",), code, text)
            problems.raise_if_any()

    def _remove(self, guild: Guild, channel: Channel) -> None:
        if channel.thread is None:
            self._publish("CHANNEL_DELETE", channel)
        else:
            data: dict[str, Any] = {
                "id": str(channel.id),
                "guild_id": str(guild.id),
                "parent_id": str(channel.parent_id),
                "type": int(channel.type),
            }
            self._state.bus.publish(
                Event("THREAD_DELETE", data, guild.id, channel.id, intent="GUILDS")
            )
        del guild.channels[channel.id]
        del self._state.channels[channel.id]

    def _publish(self, name: str, channel: Channel) -> None:
        # Bots get these for hidden channels too: only what is said there is kept from them.
        data = channel_payload(self._state, channel)
        self._state.bus.publish(Event(name, data, channel.guild_id, intent="GUILDS"))
