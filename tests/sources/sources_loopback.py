"""A scripted server on loopback that counts what clients do, and a clock without real time."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import ModuleType

import pytest
import structlog
from aiohttp import web
from structlog.testing import LogCapture
from structlog.typing import EventDict

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class Server:
    """What was asked: (path, query, headers) of each request, and how many at the same time."""

    url: str = ""
    seen: list[tuple[str, dict[str, str], Mapping[str, str]]] = field(
        default_factory=list[tuple[str, dict[str, str], Mapping[str, str]]]
    )
    active: int = 0
    most_active: int = 0
    started: asyncio.Event = field(default_factory=asyncio.Event)


@asynccontextmanager
async def serving(handler: Handler) -> AsyncGenerator[Server]:
    """Serve every path by `handler` on a free port of loopback."""
    server = Server()

    async def count(request: web.Request) -> web.StreamResponse:
        server.seen.append((request.path, dict(request.query), request.headers))
        server.active += 1
        server.most_active = max(server.most_active, server.active)
        server.started.set()
        try:
            return await handler(request)
        finally:
            server.active -= 1

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", count)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = "http://{}:{}".format(*runner.addresses[0][:2])
    try:
        yield server
    finally:
        await runner.cleanup()


def answering(
    body: bytes | str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    content_type: str = "application/xml",
) -> Handler:
    """A handler that always gives the same answer."""
    data = body.encode() if isinstance(body, str) else body

    async def handle(_request: web.Request) -> web.StreamResponse:
        return web.Response(body=data, status=status, headers=headers, content_type=content_type)

    return handle


def in_turn(*handlers: Handler) -> Handler:
    """A handler that uses each of `handlers` once, and the last one from then on."""
    left = list(handlers)

    async def handle(request: web.Request) -> web.StreamResponse:
        return await (left.pop(0) if len(left) > 1 else left[0])(request)

    return handle


async def hang(_request: web.Request) -> web.StreamResponse:
    """Never answer; ends when the client or the server goes away."""
    await asyncio.Event().wait()
    raise AssertionError("unreachable")


async def drop(request: web.Request) -> web.StreamResponse:
    """Close the connection without an answer."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


def capture_log(monkeypatch: pytest.MonkeyPatch, module: ModuleType) -> list[EventDict]:
    """What a module's `log` gets from now on, whatever logging the program has set up."""
    capture = LogCapture()
    logger = structlog.wrap_logger(
        structlog.ReturnLogger(),
        processors=[capture],
        wrapper_class=structlog.make_filtering_bound_logger(0),
    )
    monkeypatch.setattr(module, "log", logger)
    return capture.entries


class FakeTime:
    """A monotonic clock and a sleep that moves it; `slept` holds every wait."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def wall(self) -> float:
        return self.now + 1_700_000_000

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


_CHANNEL = """<?xml version='1.0' encoding='UTF-8'?>
<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"
 version="2.0"><channel><title>cs.CL updates on arXiv.org</title>
<pubDate>{day}</pubDate>{items}</channel></rss>"""


def rss(*items: str, day: str = "Tue, 09 Jun 2026 00:00:00 -0400") -> bytes:
    """A feed's document around the given items."""
    return _CHANNEL.format(day=day, items="".join(items)).encode()


def item(
    guid: str = "oai:arXiv.org:2606.26400v1",
    *,
    title: str = "A Title",
    abstract: str = "An abstract.",
    creator: str = "Ada Example, Ben Sample",
    announce_type: str = "new",
    categories: tuple[str, ...] = ("cs.CL", "cs.AI"),
    extra: str = "",
) -> str:
    """A feed's item as arXiv writes it. The texts must be valid XML already."""
    id_ = guid.rsplit(":", 1)[-1]
    terms = "".join(f"<category>{category}</category>" for category in categories)
    return (
        f"<item><title>{title}</title><link>https://arxiv.org/abs/{id_.rsplit('v', 1)[0]}</link>"
        f"<description>arXiv:{id_} Announce Type: {announce_type} \nAbstract: {abstract}"
        f'</description><guid isPermaLink="false">{guid}</guid>{terms}'
        f"<arxiv:announce_type>{announce_type}</arxiv:announce_type>"
        f"<dc:rights>http://creativecommons.org/licenses/by/4.0/</dc:rights>"
        f"<dc:creator>{creator}</dc:creator>{extra}</item>"
    )
