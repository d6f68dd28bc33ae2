"""Tokens, versions, unknown paths, rate limits and faults over real HTTP."""

import asyncio
import logging
from collections.abc import AsyncIterator

import aiohttp
import pytest
from rest_server import RestServer, running_rest_server

from sandbox.discord.errors import RateLimited
from sandbox.discord.faults import Fault
from sandbox.discord.limits import Limits, Rule


@pytest.fixture
async def limited() -> AsyncIterator[RestServer]:
    """A REST interface with its rate limits on, by a clock that a test sets."""
    async with running_rest_server(limits=True) as server:
        yield server


@pytest.mark.parametrize("header", [None, "Bot wrong", "Bearer x", "token"])
async def test_a_wrong_token_is_refused(rest: RestServer, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    async with rest.session.get(f"{rest.api_base}/users/@me", headers=headers) as response:
        assert response.status == 401
        assert await response.json() == {"message": "401: Unauthorized", "code": 0}
    assert rest.limits.invalid == 1


@pytest.mark.parametrize("version", ["/api/v10", "/api/v9", "/api"])
async def test_versions_that_are_served(rest: RestServer, version: str) -> None:
    url = rest.world.base_url + version
    headers = {"Authorization": f"Bot {rest.bot.token}"}
    async with rest.session.get(f"{url}/users/@me", headers=headers) as response:
        assert (await response.json())["id"] == str(rest.bot.id)
        assert response.headers["Content-Type"] == "application/json"
        assert response.headers["Via"] == "1.1 sandbox"


async def test_other_versions_and_unknown_paths(rest: RestServer) -> None:
    async with rest.session.get(f"{rest.world.base_url}/api/v3/users/@me") as response:
        assert (response.status, (await response.json())["code"]) == (400, 50041)
    assert await rest.call("GET", "/nothing") == (404, {"message": "404: Not Found", "code": 0})
    status, answer = await rest.call("PUT", "/users/@me")
    assert (status, answer) == (405, {"message": "405: Method Not Allowed", "code": 0})


async def test_the_gateways_address(rest: RestServer) -> None:
    async with rest.session.get(f"{rest.api_base}/gateway") as response:
        assert await response.json() == {"url": rest.gateway_url}
    status, answer = await rest.call("GET", "/gateway/bot")
    assert (status, answer["url"], answer["shards"]) == (200, rest.gateway_url, 1)
    assert answer["session_start_limit"]["max_concurrency"] >= 1


async def test_the_sixth_message_in_a_channel_has_to_wait(limited: RestServer) -> None:
    url = f"{limited.api_base}/channels/{limited.general.id}/messages"
    headers = {"Authorization": f"Bot {limited.bot.token}"}
    remaining: list[str] = []
    buckets: set[str] = set()
    for _ in range(5):
        async with limited.session.post(url, json={"content": "x"}, headers=headers) as response:
            assert response.status == 200
            remaining.append(response.headers["X-RateLimit-Remaining"])
            buckets.add(response.headers["X-RateLimit-Bucket"])
            assert response.headers["X-RateLimit-Limit"] == "5"
    assert remaining == ["4", "3", "2", "1", "0"]
    assert len(buckets) == 1
    async with limited.session.post(url, json={"content": "x"}, headers=headers) as response:
        assert response.status == 429
        answer = await response.json()
        assert answer["global"] is False
        assert 0 < answer["retry_after"] <= 5
        assert response.headers["X-RateLimit-Scope"] == "user"
        assert response.headers["X-RateLimit-Remaining"] == "0"
        assert float(response.headers["Retry-After"]) >= answer["retry_after"]
        assert "X-RateLimit-Global" not in response.headers
        assert response.headers["Via"]
    # Another channel has a window of its own, and nothing was sent into this one.
    assert (await limited.send({"content": "x"}, limited.news.id))[0] == 200
    assert len(limited.general.messages) == 5
    assert limited.limits.invalid == 1


async def test_the_global_limit_counts_over_all_routes(limited: RestServer) -> None:
    limited.limits.global_per_second = 3
    limited.limits.clock = lambda: 100.0
    for path in ("/users/@me", "/users/@me/guilds", f"/guilds/{limited.guild.id}"):
        assert (await limited.call("GET", path))[0] == 200
    headers = {"Authorization": f"Bot {limited.bot.token}"}
    async with limited.session.get(f"{limited.api_base}/users/@me", headers=headers) as response:
        assert response.status == 429
        assert response.headers["X-RateLimit-Global"] == "true"
        assert response.headers["X-RateLimit-Scope"] == "global"
        assert (await response.json())["global"] is True
    limited.limits.clock = lambda: 101.1
    assert (await limited.call("GET", "/users/@me"))[0] == 200


def test_windows_open_anew_when_their_time_is_over() -> None:
    now = [0.0]
    limits = Limits(clock=lambda: now[0])
    limits.rules["pair"] = Rule("pair", 2, 5.0)
    assert limits.take("bot", "pair", "1")["X-RateLimit-Reset-After"] == "5.000"
    now[0] = 3.0
    headers = limits.take("bot", "pair", "1")
    assert (headers["X-RateLimit-Remaining"], headers["X-RateLimit-Reset-After"]) == ("0", "2.000")
    with pytest.raises(RateLimited) as caught:
        limits.take("bot", "pair", "1")
    assert caught.value.retry_after == pytest.approx(2.0)
    assert limits.take("other", "pair", "1")["X-RateLimit-Remaining"] == "1"
    assert limits.take("bot", "pair", "2")["X-RateLimit-Remaining"] == "1"
    now[0] = 5.0
    assert limits.take("bot", "pair", "1")["X-RateLimit-Remaining"] == "1"


def test_some_requests_do_not_count_globally() -> None:
    limits = Limits(global_per_second=1, clock=lambda: 0.0)
    limits.take("bot", "a", "")
    limits.take("bot", "b", "", counts_globally=False)
    with pytest.raises(RateLimited) as caught:
        limits.take("bot", "c", "")
    assert caught.value.scope == "global"


def test_switched_off_limits_never_refuse_and_give_wide_headers() -> None:
    limits = Limits(enabled=False)
    answers = [limits.take("bot", "message.create", "1") for _ in range(200)]
    assert {int(headers["X-RateLimit-Remaining"]) for headers in answers} == {999}


def test_invalid_requests_are_counted_for_ten_minutes() -> None:
    now = [0.0]
    limits = Limits(clock=lambda: now[0])
    for status in (200, 401, 403, 404, 429):
        limits.count_invalid(status)
    assert limits.invalid == 3
    now[0] = 601.0
    assert limits.invalid == 0


async def test_a_fault_answers_instead(rest: RestServer) -> None:
    rest.faults.add(Fault(r"/messages$", method="POST", times=2, status=503))
    assert (await rest.send({"content": "x"}))[0] == 503
    assert (await rest.call("GET", f"/channels/{rest.general.id}/messages")) == (200, [])
    assert (await rest.send({"content": "x"}))[0] == 503
    assert (await rest.send({"content": "x"}))[0] == 200
    assert list(rest.faults) == []


async def test_a_fault_may_send_anything(rest: RestServer) -> None:
    html = "<html>Bad gateway</html>"
    later = {"Retry-After": "7"}
    rest.faults.add(Fault("/users/@me", status=502, body=html, times=None, headers=later))
    headers = {"Authorization": f"Bot {rest.bot.token}"}
    for _ in range(2):
        async with rest.session.get(f"{rest.api_base}/users/@me", headers=headers) as response:
            assert response.status == 502
            assert response.content_type == "text/plain"
            assert response.headers["Retry-After"] == "7"
    rest.faults.clear()
    assert (await rest.call("GET", "/users/@me"))[0] == 200


@pytest.mark.parametrize(("action", "sent"), [("drop_before", 0), ("drop_after", 1)])
async def test_a_connection_is_lost(rest: RestServer, action: str, sent: int) -> None:
    fault = Fault("/messages$", action="drop_before" if action == "drop_before" else "drop_after")
    rest.faults.add(fault)
    with pytest.raises(aiohttp.ClientError):
        await rest.send({"content": "x"})
    assert len(rest.general.messages) == sent
    assert (await rest.send({"content": "x"}))[0] == 200


async def test_a_fault_may_only_delay(rest: RestServer) -> None:
    rest.faults.add(Fault("/users/@me", action=None, delay=0.05))
    loop = asyncio.get_running_loop()
    started = loop.time()
    assert (await rest.call("GET", "/users/@me"))[0] == 200
    assert loop.time() - started >= 0.05


async def test_a_failure_of_the_sandbox_itself_is_answered_and_logged(
    rest: RestServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(rest.world.posts, "create", fail)
    with caplog.at_level(logging.ERROR):
        status, answer = await rest.send({"content": "x"})
    assert (status, answer["message"]) == (500, "500: Internal Server Error")
    assert "the sandbox failed at POST" in caplog.text
