"""What related papers are compared by, of each paper's latest version (`bot/relate` makes it)."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select

from bot.store.database import Database
from bot.store.index_queue import Index, Waiting, done, enqueue
from bot.store.schema import features

_CHUNK = 500
# In plain SQL: 200,000 rows come in a third of a second, and nothing is made of them on the way.
_AFTER = """
    SELECT seq, paper_id, model, tokens, latent FROM features WHERE seq > ? ORDER BY seq LIMIT ?
"""
_TEXTS = """
    SELECT paper_id, title, abstract, withdrawn FROM papers
    WHERE paper_id IN (SELECT value FROM json_each(?)) ORDER BY version
"""
_NEWS = """
    SELECT EXISTS (SELECT 1 FROM index_queue WHERE "index" = ?)
        OR EXISTS (SELECT 1 FROM features WHERE seq > ?)
"""

Features = tuple[bytes, bytes]
"""The numbers of a paper's words (little-endian, 16 bits), and its latent direction (bytes)."""
FeatureRow = tuple[int, str, int, bytes, bytes]
"""Sequence number, paper id, the model's version, and the features."""


@dataclass(frozen=True, slots=True)
class Text:
    """What features are made from."""

    paper_id: str
    title: str
    abstract: str
    withdrawn: bool


class FeatureStore:
    """Reading and writing features."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def texts(self, paper_ids: Sequence[str]) -> list[Text]:
        """The texts of the latest versions; papers that are not there are left out."""

        def read(connection: sqlite3.Connection) -> list[tuple[str, str, str, int]]:
            return connection.execute(_TEXTS, (json.dumps(paper_ids),)).fetchall()

        found = await self._db.read_at_once(read)
        latest = {row[0]: Text(row[0], row[1], row[2], bool(row[3])) for row in found}
        return list(latest.values())

    async def after(self, seq: int, *, limit: int) -> Sequence[FeatureRow]:
        """The next rows above a sequence number, ascending, of whatever model."""

        def read(connection: sqlite3.Connection) -> list[FeatureRow]:
            return connection.execute(_AFTER, (seq, limit)).fetchall()

        return await self._db.read_at_once(read)

    async def news(self, seq: int) -> bool:
        """Whether papers wait for their features, or rows have come above a sequence number."""

        def read(connection: sqlite3.Connection) -> bool:
            [told] = connection.execute(_NEWS, (Index.FEATURES.value, seq)).fetchone()
            return bool(told)

        return await self._db.read_at_once(read)

    async def write(
        self, read: Sequence[Waiting], made: Mapping[str, Features], *, model: int
    ) -> set[str]:
        """Keep what was made of papers of the queue, and take them off it; returns which ones.

        One that is not in `made` has no features (any more). What changed meanwhile stays as it
        is, and in the queue; the same features again stay in their row.
        """
        async with self._db.write() as connection:
            taken = sorted(await done(connection, Index.FEATURES, read))
            known: dict[str, tuple[int, bytes, bytes]] = {}
            for start in range(0, len(taken), _CHUNK):
                query = select(
                    features.c.paper_id, features.c.model, features.c.tokens, features.c.latent
                ).where(features.c.paper_id.in_(taken[start : start + _CHUNK]))
                for paper_id, *kept in (await connection.execute(query)).all():
                    known[paper_id] = tuple(kept)
            new = {
                paper_id: made[paper_id]
                for paper_id in taken
                if paper_id in made and known.get(paper_id) != (model, *made[paper_id])
            }
            old = [paper_id for paper_id in known if paper_id in new or paper_id not in made]
            for start in range(0, len(old), _CHUNK):
                await connection.execute(
                    delete(features).where(features.c.paper_id.in_(old[start : start + _CHUNK]))
                )
            if new:
                await connection.execute(
                    insert(features),
                    [
                        {"paper_id": paper_id, "model": model, "tokens": tokens, "latent": latent}
                        for paper_id, (tokens, latent) in new.items()
                    ],
                )
        return set(taken)

    async def again(self, paper_ids: Sequence[str]) -> None:
        """Have the features of these papers made anew."""
        async with self._db.write() as connection:
            for start in range(0, len(paper_ids), _CHUNK):
                part = paper_ids[start : start + _CHUNK]
                await connection.execute(delete(features).where(features.c.paper_id.in_(part)))
            await enqueue(connection, paper_ids, [Index.FEATURES])

    async def count(self) -> int:
        """How many papers have features."""
        async with self._db.read() as connection:
            return (
                await connection.execute(select(func.count()).select_from(features))
            ).scalar_one()
