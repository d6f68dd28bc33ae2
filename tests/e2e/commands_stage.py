"""The bot with all its commands between a Discord and an arXiv on loopback, and people to act."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from discord.http import Route
from fresh_database import fresh_database

from bot.client import PaperboyClient
from bot.core import Core
from bot.digest.deliver import Deliverer
from bot.digest.pace import Pacer
from bot.models import Subscription
from bot.settings import load
from bot.ui.sender import DiscordSender
from sandbox.arxiv.app import ArxivSandbox
from sandbox.arxiv.papers import PaperFile
from sandbox.arxiv.sample import sample_papers
from sandbox.clock import SandboxClock
from sandbox.discord.app import DiscordSandbox
from sandbox.discord.permissions import Permission
from sandbox.discord.person import Person
from sandbox.discord.sightings import Outcome, SeenMessage

PATIENCE_S = 10.0
FIRST_DAY, SECOND_DAY = date(2026, 6, 16), date(2026, 6, 17)
# Four in the morning in the East: the second day's feeds are out, the first day is history.
MORNING = datetime(2026, 6, 17, 8, 0, tzinfo=UTC)
BOT_PERMISSIONS = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.ADD_REACTIONS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
)


class CommandsStage:
    """A server with two channels. `admin` owns it, `reader` is an ordinary member."""

    def __init__(self, discord: DiscordSandbox, arxiv: ArxivSandbox) -> None:
        self.discord = discord
        self.arxiv = arxiv
        self.world = discord.world
        self.clock = arxiv.clock
        accounts, servers, rooms = self.world.accounts, self.world.servers, self.world.rooms
        self.admin_id = accounts.create_user("olga").id
        self.reader_id = accounts.create_user("rita").id
        self.application = accounts.create_application("Paperboy", self.admin_id)
        self.guild_id = servers.create(self.admin_id, "Reading group").id
        servers.add_member(self.guild_id, self.reader_id)
        member = servers.add_bot(
            self.guild_id, self.application.id, permissions=int(BOT_PERMISSIONS)
        )
        self.bot_role_id = next(iter(member.roles))
        self.channel_id = rooms.create(self.guild_id, "papers").id
        self.other_id = rooms.create(self.guild_id, "other").id
        self.admin = Person(f"{discord.url}/control", self.admin_id)
        self.reader = Person(f"{discord.url}/control", self.reader_id)
        self.core: Core
        self.client: PaperboyClient
        self._running = AsyncExitStack()

    async def start(self) -> None:
        """Connect the bot."""
        await self._running.enter_async_context(_bot(self))

    async def stop(self) -> None:
        """Disconnect the bot."""
        await self._running.aclose()

    async def run(
        self,
        command: str,
        *,
        by: Person | None = None,
        at: int | None = None,
        options: Mapping[str, object] | None = None,
        **more: object,
    ) -> SeenMessage:
        """Run a command (as the admin, in the first channel) and wait for its last answer."""
        person = by or self.admin
        values = {**(options or {}), **more}
        outcome = await person.run(command, channel=at or self.channel_id, options=values)
        return await _final(person, outcome)

    async def press(
        self, message: SeenMessage, label: str, *, by: Person | None = None
    ) -> SeenMessage:
        """Press a button and wait for what it leads to."""
        person = by or self.admin
        return await _final(person, await person.press(message, label))

    async def choose(self, message: SeenMessage, value: object, menu: str) -> SeenMessage:
        """Choose in the menu with this custom id's end, as the admin."""
        custom_id = next(known for known in message.custom_ids if known.endswith(menu))
        outcome = await self.admin.select(message, [value], custom_id=custom_id)
        return await _final(self.admin, outcome)

    async def fill(self, message: SeenMessage, label: str, values: dict[str, str]) -> SeenMessage:
        """Open a form by its button as the admin, fill fields in and send it."""
        opened = await self.admin.press(message, label)
        assert opened.modal is not None
        return await self.submit(opened, values)

    async def submit(self, opened: Outcome, values: dict[str, str]) -> SeenMessage:
        """Fill in the form that an action of the admin's has opened, and send it."""
        return await _final(self.admin, await self.admin.submit(opened, values))

    async def subscribe(self, categories: str = "cs.LG", **options: object) -> Subscription:
        """Subscribe a channel as the admin, by the command and its button."""
        preview = await self.run("subscribe", options={"categories": categories, **options})
        done = await self.press(preview, "Subscribe")
        assert "Subscribed" in done.text
        return (await self.subscriptions())[-1]

    async def subscriptions(self) -> list[Subscription]:
        """The server's subscriptions as they are stored."""
        found = await self.core.services.subscriptions.of_guild(self.guild_id)
        return [info.subscription for info in found]

    async def announce(self, *categories: str) -> None:
        """Let the bot read today's feeds of these categories."""
        for category in categories:
            await self.core.ledger.poll(category)

    def kept_by_library(self) -> tuple[int, int]:
        """How many views and forms the library has in memory; it tells nowhere else."""
        client: Any = self.client
        store = client._connection._view_store
        return len(store._views), len(store._modals)

    async def delivered(self) -> None:
        """Return as soon as the bot has noted that everything it planned is posted."""
        async with asyncio.timeout(PATIENCE_S):
            while await self.core.posted.queue():
                pass  # a query of the database each time; it has no event to wait for

    async def posts(self, count: int, channel_id: int | None = None) -> list[SeenMessage]:
        """The public messages of a channel, as soon as there are `count` of them."""

        def public(seen: list[SeenMessage]) -> list[SeenMessage]:
            return [message for message in seen if not message.ephemeral]

        channel = channel_id or self.channel_id
        seen = await self.reader.wait_until(channel, lambda now: len(public(now)) >= count)
        return public(seen)


