"""The background loops: poll arXiv, plan, put hints on cards, index, forget who has left.

Each loop sleeps until its own next time by the clock, or until somebody signals a change. An
unexpected error in one round is logged and the loop goes on after a rest.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Protocol

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
from bot.store.index_queue import Index
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
_INDEX_REST = timedelta(seconds=5)
_INDEX_PIECE = 200
_LONGEST_INDEX_REST_S = 0.5
_TELL_INDEXING = timedelta(minutes=1)


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


class CatchUp(Protocol):
    """Has an index read what waits for it."""

    async def __call__(self, *, most: int | None = None) -> int:
        """Read at most so many papers; returns how many they were."""
        ...


class IndexLoop:
    """Keeps the indexes over the archive up to date: full text, and related papers.

    It works in short pieces, one index after the other, and rests as long after each piece: the
    bot's work goes first.
    """

    def __init__(
        self,
        indexes: Mapping[Index, CatchUp],
        *,
        load: Callable[[], Awaitable[None]],
        waiting: Callable[[Index], Awaitable[int]],
        clock: Clock,
        signals: Signals,
    ) -> None:
        """`load` takes in what was made for related papers; `waiting` counts what is left."""
        self._indexes = indexes
        self._load = load
        self._waiting = waiting
        self._clock = clock
        self._signals = signals
        self._failed = False

    async def run(self) -> None:
        """Go on until canceled."""
        await keep_going("index", self.round, self._signals.index, self._clock)

    async def round(self) -> datetime:
        """Have all that waits read; returns when to look again."""
        self._failed = False
        await self._take_in()
        tell_at = self._clock.now() + _TELL_INDEXING
        told = False
        left = set(self._indexes)
        while left:
            for index in sorted(left):
                if not await self._piece(index):
                    left.discard(index)
            if self._clock.now() >= tell_at:
                counts = {index.value: await self._waiting(index) for index in self._indexes}
                log.info("indexing", **counts)
                tell_at, told = self._clock.now() + _TELL_INDEXING, True
        await self._take_in()
        if told:
            log.info("indexed")
        return self._clock.now() + (_AFTER_ERROR if self._failed else _INDEX_REST)

    async def _take_in(self) -> None:
        try:
            await self._load()
        except Exception:  # full text does not need it
            self._failed = True
            log.exception("index_not_loaded", incident=incident_id())

    async def _piece(self, index: Index) -> int:
        begun = time.perf_counter()
        try:
            read = await self._indexes[index](most=_INDEX_PIECE)
        except Exception:  # the other index goes on
            self._failed = True
            log.exception("indexing_failed", index=index.value, incident=incident_id())
            return 0
        if read:
            await asyncio.sleep(min(time.perf_counter() - begun, _LONGEST_INDEX_REST_S))
        return read


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
