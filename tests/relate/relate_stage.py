"""An archive to compare in, and invented papers to put into it."""

from collections.abc import AsyncGenerator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fresh_database import fresh_database
from sqlalchemy import select, update

from bot.models import Paper
from bot.relate.index import RelatedIndex
from bot.store.database import Database
from bot.store.index_queue import Index, IndexQueue
from bot.store.papers import PaperStore
from bot.store.schema import features

NOW = datetime(2026, 6, 18, tzinfo=UTC)


def paper(number: int, title: str = "Sheared colloids", **changes: Any) -> Paper:
    """An invented paper."""
    values: dict[str, Any] = {
        "id": f"2606.{number:05}",
        "version": 1,
        "title": title,
        "abstract": f"We watch the aging of a sheared colloid, sample {number}.",
        "authors": ("Bo Li",),
        "categories": ("cs.CL",),
        "primary_category": "cs.CL",
    }
    return Paper(**{**values, **changes})


@dataclass
class RelateStage:
    """A database and the index over it."""

    database: Database
    index: RelatedIndex
    worker: ThreadPoolExecutor

    async def keep(self, *papers: Paper) -> None:
        """Store papers, as from arXiv's API."""
        await PaperStore(self.database).enrich(papers, NOW)

    async def ids(self, asked: Paper, limit: int = 50) -> list[str]:
        """The numbers of the related papers, best first."""
        return [one.paper.versioned_id for one in await self.index.related(asked, limit=limit)]

    async def kept(self) -> Sequence[Any]:
        """The rows of features."""
        async with self.database.read() as connection:
            query = select(features).order_by(features.c.seq)
            return (await connection.execute(query)).mappings().all()

    async def spoil(self, paper_id: str, **values: Any) -> None:
        """Change a row of features behind the index's back."""
        async with self.database.write() as connection:
            await connection.execute(
                update(features).where(features.c.paper_id == paper_id).values(**values)
            )

    async def waiting(self) -> int:
        """How many papers have no features yet."""
        return await IndexQueue(self.database, Index.FEATURES).waiting()


@asynccontextmanager
async def opened(folder: Path) -> AsyncGenerator[RelateStage]:
    """The database of a folder, made if it is not there."""
    path = folder / "paperboy.db"
    fresh_database(path)
    database = await Database.open(f"sqlite+aiosqlite:///{path}")
    with ThreadPoolExecutor(1) as worker:
        index = RelatedIndex(database, worker)
        try:
            yield RelateStage(database, index, worker)
        finally:
            await index.aclose()
            await database.close()
