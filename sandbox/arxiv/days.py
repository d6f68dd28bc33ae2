"""arXiv's announcement days, and the submission times that a paper file may leave out.

An announcement day is the Eastern date under which the feed shows a batch. arXiv mails the batch
at 20:00 Eastern the evening before and rebuilds the feeds at midnight Eastern; here everything of
day D (feed, API, OAI-PMH) is there from 00:00 Eastern of D on, which keeps one rule for all.
Source: arXiv's help pages "RSS news feeds" and "Availability of submissions".
"""

import zlib
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EASTERN = ZoneInfo("America/New_York")

HOLIDAYS: frozenset[date] = frozenset(
    date(2026, month, day)
    for month, day in (
        (1, 1),
        (1, 19),
        (6, 19),
        (7, 3),
        (9, 7),
        (11, 26),
        (12, 25),
        (12, 29),
        (12, 31),
    )
)
"""Weekdays without an announcement, as arXiv published them for 2026."""


def eastern_day(instant: datetime) -> date:
    """The date in US Eastern time at an instant."""
    return instant.astimezone(EASTERN).date()


def eastern_midnight(day: date) -> datetime:
    """00:00 Eastern of a day, with the Eastern zone: when the day's batch comes out."""
    return datetime.combine(day, time.min, EASTERN)


def is_announcement_day(day: date) -> bool:
    """Whether arXiv's calendar has an announcement for the feed of this day."""
    return day.weekday() < 5 and day not in HOLIDAYS


def announcement_days(count: int, until: date) -> tuple[date, ...]:
    """The last `count` announcement days up to `until` (included), oldest first."""
    days: list[date] = []
    day = until
    while len(days) < count:
        if is_announcement_day(day):
            days.append(day)
        day -= timedelta(days=1)
    return tuple(reversed(days))


def submitted_for(day: date, key: str) -> datetime:
    """A submission time, in UTC, for a paper announced on `day` whose file gives none.

    arXiv closes a batch at 14:00 Eastern on the weekday before. The time is between 12:00 and
    17:59:59 UTC of that weekday, which is before the deadline in summer and winter; which second
    depends on `key` alone, so every run gives the same.
    """
    before = day - timedelta(days=1)
    while before.weekday() >= 5:
        before -= timedelta(days=1)
    return _in_the_afternoon(before, key)


def first_submitted(paper_id: str, version: int, submitted: datetime) -> datetime:
    """A time, in UTC, for version 1 of a paper of which only a later version is known.

    It lies in the month that the identifier names, or, if that is not before `submitted` (the
    known version's time), one day before `submitted` for each version in between.
    """
    digits = paper_id.rsplit("/", 1)[-1]
    year, month = int(digits[:2]), int(digits[2:4])
    year += 1900 if year >= 91 else 2000
    if 1 <= month <= 12:
        day = date(year, month, 1 + zlib.crc32(paper_id.encode()) % 28)
        first = _in_the_afternoon(day, paper_id)
        if first < submitted - timedelta(hours=12):
            return first
    return submitted - timedelta(days=max(1, version - 1))


def _in_the_afternoon(day: date, key: str) -> datetime:
    second = zlib.crc32(key.encode()) % (6 * 3600)
    return datetime.combine(day, time(12), UTC) + timedelta(seconds=second)
