"""When a subscription is due: its local time of day, once a day, through clock changes."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def next_slot(at: time, zone: ZoneInfo, after: datetime) -> datetime:
    """The first instant after `after` (UTC) at which it is `at` in `zone`.

    A time that the spring change skips happens as much later as the clock jumped; one that the
    autumn change repeats happens once, at its first occurrence.
    """
    day = after.astimezone(zone).date() - timedelta(days=1)
    while (slot := _instant(day, at, zone)) <= after:
        day += timedelta(days=1)
    return slot


def previous_slot(at: time, zone: ZoneInfo, now: datetime) -> datetime:
    """The last instant not after `now` (UTC) at which it was `at` in `zone`."""
    day = now.astimezone(zone).date() + timedelta(days=1)
    while (slot := _instant(day, at, zone)) > now:
        day -= timedelta(days=1)
    return slot


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    # fold=0 is the first of two occurrences, and for a skipped time the offset before the jump,
    # which lands as much later as the clock jumped (PEP 495).
    return datetime.combine(day, at, zone).replace(fold=0).astimezone(UTC)
