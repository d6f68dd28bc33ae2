"""`lab summarize` by a model: checked and tried once more as for readers, extracted instead."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import click

from bot.clock import SystemClock
from bot.enrich.model_summaries import check_text, work_of
from bot.enrich.summarize import open_summarizer
from bot.enrich.summarize.extractive import ExtractiveSummarizer
from bot.errors import SettingsError, SourceError, SourceGarbled
from bot.lab.checks import finding_values
from bot.lab.extracts import PROVIDER, language_of_extract, summary_values
from bot.lab.lines import Record, usable
from bot.lab.used import Book
from bot.models import Checked, Instead, Paper, SummaryText, SummaryWork, Verdict
from bot.protocols import Summarizer
from bot.settings import EXAMPLES, PREFIX, Settings

# As many papers are given to the model together as for a digest.
_TOGETHER = 5


@dataclass(frozen=True, slots=True)
class _Asked:
    id: str | int
    work: SummaryWork


@dataclass(frozen=True, slots=True)
class _Judged:
    """What the model gave for a paper, None for nothing, and what the checks say of it."""

    text: SummaryText | None
    checked: Checked
    error: str = ""


class Summarizing:
    """Summarizes records. Made by `async with Summarizing.open(settings, language)`."""

    def __init__(self, model: Summarizer, language: str) -> None:
        self._model = model
        self._language = language
        self._extractive = ExtractiveSummarizer()

    @staticmethod
    @asynccontextmanager
    async def open(settings: Settings, language: str) -> "AsyncGenerator[Summarizing]":
        """By the model that the settings choose; closes it, and tells what it used.

        Raises SettingsError if there is none, click.UsageError if it does not write in the
        language.
        """
        clock, used = SystemClock(), Book()
        model = await asyncio.to_thread(open_summarizer, settings, clock, used)
        if model is None:
            raise SettingsError(PREFIX + "CHAT_URL", "no model is set up", EXAMPLES["chat_url"])
        try:
            if not model.offers(language):
                raise click.UsageError(f"{model.name} does not write in {language!r}")
            yield Summarizing(model, language)
        finally:
            await model.aclose()
            used.tell()

    async def answers(self, records: Sequence[Record]) -> AsyncGenerator[Mapping[str, object]]:
        """The summaries in the records' order. Raises LineError after those before the line."""
        wanted, error = usable(records, _read)
        groups = [wanted[at : at + _TOGETHER] for at in range(0, len(wanted), _TOGETHER)]
        tasks = [asyncio.create_task(self._answers(group)) for group in groups]
        try:
            for task in tasks:
                for answer in await task:
                    yield answer
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if error is not None:
            raise error

    async def _answers(self, group: Sequence[_Asked]) -> list[Mapping[str, object]]:
        judged = await self._tried([one.work for one in group if one.work.sentences])
        results = iter(judged)
        paired = [(one, next(results) if one.work.sentences else None) for one in group]
        return await asyncio.to_thread(lambda: [self._answer(*pair) for pair in paired])

    async def _tried(self, works: Sequence[SummaryWork]) -> list[_Judged]:
        """A first try and, for what fails the checks, a second that is told what was found."""
        try:
            judged = await self._asked(works)
        except SourceError as error:
            return [_Judged(None, Checked(Verdict.FAIL), str(error))] * len(works)
        bad = [at for at, one in enumerate(judged) if one.checked.verdict is Verdict.FAIL]
        remarked = [replace(works[at], remarks=judged[at].checked.findings) for at in bad]
        try:
            again = await self._asked(remarked)
        except SourceError as error:
            again = [replace(judged[at], error=str(error)) for at in bad]
        for at, second in zip(bad, again, strict=True):
            # A second try without an answer does not take away what was found in the first.
            if second.text is not None or judged[at].text is None:
                judged[at] = second
        return judged

    async def _asked(self, works: Sequence[SummaryWork]) -> list[_Judged]:
        """One call and the checks of what it gave. Raises SourceError."""
        if not works:
            return []
        texts = await self._model.summarize(works, self._language)
        if len(texts) != len(works):
            problem = f"{len(texts)} summaries of {len(works)} papers"
            raise SourceGarbled(self._model.name, problem)
        pairs = list(zip(works, texts, strict=True))
        return await asyncio.to_thread(
            lambda: [_judged(work, text, self._language) for work, text in pairs]
        )

    def _answer(self, one: _Asked, judged: _Judged | None) -> Mapping[str, object]:
        if judged is None:  # an empty abstract, that the model was not asked about
            return self._extract(one)
        about = {
            "verdict": judged.checked.verdict.value,
            "findings": finding_values(judged.checked.findings),
        }
        if judged.error:
            about["error"] = judged.error
        if judged.text is not None and judged.checked.verdict is not Verdict.FAIL:
            values = summary_values(one.id, judged.text, self._model.name, self._language)
            return values | about
        instead = Instead.FAILED if judged.text is None else Instead.CHECKS
        return self._extract(one) | about | {"instead": instead.value}

    def _extract(self, one: _Asked) -> dict[str, object]:
        work = one.work
        summary = self._extractive.summarize(work.title, work.abstract)
        return summary_values(one.id, summary, PROVIDER, language_of_extract(work.abstract))


def _read(record: Record) -> _Asked:
    number, title, abstract = record.id, record.text("title", ""), record.text("abstract")
    return _Asked(number, work_of(Paper("", 1, title, abstract, (), (), "")))


def _judged(work: SummaryWork, text: SummaryText | None, language: str) -> _Judged:
    if text is None or not text.tldr.strip():
        return _Judged(None, Checked(Verdict.FAIL))
    return _Judged(text, check_text(work, text, language))
