"""Everything below Discord, opened and joined: what the bot and the command line both stand on."""

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from datetime import timedelta

from bot import i18n
from bot.clock import open_clock
from bot.digest.compose import Composer
from bot.digest.ledger import Ledger, PollTimes
from bot.digest.plan import Planner
from bot.enrich.budget import Amount, Budget
from bot.enrich.chat import ChatClient
from bot.enrich.model_summaries import ModelSummaries
from bot.enrich.prices import summary_price, translation_price
from bot.enrich.summaries import Summaries
from bot.enrich.summarize import open_summarizer
from bot.enrich.summarize.embedded import EmbeddedSummarizer
from bot.enrich.translate import open_translator, translator_kind
from bot.enrich.translate.calls import TranslatorCalls
from bot.enrich.translate.libretranslate import LibreTranslator
from bot.enrich.translate.service import Translations
from bot.finding import Finding
from bot.garbage import put_off_full_collections
from bot.protocols import Clock, Summarizer, Translator
from bot.services import Bookmarking, Digesting, Services, Statuses, Subscribing
from bot.services.departing import Departing
from bot.services.explaining import Explaining
from bot.services.privacy import Privacy
from bot.services.providers import Providers
from bot.services.reacting import Reacting
from bot.services.reading import Glossaries, Readers
from bot.settings import Settings
from bot.signals import Signals
from bot.sources.bundle import ArxivSources
from bot.stalls import StallMonitor
from bot.store.bookmarks import BookmarkStore
from bot.store.database import Database
from bot.store.departures import DepartureStore
from bot.store.flags import FlagStore
from bot.store.glossary import GlossaryStore
from bot.store.history import HistoryStore
from bot.store.ledger import LedgerStore
from bot.store.lists import ListStore
from bot.store.outbox import Outbox
from bot.store.papers import PaperStore
from bot.store.people import PeopleStore
from bot.store.plans import PlanStore
from bot.store.privacy import PrivacyStore
from bot.store.reactions import ReactionStore, ShownCards
from bot.store.reading import PostedStore, SummaryStore
from bot.store.spending import SpendingStore
from bot.store.subscriptions import SubscriptionStore
from bot.store.summary_translations import SummaryTranslationStore
from bot.store.translations import TranslationStore

_SWITCH_S = 0.001
# A call of a provider may take all its tries and their waits, and some more.
_CALL_S, _TRIES = 120.0, 3


