"""Planning: the real store on disk and the real planner, for subscriptions with different rules."""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.figures import Figure, spread
from bench.papers import DAY, big_day
from bench.readers import drafts, many_rules
from bench.scene import DUE
from bot.clock import SystemClock
from bot.digest.plan import Planner
from bot.models import BatchSource, FeedEntry, Rules
from bot.store.database import Database
from bot.store.ledger import LedgerStore
from bot.store.plans import PlanStore
from bot.store.subscriptions import SubscriptionStore
from sandbox.arxiv.papers import PaperFile
from sandbox.expected import announcements

_CHANNELS = 800
_RUNS = 3


class _Noon(SystemClock):
    """A clock that stands still, at noon of the day."""

    def now(self) -> datetime:
        return DUE + timedelta(hours=4)


async def run() -> list[Figure]:
    """Seconds to plan, for 100 and for 1,000 subscriptions."""
    papers, source = big_day()
    found: list[Figure] = []
    for count, target in ((100, ""), (1000, "; target: at most 3")):
        rules = many_rules(papers, count)
        seconds: list[float] = []
        shown = digests = 0
        for _ in range(_RUNS):
            took, digests, shown = await _plan(papers, rules)
            seconds.append(took)
        condition = f"{source}, {digests} digests of {shown} papers{target}"
        name = f"Planning a day for {count:,} subscriptions"
        found.append((name, spread(seconds, "s"), condition))
    return found


async def _plan(papers: PaperFile, rules: Sequence[Rules]) -> tuple[float, int, int]:
    """Seconds from what is due to the outbox, how many digests it made, and of how many papers."""
    with TemporaryDirectory(prefix="paperboy-bench-") as folder:
        database = await Database.open(f"sqlite+aiosqlite:///{Path(folder) / 'bench.db'}")
        try:
            ledger, subscriptions = LedgerStore(database), SubscriptionStore(database)
            for category in sorted({c for p in papers.announced(DAY) for c in p.announced_in}):
                entries = [
                    FeedEntry(found.paper, found.type)
                    for found in announcements(papers, [category], DAY)
                ]
                await ledger.record(category, DAY, entries, now=DUE, source=BatchSource.FEED)
            places = [(number // 20 + 1, number + 1) for number in range(_CHANNELS)]
            for draft in drafts(list(rules), places):
                since = dict.fromkeys(draft.rules.categories, DAY)
                await subscriptions.create(
                    draft, since=since, next_due_at=DUE, now=DUE, limit=10_000
                )
            planner = Planner(
                ledger=ledger,
                subscriptions=subscriptions,
                plans=PlanStore(database),
                clock=_Noon(),
                hint=True,
            )
            started = time.perf_counter()
            planned = await planner.plan(await subscriptions.due(DUE + timedelta(hours=4)))
            return time.perf_counter() - started, len(planned), sum(d.shown for d in planned)
        finally:
            await database.close()
