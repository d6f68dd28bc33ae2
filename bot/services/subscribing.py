"""Making, changing and ending subscriptions, and trying rules on the last days."""

import asyncio
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog

from bot.digest.ledger import Ledger
from bot.digest.match import MatchIndex
from bot.digest.slots import next_slot, previous_slot
from bot.errors import SourceError
from bot.i18n import t
from bot.models import (
    Announcement,
    BatchState,
    Rules,
    Subscription,
    SubscriptionDraft,
    SubscriptionState,
)
from bot.protocols import Clock
from bot.signals import Signals
from bot.sources import calendar
from bot.store.departures import DEPARTED
from bot.store.ledger import LedgerStore
from bot.store.reading import PostedDigest, PostedStore
from bot.store.subscriptions import SubscriptionStore

log = structlog.get_logger(__name__)

_BACKTEST_DAYS = 5
_BACKTEST_TITLES = 3


@dataclass(frozen=True, slots=True)
class BacktestDay:
    """What rules would have posted on one announcement day; up to three titles, best first."""

    day: date
    announced: int
    matched: int
    shown: int
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Backtest:
    """What rules would have posted lately, the newest day first.

    `estimated` means that days come from arXiv's archive interface, which tells the announcement
    type less surely than the feed. `problem` is one sentence if arXiv could not be asked.
    """

    days: tuple[BacktestDay, ...]
    estimated: bool
    problem: str | None


@dataclass(frozen=True, slots=True)
class SubscriptionInfo:
    """A subscription with its last digest."""

    subscription: Subscription
    last: PostedDigest | None


