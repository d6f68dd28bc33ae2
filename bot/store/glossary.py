"""A server's own translations of terms."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.dialects.sqlite import insert

from bot.store.database import Database
from bot.store.schema import glossary
from bot.text.tokens import fold

_FOLDED = 100


@dataclass(frozen=True, slots=True)
class GlossaryTerm:
    """How a server wants a term to be translated into a language."""

    language: str
    term: str
    translation: str


class GlossaryStore:
    """The terms of servers. Terms that differ only by case or accents are the same term."""

    def __init__(self, database: Database) -> None:
        self._db = database

    @staticmethod
    def same(one: str, other: str) -> bool:
        """Whether two spellings are the same term."""
        return _key(one) == _key(other)

    async def terms(self, guild_id: int, language: str | None = None) -> list[GlossaryTerm]:
        """A server's terms, of one language or of all, by language and alphabet."""
        query = (
            select(glossary.c.language, glossary.c.term, glossary.c.translation)
            .where(_of(guild_id, language))
            .order_by(glossary.c.language, glossary.c.folded)
        )
        async with self._db.read() as connection:
            return [GlossaryTerm(*row) for row in await connection.execute(query)]

    async def put(
        self, guild_id: int, entry: GlossaryTerm, creator_id: int, now: datetime, *, limit: int
    ) -> bool | None:
        """Store a term, or give it another translation.

        Returns True for a new one, False for a changed one, and None (nothing is stored) if the
        language has `limit` terms already.
        """
        key = _key(entry.term)
        where = _of(guild_id, entry.language)
        async with self._db.write() as connection:
            known = select(glossary.c.term).where(where, glossary.c.folded == key)
            exists = (await connection.execute(known)).first() is not None
            counted = select(func.count()).select_from(glossary).where(where)
            if not exists and (await connection.execute(counted)).scalar_one() >= limit:
                return None
            values = {
                "term": entry.term,
                "translation": entry.translation,
                "creator_id": creator_id,
                "created_at": now,
            }
            statement = insert(glossary).values(
                guild_id=guild_id, language=entry.language, folded=key, **values
            )
            await connection.execute(
                statement.on_conflict_do_update(
                    index_elements=[
                        glossary.c.guild_id, glossary.c.language, glossary.c.folded,
                    ],
                    set_=values,
                )
            )  # fmt: skip
        return not exists

    async def remove(self, guild_id: int, language: str, term: str) -> bool:
        """Remove a term; returns False if it is not there."""
        statement = delete(glossary).where(_of(guild_id, language), glossary.c.folded == _key(term))
        async with self._db.write() as connection:
            return (await connection.execute(statement)).rowcount > 0


def _of(guild_id: int, language: str | None) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = glossary.c.guild_id == guild_id
    return condition if language is None else condition & (glossary.c.language == language)


def _key(term: str) -> str:
    return fold(term)[:_FOLDED]
