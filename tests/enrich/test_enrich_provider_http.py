"""HTTP to services: every failure of real servers, and how often each is asked again."""

import asyncio
import gzip
import json
import tracemalloc
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from email.utils import format_datetime

import pytest
from leaping import NOON, LeapingClock

from bot.errors import (
    AnswerLost,
    SourceError,
    SourceGarbled,
    SourceRefused,
    SourceUnavailable,
)
from bot.http_answers import parse_json
from bot.provider_http import ProviderHttp
from sandbox.arxiv.faults import FaultRule
from sandbox.providers.serving import Asked, LoopbackServer, Told

KEY = "sk-very-secret"
WEB_PAGE = "answered with a web page"


class Stage:
    def __init__(self, server: LoopbackServer, http: ProviderHttp, clock: LeapingClock) -> None:
        self.server = server
        self.http = http
        self.clock = clock

    async def failure(self, method: str = "POST", **options: object) -> SourceError:
        """The error that a request ends in, and that it does not tell the key."""
        with pytest.raises(SourceError) as caught:
            await self.http.request(method, "/v1/do", json={"text": "a"}, **options)  # type: ignore[arg-type]
        assert KEY not in str(caught.value)
        return caught.value


class Bell:
    """Counts how often it is told that an answer was lost."""

    rung = 0

    async def __call__(self) -> None:
        await asyncio.sleep(0)
        self.rung += 1


def echo(asked: Asked) -> Told:
    return Told({"path": asked.path, "query": dict(asked.query), "body": asked.body})


@asynccontextmanager
async def stage(
    *rules: FaultRule, patience: float = 30, concurrency: int = 4, refused: Sequence[int] = ()
) -> AsyncGenerator[Stage]:
    async with LoopbackServer(echo) as server:
        server.set_faults(rules)
        clock = LeapingClock()
        http = ProviderHttp(
            "Service",
            server.url + "/base/",
            clock=clock,
            headers={"Authorization": f"Bearer {KEY}"},
            timeout=patience,
            concurrency=concurrency,
            refused=refused,
        )
        try:
            yield Stage(server, http, clock)
        finally:
            await http.aclose()


def always(**what: object) -> FaultRule:
    return FaultRule("/", times=None, **what)  # type: ignore[arg-type]


async def test_json_goes_and_comes() -> None:
    async with stage() as on:
        said = await on.http.request("POST", "/v1/do", json={"text": "猫"}, params={"a": "b c"})
        assert said == {"path": "/base/v1/do", "query": {"a": "b c"}, "body": {"text": "猫"}}
        headers = on.server.asked[0].headers
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert headers["User-Agent"].startswith("Paperboy/")
    assert on.clock.waits == []


@pytest.mark.parametrize("status", [401, 402, 403, 456])
async def test_who_is_refused_is_not_asked_again(status: int) -> None:
    said = json.dumps({"error": {"message": f"Wrong key {KEY}.\nSee account.", "code": "bad_key"}})
    async with stage(always(status=status, body=said.encode()), refused=[456]) as on:
        error = await on.failure()
        assert len(on.server.asked) == 1
    assert isinstance(error, SourceRefused)
    assert error.status == status
    assert error.problem.endswith(": Wrong key [key]. See account. (bad_key)")


async def test_an_account_without_credit_is_refused_whatever_the_status() -> None:
    said = b'{"error": {"message": "You exceeded it.", "code": "insufficient_quota"}}'
    async with stage(always(status=429, body=said)) as on:
        assert isinstance(await on.failure(), SourceRefused)
        assert len(on.server.asked) == 1


@pytest.mark.parametrize("status", [429, 500, 502, 503, 529])
async def test_who_is_busy_is_asked_again_after_growing_waits(status: int) -> None:
    async with stage(always(status=status)) as on:
        error = await on.failure()
        assert len(on.server.asked) == 3
        assert (type(error), error.status) == (SourceUnavailable, status)
        first, second = on.clock.waits
        assert 1.0 <= first <= 1.5
        assert 2.0 <= second <= 3.0
        on.server.set_faults([FaultRule("/", status=status)])
        assert await on.http.request("GET", "/v1/do")


