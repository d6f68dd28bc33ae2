"""arXiv's announcement calendar in US Eastern time."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.calendar import (
    EASTERN,
    HOLIDAYS,
    announcement_days,
    eastern_date,
    feed_built_at,
    is_expected,
    latest_expected,
)


def test_weekends_and_holidays_have_no_announcement() -> None:
    assert [is_expected(date(2026, 6, day)) for day in range(15, 22)] == [
        True, True, True, True, False, False, False,
    ]  # fmt: skip
    assert len(HOLIDAYS[2026]) == 9
    assert all(day.year == year for year, days in HOLIDAYS.items() for day in days)
    assert all(day.weekday() < 5 for days in HOLIDAYS.values() for day in days)


def test_a_year_without_data_has_its_weekends_only() -> None:
    assert is_expected(date(2031, 12, 25))
    assert not is_expected(date(2031, 12, 27))


def test_the_days_of_a_range_with_both_ends() -> None:
    assert announcement_days(date(2026, 7, 2), date(2026, 7, 6)) == (
        date(2026, 7, 2),
        date(2026, 7, 6),
    )
    assert announcement_days(date(2026, 7, 4), date(2026, 7, 5)) == ()
    assert announcement_days(date(2026, 7, 6), date(2026, 7, 2)) == ()


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 6, 9, 3, 59, tzinfo=UTC), date(2026, 6, 8)),
        (datetime(2026, 6, 9, 4, 0, tzinfo=UTC), date(2026, 6, 9)),
        (datetime(2026, 1, 6, 4, 59, tzinfo=UTC), date(2026, 1, 5)),
        (datetime(2026, 1, 6, 5, 0, tzinfo=UTC), date(2026, 1, 6)),
        (datetime(2026, 6, 14, 12, 0, tzinfo=UTC), date(2026, 6, 12)),
        (datetime(2026, 1, 1, 12, 0, tzinfo=UTC), date(2025, 12, 31)),
        (datetime(2026, 6, 21, 12, 0, tzinfo=UTC), date(2026, 6, 18)),
    ],
)
def test_the_latest_day_at_an_instant(instant: datetime, day: date) -> None:
    assert latest_expected(instant) == day


@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)))
def test_a_feed_is_built_at_the_beginning_of_its_day(day: date) -> None:
    built = feed_built_at(day)
    assert built.tzinfo is EASTERN
    assert eastern_date(built.astimezone(UTC)) == day
    assert built.astimezone(UTC).hour in {4, 5}
    assert latest_expected(built) <= day
