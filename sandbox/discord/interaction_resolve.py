"""Looks up the people, channels, roles and files that an interaction mentions by id.

What it found goes into the interaction's `resolved` data, once for each thing.
"""

import base64
import binascii
import mimetypes
from typing import Any, cast
from urllib.parse import quote

from sandbox.discord.control_errors import refused, wrong
from sandbox.discord.models import Attachment, Channel, Message
from sandbox.discord.payloads import (
    channel_payload,
    member_payload,
    role_payload,
    timestamp,
    user_payload,
)
from sandbox.discord.payloads_messages import message_payload
from sandbox.discord.state import State
from sandbox.discord.validate import parse_snowflake

Json = dict[str, Any]

_LARGEST_FILE = 10 * 1024 * 1024

# Source: Discord's "Receiving and Responding to Interactions", note to Resolved Data Structure.
_CHANNEL_FIELDS = (
    *("id", "name", "type", "last_message_id", "last_pin_timestamp", "nsfw", "parent_id"),
    *("guild_id", "flags", "rate_limit_per_user", "topic", "position", "thread_metadata"),
)
_THREAD_FIELDS = ("owner_id", "message_count", "member_count", "total_message_sent")


class Resolver:
    """Resolves ids for a person in a channel; the `field` arguments are for error messages."""

    def __init__(self, state: State, user_id: int, channel: Channel, application_id: int) -> None:
        self.locale = state.user(user_id).locale
        self._state = state
        self._user_id = user_id
        self._application_id = application_id
        self._channel = channel
        self.data: dict[str, Json] = {}
        self.attachments: dict[int, Attachment] = {}

    def _keep(self, kind: str, thing_id: int, payload: Json) -> str:
        self.data.setdefault(kind, {})[str(thing_id)] = payload
        return str(thing_id)

    def user(self, field: str, given: object) -> str:
        """A user, with their membership if they are in the guild."""
        user_id = parse_snowflake(given)
        user = None if user_id is None else self._state.users.get(user_id)
        if user is None:
            raise wrong(field, "no such user")
        guild_id = self._channel.guild_id
        if guild_id is None:
            if user.id not in self._channel.recipients:
                raise wrong(field, "that user is not part of this conversation")
        else:
            member = self._state.guilds[guild_id].members.get(user.id)
            if member is not None:
                payload = member_payload(self._state, member, with_user=False)
                for key in ("deaf", "mute"):
                    payload.pop(key)
                granted = self._state.permissions(user.id, self._channel)
                self._keep("members", user.id, {**payload, "permissions": str(int(granted))})
        return self._keep("users", user.id, user_payload(user))

    def role(self, field: str, given: object) -> str:
        """A role of the guild."""
        if self._channel.guild_id is None:
            raise refused(f"{field}: there are no roles outside of a server")
        role = self._state.guilds[self._channel.guild_id].roles.get(parse_snowflake(given) or 0)
        if role is None:
            raise wrong(field, "no such role in this server")
        return self._keep("roles", role.id, role_payload(role))

    def mentionable(self, field: str, given: object) -> str:
        """A role of the guild, or else a user."""
        if self._channel.guild_id is not None:
            roles = self._state.guilds[self._channel.guild_id].roles
            if (parse_snowflake(given) or 0) in roles:
                return self.role(field, given)
        return self.user(field, given)

    def channel(self, field: str, given: object, types: list[int] | None) -> str:
        """A channel of the guild that the person can see, of one of `types` if given."""
        channel = self._state.channels.get(parse_snowflake(given) or 0)
        if (
            channel is None
            or channel.guild_id is None
            or channel.guild_id != self._channel.guild_id
            or not self._state.can_view(self._user_id, channel)
        ):
            raise wrong(field, "no such channel here that this person can see")
        if types and channel.type not in types:
            raise wrong(field, f"the channel's type must be one of {types}")
        whole = channel_payload(self._state, channel)
        payload = {key: whole[key] for key in (*_CHANNEL_FIELDS, *_THREAD_FIELDS) if key in whole}
        payload["permissions"] = str(int(self._state.permissions(self._user_id, channel)))
        app = self._state.permissions(self._application_id, channel)
        payload["app_permissions"] = str(int(app))
        return self._keep("channels", channel.id, payload)

    def message(self, message: Message) -> str:
        """The message of a menu command; its text is shown to the bot in any case."""
        return self._keep("messages", message.id, message_payload(self._state, message, None))

    def upload(self, field: str, given: object) -> str:
        """A file that the person uploads: {filename, content_base64[, content_type]}."""
        if not isinstance(given, dict):
            raise wrong(field, "must be an object with filename and content_base64")
        file = cast("Json", given)
        filename, encoded = file.get("filename"), file.get("content_base64")
        if not isinstance(filename, str) or not filename or "/" in filename:
            raise wrong(field, "filename must be a name without slashes")
        try:
            data = base64.b64decode(str(encoded), validate=True)
        except (binascii.Error, ValueError):
            raise wrong(field, "content_base64 must be Base64") from None
        if len(data) > _LARGEST_FILE:
            raise refused(f"{field}: the file is larger than {_LARGEST_FILE} bytes")
        guessed = mimetypes.guess_type(filename)[0] or "application/octet-stream"
        kind = str(file.get("content_type") or guessed)
        attachment = Attachment(self._state.snowflakes.next(), filename, data, kind)
        self.attachments[attachment.id] = attachment
        base = self._state.base_url
        url = f"{base}/ephemeral-attachments/{attachment.id}/{quote(filename)}"
        payload: Json = {
            "id": str(attachment.id),
            "filename": filename,
            "size": len(data),
            "url": url,
            "proxy_url": url,
            "content_type": kind,
            "ephemeral": True,
        }
        return self._keep("attachments", attachment.id, payload)


def partial_channel(state: State, channel: Channel, viewer: int, person_id: int) -> Json:
    """The channel that an interaction happened in."""
    payload = channel_payload(state, channel, viewer)
    payload.pop("permission_overwrites", None)
    if channel.guild_id is not None:
        payload["permissions"] = str(int(state.permissions(person_id, channel)))
        if channel.last_pin_at is not None:
            payload["last_pin_timestamp"] = timestamp(channel.last_pin_at)
    return payload
