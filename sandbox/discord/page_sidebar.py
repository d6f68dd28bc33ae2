"""The page's list of servers, channels and threads, and of those through whose eyes it looks."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from sandbox.discord.models import Channel, ChannelType, Guild
from sandbox.discord.page_names import GuildNames, channel_title
from sandbox.discord.state import State


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at the page: a person, or (None) the owner of each server."""

    user_id: int | None

    def sees(self, state: State, channel: Channel) -> bool:
        """Whether the channel is shown."""
        if self.user_id is None:
            return channel.guild_id is not None
        return state.can_view(self.user_id, channel)

    @property
    def query(self) -> str:
        """What the page's own addresses end with."""
        return "" if self.user_id is None else f"?as={self.user_id}"


class Sidebar:
    """Renders the list for one viewer."""

    def __init__(self, state: State, viewer: Viewer) -> None:
        self._state = state
        self._viewer = viewer

    def html(self, here: Channel | None) -> str:
        """The list; the channel that is open is marked."""
        guilds = (
            f"<h2>{escape(guild.name)}</h2>{entries}"
            for guild in self._state.guilds.values()
            if (entries := "".join(self._entries(guild, here))) or self._viewer.user_id is None
        )
        return f"<nav>{''.join(guilds)}{self._direct(here)}{self._viewers(here)}</nav>"

    def _direct(self, here: Channel | None) -> str:
        if self._viewer.user_id is None:
            return ""
        channels = [c for c in self._state.channels.values() if c.guild_id is None]
        links = [self._link(c, here) for c in channels if self._viewer.sees(self._state, c)]
        return f"<h2>Direct messages</h2>{''.join(links)}" if links else ""

    def _viewers(self, here: Channel | None) -> str:
        names = GuildNames(self._state, None)
        people = [user.id for user in self._state.users.values() if not user.bot]
        viewers = [(Viewer(None), "the public view")]
        viewers += [(Viewer(user_id), names.user(user_id)) for user_id in people]
        links: list[str] = []
        for viewer, name in viewers:
            stays = here is not None and viewer.sees(self._state, here)
            path = f"/channels/{here.id}" if here is not None and stays else "/"
            marked = "here" if viewer == self._viewer else ""
            links.append(f'<a class="{marked}" href="{path}{viewer.query}">{escape(name)}</a>')
        return f"<h4>See it as</h4>{''.join(links)}"

    def _entries(self, guild: Guild, here: Channel | None) -> Iterable[str]:
        channels = [
            c
            for c in guild.channels.values()
            if c.thread is None and self._viewer.sees(self._state, c)
        ]
        channels.sort(key=lambda c: (c.position, c.id))
        loose = [c for c in channels if c.parent_id is None]
        for channel in sorted(loose, key=lambda c: c.type is ChannelType.CATEGORY):
            yield from self._entry(guild, channel, here)
            if channel.type is ChannelType.CATEGORY:
                for inner in channels:
                    if inner.parent_id == channel.id:
                        yield from self._entry(guild, inner, here)

    def _entry(self, guild: Guild, channel: Channel, here: Channel | None) -> Iterable[str]:
        if channel.type is ChannelType.CATEGORY:
            yield f"<h3>{escape(channel.name)}</h3>"
            return
        if channel.type.holds_messages:
            yield self._link(channel, here)
        for thread in guild.channels.values():
            info = thread.thread
            if info is None or thread.parent_id != channel.id:
                continue
            if (thread is here or not info.archived) and self._viewer.sees(self._state, thread):
                yield self._link(thread, here)

    def _link(self, channel: Channel, here: Channel | None) -> str:
        marked = "here" if channel is here else ""
        if channel.thread is not None:
            marked += " inner"
        title = channel_title(self._state, channel, self._viewer.user_id or 0)
        address = f"/channels/{channel.id}{self._viewer.query}"
        return f'<a class="{marked}" href="{address}">{escape(title)}</a>'
