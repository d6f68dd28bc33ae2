"""arXiv's announcement calendar, in US Eastern time.

Papers are announced at 20:00 Eastern from Sunday to Thursday, and the feeds are rebuilt at the
midnight that follows: the announcement day is the feed's day, Monday to Friday. Holidays are only
a hint: arXiv also defers or adds announcements ad hoc, so a feed with papers on it always counts.
Source: arXiv's pages on submission schedule and holidays, and its RSS help page.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

EASTERN = ZoneInfo("America/New_York")

_DAY = timedelta(days=1)
_SATURDAY = 5

HOLIDAYS: Mapping[int, frozenset[date]] = MappingProxyType(
    {
        2026: frozenset(
            {
                date(2026, 1, 1),
                date(2026, 1, 19),
                date(2026, 6, 19),
                date(2026, 7, 3),
                date(2026, 9, 7),
                date(2026, 11, 26),
                date(2026, 12, 25),
                date(2026, 12, 29),
                date(2026, 12, 31),
            }
        ),
    }
)
"""The weekdays of a year on which arXiv announced that it announces nothing.

A year that is not here has only its weekends; add it when arXiv publishes its list.
"""


def is_expected(day: date) -> bool:
    """Whether arXiv's calendar has an announcement on this day."""
    return day.weekday() < _SATURDAY and day not in HOLIDAYS.get(day.year, frozenset())


def announcement_days(since: date, until: date) -> tuple[date, ...]:
    """The expected announcement days from `since` to `until`, both included, in order."""
    span = range((until - since).days + 1)
    return tuple(day for day in (since + n * _DAY for n in span) if is_expected(day))


def eastern_date(instant: datetime) -> date:
    """The calendar date in US Eastern time at an aware instant."""
    return instant.astimezone(EASTERN).date()


def latest_expected(instant: datetime) -> date:
    """The Eastern date of the instant, or the last expected announcement day before it."""
    day = eastern_date(instant)
    while not is_expected(day):
        day -= _DAY
    return day


def feed_built_at(day: date) -> datetime:
    """When the feeds of an announcement day are rebuilt: its midnight in US Eastern time."""
    return datetime.combine(day, time(), EASTERN)
