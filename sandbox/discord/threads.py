"""Threads: from a message or standing alone, joining, archiving.

Rules: Discord's "Threads" topic.
"""

from datetime import timedelta
from typing import Any

from sandbox.discord import errors
from sandbox.discord.events import Event
from sandbox.discord.message_events import publish_message
from sandbox.discord.models import (
    Channel,
    ChannelType,
    Message,
    MessageFlag,
    MessageType,
    ThreadInfo,
)
from sandbox.discord.payloads import channel_payload, thread_member_payload
from sandbox.discord.permissions import Permission
from sandbox.discord.snowflake import instant_of
from sandbox.discord.state import State
from sandbox.discord.timeline import insert_message
from sandbox.discord.validate_channels import ThreadBody, parse_thread, parse_thread_changes

_DEFAULT_ARCHIVE_MINUTES = 4320
_PARENTS = (ChannelType.TEXT, ChannelType.ANNOUNCEMENT)


class Threads:
    """Makes threads and changes them, always on behalf of an actor."""

    def __init__(self, state: State) -> None:
        self._state = state

    def from_message(self, actor: int, channel_id: int, message_id: int, body: object) -> Channel:
        """A thread under a message, with that message's id. Raises 160004 if it has one."""
        parent = self._parent(channel_id)
        self._state.require(actor, parent, Permission.CREATE_PUBLIC_THREADS)
        parsed = parse_thread(body)
        message = self._state.message(channel_id, message_id)
        if message.flags & MessageFlag.HAS_THREAD or message_id in self._state.channels:
            raise errors.of_code(160004)
        if message.type not in (
            MessageType.DEFAULT,
            MessageType.REPLY,
            MessageType.CHAT_INPUT_COMMAND,
            MessageType.CONTEXT_MENU_COMMAND,
        ):
            raise errors.of_code(50021)
        thread = self._make(actor, parent, parsed, message.id, self._public_kind(parent))
        message.flags |= MessageFlag.HAS_THREAD
        starter = Message(
            id=self._state.snowflakes.next(),
            channel_id=thread.id,
            author_id=actor,
            created_at=self._state.clock.now(),
            type=MessageType.THREAD_STARTER_MESSAGE,
            reference=(parent.guild_id, parent.id, message.id),
            position=0,
        )
        insert_message(thread, starter)
        self._publish_new(thread, actor)
        publish_message(self._state, "MESSAGE_UPDATE", message)
        publish_message(self._state, "MESSAGE_CREATE", starter)
        return thread

    def standalone(self, actor: int, channel_id: int, body: object) -> Channel:
        """A thread without a message; private unless the body's type says otherwise."""
        parent = self._parent(channel_id)
        parsed = parse_thread(body)
        kind = parsed.type or ChannelType.PRIVATE_THREAD
        private = kind is ChannelType.PRIVATE_THREAD
        needed = Permission.CREATE_PRIVATE_THREADS if private else Permission.CREATE_PUBLIC_THREADS
        self._state.require(actor, parent, needed)
        if not private and kind is not self._public_kind(parent):
            raise errors.of_code(50024)
        thread = self._make(actor, parent, parsed, self._state.snowflakes.next(), kind)
        self._publish_new(thread, actor)
        if not private:
            notice = Message(
                id=self._state.snowflakes.next(),
                channel_id=parent.id,
                author_id=actor,
                created_at=self._state.clock.now(),
                type=MessageType.THREAD_CREATED,
                content=thread.name,
                reference=(parent.guild_id, thread.id, None),
            )
            insert_message(parent, notice)
            publish_message(self._state, "MESSAGE_CREATE", notice)
        return thread

    def update(self, actor: int, thread_id: int, body: object) -> Channel:
        """Rename, archive, lock and so on; its owner may do it, others need MANAGE_THREADS.

        Anyone who can send in it may unarchive an unlocked thread.
        """
        thread, info = self.thread(thread_id)
        granted = self._state.require(actor, thread, Permission.VIEW_CHANNEL)
        changes = parse_thread_changes(body)
        moderates = bool(granted & Permission.MANAGE_THREADS)
        if info.locked and not moderates:
            raise errors.of_code(160005)
        reopening = changes == {"archived": False} and granted & Permission.SEND_MESSAGES
        if not (moderates or actor == info.owner_id or reopening):
            raise errors.missing_permissions()
        if ("locked" in changes or "rate_limit_per_user" in changes) and not moderates:
            raise errors.missing_permissions()
        if info.archived and changes.get("archived") is not False:
            raise errors.of_code(50083)
        thread.name = changes.get("name", thread.name)
        thread.slowmode_seconds = changes.get("rate_limit_per_user", thread.slowmode_seconds)
        info.auto_archive_minutes = changes.get("auto_archive_duration", info.auto_archive_minutes)
        info.locked = changes.get("locked", info.locked)
        info.invitable = changes.get("invitable", info.invitable)
        if changes.get("archived", info.archived) != info.archived:
            self._set_archived(info, changes["archived"])
        self._publish("THREAD_UPDATE", thread)
        return thread

    def thread(self, thread_id: int) -> tuple[Channel, ThreadInfo]:
        """The thread, archived by now if it was idle for long enough. Raises 10003."""
        channel = self._state.channel(thread_id)
        if channel.thread is None:
            raise errors.unknown_channel()
        self.settle(channel)
        return channel, channel.thread

    def settle(self, channel: Channel) -> None:
        """Archive the channel if it is a thread that was idle for its whole archive duration."""
        info = channel.thread
        if info is None or info.archived:
            return
        last = max(info.created_at, info.archive_changed_at or info.created_at)
        if channel.last_message_id is not None:
            last = max(last, instant_of(channel.last_message_id))
        if self._state.clock.now() - last >= timedelta(minutes=info.auto_archive_minutes):
            self._set_archived(info, True)
            self._publish("THREAD_UPDATE", channel)

    def reopen(self, channel: Channel, *, moderates: bool) -> None:
        """Unarchive the thread for a message that is about to be sent; raises 160005 if locked."""
        self.settle(channel)
        info = channel.thread
        if info is None:
            return
        if info.locked and not moderates:
            raise errors.of_code(160005)
        if info.archived:
            self._set_archived(info, False)
            self._publish("THREAD_UPDATE", channel)

    def require_open(self, channel: Channel) -> None:
        """Raise 50083 if the channel is an archived thread."""
        self.settle(channel)
        if channel.thread is not None and channel.thread.archived:
            raise errors.of_code(50083)

    def join(self, actor: int, thread_id: int, user_id: int) -> None:
        """Add `user_id` to the thread; others than oneself need to be able to send in it."""
        thread, _ = self.thread(thread_id)
        needed = Permission.VIEW_CHANNEL if actor == user_id else Permission.SEND_MESSAGES
        if actor == user_id and thread.type is ChannelType.PRIVATE_THREAD:
            needed = Permission.MANAGE_THREADS
        self._state.require(actor, thread, needed)
        self.require_open(thread)
        if thread.guild_id is not None:
            self._state.member(thread.guild_id, user_id)
        self.enroll(thread, user_id)

    def enroll(self, channel: Channel, user_id: int) -> None:
        """Count the user among those who joined, as writing in a thread does by itself."""
        if channel.thread is not None and user_id not in channel.thread.members:
            channel.thread.members[user_id] = self._state.clock.now()
            self._publish_members(channel, added=[user_id])

    def leave(self, actor: int, thread_id: int, user_id: int) -> None:
        """Remove `user_id` from the thread; for others than oneself needs MANAGE_THREADS."""
        thread, info = self.thread(thread_id)
        needed = Permission.VIEW_CHANNEL if actor == user_id else Permission.MANAGE_THREADS
        self._state.require(actor, thread, needed)
        self.require_open(thread)
        if user_id in info.members:
            del info.members[user_id]
            self._publish_members(thread, removed=[user_id])

    def _parent(self, channel_id: int) -> Channel:
        parent = self._state.channel(channel_id)
        if parent.type not in _PARENTS:
            raise errors.of_code(50024)
        return parent

    def _public_kind(self, parent: Channel) -> ChannelType:
        if parent.type is ChannelType.ANNOUNCEMENT:
            return ChannelType.ANNOUNCEMENT_THREAD
        return ChannelType.PUBLIC_THREAD

    def _make(
        self, actor: int, parent: Channel, body: ThreadBody, thread_id: int, kind: ChannelType
    ) -> Channel:
        now = self._state.clock.now()
        minutes = body.auto_archive_minutes or parent.auto_archive_minutes
        thread = Channel(
            id=thread_id,
            type=kind,
            name=body.name,
            guild_id=parent.guild_id,
            parent_id=parent.id,
            slowmode_seconds=body.slowmode_seconds,
            thread=ThreadInfo(
                owner_id=actor,
                created_at=now,
                auto_archive_minutes=minutes or _DEFAULT_ARCHIVE_MINUTES,
                invitable=body.invitable,
                members={actor: now},
            ),
        )
        self._state.channels[thread.id] = thread
        if parent.guild_id is not None:
            self._state.guild(parent.guild_id).channels[thread.id] = thread
        return thread

    def _set_archived(self, info: ThreadInfo, archived: bool) -> None:
        info.archived = archived
        info.archive_changed_at = self._state.clock.now()

    def _publish_new(self, thread: Channel, actor: int) -> None:
        data = {**channel_payload(self._state, thread, actor), "newly_created": True}
        self._send("THREAD_CREATE", thread, data)

    def _publish(self, name: str, thread: Channel) -> None:
        self._send(name, thread, channel_payload(self._state, thread))

    def _publish_members(
        self, thread: Channel, *, added: list[int] | None = None, removed: list[int] | None = None
    ) -> None:
        data: dict[str, Any] = {
            "id": str(thread.id),
            "guild_id": str(thread.guild_id),
            "member_count": len(thread.thread.members) if thread.thread else 0,
        }
        if added:
            data["added_members"] = [thread_member_payload(thread, user) for user in added]
        if removed:
            data["removed_member_ids"] = [str(user) for user in removed]
        self._send("THREAD_MEMBERS_UPDATE", thread, data)

    def _send(self, name: str, thread: Channel, data: dict[str, Any]) -> None:
        event = Event(name, data, thread.guild_id, thread.id, intent="GUILDS")
        self._state.bus.publish(event)
