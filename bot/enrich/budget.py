"""The daily budget for paid services: asked before every call, told of all that was used.

It is for digests first. Readers may use what digests leave: the most that digests used on one of
the last seven days, less what they used today, is kept for them; half of the budget as long as
nothing was used on any of these days. A day is UTC's. What calls under way may use is reserved,
so that calls at the same time cannot spend more than there is together.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import BudgetSpent, StoreError
from bot.i18n import t
from bot.models import Purpose, Spent, Usage
from bot.protocols import Clock
from bot.store.spending import SpendingStore

log = structlog.get_logger(__name__)

_HISTORY = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Amount:
    """Characters, and a cost in millionths of a US dollar."""

    characters: int = 0
    cost: int = 0

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(self.characters + other.characters, self.cost + other.cost)

    def minus(self, other: "Amount") -> "Amount":
        """What is left of it, 0 at least."""
        return Amount(max(0, self.characters - other.characters), max(0, self.cost - other.cost))


@dataclass(frozen=True, slots=True)
class BudgetState:
    """A day's spending. `limit` holds 0 where there is none; `kept` is for digests alone."""

    day: date
    limit: Amount
    used: Amount
    kept: Amount
    requests: int
    renewed_at: datetime


class _Reservation:
    """What a call that is under way may still use."""

    __slots__ = ("left", "purpose")

    def __init__(self, purpose: Purpose, left: Amount) -> None:
        self.purpose = purpose
        self.left = left


_paying: ContextVar[_Reservation | None] = ContextVar("paying", default=None)


class Budget:
    """Implements bot.protocols.Meter. `limit` is a day's; 0 stands for no limit.

    The purpose of what is used is that of the `ask` around it, a reader's where there is none; it
    goes along into tasks that are made inside.
    """

    def __init__(self, store: SpendingStore, clock: Clock, limit: Amount) -> None:
        self._store = store
        self._clock = clock
        self._limit = limit
        self._turn = asyncio.Lock()
        self._under_way: set[_Reservation] = set()
        self._unwritten: list[Spent] = []

    @asynccontextmanager
    async def ask(
        self, purpose: Purpose, *, characters: int = 0, cost: int = 0
    ) -> AsyncGenerator[None]:
        """Reserve what a call may use while it goes on; `cost` is in millionths of a dollar.

        Raises BudgetSpent if there is not so much left for that purpose.
        """
        wanted = Amount(characters, cost)
        async with self._turn:
            state = await self._state()
            left = allowed = state.limit.minus(state.used).minus(self._reserved())
            if purpose is Purpose.READER:
                allowed = left.minus(state.kept.minus(self._reserved(Purpose.DIGEST)))
            if _passes(wanted, allowed, state.limit):
                raise _spent(state, kept=not _passes(wanted, left, state.limit))
            reservation = _Reservation(purpose, wanted)
            self._under_way.add(reservation)
        token = _paying.set(reservation)
        try:
            yield
        finally:
            _paying.reset(token)
            self._under_way.discard(reservation)

    async def spent(self, provider: str, usage: Usage) -> None:
        """Note what an answer used. A database that cannot be written to does not take the answer
        away: it is counted all the same, and written later."""
        reservation = _paying.get()
        purpose = reservation.purpose if reservation is not None else Purpose.READER
        noted = Spent(self._clock.now().date(), provider, purpose, 1, usage)
        async with self._turn:
            if reservation is not None:
                reservation.left = reservation.left.minus(_amount(usage))
            self._unwritten.append(noted)
            await self._write()

    async def state(self) -> BudgetState:
        """Today's spending against the budget."""
        async with self._turn:
            return await self._state()

    async def _write(self) -> None:
        while self._unwritten:
            try:
                await self._store.add(self._unwritten[0])
            except (SQLAlchemyError, StoreError):
                log.exception("spending_not_written", waiting=len(self._unwritten))
                return
            del self._unwritten[0]

    async def _state(self) -> BudgetState:
        today = self._clock.now().date()
        book = [*await self._store.since(today - _HISTORY), *self._unwritten]
        now = [one for one in book if one.day == today]
        for_digests = _total(one for one in now if one.purpose is Purpose.DIGEST)
        return BudgetState(
            day=today,
            limit=self._limit,
            used=_total(now),
            kept=_most_of_a_day(book, today, self._limit).minus(for_digests),
            requests=sum(one.requests for one in now),
            renewed_at=datetime.combine(today + timedelta(days=1), time(), UTC),
        )

    def _reserved(self, purpose: Purpose | None = None) -> Amount:
        return _sum(
            one.left for one in self._under_way if purpose is None or one.purpose is purpose
        )


def _most_of_a_day(book: Iterable[Spent], today: date, limit: Amount) -> Amount:
    """What is to be kept for a day's digests, by those of the days before."""
    days: dict[date, Amount] = {}
    for one in book:
        if one.day < today:
            used = _amount(one.usage) if one.purpose is Purpose.DIGEST else Amount()
            days[one.day] = days.get(one.day, Amount()) + used
    if not days:
        return Amount(limit.characters // 2, limit.cost // 2)
    most = Amount(
        max(day.characters for day in days.values()), max(day.cost for day in days.values())
    )
    # Where there is no limit, nothing has to be kept.
    return replace(
        most,
        characters=most.characters if limit.characters else 0,
        cost=most.cost if limit.cost else 0,
    )


def _passes(wanted: Amount, left: Amount, limit: Amount) -> bool:
    """Whether it is more than there is. What costs nothing is never too much."""
    return (limit.characters > 0 and 0 < wanted.characters > left.characters) or (
        limit.cost > 0 and 0 < wanted.cost > left.cost
    )


def _spent(state: BudgetState, *, kept: bool) -> BudgetSpent:
    when = f"<t:{int(state.renewed_at.timestamp())}:R>"
    if kept:
        return BudgetSpent(
            t(
                "What is left of today's budget for paid services is kept for digests. It starts "
                "anew {when}.",
                when=when,
            )
        )
    return BudgetSpent(
        t("Today's budget for paid services is used up. It starts anew {when}.", when=when)
    )


def _amount(usage: Usage) -> Amount:
    return Amount(usage.characters, usage.cost)


def _total(book: Iterable[Spent]) -> Amount:
    return _sum(_amount(one.usage) for one in book)


def _sum(amounts: Iterable[Amount]) -> Amount:
    total = Amount()
    for amount in amounts:
        total += amount
    return total