@pytest.mark.parametrize("as_date", [False, True], ids=["seconds", "date"])
async def test_the_wait_that_a_server_asks_for_is_kept(as_date: bool) -> None:
    headers = {"Retry-After": "7"}
    if as_date:
        headers = {
            "Date": format_datetime(NOON, usegmt=True),
            "Retry-After": format_datetime(NOON + timedelta(seconds=7), usegmt=True),
        }
    async with stage(FaultRule("/", status=429, headers=headers)) as on:
        assert await on.http.request("POST", "/v1/do")
        assert on.clock.waits == [7.0]


@pytest.mark.parametrize("day", ["99999999999", "0"])
async def test_a_wait_until_a_day_that_never_comes_is_none(day: str) -> None:
    headers = {"Retry-After": f"Mon, 01 Jan {day} 00:00:00 +99999999999999"}
    async with stage(FaultRule("/", status=429, headers=headers)) as on:
        assert await on.http.request("POST", "/v1/do")
        assert 1.0 <= on.clock.waits[0] <= 1.5


async def test_a_long_wait_is_left_to_the_caller() -> None:
    async with stage(always(status=429, headers={"Retry-After": "3600"})) as on:
        error = await on.failure()
        assert (len(on.server.asked), on.clock.waits) == (1, [])
    assert isinstance(error, SourceUnavailable)
    assert error.retry_after == 3600.0


@pytest.mark.parametrize("status", [400, 404, 405, 413, 422, 501])
async def test_other_refusals_tell_what_the_server_said(status: int) -> None:
    said = b'{"detail": [{"loc": ["body", "q"], "msg": "Field required"}]}'
    async with stage(always(status=status, body=said)) as on:
        error = await on.failure()
        assert len(on.server.asked) == 1
    assert (type(error), error.status) == (SourceUnavailable, status)
    assert "Field required" in error.problem


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (b'{"error": "model not found"}', "model not found"),
        (b"plain words\r\n\x1b[31m", "plain words [31m"),
        (b"<html>gateway</html>", ""),
        (b'{"object": "error", "message": "too long", "param": "max_tokens"}', "(max_tokens)"),
        (b"[1, 2]", ": 1"),
        (b'[{"error": {"message": "Unknown name"}}]', "Unknown name"),
        (b"\xff\xfe\xfa", ""),
        (b"w" * 200_000, ""),
    ],
)
async def test_errors_of_every_shape_are_one_short_line(said: bytes, told: str) -> None:
    async with stage(always(status=400, body=said)) as on:
        problem = (await on.failure()).problem
    assert told in problem
    assert len(problem) <= 301
    assert problem.isprintable()


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"<!doctype html><title>Sign in</title>", WEB_PAGE),
        (b"\xef\xbb\xbf\n <html>", WEB_PAGE),
        (b'{"a": ', "no valid JSON"),
        (b"[" * 40_000, "no valid JSON"),
        (b"\x00\xff", "no valid JSON"),
        (b"9" * 5000, "no valid JSON"),
        (b"[" + b"[]," * 100_000 + b"1]", "too many values"),
        (b" \n", "the answer is empty"),
        (b"", "the answer is empty"),
    ],
)
async def test_an_answer_that_is_no_json_is_garbled(body: bytes, problem: str) -> None:
    async with stage(always(status=200, body=body)) as on:
        error = await on.failure()
        assert len(on.server.asked) == 1
    assert isinstance(error, SourceGarbled)
    assert problem in error.problem


@pytest.mark.parametrize("zipped", [False, True])
async def test_a_flood_is_refused_without_being_held(zipped: bool) -> None:
    flood = b'"' + bytes(10 * 2**20) + b'"'
    headers = {"Content-Encoding": "gzip"} if zipped else {}
    body = gzip.compress(flood) if zipped else flood
    async with stage(always(status=200, body=body, headers=headers)) as on:
        tracemalloc.start()
        try:
            error = await on.failure(max_bytes=2**20)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert isinstance(error, SourceGarbled)
    assert "larger than 1 MiB" in error.problem
    assert peak < (16 if zipped else 48) * 2**20  # the server's own copies among it


async def test_what_follows_a_compressed_answer_is_refused_without_being_held() -> None:
    body = gzip.compress(b"[]") + bytes(10 * 2**20)
    async with stage(always(status=200, body=body, headers={"Content-Encoding": "gzip"})) as on:
        error = await on.failure(max_bytes=2**24)
    assert "something follows" in error.problem


