"""The server: arXiv's feeds, API and OAI-PMH on one port of loopback, and its controls.

GET            /rss/{names}  /atom/{names}
GET, POST      /api/query  /oai
GET            /control/arxiv/stats    what was asked, as JSON
PUT            /control/arxiv/faults   a list of FaultRule: takes the place of all rules
PUT            /control/arxiv/feeds    {"stale": ["cs.CL"], "late": {"cs.AI": {"until": …}}}
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path

from aiohttp import web
from pydantic import AwareDatetime, BaseModel, ConfigDict, NonNegativeInt, ValidationError

from sandbox.arxiv.api import QueryApi
from sandbox.arxiv.faults import RULES, FaultRule
from sandbox.arxiv.feeds import FeedTroubles, Late, feed_answer
from sandbox.arxiv.markup import Answer
from sandbox.arxiv.oai import PAGE_SIZE, OaiInterface
from sandbox.arxiv.papers import PaperFile
from sandbox.arxiv.serving import Serving, Stats, conditional
from sandbox.arxiv.taxonomy import canonical
from sandbox.clock import SandboxClock

_CLOSE_SECONDS = 1.0
_LARGEST_REQUEST = 256 * 1024 * 1024  # a fault's body may be a feed of 100 MB


class _LateSetting(BaseModel):
    model_config = ConfigDict(extra="forbid")
    until: AwareDatetime
    keep: NonNegativeInt = 0


class _FeedSettings(BaseModel):
    model_config = ConfigDict(extra="forbid")
    stale: list[str] = []
    late: dict[str, _LateSetting] = {}


class ArxivSandbox:
    """A stand-in for arXiv, served from a paper file by a clock that can be set.

    `min_interval`: seconds of real time that must lie between two requests, over all endpoints;
    a faster one is refused with "Rate exceeded." and `rate_status`, which arXiv was seen to
    answer both with 429 and, less honestly, with 200. `record`: a file for every exchange.
    `oai_sizes`: OAI-PMH tells the sizes of its lists, as arXiv's did until 2025.
    """

    def __init__(
        self,
        papers: PaperFile,
        clock: SandboxClock,
        *,
        min_interval: float | None = None,
        rate_status: int = 429,
        record: Path | None = None,
        oai_page_size: int = PAGE_SIZE,
        oai_sizes: bool = False,
    ) -> None:
        self.papers = papers
        self.clock = clock
        self._serving = Serving(
            clock, min_interval=min_interval, rate_status=rate_status, record=record
        )
        self._troubles = FeedTroubles()
        self._api = QueryApi(papers)
        self._oai = OaiInterface(papers, oai_page_size, sizes=oai_sizes)
        self._runner: web.AppRunner | None = None
        self._url = ""

    # --- Running -------------------------------------------------------------------------------

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen; port 0 takes a free one. Raises OSError if the address is taken."""
        self._serving.open()
        app = web.Application(client_max_size=_LARGEST_REQUEST)
        for form in ("rss", "atom"):
            app.router.add_get(f"/{form}/{{names}}", self._feed)
        for path, handler in (("/api/query", self._query), ("/oai", self._harvest)):
            app.router.add_get(path, handler)
            app.router.add_post(path, handler)
        app.router.add_get("/control/arxiv/stats", self._control_stats)
        app.router.add_put("/control/arxiv/faults", self._control_faults)
        app.router.add_put("/control/arxiv/feeds", self._control_feeds)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=_CLOSE_SECONDS)
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner
        bound = runner.addresses[0]
        self._url = f"http://{bound[0]}:{bound[1]}"

    async def stop(self) -> None:
        """Stop listening; hanging requests are dropped. Stopping twice does nothing."""
        self._serving.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @property
    def url(self) -> str:
        """The server's address, without a slash at its end."""
        return self._url

    @property
    def api_url(self) -> str:
        return f"{self._url}/api/query"

    @property
    def feed_url(self) -> str:
        """The address to which `/cs.CL` is added."""
        return f"{self._url}/rss"

    @property
    def oai_url(self) -> str:
        return f"{self._url}/oai"

    @property
    def stats(self) -> Stats:
        """What was asked so far."""
        return self._serving.stats

    # --- Troubles ------------------------------------------------------------------------------

    def set_faults(self, rules: Iterable[FaultRule]) -> None:
        """Put these rules in the place of all rules."""
        self._serving.faults.set(rules)

    def unused_faults(self) -> list[FaultRule]:
        """The rules that still wait for a request."""
        return self._serving.faults.unused()

    def set_stale(self, *names: str) -> None:
        """Let exactly these feeds show the previous announcement day's items under today's header.

        Raises ValueError for a name that arXiv does not have.
        """
        self._troubles.stale = {_feed_name(name) for name in names}
        self._troubles.changed_at = self.clock.now()

    def set_late(self, name: str, until: datetime | None, *, keep: int = 0) -> None:
        """Let a feed's items, but the first `keep`, appear only at an instant; None ends it.

        Raises ValueError for a name that arXiv does not have.
        """
        if until is None:
            self._troubles.late.pop(_feed_name(name), None)
        else:
            self._troubles.late[_feed_name(name)] = Late(until, keep)
        self._troubles.changed_at = self.clock.now()

    def delete(self, paper_id: str, day: date) -> None:
        """Let OAI-PMH tell, from a day on, that a paper was deleted."""
        self._oai.delete(paper_id, day)

    # --- Answering -----------------------------------------------------------------------------

    async def _feed(self, request: web.Request) -> web.StreamResponse:
        form, spec, now = request.path.split("/")[1], request.match_info["names"], self.clock.now()
        troubles = FeedTroubles(
            set(self._troubles.stale), dict(self._troubles.late), self._troubles.changed_at
        )

        tags = request.headers.get("If-None-Match")
        since = request.headers.get("If-Modified-Since")

        def make() -> Answer:
            answer = feed_answer(self.papers, form, spec, now, troubles)
            return conditional(answer, tags, since)

        return await self._serve(request, form, make)

    async def _query(self, request: web.Request) -> web.StreamResponse:
        pairs, now = await _parameters(request), self.clock.now()
        return await self._serve(request, "api", lambda: self._api.answer(dict(pairs), now))

    async def _harvest(self, request: web.Request) -> web.StreamResponse:
        pairs, now = await _parameters(request), self.clock.now()
        return await self._serve(request, "oai", lambda: self._oai.answer(pairs, now, self.oai_url))

    async def _serve(
        self, request: web.Request, endpoint: str, make: Callable[[], Answer]
    ) -> web.StreamResponse:
        server = self._runner.server if self._runner else None
        connections = len(server.connections) if server else 0
        return await self._serving.serve(request, endpoint, make, connections)

    # --- Controls ------------------------------------------------------------------------------

    async def _control_stats(self, _request: web.Request) -> web.Response:
        stats = self.stats
        return web.json_response(
            {
                "requests": dict(stats.requests),
                "refused": stats.refused,
                "connections": stats.connections,
                "concurrent": stats.concurrent,
            }
        )

    async def _control_faults(self, request: web.Request) -> web.Response:
        try:
            self.set_faults(RULES.validate_json(await request.read()))
        except ValidationError as error:
            return web.json_response({"error": str(error)}, status=400)
        return web.Response(status=204)

    async def _control_feeds(self, request: web.Request) -> web.Response:
        try:
            settings = _FeedSettings.model_validate_json(await request.read())
            names = [*settings.stale, *settings.late]
            unknown = [name for name in names if canonical(name) is None]
            if unknown:
                raise ValueError(f"arXiv has no feed named {', '.join(unknown)}")
        except ValueError as error:  # pydantic's ValidationError is one
            return web.json_response({"error": str(error)}, status=400)
        self._troubles.late.clear()
        self.set_stale(*settings.stale)
        for name, late in settings.late.items():
            self.set_late(name, late.until, keep=late.keep)
        return web.Response(status=204)


async def _parameters(request: web.Request) -> list[tuple[str, str]]:
    """The parameters of a GET request, or of a POST request's form."""
    if request.method != "POST":
        return list(request.query.items())
    form = await request.post()
    return [(name, value) for name, value in form.items() if isinstance(value, str)]


def _feed_name(name: str) -> str:
    found = canonical(name)
    if found is None:
        raise ValueError(f"arXiv has no feed named {name}")
    return found
