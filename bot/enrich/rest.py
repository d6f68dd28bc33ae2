"""Providers at rest: who refused or failed is not asked again at once.

A service that refuses the key or the account rests for a quarter of an hour, for everybody. One
that fails rests for a growing time, and only from work that can do without it: digests, and cards
that have the embedded summary. Who asks for a translation by name is let through.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Generic, TypeVar

import structlog

from bot.errors import (
    AnswerLost,
    SourceError,
    SourceGarbled,
    SourceRefused,
    SourceUnavailable,
)
from bot.protocols import Clock

log = structlog.get_logger(__name__)

_REFUSED = timedelta(minutes=15)
_FIRST, _LONGEST = timedelta(seconds=30), timedelta(minutes=15)
_LONGEST_WISH_S = 3600.0
# One text that makes a model talk nonsense is no reason to leave it alone; answer after answer is.
_GARBLED_IN_A_ROW = 3
# What was paid for so often without any use is not asked for again on the same day.
_USELESS = 2

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What a provider's last calls ended with: since when, until when it rests, and why (in
    English, for whoever runs the bot)."""

    since: datetime
    until: datetime
    problem: str
    refused: bool


class Rest:
    """One provider's rest. `what` names its work in the log."""

    def __init__(self, what: str, clock: Clock) -> None:
        self._what = what
        self._clock = clock
        self._failures = 0
        self._trouble: Trouble | None = None
        self._length = timedelta()
        self._error: SourceError | None = None

    @property
    def trouble(self) -> Trouble | None:
        """The trouble that it has; None if the last call went well."""
        return self._trouble

    def check(self, *, patient: bool) -> None:
        """Raise the last error while it rests. `patient` says that the work is worth a try with a
        service that failed: only one that refused is then left alone."""
        trouble, error = self._trouble, self._error
        if trouble is None or error is None:
            return
        left = trouble.until - self._clock.now()
        if left > self._length:  # the clock was set back
            left = self._length
            self._trouble = replace(trouble, until=self._clock.now() + left)
        if left <= timedelta() or (patient and not trouble.refused):
            return
        again = type(error)(error.source, error.problem, status=error.status)
        if isinstance(again, SourceUnavailable) and _wish(error) is not None:
            again.retry_after = left.total_seconds()
        raise again

    def failed(self, error: SourceError) -> None:
        """A call ended with this."""
        now = self._clock.now()
        self._failures += 1
        if isinstance(error, SourceGarbled) and self._failures < _GARBLED_IN_A_ROW:
            log.warning("provider_garbled", what=self._what, error=str(error))
            return
        refused = isinstance(error, SourceRefused)
        rest = min(_FIRST * 2 ** min(self._failures - 1, 10), _LONGEST)
        if (wish := _wish(error)) is not None:
            rest = max(rest, timedelta(seconds=min(wish, _LONGEST_WISH_S)))
        self._length = rest = _REFUSED if refused else rest
        since = self._trouble.since if self._trouble is not None else now
        self._trouble = Trouble(since, now + rest, str(error), refused)
        self._error = error
        say = log.error if refused else log.warning
        say(
            "provider_refuses" if refused else "provider_failed",
            what=self._what,
            rest=rest,
            error=str(error),
        )

    def went_well(self) -> None:
        """A call was answered."""
        if self._trouble is not None:
            log.info("provider_answers_again", what=self._what)
        self._failures = 0
        self._trouble = None
        self._error = None


def _wish(error: SourceError) -> float | None:
    return error.retry_after if isinstance(error, SourceUnavailable) else None


def maybe_paid(error: SourceError) -> bool:
    """Whether what ended so may have been billed: a useless answer, or one that was lost."""
    return isinstance(error, SourceGarbled | AnswerLost)


class Useless(Generic[K]):
    """What a provider was asked for today and gave nothing that can be used."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._day: date = clock.now().date()
        self._counts: dict[K, int] = {}

    def note(self, keys: Iterable[K]) -> None:
        """Nothing usable came for these."""
        self._begin()
        for key in keys:
            self._counts[key] = self._counts.get(key, 0) + 1

    def given_up(self, key: K) -> bool:
        """Whether it is not worth another question today."""
        self._begin()
        return self._counts.get(key, 0) >= _USELESS

    def _begin(self) -> None:
        if (today := self._clock.now().date()) != self._day:
            self._day, self._counts = today, {}
