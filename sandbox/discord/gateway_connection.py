"""One websocket to the gateway: the handshake, heartbeats, and the client's packets."""

import asyncio
import json
from collections import deque
from typing import TYPE_CHECKING, Any, cast

from aiohttp import WSMsgType, web

from sandbox.discord.compression import Encoder, PlainText, ZlibPackets, packet
from sandbox.discord.gateway_members import send_members
from sandbox.discord.gateway_session import Session

if TYPE_CHECKING:
    from sandbox.discord.gateway import Gateway

# Opcodes and close codes: Discord's "Opcodes and Status Codes", section Gateway.
_HEARTBEAT, _IDENTIFY, _PRESENCE, _VOICE_STATE, _RESUME = 1, 2, 3, 4, 6
RECONNECT, REQUEST_MEMBERS, INVALID_SESSION, _HELLO, _HEARTBEAT_ACK = 7, 8, 9, 10, 11
_REQUEST_SOUNDS, _REQUEST_CHANNEL_INFO = 31, 43

UNKNOWN_ERROR, UNKNOWN_OPCODE, DECODE_ERROR, NOT_AUTHENTICATED = 4000, 4001, 4002, 4003
ALREADY_AUTHENTICATED, RATE_LIMITED, DISALLOWED_INTENTS = 4005, 4008, 4014

# A client that closes with one of these gives its session up.
_GOODBYES = (1000, 1001)

_LARGEST_PACKET = 4096
_ACK_S = 0.005
_PACKETS_PER_WINDOW, _WINDOW_SECONDS = 120, 60.0
# A client that reads nothing while this many packets wait for it is dropped.
_LONGEST_QUEUE = 100_000


