"""A stage for deliveries: the real deliverer and sender, connected to a Discord sandbox."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from deliver_outbox import DyingOutbox, WatchedOutbox
from fresh_database import fresh_database
from sqlalchemy import select

from bot.client import PaperboyClient
from bot.core import Core
from bot.digest.deliver import Deliverer
from bot.digest.pace import Pacer
from bot.models import (
    AnnounceType,
    BatchSource,
    DeliveryKind,
    DeliveryState,
    Digest,
    FeedEntry,
    Layout,
    Paper,
    Rules,
    SubscriptionDraft,
)
from bot.settings import load
from bot.store.outbox import Outbox
from bot.store.schema import deliveries
from bot.ui import custom_ids
from bot.ui.sender import DiscordSender
from sandbox.clock import SandboxClock
from sandbox.discord.app import DiscordSandbox
from sandbox.discord.events import Event
from sandbox.discord.models import Message
from sandbox.discord.permissions import Permission

PATIENCE_S = 60.0  # far more than anything here takes, also on a busy machine
DAY = date(2026, 6, 18)
NOW = datetime(2026, 6, 18, 9, 0, tzinfo=UTC)
GRANTED = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.ADD_REACTIONS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
)


class DeliverStage:
    """A server whose channel is `channel_id`. `blocked` are the problems that were told."""

    def __init__(self, sandbox: DiscordSandbox) -> None:
        self.sandbox = sandbox
        self.world = sandbox.world
        self.clock = sandbox.clock
        accounts, servers = self.world.accounts, self.world.servers
        self.owner_id = accounts.create_user("olga").id
        self.application = accounts.create_application("Paperboy", self.owner_id)
        self.guild_id = servers.create(self.owner_id, "Reading group").id
        servers.update_role(self.guild_id, self.guild_id, permissions=0)
        member = servers.add_bot(self.guild_id, self.application.id, permissions=int(GRANTED))
        self.bot_role_id = next(iter(member.roles))
        self.channel_id = self.new_channel("papers")
        self.blocked: list[tuple[int, str]] = []
        self.core: Core
        self.outbox: WatchedOutbox
        self.client: PaperboyClient
        self.sender: DiscordSender
        self._papers = 0

    # --- Before ----------------------------------------------------------------------------------

    def new_channel(self, name: str) -> int:
        return self.world.rooms.create(self.guild_id, name).id

    def allow(self, permissions: Permission) -> None:
        """Let the bot's role give these permissions only."""
        self.world.servers.update_role(
            self.guild_id, self.bot_role_id, permissions=int(permissions)
        )

    async def digest(
        self, papers: int = 3, *, channel: int | None = None, layout: Layout = Layout.MESSAGES
    ) -> Digest:
        """A planned digest of so many new papers, of a subscription of its own."""
        topic = f"topic{self._papers}"
        entries = [FeedEntry(self._paper(topic), AnnounceType.NEW) for _ in range(papers)]
        now = self.clock.now()
        await self.core.ledger_store.record("cs.IR", DAY, entries, now=now, source=BatchSource.FEED)
        draft = SubscriptionDraft(
            guild_id=self.guild_id,
            channel_id=channel or self.channel_id,
            creator_id=self.owner_id,
            rules=Rules(("cs.IR",), keywords=(topic,)),
            at=time(9),
            timezone="UTC",
            max_papers=25,
            layout=layout,
        )
        subscription = await self.core.subscriptions.create(
            draft, since={"cs.IR": DAY}, next_due_at=now, now=now, limit=1000
        )
        (digest,) = await self.core.planner.plan([subscription])
        return digest

    def _paper(self, topic: str) -> Paper:
        self._papers += 1
        return Paper(
            id=f"2606.{self._papers:05}",
            version=1,
            title=f"Paper {self._papers} on {topic}",
            abstract="We look at a question. It is answered.",
            authors=("Ada Invented",),
            categories=("cs.IR",),
            primary_category="cs.IR",
        )

    # --- Meanwhile -------------------------------------------------------------------------------

    def deliverer(self, *, outbox: Outbox | None = None, workers: int = 4) -> Deliverer:
        """A deliverer as a new process has it: with an owner of its own."""
        return Deliverer(
            outbox=outbox or self.outbox,
            posted=self.core.posted,
            composer=self.core.composer,
            sender=self.sender,
            clock=self.clock,
            workers=workers,
            wake=self.core.signals.deliver,
            on_blocked=lambda number, problem: self.blocked.append((number, problem)),
        )

    @asynccontextmanager
    async def delivering(self, *, workers: int = 4) -> AsyncGenerator[Deliverer]:
        """Deliver what is planned; at the end, stop in order."""
        deliverer = self.deliverer(workers=workers)
        task = asyncio.create_task(deliverer.run())
        try:
            yield deliverer
        finally:
            deliverer.stop()
            await asyncio.wait_for(task, PATIENCE_S)

    async def crash(self, after: int) -> None:
        """Deliver until the `after`-th message is in Discord, and die before it is noted."""
        outbox = DyingOutbox(self.core.database, after)
        task = asyncio.create_task(self.deliverer(outbox=outbox).run())
        await asyncio.wait_for(outbox.dying.wait(), PATIENCE_S)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    def once(self, wanted: Callable[[Message], bool], do: Callable[[Message], object]) -> None:
        """Do something the moment after the first of the bot's messages that is wanted."""

        def look(event: Event) -> None:
            if event.name != "MESSAGE_CREATE":
                return
            message = self.world.message(int(event.data["channel_id"]), int(event.data["id"]))
            if message.author_id == self.application.id and wanted(message):
                unsubscribe()
                asyncio.get_running_loop().call_soon(do, message)

        unsubscribe = self.world.bus.subscribe(look)

    async def until(self, done: Callable[[], Awaitable[bool]]) -> None:
        """Return as soon as it is so; looks again when something in the outbox has changed."""
        async with asyncio.timeout(PATIENCE_S):
            self.outbox.changed.clear()
            while not await done():
                await self.outbox.changed.wait()
                self.outbox.changed.clear()

    async def until_posted(self) -> None:
        """Return as soon as nothing is left to send."""
        await self.until(self._is_idle)

    async def until_resting(self, tries: int = 1) -> datetime:
        """Return as soon as a digest was put off after so many tries; until when it rests."""
        rest: list[datetime] = []

        async def is_resting() -> bool:
            rest[:] = [
                row["not_before"]
                for row in await self.rows()
                if row["state"] == DeliveryState.PENDING
                and row["not_before"] is not None
                and row["attempts"] == tries
            ]
            return bool(rest)

        await self.until(is_resting)
        return rest[0]

    async def rush(self) -> None:
        """Return as soon as nothing is left to send; whatever rests is tried again at once."""

        async def is_idle() -> bool:
            await self.hurry()
            return await self._is_idle()

        await self.until(is_idle)

    async def hurry(self) -> None:
        """Let the time come for which the first of the resting deliveries waits."""
        rests = [
            row["not_before"]
            for row in await self.rows()
            if row["state"] == DeliveryState.PENDING and row["not_before"] is not None
        ]
        if rests and min(rests) > self.clock.now():
            self.clock.set(min(rests))

    async def _is_idle(self) -> bool:
        return await self.core.posted.queue() == 0

    # --- Afterwards ------------------------------------------------------------------------------

    async def rows(self) -> list[Any]:
        """All deliveries as they are stored, in their order."""
        async with self.core.database.read() as connection:
            found = await connection.execute(select(deliveries).order_by(deliveries.c.id))
            return list(found.mappings())

    async def states(self, digest: Digest) -> list[str]:
        return [row["state"] for row in await self.rows() if row["digest_id"] == digest.id]

    async def planned(self, *digests: Digest) -> list[str]:
        """The keys of the messages that these digests must lead to, in order."""
        numbers = [digest.id for digest in digests]
        return [
            row["key"]
            for row in await self.rows()
            if row["digest_id"] in numbers and row["kind"] != DeliveryKind.THREAD
        ]

    def posted(self, channel_id: int | None = None) -> list[str]:
        """The keys in the bot's messages in a channel and its threads, in order of posting."""
        channel_id = channel_id or self.channel_id
        messages = [
            message
            for channel in self.world.channels.values()
            if channel_id in {channel.id, channel.parent_id}
            for message in channel.messages.values()
            if message.author_id == self.application.id and message.components
        ]
        return [_key(message) for message in sorted(messages, key=lambda message: message.id)]

    def in_thread(self, digest: Digest, header: int = 0) -> list[Message]:
        """The cards in the thread under the channel's message at this place."""
        messages = list(self.world.channel(digest.channel_id).messages)
        thread = self.world.channel(messages[header])
        return [message for message in thread.messages.values() if message.components]


