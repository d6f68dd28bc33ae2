"""Everything that exists, by id, with look-ups that fail as Discord does."""

from sandbox.clock import SandboxClock
from sandbox.discord import errors
from sandbox.discord.events import Bus
from sandbox.discord.models import (
    Application,
    ApplicationFlag,
    Channel,
    Command,
    Guild,
    Member,
    Message,
    User,
)
from sandbox.discord.permissions import (
    DIRECT_MESSAGE,
    NONE,
    Permission,
    base_permissions,
    channel_permissions,
)
from sandbox.discord.snowflake import Snowflakes

_CONTENT_FLAGS = (
    ApplicationFlag.GATEWAY_MESSAGE_CONTENT | ApplicationFlag.GATEWAY_MESSAGE_CONTENT_LIMITED
)


class State:
    """The tables of the world. `channels` holds guild channels, threads and direct messages.

    `ephemeral` holds the answers that one person alone sees. `base_url` is where the sandbox is
    reached, for the addresses of attachments.
    """

    def __init__(self, clock: SandboxClock) -> None:
        self.clock = clock
        self.snowflakes = Snowflakes(clock)
        self.bus = Bus()
        self.base_url = "http://127.0.0.1"
        self.users: dict[int, User] = {}
        self.applications: dict[int, Application] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.ephemeral: dict[int, Message] = {}
        self.registered: dict[int, Command] = {}

    def user(self, user_id: int) -> User:
        """The user; raises 10013."""
        user = self.users.get(user_id)
        if user is None:
            raise errors.unknown_user()
        return user

    def application(self, application_id: int) -> Application:
        """The application; raises 10002."""
        application = self.applications.get(application_id)
        if application is None:
            raise errors.of_code(10002)
        return application

    def application_by_token(self, token: str) -> Application | None:
        """The application whose bot token this is."""
        return next((app for app in self.applications.values() if app.token == token), None)

    def guild(self, guild_id: int) -> Guild:
        """The guild; raises 10004."""
        guild = self.guilds.get(guild_id)
        if guild is None:
            raise errors.unknown_guild()
        return guild

    def channel(self, channel_id: int) -> Channel:
        """The channel, thread or direct message; raises 10003."""
        channel = self.channels.get(channel_id)
        if channel is None:
            raise errors.unknown_channel()
        return channel

    def member(self, guild_id: int, user_id: int) -> Member:
        """The member; raises 10004 or 10007."""
        member = self.guild(guild_id).members.get(user_id)
        if member is None:
            raise errors.unknown_member()
        return member

    def message(self, channel_id: int, message_id: int) -> Message:
        """The message in that channel's history; raises 10003 or 10008."""
        message = self.channel(channel_id).messages.get(message_id)
        if message is None:
            raise errors.unknown_message()
        return message

    def guild_permissions(self, user_id: int, guild: Guild) -> Permission:
        """What the user may do in the guild; nothing for one who is not in it."""
        member = guild.members.get(user_id)
        return NONE if member is None else base_permissions(guild, member)

    def permissions(self, user_id: int, channel: Channel) -> Permission:
        """What the user may do in the channel; nothing for one who is not in its guild."""
        if channel.guild_id is None:
            return DIRECT_MESSAGE if user_id in channel.recipients else NONE
        guild = self.guilds[channel.guild_id]
        member = guild.members.get(user_id)
        return NONE if member is None else channel_permissions(guild, channel, member)

    def can_view(self, user_id: int, channel: Channel) -> bool:
        """Whether the user sees the channel; a private thread only when joined or a moderator."""
        granted = self.permissions(user_id, channel)
        if not granted & Permission.VIEW_CHANNEL:
            return False
        if channel.thread is not None and not channel.is_public:
            return user_id in channel.thread.members or bool(granted & Permission.MANAGE_THREADS)
        return True

    def may_read_content(self, user_id: int, message: Message) -> bool:
        """Whether the text of `message` is shown to the user.

        A bot whose application lacks the message content permission reads only its own messages,
        direct messages and those that mention it.
        """
        application = self.applications.get(user_id)
        if application is None or application.flags & _CONTENT_FLAGS:
            return True
        if user_id in (message.author_id, message.application_id, *message.mentions.users):
            return True
        return self.channel(message.channel_id).guild_id is None

    def require(self, user_id: int, channel: Channel, needed: Permission) -> Permission:
        """The user's permissions in the channel.

        Raises 50001 if the channel is hidden from the user, 50013 if part of `needed` is missing.
        """
        if not self.can_view(user_id, channel):
            raise errors.missing_access()
        granted = self.permissions(user_id, channel)
        if needed & ~granted:
            raise errors.missing_permissions()
        return granted

    def require_guild(self, user_id: int, guild: Guild, needed: Permission = NONE) -> Permission:
        """The user's permissions in the guild; raises 50001 for strangers, 50013 otherwise."""
        if user_id not in guild.members:
            raise errors.missing_access()
        granted = self.guild_permissions(user_id, guild)
        if needed & ~granted:
            raise errors.missing_permissions()
        return granted
