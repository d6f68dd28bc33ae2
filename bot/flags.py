"""Answering flag reactions: one translation per paper, channel and language, in the card's thread.

The request is a row that is written first (`bot.store.flags`); here it is worked off. Its key is
the message's nonce and stands in its button. Where an answer is about to be sent is noted before,
and that place is looked through for the key before anything is sent there again.
"""

import asyncio
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.enrich.translate.words import why_not_shown, why_refused
from bot.errors import (
    BudgetSpent,
    NotSetUp,
    PermanentDeliveryError,
    SourceError,
    SourceRefused,
    StoreError,
    TemporaryDeliveryError,
)
from bot.i18n import speaking, t
from bot.languages import LANGUAGES
from bot.logs import incident_id
from bot.loops import keep_going
from bot.models import Paper, Translation, Verdict
from bot.protocols import AnswerSender, Clock
from bot.store.flags import FlagAnswer, FlagStore
from bot.store.papers import PaperStore
from bot.text.latex import to_unicode
from bot.text.safety import plain, shorten

log = structlog.get_logger(__name__)

_AT_ONCE = 8
_TRANSLATION_S = 120.0
# So often a translation service is asked before the asker is told that it fails.
_MOST_ASKED = 3
_MOST_BUGGED_TRIES = 5
_FIRST_REST = timedelta(seconds=5)
_LONGEST_REST = timedelta(hours=1)
_AFTER_STORE_ERROR = timedelta(seconds=30)
_LONGEST_SLEEP = timedelta(hours=1)
# This machine's clock may be ahead of Discord's, by which messages are found.
_CLOCK_SLACK = timedelta(hours=1)
_THREAD_NAME = 100
# Discord's codes: the message, or the thread that held it, was deleted.
_GONE = frozenset({10003, 10008})
_STORE_ERRORS = (SQLAlchemyError, StoreError)


class Translating(Protocol):
    """What makes translations, or has them."""

    async def of(
        self, paper: Paper, language: str, guild_id: int | None = None, *, again: bool = False
    ) -> Translation:
        """A paper's translation; `again` makes one that failed the checks once more.

        Raises NotSetUp, BudgetSpent and SourceError.
        """
        ...