@pytest.mark.parametrize(
    "rule",
    [
        always(drop=True),
        always(drop=True, truncate=5),
        always(hang=True),
        always(status=504),
    ],
    ids=["no answer", "half an answer", "hanging", "late for a proxy"],
)
async def test_what_may_have_been_billed_is_not_asked_again(rule: FaultRule) -> None:
    async with stage(rule, patience=0.3) as on:
        assert isinstance(await on.failure(), AnswerLost)
        assert len(on.server.asked) == 1
        assert isinstance(await on.failure("GET"), AnswerLost)
        assert isinstance(await on.failure(repeatable=True), AnswerLost)
        assert len(on.server.asked) == 1 + 3 + 3


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ({"drop": True}, 1),
        ({"status": 200, "body": b"{"}, 1),
        ({"status": 200, "body": b"<html>"}, 0),
        ({"status": 400}, 0),
        ({"status": 200, "body": b"[]"}, 0),
    ],
)
async def test_of_what_may_have_been_billed_for_nothing_is_told(
    what: dict[str, object], told: int
) -> None:
    lost = Bell()
    async with stage(always(**what)) as on:
        with suppress(SourceError):
            await on.http.request("POST", "/v1/do", lost=lost)
    assert lost.rung == told


async def test_who_stops_waiting_may_have_to_pay_all_the_same() -> None:
    lost = Bell()
    async with stage(FaultRule("/", hang=True)) as on:
        waiting = asyncio.create_task(on.http.request("POST", "/v1/do", lost=lost))
        await on.server.arrived.wait()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    assert waiting.cancelled()
    assert lost.rung == 1


async def test_connections_that_cannot_be_made_are_tried_again() -> None:
    async with stage() as on:
        await on.server.stop()
        error = await on.failure()
    assert type(error) is SourceUnavailable
    assert len(on.clock.waits) == 2


async def test_an_address_that_is_none_is_told_at_once() -> None:
    clock = LeapingClock()
    http = ProviderHttp("Service", "http://127.0.0.1", clock=clock)
    with pytest.raises(SourceUnavailable):
        await http.request("GET", "/\x07")
    assert clock.waits == []
    await http.aclose()


async def test_redirections_stay_with_the_host_and_the_method() -> None:
    async with stage() as on, LoopbackServer(echo) as other:
        elsewhere = other.url.replace("127.0.0.1", "localhost") + "/v1/do"
        for status, target in (
            (307, elsewhere),
            (307, other.url),  # another server of the same machine
            (302, "/moved"),
            (308, "http://[broken"),
        ):
            on.server.set_faults([FaultRule("/", status=status, headers={"Location": target})])
            error = await on.failure()
            assert (type(error), error.status) == (SourceUnavailable, status)
        assert other.asked == []
        on.server.set_faults([FaultRule("/v1", status=308, headers={"Location": "/moved"})])
        said = await on.http.request("POST", "/v1/do", json=[1])
        assert said == {"path": "/moved", "query": {}, "body": [1]}
        on.server.set_faults([always(status=308, headers={"Location": "/round"})])
        assert "again and again" in (await on.failure()).problem


async def test_a_password_in_the_address_is_not_told() -> None:
    async with LoopbackServer(echo) as server:
        server.set_faults([always(status=302, headers={"Location": "/moved"})])
        address = server.url.replace("://", f"://me:{KEY}@")
        http = ProviderHttp("Service", address, clock=LeapingClock())
        with pytest.raises(SourceUnavailable, match=r"me:\[key\]@") as caught:
            await http.request("POST", "/v1/do")
        assert KEY not in str(caught.value)
        await http.aclose()


async def test_no_more_requests_at_once_than_allowed() -> None:
    async with stage(FaultRule("/", times=6, delay=0.02), concurrency=2) as on:
        await asyncio.gather(*(on.http.request("GET", f"/{n}") for n in range(6)))
        assert (len(on.server.asked), on.server.at_once) == (6, 2)


async def test_a_canceled_request_gives_its_turn_back() -> None:
    async with stage(FaultRule("/", hang=True), concurrency=1) as on:
        waiting = asyncio.create_task(on.http.request("POST", "/v1/do"))
        await on.server.arrived.wait()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert await on.http.request("GET", "/v1/do")


def test_what_is_parsed_can_be_stored() -> None:
    parsed = parse_json(r'{"a\ud800": ["x\udfffy", "\ud83d\ude00", 1], "b": "\u732b"}')
    assert parsed == {"a\ufffd": ["x\ufffdy", "😀", 1], "b": "猫"}
    json.dumps(parsed, ensure_ascii=False).encode()
    with pytest.raises(ValueError):
        parse_json("[" * 100_000)
