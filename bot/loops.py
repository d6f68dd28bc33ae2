"""The background loops: poll arXiv, plan, deliver, put hints on cards, forget who has left.

Each loop sleeps until its own next time by the clock, or until somebody signals a change. An
unexpected error in one round is logged and the loop goes on after a rest.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from datetime import date, datetime, timedelta

import structlog

from bot.digest.deliver import Deliverer
from bot.digest.ledger import Ledger
from bot.digest.plan import Planner, categories_of
from bot.digest.slots import next_slot
from bot.errors import SourceError
from bot.logs import incident_id
from bot.models import Subscription
from bot.protocols import Clock
from bot.services.departing import Departing
from bot.signals import Signals
from bot.store.ledger import FeedState, LedgerStore
from bot.store.subscriptions import SubscriptionStore
from bot.waiting import until_either

log = structlog.get_logger(__name__)

_AFTER_ERROR = timedelta(seconds=30)
_RETRY_SOURCE = timedelta(minutes=5)
_LOOK_AGAIN = timedelta(minutes=1)
_LONGEST_SLEEP = timedelta(hours=1)
# No poll and no daily time is ever further away, unless a clock was wrong.
_LONGEST_WAIT = timedelta(hours=50)
_UNTIL_CONNECTED = timedelta(minutes=10)
_HINT_REST = timedelta(seconds=5)


class Poller:
    """Keeps the ledger up to date for every category that somebody subscribes to."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        store: LedgerStore,
        subscriptions: SubscriptionStore,
        clock: Clock,
        signals: Signals,
    ) -> None:
        self._ledger = ledger
        self._store = store
        self._subscriptions = subscriptions
        self._clock = clock
        self._signals = signals
        self._unenriched: set[str] = set()

    async def round(self) -> datetime:
        """Poll what is due; returns when to look again."""
        wanted = categories_of(await self._subscriptions.active())
        states = await self._store.feeds()
        now = self._clock.now()
        due = [c for c in wanted if _due(states.get(c), now)]
        retry = False
        for category in sorted(due):
            await _tried("poll", self._ledger.poll(category))
        self._unenriched.update(due)
        if self._unenriched:
            retry = not await self._enrich()
            self._signals.ledger_changed()
        for category, since in wanted.items():
            retry |= not await _tried("fill", self._fill(category, since))
        states = await self._store.feeds()
        now = self._clock.now()
        times = [
            state.next_poll_at
            for category in wanted
            if (state := states.get(category)) is not None and state.next_poll_at is not None
        ]
        if retry:
            times.append(now + _RETRY_SOURCE)
        return min([*times, now + _LONGEST_SLEEP])

    async def _enrich(self) -> bool:
        """Ask the API for what the polled feeds left out; False if it has to be tried again."""
        if not await _tried("enrich", self._ledger.enrich()):
            return False
        for category in sorted(self._unenriched):
            await self._ledger.mark_enriched(category)
        self._unenriched.clear()
        return True

    async def _fill(self, category: str, since: date) -> None:
        if await self._ledger.missing(category, since):
            await self._ledger.fill(category, since)
            self._signals.ledger_changed()


def _due(state: FeedState | None, now: datetime) -> bool:
    if state is None or state.next_poll_at is None or state.next_poll_at <= now:
        return True
    # A clock that was ahead has left times that would not come for long.
    return state.next_poll_at > now + _LONGEST_WAIT or (state.polled_at or now) > now


async def _tried(what: str, work: Awaitable[None]) -> bool:
    try:
        await work
    except SourceError as error:
        log.warning("source_failed", what=what, error=str(error))
        return False
    except Exception:  # one category's trouble must not keep the others waiting
        log.exception("source_failed", what=what, incident=incident_id())
        return False
    return True


class PlanLoop:
    """Plans the digest of each subscription when its time has come and arXiv has announced."""

    def __init__(
        self,
        *,
        planner: Planner,
        ledger: Ledger,
        subscriptions: SubscriptionStore,
        clock: Clock,
        signals: Signals,
        patience: timedelta,
    ) -> None:
        self._planner = planner
        self._ledger = ledger
        self._subscriptions = subscriptions
        self._clock = clock
        self._signals = signals
        self._patience = patience
        self._seen_due: dict[tuple[int, datetime], datetime] = {}

    async def round(self) -> datetime:
        """Plan what is due and ready; returns when to look again."""
        now = self._clock.now()
        for lost in await self._subscriptions.due_after(now + _LONGEST_WAIT):
            draft = lost.draft
            again = next_slot(draft.at, draft.zone, now)
            await self._subscriptions.postpone({lost.id: (lost.next_due_at, again)})
        due = await self._subscriptions.due(now)
        self._seen_due = {(s.id, s.next_due_at): self._first_seen(s, now) for s in due}
        known: dict[tuple[str, date], bool] = {}
        ready: list[Subscription] = []
        impatient: list[Subscription] = []
        for subscription in due:
            if await self._ready(subscription, known):
                ready.append(subscription)
            elif now >= self._first_seen(subscription, now) + self._patience:
                impatient.append(subscription)
        planned = await self._planner.plan(ready)
        planned += await self._planner.plan(impatient, certain=False)
        if planned:
            self._signals.outbox_changed()
        if len(ready) + len(impatient) < len(due):
            return now + _LOOK_AGAIN
        at = await self._subscriptions.next_due_at()
        return min(at or now + _LONGEST_SLEEP, now + _LONGEST_SLEEP)

    def _first_seen(self, subscription: Subscription, now: datetime) -> datetime:
        """Since when the subscription is known to be due.

        Patience is counted from here, not from its time: after a night offline, arXiv must be
        asked first. What comes after patience has ended is not lost: the next digest has it.
        """
        return self._seen_due.get((subscription.id, subscription.next_due_at), now)

    async def _ready(self, subscription: Subscription, known: dict[tuple[str, date], bool]) -> bool:
        for category, since in subscription.since.items():
            if (category, since) not in known:
                known[category, since] = await self._ledger.ready(category, since)
            if not known[category, since]:
                return False
        return True


async def keep_going(
    name: str,
    round_: Callable[[], Awaitable[datetime]],
    changed: asyncio.Event,
    clock: Clock,
) -> None:
    """Run rounds until canceled, sleeping in between until the time they return or a change."""
    while True:
        changed.clear()
        try:
            until = await round_()
        except Exception:
            log.exception("loop_failed", loop=name, incident=incident_id())
            until = clock.now() + _AFTER_ERROR
        await until_either(changed, clock, until)


class HintLoop:
    """Puts the bookmark reaction on cards, behind the messages themselves."""

    def __init__(self, deliverer: Deliverer, clock: Clock) -> None:
        self._deliverer = deliverer
        self._clock = clock

    async def round(self) -> datetime:
        while await self._deliverer.add_hints():
            pass
        return self._clock.now() + _HINT_REST


class DepartureLoop:
    """Deletes what servers had set up that removed the bot a month ago.

    `servers` gives the servers that the bot is in, or None while it is not connected.
    """

    def __init__(
        self, departing: Departing, clock: Clock, servers: Callable[[], Collection[int] | None]
    ) -> None:
        self._departing = departing
        self._clock = clock
        self._servers = servers

    async def run(self) -> None:
        """Go on until canceled."""
        await keep_going("departures", self.round, asyncio.Event(), self._clock)

    async def round(self) -> datetime:
        """Forget who is gone for long enough; returns when to look again."""
        servers = self._servers()
        if servers is None:  # a server may have come back unheard
            return self._clock.now() + _UNTIL_CONNECTED
        await self._departing.present(servers)
        return await self._departing.forget_old()
