"""Gateway events about messages."""

from typing import Any

from sandbox.discord.events import Event
from sandbox.discord.models import Channel, Message
from sandbox.discord.payloads_messages import message_event_payload
from sandbox.discord.state import State


def publish_message(
    state: State, name: str, message: Message, *, nonce: str | int | None = None
) -> None:
    """Publish MESSAGE_CREATE or MESSAGE_UPDATE for `message`."""
    channel = state.channel(message.channel_id)
    publish_in(state, name, channel, message_event_payload(state, message, nonce=nonce))


def publish_in(
    state: State, name: str, channel: Channel, data: dict[str, Any], *, kind: str = "MESSAGES"
) -> None:
    """Publish an event that everyone who sees `channel` may hear of.

    `kind` is the part of the intent's name behind GUILD_ or DIRECT_.
    """
    if channel.guild_id is None:
        event = Event(name, data, None, channel.id, channel.recipients, f"DIRECT_{kind}")
    else:
        data = {**data, "guild_id": str(channel.guild_id)}
        event = Event(name, data, channel.guild_id, channel.id, intent=f"GUILD_{kind}")
    state.bus.publish(event)
