"""The stand-in for Discord as one HTTP server on loopback."""

from pathlib import Path

from aiohttp import web

from sandbox.clock import SandboxClock
from sandbox.discord.bodies import MAX_BODY_BYTES
from sandbox.discord.cdn import add_cdn_routes
from sandbox.discord.control import add_control_routes
from sandbox.discord.faults import Faults
from sandbox.discord.gateway import add_gateway_routes
from sandbox.discord.interactions import add_interaction_routes
from sandbox.discord.limits import Limits
from sandbox.discord.page import add_page_routes
from sandbox.discord.record import Recorder
from sandbox.discord.rest_service import add_rest_routes, rest_middleware
from sandbox.discord.world import World


class DiscordSandbox:
    """Discord's REST interface and gateway, the control interface and the page, on one port.

    `world` is what exists, `limits` the rate limits (`limits.enabled` switches them), `faults`
    what goes wrong on request. With `record`, set before the start, every REST exchange is appended
    to that JSONL file.
    """

    def __init__(
        self, clock: SandboxClock, *, limits_enabled: bool = True, record: Path | None = None
    ) -> None:
        self.clock = clock
        self.world = World(clock)
        self.limits = Limits(enabled=limits_enabled)
        self.faults = Faults()
        self.recorder: Recorder | None = None
        self.record = record
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """Where the server is reached, such as `http://127.0.0.1:8080`; set by `start`."""
        return self.world.base_url

    @property
    def api_base(self) -> str:
        """The base of the REST interface."""
        return f"{self.url}/api/v10"

    @property
    def gateway_url(self) -> str:
        """The gateway's websocket address, without a query."""
        return f"ws{self.url.removeprefix('http')}/gateway"

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Serve on `host` and `port` (0: any free one). Raises OSError if it is taken."""
        app = web.Application(client_max_size=MAX_BODY_BYTES, middlewares=[rest_middleware(self)])
        add_rest_routes(app, self)
        add_cdn_routes(app, self.world)
        add_gateway_routes(app, self)
        add_interaction_routes(app, self)
        add_control_routes(app, self)
        add_page_routes(app, self)
        if self.record is not None:
            self.recorder = Recorder(self.record)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=2.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        try:
            await site.start()
        except OSError:
            await self.stop()
            raise
        bound_host, bound_port = self._runner.addresses[0][:2]
        shown = f"[{bound_host}]" if ":" in bound_host else bound_host
        self.world.base_url = f"http://{shown}:{bound_port}"

    async def stop(self) -> None:
        """Close websockets, end what is being served within two seconds, close the recording."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        if self.recorder is not None:
            self.recorder.close()
            self.recorder = None
