"""Private lists in pages: what their page buttons refer to, also after a restart."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update

from bot.store.database import Database
from bot.store.schema import lists

# Nobody can scroll back to a private message of long ago: it is gone when Discord is closed.
_KEPT_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class StoredList:
    """A list as it was kept: its owner, its kind, and whatever that kind needs (JSON values)."""

    key: str
    user_id: int
    kind: str
    state: Mapping[str, Any]


class ListStore:
    """Keeps lists for a week. `state` must be JSON values."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def keep(
        self, user_id: int, kind: str, state: Mapping[str, Any], now: datetime
    ) -> StoredList:
        """Store a new list, and forget those of long ago."""
        kept = StoredList(secrets.token_urlsafe(9), user_id, kind, state)
        async with self._db.write() as connection:
            await connection.execute(delete(lists).where(lists.c.created_at < now - _KEPT_FOR))
            await connection.execute(
                insert(lists).values(
                    key=kept.key, user_id=user_id, kind=kind, state=dict(state), created_at=now
                )
            )
        return kept

    async def change(self, key: str, state: Mapping[str, Any]) -> None:
        """Replace a list's state; nothing happens if it is gone."""
        async with self._db.write() as connection:
            await connection.execute(
                update(lists).where(lists.c.key == key).values(state=dict(state))
            )

    async def get(self, key: str) -> StoredList | None:
        """A list; None if it is gone."""
        query = select(lists).where(lists.c.key == key)
        async with self._db.read() as connection:
            row = (await connection.execute(query)).mappings().first()
        return StoredList(row["key"], row["user_id"], row["kind"], row["state"]) if row else None
