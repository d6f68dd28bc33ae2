"""A REST-only sandbox with one guild, its people and a bot, for the REST tests."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import aiohttp
from aiohttp import web

from sandbox.clock import SandboxClock
from sandbox.discord.bodies import MAX_BODY_BYTES
from sandbox.discord.cdn import add_cdn_routes
from sandbox.discord.events import Event
from sandbox.discord.faults import Faults
from sandbox.discord.limits import Limits
from sandbox.discord.models import ChannelType
from sandbox.discord.permissions import Permission
from sandbox.discord.record import Recorder
from sandbox.discord.rest_service import add_rest_routes, rest_middleware
from sandbox.discord.world import World

BOT_PERMISSIONS = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.SEND_MESSAGES_IN_THREADS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.CREATE_PRIVATE_THREADS
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.ADD_REACTIONS
    | Permission.READ_MESSAGE_HISTORY
    | Permission.MANAGE_MESSAGES
    | Permission.MANAGE_CHANNELS
    | Permission.MANAGE_ROLES
    | Permission.MANAGE_THREADS
    | Permission.PIN_MESSAGES
    | Permission.CHANGE_NICKNAME
)


class RestServer:
    """The REST interface on a free port, with a client for it and a small world.

    `owner` owns the guild, `reader` is an ordinary member, `bot` the application; `general` is a
    text channel. `events` collects everything that is published.
    """

    def __init__(self, *, limits: bool, record: Path | None) -> None:
        self.clock = SandboxClock(datetime(2026, 6, 3, 4, 0, tzinfo=UTC))
        self.world = World(self.clock)
        self.limits = Limits(enabled=limits)
        self.faults = Faults()
        self.recorder = Recorder(record) if record else None
        self.events: list[Event] = []
        self.owner = self.world.accounts.create_user("olga")
        self.reader = self.world.accounts.create_user("rita")
        self.bot = self.world.accounts.create_application("Paperboy", self.owner.id)
        self.guild = self.world.servers.create(self.owner.id, "Reading group")
        self.world.servers.add_member(self.guild.id, self.reader.id)
        self.world.servers.add_bot(self.guild.id, self.bot.id, permissions=int(BOT_PERMISSIONS))
        self.general = self.world.rooms.create(self.guild.id, "general")
        self.news = self.world.rooms.create(self.guild.id, "news", type=ChannelType.ANNOUNCEMENT)
        self.world.bus.subscribe(self.events.append)
        self._session: aiohttp.ClientSession | None = None

    @property
    def gateway_url(self) -> str:
        """Where a gateway would be."""
        return f"ws{self.world.base_url.removeprefix('http')}/gateway"

    @property
    def api_base(self) -> str:
        """The base of the REST interface."""
        return f"{self.world.base_url}/api/v10"

    @property
    def session(self) -> aiohttp.ClientSession:
        """The HTTP client that `running_rest_server` opened."""
        assert self._session is not None
        return self._session

    @session.setter
    def session(self, value: aiohttp.ClientSession) -> None:
        self._session = value

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str | None = "",
        params: dict[str, str] | None = None,
        data: aiohttp.FormData | None = None,
    ) -> tuple[int, Any]:
        """One request below the API's base as the bot; the status and the JSON of the answer."""
        headers: dict[str, str] = {}
        if token is not None:
            headers["Authorization"] = f"Bot {token or self.bot.token}"
        async with self.session.request(
            method, self.api_base + path, json=body, params=params, data=data, headers=headers
        ) as response:
            text = await response.text()
            return response.status, await response.json() if text else None

    async def send(self, body: Any, channel_id: int | None = None) -> tuple[int, Any]:
        """Create a message in `general`, or in another channel."""
        return await self.call("POST", f"/channels/{channel_id or self.general.id}/messages", body)

    def named(self, name: str) -> list[Event]:
        """The events of that name so far."""
        return [event for event in self.events if event.name == name]


@asynccontextmanager
async def running_rest_server(
    *, limits: bool = False, record: Path | None = None
) -> AsyncGenerator[RestServer]:
    """A `RestServer` that is being served."""
    server = RestServer(limits=limits, record=record)
    app = web.Application(client_max_size=MAX_BODY_BYTES, middlewares=[rest_middleware(server)])
    add_rest_routes(app, server)
    add_cdn_routes(app, server.world)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.world.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        async with aiohttp.ClientSession() as session:
            server.session = session
            yield server
    finally:
        await runner.cleanup()
        if server.recorder is not None:
            server.recorder.close()


def error_codes(tree: Any) -> dict[str, list[str]]:
    """The codes in a tree of field errors, by the dotted path of the field."""
    found: dict[str, list[str]] = {}

    def visit(node: dict[str, Any], path: str) -> None:
        for key, value in node.items():
            if key == "_errors":
                found[path] = [item["code"] for item in value]
            else:
                visit(cast("dict[str, Any]", value), f"{path}.{key}" if path else key)

    visit(tree.get("errors", {}), "")
    return found
