"""Summaries on demand: each paper version is summarized once, whoever asks, and kept."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import Executor

from bot.models import Paper, Summary
from bot.protocols import Clock, Summarizer
from bot.store.reading import SummaryStore

# A worker's piece: long enough to be worth a thread switch, short enough for an orderly stop.
_AT_ONCE = 16
LANGUAGE = "en"


class Summaries:
    """The summarizer behind the store."""

    def __init__(
        self, summarizer: Summarizer, store: SummaryStore, clock: Clock, worker: Executor
    ) -> None:
        self._summarizer = summarizer
        self._store = store
        self._clock = clock
        self._worker = worker
        self._making = asyncio.Lock()

    async def of(self, papers: Sequence[Paper]) -> dict[tuple[str, int], Summary]:
        """The summaries of these papers, by (id, version); what is missing is made."""
        by_version = {(paper.id, paper.version): paper for paper in papers}
        provider = self._summarizer.name
        found = await self._store.get(list(by_version), LANGUAGE, provider)
        if len(found) == len(by_version):
            return found
        # One maker at a time: two askers of the same paper share its summary.
        async with self._making:
            found |= await self._store.get(
                [version for version in by_version if version not in found], LANGUAGE, provider
            )
            missing = [paper for version, paper in by_version.items() if version not in found]
            made: list[Summary] = []
            loop = asyncio.get_running_loop()
            for start in range(0, len(missing), _AT_ONCE):
                part = missing[start : start + _AT_ONCE]
                made += await loop.run_in_executor(self._worker, self._summarize, part)
            await self._store.save(made, self._clock.now())
        return found | {(summary.paper_id, summary.version): summary for summary in made}

    def _summarize(self, papers: Sequence[Paper]) -> list[Summary]:
        return [
            Summary(
                paper.id,
                paper.version,
                LANGUAGE,
                self._summarizer.name,
                self._summarizer.summarize(paper.title, paper.abstract),
            )
            for paper in papers
        ]