def _is_final(outcome: Outcome) -> bool:
    waiting = outcome.message is not None and outcome.message.text.startswith("Asking arXiv")
    acknowledged = outcome.progress == "acknowledged" and not outcome.followups
    return outcome.settled and not waiting and not acknowledged


async def _final(person: Person, outcome: Outcome) -> SeenMessage:
    """The private message that an action ends with."""
    last = await person.follow(outcome, _is_final)
    assert last.error is None, last.error
    message = last.followups[-1] if last.followups else last.message
    assert message is not None, last.raw
    assert message.ephemeral, "the answer is for everybody"
    return message


@asynccontextmanager
async def commands_stage(
    folder: Path, papers: PaperFile | None = None, **settings: str
) -> AsyncGenerator[CommandsStage]:
    """Everything running and connected. `papers` are what arXiv has, if not the sample; `settings`
    are further variables without their prefix."""
    clock = SandboxClock(MORNING)
    discord = DiscordSandbox(clock, limits_enabled=False)
    arxiv = ArxivSandbox(papers or sample_papers(FIRST_DAY, SECOND_DAY), clock)
    async with AsyncExitStack() as closing:
        closing.callback(setattr, Route, "BASE", Route.BASE)
        for server in (discord, arxiv):
            await server.start()
            closing.push_async_callback(server.stop)
        stage = CommandsStage(discord, arxiv)
        for person in (stage.admin, stage.reader):
            closing.push_async_callback(person.close)
        values = {
            "DATA_DIR": str(folder),
            "DISCORD_API_BASE": discord.api_base,
            "ARXIV_API_URL": arxiv.api_url,
            "ARXIV_FEED_URL": arxiv.feed_url,
            "ARXIV_OAI_URL": arxiv.oai_url,
            "ARXIV_INTERVAL": "0",
            "SEMANTIC_SCHOLAR": "false",
            **settings,
        }
        environment = {f"PAPERBOY_{name.upper()}": value for name, value in values.items()}
        fresh_database(folder / "paperboy.db")
        stage.core = await Core.open(load(environment, None), closing, clock=clock)
        closing.push_async_callback(stage.stop)
        await stage.start()
        yield stage


def _ignore(subscription_id: int, problem: str) -> None:
    """Nobody is told of a stopped subscription here."""


@asynccontextmanager
async def _bot(stage: CommandsStage) -> AsyncGenerator[None]:
    """The client, connected, and the deliverer that works off the outbox."""
    core = stage.core
    client = stage.client = PaperboyClient(
        settings=core.settings, services=core.services, guild_ready_timeout=0.05
    )
    deliverer = Deliverer(
        outbox=core.outbox,
        posted=core.posted,
        composer=core.composer,
        sender=DiscordSender(client, Pacer(1000), on_unauthorized=lambda: None),
        clock=core.clock,
        workers=4,
        wake=core.signals.deliver,
        on_blocked=_ignore,
    )
    running = asyncio.create_task(client.start(stage.application.token))
    ready = asyncio.create_task(client.ready.wait())
    delivering = asyncio.create_task(deliverer.run())
    try:
        await asyncio.wait({running, ready}, timeout=PATIENCE_S, return_when="FIRST_COMPLETED")
        if running.done():
            running.result()
        assert client.ready.is_set(), "the client did not get ready"
        yield
    finally:
        ready.cancel()
        deliverer.stop()
        await asyncio.wait_for(delivering, PATIENCE_S)
        await client.close()
        await asyncio.gather(running, ready, return_exceptions=True)
