"""The names that the page writes for people, roles and channels."""

from datetime import datetime

from sandbox.discord.models import Channel, ChannelType, Guild
from sandbox.discord.state import State


class GuildNames:
    """Names as they are shown in a guild, or in direct messages (None)."""

    def __init__(self, state: State, guild: Guild | None) -> None:
        self._state = state
        self._guild = guild

    def user(self, user_id: int) -> str:
        """Nickname, display name or user name."""
        user = self._state.users.get(user_id)
        if user is None:
            return "unknown-user"
        member = self._guild and self._guild.members.get(user_id)
        return (member and member.nick) or user.global_name or user.name

    def role(self, role_id: int) -> str:
        """The role's name."""
        role = self._guild and self._guild.roles.get(role_id)
        return role.name if role else "deleted-role"

    def channel(self, channel_id: int) -> str:
        """The channel's name."""
        channel = self._guild and self._guild.channels.get(channel_id)
        return channel.name if channel else "unknown"

    def now(self) -> datetime:
        """The sandbox's time."""
        return self._state.clock.now()


def channel_title(state: State, channel: Channel, viewer: int) -> str:
    """A channel with its sign; direct messages are called after the others in them."""
    if channel.guild_id is not None:
        return f"{'🧵' if channel.thread is not None else '#'} {channel.name}"
    names = GuildNames(state, None)
    others = [names.user(user_id) for user_id in sorted(channel.recipients - {viewer})]
    return f"{'👥' if channel.type is ChannelType.GROUP_DM else '@'} {', '.join(others)}"
