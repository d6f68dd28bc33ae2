"""Vectors of embedding models, by paper version and model."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.dialects.sqlite import insert

from bot.store.database import Database
from bot.store.schema import embeddings

Key = tuple[str, int]
"""A paper's id and version."""

_CHUNK = 500


class EmbeddingStore:
    """Keeps vectors as bytes: little-endian 16-bit floats."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def get(self, model: str, wanted: Sequence[Key]) -> dict[Key, bytes]:
        """A model's vectors of these paper versions; those that it lacks are left out."""
        found: dict[Key, bytes] = {}
        async with self._db.read() as connection:
            for start in range(0, len(wanted), _CHUNK):
                some = wanted[start : start + _CHUNK]
                query = select(
                    embeddings.c.paper_id, embeddings.c.version, embeddings.c.vector
                ).where(
                    # SQLite looks up single values by the key; for pairs it reads the whole table.
                    embeddings.c.paper_id.in_([paper_id for paper_id, _ in some]),
                    tuple_(embeddings.c.paper_id, embeddings.c.version).in_(some),
                    embeddings.c.model == model,
                )
                for row in (await connection.execute(query)).all():
                    found[row.paper_id, row.version] = row.vector
        return found

    async def put(self, model: str, vectors: Mapping[Key, bytes], now: datetime) -> None:
        """Keep vectors; those that are there already are replaced."""
        values = [
            {
                "paper_id": paper_id,
                "version": version,
                "model": model,
                "vector": vector,
                "created_at": now,
            }
            for (paper_id, version), vector in vectors.items()
        ]
        statement = insert(embeddings)
        statement = statement.on_conflict_do_update(
            index_elements=[embeddings.c.paper_id, embeddings.c.version, embeddings.c.model],
            set_={
                "vector": statement.excluded.vector,
                "created_at": statement.excluded.created_at,
            },
        )
        async with self._db.write() as connection:
            for start in range(0, len(values), _CHUNK):
                await connection.execute(statement, values[start : start + _CHUNK])
