"""HTTP to arXiv: bounded in time and in size, with the failures of real networks."""

import asyncio
import gzip
import tracemalloc
import zlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from aiohttp import web
from sources_loopback import FakeTime, Handler, answering, drop, hang, in_turn, serving

from bot.errors import SourceGarbled, SourceUnavailable
from bot.http_answers import retry_after_seconds
from bot.sources.http import MAX_BODY_BYTES, Answer, ArxivHttp, Timeouts, user_agent
from bot.sources.limiter import ArxivLimiter
from bot.sources.retry import with_retries


async def fetch(
    handler: Handler,
    *,
    timeouts: Timeouts | None = None,
    max_bytes: int = MAX_BODY_BYTES,
    limiter: ArxivLimiter | None = None,
) -> Answer:
    async with (
        serving(handler) as server,
        ArxivHttp(limiter or ArxivLimiter(0), timeouts=timeouts) as http,
    ):
        return await http.get("test", server.url, max_bytes=max_bytes)


async def test_the_body_comes_complete_and_the_client_names_itself() -> None:
    async with (
        serving(answering("<a/>")) as server,
        ArxivHttp(ArxivLimiter(0), contact="mailto:op@example.org") as http,
    ):
        answer = await http.get("test", server.url, params={"q": "a b"})
    assert answer.body == b"<a/>"
    _, query, headers = server.seen[0]
    assert query == {"q": "a b"}
    assert headers["User-Agent"].startswith("Paperboy/")
    assert "(+mailto:op@example.org)" in headers["User-Agent"]


def test_a_contact_cannot_smuggle_a_header() -> None:
    assert "\n" not in user_agent("me\r\nX-Evil: 1")
    assert user_agent("名前").isascii()
    assert user_agent("") == user_agent("  ")


async def test_compressed_bodies_are_read() -> None:
    data = b"<a>" + b"text " * 100_000 + b"</a>"
    zipped = gzip.compress(data)
    answer = await fetch(answering(zipped, headers={"Content-Encoding": "gzip"}))
    assert answer.body == data


async def test_a_truncated_compression_is_noticed() -> None:
    zipped = gzip.compress(bytes(range(256)) * 1000)[:-20]
    with pytest.raises(SourceGarbled, match="too early"):
        await fetch(answering(zipped, headers={"Content-Encoding": "gzip"}))


async def test_broken_and_unknown_compression_is_refused() -> None:
    with pytest.raises(SourceGarbled, match="broken compression"):
        await fetch(answering(b"not gzip", headers={"Content-Encoding": "gzip"}))
    with pytest.raises(SourceGarbled, match="unasked-for"):
        await fetch(answering(b"x", headers={"Content-Encoding": "br"}))


async def test_a_decompression_bomb_is_refused_without_being_held() -> None:
    squeeze = zlib.compressobj(9, zlib.DEFLATED, 31)
    zeros = bytes(1024 * 1024)
    bomb = b"".join(squeeze.compress(zeros) for _ in range(300)) + squeeze.flush()
    assert len(bomb) < 400_000
    tracemalloc.start()
    try:
        with pytest.raises(SourceGarbled, match="larger than 4 MiB"):
            await fetch(answering(bomb, headers={"Content-Encoding": "gzip"}), max_bytes=4 * 2**20)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 24 * 2**20


