"""What is kept of a reader: the language they read in, and that of the channel they are in."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert

from bot.store.database import Database
from bot.store.schema import people, subscriptions


class PeopleStore:
    """People's reading languages, as codes of `bot.languages`."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def language(self, user_id: int) -> str | None:
        """The language that a person chose; None if they chose none."""
        query = select(people.c.language).where(people.c.user_id == user_id)
        async with self._db.read() as connection:
            return (await connection.execute(query)).scalar_one_or_none()

    async def set_language(self, user_id: int, language: str, now: datetime) -> None:
        statement = insert(people).values(user_id=user_id, language=language, updated_at=now)
        changed = {"language": language, "updated_at": now}
        async with self._db.write() as connection:
            await connection.execute(
                statement.on_conflict_do_update(index_elements=[people.c.user_id], set_=changed)
            )

    async def clear_language(self, user_id: int) -> bool:
        """Forget a person's choice; returns False if there was none."""
        async with self._db.write() as connection:
            done = await connection.execute(delete(people).where(people.c.user_id == user_id))
            return done.rowcount > 0

    async def channel_language(self, channel_id: int) -> str | None:
        """The language of a channel's newest subscription; None if it has none."""
        query = (
            select(subscriptions.c.language)
            .where(subscriptions.c.channel_id == channel_id)
            .order_by(subscriptions.c.id.desc())
            .limit(1)
        )
        async with self._db.read() as connection:
            return (await connection.execute(query)).scalar_one_or_none()
