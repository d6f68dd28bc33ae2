"""The JSON form of messages, and of a message as a gateway event carries it."""

from typing import Any
from urllib.parse import quote

from sandbox.discord.models import Attachment, Message, MessageFlag, Reaction
from sandbox.discord.payloads import (
    channel_payload,
    member_payload,
    optional_id,
    timestamp,
    user_payload,
)
from sandbox.discord.state import State

Json = dict[str, Any]


def attachment_url(state: State, channel_id: int, attachment: Attachment) -> str:
    """Where the sandbox serves the file."""
    name = quote(attachment.filename)
    return f"{state.base_url}/attachments/{channel_id}/{attachment.id}/{name}"


def attachment_payload(state: State, message: Message, attachment: Attachment) -> Json:
    """A file of a message."""
    url = attachment_url(state, message.channel_id, attachment)
    payload: Json = {
        "id": str(attachment.id),
        "filename": attachment.filename,
        "size": len(attachment.data),
        "url": url,
        "proxy_url": url,
        "content_type": attachment.content_type,
    }
    if attachment.description:
        payload["description"] = attachment.description
    if message.ephemeral_to is not None:
        payload["ephemeral"] = True
    return payload


def emoji_payload(reaction: Reaction) -> Json:
    """The emoji of a reaction."""
    return {"id": optional_id(reaction.emoji_id), "name": reaction.emoji_name}


def reaction_payload(reaction: Reaction, viewer: int | None) -> Json:
    """All reactions with one emoji; `me` is whether `viewer` is among them."""
    return {
        "emoji": emoji_payload(reaction),
        "count": len(reaction.users),
        "count_details": {"burst": 0, "normal": len(reaction.users)},
        "burst_colors": [],
        "me_burst": False,
        "burst_me": False,
        "burst_count": 0,
        "me": viewer in reaction.users,
    }


def message_payload(
    state: State,
    message: Message,
    viewer: int | None,
    *,
    nonce: str | int | None = None,
    with_referenced: bool = True,
) -> Json:
    """A message as `viewer` gets it; its text is left out where `viewer` may not read it.

    `nonce` is given only in the answer to the request that made the message, and in its event.
    """
    payload = _core_payload(state, message, viewer, nonce=nonce, with_referenced=with_referenced)
    if viewer is not None and not state.may_read_content(viewer, message):
        return redacted(payload)
    return payload


def redacted(payload: Json) -> Json:
    """The message without what an application needs the message content permission for."""
    empty: Json = {"content": "", "embeds": [], "attachments": [], "components": []}
    hidden: Json = {**payload, **empty}
    if "message_snapshots" in hidden:
        hidden["message_snapshots"] = [
            {"message": redacted(snapshot["message"])} for snapshot in hidden["message_snapshots"]
        ]
    return hidden


def _core_payload(
    state: State,
    message: Message,
    viewer: int | None,
    *,
    nonce: str | int | None,
    with_referenced: bool,
) -> Json:
    payload: Json = {
        "id": str(message.id),
        "channel_id": str(message.channel_id),
        "type": int(message.type),
        "author": user_payload(state.user(message.author_id)),
        "content": message.content,
        "timestamp": timestamp(message.created_at),
        "edited_timestamp": message.edited_at and timestamp(message.edited_at),
        "tts": message.tts,
        "mention_everyone": message.mentions.everyone,
        "mentions": [user_payload(state.user(user)) for user in message.mentions.users],
        "mention_roles": [str(role) for role in message.mentions.roles],
        "attachments": [attachment_payload(state, message, a) for a in message.attachments],
        "embeds": [] if message.flags & MessageFlag.SUPPRESS_EMBEDS else message.embeds,
        "components": message.components,
        "pinned": message.pinned,
        "flags": int(message.flags),
    }
    if message.reactions:
        payload["reactions"] = [reaction_payload(r, viewer) for r in message.reactions]
    if nonce is not None:
        payload["nonce"] = nonce
    if message.webhook_id is not None:
        payload["webhook_id"] = str(message.webhook_id)
    if message.application_id is not None:
        payload["application_id"] = str(message.application_id)
    if message.interaction_metadata is not None:
        payload["interaction_metadata"] = message.interaction_metadata
    if message.position is not None:
        payload["position"] = message.position
    if message.flags & MessageFlag.HAS_THREAD and message.id in state.channels:
        payload["thread"] = channel_payload(state, state.channels[message.id], viewer)
    if message.snapshot is not None:
        payload["message_snapshots"] = [{"message": message.snapshot}]
    if message.reference is not None:
        resolves = with_referenced and message.snapshot is None
        payload |= _reference_fields(state, message.reference, viewer, resolves)
        payload["message_reference"]["type"] = int(message.snapshot is not None)
    return payload


def _reference_fields(
    state: State,
    reference: tuple[int | None, int, int | None],
    viewer: int | None,
    with_referenced: bool,
) -> Json:
    guild_id, channel_id, message_id = reference
    target: Json = {"channel_id": str(channel_id)}
    if message_id is not None:
        target["message_id"] = str(message_id)
    if guild_id is not None:
        target["guild_id"] = str(guild_id)
    fields: Json = {"message_reference": target}
    if with_referenced and message_id is not None:
        channel = state.channels.get(channel_id)
        referenced = channel.messages.get(message_id) if channel else None
        fields["referenced_message"] = referenced and message_payload(
            state, referenced, viewer, with_referenced=False
        )
    return fields


def message_event_payload(
    state: State, message: Message, *, nonce: str | int | None = None
) -> Json:
    """A message as MESSAGE_CREATE and MESSAGE_UPDATE carry it: with guild and members.

    The text is always there: the gateway redacts it for those who may not read it.
    """
    payload = message_payload(state, message, None, nonce=nonce)
    guild_id = state.channel(message.channel_id).guild_id
    if guild_id is None:
        return payload
    payload["guild_id"] = str(guild_id)
    members = state.guilds[guild_id].members
    author = members.get(message.author_id)
    if author is not None:
        payload["member"] = member_payload(state, author, with_user=False)
    payload["mentions"] = [
        {**user, "member": member_payload(state, members[user_id], with_user=False)}
        if user_id in members
        else user
        for user_id, user in zip(message.mentions.users, payload["mentions"], strict=True)
    ]
    return payload
