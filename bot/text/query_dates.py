"""Days as people write them in a search. Pure."""

import re
from datetime import date, timedelta

_DATE = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|年)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SPAN = re.compile(r"(\d{1,4})\s*(d|w|m|y|days?|weeks?|months?|years?)", re.IGNORECASE)
_FIRST_YEAR, _LAST_YEAR = 1900, 2999


def read_day(text: str, today: date, *, end: bool = False) -> date | None:
    """The day that `2026`, `2026-06`, `2026-06-18`, `7d`, `2w`, `3m`, `1y` or `today` means.

    Of a year or month it is the first day, or the last with `end`. None if it is no date.
    """
    text = text.strip().rstrip(",.;").casefold()
    if text in {"today", "now"}:
        return today
    if text == "yesterday":
        return today - timedelta(days=1)
    if span := _SPAN.fullmatch(text):
        return _before(today, int(span[1]), span[2][0])
    if (compact := _COMPACT.fullmatch(text)) is not None:
        return _day(int(compact[1]), int(compact[2]), int(compact[3]))
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year = int(found[1])
    if found[3]:
        return _day(year, int(found[2]), int(found[3]))
    if not found[2]:
        return _day(year, 12, 31) if end else _day(year, 1, 1)
    first = _day(year, int(found[2]), 1)
    return _month_end(first) if end and first else first


def _day(year: int, month: int, day: int) -> date | None:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month_end(first: date) -> date:
    later = first.replace(day=28) + timedelta(days=4)
    return later.replace(day=1) - timedelta(days=1)


def _before(today: date, number: int, unit: str) -> date | None:
    """So many days, weeks, months or years before today; a day that a month lacks is its last."""
    if unit in "dw":
        return _after_1900(today - timedelta(days=number * (7 if unit == "w" else 1)))
    months = today.year * 12 + today.month - 1 - number * (12 if unit == "y" else 1)
    year, month = divmod(months, 12)
    first = _day(year, month + 1, 1)
    return min(first + timedelta(days=today.day - 1), _month_end(first)) if first else None


def _after_1900(day: date) -> date | None:
    return day if day.year >= _FIRST_YEAR else None
