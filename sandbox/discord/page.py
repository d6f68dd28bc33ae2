"""A read-only web page of the servers, their channels and messages, at `/`.

It shows what the owner of each server sees, without private answers; with `?as={user_id}` what
that person sees, with their private answers and direct messages. Rendered here, so that it works
without a script; a small script reloads it when something has changed.
"""

import asyncio
from html import escape

from aiohttp import web

from sandbox.discord.changes import Changes
from sandbox.discord.interactions import INTERACTIONS, HasWorld
from sandbox.discord.models import Channel, Guild, Message
from sandbox.discord.page_assets import SCRIPT, STYLE
from sandbox.discord.page_messages import MessageHtml
from sandbox.discord.page_names import channel_title
from sandbox.discord.page_sidebar import Sidebar, Viewer
from sandbox.discord.state import State
from sandbox.discord.timeline import page as latest
from sandbox.discord.views import visible_messages

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

    async def home(self, request: web.Request) -> web.Response:
        """The first channel there is for the one who looks."""
        viewer = self._viewer(request)
        for guild in self._state.guilds.values():
            for channel in guild.channels.values():
                if (
                    channel.thread is None
                    and channel.type.holds_messages
                    and viewer.sees(self._state, channel)
                ):
                    return await self._show(viewer, guild, channel)
        return await self._show(viewer, None, None)

    async def channel(self, request: web.Request) -> web.Response:
        """One channel, thread or direct message."""
        viewer = self._viewer(request)
        channel = self._state.channels.get(int(request.match_info["channel_id"]))
        if (
            channel is None
            or not channel.type.holds_messages
            or not viewer.sees(self._state, channel)
        ):
            raise web.HTTPNotFound(text="There is no such channel.", headers=_HEADERS)
        return await self._show(viewer, self._state.guilds.get(channel.guild_id or 0), channel)

    def _viewer(self, request: web.Request) -> Viewer:
        given = request.query.get("as")
        if given is None:
            return Viewer(None)
        user = self._state.users.get(int(given) if given.isascii() and given.isdigit() else 0)
        if user is None or user.bot:
            raise web.HTTPNotFound(text="There is no such person.", headers=_HEADERS)
        return Viewer(user.id)

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

    async def _show(
        self, viewer: Viewer, guild: Guild | None, channel: Channel | None
    ) -> web.Response:
        colors: set[int] = set()
        title, main = "Sandbox", "<main><p class=empty>There is no channel yet.</p></main>"
        if channel is not None:
            renderer = MessageHtml(self._state, guild, viewer.query)
            main = await self._main(viewer, channel, renderer)
            name = channel_title(self._state, channel, viewer.user_id or 0).replace("# ", "#", 1)
            title = f"{name} · {guild.name}" if guild is not None else name
            colors = renderer.accents
        listed = "-".join(f"{color:06x}" for color in sorted(colors))
        accents = (
            f'<link rel=stylesheet href="/page/accents.css?colors={listed}">' if listed else ""
        )
        viewing = self._state.users.get(viewer.user_id or 0)
        # Browsers choose the forms of Han characters by it.
        language = viewing.locale if viewing is not None else "en"
        html = (
            f"<!doctype html><html lang={language}><head><meta charset=utf-8>"
            '<meta name=viewport content="width=device-width">'
            f"<title>{escape(title)}</title>"
            "<link rel=stylesheet href=/page/style.css>"
            f"{accents}<script defer src=/page/page.js></script><noscript>"
            f"<meta http-equiv=refresh content={_SECONDS_BETWEEN_REFRESHES}></noscript>"
            f'</head><body data-revision="{self._changes.revision}">'
            f"{Sidebar(self._state, viewer).html(channel)}{main}</body></html>"
        )
        return web.Response(text=html, content_type="text/html", headers=_HEADERS)

    def _messages(self, viewer: Viewer, channel: Channel) -> list[Message]:
        if viewer.user_id is None:
            return latest(channel, limit=_SHOWN)[::-1]
        return visible_messages(self._state, viewer.user_id, channel, limit=_SHOWN)

    async def _main(self, viewer: Viewer, channel: Channel, renderer: MessageHtml) -> str:
        shown: list[str] = []
        for message in self._messages(viewer, channel):
            shown.append(renderer.message(message, channel))
            # A channel full of long messages must not hold up the bots.
            await asyncio.sleep(0)
        sign, _, name = channel_title(self._state, channel, viewer.user_id or 0).partition(" ")
        topic = f" <small>{escape(channel.topic)}</small>" if channel.topic else ""
        now = self._state.clock.now().strftime("%A %Y-%m-%d %H:%M UTC")
        return (
            f"<main><header>{sign} <b>{escape(name)}</b>{topic} "
            f"<small>· {now}</small></header><div id=messages>"
            f"{''.join(shown) or _NOTHING_YET}</div></main>"
        )


def add_page_routes(app: web.Application, sandbox: HasWorld) -> None:
    """Mount the page; the interactions must be mounted already."""
    Page(sandbox.world, app[INTERACTIONS].changes).mount(app)
