"""The composition root: opens every part, joins them, and closes them in order."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from datetime import timedelta

import aiohttp
import discord
import structlog

from bot.client import PaperboyClient
from bot.core import Core
from bot.digest.deliver import Deliverer
from bot.digest.pace import Pacer
from bot.errors import NotFound, StoreError
from bot.exits import Exit
from bot.flags import FlagWorker
from bot.garbage import FullCollections
from bot.health import HealthFile
from bot.lock import FolderLock
from bot.logs import incident_id
from bot.loops import DepartureLoop, HintLoop, IndexLoop, PlanLoop, Poller, keep_going
from bot.services.notices import stopped_notice
from bot.settings import Settings
from bot.store.database import file_of
from bot.store.index_queue import Index, IndexQueue
from bot.store.privacy import NOBODY
from bot.store.reactions import ReactionStore
from bot.ui.flag_posts import FlagPosts
from bot.ui.missed_reactions import MissedReactions
from bot.ui.sender import DiscordSender

log = structlog.get_logger(__name__)

# `docker stop` sends SIGTERM and kills ten seconds later: each step of closing has its share.
_LAST_SENDS_S = 4.0
_CLIENT_CLOSE_S = 3.0
_FIRST_RETRY_S, _LONGEST_RETRY_S = 2.0, 300.0
_TOO_MANY = 429
_UNREACHABLE = (
    OSError,
    TimeoutError,
    aiohttp.ClientError,
    discord.GatewayNotFound,
    discord.HTTPException,
)


class App:
    """The running bot."""

    def __init__(
        self, settings: Settings, *, on_stop: Callable[[Exit], None] | None = None
    ) -> None:
        self._settings = settings
        self._on_stop = on_stop
        self._stop = asyncio.Event()
        self._exit = Exit.OK

    def stop(self, code: Exit = Exit.OK) -> None:
        """Ask the bot to end in order."""
        self._exit = max(self._exit, code)
        if self._on_stop is not None and not self._stop.is_set():
            self._on_stop(self._exit)
        self._stop.set()

    async def run(self) -> Exit:
        """Run until SIGTERM, SIGINT or `stop`. Raises StoreError or SettingsError at the start."""
        token = self._settings.token()
        # The database may lie outside of the data folder; nobody else may use either.
        folders = {self._settings.data_dir, file_of(self._settings.database).parent}
        locks = [FolderLock(folder) for folder in sorted(folders)]
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            with suppress(NotImplementedError):  # Windows has no signal handlers on loops
                loop.add_signal_handler(name, self.stop)
        try:
            for lock in locks:
                await asyncio.to_thread(lock.acquire)
            async with AsyncExitStack() as closing:
                core = await Core.open(self._settings, closing)
                return await self._serve(core, token)
        finally:
            for lock in locks:
                lock.release()

    async def _serve(self, core: Core, token: str) -> Exit:
        settings = self._settings
        client = PaperboyClient(settings=settings, services=core.services)
        sender = DiscordSender(
            client,
            Pacer(settings.requests_per_second),
            on_unauthorized=lambda: self.stop(Exit.TOKEN),
        )
        notices: set[asyncio.Task[None]] = set()

        async def tell(subscription_id: int, problem: str) -> None:
            subscription = await core.subscriptions.get(subscription_id)
            creator = subscription.draft.creator_id
            if creator == NOBODY:  # who made it had themselves forgotten
                return
            notice = await stopped_notice(subscription, problem, core.services.readers)
            await sender.tell(creator, notice)

        async def try_to_tell(subscription_id: int, problem: str) -> None:
            try:
                await tell(subscription_id, problem)
            except NotFound:
                log.info("subscription_removed_meanwhile", subscription=subscription_id)
            except Exception:
                incident = incident_id()
                log.exception("notice_failed", incident=incident, subscription=subscription_id)

        def on_blocked(subscription_id: int, problem: str) -> None:
            notice = asyncio.create_task(try_to_tell(subscription_id, problem), name="notice")
            notices.add(notice)
            notice.add_done_callback(notices.discard)

        deliverer = Deliverer(
            outbox=core.outbox,
            posted=core.posted,
            composer=core.composer,
            sender=sender,
            clock=core.clock,
            workers=settings.delivery_workers,
            wake=core.signals.deliver,
            on_blocked=on_blocked,
        )
        # This process holds the folder's lock: whoever left a lease behind is dead.
        freed = await core.outbox.release_all()
        if freed:
            log.info("leases_of_a_dead_process_freed", deliveries=freed)

        poller = Poller(
            ledger=core.ledger,
            store=core.ledger_store,
            subscriptions=core.subscriptions,
            clock=core.clock,
            signals=core.signals,
        )
        plans = PlanLoop(
            planner=core.planner,
            ledger=core.ledger,
            subscriptions=core.subscriptions,
            clock=core.clock,
            signals=core.signals,
            patience=timedelta(seconds=settings.digest_patience),
        )
        hints = HintLoop(deliverer, core.clock)
        health = HealthFile(settings.data_dir, lambda: client.connected)

        async def hint() -> None:
            await client.ready.wait()
            log.info("ready", guilds=len(client.guilds), shards=client.shard_count)
            await keep_going("hint", hints.round, asyncio.Event(), core.clock)

        flags = FlagWorker(
            store=core.flags,
            papers=core.papers,
            translations=core.translations,
            sender=FlagPosts(client, sender),
            clock=core.clock,
            wake=core.signals.flags,
        )
        # Digests come first: of the requests of a second, this takes two at most.
        missed = MissedReactions(
            client=client,
            sender=sender,
            store=ReactionStore(core.database),
            clock=core.clock,
            pacer=Pacer(min(2.0, settings.requests_per_second / 4)),
        )
        indexing = IndexLoop(
            {
                Index.SEARCH: core.finding.archive.catch_up,
                Index.FEATURES: core.finding.index.catch_up,
            },
            load=core.finding.index.load,
            waiting=lambda index: IndexQueue(core.database, index).waiting(),
            clock=core.clock,
            signals=core.signals,
        )
        departures = DepartureLoop(core.services.departures, core.clock, lambda: _servers(client))

        garbage = FullCollections(lambda: deliverer.busy)

        async def work() -> None:
            # arXiv is followed and digests are planned also while Discord cannot be reached.
            async with asyncio.TaskGroup() as group:
                clock, signals = core.clock, core.signals
                group.create_task(keep_going("poll", poller.round, signals.poll, clock))
                group.create_task(keep_going("plan", plans.round, signals.plan, clock))
                group.create_task(hint())
                group.create_task(_after(client.ready, health.run))
                group.create_task(_after(client.ready, flags.run))
                group.create_task(_after(client.ready, departures.run))
                group.create_task(_after(client.ready, indexing.run))
                group.create_task(garbage.run(client.ready))
                group.create_task(missed.run())

        discord_task = asyncio.create_task(_connect(client, token), name="discord")
        work_task = asyncio.create_task(work(), name="loops")
        deliver_task = asyncio.create_task(_after(client.ready, deliverer.run), name="deliver")
        stop_task = asyncio.create_task(self._stop.wait(), name="stop")
        tasks = (discord_task, work_task, deliver_task, stop_task)
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            return self._outcome(discord_task, work_task, deliver_task)
        finally:
            log.info("stopping")
            deliverer.stop()
            work_task.cancel()
            stop_task.cancel()
            if client.ready.is_set():
                with suppress(TimeoutError):
                    await asyncio.wait_for(asyncio.shield(deliver_task), _LAST_SENDS_S)
            deliver_task.cancel()
            for notice in notices:
                notice.cancel()
            with suppress(TimeoutError):
                await asyncio.wait_for(client.close(), _CLIENT_CLOSE_S)
            discord_task.cancel()
            await asyncio.gather(*tasks, *notices, return_exceptions=True)
            log.info("stopped")

    def _outcome(self, *tasks: "asyncio.Task[None]") -> Exit:
        if self._stop.is_set():
            return self._exit
        for task in tasks:
            if task.done() and not task.cancelled() and (error := task.exception()) is not None:
                if isinstance(error, discord.LoginFailure):
                    log.error(
                        "token_refused",
                        what_to_do="PAPERBOY_DISCORD_TOKEN is not a valid bot token; copy it "
                        "anew from the Bot page of the developer portal",
                    )
                    return Exit.TOKEN
                if isinstance(error, discord.PrivilegedIntentsRequired):
                    log.error("intents_refused", error=str(error))
                    return Exit.TOKEN
                if isinstance(error, StoreError):
                    log.error("database_unusable", error=str(error))
                    return Exit.DATABASE
                log.error("stopped_by_error", task=task.get_name(), exc_info=error)
                return Exit.UNEXPECTED
        # The connection ended without an error and without being asked to.
        log.error("connection_ended")
        return Exit.UNEXPECTED


async def _connect(client: PaperboyClient, token: str) -> None:
    """Log in and stay connected; while Discord cannot be reached at the start, try again.

    Raises discord.LoginFailure for a token that it refuses. Later losses of the connection are
    the library's own to mend.
    """
    rest = _FIRST_RETRY_S
    logged_in = False
    while True:
        try:
            if not logged_in:
                await client.login(token)
                logged_in = True
            await client.connect()
            return
        except _UNREACHABLE as error:
            passing = not isinstance(error, discord.HTTPException) or (
                error.status >= 500 or error.status == _TOO_MANY
            )
            if not passing:
                raise
            log.warning("discord_unreachable", error=repr(error), retry_in=rest)
            if not logged_in:
                await client.http.close()
                client.http.connector = discord.utils.MISSING  # the next login makes its own
        await asyncio.sleep(rest)
        rest = min(rest * 2, _LONGEST_RETRY_S)


def _servers(client: PaperboyClient) -> list[int] | None:
    """The servers that the bot is in; None while it would not hear of changes."""
    return [guild.id for guild in client.guilds] if client.connected else None


async def _after(ready: asyncio.Event, run: Callable[[], Awaitable[None]]) -> None:
    await ready.wait()
    await run()
