"""Everything below Discord, opened and joined: what the bot and the command line both stand on."""

import asyncio
import gc
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from datetime import timedelta

import httpx

from bot import i18n
from bot.clock import RemoteClock, SystemClock
from bot.digest.compose import Composer
from bot.digest.ledger import Ledger, PollTimes
from bot.digest.plan import Planner
from bot.enrich.summaries import Summaries
from bot.enrich.summarize.extractive import ExtractiveSummarizer
from bot.errors import SettingsError
from bot.protocols import Clock
from bot.services import Bookmarking, Digesting, Services, Statuses, Subscribing
from bot.settings import EXAMPLES, PREFIX, Settings
from bot.signals import Signals
from bot.sources.bundle import ArxivSources
from bot.stalls import StallMonitor
from bot.store.database import Database
from bot.store.ledger import LedgerStore
from bot.store.lists import ListStore
from bot.store.outbox import Outbox
from bot.store.papers import PaperStore
from bot.store.plans import PlanStore
from bot.store.reading import BookmarkStore, PostedStore, SummaryStore
from bot.store.subscriptions import SubscriptionStore

_SWITCH_S = 0.001


class Core:
    """The store, the sources, the stages of a digest and the services over them.

    Made by `await Core.open(...)`.
    """

    def __init__(
        self, settings: Settings, clock: Clock, database: Database, sources: ArxivSources
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.database = database
        self.sources = sources
        self.signals = Signals()
        self.papers = PaperStore(database)
        self.ledger_store = LedgerStore(database)
        self.subscriptions = SubscriptionStore(database)
        self.outbox = Outbox(database)
        self.plans = PlanStore(database)
        self.posted = PostedStore(database)
        self.worker = ThreadPoolExecutor(1, thread_name_prefix="summaries")
        self.ledger = Ledger(
            feed=sources.feed,
            metadata=sources.api,
            harvest=sources.oai,
            store=self.ledger_store,
            papers=self.papers,
            clock=clock,
            times=PollTimes(
                timedelta(seconds=settings.poll_interval), timedelta(seconds=settings.quiet_after)
            ),
        )
        self.planner = Planner(
            ledger=self.ledger_store,
            subscriptions=self.subscriptions,
            plans=self.plans,
            clock=clock,
            hint=settings.bookmark_hint,
        )
        self.composer = Composer(
            papers=self.papers,
            posted=self.posted,
            ledger=self.ledger_store,
            summaries=Summaries(ExtractiveSummarizer(), SummaryStore(database), clock, self.worker),
        )
        self.services = Services(
            settings=settings,
            clock=clock,
            subscriptions=Subscribing(
                store=self.subscriptions,
                ledger=self.ledger,
                ledger_store=self.ledger_store,
                posted=self.posted,
                clock=clock,
                signals=self.signals,
                limit=settings.max_subscriptions,
            ),
            digests=Digesting(
                planner=self.planner,
                posted=self.posted,
                signals=self.signals,
            ),
            bookmarks=Bookmarking(store=BookmarkStore(database), posted=self.posted, clock=clock),
            composer=self.composer,
            lists=ListStore(database),
            status=Statuses(
                subscriptions=self.subscriptions,
                ledger=self.ledger_store,
                posted=self.posted,
                papers=self.papers,
                clock=clock,
            ),
        )

    @classmethod
    async def open(
        cls, settings: Settings, closing: AsyncExitStack, *, clock: Clock | None = None
    ) -> "Core":
        """Open the clock, the database and the sources; `closing` closes them in reverse.

        Raises StoreError, or SettingsError if the clock of a replay is not there.
        """
        # A computing thread gives the interpreter away after a millisecond, not five: the event
        # loop has to ask for it several times a turn, and must not be late.
        sys.setswitchinterval(_SWITCH_S)
        # What is loaded by now stays: a full collection need not walk through it (60 ms) again.
        gc.freeze()
        if settings.stall_monitor:
            closing.callback(StallMonitor().stop)
        if clock is None and settings.clock_url:
            remote = await asyncio.to_thread(RemoteClock, settings.clock_url)
            closing.push_async_callback(remote.close)
            try:
                await remote.open()
            except (httpx.HTTPError, KeyError, ValueError) as error:
                raise SettingsError(
                    PREFIX + "CLOCK_URL",
                    f"no clock answers at {settings.clock_url} ({error!r})",
                    EXAMPLES["clock_url"],
                ) from error
            clock = remote
        clock = clock or SystemClock()
        database = await Database.open(settings.database, backups=settings.data_dir / "backups")
        closing.push_async_callback(database.close)
        await asyncio.to_thread(i18n.load)
        # On a thread, because a client reads all the certificates that it will trust.
        sources = await asyncio.to_thread(ArxivSources.open, settings)
        closing.push_async_callback(sources.close)
        core = cls(settings, clock, database, sources)
        closing.callback(core.worker.shutdown, wait=True, cancel_futures=True)
        return core
