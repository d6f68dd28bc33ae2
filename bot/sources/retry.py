"""Reading `Retry-After`, and trying again."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

import structlog

from bot.errors import SourceError, SourceUnavailable

log = structlog.get_logger(__name__)

T = TypeVar("T")

# Whoever asks for a longer wait than this is asked again by the caller's own schedule.
_LONGEST_WAIT_S = 120.0


def retry_after_seconds(headers: Mapping[str, str]) -> float | None:
    """The wait in seconds that `Retry-After` asks for, as seconds or as a date; None without one.

    A date is measured from the answer's own `Date`, so that a wrong clock here does not matter.
    `headers` must find names in any case (httpx and requests both do).
    """
    value = headers.get("Retry-After", "").strip()
    if value.isdecimal() and value.isascii():
        return float(value[:9])
    instant = _http_date(value)
    if instant is None:
        return None
    start = _http_date(headers.get("Date", "")) or datetime.now(UTC)
    return max((instant - start).total_seconds(), 0.0)


def _http_date(value: str) -> datetime | None:
    try:
        parsed = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError):
        return None
    return parsed if parsed.tzinfo is not None else parsed.replace(tzinfo=UTC)


async def with_retries(attempts: int, call: Callable[[], Awaitable[T]]) -> T:
    """Await `call()` up to `attempts` times while its SourceError may pass by itself.

    There is no waiting here: a failure has slowed the limiter down already, and the next call
    waits for its turn there.
    """
    for attempt in range(1, attempts):
        try:
            return await call()
        except SourceError as error:
            if not _may_pass(error):
                raise
            log.warning("source_retried", source=error.source, attempt=attempt, error=str(error))
    return await call()


def _may_pass(error: SourceError) -> bool:
    if isinstance(error, SourceUnavailable) and (error.retry_after or 0.0) > _LONGEST_WAIT_S:
        return False
    return error.status is None or error.status == 429 or error.status >= 500
