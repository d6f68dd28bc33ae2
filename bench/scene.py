"""A scene to measure in: the sandboxes, the store and the real bot, each process its own."""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import psutil

from bench.papers import DAY
from bench.readers import AT
from bench.stand import Plan, arguments
from bot.models import SubscriptionDraft
from bot.store.database import Database
from bot.store.subscriptions import SubscriptionStore
from sandbox.discord.admin import Admin

T = TypeVar("T")

DUE = datetime.combine(DAY, AT, UTC)
_START_S = 60.0
_STOP_S = 15.0
_LINE_BYTES = 8 * 1024 * 1024


class SceneError(Exception):
    """Something did not happen in time; the text says what."""


@dataclass(slots=True)
class Bot:
    """A running bot and its log. `started` is when its process was made, in Unix time."""

    process: asyncio.subprocess.Process
    log: Path
    started: float

    def lines(self, event: str) -> list[dict[str, Any]]:
        """The log's records of this event so far."""
        found: list[dict[str, Any]] = []
        for line in self.log.read_text("utf-8").splitlines():
            if f'"event": "{event}"' in line:
                found.append(json.loads(line))
        return found

    async def logged(self, event: str, seconds: float = _START_S) -> dict[str, Any]:
        """Wait until the log holds this event. Raises SceneError."""

        async def first() -> dict[str, Any] | None:
            if self.process.returncode is not None:
                raise SceneError(f"the bot ended with {self.process.returncode}")
            return next(iter(self.lines(event)), None)

        return await until(first, f"the bot's {event!r}", seconds)

    def since_start(self, record: dict[str, Any]) -> float:
        """Seconds from the process's start to a record of the log."""
        return datetime.fromisoformat(record["timestamp"]).timestamp() - self.started

    def stalls(self, *, after: str = "ready") -> list[dict[str, Any]]:
        """The event-loop stalls that the bot logged after the first record of an event."""
        since = self.lines(after)[0]["timestamp"]
        return [stall for stall in self.lines("loop_stall") if stall["timestamp"] > since]

    def resident_mib(self) -> float:
        """Resident memory now."""
        return psutil.Process(self.process.pid).memory_info().rss / 2**20

    def cpu_s(self) -> float:
        """Processor time used so far, in seconds."""
        times = psutil.Process(self.process.pid).cpu_times()
        return times.user + times.system

    async def stop(self) -> None:
        """End it as an operator would. Raises SceneError if it did not end well."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(self.process.wait(), _STOP_S)
            except TimeoutError:
                self.process.kill()
                await self.process.wait()
        if self.process.returncode != 0:
            raise SceneError(f"the bot ended with {self.process.returncode}:\n{self._tail()}")

    def _tail(self) -> str:
        return "\n".join(self.log.read_text("utf-8").splitlines()[-5:])


class Scene:
    """The running sandboxes with a folder for the bot's data."""

    def __init__(
        self,
        stand: asyncio.subprocess.Process,
        about: dict[str, Any],
        folder: Path,
        admin: Admin,
    ) -> None:
        self._stand = stand
        self._environment: dict[str, str] = about["environment"]
        self._folder = folder
        self.admin = admin
        self.source: str = about["source"]
        self.places: list[tuple[int, int]] = [(guild, channel) for guild, channel in about["places"]]

    async def subscribe(self, drafts: Sequence[SubscriptionDraft]) -> None:
        """Put subscriptions into the database on disk that the bot will open."""
        url = f"sqlite+aiosqlite:///{self._folder / 'data' / 'paperboy.db'}"
        database = await Database.open(url)
        try:
            store = SubscriptionStore(database)
            for draft in drafts:
                since = dict.fromkeys(draft.rules.categories, DAY)
                await store.create(draft, since=since, next_due_at=DUE, now=DUE, limit=10_000)
        finally:
            await database.close()

    async def start_bot(self, **settings: str) -> Bot:
        """Start the real bot, with `PAPERBOY_…` settings given by their names."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("PAPERBOY_")}
        environment = {
            **kept,
            **self._environment,
            "PAPERBOY_DATA_DIR": str(self._folder / "data"),
            "PAPERBOY_LOG_FORMAT": "json",
            "PAPERBOY_STALL_MONITOR": "true",
            **{f"PAPERBOY_{name.upper()}": value for name, value in settings.items()},
        }
        log = self._folder / f"bot-{time.monotonic_ns()}.log"
        with log.open("wb") as out:
            started = time.time()
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", env=environment, stdout=out, stderr=out
            )
        return Bot(process, log, started)

    async def connected_at(self) -> float:
        """Wait until the bot's gateway session is there; returns the Unix time."""

        async def connected() -> float | None:
            sessions = await self.admin.sessions()
            return time.time() if any(one["connected"] for one in sessions) else None

        return await until(connected, "the bot's connection", _START_S, every=0.01)

    async def counts(self) -> dict[str, Any]:
        """What has arrived in the channels so far."""
        if self._stand.stdin is None or self._stand.stdout is None:
            raise SceneError("the sandboxes have no pipes")
        self._stand.stdin.write(b"\n")
        return json.loads(await self._stand.stdout.readline())


async def until(
    look: Callable[[], Awaitable[T | None]], what: str, seconds: float, every: float = 0.1
) -> T:
    """Look again and again until there is something. Raises SceneError after `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = await look()
        if found is not None:
            return found
        await asyncio.sleep(every)
    raise SceneError(f"{what} did not come within {seconds:.0f} s")


@asynccontextmanager
async def scene(plan: Plan) -> AsyncGenerator[Scene]:
    """Start the sandboxes; everything ends and is removed with the block."""
    with TemporaryDirectory(prefix="paperboy-bench-") as folder:
        stand = await asyncio.create_subprocess_exec(
            *arguments(plan),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=_LINE_BYTES,
        )
        try:
            if stand.stdout is None or stand.stdin is None:
                raise SceneError("the sandboxes have no pipes")
            line = await asyncio.wait_for(stand.stdout.readline(), _START_S)
            if not line:
                raise SceneError("the sandboxes did not start")
            about = json.loads(line)
            async with Admin(about["control"]) as admin:
                yield Scene(stand, about, Path(folder), admin)
            stand.stdin.close()
            await asyncio.wait_for(stand.wait(), _STOP_S)
        finally:
            if stand.returncode is None:
                stand.kill()
                await stand.wait()


@asynccontextmanager
async def running_bot(stage: Scene, **settings: str) -> AsyncGenerator[Bot]:
    """The bot, stopped in order at the end of the block, and killed if that fails."""
    bot = await stage.start_bot(**settings)
    try:
        yield bot
        await bot.stop()
    finally:
        if bot.process.returncode is None:
            bot.process.kill()
            await bot.process.wait()
