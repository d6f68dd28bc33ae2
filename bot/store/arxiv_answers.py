"""What arXiv itself answered to searches, kept so that no question goes there twice a day."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert

from bot.store.database import Database
from bot.store.schema import arxiv_answers

_KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ArxivAnswer:
    """A part of what arXiv found: base identifiers in its order, and whether there is more."""

    ids: tuple[str, ...]
    more: bool


class ArxivAnswerStore:
    """Answers by the `key` of a question (64 characters at most) and the number of their first
    result, counted from 0."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def get(
        self, key: str, start: int, *, since: datetime, until: datetime
    ) -> ArxivAnswer | None:
        """An answer that was given between these instants, both included; None if there is none.

        One from the future, which a clock that was wrong has left, must not be valid until then.
        """
        query = select(arxiv_answers.c.found, arxiv_answers.c.more).where(
            arxiv_answers.c.key == key,
            arxiv_answers.c.start == start,
            arxiv_answers.c.asked_at.between(since, until),
        )
        async with self._db.read() as connection:
            row = (await connection.execute(query)).first()
        return ArxivAnswer(tuple(row.found), row.more) if row else None

    async def put(self, key: str, start: int, answer: ArxivAnswer, now: datetime) -> None:
        """Keep an answer in place of an older one; all that are older than a day go."""
        values = {"found": list(answer.ids), "more": answer.more, "asked_at": now}
        statement = (
            insert(arxiv_answers)
            .values(key=key, start=start, **values)
            .on_conflict_do_update(
                index_elements=[arxiv_answers.c.key, arxiv_answers.c.start], set_=values
            )
        )
        async with self._db.write() as connection:
            await connection.execute(
                delete(arxiv_answers).where(arxiv_answers.c.asked_at < now - _KEPT_FOR)
            )
            await connection.execute(statement)
