"""What a person sees: a channel's messages, their own ephemeral ones, and their interactions."""

from typing import Any

from sandbox.discord.interaction_model import Interaction, Progress
from sandbox.discord.interaction_registry import Interactions
from sandbox.discord.message_text import message_text
from sandbox.discord.models import Channel, Message, MessageFlag
from sandbox.discord.payloads import channel_payload
from sandbox.discord.payloads_messages import message_payload
from sandbox.discord.permissions import Permission
from sandbox.discord.state import State
from sandbox.discord.timeline import page

Json = dict[str, Any]

_NO_RESPONSE = "The application did not respond"


def seen_message(state: State, message: Message, viewer: int | None) -> Json:
    """A message's payload, and beside it `text`, `ephemeral` and `loading`."""
    payload = message_payload(state, message, viewer)
    return payload | {
        "text": message_text(payload),
        "ephemeral": message.ephemeral_to is not None,
        "loading": bool(message.flags & MessageFlag.LOADING),
    }


def visible_messages(
    state: State, viewer: int, channel: Channel, *, limit: int, before: int | None = None
) -> list[Message]:
    """The latest messages that the viewer sees in the channel, oldest first."""
    granted = state.permissions(viewer, channel)
    found: list[Message] = []
    if granted & Permission.READ_MESSAGE_HISTORY:
        found = page(channel, before=before, limit=limit)
    found += [
        message
        for message in state.ephemeral.values()
        if message.ephemeral_to == viewer
        and message.channel_id == channel.id
        and (before is None or message.id < before)
    ]
    return sorted(found, key=lambda message: message.id)[-limit:]


def channel_view(
    interactions: Interactions,
    viewer: int,
    channel: Channel,
    *,
    limit: int,
    before: int | None = None,
) -> Json:
    """The channel as the viewer sees it; `revision` is for waiting for the next change."""
    state = interactions.world
    messages = visible_messages(state, viewer, channel, limit=limit, before=before)
    return {
        "revision": interactions.changes.revision_of(channel.id),
        "channel": channel_payload(state, channel, viewer),
        "messages": [seen_message(state, message, viewer) for message in messages],
        "interactions": [
            interaction_view(interactions, interaction)
            for interaction in interactions.in_channel(viewer, channel.id)[-limit:]
        ],
    }


def interaction_view(interactions: Interactions, interaction: Interaction) -> Json:
    """What has become of an interaction, for the person who started it."""
    state, viewer = interactions.world, interaction.user_id
    original = find_message(state, interaction.channel_id, interaction.original_id)
    followups = [
        message
        for followup_id in interaction.followup_ids
        if (message := find_message(state, interaction.channel_id, followup_id)) is not None
    ]
    return {
        "id": str(interaction.id),
        "channel_id": str(interaction.channel_id),
        "application_id": str(interaction.application_id),
        "type": interaction.type.name.lower(),
        "name": interaction.label,
        "progress": interaction.progress.value,
        "settled": interaction.progress.is_settled,
        "answered_after": interaction.answered_after,
        "revision": interactions.changes.revision_of(interaction.id),
        "message": original and seen_message(state, original, viewer),
        "followups": [seen_message(state, message, viewer) for message in followups],
        "choices": interaction.choices,
        "modal": interaction.modal,
        "error": _NO_RESPONSE if interaction.progress is Progress.FAILED else None,
    }


def find_message(state: State, channel_id: int, message_id: int | None) -> Message | None:
    """The message, ephemeral or not, if it still exists."""
    if message_id is None:
        return None
    own = state.ephemeral.get(message_id)
    if own is not None:
        return own
    channel = state.channels.get(channel_id)
    return None if channel is None else channel.messages.get(message_id)
