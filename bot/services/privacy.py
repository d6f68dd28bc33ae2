"""A person's own data: all of it in one file, and its end."""

import asyncio
import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from bot.protocols import Clock
from bot.store.privacy import HELD, PrivacyStore

log = structlog.get_logger(__name__)

FORMAT, FORMAT_VERSION = "paperboy-personal-data", 1
"""What an export calls itself. A change that a reader of the file would notice is a new version."""

_ABS = "https://arxiv.org/abs/"
# Discord's ids do not fit into the numbers that many readers of JSON have.
_IDS = frozenset(
    {"guild_id", "channel_id", "target_id", "thread_id", "message_id", "card_message_id"}
)


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A file for a person."""

    name: str
    data: bytes


class Privacy:
    """Gives people what is held about them, and removes it."""

    def __init__(self, *, store: PrivacyStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def export(self, user_id: int, limit: int) -> ExportFile:
        """Everything that is held about a person, as JSON; compressed if it passes `limit` bytes.

        `name: [...]` for each kind, `reading_language` as one value; times are ISO 8601 in UTC,
        Discord's ids are texts.
        """
        rows = await self._store.rows(user_id)
        now = self._clock.now()
        return await asyncio.to_thread(_file, user_id, rows, now, limit)

    async def counts(self, user_id: int) -> dict[str, int]:
        """How much is held about a person, by the names of `bot.store.privacy.HELD`."""
        return await self._store.counts(user_id)

    async def delete(self, user_id: int) -> dict[str, int]:
        """Remove a person; returns how much there was, by the names of `HELD`. Irrevocable."""
        removed = await self._store.remove(user_id)
        log.info("person_removed", rows=sum(removed.values()))
        return removed


def _file(
    user_id: int, rows: Mapping[str, list[Mapping[str, Any]]], now: datetime, limit: int
) -> ExportFile:
    document: dict[str, Any] = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "exported_at": now.isoformat(),
        "user_id": str(user_id),
    }
    for held in HELD:
        entries = [_entry(row, held.column.name) for row in rows[held.name]]
        document[held.name] = entries
    languages = document["reading_language"]
    document["reading_language"] = languages[0] if languages else None
    data = json.dumps(document, ensure_ascii=False, indent=1).encode()
    name = f"paperboy-data-{now:%Y-%m-%d}.json"
    if len(data) <= limit:
        return ExportFile(name, data)
    return ExportFile(f"{name}.gz", gzip.compress(data))


def _entry(row: Mapping[str, Any], person: str) -> dict[str, Any]:
    """A row without the person's own id, which the file tells once; with a link to its paper."""
    entry = {name: _value(name, value) for name, value in row.items() if name != person}
    if "paper_id" in entry:
        entry["link"] = (
            f"{_ABS}{entry['paper_id']}v{entry['version']}"
            if "version" in entry
            else (f"{_ABS}{entry['paper_id']}")
        )
    return entry


def _value(name: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if name in _IDS and value is not None:
        return str(value)
    return value
