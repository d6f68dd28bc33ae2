"""A stage for the command line: real processes of `python -m bot` between the two sandboxes."""

import asyncio
import os
import sqlite3
from asyncio.subprocess import Process as RealProcess
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

import zygote
from fresh_database import fresh_database
from zygote import Process

from bot.core import Core
from bot.models import (
    AnnounceType,
    BatchSource,
    Digest,
    FeedEntry,
    Layout,
    Paper,
    Rules,
    Subscription,
    SubscriptionDraft,
)
from bot.settings import load
from sandbox.arxiv.app import ArxivSandbox
from sandbox.arxiv.sample import sample_papers
from sandbox.clock import SandboxClock
from sandbox.demo_environment import bot_environment
from sandbox.demo_world import BOT_PERMISSIONS
from sandbox.discord.app import DiscordSandbox
from sandbox.discord.permissions import Permission

ROOT = Path(__file__).resolve().parents[2]
FIRST_DAY, SECOND_DAY = date(2026, 6, 16), date(2026, 6, 17)
# Four in the morning in the East: the second day's feeds are out, the first day is history.
NOW = datetime(2026, 6, 17, 8, 0, tzinfo=UTC)
PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True)
class Ran:
    """A process that has ended: its exit code, and all that it said."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        return self.out + self.err


async def paperboy(environ: dict[str, str], *arguments: str) -> Ran:
    """Run `python -m bot` to its end."""
    process = await start(environ, *arguments)
    return await ended(process)


_started: list[Process | RealProcess] = []


async def _end_what_is_left() -> None:
    """Kill the bots that a failed test did not end."""
    while _started:
        process = _started.pop()
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def start(environ: dict[str, str], *arguments: str) -> Process | RealProcess:
    """Start `python -m bot`, in the project's folder, where no `.env` is."""
    process = await zygote.start(environ, *arguments)
    _started.append(process)
    return process


async def ended(process: Process | RealProcess) -> Ran:
    """Wait for a process's end; it is killed if that takes too long."""
    try:
        out, err = await asyncio.wait_for(process.communicate(), PATIENCE_S)
    except TimeoutError:
        process.kill()
        await process.communicate()
        raise
    return Ran(process.returncode or 0, out.decode(), err.decode())


def bare_environment(folder: Path, **settings: str) -> dict[str, str]:
    """An environment in which nothing but these settings is set."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PAPERBOY_")}
    given = {f"PAPERBOY_{name.upper()}": value for name, value in settings.items()}
    return kept | {"PAPERBOY_DATA_DIR": str(folder)} | given


def damage(database: Path, table: str) -> None:
    """Write garbage over the first page of a table, as a broken disk would."""
    with closing(sqlite3.connect(database)) as connection:
        query = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        (root,) = connection.execute(query, (table,)).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with database.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * 200)


class CliStage:
    """Both sandboxes with a server and a bot's account in it; `environ` points a bot to them."""

    def __init__(self, discord: DiscordSandbox, arxiv: ArxivSandbox, folder: Path) -> None:
        self.discord = discord
        self.arxiv = arxiv
        self.world = discord.world
        self.clock = discord.clock
        accounts, servers = self.world.accounts, self.world.servers
        self.owner_id = accounts.create_user("olga").id
        self.application = accounts.create_application("Paperboy", self.owner_id)
        self.guild_id = servers.create(self.owner_id, "Reading group").id
        servers.update_role(self.guild_id, self.guild_id, permissions=0)
        granted = Permission(0)
        for name in BOT_PERMISSIONS:
            granted |= Permission[name]
        self.granted = granted
        member = servers.add_bot(self.guild_id, self.application.id, permissions=int(granted))
        self.bot_role_id = next(iter(member.roles))
        self.channel_id = self.new_channel("papers")
        self.environ = bot_environment(discord, arxiv, folder, self.application.token)
        self.folder = folder / "data"
        self.database = self.folder / "paperboy.db"
        self._papers = 0

    def new_channel(self, name: str) -> int:
        return self.world.rooms.create(self.guild_id, name).id

    def allow(self, permissions: Permission) -> None:
        """Let the bot's role give these permissions only."""
        self.world.servers.update_role(
            self.guild_id, self.bot_role_id, permissions=int(permissions)
        )

    async def run(self, *arguments: str, **settings: str) -> Ran:
        """Run the command line to its end, with further settings."""
        given = {f"PAPERBOY_{name.upper()}": value for name, value in settings.items()}
        return await paperboy(self.environ | given, *arguments)

    @asynccontextmanager
    async def core(self) -> AsyncGenerator[Core]:
        """The bot's core over the same data folder, in this process."""
        fresh_database(self.database)
        async with AsyncExitStack() as closing:
            yield await Core.open(load(self.environ, None), closing, clock=self.clock)

    async def subscribe(self, core: Core, rules: Rules, *, channel: int = 0) -> Subscription:
        """A subscription that gets everything from the sample's first day on."""
        now = self.clock.now()
        draft = SubscriptionDraft(
            guild_id=self.guild_id,
            channel_id=channel or self.channel_id,
            creator_id=self.owner_id,
            rules=rules,
            at=time(9),
            timezone="UTC",
            max_papers=25,
            layout=Layout.MESSAGES,
        )
        return await core.subscriptions.create(
            draft,
            since=dict.fromkeys(rules.categories, FIRST_DAY),
            next_due_at=datetime(2026, 6, 17, 9, tzinfo=UTC),
            now=now,
            limit=1000,
        )

    async def digest(self, core: Core, papers: int, *, channel: int = 0) -> Digest:
        """A planned digest of so many new papers, of a subscription of its own."""
        topic = f"topic{self._papers}"
        entries = [FeedEntry(self._paper(topic), AnnounceType.NEW) for _ in range(papers)]
        await core.ledger_store.record(
            "math.CO", SECOND_DAY, entries, now=self.clock.now(), source=BatchSource.FEED
        )
        rules = Rules(("math.CO",), keywords=(topic,))
        subscription = await self.subscribe(core, rules, channel=channel)
        (digest,) = await core.planner.plan([subscription])
        return digest

    def _paper(self, topic: str) -> Paper:
        self._papers += 1
        return Paper(
            id=f"2606.{self._papers:05}",
            version=1,
            title=f"Paper {self._papers} on {topic}",
            abstract="We look at a question. It is answered.",
            authors=("Ada Invented",),
            categories=("math.CO",),
            primary_category="math.CO",
        )


@asynccontextmanager
async def cli_stage(folder: Path) -> AsyncGenerator[CliStage]:
    """Both sandboxes, without rate limits; a bot is not running yet."""
    clock = SandboxClock(NOW)
    discord = DiscordSandbox(clock, limits_enabled=False)
    arxiv = ArxivSandbox(sample_papers(FIRST_DAY, SECOND_DAY), clock)
    async with AsyncExitStack() as closing:
        for server in (discord, arxiv):
            await server.start()
            closing.push_async_callback(server.stop)
        closing.push_async_callback(_end_what_is_left)
        yield CliStage(discord, arxiv, folder)
