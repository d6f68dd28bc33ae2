"""Putting a checked body into a message: files, media addresses, whom it pings."""

import mimetypes
import re
from collections.abc import Iterable, Sequence
from copy import deepcopy
from typing import Any

from sandbox.discord import errors
from sandbox.discord.mentions import compute_mentions, pinging_text
from sandbox.discord.models import Attachment, Channel, Message, MessageFlag
from sandbox.discord.payloads_messages import attachment_url
from sandbox.discord.state import State
from sandbox.discord.validate import Problems
from sandbox.discord.validate_components import FILE, MEDIA_GALLERY, THUMBNAIL, walk
from sandbox.discord.validate_messages import KeptFile, MessageBody, Upload

Json = dict[str, Any]

_SCHEME = "attachment://"
# Whether an answer is ephemeral is settled when it is made, not by its body.
_CHANGEABLE = (
    MessageFlag.SUPPRESS_EMBEDS | MessageFlag.SUPPRESS_NOTIFICATIONS | MessageFlag.IS_COMPONENTS_V2
)


def fill(
    state: State,
    message: Message,
    body: MessageBody,
    *,
    replied_to: int | None = None,
    speaker: int | None = None,
) -> None:
    """Give `message` what `body` says; fields that are None in it stay as they are.

    `replied_to` is the author of the message it answers; `speaker` is whose permissions decide
    about pings (its author, unless given). Raises 50035 for media whose file is not there.
    """
    channel = state.channel(message.channel_id)
    if body.files is not None or body.uploads:
        message.attachments = _attachments(state, message, body.files, body.uploads)
    if body.content is not None:
        message.content = body.content
    if body.embeds is not None:
        message.embeds = deepcopy(body.embeds)
        _resolve_embeds(state, channel, message)
    if body.components is not None:
        message.components = deepcopy(body.components)
        _resolve_media(state, channel, message)
    if body.flags is not None:
        message.flags = (message.flags & ~_CHANGEABLE) | (body.flags & _CHANGEABLE)
    text = pinging_text(message.content, message.components)
    message.mentions = compute_mentions(
        state,
        channel,
        speaker or message.author_id,
        text,
        body.allowed_mentions,
        replied_to=replied_to,
    )


def _attachments(
    state: State, message: Message, kept: Sequence[KeptFile] | None, uploads: Iterable[Upload]
) -> list[Attachment]:
    entries = {file.id: file for file in kept or ()}
    if kept is None:
        # Without a list the files that are there stay, and new ones come behind them.
        attachments = list(message.attachments)
    else:
        attachments = [file for file in message.attachments if file.id in entries]
    for upload in uploads:
        entry = entries.get(upload.key)
        name = (entry and entry.filename) or upload.filename
        attachments.append(
            Attachment(
                id=state.snowflakes.next(),
                filename=_safe_name(name),
                data=upload.data,
                content_type=mimetypes.guess_type(name)[0] or upload.content_type,
                description=entry and entry.description,
            )
        )
    return attachments


def _safe_name(name: str) -> str:
    return re.sub(r"[^\w.\-]+", "_", name, flags=re.ASCII).strip("._") or "file"


def _resolve_media(state: State, channel: Channel, message: Message) -> None:
    for component in walk(message.components):
        if component["type"] in (THUMBNAIL, FILE):
            holders = [component]
        elif component["type"] == MEDIA_GALLERY:
            holders = component["items"]
        else:
            continue
        for holder in holders:
            key = "file" if component["type"] == FILE else "media"
            holder[key] = _media(state, channel, message, holder[key]["url"])
            if component["type"] == FILE:
                found = _named(message, holder[key].pop("filename", ""))
                holder["name"], holder["size"] = found.filename, len(found.data)
            holder[key].pop("filename", None)


def _media(state: State, channel: Channel, message: Message, url: str) -> Json:
    media: Json = {
        "id": str(state.snowflakes.next()),
        "url": url,
        "proxy_url": url,
        "width": None,
        "height": None,
        "content_type": None,
        "flags": 0,
        "loading_state": 1,
    }
    if not url.startswith(_SCHEME):
        return media
    found = _named(message, url.removeprefix(_SCHEME))
    address = attachment_url(state, channel.id, found)
    return media | {
        "url": address,
        "proxy_url": address,
        "content_type": found.content_type,
        "attachment_id": str(found.id),
        "loading_state": 2,
        "filename": found.filename,
    }


def _named(message: Message, name: str) -> Attachment:
    for attachment in message.attachments:
        if attachment.filename in (name, _safe_name(name)):
            return attachment
    problems = Problems()
    code = "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND"
    problems.add(("components",), code, "The specified attachment was not found")
    problems.raise_if_any()
    raise errors.empty_message()  # not reached: there is a problem


def _resolve_embeds(state: State, channel: Channel, message: Message) -> None:
    for embed in message.embeds:
        for name in ("image", "thumbnail"):
            url = embed.get(name, {}).get("url", "")
            if url.startswith(_SCHEME):
                found = _named(message, url.removeprefix(_SCHEME))
                address = attachment_url(state, channel.id, found)
                embed[name] |= {"url": address, "proxy_url": address}
