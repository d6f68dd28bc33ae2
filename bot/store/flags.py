"""What flag reactions asked for: one answer per paper, channel and language, for ever.

An answer goes PENDING → ANSWERED, or PENDING → TOLD when there is no translation and a sentence
says so, or PENDING → FAILED when Discord takes neither. A later flag makes the last two PENDING
again; the message that is there is then edited.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.store.database import Database
from bot.store.reactions import PlacedCard
from bot.store.schema import flag_answers


class FlagState(StrEnum):
    """PENDING is to be worked on, ANSWERED shows the translation, TOLD says why there is none,
    FAILED could not be posted."""

    PENDING = "pending"
    ANSWERED = "answered"
    TOLD = "told"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class FlagAnswer:
    """An answer to a flag. `key` is its nonce and stands in its buttons' custom ids.

    `channel_id` is the channel that it is the only one in, `target_id` the channel or thread that
    holds the card, and `thread_id` where the answer stands or was last tried, `message_id` itself.
    """

    id: int
    key: str
    guild_id: int | None
    channel_id: int
    target_id: int
    card_message_id: int
    paper_id: str
    version: int
    language: str
    attempts: int
    first_tried_at: datetime | None
    thread_id: int | None
    message_id: int | None


_FIELDS = [flag_answers.c[name] for name in FlagAnswer.__dataclass_fields__]


class FlagStore:
    """Asking for answers, and working them off."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def ask(self, card: PlacedCard, language: str, user_id: int, now: datetime) -> bool:
        """Note that a card's paper is wanted in a language; False if that is answered already."""
        statement = insert(flag_answers).values(
            key=secrets.token_hex(8),
            guild_id=card.guild_id,
            channel_id=card.channel_id,
            target_id=card.target_id,
            card_message_id=card.message_id,
            paper_id=card.paper_id,
            version=card.version,
            language=language,
            user_id=user_id,
            state=FlagState.PENDING.value,
            created_at=now,
        )
        statement = statement.on_conflict_do_update(
            index_elements=["channel_id", "paper_id", "language"],
            set_={
                "state": FlagState.PENDING.value,
                "attempts": 0,
                "not_before": None,
                "error": None,
                # Where nothing can have been posted, the card under which somebody asked now is
                # the better place: the other one may be gone.
                "target_id": func.iif(_unposted, card.target_id, flag_answers.c.target_id),
                "card_message_id": func.iif(
                    _unposted, card.message_id, flag_answers.c.card_message_id
                ),
            },
            where=flag_answers.c.state.in_([FlagState.TOLD.value, FlagState.FAILED.value]),
        )
        async with self._db.write() as connection:
            return (await connection.execute(statement)).rowcount > 0

    async def is_open(self, channel_id: int, paper_id: str, language: str) -> bool:
        """Whether a flag would ask for something: nobody has, or it was not answered."""
        query = select(flag_answers.c.state).where(
            flag_answers.c.channel_id == channel_id,
            flag_answers.c.paper_id == paper_id,
            flag_answers.c.language == language,
        )
        async with self._db.read() as connection:
            state = (await connection.execute(query)).scalar_one_or_none()
        return state in {None, FlagState.TOLD.value, FlagState.FAILED.value}

    async def due(self, now: datetime, *, busy: Collection[int], limit: int) -> list[FlagAnswer]:
        """Answers that are to be worked on, without those that are being, the oldest first."""
        query = (
            select(*_FIELDS)
            .where(
                flag_answers.c.state == FlagState.PENDING.value,
                or_(flag_answers.c.not_before.is_(None), flag_answers.c.not_before <= now),
                flag_answers.c.id.not_in(busy),
            )
            # Not by the bare column: SQLite would go through all answers ever for its order.
            .order_by(flag_answers.c.id + 0)
            .limit(limit)
        )
        async with self._db.read() as connection:
            return [FlagAnswer(*row) for row in await connection.execute(query)]

    async def next_due_at(self, now: datetime) -> datetime | None:
        """When the next answer that was put off is due; None if there is none."""
        query = select(func.min(flag_answers.c.not_before)).where(
            flag_answers.c.state == FlagState.PENDING.value, flag_answers.c.not_before > now
        )
        async with self._db.read() as connection:
            return (await connection.execute(query)).scalar_one()

    async def placed(self, answer_id: int, thread_id: int, now: datetime) -> None:
        """Note where an answer is about to be sent to, before it is."""
        await self._set(
            answer_id,
            thread_id=thread_id,
            first_tried_at=func.coalesce(flag_answers.c.first_tried_at, now),
        )

    async def posted(self, answer_id: int, message_id: int, *, translated: bool) -> None:
        """Note that an answer is in its place: the translation, or why there is none."""
        state = FlagState.ANSWERED if translated else FlagState.TOLD
        await self._set(answer_id, state=state.value, message_id=message_id, error=None)

    async def lost(self, answer_id: int) -> None:
        """Note that an answer stands nowhere: Discord refused it, or somebody deleted it.

        The next one is a message of its own, and may stand elsewhere.
        """
        await self._set(
            answer_id,
            key=secrets.token_hex(8),
            thread_id=None,
            message_id=None,
            first_tried_at=None,
        )

    async def put_off(self, answer_id: int, not_before: datetime, error: str) -> None:
        """Let an answer rest after a temporary error."""
        await self._set(
            answer_id, not_before=not_before, error=error, attempts=flag_answers.c.attempts + 1
        )

    async def failed(self, answer_id: int, error: str) -> None:
        """Give up an answer until somebody asks again.

        What stands somewhere, or may, is still known then: there is never a second message.
        """
        await self._set(answer_id, state=FlagState.FAILED.value, error=error)

    async def _set(self, answer_id: int, **values: Any) -> None:
        statement = update(flag_answers).where(flag_answers.c.id == answer_id).values(**values)
        async with self._db.write() as connection:
            await connection.execute(statement)


_unposted = flag_answers.c.message_id.is_(None) & flag_answers.c.thread_id.is_(None)
