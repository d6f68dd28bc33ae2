"""What paid services used, by day, service and purpose."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from bot.models import Purpose, Spent, Usage
from bot.store.database import Database
from bot.store.schema import spending

_KEY = ("day", "provider", "purpose")
_LONGEST_NAME = 64


class SpendingStore:
    """The book of what was used. Days are UTC's."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(self, spent: Spent) -> None:
        """Add to what is written for the same day, service and purpose."""
        usage = spent.usage
        values = {
            "requests": spent.requests,
            "characters": usage.characters,
            "tokens_in": usage.tokens_in,
            "tokens_out": usage.tokens_out,
            "cost": usage.cost,
        }
        statement = insert(spending).values(
            day=spent.day,
            provider=spent.provider[:_LONGEST_NAME],
            purpose=spent.purpose.value,
            **values,
        )
        more = {name: spending.c[name] + statement.excluded[name] for name in values}
        async with self._db.write() as connection:
            await connection.execute(
                statement.on_conflict_do_update(index_elements=_KEY, set_=more)
            )

    async def since(self, day: date) -> list[Spent]:
        """What was used on that day and after it, the oldest first."""
        query = (
            select(spending)
            .where(spending.c.day >= day)
            .order_by(spending.c.day, spending.c.provider, spending.c.purpose)
        )
        async with self._db.read() as connection:
            return [
                Spent(
                    row["day"],
                    row["provider"],
                    Purpose(row["purpose"]),
                    row["requests"],
                    Usage(row["characters"], row["tokens_in"], row["tokens_out"], row["cost"]),
                )
                for row in (await connection.execute(query)).mappings()
            ]
