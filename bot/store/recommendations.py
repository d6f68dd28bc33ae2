"""What services recommended for papers, so that they are not asked again soon."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, select
from sqlalchemy.dialects.sqlite import insert

from bot.store.database import Database
from bot.store.schema import recommendations


@dataclass(frozen=True, slots=True)
class KeptRecommendations:
    """An answer: arXiv ids, the best first, none if there were none; and when it was given."""

    ids: tuple[str, ...]
    asked_at: datetime


class RecommendationStore:
    """Keeps the last answer of each service for each paper."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def get(self, paper_id: str, source: str) -> KeptRecommendations | None:
        """A service's last answer for a paper; None if there is none."""
        query = select(recommendations.c.found, recommendations.c.asked_at).where(
            and_(recommendations.c.paper_id == paper_id, recommendations.c.source == source)
        )
        async with self._db.read() as connection:
            row = (await connection.execute(query)).first()
        return KeptRecommendations(tuple(row.found), row.asked_at) if row else None

    async def put(
        self, paper_id: str, source: str, ids: Sequence[str], now: datetime, *, oldest: datetime
    ) -> None:
        """Keep an answer, and forget all that are older than `oldest`."""
        values = {"found": list(ids), "asked_at": now}
        statement = insert(recommendations).values(paper_id=paper_id, source=source, **values)
        statement = statement.on_conflict_do_update(
            index_elements=[recommendations.c.paper_id, recommendations.c.source], set_=values
        )
        async with self._db.write() as connection:
            await connection.execute(
                delete(recommendations).where(recommendations.c.asked_at < oldest)
            )
            await connection.execute(statement)
