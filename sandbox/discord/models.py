"""The things of the world. Unlike most data here they change, so they are not frozen.

Change them only through the parts of `World`, which publish the events that belong to a change.
Ids are integers here and strings in payloads; instants are timezone-aware and in UTC.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, IntFlag
from typing import Any


class ChannelType(IntEnum):
    """The kinds of channel that the sandbox knows."""

    TEXT = 0
    DM = 1
    GROUP_DM = 3
    CATEGORY = 4
    ANNOUNCEMENT = 5
    ANNOUNCEMENT_THREAD = 10
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12
    FORUM = 15

    @property
    def is_thread(self) -> bool:
        """Whether it is one of the three kinds of thread."""
        return self in (
            ChannelType.ANNOUNCEMENT_THREAD,
            ChannelType.PUBLIC_THREAD,
            ChannelType.PRIVATE_THREAD,
        )

    @property
    def holds_messages(self) -> bool:
        """Whether messages can be sent into it directly."""
        return self not in (ChannelType.CATEGORY, ChannelType.FORUM)


class MessageType(IntEnum):
    """The kinds of message that come up here."""

    DEFAULT = 0
    CHANNEL_PINNED_MESSAGE = 6
    THREAD_CREATED = 18
    REPLY = 19
    CHAT_INPUT_COMMAND = 20
    THREAD_STARTER_MESSAGE = 21
    CONTEXT_MENU_COMMAND = 23


class MessageFlag(IntFlag):
    """Message flags that the sandbox gives a meaning to."""

    CROSSPOSTED = 1 << 0
    SUPPRESS_EMBEDS = 1 << 2
    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    HAS_SNAPSHOT = 1 << 14
    IS_COMPONENTS_V2 = 1 << 15


class ApplicationFlag(IntFlag):
    """Application flags that decide what a bot may read."""

    GATEWAY_PRESENCE = 1 << 12
    GATEWAY_PRESENCE_LIMITED = 1 << 13
    GATEWAY_GUILD_MEMBERS = 1 << 14
    GATEWAY_GUILD_MEMBERS_LIMITED = 1 << 15
    GATEWAY_MESSAGE_CONTENT = 1 << 18
    GATEWAY_MESSAGE_CONTENT_LIMITED = 1 << 19


@dataclass(slots=True)
class User:
    """A person or a bot. `accepts_dms` is the person's privacy setting towards bots."""

    id: int
    name: str
    global_name: str | None = None
    bot: bool = False
    locale: str = "en-US"
    accepts_dms: bool = True


@dataclass(slots=True)
class Application:
    """A bot's application; its bot user has the same id. `user_installs` are people's ids."""

    id: int
    name: str
    token: str
    owner_id: int
    verify_key: str
    flags: int = 0
    description: str = ""
    user_installs: set[int] = field(default_factory=set[int])


@dataclass(slots=True)
class Overwrite:
    """Permissions of one role (`kind` 0) or member (`kind` 1) in one channel."""

    id: int
    kind: int
    allow: int = 0
    deny: int = 0


@dataclass(slots=True)
class Role:
    """A role; the one whose id is the guild's is @everyone."""

    id: int
    name: str
    permissions: int
    position: int = 0
    color: int = 0
    hoist: bool = False
    mentionable: bool = False
    bot_id: int | None = None


@dataclass(slots=True)
class Member:
    """A user in a guild; `roles` leaves out @everyone."""

    user_id: int
    joined_at: datetime
    roles: list[int] = field(default_factory=list[int])
    nick: str | None = None


@dataclass(slots=True)
class Guild:
    """A server. `channels` holds channels and active or archived threads, by id."""

    id: int
    name: str
    owner_id: int
    locale: str = "en-US"
    roles: dict[int, Role] = field(default_factory=dict[int, Role])
    members: dict[int, Member] = field(default_factory=dict[int, Member])
    channels: dict[int, "Channel"] = field(default_factory=dict[int, "Channel"])


