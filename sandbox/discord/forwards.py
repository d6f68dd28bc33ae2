"""Forwarded messages: the copy of a message that another one carries.

Rules: Discord's message resource, Message Reference Content Attribution and Message Snapshot.
"""

from copy import deepcopy
from typing import Any

from sandbox.discord import errors
from sandbox.discord.models import Message, MessageType
from sandbox.discord.payloads_messages import message_payload
from sandbox.discord.permissions import Permission
from sandbox.discord.state import State
from sandbox.discord.validate_messages import Reference

Json = dict[str, Any]

_FORWARDED = (
    MessageType.DEFAULT,
    MessageType.REPLY,
    MessageType.CHAT_INPUT_COMMAND,
    MessageType.CONTEXT_MENU_COMMAND,
)
_KEPT = (
    *("type", "content", "embeds", "attachments", "timestamp", "edited_timestamp", "flags"),
    *("mentions", "mention_roles", "components"),
)


def forwarded(state: State, actor: int, reference: Reference) -> Message:
    """The message that `reference` forwards.

    Raises 50001 where the actor does not see its channel, 10008 where there is none, 50068 for a
    system message and 160014 where a bot may not read its content.
    """
    channel = state.channel(reference.channel_id or 0)
    granted = state.require(actor, channel, Permission.VIEW_CHANNEL)
    if not granted & Permission.READ_MESSAGE_HISTORY:
        raise errors.missing_access()
    message = state.message(channel.id, reference.message_id)
    if message.type not in _FORWARDED:
        raise errors.of_code(50068)
    if not state.may_read_content(actor, message):
        raise errors.of_code(160014)
    return message


def snapshot_of(state: State, message: Message) -> Json:
    """The fields of a message that a forward keeps as they are now; of a forward, its own."""
    if message.snapshot is not None:
        return deepcopy(message.snapshot)
    payload = message_payload(state, message, None)
    return deepcopy({name: payload[name] for name in _KEPT})
