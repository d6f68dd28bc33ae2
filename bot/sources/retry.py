"""Trying again."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from bot.errors import SourceError, SourceUnavailable

log = structlog.get_logger(__name__)

T = TypeVar("T")

# Whoever asks for a longer wait than this is asked again by the caller's own schedule.
_LONGEST_WAIT_S = 120.0


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
