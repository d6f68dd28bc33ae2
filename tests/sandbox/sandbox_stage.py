"""A whole sandbox with a small world, and an unmodified discord.py client connected to it."""

import asyncio
import json
import zlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import aiohttp
import discord
import discord.http
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket

from sandbox.clock import SandboxClock
from sandbox.discord.admin import Admin
from sandbox.discord.app import DiscordSandbox
from sandbox.discord.permissions import Permission
from sandbox.discord.person import Person

NOON = datetime(2026, 6, 3, 12, 0, tzinfo=UTC)
PATIENCE = 10.0


class Stage:
    """A running sandbox. `owner` owns the guild, `reader` is an ordinary member of it."""

    def __init__(self, sandbox: DiscordSandbox) -> None:
        self.sandbox = sandbox
        self.world = sandbox.world
        accounts, servers = self.world.accounts, self.world.servers
        self.owner_id = accounts.create_user("olga").id
        self.reader_id = accounts.create_user("rita", locale="ja").id
        self.application = accounts.create_application("Paperboy", self.owner_id)
        self.guild_id = servers.create(self.owner_id, "Reading group").id
        servers.add_member(self.guild_id, self.reader_id)
        granted = Permission.MANAGE_MESSAGES | Permission.MANAGE_THREADS
        servers.add_bot(self.guild_id, self.application.id, permissions=int(granted))
        self.channel_id = self.world.rooms.create(self.guild_id, "papers").id
        self.admin = Admin(self.control_url)
        self.owner = Person(self.control_url, self.owner_id)
        self.reader = Person(self.control_url, self.reader_id)

    @property
    def control_url(self) -> str:
        """Where the control interface is."""
        return f"{self.sandbox.url}/control"

    @property
    def token(self) -> str:
        """The bot's token."""
        return self.application.token

    async def close(self) -> None:
        """Close the clients of the control interface."""
        for client in (self.admin, self.owner, self.reader):
            await client.close()


@asynccontextmanager
async def stage(*, limits: bool = False, record: Path | None = None) -> AsyncGenerator[Stage, None]:
    """A sandbox on a free port with its small world."""
    sandbox = DiscordSandbox(SandboxClock(NOON), limits_enabled=limits, record=record)
    await sandbox.start()
    made = Stage(sandbox)
    try:
        yield made
    finally:
        await made.close()
        await sandbox.stop()


@contextmanager
def discord_at(sandbox: DiscordSandbox) -> Generator[None, None, None]:
    """Point discord.py at the sandbox, and back afterwards."""
    base, gateway = discord.http.Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    discord.http.Route.BASE = sandbox.api_base
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(sandbox.gateway_url)
    try:
        yield
    finally:
        discord.http.Route.BASE = base
        DiscordWebSocket.DEFAULT_GATEWAY = gateway