@pytest.mark.parametrize("announced", [True, False])
async def test_a_body_of_100_mb_is_refused_early_and_never_held(announced: bool) -> None:
    sent = 0
    chunk = b"<item>" + b"x" * 65_530
    gone = asyncio.Event()

    async def flood(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        if announced:
            response.content_length = 100 * 2**20
        await response.prepare(request)
        try:
            while sent < 100 * 2**20:
                await response.write(chunk)
                sent += len(chunk)
        finally:
            gone.set()
        return response

    tracemalloc.start()
    try:
        with pytest.raises(SourceGarbled, match="larger than 32 MiB"):
            await fetch(flood)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    await gone.wait()
    assert sent < (8 if announced else 48) * 2**20
    assert peak < (16 if announced else 80) * 2**20


@pytest.mark.parametrize(
    "timeouts", [Timeouts(read=0.05), Timeouts(whole=0.05)], ids=["read", "whole"]
)
async def test_a_hanging_server_is_left(timeouts: Timeouts) -> None:
    with pytest.raises(SourceUnavailable):
        await fetch(hang, timeouts=timeouts)


async def test_a_body_that_trickles_is_bounded_as_a_whole() -> None:
    async def trickle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x")
            await asyncio.sleep(0.005)

    with pytest.raises(SourceUnavailable, match=r"within 0\.2 s"):
        await fetch(trickle, timeouts=Timeouts(whole=0.2))


async def test_dropped_connections_are_unavailable_not_empty() -> None:
    async def half(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        response.content_length = 1000
        await response.prepare(request)
        await response.write(b"<rss>")
        assert request.transport is not None
        request.transport.close()
        return response

    for handler in (drop, half):
        with pytest.raises(SourceUnavailable):
            await fetch(handler)


async def test_nothing_listening_is_unavailable() -> None:
    async with serving(answering("")) as server:
        url = server.url
    async with ArxivHttp(ArxivLimiter(0)) as http:
        with pytest.raises(SourceUnavailable):
            await http.get("test", url)
        with pytest.raises(SourceUnavailable):
            await http.get("test", "http://[broken")


async def test_redirects_are_followed_but_not_for_ever() -> None:
    async def once(request: web.Request) -> web.StreamResponse:
        if request.path == "/":
            raise web.HTTPMovedPermanently("/there")
        return web.Response(body=b"here")

    async def circle(request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound(request.path)

    assert (await fetch(once)).body == b"here"
    with pytest.raises(SourceUnavailable):
        await fetch(circle)


@pytest.mark.parametrize("status", [429, 503])
async def test_retry_after_in_seconds_is_told_and_delays_everybody(status: int) -> None:
    clock = FakeTime()
    limiter = ArxivLimiter(3, monotonic=clock.monotonic, sleep=clock.sleep)
    with pytest.raises(SourceUnavailable) as caught:
        await fetch(
            answering("Rate exceeded.", status=status, headers={"Retry-After": "17"}),
            limiter=limiter,
        )
    assert (caught.value.status, caught.value.retry_after) == (status, 17.0)
    async with limiter.turn():
        assert clock.now == 1017.0


async def test_retry_after_as_a_date_is_measured_from_the_servers_own_clock() -> None:
    wrong_clock = datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC)
    headers = {
        "Date": format_datetime(wrong_clock, usegmt=True),
        "Retry-After": format_datetime(wrong_clock + timedelta(seconds=45), usegmt=True),
    }
    with pytest.raises(SourceUnavailable) as caught:
        await fetch(answering("", status=429, headers=headers))
    assert caught.value.retry_after == 45.0


@pytest.mark.parametrize(
    ("value", "wait"),
    [("0", 0.0), ("120", 120.0), ("", None), ("soon", None), ("-3", None), ("１２", None)],
)
def test_other_forms_of_retry_after(value: str, wait: float | None) -> None:
    assert retry_after_seconds({"Retry-After": value}) == wait


async def test_without_retry_after_the_back_off_grows() -> None:
    clock = FakeTime()
    limiter = ArxivLimiter(3, monotonic=clock.monotonic, sleep=clock.sleep)
    async with serving(answering("", status=500)) as server, ArxivHttp(limiter) as http:
        for _ in range(3):
            with pytest.raises(SourceUnavailable) as caught:
                await http.get("test", server.url)
            assert caught.value.status == 500
    assert clock.slept == [6.0, 12.0]


async def test_a_404_is_told_and_slows_nobody_down() -> None:
    clock = FakeTime()
    limiter = ArxivLimiter(3, monotonic=clock.monotonic, sleep=clock.sleep)
    with pytest.raises(SourceUnavailable) as caught:
        await fetch(answering("", status=404), limiter=limiter)
    assert caught.value.status == 404
    async with limiter.turn():
        assert clock.slept == [3.0]


async def test_canceling_a_request_frees_the_connection() -> None:
    limiter = ArxivLimiter(0)
    async with serving(in_turn(hang, answering("ok"))) as server, ArxivHttp(limiter) as http:
        task = asyncio.create_task(http.get("test", server.url))
        await server.started.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert (await http.get("test", server.url)).body == b"ok"


async def test_retries_end_with_what_cannot_pass_or_would_take_too_long() -> None:
    async def count(error: Exception) -> int:
        calls = 0

        async def fail() -> None:
            nonlocal calls
            calls += 1
            raise error

        with pytest.raises(type(error)):
            await with_retries(3, fail)
        return calls

    assert await count(SourceUnavailable("s", "p", status=503)) == 3
    assert await count(SourceUnavailable("s", "p", status=503, retry_after=5)) == 3
    assert await count(SourceGarbled("s", "p")) == 3
    assert await count(SourceUnavailable("s", "p", status=429, retry_after=4000)) == 1
    assert await count(SourceUnavailable("s", "p", status=404)) == 1
    assert await count(ValueError("a bug")) == 1
