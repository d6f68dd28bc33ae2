"""What cards show in another language: titles, and the texts of extracted summaries.

Both are asked for in one call per group of papers, checked text by text, and kept.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import structlog

from bot.enrich.rest import Useless, maybe_paid
from bot.enrich.translate.calls import TranslatorCalls
from bot.enrich.translate.tries import Question, checked, each_by_itself, failing
from bot.enrich.translate.work import Work
from bot.errors import BudgetSpent, SourceError
from bot.flights import GroupFlights
from bot.models import (
    Finding,
    FindingKind,
    Purpose,
    SentencePair,
    Severity,
    Summary,
    Translation,
    Verdict,
)
from bot.protocols import Clock
from bot.store.summary_translations import Pairs, SummaryTranslationStore
from bot.store.translations import TranslationStore, Version
from bot.text.latex import to_unicode

log = structlog.get_logger(__name__)

# Small enough that what is made is kept soon, large enough that a digest is a call or a few.
_PAPERS_AT_ONCE = 8
_TITLE = ""

Key = tuple[Version, str, str]
"""A paper version, a language, and the summarizer; the last is empty for the title."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A paper, and its extracted summary with `texts` to be translated, if that is wanted too."""

    work: Work
    summary: Summary | None = None
    texts: tuple[str, ...] = ()

    @staticmethod
    def of(work: Work, summary: Summary) -> "Wanted":
        """A paper with its summary. Takes milliseconds.

        A sentence that was extracted whole is translated as the abstract has it, in LaTeX:
        formulas survive that, and it is the same text that a translation of the paper has.
        """
        text = summary.text
        said = [(text.tldr, text.tldr_sentence)]
        said += [(takeaway.text, takeaway.sentence) for takeaway in text.takeaways]
        return Wanted(work, summary, tuple(_whole(work, *one) for one in said))

    def asked(self, summarizer: str) -> tuple[str, ...]:
        """The texts behind a key."""
        return (self.work.title,) if summarizer == _TITLE else self.texts