class Bot(discord.AutoShardedClient):
    """A client that notes what it hears of."""

    def __init__(self, intents: discord.Intents, shard_count: int | None = None) -> None:
        super().__init__(
            intents=intents,
            guild_ready_timeout=0.05,
            shard_count=shard_count,
            max_messages=None,
            enable_debug_events=True,
        )
        self.tree = app_commands.CommandTree(self)
        self.heard: list[tuple[str, Any]] = []
        self.is_up = asyncio.Event()
        self._heard_more = asyncio.Event()

    async def on_ready(self) -> None:
        """READY and all guilds have come."""
        self.is_up.set()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Do not wait five seconds between shards: the sandbox asks for that only on request."""

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """Note the event on its way."""
        super().dispatch(event, *args, **kwargs)
        if event not in ("socket_raw_receive", "socket_raw_send"):
            self.heard.append((event, args[0] if args else None))
            self._heard_more.set()

    def named(self, event: str) -> list[Any]:
        """The first arguments of all events of that name so far."""
        return [argument for name, argument in self.heard if name == event]

    async def hears(self, event: str, count: int = 1) -> list[Any]:
        """Wait until `count` events of that name have come."""
        async with asyncio.timeout(PATIENCE):
            while len(found := self.named(event)) < count:
                self._heard_more.clear()
                await self._heard_more.wait()
        return found


def intents(*names: str) -> discord.Intents:
    """Only the intents with these names."""
    chosen = discord.Intents.none()
    for name in names:
        setattr(chosen, name, True)
    return chosen


DEFAULT_INTENTS = ("guilds", "guild_messages", "guild_reactions", "dm_messages")


@asynccontextmanager
async def connected(
    made: Stage,
    prepare: Callable[[Bot], Awaitable[None] | None] | None = None,
    *,
    wanted: tuple[str, ...] = DEFAULT_INTENTS,
    shard_count: int | None = None,
) -> AsyncGenerator[Bot, None]:
    """A bot that is READY; `prepare` gives it commands, which are then registered."""
    with discord_at(made.sandbox):
        bot = Bot(intents(*wanted), shard_count)
        if prepare is not None:
            done = prepare(bot)
            if done is not None:
                await done
        running = asyncio.create_task(bot.start(made.token))
        up = asyncio.create_task(bot.is_up.wait())
        try:
            await asyncio.wait({running, up}, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                running.result()
            assert bot.is_up.is_set(), "the bot did not become ready"
            if prepare is not None:
                await bot.tree.sync()
            yield bot
        finally:
            up.cancel()
            await bot.close()
            await asyncio.gather(running, up, return_exceptions=True)


class RawGateway:
    """A bare websocket to the gateway, for what no library would do."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, *, compressed: bool) -> None:
        self.socket = socket
        self.sequence: int | None = None
        self._inflator = zlib.decompressobj() if compressed else None
        self.sizes: list[int] = []

    async def send(self, op: int, data: Any) -> None:
        """Send a packet."""
        await self.socket.send_json({"op": op, "d": data})

    async def receive(self) -> dict[str, Any]:
        """The next packet; fails if the connection ends instead."""
        message = await self.socket.receive(timeout=PATIENCE)
        if message.type is aiohttp.WSMsgType.BINARY:
            raw = bytes(message.data)
            self.sizes.append(len(raw))
            if self._inflator is not None:
                assert raw.endswith(b"\x00\x00\xff\xff"), "not flushed"
                text = self._inflator.decompress(raw)
            else:
                text = zlib.decompress(raw)
        else:
            assert message.type is aiohttp.WSMsgType.TEXT, message
            text = message.data.encode()
        packet = json.loads(text)
        if packet["s"] is not None:
            self.sequence = packet["s"]
        return packet

    async def until(self, name: str) -> dict[str, Any]:
        """The data of the next event of that name."""
        while True:
            packet = await self.receive()
            if packet["t"] == name:
                return packet["d"]

    async def close_code(self) -> int | None:
        """Read on until the server closes; its code."""
        while True:
            message = await self.socket.receive(timeout=PATIENCE)
            if message.type not in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
                return self.socket.close_code

    async def identify(self, token: str, intents_: int = 1, **more: Any) -> dict[str, Any]:
        """Identify and give READY's data."""
        await self.send(2, {"token": token, "intents": intents_, "properties": {}, **more})
        return await self.until("READY")


class RawClient:
    """Opens raw gateway connections and closes them all at the end."""

    def __init__(self, made: Stage) -> None:
        self._made = made
        self._session = aiohttp.ClientSession()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def connect(self, query: str = "v=10&encoding=json") -> RawGateway:
        """A connection before its Hello."""
        url = f"{self._made.sandbox.gateway_url}?{query}"
        socket = await self._session.ws_connect(url)
        return RawGateway(socket, compressed="zlib-stream" in query)

    async def opened(self, query: str = "v=10&encoding=json") -> RawGateway:
        """A connection whose Hello has been read."""
        gateway = await self.connect(query)
        hello = await gateway.receive()
        assert hello["op"] == 10
        return gateway
