"""What reactions are about: cards that commands showed, the card behind a message, and votes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, func, select
from sqlalchemy.dialects.sqlite import insert

from bot.models import DeliveryKind
from bot.store.database import Database
from bot.store.schema import deliveries, digests, shown_cards, votes

UP, DOWN = 1, -1
"""The values of votes."""


@dataclass(frozen=True, slots=True)
class PlacedCard:
    """A card in Discord: its paper, its message, and where that stands.

    `target_id` is the channel or thread that holds the message; `channel_id` is the channel of a
    digest's card also where that stands in a thread. `guild_id` is None in direct messages.
    """

    message_id: int
    target_id: int
    channel_id: int
    guild_id: int | None
    paper_id: str
    version: int


@dataclass(frozen=True, slots=True)
class Votes:
    """How many people voted for a paper in a channel, and against it."""

    ups: int = 0
    downs: int = 0


class ShownCards:
    """Cards that people had posted by commands, outside of digests."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(  # noqa: PLR0917 - the columns in their order
        self,
        message_id: int,
        channel_id: int,
        guild_id: int | None,
        paper_id: str,
        version: int,
        user_id: int,
        now: datetime,
    ) -> None:
        """Remember a card that `user_id` had posted, so that reactions find its paper.

        `channel_id` is the channel or thread that holds the message; `guild_id` is None in direct
        messages. A message that is known already stays as it is.
        """
        statement = insert(shown_cards).values(
            message_id=message_id,
            channel_id=channel_id,
            guild_id=guild_id,
            paper_id=paper_id,
            version=version,
            user_id=user_id,
            created_at=now,
        )
        async with self._db.write() as connection:
            await connection.execute(statement.on_conflict_do_nothing())


class ReactionStore:
    """The card behind a message, and votes."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def card(self, message_id: int) -> PlacedCard | None:
        """The card that a message is, of a digest or of a command; None if it is none."""
        posted = (
            select(
                deliveries.c.message_id,
                deliveries.c.target_id,
                deliveries.c.channel_id,
                digests.c.guild_id,
                deliveries.c.paper_id,
                deliveries.c.version,
            )
            .join(digests, digests.c.id == deliveries.c.digest_id)
            .where(
                deliveries.c.message_id == message_id,
                deliveries.c.kind == DeliveryKind.CARD.value,
            )
        )
        shown = select(
            shown_cards.c.message_id,
            shown_cards.c.channel_id.label("target_id"),
            shown_cards.c.channel_id,
            shown_cards.c.guild_id,
            shown_cards.c.paper_id,
            shown_cards.c.version,
        ).where(shown_cards.c.message_id == message_id)
        async with self._db.read() as connection:
            row = (await connection.execute(posted)).first()
            row = row or (await connection.execute(shown)).first()
        return PlacedCard(*row) if row is not None else None

    async def vote(
        self,
        user_id: int,
        paper_id: str,
        channel_id: int,
        value: int,
        *,
        guild_id: int | None,
        now: datetime,
    ) -> None:
        """Note somebody's vote (`UP` or `DOWN`) for a paper in a channel."""
        statement = insert(votes).values(
            user_id=user_id,
            paper_id=paper_id,
            channel_id=channel_id,
            value=value,
            guild_id=guild_id,
            created_at=now,
        )
        async with self._db.write() as connection:
            await connection.execute(statement.on_conflict_do_nothing())

    async def unvote(self, user_id: int, paper_id: str, channel_id: int, value: int) -> None:
        """Take a vote back; nothing happens if there is none."""
        statement = delete(votes).where(
            votes.c.user_id == user_id,
            votes.c.paper_id == paper_id,
            votes.c.channel_id == channel_id,
            votes.c.value == value,
        )
        async with self._db.write() as connection:
            await connection.execute(statement)

    async def votes(self, channel_id: int, paper_ids: Sequence[str]) -> dict[str, Votes]:
        """The votes of a channel on these papers, without those that have none."""
        query = (
            select(votes.c.paper_id, _counted(UP), _counted(DOWN))
            .where(votes.c.channel_id == channel_id, votes.c.paper_id.in_(paper_ids))
            .group_by(votes.c.paper_id)
        )
        async with self._db.read() as connection:
            found = await connection.execute(query)
            return {paper_id: Votes(ups, downs) for paper_id, ups, downs in found}


def _counted(value: int) -> Any:
    return func.sum(case((votes.c.value == value, 1), else_=0))
