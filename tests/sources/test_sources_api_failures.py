"""The query API when it fails, is slow, or nobody waits for it any more."""

import asyncio

import pytest
from aiohttp import web
from sources_api_server import api_on, atom, by_id, entry
from sources_loopback import FakeTime, Handler, answering, drop, hang, in_turn

from bot.errors import SourceError, SourceGarbled, SourceUnavailable
from bot.sources.http import Timeouts
from bot.sources.limiter import ArxivLimiter

# --- Failures ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("handler", "error"),
    [
        (answering("Rate exceeded.", content_type="text/plain"), SourceUnavailable),
        (answering("<!DOCTYPE html><html></html>", content_type="text/html"), SourceGarbled),
        (answering("<html><body>Sorry</body></html>"), SourceGarbled),
        (answering(""), SourceGarbled),
        (answering(atom(entry("2401.00001v1"))[:-30]), SourceGarbled),
        (answering("<rss/>"), SourceGarbled),
        (answering(atom(entry("2401.00001v1")).replace("totalResults", "x")), SourceGarbled),
        (answering(atom(total=7)), SourceUnavailable),
        (answering(atom(entry("junk"))), SourceGarbled),
        (
            answering(atom(entry("2401.00001v1")).replace("2026-06-01T", "someday")),
            SourceGarbled,
        ),
        (answering("<!DOCTYPE a [<!ENTITY b 'c'>]>" + atom()[21:]), SourceGarbled),
        (answering("", status=429), SourceUnavailable),
        (answering("", status=500), SourceUnavailable),
        (answering("", status=404), SourceUnavailable),
        (drop, SourceUnavailable),
        (hang, SourceUnavailable),
    ],
)
async def test_failures_are_errors_and_never_an_empty_list(
    handler: Handler, error: type[SourceError]
) -> None:
    async with api_on(handler, timeouts=Timeouts(read=0.2)) as (api, _):
        with pytest.raises(error):
            await api.papers(["2401.00001"])


async def test_a_slow_body_is_bounded_as_a_whole() -> None:
    async def trickle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" " * 70_000)
            await asyncio.sleep(0.005)

    async with api_on(trickle, timeouts=Timeouts(whole=0.2)) as (api, _):
        with pytest.raises(SourceUnavailable, match="within"):
            await api.papers(["2401.00001"])


async def test_a_body_of_100_mb_is_refused() -> None:
    sent = 0

    async def flood(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        await response.prepare(request)
        while sent < 100 * 2**20:
            await response.write(b" " * 2**20)
            sent += 2**20
        return response

    async with api_on(flood) as (api, _):
        with pytest.raises(SourceGarbled, match="larger than 32 MiB"):
            await api.papers(["2401.00001"])
    assert sent < 60 * 2**20


async def test_retry_after_is_honored_before_the_next_attempt() -> None:
    clock = FakeTime()
    limiter = ArxivLimiter(3, monotonic=clock.monotonic, sleep=clock.sleep)
    busy = answering("Rate exceeded.", status=503, headers={"Retry-After": "20"})
    async with api_on(in_turn(busy, busy, by_id), limiter=limiter, attempts=3) as (api, server):
        papers = await api.papers(["2401.00001"])
    assert len(papers) == 1
    assert len(server.seen) == 3
    assert clock.slept == [20.0, 20.0]


async def test_rate_exceeded_with_status_200_slows_everybody_down() -> None:
    clock = FakeTime()
    limiter = ArxivLimiter(3, monotonic=clock.monotonic, sleep=clock.sleep)
    async with api_on(in_turn(answering("Rate exceeded."), by_id), limiter=limiter, attempts=2) as (
        api,
        _,
    ):
        assert len(await api.papers(["2401.00001"])) == 1
    assert clock.slept == [6.0]


async def test_redirects_are_followed() -> None:
    async def moved(request: web.Request) -> web.StreamResponse:
        raise web.HTTPMovedPermanently(f"/elsewhere?{request.query_string}")

    async with api_on(in_turn(moved, by_id)) as (api, server):
        assert len(await api.papers(["2401.00001"])) == 1
    assert [path for path, _, _ in server.seen] == ["/api/query", "/elsewhere"]


# --- Cancellation and closing -----------------------------------------------------------------


async def test_a_canceled_caller_leaves_at_once_but_the_turn_is_held_to_the_end() -> None:
    release = asyncio.Event()

    async def slow(request: web.Request) -> web.StreamResponse:
        await release.wait()
        return await by_id(request)

    limiter = ArxivLimiter(0)
    async with api_on(slow, limiter=limiter) as (api, server):
        task = asyncio.create_task(api.papers(["2401.00001"]))
        await server.started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        following = asyncio.create_task(api.papers(["2401.00002"]))
        for _ in range(20):
            await asyncio.sleep(0)
        assert limiter.waiting == 1
        release.set()
        assert len(await following) == 1
    assert server.most_active == 1


async def test_a_caller_canceled_before_its_turn_makes_no_request() -> None:
    limiter = ArxivLimiter(0)
    async with api_on(by_id, limiter=limiter) as (api, server):
        async with limiter.turn():
            task = asyncio.create_task(api.papers(["2401.00001"]))
            for _ in range(5):
                await asyncio.sleep(0)
            assert limiter.waiting == 1
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await api.papers(["2401.00002"])
    assert [query["id_list"] for _, query, _ in server.seen] == ["2401.00002"]


async def test_closing_does_not_wait_for_a_server_that_hangs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.sources.arxiv_api._CLOSE_S", 0.05)
    async with api_on(hang, timeouts=Timeouts(read=5)) as (api, server):
        task = asyncio.create_task(api.papers(["2401.00001"]))
        await server.started.wait()
        await asyncio.wait_for(api.aclose(), 2)
        with pytest.raises(SourceUnavailable, match="closing"):
            await task
