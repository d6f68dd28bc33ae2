"""The bot's client, services and sender, connected to a sandbox by real HTTP and websocket."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, time
from pathlib import Path

from discord.http import Route
from fresh_database import fresh_database
from ui_samples import DAY, paper

from bot.client import PaperboyClient
from bot.core import Core
from bot.digest.deliver import Deliverer
from bot.digest.pace import Pacer
from bot.models import (
    AnnounceType,
    BatchSource,
    Digest,
    FeedEntry,
    Layout,
    Paper,
    Rules,
    SubscriptionDraft,
)
from bot.settings import Settings, load
from bot.ui.sender import DiscordSender
from sandbox.clock import SandboxClock
from sandbox.discord.app import DiscordSandbox
from sandbox.discord.models import Message
from sandbox.discord.permissions import Permission
from sandbox.discord.person import Person
from sandbox.discord.sightings import SeenMessage

PATIENCE_S = 10.0
# The evening before: the batch of DAY belongs to the digest of the next morning.
EVENING = datetime(2026, 6, 17, 20, 0, tzinfo=UTC)
MORNING = datetime(2026, 6, 18, 9, 0, tzinfo=UTC)
GRANTED = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.ADD_REACTIONS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
)
PAPERS = tuple(
    paper(
        id=f"2606.{number:05}",
        title=f"Retrieval, part {number}",
        abstract=f"We look at part {number} of retrieval. It is solved by half.",
        categories=("cs.IR",),
    )
    for number in range(1, 24)
)


class UiStage:
    """A sandbox with one server, and the bot in it. `owner` owns the server, `reader` reads.

    `unauthorized` counts how often the sender told that the token is refused.
    """

    def __init__(self, sandbox: DiscordSandbox, folder: Path) -> None:
        self.sandbox = sandbox
        self.world = sandbox.world
        accounts, servers = self.world.accounts, self.world.servers
        self.owner_id = accounts.create_user("olga").id
        self.reader_id = accounts.create_user("rita").id
        self.application = accounts.create_application("Paperboy", self.owner_id)
        self.token = self.application.token
        self.guild_id = servers.create(self.owner_id, "Reading group").id
        # Everybody's role gives the bot nothing, so that a test can take things away.
        servers.update_role(
            self.guild_id, self.guild_id, permissions=int(Permission.READ_MESSAGE_HISTORY)
        )
        servers.add_member(self.guild_id, self.reader_id)
        member = servers.add_bot(self.guild_id, self.application.id, permissions=int(GRANTED))
        self.bot_role_id = next(iter(member.roles))
        readers = servers.create_role(self.guild_id, "readers", permissions=int(GRANTED))
        servers.update_member(self.guild_id, self.reader_id, roles=[readers.id])
        self.readers_role_id = readers.id
        self.channel_id = self.world.rooms.create(self.guild_id, "papers").id
        self.settings = settings_for(sandbox, folder)
        self.owner = Person(f"{sandbox.url}/control", self.owner_id)
        self.reader = Person(f"{sandbox.url}/control", self.reader_id)
        self.unauthorized = 0
        self.core: Core
        self.client: PaperboyClient
        self.sender: DiscordSender

    def messages(self, channel_id: int | None = None) -> list[Message]:
        """The messages in a channel, the oldest first."""
        history = self.world.posts.history(self.owner_id, channel_id or self.channel_id, limit=100)
        return list(reversed(history))

    def allow(self, permissions: Permission) -> None:
        """Let the bot's role give these permissions only."""
        self.world.servers.update_role(
            self.guild_id, self.bot_role_id, permissions=int(permissions)
        )

    async def plan(
        self, papers: tuple[Paper, ...] = PAPERS, layout: Layout = Layout.MESSAGES
    ) -> Digest:
        """Announce papers to a new subscription and plan its digest."""
        draft = SubscriptionDraft(
            guild_id=self.guild_id,
            channel_id=self.channel_id,
            creator_id=self.owner_id,
            rules=Rules(categories=("cs.IR",), keywords=("retrieval",)),
            at=time(9),
            timezone="UTC",
            layout=layout,
        )
        subscription = await self.core.services.subscriptions.subscribe(draft)
        entries = [FeedEntry(shown, AnnounceType.NEW) for shown in papers]
        await self.core.ledger_store.record(
            "cs.IR", DAY, entries, now=self.sandbox.clock.now(), source=BatchSource.FEED
        )
        self.sandbox.clock.set(MORNING)
        (digest,) = await self.core.planner.plan([subscription])
        return digest

    @asynccontextmanager
    async def delivering(self) -> AsyncGenerator[None]:
        """Deliver what is planned; in the block, wait for the last message to be there."""
        deliverer = Deliverer(
            outbox=self.core.outbox,
            posted=self.core.posted,
            composer=self.core.composer,
            sender=self.sender,
            clock=self.sandbox.clock,
            workers=4,
            wake=self.core.signals.deliver,
            on_blocked=_ignore,
        )
        task = asyncio.create_task(deliverer.run())
        try:
            yield
        finally:
            deliverer.stop()
            await asyncio.wait_for(task, PATIENCE_S)

    async def post_digest(self) -> list[SeenMessage]:
        """A digest of 23 matches, 5 of them shown: its header and its cards as the reader sees."""
        await self.plan()
        async with self.delivering():
            return await self.reader.wait_until(self.channel_id, lambda seen: len(seen) == 6)


def settings_for(sandbox: DiscordSandbox, folder: Path) -> Settings:
    """Settings that point to the sandbox."""
    return load(
        {"PAPERBOY_DATA_DIR": str(folder), "PAPERBOY_DISCORD_API_BASE": sandbox.api_base}, None
    )


@asynccontextmanager
async def connected(
    stage: UiStage, extensions: tuple[str, ...] = ()
) -> AsyncGenerator[PaperboyClient]:
    """A new client of the bot, logged in and ready; also set as the stage's own."""
    client = PaperboyClient(
        settings=stage.settings,
        services=stage.core.services,
        guild_ready_timeout=0.05,
        extensions=extensions,
    )
    running = asyncio.create_task(client.start(stage.token))
    ready = asyncio.create_task(client.ready.wait())
    try:
        await asyncio.wait({running, ready}, timeout=PATIENCE_S, return_when="FIRST_COMPLETED")
        if running.done():
            running.result()
        assert client.ready.is_set(), "the client did not get ready"
        stage.client = client
        stage.sender = DiscordSender(client, Pacer(1000), on_unauthorized=lambda: _count(stage))
        yield client
    finally:
        ready.cancel()
        await client.close()
        await asyncio.gather(running, ready, return_exceptions=True)


def _ignore(subscription_id: int, problem: str) -> None:
    """Nobody is told here that a subscription broke."""


def _count(stage: UiStage) -> None:
    stage.unauthorized += 1


@asynccontextmanager
async def staged(folder: Path, extensions: tuple[str, ...] = ()) -> AsyncGenerator[UiStage]:
    """A sandbox without rate limits, and the bot connected to it."""
    base = Route.BASE
    sandbox = DiscordSandbox(SandboxClock(EVENING), limits_enabled=False)
    async with AsyncExitStack() as closing:
        closing.callback(setattr, Route, "BASE", base)
        await sandbox.start()
        closing.push_async_callback(sandbox.stop)
        stage = UiStage(sandbox, folder)
        closing.push_async_callback(stage.owner.close)
        closing.push_async_callback(stage.reader.close)
        fresh_database(folder / "paperboy.db")
        stage.core = await Core.open(stage.settings, closing, clock=sandbox.clock)
        await closing.enter_async_context(connected(stage, extensions))
        yield stage
