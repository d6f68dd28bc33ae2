"""Ids that carry the sandbox's time."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sandbox.clock import SandboxClock
from sandbox.discord.snowflake import Snowflakes, instant_of, snowflake_at

START = datetime(2015, 1, 1, tzinfo=UTC)
instants = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=30_000)).map(
    lambda since: START + since
)


def test_the_documented_example() -> None:
    # Discord's API reference takes this id apart.
    assert instant_of(175928847299117063) == datetime(2016, 4, 30, 11, 18, 25, 796000, UTC)


@given(instants)
def test_an_instant_comes_back_to_the_millisecond(instant: datetime) -> None:
    back = instant_of(snowflake_at(instant))
    assert timedelta(0) <= instant - back < timedelta(milliseconds=1)


@given(st.lists(st.integers(-1000, 1000), max_size=20))
def test_ids_increase_whatever_the_clock_does(steps: list[int]) -> None:
    clock = SandboxClock(datetime(2026, 6, 1, tzinfo=UTC))
    flakes = Snowflakes(clock)
    made = [flakes.next()]
    for step in steps:
        clock.advance(timedelta(seconds=step))
        made += [flakes.next(), flakes.next()]
    assert made == sorted(set(made))


def test_ids_follow_the_clock_forward() -> None:
    clock = SandboxClock(datetime(2026, 6, 1, tzinfo=UTC))
    flakes = Snowflakes(clock)
    clock.advance(timedelta(days=1))
    assert abs(instant_of(flakes.next()) - clock.now()) < timedelta(seconds=5)
