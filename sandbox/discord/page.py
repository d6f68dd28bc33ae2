"""A read-only web page of the servers, their channels and messages, at `/`.

It shows what the owner of each server sees, except ephemeral answers. Rendered here, so that it
works without a script; a small script reloads it when something has changed.
"""

import asyncio
from collections.abc import Iterable
from html import escape

from aiohttp import web

from sandbox.discord.changes import Changes
from sandbox.discord.interactions import INTERACTIONS, HasWorld
from sandbox.discord.models import Channel, ChannelType, Guild
from sandbox.discord.page_assets import SCRIPT, STYLE
from sandbox.discord.page_messages import MessageHtml
from sandbox.discord.state import State
from sandbox.discord.timeline import page as latest

_SHOWN = 100
_NOTHING_YET = "<p class=empty>Nothing has been posted here yet.</p>"
_POLL_SECONDS = 20.0
_SECONDS_BETWEEN_REFRESHES = 5
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
        "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Page:
    """The handlers of the page."""

    def __init__(self, state: State, changes: Changes) -> None:
        self._state = state
        self._changes = changes

    def mount(self, app: web.Application) -> None:
        """Add the routes."""
        app.router.add_get("/", self.home)
        app.router.add_get(r"/channels/{channel_id:\d{1,20}}", self.channel)
        app.router.add_get("/page/style.css", self.style)
        app.router.add_get("/page/accents.css", self.accents)
        app.router.add_get("/page/page.js", self.script)
        app.router.add_get("/page/revision", self.revision)

    async def home(self, _: web.Request) -> web.Response:
        """The first channel there is."""
        for guild in self._state.guilds.values():
            for channel in guild.channels.values():
                if channel.thread is None and channel.type.holds_messages:
                    return await self._show(guild, channel)
        return await self._show(None, None)

    async def channel(self, request: web.Request) -> web.Response:
        """One channel or thread."""
        channel = self._state.channels.get(int(request.match_info["channel_id"]))
        if channel is None or channel.guild_id is None or not channel.type.holds_messages:
            raise web.HTTPNotFound(text="There is no such channel.", headers=_HEADERS)
        return await self._show(self._state.guilds[channel.guild_id], channel)

    async def style(self, _: web.Request) -> web.Response:
        """The stylesheet."""
        return web.Response(text=STYLE, content_type="text/css", headers=_HEADERS)

    async def accents(self, request: web.Request) -> web.Response:
        """A rule for each accent color of a page, named in the query as `ff8800-00ff00`."""
        # Colors are not written into the page, whose policy forbids styles inside of it.
        names = request.query.get("colors", "").split("-")[: _SHOWN * 10]
        colors = {name for name in names if len(name) == 6 and set(name) <= set("0123456789abcdef")}
        rules = (f".accent-{name} {{ border-left-color: #{name} }}" for name in sorted(colors))
        return web.Response(text="\n".join(rules), content_type="text/css", headers=_HEADERS)

    async def script(self, _: web.Request) -> web.Response:
        """The script."""
        return web.Response(text=SCRIPT, content_type="text/javascript", headers=_HEADERS)

    async def revision(self, request: web.Request) -> web.Response:
        """The number of changes so far, after waiting a while for one beyond `after`."""
        after = request.query.get("after", "")
        if after.isascii() and after.isdigit():
            await self._changes.any_after(int(after), _POLL_SECONDS)
        return web.json_response({"revision": self._changes.revision}, headers=_HEADERS)

    async def _show(self, guild: Guild | None, channel: Channel | None) -> web.Response:
        colors: set[int] = set()
        title, main = "Sandbox", "<main><p class=empty>There is no channel yet.</p></main>"
        if guild is not None and channel is not None:
            renderer = MessageHtml(self._state, guild)
            main = await self._main(channel, renderer)
            title, colors = f"#{channel.name} · {guild.name}", renderer.accents
        listed = "-".join(f"{color:06x}" for color in sorted(colors))
        accents = (
            f'<link rel=stylesheet href="/page/accents.css?colors={listed}">' if listed else ""
        )
        html = (
            "<!doctype html><html lang=en><head><meta charset=utf-8>"
            '<meta name=viewport content="width=device-width">'
            f"<title>{escape(title)}</title>"
            "<link rel=stylesheet href=/page/style.css>"
            f"{accents}<script defer src=/page/page.js></script><noscript>"
            f"<meta http-equiv=refresh content={_SECONDS_BETWEEN_REFRESHES}></noscript>"
            f'</head><body data-revision="{self._changes.revision}">'
            f"{self._sidebar(channel)}{main}</body></html>"
        )
        return web.Response(text=html, content_type="text/html", headers=_HEADERS)

    async def _main(self, channel: Channel, renderer: MessageHtml) -> str:
        shown: list[str] = []
        for message in reversed(latest(channel, limit=_SHOWN)):
            shown.append(renderer.message(message, channel))
            # A channel full of long messages must not hold up the bots.
            await asyncio.sleep(0)
        sign = "🧵" if channel.thread is not None else "#"
        topic = f" <small>{escape(channel.topic)}</small>" if channel.topic else ""
        now = self._state.clock.now().strftime("%A %Y-%m-%d %H:%M UTC")
        return (
            f"<main><header>{sign} <b>{escape(channel.name)}</b>{topic} "
            f"<small>· {now}</small></header><div id=messages>"
            f"{''.join(shown) or _NOTHING_YET}</div></main>"
        )

    def _sidebar(self, here: Channel | None) -> str:
        guilds = (
            f"<h2>{escape(guild.name)}</h2>{''.join(self._entries(guild, here))}"
            for guild in self._state.guilds.values()
        )
        return f"<nav>{''.join(guilds)}</nav>"

    def _entries(self, guild: Guild, here: Channel | None) -> Iterable[str]:
        channels = [c for c in guild.channels.values() if c.thread is None]
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
            yield _link(channel, here, "#", "")
        for thread in guild.channels.values():
            info = thread.thread
            if info is None or thread.parent_id != channel.id:
                continue
            if thread is here or not info.archived:
                yield _link(thread, here, "🧵", " inner")


def _link(channel: Channel, here: Channel | None, sign: str, extra: str) -> str:
    marked = f"{'here' if channel is here else ''}{extra}"
    return f'<a class="{marked}" href="/channels/{channel.id}">{sign} {escape(channel.name)}</a>'


def add_page_routes(app: web.Application, sandbox: HasWorld) -> None:
    """Mount the page; the interactions must be mounted already."""
    Page(sandbox.world, app[INTERACTIONS].changes).mount(app)
