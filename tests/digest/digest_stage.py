"""A stage for digest tests: a real store and the real sources against the arXiv sandbox."""

from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from fresh_database import fresh_database

from bot.core import Core
from bot.loops import PlanLoop, Poller
from bot.models import (
    Layout,
    QuietDays,
    Rules,
    Subscription,
    SubscriptionDraft,
)
from bot.settings import load
from sandbox.arxiv.app import ArxivSandbox
from sandbox.arxiv.papers import PaperFile
from sandbox.clock import SandboxClock

EASTERN = ZoneInfo("America/New_York")


def record(
    number: int,
    day: str,
    *,
    categories: tuple[str, ...] = ("cs.CL",),
    version: int = 1,
    kind: str = "new",
    title: str = "",
    abstract: str = "",
    authors: tuple[str, ...] = ("Ada Invented",),
) -> Mapping[str, object]:
    """An invented paper, as a line of the sandbox's paper file."""
    return {
        "id": f"2606.{90000 + number}",
        "version": version,
        "title": title or f"Invented paper number {number}",
        "abstract": abstract or f"We study the invented question {number}. We find an answer.",
        "authors": list(authors),
        "categories": list(categories),
        "primary_category": categories[0],
        "published": None,
        "comment": f"{number % 30 + 1} pages",
        "doi": None,
        "journal_ref": None,
        "announced_on": day,
        "announce_type": kind,
    }


def eastern(day: str, clock: str = "00:10") -> datetime:
    """An instant by the Eastern clock of a day."""
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), EASTERN)


@dataclass
class Stage:
    """The parts of a running bot below Discord, with arXiv at hand."""

    core: Core
    arxiv: ArxivSandbox
    clock: SandboxClock

    async def subscribe(
        self,
        rules: Rules,
        *,
        channel: int = 100,
        at: str = "09:00",
        max_papers: int = 5,
        layout: Layout = Layout.MESSAGES,
        quiet_days: QuietDays = QuietDays.SILENT,
        timezone: str = "UTC",
    ) -> Subscription:
        draft = SubscriptionDraft(
            guild_id=1,
            channel_id=channel,
            creator_id=7,
            rules=rules,
            at=time.fromisoformat(at),
            timezone=timezone,
            max_papers=max_papers,
            layout=layout,
            quiet_days=quiet_days,
        )
        return await self.core.services.subscriptions.subscribe(draft)


@asynccontextmanager
async def opened(
    folder: Path, records: Iterable[Mapping[str, object]], now: datetime, **settings: str
) -> AsyncGenerator[Stage]:
    """A stage over these papers at this time."""
    clock = SandboxClock(now)
    arxiv = ArxivSandbox(PaperFile.from_records(records), clock)
    await arxiv.start()
    environ = {
        "PAPERBOY_ARXIV_FEED_URL": arxiv.feed_url,
        "PAPERBOY_ARXIV_API_URL": arxiv.api_url,
        "PAPERBOY_ARXIV_OAI_URL": arxiv.oai_url,
        "PAPERBOY_ARXIV_INTERVAL": "0",
        "PAPERBOY_SEMANTIC_SCHOLAR": "false",
        "PAPERBOY_DATA_DIR": str(folder),
    } | {f"PAPERBOY_{name.upper()}": value for name, value in settings.items()}
    async with AsyncExitStack() as closing:
        closing.push_async_callback(arxiv.stop)
        fresh_database(folder / "paperboy.db")
        core = await Core.open(load(environ, None), closing, clock=clock)
        yield Stage(core, arxiv, clock)


def loops(stage: Stage) -> tuple[Poller, PlanLoop]:
    """What polls the sandbox and what plans digests, each a round at a time."""
    core = stage.core
    poller = Poller(
        ledger=core.ledger,
        store=core.ledger_store,
        subscriptions=core.subscriptions,
        clock=core.clock,
        signals=core.signals,
    )
    planner = PlanLoop(
        planner=core.planner,
        ledger=core.ledger,
        subscriptions=core.subscriptions,
        clock=core.clock,
        signals=core.signals,
        patience=timedelta(hours=6),
    )
    return poller, planner
