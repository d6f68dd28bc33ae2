"""Pinned messages."""

from datetime import datetime

from sandbox.discord import errors
from sandbox.discord.message_events import publish_in, publish_message
from sandbox.discord.models import Channel, Message, MessageType
from sandbox.discord.payloads import timestamp
from sandbox.discord.permissions import Permission
from sandbox.discord.posts import Posts
from sandbox.discord.state import State

MAX_PINS = 50


class Pins:
    """Pins and unpins messages; needs PIN_MESSAGES."""

    def __init__(self, state: State, posts: Posts) -> None:
        self._state = state
        self._posts = posts
        self._pinned_at: dict[int, datetime] = {}

    def pin(self, actor: int, channel_id: int, message_id: int) -> None:
        """Pin a message and say so in the channel. Raises 30003 beyond 50 pins."""
        channel, message = self._target(actor, channel_id, message_id)
        if message.pinned:
            return
        if sum(other.pinned for other in channel.messages.values()) >= MAX_PINS:
            raise errors.of_code(30003)
        message.pinned = True
        channel.last_pin_at = self._pinned_at[message.id] = self._state.clock.now()
        self._publish(channel, message)
        notice = Message(
            id=self._state.snowflakes.next(),
            channel_id=channel.id,
            author_id=actor,
            created_at=self._state.clock.now(),
            type=MessageType.CHANNEL_PINNED_MESSAGE,
            reference=(channel.guild_id, channel.id, message.id),
        )
        self._posts.append(channel, notice)

    def unpin(self, actor: int, channel_id: int, message_id: int) -> None:
        """Take a message off the pins."""
        channel, message = self._target(actor, channel_id, message_id)
        if message.pinned:
            message.pinned = False
            del self._pinned_at[message.id]
            self._publish(channel, message)

    def listed(self, actor: int, channel_id: int) -> list[tuple[datetime, Message]]:
        """The pinned messages with when they were pinned, latest first."""
        channel = self._state.channel(channel_id)
        granted = self._state.require(actor, channel, Permission.VIEW_CHANNEL)
        if not granted & Permission.READ_MESSAGE_HISTORY:
            return []
        pinned = [message for message in channel.messages.values() if message.pinned]
        found = [(self._pinned_at[message.id], message) for message in pinned]
        return sorted(found, key=lambda entry: entry[0], reverse=True)

    def _target(self, actor: int, channel_id: int, message_id: int) -> tuple[Channel, Message]:
        channel = self._state.channel(channel_id)
        self._state.require(actor, channel, Permission.PIN_MESSAGES)
        return channel, self._state.message(channel_id, message_id)

    def _publish(self, channel: Channel, message: Message) -> None:
        publish_message(self._state, "MESSAGE_UPDATE", message)
        data = {
            "channel_id": str(channel.id),
            "last_pin_timestamp": channel.last_pin_at and timestamp(channel.last_pin_at),
        }
        publish_in(self._state, "CHANNEL_PINS_UPDATE", channel, data)
