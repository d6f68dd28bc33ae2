"""Planning: from subscriptions that are due to digests in the outbox."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import structlog

from bot.digest.match import MatchIndex
from bot.digest.slots import next_slot
from bot.models import Digest, DigestKind, Match, QuietDays, Subscription
from bot.protocols import Clock
from bot.store.ledger import LedgerStore
from bot.store.plans import Candidate, DigestPlan, PlanStore
from bot.store.subscriptions import SubscriptionStore

log = structlog.get_logger(__name__)

# Matching holds the interpreter; in pieces, the event loop gets its turns in between. Each piece is
# written before the next, because all of a big day's matches together are a hundred thousand.
_SUBSCRIPTIONS_AT_ONCE = 25


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a subscription would post now: its matches in order, and how many were announced."""

    matches: tuple[Match, ...]
    days: tuple[date, ...]
    announced: int
    to_seq: int


class Planner:
    """Plans digests: matches announcements against rules and writes the outbox."""

    def __init__(
        self,
        *,
        ledger: LedgerStore,
        subscriptions: SubscriptionStore,
        plans: PlanStore,
        clock: Clock,
        hint: bool,
    ) -> None:
        self._ledger = ledger
        self._subscriptions = subscriptions
        self._plans = plans
        self._clock = clock
        self._hint = hint

    async def outlook(self, subscription: Subscription) -> Outlook:
        """What the subscription would post if it were due now."""
        index, last_seq = await self._index([subscription])
        return await asyncio.to_thread(_look, index, subscription, last_seq)

    async def plan(
        self,
        due: Sequence[Subscription],
        kind: DigestKind = DigestKind.SCHEDULED,
        *,
        certain: bool = True,
    ) -> list[Digest]:
        """Write the digests of these subscriptions; what has nothing to say is only moved on.

        If it is not `certain` that arXiv's batches are all there, a digest with nothing to show
        says nothing, whatever the subscription asks for.
        """
        if not due:
            return []
        now = self._clock.now()
        index, last_seq = await self._index(due)
        written: list[Digest] = []
        for start in range(0, len(due), _SUBSCRIPTIONS_AT_ONCE):
            part = due[start : start + _SUBSCRIPTIONS_AT_ONCE]
            plans = await asyncio.to_thread(_plans, index, part, last_seq, kind, now)
            if not certain:
                plans = [replace(plan, line=False) for plan in plans]
            written += await self._write(plans, kind, now)
        if written:
            log.info("digests_planned", digests=len(written), papers=sum(d.shown for d in written))
        return written

    async def _write(
        self, plans: Sequence[DigestPlan], kind: DigestKind, now: datetime
    ) -> list[Digest]:
        """Commit what has something to say; move on what has not."""
        idle = {
            plan.subscription.id: (plan.subscription.next_due_at, plan.next_due_at)
            for plan in plans
            if not plan.candidates and not plan.line and not plan.days
        }
        if idle and kind is DigestKind.SCHEDULED:
            await self._subscriptions.postpone(idle)
        plans = [plan for plan in plans if plan.subscription.id not in idle]
        return await self._plans.commit(plans, now, hint=self._hint)

    async def matches_of(self, digest: Digest) -> list[Match]:
        """The matches that a digest was made from, found again by its own rules."""
        announcements = await self._ledger.announcements(
            digest.rules.categories,
            since=min(digest.since.values()),
            after_seq=digest.from_seq,
            up_to_seq=digest.to_seq,
        )
        index = await asyncio.to_thread(MatchIndex, announcements)
        return await asyncio.to_thread(
            index.match, digest.rules, since=digest.since, after_seq=digest.from_seq
        )

    async def _index(self, due: Sequence[Subscription]) -> tuple[MatchIndex, int]:
        """Everything announced that one of these may not have taken into account yet."""
        announcements = await self._ledger.announcements(
            {c for s in due for c in s.draft.rules.categories},
            since=min(min(s.since.values()) for s in due),
            after_seq=min(s.cursor for s in due),
        )
        last_seq = max((a.seq for a in announcements), default=0)
        return await asyncio.to_thread(MatchIndex, announcements), last_seq


def _look(index: MatchIndex, subscription: Subscription, last_seq: int) -> Outlook:
    rules, since, cursor = subscription.draft.rules, subscription.since, subscription.cursor
    return Outlook(
        matches=tuple(index.match(rules, since=since, after_seq=cursor)),
        days=index.days(rules.categories, since=since, after_seq=cursor),
        announced=index.announced(rules.categories, since=since, after_seq=cursor),
        to_seq=max(cursor, last_seq),
    )


def _plans(
    index: MatchIndex,
    part: Sequence[Subscription],
    last_seq: int,
    kind: DigestKind,
    now: datetime,
) -> list[DigestPlan]:
    return [_plan(index, subscription, last_seq, kind, now) for subscription in part]


def _plan(
    index: MatchIndex,
    subscription: Subscription,
    last_seq: int,
    kind: DigestKind,
    now: datetime,
) -> DigestPlan:
    draft, since, cursor = subscription.draft, subscription.since, subscription.cursor
    rules = draft.rules
    ranked = index.rank(rules, since=since, after_seq=cursor)
    manual = kind is DigestKind.MANUAL
    return DigestPlan(
        subscription=subscription,
        kind=kind,
        candidates=tuple(
            Candidate(found.paper.id, found.paper.version, found.type) for _, found in ranked
        ),
        days=index.days(rules.categories, since=since, after_seq=cursor),
        announced=index.announced(rules.categories, since=since, after_seq=cursor),
        matched=len(ranked),
        to_seq=max(cursor, last_seq),
        due_at=now if manual else subscription.next_due_at,
        next_due_at=subscription.next_due_at if manual else next_slot(draft.at, draft.zone, now),
        line=not manual and draft.quiet_days is QuietDays.LINE,
    )


def categories_of(subscriptions: Iterable[Subscription]) -> dict[str, date]:
    """Each category that is in use, with the earliest day from which somebody wants it."""
    found: defaultdict[str, date] = defaultdict(lambda: date.max)
    for subscription in subscriptions:
        for category, day in subscription.since.items():
            found[category] = min(found[category], day)
    return dict(found)