class Core:
    """The store, the sources, the stages of a digest and the services over them.

    Made by `await Core.open(...)`.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        database: Database,
        sources: ArxivSources,
        *,
        budget: Budget,
        translator: Translator | None,
        model: Summarizer | None,
        finding: Finding,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.database = database
        self.sources = sources
        self.finding = finding
        self.signals = Signals()
        self.papers = PaperStore(database)
        self.ledger_store = LedgerStore(database)
        self.subscriptions = SubscriptionStore(database)
        self.outbox = Outbox(database)
        self.plans = PlanStore(database)
        self.posted = PostedStore(database)
        self.flags = FlagStore(database)
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
        self.budget = budget
        glossary = GlossaryStore(database)
        self.translations = Translations(
            self._calls(translator) if translator else None,
            TranslationStore(database),
            SummaryTranslationStore(database),
            glossary,
            clock,
        )
        kept_summaries = SummaryStore(database)
        self.summaries = Summaries(
            EmbeddedSummarizer(self.worker),
            kept_summaries,
            clock,
            translations=self.translations,
            model=self._model(model, kept_summaries) if model else None,
        )
        self.composer = Composer(
            papers=self.papers,
            posted=self.posted,
            ledger=self.ledger_store,
            summaries=self.summaries,
            translations=self.translations,
            model_wait=settings.digest_model_wait,
        )
        subscribing = Subscribing(
            store=self.subscriptions,
            ledger=self.ledger,
            ledger_store=self.ledger_store,
            posted=self.posted,
            clock=clock,
            signals=self.signals,
            limit=settings.max_subscriptions,
        )
        bookmarking = Bookmarking(store=BookmarkStore(database), papers=finding.papers, clock=clock)
        self.services = Services(
            settings=settings,
            clock=clock,
            subscriptions=subscribing,
            digests=Digesting(
                planner=self.planner,
                posted=self.posted,
                signals=self.signals,
            ),
            bookmarks=bookmarking,
            composer=self.composer,
            translations=self.translations,
            readers=Readers(store=PeopleStore(database), clock=clock),
            glossaries=Glossaries(store=glossary, clock=clock),
            papers=finding.papers,
            related=finding.related,
            lists=ListStore(database),
            search=finding.search,
            shown_cards=ShownCards(database),
            reactions=Reacting(
                store=ReactionStore(database),
                flags=self.flags,
                bookmarks=bookmarking,
                clock=clock,
                signals=self.signals,
            ),
            departures=Departing(
                store=DepartureStore(database), subscriptions=subscribing, clock=clock
            ),
            privacy=Privacy(store=PrivacyStore(database), clock=clock),
            explaining=Explaining(
                history=HistoryStore(database),
                papers=self.papers,
                subscriptions=self.subscriptions,
                planner=self.planner,
            ),
            status=Statuses(
                subscriptions=self.subscriptions,
                ledger=self.ledger_store,
                posted=self.posted,
                papers=self.papers,
                providers=Providers(
                    self.summaries,
                    self.translations,
                    budget,
                    related=finding.related,
                    embedder=finding.embedder,
                ),
                clock=clock,
            ),
        )

    def _calls(self, translator: Translator) -> TranslatorCalls:
        price = translation_price(self.settings, translator_kind(self.settings))
        return TranslatorCalls(
            translator, self.budget, self.clock, price=price, longest=_longest(self.settings)
        )

    def _model(self, model: Summarizer, store: SummaryStore) -> ModelSummaries:
        return ModelSummaries(
            model,
            store,
            self.budget,
            self.clock,
            price=summary_price(self.settings),
            longest=_longest(self.settings),
        )

    @classmethod
    async def open(
        cls, settings: Settings, closing: AsyncExitStack, *, clock: Clock | None = None
    ) -> "Core":
        """Open the clock, the database and the sources; `closing` closes them in reverse.

        Raises StoreError, or SettingsError if the clock of a replay is not there or the
        translation memory cannot be read.
        """
        # A computing thread gives the interpreter away after a millisecond, not five: the event
        # loop has to ask for it several times a turn, and must not be late.
        sys.setswitchinterval(_SWITCH_S)
        put_off_full_collections(closing)
        if settings.stall_monitor:
            closing.callback(StallMonitor().stop)
        clock = clock or await open_clock(settings, closing)
        database = await Database.open(settings.database, backups=settings.data_dir / "backups")
        closing.push_async_callback(database.close)
        await asyncio.to_thread(i18n.load)
        # On a thread, because a client reads all the certificates that it will trust.
        sources = await asyncio.to_thread(ArxivSources.open, settings)
        closing.push_async_callback(sources.close)
        budget = Budget(
            SpendingStore(database),
            clock,
            Amount(settings.budget_characters, round(settings.budget_cost * 1_000_000)),
        )
        chat = None
        if settings.chat_url:  # one for both, whose limit of requests at a time holds for all
            chat = await asyncio.to_thread(ChatClient.of, settings, clock, budget)
            closing.push_async_callback(chat.aclose)
        translator = await asyncio.to_thread(open_translator, settings, clock, budget, chat)
        model = await asyncio.to_thread(open_summarizer, settings, clock, budget, chat)
        if isinstance(translator, LibreTranslator):
            closing.push_async_callback(_ended, asyncio.create_task(translator.prepare()))
        finding = await Finding.open(
            settings, closing, clock=clock, database=database, api=sources.api, budget=budget
        )
        core = cls(
            settings,
            clock,
            database,
            sources,
            budget=budget,
            translator=translator,
            model=model,
            finding=finding,
        )
        closing.push_async_callback(core.translations.close)
        closing.push_async_callback(core.summaries.close)
        closing.callback(core.worker.shutdown, wait=True, cancel_futures=True)
        return core


def _longest(settings: Settings) -> float:
    """What a provider's call may take, whatever it does, in seconds."""
    return _CALL_S + _TRIES * settings.chat_timeout


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