@dataclass(slots=True)
class ThreadInfo:
    """What a thread has beyond a channel. `members` are the ids of those who joined, and when."""

    owner_id: int
    created_at: datetime
    auto_archive_minutes: int
    archived: bool = False
    archive_changed_at: datetime | None = None
    locked: bool = False
    invitable: bool = True
    total_sent: int = 0
    members: dict[int, datetime] = field(default_factory=dict[int, datetime])


@dataclass(slots=True)
class Channel:
    """A channel of a guild, a thread (`thread` is set) or direct messages (`recipients` is).

    `owner_id` is whose a group of direct messages is.
    """

    id: int
    type: ChannelType
    name: str
    guild_id: int | None = None
    parent_id: int | None = None
    position: int = 0
    topic: str | None = None
    nsfw: bool = False
    slowmode_seconds: int = 0
    auto_archive_minutes: int | None = None
    overwrites: dict[int, Overwrite] = field(default_factory=dict[int, Overwrite])
    recipients: frozenset[int] = frozenset()
    owner_id: int | None = None
    thread: ThreadInfo | None = None
    last_message_id: int | None = None
    last_pin_at: datetime | None = None
    messages: dict[int, "Message"] = field(default_factory=dict[int, "Message"])
    message_ids: list[int] = field(default_factory=list[int])

    @property
    def is_public(self) -> bool:
        """Whether seeing it takes no more than VIEW_CHANNEL."""
        return self.type is not ChannelType.PRIVATE_THREAD


@dataclass(slots=True)
class Attachment:
    """A file of a message; `data` is what the local CDN path serves."""

    id: int
    filename: str
    data: bytes
    content_type: str
    description: str | None = None


@dataclass(slots=True)
class Reaction:
    """All reactions to a message with one emoji; `users` in the order in which they reacted.

    `emoji_id` is None for a Unicode emoji, whose characters are the name.
    """

    emoji_name: str
    emoji_id: int | None = None
    users: dict[int, None] = field(default_factory=dict[int, None])


@dataclass(frozen=True, slots=True)
class Mentions:
    """Whom a message really pings, after its allowed mentions and its author's permissions."""

    users: tuple[int, ...] = ()
    roles: tuple[int, ...] = ()
    everyone: bool = False


@dataclass(slots=True)
class Message:
    """A message. `embeds` and `components` are in the form in which Discord gives them back.

    `ephemeral_to` is the only person who sees it (an interaction's answer); such messages are in
    no history. `interaction_metadata` is put into payloads as it is. `reference` is the guild,
    channel and message that it points to; with a `snapshot`, the message that it forwards.
    `mentions` holds only what was allowed to ping.
    """

    id: int
    channel_id: int
    author_id: int
    created_at: datetime
    type: MessageType = MessageType.DEFAULT
    content: str = ""
    embeds: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    components: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    attachments: list[Attachment] = field(default_factory=list[Attachment])
    flags: int = 0
    tts: bool = False
    pinned: bool = False
    edited_at: datetime | None = None
    mentions: Mentions = Mentions()
    reactions: list[Reaction] = field(default_factory=list[Reaction])
    reference: tuple[int | None, int, int | None] | None = None
    snapshot: dict[str, Any] | None = None
    application_id: int | None = None
    webhook_id: int | None = None
    interaction_metadata: dict[str, Any] | None = None
    ephemeral_to: int | None = None
    position: int | None = None


@dataclass(slots=True)
class Command:
    """A registered application command; `definition` is normalized, without ids."""

    id: int
    application_id: int
    version: int
    guild_id: int | None
    definition: dict[str, Any]

    @property
    def name(self) -> str:
        """The command's own (unlocalized) name."""
        return str(self.definition["name"])

    @property
    def type(self) -> int:
        """1 for a slash command, 2 for a user menu entry, 3 for a message menu entry."""
        return int(self.definition["type"])
