"""Exactly once also where this machine's clock and Discord's disagree."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from deliver_stage import delivery_stage

from bot.digest.moments import moment_of
from bot.models import Layout
from sandbox.clock import SandboxClock
from sandbox.discord.snowflake import Snowflakes


class Ahead:
    """A machine's clock that is ahead of Discord's."""

    def __init__(self, theirs: SandboxClock, by: timedelta) -> None:
        self._theirs = theirs
        self._by = by

    def now(self) -> datetime:
        return self._theirs.now() + self._by

    async def sleep_until(self, instant: datetime) -> None:
        await self._theirs.sleep_until(instant - self._by)


@pytest.mark.parametrize("layout", list(Layout))
@pytest.mark.parametrize("noted", [1, 3])
async def test_a_clock_ten_minutes_ahead_doubles_nothing_after_a_crash(
    tmp_path: Path, layout: Layout, noted: int
) -> None:
    async with delivery_stage(tmp_path) as stage:
        discords = stage.clock
        stage.clock = Ahead(discords, timedelta(minutes=10))  # type: ignore[assignment]
        digest = await stage.digest(4, layout=layout)
        await stage.crash(after=noted)
        discords.advance(timedelta(minutes=30))  # beyond the window of nonces
        await stage.core.outbox.release_all()
        async with stage.delivering():
            await stage.until_posted()
        assert stage.posted() == await stage.planned(digest)


def test_an_ids_moment_is_discords() -> None:
    now = datetime.fromisoformat("2026-06-11T12:00:00+00:00")
    made = Snowflakes(SandboxClock(now)).next()
    assert timedelta(0) <= now - moment_of(made) <= timedelta(seconds=2)
