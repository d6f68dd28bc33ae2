"""Summaries on demand: the embedded summarizer's, or a model's where one is set up.

Each is made once per paper version, language and provider, whoever asks, and kept. Where a model
has none to show, the embedded one stands in and says why.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from bot.enrich.model_summaries import ModelSummaries, work_of
from bot.enrich.rest import Trouble
from bot.enrich.translate.service import Translations
from bot.languages import ENGLISH
from bot.models import Instead, Paper, Purpose, Summary, SummaryWork
from bot.protocols import Clock, Summarizer
from bot.store.reading import SummaryStore

# A worker's piece: long enough to be worth a thread switch, short enough for an orderly stop.
_AT_ONCE = 16
# What a digest's texts may take to be translated after a model has used up all the time, in
# seconds.
_TRANSLATING_S = 4.0


class Summaries:
    """The summarizers behind the store. `model` is None where only the embedded one is used."""

    def __init__(
        self,
        embedded: Summarizer,
        store: SummaryStore,
        clock: Clock,
        *,
        translations: Translations,
        model: ModelSummaries | None = None,
    ) -> None:
        self._embedded = embedded
        self._store = store
        self._clock = clock
        self._translations = translations
        self._model = model
        self._making = asyncio.Lock()

    @property
    def provider(self) -> str:
        """The model's name, or the embedded summarizer's."""
        return self._model.name if self._model else self._embedded.name

    @property
    def trouble(self) -> Trouble | None:
        """What is the matter with the model; None if nothing is known to be, or there is none."""
        return self._model.rest.trouble if self._model else None

    def written(self, language: str) -> bool:
        """Whether a model writes summaries in a language, so that they need no translation."""
        return self._model is not None and self._model.offers(language)

    async def of(
        self,
        papers: Sequence[Paper],
        language: str = ENGLISH,
        guild_id: int | None = None,
        *,
        purpose: Purpose = Purpose.READER,
        within: float = 0.0,
    ) -> dict[tuple[str, int], Summary]:
        """The summaries of stored papers by (id, version), for readers of that language.

        A model's and a translator's work is waited for up to `within` seconds in all, and a
        digest's translations somewhat longer; what is late goes on being made and is kept. What
        is there then has another language or provider, which it tells.
        """
        until = asyncio.get_running_loop().time() + within
        found = await self._extracted(papers)
        if self._model is not None:
            found |= await self._model_made(papers, found, language, purpose, within)
        if language == ENGLISH:
            return found
        # A reader's card is not worth a translation of what a model is about to write.
        late = purpose is Purpose.READER
        wanted = [
            (paper, summary)
            for paper in papers
            for summary in [found[paper.id, paper.version]]
            if summary.language != language
        ]
        for begin in (True, False):
            chosen = [
                pair for pair in wanted if begin is not (late and pair[1].instead is Instead.LATE)
            ]
            if chosen:
                left = max(0.0, until - asyncio.get_running_loop().time())
                patience = max(left, _TRANSLATING_S) if purpose is Purpose.DIGEST else left
                found |= await self._translations.summaries(
                    chosen, language, guild_id, within=patience, purpose=purpose, begin=begin
                )
        return found

    async def close(self) -> None:
        """End what is under way."""
        if self._model is not None:
            await self._model.close()

    async def _model_made(
        self,
        papers: Sequence[Paper],
        extracted: dict[tuple[str, int], Summary],
        language: str,
        purpose: Purpose,
        within: float,
    ) -> dict[tuple[str, int], Summary]:
        model = self._model
        # Of a withdrawn paper the abstract often says only that.
        worth = [one for one in papers if one.abstract.strip() and not one.withdrawn]
        if model is None or not worth:
            return {}
        spoken = language if model.offers(language) else ENGLISH
        if not model.offers(spoken):
            return {}
        made = await model.of(worth, spoken, purpose, within=within)
        return {
            version: replace(extracted[version], instead=one) if isinstance(one, Instead) else one
            for version, one in made.items()
        }

    async def _extracted(self, papers: Sequence[Paper]) -> dict[tuple[str, int], Summary]:
        by_version = {(paper.id, paper.version): paper for paper in papers}
        provider = self._embedded.name
        found = await self._store.get(list(by_version), ENGLISH, provider)
        if len(found) == len(by_version):
            return found
        # One maker at a time: two askers of the same paper share its summary.
        async with self._making:
            found |= await self._store.get(
                [version for version in by_version if version not in found], ENGLISH, provider
            )
            missing = [paper for version, paper in by_version.items() if version not in found]
            made: list[Summary] = []
            for start in range(0, len(missing), _AT_ONCE):
                part = missing[start : start + _AT_ONCE]
                works = await asyncio.to_thread(_works, part)
                texts = await self._embedded.summarize(works, ENGLISH)
                made += [
                    Summary(paper.id, paper.version, ENGLISH, provider, text)
                    for paper, text in zip(part, texts, strict=True)
                    if text is not None
                ]
            await self._store.save(made, self._clock.now())
        return found | {(summary.paper_id, summary.version): summary for summary in made}


def _works(papers: Sequence[Paper]) -> list[SummaryWork]:
    return [work_of(paper) for paper in papers]