class CardTranslations:
    """Titles and summaries in other languages, behind the store."""

    def __init__(
        self,
        calls: TranslatorCalls,
        titles: TranslationStore,
        texts: SummaryTranslationStore,
        clock: Clock,
    ) -> None:
        self._calls = calls
        self._titles = titles
        self._texts = texts
        self._clock = clock
        self._useless: Useless[Key] = Useless(clock)
        # What lands tells whether the budget refused it.
        self._flights: GroupFlights[Key, bool] = GroupFlights("titles and summaries")

    @property
    def _provider(self) -> str:
        return self._calls.translator.name

    async def make(
        self,
        wanted: Sequence[Wanted],
        language: str,
        purpose: Purpose,
        *,
        within: float,
        begin: bool = True,
    ) -> None:
        """Make what is not kept, as far as that takes no longer than `within` seconds; the rest
        goes on being made. Without `begin` only what is under way already is waited for."""
        missing = await self._missing(wanted, language)
        if not begin:
            missing = {key: one for key, one in missing.items() if self._flights.under_way(key)}
        if not missing:
            return

        async def work(keys: Sequence[Key]) -> Mapping[Key, bool]:
            # Another flight may have landed since: what it has made is not paid for again.
            still = await self._missing([missing[key] for key in keys], language)
            chosen = {key: still[key] for key in keys if key in still}
            refused = await self._made(chosen, language, purpose) if chosen else set[Key]()
            return {key: key in refused for key in keys}

        until = asyncio.get_running_loop().time() + within
        landed = await self._flights.do(_groups(missing), work, within=within)
        refused = [key for key, by_budget in landed.items() if by_budget]
        if refused and purpose is Purpose.DIGEST:
            # The budget may have refused a reader, whose question was under way already.
            left = until - asyncio.get_running_loop().time()
            await self._flights.do(_groups(refused), work, within=left)

    async def titles(self, works: Sequence[Work], language: str) -> dict[tuple[str, int], str]:
        """The kept titles that pass the checks by themselves, by (id, version): an abstract that
        failed is no matter here."""
        kept = await self._titles.get_many([work.key for work in works], language, self._provider)
        known = [one for one in kept.values() if one.title.target]
        bad = await failing([one.title for one in known], language)
        return {
            (one.paper_id, one.version): one.title.target
            for place, one in enumerate(known)
            if place not in bad
        }

    async def summaries(
        self, wanted: Sequence[Wanted], language: str
    ) -> dict[tuple[str, int], Summary]:
        """These summaries with their kept texts, by (id, version), if there are any."""
        texts = await self._kept_texts(wanted, language)

        def translated() -> dict[tuple[str, int], Summary]:
            return {
                version: _translated(one.summary, texts[version], language, self._provider)
                for one in wanted
                for version in [one.work.key[:2]]
                if one.summary is not None and any(pair.target for pair in texts.get(version, ()))
            }

        return await asyncio.to_thread(translated)

    async def _kept_texts(
        self, wanted: Sequence[Wanted], language: str
    ) -> dict[tuple[str, int], Pairs]:
        found: dict[tuple[str, int], Pairs] = {}
        by_summarizer: dict[str, dict[Version, Wanted]] = {}
        for one in wanted:
            if one.summary is not None:
                by_summarizer.setdefault(one.summary.provider, {})[one.work.key] = one
        for summarizer, group in by_summarizer.items():
            kept = await self._texts.get_many(list(group), language, summarizer, self._provider)
            for version, pairs in kept.items():
                # Another release may extract otherwise; then what is kept is of no use.
                if [pair.source for pair in pairs] == list(group[version].texts):
                    found[version[0], version[1]] = pairs
        return found

    async def close(self) -> None:
        """End what is under way."""
        await self._flights.aclose()

    async def _missing(self, wanted: Sequence[Wanted], language: str) -> dict[Key, Wanted]:
        versions = [one.work.key for one in wanted]
        titles = await self._titles.get_many(versions, language, self._provider)
        texts = await self._kept_texts(wanted, language)
        missing: dict[Key, Wanted] = {}
        for one in wanted:
            version = one.work.key
            if version not in titles:
                missing[version, language, _TITLE] = one
            if one.summary is not None and version[:2] not in texts:
                missing[version, language, one.summary.provider] = one
        return {key: one for key, one in missing.items() if not self._useless.given_up(key)}

    async def _made(
        self, missing: Mapping[Key, Wanted], language: str, purpose: Purpose
    ) -> set[Key]:
        """Ask for all texts of some papers at once, and keep what passes; returns what the budget
        refused."""
        texts = {key: one.asked(key[2]) for key, one in missing.items()}
        works = {one.work.key: one.work for one in missing.values()}
        alone = next(iter(works.values()))
        question = Question(
            language,
            purpose,
            alone.glossary,  # the same for the whole group
            context=alone.paper.abstract if len(works) == 1 else "",
        )
        try:
            pairs = await each_by_itself(
                self._calls, [text for part in texts.values() for text in part], question
            )
        except BudgetSpent as error:
            if len(works) == 1:
                log.warning("cards_not_translated", language=language, error=str(error))
                return set(missing)
            # What is left may do for some of them.
            half = set(list(works)[: len(works) // 2])
            first = {key: one for key, one in missing.items() if key[0] in half}
            second = {key: one for key, one in missing.items() if key[0] not in half}
            refused = await self._made(first, language, purpose)
            return refused | await self._made(second, language, purpose)
        except SourceError as error:
            log.warning("cards_not_translated", language=language, error=str(error))
            if maybe_paid(error):
                self._useless.note(missing)
            return set()
        start = 0
        titles: dict[Version, Translation] = {}
        summaries: dict[tuple[Version, str], Pairs] = {}
        for key, part in texts.items():
            done = tuple(pairs[start : start + len(part)])
            start += len(part)
            # Who is free may be asked again, whether it knows by now; who is paid may not.
            if not self._calls.translator.paid and not any(pair.target for pair in done):
                continue
            if key[2] == _TITLE:
                titles[key[0]] = await self._title(key[0], language, done[0])
            else:
                summaries[key[0], key[2]] = done
        await self._titles.save(titles, replace=False)
        await self._texts.save(summaries, language, self._provider, self._clock.now())
        return set()

    async def _title(self, version: Version, language: str, pair: SentencePair) -> Translation:
        verdict = await checked([pair], language)
        if not pair.target:
            findings = (Finding(FindingKind.NOTHING, Severity.MAJOR, pair.source),)
            verdict = replace(verdict, verdict=Verdict.FAIL, findings=findings)
        return Translation(
            paper_id=version[0],
            version=version[1],
            language=language,
            provider=self._provider,
            title=pair,
            sentences=(),
            verdict=verdict.verdict,
            findings=verdict.findings,
            created_at=self._clock.now(),
        )


def _translated(
    summary: Summary, pairs: Sequence[SentencePair], language: str, provider: str
) -> Summary:
    """The summary with these texts; what has no translation stays as it is."""
    stayed = [summary.text.tldr, *(takeaway.text for takeaway in summary.text.takeaways)]
    tldr, *takeaways = (
        to_unicode(pair.target) or text for pair, text in zip(pairs, stayed, strict=True)
    )
    text = replace(
        summary.text,
        tldr=tldr,
        takeaways=tuple(
            replace(one, text=said)
            for one, said in zip(summary.text.takeaways, takeaways, strict=True)
        ),
    )
    return replace(
        summary,
        language=language,
        text=text,
        translator=provider,
        untranslated=not all(pair.target for pair in pairs),
    )


def _whole(work: Work, text: str, sentence: int) -> str:
    """The abstract's sentence that a text is, or the text if it is not the whole of one."""
    if sentence < len(work.sentences) and to_unicode(work.sentences[sentence]).strip() == text:
        return work.sentences[sentence]
    return text


def _groups(missing: Iterable[Key]) -> list[list[Key]]:
    """Keys of a few papers each. A server's terms differ by paper, so they are never mixed."""
    by_terms: dict[str, dict[Version, list[Key]]] = {}
    for key in missing:
        by_terms.setdefault(key[0][2], {}).setdefault(key[0], []).append(key)
    return [
        [key for keys in list(papers.values())[start : start + _PAPERS_AT_ONCE] for key in keys]
        for papers in by_terms.values()
        for start in range(0, len(papers), _PAPERS_AT_ONCE)
    ]
