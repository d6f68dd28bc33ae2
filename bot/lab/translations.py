"""`lab translate`: a provider's translations, checked and tried once more as for readers."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import structlog

from bot.clock import SystemClock
from bot.enrich.translate import open_translator
from bot.enrich.translate.calls import TranslatorCalls
from bot.enrich.translate.libretranslate import LibreTranslator
from bot.enrich.translate.tries import Question, again, asked, checked
from bot.enrich.translate.work import work_of
from bot.errors import SettingsError, SourceError
from bot.lab.checks import finding_values, language_field
from bot.lab.lines import LineError, Record, usable
from bot.lab.used import Book
from bot.languages import LANGUAGES
from bot.models import Checked, Paper, Purpose, SentencePair, Verdict
from bot.settings import EXAMPLES, PREFIX, Settings

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A record's texts: `sentences` are the abstract's, `title` is None where none was given."""

    id: str | int
    language: str
    title: str | None
    sentences: tuple[str, ...]

    @property
    def texts(self) -> list[str]:
        return [*([] if self.title is None else [self.title]), *self.sentences]


class Translating:
    """Translates records. Made by `async with Translating.open(settings)`."""

    def __init__(self, calls: TranslatorCalls) -> None:
        self._calls = calls
        self._translator = calls.translator

    @staticmethod
    @asynccontextmanager
    async def open(settings: Settings) -> "AsyncGenerator[Translating]":
        """By the provider that the settings choose; closes it, and tells what it used.

        Raises SettingsError if none is set up.
        """
        clock, used = SystemClock(), Book()
        translator = await asyncio.to_thread(open_translator, settings, clock, used)
        if translator is None:
            raise _not_set_up()
        try:
            if isinstance(translator, LibreTranslator):
                await translator.prepare()  # then it is known what the server offers
            if not any(map(translator.offers, LANGUAGES)):
                raise _not_set_up()
            yield Translating(TranslatorCalls(translator, used, clock))
        finally:
            await translator.aclose()
            used.tell()

    async def answers(self, records: Sequence[Record]) -> AsyncGenerator[Mapping[str, object]]:
        """The translations in the records' order. Raises LineError after those before the line.

        A record that the provider fails for has the verdict `fail`, and its `error`.
        """
        wanted, error = usable(records, self._read)
        tasks = [asyncio.create_task(self._answer(one)) for one in wanted]
        try:
            for task in tasks:
                yield await task
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if error is not None:
            raise error

    def _read(self, record: Record) -> _Asked:
        number, language = record.id, language_field(record)
        title = record.text("title") if "title" in record.values else None
        abstract = record.text("abstract")
        if not self._translator.offers(language):
            offered = ", ".join(filter(self._translator.offers, LANGUAGES))
            problem = f"{self._translator.name} does not offer {language!r}; it offers {offered}"
            raise LineError(record.number, problem)
        work = work_of(Paper("", 1, title or "", abstract, (), (), ""), {})
        return _Asked(number, language, work.title or None, work.sentences)

    async def _answer(self, one: _Asked) -> Mapping[str, object]:
        try:
            pairs, found = await self._translated(one)
        except SourceError as error:
            untranslated = [SentencePair(text, "") for text in one.texts]
            answer = self._values(one, untranslated, Checked(Verdict.FAIL))
            return answer | {"error": str(error)}
        return self._values(one, pairs, found)

    async def _translated(self, one: _Asked) -> tuple[list[SentencePair], Checked]:
        if not one.texts:
            return [], Checked(Verdict.PASS)
        question = Question(one.language, Purpose.READER, {}, patient=True)
        pairs = await asked(self._calls, one.texts, question)
        found = await checked(pairs, one.language)
        if found.verdict is not Verdict.FAIL:
            return pairs, found
        around = replace(question, context="\n".join(one.texts))
        try:
            pairs = await again(self._calls, pairs, found.findings, around)
        except SourceError as error:
            # The first answer is there, with what is wrong in it.
            log.warning("no_second_try", id=one.id, error=str(error))
            return pairs, found
        return pairs, await checked(pairs, one.language)

    def _values(
        self, one: _Asked, pairs: Sequence[SentencePair], found: Checked
    ) -> dict[str, object]:
        values = [{"source": pair.source, "target": pair.target} for pair in pairs]
        return {
            "id": one.id,
            "language": one.language,
            "provider": self._translator.name,
            "verdict": found.verdict.value,
            "findings": finding_values(found.findings),
            "title": None if one.title is None else values.pop(0),
            "sentences": values,
        }


def _not_set_up() -> SettingsError:
    return SettingsError(
        PREFIX + "TRANSLATOR",
        "no translation provider is set up; docs/operating.md names them",
        EXAMPLES["translator"],
    )
