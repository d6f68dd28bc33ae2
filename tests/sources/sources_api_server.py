"""Answers of arXiv's query API, and the client on a server that gives them."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from xml.sax.saxutils import escape

from aiohttp import web
from sources_loopback import Handler, Server, serving

from bot.sources.arxiv_api import ArxivApi
from bot.sources.http import Timeouts
from bot.sources.limiter import ArxivLimiter


@asynccontextmanager
async def api_on(
    handler: Handler,
    *,
    limiter: ArxivLimiter | None = None,
    timeouts: Timeouts | None = None,
    attempts: int = 1,
) -> AsyncGenerator[tuple[ArxivApi, Server]]:
    async with serving(handler) as server:
        api = ArxivApi(
            limiter or ArxivLimiter(0),
            f"{server.url}/api/query",
            timeouts=timeouts,
            attempts=attempts,
        )
        try:
            yield api, server
        finally:
            await api.aclose()


def entry(id_: str, *, categories: tuple[str, ...] = ("cs.CL",), extra: str = "") -> str:
    terms = "".join(f'<category term="{escape(term)}"/>' for term in categories)
    return (
        f"<entry><id>http://arxiv.org/abs/{id_}</id><title>Title\n  of {id_}</title>"
        "<updated>2026-06-02T10:00:00Z</updated><summary>  An\n abstract. </summary>"
        f'<published>2026-06-01T10:00:00Z</published>{terms}<arxiv:primary_category term="cs.CL"/>'
        f"<author><name>Ada Example</name></author>{extra}</entry>"
    )


def atom(*entries: str, total: int | None = None, start: int = 0) -> str:
    return (
        '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"'
        ' xmlns:arxiv="http://arxiv.org/schemas/atom"'
        ' xmlns:os="http://a9.com/-/spec/opensearch/1.1/">'
        f"<os:totalResults>{len(entries) if total is None else total}</os:totalResults>"
        f"<os:startIndex>{start}</os:startIndex>{''.join(entries)}</feed>"
    )


def error_feed(problem: str) -> str:
    return atom(
        "<entry><id>https://arxiv.org/api/errors#x</id><title>Error</title>"
        f"<summary>{problem}</summary></entry>"
    )


async def by_id(request: web.Request) -> web.StreamResponse:
    """Every identifier exists at version 2, but 2401.4xxxx do not; 2401.00400 is malformed."""
    ids = request.query["id_list"].split(",")
    if "2401.00400" in ids:
        problem = error_feed("incorrect id format for 2401.00400")
        return web.Response(text=problem, status=400, content_type="application/atom+xml")
    found = [
        entry(id_ if "v" in id_ else f"{id_}v2") for id_ in ids if not id_.startswith("2401.4")
    ]
    return web.Response(text=atom(*found), content_type="application/atom+xml")
