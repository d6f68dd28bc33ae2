"""How far a backfill is and how long it will still take, by what its requests took and brought."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

LIST_DAYS = 28
"""How many datestamps are asked for at once."""

# The latest ones count: days that are closer to today have more records.
_REQUESTS = 20
_LISTS = 6
_SURE_AFTER = 3


@dataclass(frozen=True, slots=True)
class Outlook:
    """How far all categories are together: the share `done` (0 to 1) of the days to read, those
    included that earlier runs have read.

    So many requests are left, which will take so many seconds, or more if `at_least`.
    """

    days: int
    done: float
    requests: int
    seconds: float
    at_least: bool


@dataclass(frozen=True, slots=True)
class Span:
    """The datestamps of a category's backfill, both included; earlier runs have read `read` days
    of them, with some `usual` requests a list."""

    first: date
    last: date
    read: int = 0
    usual: float = 0.0

    @property
    def days(self) -> int:
        return max((self.last - self.first).days + 1, 1)

    @property
    def rest(self) -> "Span":
        """What is left of it when a run begins."""
        return self.after(self.first + timedelta(days=self.read))

    def after(self, reached: date) -> "Span":
        """What is left of it when `reached` is the next day."""
        return Span(min(reached, self.last), self.last)

    @property
    def lists(self) -> int:
        return -(-self.days // LIST_DAYS)


class Estimate:
    """Learns from each request. `pace` is in seconds from one request to the next, at least."""

    def __init__(self, pace: float, spans: Sequence[Span]) -> None:
        self._pace = pace
        self._spans = spans
        self._days = sum(span.days for span in spans)
        self._seconds: deque[float] = deque(maxlen=_REQUESTS)
        self._lists: deque[int] = deque(maxlen=_LISTS)

    def request_took(self, took: timedelta) -> None:
        """One more request was made; the time from its begin to that of the next one."""
        self._seconds.append(max(took.total_seconds(), self._pace))

    def list_took(self, requests: int) -> None:
        """One more list of records was read to its end."""
        self._lists.append(requests)

    def outlook(
        self, place: int, reached: date | None, *, asked: int, pages: int | None
    ) -> Outlook:
        """How it stands with the category at `place`, read up to a day (None: to its end).

        `asked` counts the requests for the list under way (0: there is none), and `pages` is how
        many it still needs, where arXiv tells.
        """
        span = self._spans[place]
        known = sum(self._lists) / len(self._lists) if self._lists else max(asked, 1)
        usual = known if self._lists else max(known, span.usual)
        lists = sum(one.rest.lists for one in self._spans[place + 1 :])
        in_list = 0.0
        here = float(span.days)
        if reached is not None:
            left = span.after(reached)
            here -= left.days
            lists += left.lists
            if asked:
                lists -= 1
                in_list = max(1.0, known - asked) if pages is None else pages
                here += min(LIST_DAYS, left.days) * asked / (asked + in_list)
        days = sum(one.days for one in self._spans[:place])
        days += max(here, min(span.read, span.days))
        days += sum(min(one.read, one.days) for one in self._spans[place + 1 :])
        requests = round(in_list + lists * usual)
        each = sum(self._seconds) / len(self._seconds) if self._seconds else self._pace
        unsure = len(self._lists) < _SURE_AFTER and (lists > 0 or (asked > 0 and pages is None))
        done = min(days / self._days, 0.99 if requests else 1.0)
        return Outlook(self._days, done, requests, requests * each, unsure)
