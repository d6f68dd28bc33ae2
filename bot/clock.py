"""Clocks: the system's, and one that follows a sandbox's so that past days can be replayed."""

import asyncio
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime, timedelta

import httpx
import structlog

from bot.errors import SettingsError
from bot.protocols import Clock
from bot.settings import EXAMPLES, PREFIX, Settings

log = structlog.get_logger(__name__)

# A long sleep looks at the wall clock this often: machines suspend, and NTP moves clocks.
_LONGEST_NAP_S = 30.0
_POLL_S = 25.0


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep_until(self, instant: datetime) -> None:

        while (left := (instant - self.now()).total_seconds()) > 0:  # noqa: ASYNC110
            await asyncio.sleep(min(left, _LONGEST_NAP_S))


class RemoteClock:
    """A clock that follows another process's, by long-polling `GET {url}?after=REVISION&wait=S`.

    The answer is `{"now": ISO 8601, "revision": n}`. Used for replays only: in a replay all parts
    must agree on the day. `open()` must have returned before the first `now()`.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._offset = timedelta(0)
        self._revision = -1
        self._changed = asyncio.Event()
        self._follower: asyncio.Task[None] | None = None
        self._client = httpx.AsyncClient(timeout=httpx.Timeout(10.0, read=60.0), trust_env=False)

    async def open(self) -> None:
        """Read the time once, then keep following it. Raises httpx.HTTPError if it is not there."""
        await self._read(wait=0)
        self._follower = asyncio.create_task(self._follow(), name="remote-clock")

    async def close(self) -> None:
        if self._follower is not None:
            self._follower.cancel()
            with suppress(asyncio.CancelledError):
                await self._follower
        await self._client.aclose()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    async def sleep_until(self, instant: datetime) -> None:
        while (remaining := (instant - self.now()).total_seconds()) > 0:
            # Not `wait_for`: before Python 3.12 it loses a cancellation that comes with the change.
            with suppress(TimeoutError):
                async with asyncio.timeout(remaining):
                    await self._changed.wait()

    async def _read(self, *, wait: float) -> None:
        answer = await self._client.get(
            self._url, params={"after": self._revision, "wait": wait} if wait else None
        )
        answer.raise_for_status()
        body = answer.json()
        if body["revision"] != self._revision:
            self._revision = int(body["revision"])
            self._offset = datetime.fromisoformat(body["now"]) - datetime.now(UTC)
            self._changed.set()
            self._changed = asyncio.Event()

    async def _follow(self) -> None:
        wait = _POLL_S
        while True:
            try:
                await self._read(wait=wait)
                wait = _POLL_S
            except (httpx.HTTPError, KeyError, ValueError) as error:
                log.warning("remote_clock_unreadable", error=repr(error))
                self._revision, wait = -1, 0.0  # who answers next may count anew
                await asyncio.sleep(1)


async def open_clock(settings: Settings, closing: AsyncExitStack) -> Clock:
    """The clock that the settings ask for; `closing` closes it.

    Raises SettingsError if the clock of a replay is not there.
    """
    if not settings.clock_url:
        return SystemClock()
    remote = await asyncio.to_thread(RemoteClock, settings.clock_url)
    closing.push_async_callback(remote.close)
    try:
        await remote.open()
    except (httpx.HTTPError, KeyError, ValueError) as error:
        raise SettingsError(
            PREFIX + "CLOCK_URL",
            f"no clock answers at {settings.clock_url} ({error!r})",
            EXAMPLES["clock_url"],
        ) from error
    return remote
