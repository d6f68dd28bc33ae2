"""Daily times through clock changes."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.digest.slots import next_slot, previous_slot

BERLIN = ZoneInfo("Europe/Berlin")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_the_next_time_is_today_or_tomorrow() -> None:
    nine = time(9)
    assert next_slot(nine, BERLIN, utc("2026-06-10T06:59:59")) == utc("2026-06-10T07:00")
    assert next_slot(nine, BERLIN, utc("2026-06-10T07:00")) == utc("2026-06-11T07:00")


def test_a_repeated_hour_happens_once() -> None:
    # 2026-10-25 03:00 CEST goes back to 02:00 CET: 02:30 is there twice.
    first = next_slot(time(2, 30), BERLIN, utc("2026-10-24T12:00"))
    assert first == utc("2026-10-25T00:30")
    assert next_slot(time(2, 30), BERLIN, first) == utc("2026-10-26T01:30")


def test_a_skipped_hour_happens_an_hour_later() -> None:
    # 2026-03-29 02:00 CET goes forward to 03:00 CEST: 02:30 is not there.
    slot = next_slot(time(2, 30), BERLIN, utc("2026-03-28T12:00"))
    assert slot == utc("2026-03-29T01:30")
    assert slot.astimezone(BERLIN).time() == time(3, 30)


@given(
    st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    st.sampled_from(["Asia/Kolkata", "America/New_York", "Pacific/Apia", "Europe/London", "UTC"]),
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)),  # noqa: DTZ001 - given a zone below
)
def test_slots_follow_one_another_once_a_local_day(at: time, name: str, when: datetime) -> None:
    zone, now = ZoneInfo(name), when.replace(tzinfo=UTC)
    before, after = previous_slot(at, zone, now), next_slot(at, zone, now)
    assert before <= now < after
    assert next_slot(at, zone, before) == after
    days = after.astimezone(zone).date() - before.astimezone(zone).date()
    assert days == timedelta(days=1)
    assert timedelta(hours=22) <= after - before <= timedelta(hours=26)
