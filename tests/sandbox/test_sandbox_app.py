"""The whole sandbox on one port: starting, stopping, what it refuses."""

import socket
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from sandbox.clock import SandboxClock
from sandbox.discord.app import DiscordSandbox


def clock() -> SandboxClock:
    return SandboxClock(datetime(2026, 6, 3, 4, 0, tzinfo=UTC))


async def test_it_serves_rest_gateway_and_page_on_one_port(tmp_path: Path) -> None:
    sandbox = DiscordSandbox(clock(), limits_enabled=False, record=tmp_path / "exchanges.jsonl")
    owner = sandbox.world.accounts.create_user("olga")
    bot = sandbox.world.accounts.create_application("Paperboy", owner.id)
    await sandbox.start()
    try:
        assert sandbox.url.startswith("http://127.0.0.1:")
        headers = {"Authorization": f"Bot {bot.token}"}
        async with aiohttp.ClientSession() as session:
            async with session.get(f"{sandbox.api_base}/gateway/bot", headers=headers) as response:
                assert (await response.json())["url"] == sandbox.gateway_url
            async with session.ws_connect(f"{sandbox.gateway_url}?v=10&encoding=json") as socket_:
                hello = await socket_.receive_json(timeout=5)
                assert hello["op"] == 10
            async with session.get(sandbox.url) as response:
                assert response.status == 200
                assert response.content_type == "text/html"
    finally:
        await sandbox.stop()
    assert (tmp_path / "exchanges.jsonl").read_text(encoding="utf-8").count("\n") == 1


async def test_stopping_ends_open_websockets_at_once() -> None:
    sandbox = DiscordSandbox(clock())
    await sandbox.start()
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{sandbox.gateway_url}?v=10&encoding=json") as websocket,
    ):
        await websocket.receive_json(timeout=5)
        await sandbox.stop()
        message = await websocket.receive(timeout=5)
        assert message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)
    # Stopping again, or without having started, does nothing.
    await sandbox.stop()
    await DiscordSandbox(clock()).stop()


async def test_a_taken_port_is_an_error() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        sandbox = DiscordSandbox(clock())
        with pytest.raises(OSError, match="address"):
            await sandbox.start(port=taken.getsockname()[1])