def _key(message: Message) -> str:
    found = {custom_ids.key_of(custom_id) for custom_id in _custom_ids(message.components)}
    (key,) = found - {None}
    return key or ""


def _custom_ids(components: list[dict[str, Any]]) -> list[str]:
    found: list[str] = []
    for component in components:
        found += [component["custom_id"]] if "custom_id" in component else []
        found += _custom_ids(component.get("components", []))
        found += _custom_ids([component["accessory"]] if "accessory" in component else [])
    return found


def later(stage: DeliverStage, minutes: float) -> None:
    """Move the time that Discord and the bot share."""
    stage.clock.advance(timedelta(minutes=minutes))


@asynccontextmanager
async def delivery_stage(folder: Path, **settings: str) -> AsyncGenerator[DeliverStage]:
    """A sandbox without rate limits, and the bot's client connected to it."""
    sandbox = DiscordSandbox(SandboxClock(NOW), limits_enabled=False)
    async with AsyncExitStack() as closing:
        await sandbox.start()
        closing.push_async_callback(sandbox.stop)
        stage = DeliverStage(sandbox)
        environ = {
            "PAPERBOY_DATA_DIR": str(folder),
            "PAPERBOY_DISCORD_API_BASE": sandbox.api_base,
            **{f"PAPERBOY_{name.upper()}": value for name, value in settings.items()},
        }
        loaded = load(environ, None)
        fresh_database(folder / "paperboy.db")
        stage.core = await Core.open(loaded, closing, clock=sandbox.clock)
        stage.outbox = WatchedOutbox(stage.core.database)
        client = stage.client = PaperboyClient(
            settings=loaded,
            services=stage.core.services,
            guild_ready_timeout=0.05,
            extensions=(),
        )
        running = asyncio.create_task(client.start(stage.application.token))
        ready = asyncio.create_task(client.ready.wait())
        try:
            await asyncio.wait({running, ready}, timeout=PATIENCE_S, return_when="FIRST_COMPLETED")
            if running.done():
                running.result()
            assert client.ready.is_set(), "the client did not get ready"
            stage.sender = DiscordSender(client, Pacer(1000), on_unauthorized=lambda: None)
            yield stage
        finally:
            ready.cancel()
            await client.close()
            await asyncio.gather(running, ready, return_exceptions=True)