class Subscribing:
    """Making, changing and ending subscriptions."""

    def __init__(
        self,
        *,
        store: SubscriptionStore,
        ledger: Ledger,
        ledger_store: LedgerStore,
        posted: PostedStore,
        clock: Clock,
        signals: Signals,
        limit: int,
    ) -> None:
        self._store = store
        self._ledger = ledger
        self._ledger_store = ledger_store
        self._posted = posted
        self._clock = clock
        self._signals = signals
        self._limit = limit

    async def needs_arxiv(self, rules: Rules) -> bool:
        """Whether a back-test has to ask arXiv first, which takes a while."""
        since = self._backtest_since()
        for category in rules.categories:
            if await self._ledger.missing(category, since):
                return True
        return False

    async def backtest(self, rules: Rules, max_papers: int, *, within: float) -> Backtest:
        """What these rules would have posted on the last announcement days.

        arXiv is asked for the days that the archive lacks, one category after the other, for
        `within` seconds in all. What was told stays, per whole category: asking again begins with
        the category that was not finished.
        """
        since = self._backtest_since()
        problem: str | None = None
        try:
            async with asyncio.timeout(within):
                for category in rules.categories:
                    problem = await self._fill(category, since) or problem
        except TimeoutError:
            log.warning("source_slow", source="arXiv", doing="backtest", seconds=within)
            problem = t(
                "arXiv is slow just now, so this preview may miss days; the subscription itself "
                "is not affected."
            )
        announcements = await self._ledger_store.announcements(rules.categories, since=since)
        lines = await self._ledger_store.batches(rules.categories, since)
        days = sorted(
            {line.day for line in lines if line.state is BatchState.ANNOUNCED}, reverse=True
        )[:_BACKTEST_DAYS]
        found: list[BacktestDay] = []
        for day in days:
            of_day = [a for a in announcements if a.day == day]
            found.append(await asyncio.to_thread(_backtest_day, day, of_day, rules, max_papers))
        estimated = any(line.source == "oai" for line in lines if line.day in days)
        return Backtest(tuple(found), estimated, problem)

    async def _fill(self, category: str, since: date) -> str | None:
        """Ask arXiv for a category's days that are not here; what to say if that fails."""
        try:
            await self._ledger.fill(category, since)
        except SourceError as error:
            log.warning("backtest_without_arxiv", category=category, error=str(error))
            return t(
                "arXiv could not be asked about {category} just now, "
                "so this preview may miss days; the subscription itself is not affected.",
                category=category,
            )
        return None

    async def subscribe(self, draft: SubscriptionDraft) -> Subscription:
        """Store a subscription. Raises LimitReached."""
        now = self._clock.now()
        day = self._first_day(draft, now)
        made = await self._store.create(
            draft,
            since=dict.fromkeys(draft.rules.categories, day),
            next_due_at=next_slot(draft.at, draft.zone, now),
            now=now,
            limit=self._limit,
        )
        self._signals.subscriptions_changed()
        return made

    async def get(self, subscription_id: int, guild_id: int) -> Subscription:
        """A server's subscription. Raises NotFound."""
        return await self._store.get(subscription_id, guild_id)

    async def of_guild(self, guild_id: int) -> list[SubscriptionInfo]:
        """A server's subscriptions with their last digests."""
        found = await self._store.of_guild(guild_id)
        last = await self._posted.last_of([subscription.id for subscription in found])
        return [SubscriptionInfo(s, last.get(s.id)) for s in found]

    async def edit(self, subscription: Subscription, draft: SubscriptionDraft) -> Subscription:
        """Change a subscription; categories that are new to it count from now on."""
        now = self._clock.now()
        day = self._first_day(draft, now)
        since = {
            category: subscription.since.get(category, day) for category in draft.rules.categories
        }
        old = subscription.draft
        # A digest that is due and waits for a late batch goes on waiting.
        waits = subscription.next_due_at <= now and (draft.at, draft.timezone) == (
            old.at,
            old.timezone,
        )
        due_at = subscription.next_due_at if waits else next_slot(draft.at, draft.zone, now)
        changed = await self._store.change(subscription, draft, since=since, next_due_at=due_at)
        self._signals.subscriptions_changed()
        return changed

    async def pause(self, subscription: Subscription) -> None:
        """Stop a subscription until it is resumed."""
        await self._store.pause(subscription.id)

    async def resume(self, subscription: Subscription) -> Subscription:
        """Start a paused or broken subscription again.

        What was announced during a pause, or while the bot was not in the server, is left out;
        what an error held back is posted.
        """
        now = self._clock.now()
        draft = subscription.draft
        since = None
        if subscription.state is SubscriptionState.PAUSED or subscription.problem == DEPARTED:
            day = self._first_day(draft, now)
            since = {c: max(day, known) for c, known in subscription.since.items()}
        await self._store.resume(
            subscription.id,
            next_due_at=next_slot(draft.at, draft.zone, now),
            since=since,
            now=now,
        )
        self._signals.subscriptions_changed()
        self._signals.outbox_changed()
        return await self._store.get(subscription.id)

    async def remove(self, subscription: Subscription) -> None:
        """Delete a subscription and what it had not posted yet."""
        await self._store.remove(subscription.id)

    def _backtest_since(self) -> date:
        """The day from which `_BACKTEST_DAYS` announcement days lie before today."""
        today = calendar.eastern_date(self._clock.now())
        days = calendar.announcement_days(today - timedelta(days=21), today - timedelta(days=1))
        return days[-_BACKTEST_DAYS]

    def _first_day(self, draft: SubscriptionDraft, now: datetime) -> date:
        """The first announcement day that counts for a subscription made now.

        It is the first whose feed came out after the last time of day that has passed: a batch
        that came this noon belongs into tomorrow morning's digest, yesterday's does not.
        """
        last = previous_slot(draft.at, draft.zone, now)
        return calendar.eastern_date(last) + timedelta(days=1)


def _backtest_day(
    day: date, announcements: list[Announcement], rules: Rules, max_papers: int
) -> BacktestDay:
    index = MatchIndex(announcements)
    ranked = index.rank(rules)
    return BacktestDay(
        day=day,
        announced=index.announced(rules.categories),
        matched=len(ranked),
        shown=min(len(ranked), max_papers),
        titles=tuple(found.paper.title for _, found in ranked[:_BACKTEST_TITLES]),
    )