class FlagWorker:
    """Works off what flags asked for, a few at a time."""

    def __init__(
        self,
        *,
        store: FlagStore,
        papers: PaperStore,
        translations: Translating,
        sender: AnswerSender,
        clock: Clock,
        wake: asyncio.Event,
    ) -> None:
        self._store = store
        self._papers = papers
        self._translations = translations
        self._sender = sender
        self._clock = clock
        self._wake = wake
        self._busy: dict[int, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Answer flags until canceled. What is under way then is found again by its key."""
        try:
            await keep_going("flags", self.round, self._wake, self._clock)
        finally:
            tasks = list(self._busy.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def round(self) -> datetime:
        """Start on what is due, as far as there is room; returns when to look again."""
        now = self._clock.now()
        room = _AT_ONCE - len(self._busy)
        if room > 0:
            for answer in await self._store.due(now, busy=list(self._busy), limit=room):
                task = asyncio.create_task(self._work(answer), name="flag")
                self._busy[answer.id] = task
                task.add_done_callback(lambda _, number=answer.id: self._done(number))
        at = await self._store.next_due_at(now)
        return min(at or now + _LONGEST_SLEEP, now + _LONGEST_SLEEP)

    def _done(self, number: int) -> None:
        del self._busy[number]
        self._wake.set()

    async def _work(self, answer: FlagAnswer) -> None:
        try:
            await self._try(answer)
        except _STORE_ERRORS:
            # A full disk, a locked file: the row is still due, so it must not be taken at once.
            log.exception("flag_not_noted", incident=incident_id(), answer=answer.id)
            await self._clock.sleep_until(self._clock.now() + _AFTER_STORE_ERROR)

    async def _try(self, answer: FlagAnswer) -> None:
        try:
            with speaking(answer.language):
                await self._answer(answer)
        except TemporaryDeliveryError as error:
            await self._put_off(answer, str(error), error.retry_after)
        except PermanentDeliveryError as error:
            log.warning("flag_given_up", answer=answer.id, error=str(error))
            await self._store.failed(answer.id, str(error))
        except _STORE_ERRORS:
            raise
        except Exception as error:
            incident = incident_id()
            log.exception("flag_failed", incident=incident, answer=answer.id)
            problem = f"{error!r} (incident {incident})"
            if answer.attempts + 1 >= _MOST_BUGGED_TRIES:
                await self._store.failed(answer.id, problem)
            else:
                await self._put_off(answer, problem, None)

    async def _put_off(self, answer: FlagAnswer, error: str, wish_s: float | None) -> None:
        rest = min(_FIRST_REST * 4 ** min(answer.attempts, 8), _LONGEST_REST)
        if wish_s is not None:
            rest = max(rest, timedelta(seconds=min(wish_s, 86_400)))
        log.info("flag_put_off", answer=answer.id, rest=rest, error=error)
        await self._store.put_off(answer.id, self._clock.now() + rest, error)

    async def _answer(self, answer: FlagAnswer) -> None:
        paper = await self._papers.get(answer.paper_id, answer.version)
        if paper is None:
            raise PermanentDeliveryError(f"paper {answer.paper_id} is not in the archive")
        said = await self._said(answer, paper)
        place, message_id = answer.thread_id, answer.message_id
        if place is not None and message_id is None:
            message_id = await self._already_there(answer, place)
        if place is not None and message_id is not None:
            await self._change(answer, paper, said, place, message_id)
            return
        if place is None:
            place = await self._open_place(answer, paper)
            await self._store.placed(answer.id, place, self._clock.now())
        try:
            message_id = await self._send(answer, paper, said, place)
        except PermanentDeliveryError as error:
            if place == answer.target_id:
                raise
            # The thread is closed to the bot, or was deleted: the card's channel is left.
            log.info("flag_answered_outside_of_thread", answer=answer.id, error=str(error))
            await self._store.placed(answer.id, answer.target_id, self._clock.now())
            message_id = await self._send(answer, paper, said, answer.target_id)
        await self._note(answer, said, message_id)

    async def _said(self, answer: FlagAnswer, paper: Paper) -> Translation | str:
        """The translation, or a sentence on why there is none.

        Raises TemporaryDeliveryError while it is worth to wait for the service.
        """
        language = LANGUAGES[answer.language].name
        try:
            async with asyncio.timeout(_TRANSLATION_S):
                made = await self._translations.of(
                    paper,
                    answer.language,
                    answer.guild_id,
                    again=answer.message_id is not None,
                )
        except (NotSetUp, BudgetSpent) as error:
            return error.sentence
        except SourceRefused:
            return why_refused()
        except (SourceError, TimeoutError) as error:
            if answer.attempts + 1 < _MOST_ASKED:
                raise TemporaryDeliveryError(f"no translation yet: {error!r}") from error
            log.warning("flag_without_translation", answer=answer.id, error=repr(error))
            return t(
                "The translation service did not answer, so there is no translation into "
                "{language} yet. Take your flag off and put it on again to ask anew.",
                language=language,
            )
        return made if made.verdict is not Verdict.FAIL else why_not_shown(made)

    async def _already_there(self, answer: FlagAnswer, place: int) -> int | None:
        """What an earlier try has posted without noting it."""
        since = (answer.first_tried_at or self._clock.now()) - _CLOCK_SLACK
        try:
            found = await self._sender.find(place, [answer.key], since)
        except PermanentDeliveryError as error:
            if place == answer.target_id:
                raise
            log.info("flag_thread_unreadable", answer=answer.id, error=str(error))
            return None
        return found.get(answer.key)

    async def _change(
        self,
        answer: FlagAnswer,
        paper: Paper,
        said: Translation | str,
        place: int,
        message_id: int,
    ) -> None:
        """Bring the answer that is there up to date: a reason may become a translation."""
        if isinstance(said, Translation):
            try:
                await self._sender.edit_translation(place, message_id, paper, said, key=answer.key)
            except PermanentDeliveryError as error:
                if error.code not in _GONE:
                    raise
                await self._store.lost(answer.id)
                return
        await self._note(answer, said, message_id)

    async def _open_place(self, answer: FlagAnswer, paper: Paper) -> int:
        """Where the answer belongs: the card's own thread, or beside a card that is in a thread.

        Where no thread can be opened, and in direct messages, it is a reply to the card.
        """
        if answer.guild_id is None or answer.target_id != answer.channel_id:
            return answer.target_id
        name = shorten(plain(to_unicode(paper.title)), _THREAD_NAME) or paper.versioned_id
        try:
            return await self._sender.open_thread(answer.channel_id, answer.card_message_id, name)
        except PermanentDeliveryError as error:
            log.info("flag_without_thread", answer=answer.id, error=str(error))
            return answer.target_id

    async def _send(
        self, answer: FlagAnswer, paper: Paper, said: Translation | str, place: int
    ) -> int:
        reply_to = answer.card_message_id if place == answer.target_id else None
        try:
            if isinstance(said, Translation):
                return await self._sender.send_translation(
                    place, paper, said, key=answer.key, reply_to=reply_to
                )
            return await self._sender.send_reason(
                place, paper, answer.language, said, key=answer.key, reply_to=reply_to
            )
        except PermanentDeliveryError:
            if place == answer.target_id:
                await self._store.lost(answer.id)
            raise

    async def _note(self, answer: FlagAnswer, said: Translation | str, message_id: int) -> None:
        translated = isinstance(said, Translation)
        await self._store.posted(answer.id, message_id, translated=translated)
        log.info(
            "flag_answered",
            answer=answer.id,
            paper=answer.paper_id,
            language=answer.language,
            translated=translated,
        )
