"""Fixtures that every test may use."""

import atexit
import gc
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from discord.gateway import DiscordWebSocket
from discord.http import Route
from hypothesis import HealthCheck, settings
from openapi import OpenApi

from sandbox.discord.app import DiscordSandbox

# How long an example takes tells how busy the machine is, not whether the code is right; and a
# failure must come again when the test is run again.
settings.register_profile(
    "suite", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("suite")

# While the tests are collected nearly all that is made stays: full collections of garbage are a
# third of the time. Neither they nor the end of the process need look through all of it later.
gc.disable()
atexit.register(gc.freeze)

_LONG = {
    "test_core_app.py",
    "test_core_app_models.py",
    "test_core_cli.py",
    "test_core_startup.py",
    "test_e2e_replay.py",
    "test_sandbox_demo.py",
}

_SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.hookimpl(trylast=True)  # after the order was made random
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests that take ten seconds each, so that none of them is the last to end."""
    items.sort(key=lambda item: item.path.name not in _LONG)


def pytest_collection_finish() -> None:
    """Begin to collect the garbage of the tests."""
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real papers and recorded answers; its tests skip where it is absent."""
    if not _SHARED_DATA.is_dir():
        pytest.skip("the folder of real data (../shared/data) is not on this machine")
    return _SHARED_DATA


@pytest.fixture(scope="session")
def official_description() -> OpenApi | None:
    """Discord's own description of its REST interface, where it is on this machine."""
    path = _SHARED_DATA / "discord" / "openapi.json"
    return OpenApi.load(path) if path.is_file() else None


@pytest.fixture(autouse=True)
def _logging_is_given_back(  # pyright: ignore[reportUnusedFunction] - autouse
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[None]:
    """Undo a test's set-up of the logs, whose loggers must not keep it either.

    A logger that is cached writes to the processors of its first use forever, out of the reach of
    `capture_logs` in the tests after it.
    """
    configure = structlog.configure

    def uncached(*given: Any, **options: Any) -> None:
        configure(*given, **{**options, "cache_logger_on_first_use": False})

    monkeypatch.setattr(structlog, "configure", uncached)
    root = logging.getLogger()
    handlers, config = root.handlers[:], structlog.get_config()
    named = [one for one in root.manager.loggerDict.values() if isinstance(one, logging.Logger)]
    levels = [(one, one.level) for one in (root, *named)]
    yield
    root.handlers[:] = handlers
    for one, level in levels:
        one.setLevel(level)
    configure(**config)


@pytest.fixture(autouse=True)
def _addresses_are_given_back(  # pyright: ignore[reportUnusedFunction] - autouse
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Undo a client's redirection of the library to a sandbox, which is for the whole process."""
    monkeypatch.setattr(Route, "BASE", Route.BASE)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)


@pytest.fixture(autouse=True)
def _semantic_scholar_is_left_alone(  # pyright: ignore[reportUnusedFunction] - autouse
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[None]:
    """The bot asks it unless the settings say no, which those of every test with a bot must."""
    asked: list[str] = []
    handle = httpx.AsyncHTTPTransport.handle_async_request

    async def watched(self: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        if request.url.host.endswith("semanticscholar.org"):
            asked.append(str(request.url))
            raise httpx.ConnectError("tests do not ask the real one")
        return await handle(self, request)

    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", watched)
    yield
    assert not asked, asked


@pytest.fixture(autouse=True)
def _exchanges_fit_the_official_description(  # pyright: ignore[reportUnusedFunction] - autouse
    official_description: OpenApi | None,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[None]:
    """Hold every request of a test to the sandbox, and every answer, against the description."""
    if official_description is None:
        yield
        return
    recordings: list[Path] = []
    start = DiscordSandbox.start

    async def recording(self: DiscordSandbox, host: str = "127.0.0.1", port: int = 0) -> None:
        if self.record is None:
            self.record = tmp_path_factory.mktemp("exchanges") / "discord.jsonl"
        recordings.append(self.record)
        await start(self, host, port)

    monkeypatch.setattr(DiscordSandbox, "start", recording)
    yield
    problems = [
        f"{exchange['method']} {exchange['route']}: {problem}"
        for path in recordings
        if path.is_file()
        for exchange in map(json.loads, path.read_text(encoding="utf-8").splitlines())
        for problem in official_description.validate_exchange(exchange)
    ]
    assert not problems, "\n".join(dict.fromkeys(problems))
