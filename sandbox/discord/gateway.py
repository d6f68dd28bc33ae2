"""Discord's Gateway v10: who is connected, and which sessions can be taken up again.

Source: Discord's "Gateway" and "Gateway Events". Mounted at `/gateway`.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol, cast

from aiohttp import web

from sandbox.discord.compression import UnsupportedCompressionError, transport_encoder
from sandbox.discord.events import Event
from sandbox.discord.gateway_connection import (
    DECODE_ERROR,
    DISALLOWED_INTENTS,
    INVALID_SESSION,
    RECONNECT,
    Connection,
    Refusal,
)
from sandbox.discord.gateway_intents import KNOWN, Intent, disallowed
from sandbox.discord.gateway_session import Session
from sandbox.discord.models import Application
from sandbox.discord.payloads import own_user_payload
from sandbox.discord.state import State

_AUTHENTICATION_FAILED, _INVALID_SEQUENCE, _INVALID_SHARD = 4004, 4007, 4010
_SHARDING_REQUIRED, _INVALID_VERSION, _INVALID_INTENTS = 4011, 4012, 4013
_GOING_AWAY = 1001
_VERSIONS = (9, 10)


@dataclass(slots=True)
class GatewaySettings:
    """What a test may want different. Durations are real time.

    `keep_events` is how many events a session keeps for a resume, `keep_session_seconds` how long
    it outlives its connection. `identify_interval_seconds` is the least time between two Identify
    packets of one application (Discord: 5; 0 turns the rule off, so a bot can restart at once).
    """

    heartbeat_interval_ms: int = 41_250
    heartbeat_grace_ms: int = 10_000
    keep_events: int = 10_000
    keep_session_seconds: float = 120.0
    identify_interval_seconds: float = 0.0
    most_guilds_per_shard: int = 2_500


class Gateway:
    """All sessions and connections. Subscribes to the world's bus at construction."""

    def __init__(self, state: State, settings: GatewaySettings | None = None) -> None:
        self.settings = settings or GatewaySettings()
        self.sessions: dict[str, Session] = {}
        self.connections: set[Connection] = set()
        self.state = state
        self._identified_at: dict[int, float] = {}
        self._closing = False
        state.bus.subscribe(self._publish)

    def _publish(self, event: Event) -> None:
        for session in tuple(self.sessions.values()):
            session.receive(event)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Handle one websocket from start to end."""
        query = request.query
        try:
            encoder = transport_encoder(query.get("compress"))
        except UnsupportedCompressionError as error:
            return await _refused(request, DECODE_ERROR, str(error))
        version = query.get("v", "10")
        if version not in map(str, _VERSIONS):
            return await _refused(request, _INVALID_VERSION, "Invalid API version.")
        if query.get("encoding", "json") != "json":
            return await _refused(request, DECODE_ERROR, "Only the json encoding is available.")
        if self._closing:
            return await _refused(request, _GOING_AWAY, "Shutting down.")
        connection = Connection(self, request, encoder, int(version))
        self.connections.add(connection)
        return await connection.run()

    def _application(self, token: object) -> Application:
        application = None
        if isinstance(token, str):
            application = self.state.application_by_token(token.removeprefix("Bot "))
        if application is None:
            raise Refusal(_AUTHENTICATION_FAILED, "Authentication failed.")
        return application

    async def identify(self, connection: Connection, form: dict[str, Any]) -> None:
        """Open a new session: READY, then a GUILD_CREATE for each guild. Raises Refusal."""
        application = self._application(form.get("token"))
        shard = _shard(form.get("shard"))
        intents = form.get("intents")
        if not isinstance(intents, int) or isinstance(intents, bool) or intents & ~KNOWN:
            raise Refusal(_INVALID_INTENTS, "Invalid intent(s).")
        if disallowed(intents, application):
            raise Refusal(DISALLOWED_INTENTS, "Disallowed intent(s).")
        if self._identifies_too_soon(application.id):
            connection.send(INVALID_SESSION, False)
            return
        session = Session(self.state, application.id, intents, shard, self.settings.keep_events)
        guild_ids = session.guild_ids()
        if len(guild_ids) > self.settings.most_guilds_per_shard:
            raise Refusal(_SHARDING_REQUIRED, "Sharding required.")
        if form.get("compress") is True:
            connection.compress_payloads()
        self._forget_old_sessions()
        self.sessions[session.id] = session
        self._attach(session, connection)
        session.pending = set(guild_ids)
        session.dispatch("READY", self._ready(session, application, connection.version))
        for guild_id in guild_ids:
            if intents & Intent.GUILDS:
                session.open_guild(guild_id)
            # A bot with a thousand guilds must not hold up everybody else.
            await asyncio.sleep(0)
        session.pending.clear()

    def _identifies_too_soon(self, application_id: int) -> bool:
        now = asyncio.get_running_loop().time()
        last = self._identified_at.get(application_id)
        if last is not None and now - last < self.settings.identify_interval_seconds:
            return True
        self._identified_at[application_id] = now
        return False

    def _ready(self, session: Session, application: Application, version: int) -> dict[str, Any]:
        ready: dict[str, Any] = {
            "v": version,
            "user": own_user_payload(self.state.user(application.id)),
            "guilds": [{"id": str(guild), "unavailable": True} for guild in session.pending],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": self.url,
            "application": {"id": str(application.id), "flags": application.flags},
            "private_channels": [],
            "presences": [],
            "relationships": [],
            "user_settings": {},
            "geo_ordered_rtc_regions": [],
            "_trace": [],
        }
        if session.shard is not None:
            ready["shard"] = list(session.shard)
        return ready

    @property
    def url(self) -> str:
        """Where bots connect, such as `ws://127.0.0.1:8080/gateway`."""
        return self.state.base_url.replace("http", "ws", 1) + "/gateway"

    def resume(self, connection: Connection, form: dict[str, Any]) -> None:
        """Take a session up again, or tell the client that it is gone. Raises Refusal."""
        application = self._application(form.get("token"))
        self._forget_old_sessions()
        session = self.sessions.get(str(form.get("session_id")))
        sequence = form.get("seq")
        if session is None or session.bot_id != application.id:
            connection.send(INVALID_SESSION, False)
            return
        if not isinstance(sequence, int) or not 0 <= sequence <= session.sequence:
            raise Refusal(_INVALID_SEQUENCE, "Invalid seq.")
        if not session.can_replay_from(sequence):
            del self.sessions[session.id]
            connection.send(INVALID_SESSION, False)
            return
        if isinstance(session.outlet, Connection):
            # The old connection is still there; it has been replaced.
            replaced, session.outlet = session.outlet, None
            replaced.session = None
            replaced.abort()
        self._attach(session, connection)
        session.replay_from(sequence)

    def _attach(self, session: Session, connection: Connection) -> None:
        session.outlet = connection
        session.detached_at = None
        connection.session = session

    def detached(self, connection: Connection) -> None:
        """The connection has ended; its session stays unless the client said goodbye."""
        self.connections.discard(connection)
        session, connection.session = connection.session, None
        if session is None:
            return
        session.outlet = None
        session.detached_at = asyncio.get_running_loop().time()
        if connection.said_goodbye:
            self.sessions.pop(session.id, None)

    def _forget_old_sessions(self) -> None:
        oldest = asyncio.get_running_loop().time() - self.settings.keep_session_seconds
        for session in tuple(self.sessions.values()):
            if session.detached_at is not None and session.detached_at < oldest:
                del self.sessions[session.id]

    def connections_of(
        self, application_id: int | None = None, shard: int | None = None
    ) -> list[Connection]:
        """The live, identified connections, of one application and shard if given."""
        return [
            connection
            for connection in self.connections
            if connection.session is not None
            and application_id in (None, connection.session.bot_id)
            and (shard is None or (connection.session.shard or (0, 1))[0] == shard)
        ]

    def drop(self, connections: Iterable[Connection]) -> int:
        """Cut connections without a close frame; their sessions can be resumed."""
        chosen = list(connections)
        for connection in chosen:
            connection.abort()
        return len(chosen)

    def ask_to_reconnect(self, connections: Iterable[Connection]) -> int:
        """Send Reconnect (opcode 7)."""
        chosen = list(connections)
        for connection in chosen:
            connection.send(RECONNECT, None)
        return len(chosen)

    def invalidate(self, connections: Iterable[Connection]) -> int:
        """Send Invalid Session (opcode 9); the sessions are gone."""
        chosen = list(connections)
        for connection in chosen:
            if connection.session is not None:
                self.sessions.pop(connection.session.id, None)
                connection.session.outlet = None
                connection.session = None
            connection.send(INVALID_SESSION, False)
        return len(chosen)

    def interrupt(self, connections: Iterable[Connection]) -> int:
        """Send Invalid Session (opcode 9) that says the session can be resumed."""
        chosen = list(connections)
        for connection in chosen:
            connection.send(INVALID_SESSION, True)
        return len(chosen)

    def ask_for_heartbeat(self, connections: Iterable[Connection]) -> int:
        """Ask the clients for a heartbeat now."""
        chosen = list(connections)
        for connection in chosen:
            connection.request_heartbeat()
        return len(chosen)

    async def close_all(self) -> None:
        """Close every websocket; must come before the HTTP server stops, which waits for them."""
        self._closing = True
        connections = tuple(self.connections)
        closing = (connection.close(_GOING_AWAY, "Shutting down.") for connection in connections)
        await asyncio.gather(*closing, return_exceptions=True)


class HasState(Protocol):
    """What the gateway needs of the sandbox that it is mounted in."""

    @property
    def world(self) -> State: ...


GATEWAY = web.AppKey("gateway", Gateway)


def add_gateway_routes(app: web.Application, sandbox: HasState) -> None:
    """Mount the gateway at `/gateway`; it closes its websockets when `app` shuts down."""
    gateway = Gateway(sandbox.world)
    app[GATEWAY] = gateway
    app.router.add_get("/gateway", gateway.serve)
    app.router.add_get("/gateway/", gateway.serve)

    async def close_all(_: web.Application) -> None:
        await gateway.close_all()

    app.on_shutdown.append(close_all)


async def _refused(request: web.Request, code: int, reason: str) -> web.StreamResponse:
    socket = web.WebSocketResponse(timeout=1.0)
    await socket.prepare(request)
    await socket.close(code=code, message=reason.encode()[:123])
    return socket


def _shard(value: object) -> tuple[int, int] | None:
    if value is None:
        return None
    if isinstance(value, list):
        items = cast("list[object]", value)
        if len(items) == 2 and all(type(item) is int for item in items):
            number, count = cast("list[int]", items)
            if 0 <= number < count:
                return number, count
    raise Refusal(_INVALID_SHARD, "Invalid shard.")
