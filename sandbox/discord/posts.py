"""Sending, changing, deleting and reading messages, with the actor's permissions enforced."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sandbox.discord import errors
from sandbox.discord.drafts import fill
from sandbox.discord.forwards import forwarded, snapshot_of
from sandbox.discord.message_events import publish_in, publish_message
from sandbox.discord.models import Channel, ChannelType, Message, MessageFlag, MessageType
from sandbox.discord.permissions import Permission
from sandbox.discord.snowflake import instant_of
from sandbox.discord.state import State
from sandbox.discord.threads import Threads
from sandbox.discord.timeline import insert_message, page, remove_message
from sandbox.discord.validate import Form, Problems
from sandbox.discord.validate_messages import MessageBody, Upload, parse_edit, parse_message

NONCE_WINDOW = timedelta(minutes=3)
_MANY_NONCES = 20_000
_BULK_AGE = timedelta(days=14)
_SYSTEM = (
    MessageType.CHANNEL_PINNED_MESSAGE,
    MessageType.THREAD_CREATED,
    MessageType.THREAD_STARTER_MESSAGE,
)


@dataclass(frozen=True, slots=True)
class Posted:
    """The outcome of a create. `is_new` is false where a nonce led back to an earlier message."""

    message: Message
    is_new: bool
    nonce: str | int | None


class Posts:
    """Messages in channels' histories."""

    def __init__(self, state: State, threads: Threads) -> None:
        self._state = state
        self._threads = threads
        self._nonces: dict[tuple[int, int, str], tuple[int, datetime]] = {}

    def create(
        self, actor: int, channel_id: int, body: object, uploads: Sequence[Upload] = ()
    ) -> Posted:
        """Send a message.

        With `enforce_nonce` and a nonce that the same author used in this channel within
        `NONCE_WINDOW`, the earlier message is given back and none is made.
        """
        channel = self._state.channel(channel_id)
        if not channel.type.holds_messages:
            raise errors.of_code(50008)
        granted = self._state.require(actor, channel, Permission.SEND_MESSAGES)
        parsed = parse_message(body, uploads)
        self._check_grants(granted, parsed)
        self._check_recipient(actor, channel)
        if parsed.nonce is not None and parsed.enforce_nonce:
            earlier = self._earlier(actor, channel, parsed.nonce)
            if earlier is not None:
                return Posted(earlier, False, parsed.nonce)
        replied = self._replied(channel, granted, parsed)
        source = self._forwarded(actor, parsed)
        moderates = bool(granted & Permission.MANAGE_THREADS)
        self._threads.reopen(channel, moderates=moderates)
        message = Message(
            id=self._state.snowflakes.next(),
            channel_id=channel.id,
            author_id=actor,
            created_at=self._state.clock.now(),
            type=MessageType.DEFAULT if replied is None else MessageType.REPLY,
            tts=parsed.tts,
            reference=(target := replied or source)
            and (self._state.channel(target.channel_id).guild_id, target.channel_id, target.id),
        )
        if source is not None:
            message.snapshot = snapshot_of(self._state, source)
            message.flags |= MessageFlag.HAS_SNAPSHOT
        fill(self._state, message, parsed, replied_to=replied and replied.author_id)
        self.append(channel, message, nonce=parsed.nonce)
        if parsed.nonce is not None:
            self._remember(actor, message, parsed.nonce)
        return Posted(message, True, parsed.nonce)

    def append(self, channel: Channel, message: Message, *, nonce: str | int | None = None) -> None:
        """Put a finished message at the end of the channel and tell everyone."""
        if channel.thread is not None:
            message.position = len(channel.message_ids)
            channel.thread.total_sent += 1
            self._threads.enroll(channel, message.author_id)
        insert_message(channel, message)
        publish_message(self._state, "MESSAGE_CREATE", message, nonce=nonce)

    def edit(
        self,
        actor: int,
        channel_id: int,
        message_id: int,
        body: object,
        uploads: Sequence[Upload] = (),
    ) -> Message:
        """Change a message; others' only in their flags, with MANAGE_MESSAGES."""
        channel = self._state.channel(channel_id)
        granted = self._state.require(actor, channel, Permission.VIEW_CHANNEL)
        message = self._state.message(channel_id, message_id)
        if message.type in _SYSTEM:
            raise errors.of_code(50021)
        if message.author_id != actor:
            if set(Form(body, Problems()).value) - {"flags"}:
                raise errors.of_code(50005)
            if not granted & Permission.MANAGE_MESSAGES:
                raise errors.missing_permissions()
        self._threads.require_open(channel)
        parsed = parse_edit(body, message, uploads)
        self._check_grants(granted, parsed)
        self.apply_edit(message, parsed)
        return message

    def apply_edit(
        self, message: Message, parsed: MessageBody, *, marks_edited: bool = True
    ) -> None:
        """Change a message as a checked body says and tell everyone who sees it."""
        replied_to = None
        if message.type is MessageType.REPLY and message.reference is not None:
            _, channel_id, replied_id = message.reference
            replied = self._state.channel(channel_id).messages.get(replied_id or 0)
            replied_to = replied and replied.author_id
        fill(self._state, message, parsed, replied_to=replied_to)
        if marks_edited:
            message.edited_at = self._state.clock.now()
        publish_message(self._state, "MESSAGE_UPDATE", message)

    def delete(self, actor: int, channel_id: int, message_id: int) -> None:
        """Delete one's own message, or with MANAGE_MESSAGES any."""
        channel = self._state.channel(channel_id)
        granted = self._state.require(actor, channel, Permission.VIEW_CHANNEL)
        message = self._state.message(channel_id, message_id)
        if message.author_id != actor and not granted & Permission.MANAGE_MESSAGES:
            raise errors.missing_permissions()
        if message.type is MessageType.THREAD_STARTER_MESSAGE:
            raise errors.of_code(50021)
        self._threads.require_open(channel)
        self.remove(channel, message_id)

    def remove(self, channel: Channel, message_id: int) -> None:
        """Take a message out of the channel and tell everyone."""
        remove_message(channel, message_id)
        data = {"id": str(message_id), "channel_id": str(channel.id)}
        publish_in(self._state, "MESSAGE_DELETE", channel, data)

    def bulk_delete(self, actor: int, channel_id: int, message_ids: Sequence[int]) -> None:
        """Delete 2 to 100 messages of at most 14 days; needs MANAGE_MESSAGES."""
        channel = self._state.channel(channel_id)
        if channel.guild_id is None:
            raise errors.of_code(50003)
        self._state.require(actor, channel, Permission.MANAGE_MESSAGES)
        if not 2 <= len(message_ids) <= 100:
            raise errors.of_code(50016)
        oldest = self._state.clock.now() - _BULK_AGE
        if any(instant_of(message_id) < oldest for message_id in message_ids):
            raise errors.of_code(50034)
        gone = [mid for mid in dict.fromkeys(message_ids) if mid in channel.messages]
        for message_id in gone:
            remove_message(channel, message_id)
        data: dict[str, Any] = {
            "ids": [str(message_id) for message_id in gone],
            "channel_id": str(channel.id),
        }
        publish_in(self._state, "MESSAGE_DELETE_BULK", channel, data)

    def get(self, actor: int, channel_id: int, message_id: int) -> Message:
        """One message; needs READ_MESSAGE_HISTORY."""
        channel = self._state.channel(channel_id)
        granted = self._state.require(actor, channel, Permission.VIEW_CHANNEL)
        if not granted & Permission.READ_MESSAGE_HISTORY:
            raise errors.missing_access()
        return self._state.message(channel_id, message_id)

    def history(
        self,
        actor: int,
        channel_id: int,
        *,
        before: int | None = None,
        after: int | None = None,
        around: int | None = None,
        limit: int = 50,
    ) -> list[Message]:
        """A page of messages, newest first; empty without READ_MESSAGE_HISTORY."""
        channel = self._state.channel(channel_id)
        if not channel.type.holds_messages:
            raise errors.of_code(50008)
        granted = self._state.require(actor, channel, Permission.VIEW_CHANNEL)
        if not granted & Permission.READ_MESSAGE_HISTORY:
            return []
        return page(channel, before=before, after=after, around=around, limit=limit)

    def _remember(self, actor: int, message: Message, nonce: str | int) -> None:
        now = message.created_at
        if len(self._nonces) >= _MANY_NONCES:
            recent = {k: v for k, v in self._nonces.items() if now - v[1] <= NONCE_WINDOW}
            self._nonces = recent
        self._nonces[actor, message.channel_id, str(nonce)] = (message.id, now)

    def _earlier(self, actor: int, channel: Channel, nonce: str | int) -> Message | None:
        found = self._nonces.get((actor, channel.id, str(nonce)))
        if found is None:
            return None
        message_id, sent_at = found
        if self._state.clock.now() - sent_at > NONCE_WINDOW:
            return None
        return channel.messages.get(message_id)

    def _check_grants(self, granted: Permission, parsed: MessageBody) -> None:
        needed = Permission(0)
        if parsed.uploads:
            needed |= Permission.ATTACH_FILES
        if parsed.embeds:
            needed |= Permission.EMBED_LINKS
        if parsed.tts:
            needed |= Permission.SEND_TTS_MESSAGES
        if needed & ~granted:
            raise errors.missing_permissions()

    def _check_recipient(self, actor: int, channel: Channel) -> None:
        if channel.type is not ChannelType.DM or actor not in self._state.applications:
            return
        (other,) = channel.recipients - {actor}
        if not self._state.user(other).accepts_dms:
            raise errors.of_code(50007)
        shares_guild = any(
            actor in guild.members and other in guild.members
            for guild in self._state.guilds.values()
        )
        if not shares_guild and other not in self._state.applications[actor].user_installs:
            raise errors.of_code(50278)

    def _forwarded(self, actor: int, parsed: MessageBody) -> Message | None:
        if parsed.reference is None or parsed.reference.channel_id is None:
            return None
        return forwarded(self._state, actor, parsed.reference)

    def _replied(
        self, channel: Channel, granted: Permission, parsed: MessageBody
    ) -> Message | None:
        if parsed.reference is None or parsed.reference.channel_id is not None:
            return None
        if not granted & Permission.READ_MESSAGE_HISTORY:
            raise errors.of_code(160002)
        replied = channel.messages.get(parsed.reference.message_id)
        if replied is None and parsed.reference.fail_if_not_exists:
            raise errors.invalid_form(
                {
                    "message_reference": {
                        "_errors": [
                            {"code": "REPLIES_UNKNOWN_MESSAGE", "message": "Unknown message"}
                        ]
                    }
                }
            )
        return replied
