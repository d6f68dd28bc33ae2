"""The composition root: opens every part, joins them, and closes them in order."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from datetime import timedelta

import discord
import structlog

from bot.client import PaperboyClient
from bot.core import Core
from bot.digest.deliver import Deliverer
from bot.digest.pace import Pacer
from bot.exits import Exit
from bot.health import HealthFile
from bot.lock import FolderLock
from bot.loops import HintLoop, PlanLoop, Poller, keep_going
from bot.settings import Settings
from bot.ui.sender import DiscordSender

log = structlog.get_logger(__name__)

# `docker stop` sends SIGTERM and kills ten seconds later: each step of closing has its share.
_LAST_SENDS_S = 4.0
_CLIENT_CLOSE_S = 3.0


class App:
    """The running bot."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stop = asyncio.Event()
        self._exit = Exit.OK

    def stop(self, code: Exit = Exit.OK) -> None:
        """Ask the bot to end in order."""
        self._exit = max(self._exit, code)
        self._stop.set()

    async def run(self) -> Exit:
        """Run until SIGTERM, SIGINT or `stop`. Raises StoreError or SettingsError at the start."""
        token = self._settings.token()
        lock = FolderLock(self._settings.data_dir)
        await asyncio.to_thread(lock.acquire)
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            with suppress(NotImplementedError):  # Windows has no signal handlers on loops
                loop.add_signal_handler(name, self.stop)
        try:
            async with AsyncExitStack() as closing:
                core = await Core.open(self._settings, closing)
                return await self._serve(core, token)
        finally:
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
            await sender.tell(
                subscription.draft.creator_id,
                f"I had to stop subscription {subscription_id} for "
                f"<#{subscription.draft.channel_id}>: {problem} "
                "Then resume it with `/subscriptions`.",
            )

        def on_blocked(subscription_id: int, problem: str) -> None:
            notice = asyncio.create_task(tell(subscription_id, problem), name="notice")
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

        async def work() -> None:
            await client.ready.wait()
            log.info("ready", guilds=len(client.guilds), shards=client.shard_count)
            async with asyncio.TaskGroup() as group:
                clock, signals = core.clock, core.signals
                group.create_task(keep_going("poll", poller.round, signals.poll, clock))
                group.create_task(keep_going("plan", plans.round, signals.plan, clock))
                group.create_task(keep_going("hint", hints.round, asyncio.Event(), clock))
                group.create_task(health.run())

        discord_task = asyncio.create_task(client.start(token), name="discord")
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
                log.error("stopped_by_error", task=task.get_name(), exc_info=error)
                return Exit.UNEXPECTED
        # The connection ended without an error and without being asked to.
        log.error("connection_ended")
        return Exit.UNEXPECTED


async def _after(ready: asyncio.Event, run: Callable[[], Awaitable[None]]) -> None:
    await ready.wait()
    await run()
