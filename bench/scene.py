"""A scene to measure in: the sandboxes, the store and the real bot, each process its own."""

import asyncio
import json
import os
import signal
import sqlite3
import sys
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import psutil

from bench.figures import Stall
from bench.papers import DAY
from bench.readers import AT
from bench.stand import Plan, arguments
from bench.witness import Neighbors, Witness
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


class Bot:
    """A running bot and what it logs. `started` is when its process was made, in Unix time.

    Its log comes through a pipe: a write into a file may have to wait for the disk.
    """

    def __init__(
        self, process: asyncio.subprocess.Process, started: float, witness: Witness
    ) -> None:
        self.process = process
        self.started = started
        self._witness = witness
        self._log: list[dict[str, Any]] = []
        self._reader = asyncio.create_task(self._read(), name="log")

    async def _read(self) -> None:
        if self.process.stderr is None:
            raise SceneError("the bot has no pipe")
        while line := await self.process.stderr.readline():
            try:
                self._log.append(json.loads(line))
            except ValueError:  # not from the log: an interpreter's last words
                self._log.append({"event": line.decode().rstrip()})

    def lines(self, event: str) -> list[dict[str, Any]]:
        """The log's records of this event so far."""
        return [record for record in self._log if record["event"] == event]

    async def logged(self, event: str, seconds: float = _START_S) -> dict[str, Any]:
        """Wait until the log holds this event. Raises SceneError."""

        async def first() -> dict[str, Any] | None:
            if self.process.returncode is not None:
                raise SceneError(f"the bot ended with {self.process.returncode}:\n{self._tail()}")
            return next(iter(self.lines(event)), None)

        return await until(first, f"the bot's {event!r}", seconds)

    def since_start(self, record: dict[str, Any]) -> float:
        """Seconds from the process's start to a record of the log."""
        return datetime.fromisoformat(record["timestamp"]).timestamp() - self.started

    def stalls(self) -> list[Stall]:
        """The event-loop stalls of at least 20 ms since its start. Raises SceneError."""
        if not self.lines("loop_stalls"):
            raise SceneError("the bot's monitor has not reported")
        return [self._stall(record) for record in self.lines("loop_stall")]

    def _stall(self, record: dict[str, Any]) -> Stall:
        end = self.started + self.since_start(record)
        return Stall(record["ms"], record["busy_ms"], self._witness.held_ms(end, record["ms"]))

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
        await self._reader
        if self.process.returncode != 0:
            raise SceneError(f"the bot ended with {self.process.returncode}:\n{self._tail()}")

    def _tail(self) -> str:
        return "\n".join(str(record) for record in self._log[-5:])


class Scene:
    """The running sandboxes with a folder for the bot's data."""

    def __init__(
        self,
        stand: asyncio.subprocess.Process,
        about: dict[str, Any],
        folder: Path,
        admin: Admin,
        witness: Witness,
    ) -> None:
        self._witness = witness
        self._stand = stand
        self._environment: dict[str, str] = about["environment"]
        self._folder = folder
        self.admin = admin
        self.source: str = about["source"]
        self.owner_id: int = about["owner"]
        self.places: list[tuple[int, int]] = [
            (guild, channel) for guild, channel in about["places"]
        ]

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

    async def outbox(self) -> tuple[int, int]:
        """How many messages the outbox holds, and how many of them are cards."""

        def count() -> tuple[int, int]:
            path = self._folder / "data" / "paperboy.db"
            query = "SELECT count(*), sum(kind = 'card') FROM deliveries WHERE kind != 'thread'"
            with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
                messages, cards = connection.execute(query).fetchone()
            return messages, cards

        return await asyncio.to_thread(count)

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
        started = time.time()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run"),
            env=environment,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            limit=_LINE_BYTES,
        )
        return Bot(process, started, self._witness)

    async def connected_at(self) -> float:
        """Wait until the bot's gateway session is there; returns the Unix time."""

        async def connected() -> float | None:
            sessions = await self.admin.sessions()
            return time.time() if any(one["connected"] for one in sessions) else None

        return await until(connected, "the bot's connection", _START_S, every=0.01)

    def neighbors(self, bot: Bot) -> Neighbors:
        """Watch what other programs use from now on, while both sandboxes and bot are there."""
        return Neighbors([os.getpid(), self._stand.pid, bot.process.pid])

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
        witness = Witness()
        try:
            if stand.stdout is None or stand.stdin is None:
                raise SceneError("the sandboxes have no pipes")
            line = await asyncio.wait_for(stand.stdout.readline(), _START_S)
            if not line:
                raise SceneError("the sandboxes did not start")
            about = json.loads(line)
            async with Admin(about["control"]) as admin:
                yield Scene(stand, about, Path(folder), admin, witness)
            stand.stdin.close()
            await asyncio.wait_for(stand.wait(), _STOP_S)
        finally:
            witness.stop()
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
