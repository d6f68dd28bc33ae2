"""The embedded summarizer as a provider: on a thread, for English."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import Executor

from bot.enrich.summarize.extractive import ExtractiveSummarizer
from bot.languages import ENGLISH
from bot.models import SummaryText, SummaryWork


class EmbeddedSummarizer:
    """Implements bot.protocols.Summarizer over the abstract's own sentences; `worker` computes.

    Abstracts in other languages are extracted from too; `language` is that of the rules.
    """

    name = "extractive"
    paid = False

    def __init__(self, worker: Executor) -> None:
        self._worker = worker
        self._extractive = ExtractiveSummarizer()

    def offers(self, language: str) -> bool:
        """Only English: what it extracts is translated by a translation service."""
        return language == ENGLISH

    async def summarize(
        self, works: Sequence[SummaryWork], language: str
    ) -> list[SummaryText | None]:
        del language
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._worker, self._all, works)

    def _all(self, works: Sequence[SummaryWork]) -> list[SummaryText | None]:
        return [self._extractive.summarize(work.title, work.abstract) for work in works]