class Refusal(Exception):
    """The client broke a rule; the connection closes with this code and reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Connection:
    """A websocket from its Hello to its end.

    `session` is set by Identify or Resume. `said_goodbye`: the client ended it for good.
    """

    def __init__(
        self, gateway: "Gateway", request: web.Request, encoder: Encoder | None, version: int
    ) -> None:
        self.session: Session | None = None
        self.version = version
        self.said_goodbye = False
        self.socket = web.WebSocketResponse(timeout=1.0, max_msg_size=1 << 20)
        self._gateway = gateway
        self._request = request
        self._encoder: Encoder = encoder or PlainText()
        self._is_stream = encoder is not None
        self._outgoing: asyncio.Queue[str | None] = asyncio.Queue()
        self._received: deque[float] = deque()
        self._last_heartbeat = 0.0

    @property
    def compression(self) -> str | None:
        """How packets to the client are compressed."""
        return self._encoder.name

    def write(self, text: str) -> None:
        """Queue a packet; the writer sends them one after another."""
        if self._outgoing.qsize() >= _LONGEST_QUEUE:
            self.abort()
        else:
            self._outgoing.put_nowait(text)

    def send(self, op: int, data: Any) -> None:
        """Queue a packet other than a dispatch."""
        self.write(packet(op, data))

    def request_heartbeat(self) -> None:
        """Ask the client for a heartbeat now."""
        self.send(_HEARTBEAT, None)

    def abort(self) -> None:
        """Cut the connection as a network failure would, without a close frame."""
        if self._request.transport is not None:
            self._request.transport.abort()

    async def close(self, code: int, reason: str) -> None:
        """Close with a code that the client sees."""
        await self.socket.close(code=code, message=reason.encode()[:123])

    async def run(self) -> web.WebSocketResponse:
        """Serve the client until one side ends it."""
        await self.socket.prepare(self._request)
        writer = asyncio.create_task(self._write_all())
        try:
            await self._serve()
        except Refusal as refusal:
            await self._drain(writer)
            await self.close(refusal.code, refusal.reason)
        finally:
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)
            self._gateway.detached(self)
        return self.socket

    async def _serve(self) -> None:
        settings = self._gateway.settings
        interval = settings.heartbeat_interval_ms / 1000
        grace = settings.heartbeat_grace_ms / 1000
        clock = asyncio.get_running_loop().time
        self._last_heartbeat = clock()
        self.send(_HELLO, {"heartbeat_interval": settings.heartbeat_interval_ms, "_trace": []})
        while True:
            due = self._last_heartbeat + interval + grace
            try:
                message = await self.socket.receive(timeout=max(0.001, due - clock()))
            except TimeoutError:
                if clock() >= self._last_heartbeat + interval + grace:
                    raise Refusal(UNKNOWN_ERROR, "No heartbeat arrived in time.") from None
                continue
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                self.said_goodbye = message.type is WSMsgType.CLOSE and message.data in _GOODBYES
                return
            self._count(clock())
            await self._handle(cast("str | bytes", message.data))

    def _count(self, now: float) -> None:
        while self._received and self._received[0] <= now - _WINDOW_SECONDS:
            self._received.popleft()
        self._received.append(now)
        if len(self._received) > _PACKETS_PER_WINDOW:
            raise Refusal(RATE_LIMITED, "You are being rate limited.")

    async def _handle(self, raw: str | bytes) -> None:
        op, data = _decode(raw)
        if op == _HEARTBEAT:
            self._last_heartbeat = asyncio.get_running_loop().time()
            # Some time on its way, as over any network: discord.py measures nonsense if the
            # answer is there before its heartbeat thread has noted the time of sending.
            asyncio.get_running_loop().call_later(_ACK_S, self.send, _HEARTBEAT_ACK, None)
        elif op in (_IDENTIFY, _RESUME):
            if self.session is not None:
                raise Refusal(ALREADY_AUTHENTICATED, "Already authenticated.")
            if not isinstance(data, dict):
                raise Refusal(DECODE_ERROR, "Error while decoding payload.")
            form = cast("dict[str, Any]", data)
            if op == _RESUME:
                self._gateway.resume(self, form)
            else:
                await self._gateway.identify(self, form)
        elif op in (
            _PRESENCE,
            _VOICE_STATE,
            REQUEST_MEMBERS,
            _REQUEST_SOUNDS,
            _REQUEST_CHANNEL_INFO,
        ):
            if self.session is None:
                raise Refusal(NOT_AUTHENTICATED, "Not authenticated.")
            self._answer(self.session, op, data)
        else:
            raise Refusal(UNKNOWN_OPCODE, "Unknown opcode.")

    def _answer(self, session: Session, op: int, data: Any) -> None:
        form = cast("dict[str, Any]", data) if isinstance(data, dict) else {}
        if op == REQUEST_MEMBERS:
            if not send_members(self._gateway.state, session, form):
                raise Refusal(DISALLOWED_INTENTS, "Listing all members needs GUILD_MEMBERS.")
        elif op == _REQUEST_SOUNDS:
            for guild_id in form.get("guild_ids", []):
                sounds: dict[str, Any] = {"guild_id": str(guild_id), "soundboard_sounds": []}
                session.dispatch("SOUNDBOARD_SOUNDS", sounds)
        elif op == _REQUEST_CHANNEL_INFO:
            info: dict[str, Any] = {"guild_id": str(form.get("guild_id")), "channels": []}
            session.dispatch("CHANNEL_INFO", info)
        # Presence and voice state change nothing here: nobody is shown as online or speaking.

    def compress_payloads(self) -> None:
        """Begin payload compression, unless the transport compresses already."""
        if not self._is_stream:
            self._encoder = ZlibPackets()

    async def _write_all(self) -> None:
        while (text := await self._outgoing.get()) is not None:
            message = self._encoder.encode(text)
            try:
                if isinstance(message, str):
                    await self.socket.send_str(message)
                else:
                    await self.socket.send_bytes(message)
            except ConnectionError:
                return

    async def _drain(self, writer: "asyncio.Task[None]") -> None:
        self._outgoing.put_nowait(None)
        await asyncio.wait({writer}, timeout=1.0)


def _decode(raw: str | bytes) -> tuple[int, Any]:
    if len(raw if isinstance(raw, bytes) else raw.encode()) > _LARGEST_PACKET:
        raise Refusal(DECODE_ERROR, "Payload is larger than 4096 bytes.")
    try:
        value: Any = json.loads(raw)
    except (ValueError, RecursionError):
        raise Refusal(DECODE_ERROR, "Error while decoding payload.") from None
    if not isinstance(value, dict):
        raise Refusal(DECODE_ERROR, "Error while decoding payload.")
    form = cast("dict[str, Any]", value)
    op = form.get("op")
    if not isinstance(op, int) or isinstance(op, bool):
        raise Refusal(UNKNOWN_OPCODE, "Unknown opcode.")
    return op, form.get("d")
