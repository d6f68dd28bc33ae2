"""What reactions are about: cards that commands showed, the card behind a message, and votes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, func, select, text, union
from sqlalchemy.dialects.sqlite import insert

from bot.models import DeliveryKind
from bot.store.database import Database
from bot.store.schema import (
    bookmarks,
    deliveries,
    digests,
    dropped,
    flag_answers,
    shown_cards,
    votes,
)

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
        posted = _POSTED.where(deliveries.c.message_id == message_id)
        shown = _SHOWN.where(shown_cards.c.message_id == message_id)
        async with self._db.read() as connection:
            row = (await connection.execute(posted)).first()
            row = row or (await connection.execute(shown)).first()
        return PlacedCard(*row) if row is not None else None

    async def newest(self, since: int, limit: int) -> list[PlacedCard]:
        """Up to `limit` cards with a message id of `since` or more, the newest first."""
        query = union(
            _POSTED.where(deliveries.c.message_id >= since),
            _SHOWN.where(shown_cards.c.message_id >= since),
        )
        # Discord's ids rise with time.
        query = query.order_by(text("message_id DESC")).limit(limit)
        async with self._db.read() as connection:
            return [PlacedCard(*row) for row in await connection.execute(query)]

    async def cards_of(
        self, paper_id: str, channel_id: int, guild_id: int | None
    ) -> list[PlacedCard]:
        """A paper's cards in a channel, and those that commands posted anywhere in the server."""
        here = shown_cards.c.channel_id == channel_id
        query = union(
            _POSTED.where(
                deliveries.c.paper_id == paper_id,
                deliveries.c.channel_id == channel_id,
                deliveries.c.message_id.is_not(None),
            ),
            _SHOWN.where(
                shown_cards.c.paper_id == paper_id,
                here if guild_id is None else shown_cards.c.guild_id == guild_id,
            ),
        )
        async with self._db.read() as connection:
            return [PlacedCard(*row) for row in await connection.execute(query)]

    async def bookmarkers(self, paper_id: str, user_ids: Sequence[int]) -> set[int]:
        """Who of these people has bookmarked a paper, or took the bookmark off by a command."""
        query = union(
            *(
                select(table.c.user_id).where(
                    table.c.user_id.in_(user_ids), table.c.paper_id == paper_id
                )
                for table in (bookmarks, dropped)
            )
        )
        async with self._db.read() as connection:
            return set((await connection.execute(query)).scalars())

    async def voters(self, channel_id: int, paper_id: str) -> set[tuple[int, int]]:
        """Who voted for a paper in a channel, each with the value."""
        query = select(votes.c.user_id, votes.c.value).where(
            votes.c.channel_id == channel_id, votes.c.paper_id == paper_id
        )
        async with self._db.read() as connection:
            return {(user_id, value) for user_id, value in await connection.execute(query)}

    async def asked(self, channel_id: int, paper_id: str, language: str) -> bool:
        """Whether a flag has asked for this before, whatever came of it."""
        query = select(flag_answers.c.id).where(
            flag_answers.c.channel_id == channel_id,
            flag_answers.c.paper_id == paper_id,
            flag_answers.c.language == language,
        )
        async with self._db.read() as connection:
            return (await connection.execute(query)).first() is not None

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


_POSTED = (
    select(
        deliveries.c.message_id,
        deliveries.c.target_id,
        deliveries.c.channel_id,
        digests.c.guild_id,
        deliveries.c.paper_id,
        deliveries.c.version,
    )
    .join(digests, digests.c.id == deliveries.c.digest_id)
    .where(deliveries.c.kind == DeliveryKind.CARD.value)
)
_SHOWN = select(
    shown_cards.c.message_id,
    shown_cards.c.channel_id.label("target_id"),
    shown_cards.c.channel_id,
    shown_cards.c.guild_id,
    shown_cards.c.paper_id,
    shown_cards.c.version,
)


def _counted(value: int) -> Any:
    return func.sum(case((votes.c.value == value, 1), else_=0))
