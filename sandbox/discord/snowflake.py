"""Discord's ids: 42 bits of milliseconds since 2015, then 22 bits to tell ids of one instant apart.

Source: Discord's API reference, "Snowflakes". The time comes from the sandbox's clock, so that
paging history by the id of an instant works in replayed time too.
"""

from datetime import UTC, datetime, timedelta

from sandbox.clock import SandboxClock

EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def snowflake_at(instant: datetime) -> int:
    """The smallest id that an object made at `instant` (timezone-aware) can have."""
    return max(0, (instant - EPOCH) // _MILLISECOND) << 22


def instant_of(snowflake: int) -> datetime:
    """The instant, in UTC and to the millisecond, at which `snowflake` was made."""
    return EPOCH + (snowflake >> 22) * _MILLISECOND


class Snowflakes:
    """Makes ids that strictly increase, even where the clock stands still or is set back."""

    def __init__(self, clock: SandboxClock) -> None:
        self._clock = clock
        self._last = 0

    def next(self) -> int:
        """A new id, larger than every one before it."""
        self._last = max(self._last + 1, snowflake_at(self._clock.now()))
        return self._last
