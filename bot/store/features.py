"""What related papers are compared by, of each paper's latest version (`bot/relate` makes it)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select

from bot.store.database import Database
from bot.store.index_queue import Index, Waiting, done, enqueue
from bot.store.schema import features, papers

_CHUNK = 500

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
        found: dict[str, Text] = {}
        async with self._db.read() as connection:
            for start in range(0, len(paper_ids), _CHUNK):
                query = (
                    select(papers.c.paper_id, papers.c.title, papers.c.abstract, papers.c.withdrawn)
                    .where(papers.c.paper_id.in_(paper_ids[start : start + _CHUNK]))
                    .order_by(papers.c.version)
                )
                for row in (await connection.execute(query)).all():
                    found[row.paper_id] = Text(*row)
        return list(found.values())

    async def after(self, seq: int, *, limit: int) -> Sequence[FeatureRow]:
        """The next rows above a sequence number, ascending, of whatever model."""
        query = (
            select(
                features.c.seq,
                features.c.paper_id,
                features.c.model,
                features.c.tokens,
                features.c.latent,
            )
            .where(features.c.seq > seq)
            .order_by(features.c.seq)
            .limit(limit)
        )
        async with self._db.read() as connection:
            return (await connection.execute(query)).all()

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
