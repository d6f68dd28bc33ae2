"""Translations on demand: each made once per paper version, whoever asks, checked and kept."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import structlog

from bot.enrich.rest import Trouble
from bot.enrich.summarize.extractive import is_english
from bot.enrich.translate import SETTING
from bot.enrich.translate.calls import TranslatorCalls
from bot.enrich.translate.cards import CardTranslations, Wanted
from bot.enrich.translate.tries import Question, asked, checked
from bot.enrich.translate.tries import again as once_more
from bot.enrich.translate.work import Work, work_of
from bot.errors import BudgetSpent, NotSetUp, SourceError
from bot.flights import SingleFlight
from bot.i18n import commas, listed, t
from bot.languages import ENGLISH, LANGUAGES
from bot.models import Paper, Purpose, SentencePair, Summary, Translation, Verdict
from bot.protocols import Clock
from bot.store.glossary import GlossaryStore
from bot.store.summary_translations import SummaryTranslationStore
from bot.store.translations import TranslationStore, Version

log = structlog.get_logger(__name__)

_AT_ONCE = 100
_MOST_NAMED = 12
# So often a day people may have one translation tried again that failed its checks.
_MOST_TRIES = 3
# By so many characters of an abstract its language is known.
_ENOUGH = 4000


class Translations:
    """The provider behind the store. `calls` is None where none is set up.

    Everybody who asks for the same translation waits for the same call; who stops waiting does
    not stop it for the others. `close` ends the calls that are under way, and the provider.
    """

    def __init__(
        self,
        calls: TranslatorCalls | None,
        store: TranslationStore,
        texts: SummaryTranslationStore,
        glossary: GlossaryStore,
        clock: Clock,
    ) -> None:
        self._calls = calls
        self._store = store
        self._glossary = glossary
        self._clock = clock
        self._flights: SingleFlight[tuple[Version, str, bool], Translation] = SingleFlight(
            self.provider, most=_AT_ONCE
        )
        self._cards = CardTranslations(calls, store, texts, clock) if calls else None
        self._tries: tuple[date, dict[tuple[Version, str], int]] = (clock.now().date(), {})

    @property
    def provider(self) -> str:
        """The provider's name; empty where none is set up."""
        return self._calls.translator.name if self._calls else ""

    @property
    def label(self) -> str:
        """The provider's own sentence for readers, in the language being spoken."""
        return self._calls.translator.label if self._calls else ""

    @property
    def trouble(self) -> Trouble | None:
        """What is the matter with the provider; None if nothing is known to be."""
        return self._calls.rest.trouble if self._calls else None

    def available(self, language: str) -> bool:
        """Whether papers can be translated into a language here."""
        return self._calls is not None and self._calls.translator.offers(language)

    def languages(self) -> list[str]:
        """The codes of all languages that papers can be translated into."""
        return [code for code in LANGUAGES if self.available(code)]

    async def of(
        self, paper: Paper, language: str, guild_id: int | None = None, *, again: bool = False
    ) -> Translation:
        """A stored paper's title and abstract in a language, with the terms of a server.

        Look at the verdict: what failed the checks is returned too and is not to be shown as a
        translation. `again` has one that failed before tried once more, a few times a day. Raises
        NotSetUp where there is no provider or it does not offer the language, BudgetSpent, and
        SourceError; of these, SourceRefused says that only the operator can help.
        """
        calls = self._offering(language)
        (work,) = await self._prepared([paper], language, guild_id)
        return await self._flights.do(
            (work.key, language, again), lambda: self._made(calls, work, language, again=again)
        )

    async def titles(
        self,
        papers: Sequence[Paper],
        language: str,
        guild_id: int | None = None,
        *,
        within: float,
        purpose: Purpose = Purpose.READER,
    ) -> dict[tuple[str, int], str]:
        """The translated titles of stored papers, by (id, version).

        Those that are not kept are made, if that takes no longer than `within` seconds in all;
        what is missing then, or failed, is left out.
        """
        cards = self._cards
        if cards is None or not self.available(language) or not papers:
            return {}
        works = await self._prepared(papers, language, guild_id)
        await cards.make([Wanted(work) for work in works], language, purpose, within=within)
        return await cards.titles(works, language)

    async def summaries(
        self,
        made: Sequence[tuple[Paper, Summary]],
        language: str,
        guild_id: int | None = None,
        *,
        within: float,
        purpose: Purpose = Purpose.READER,
        begin: bool = True,
    ) -> dict[tuple[str, int], Summary]:
        """English summaries of stored papers in a language, by (id, version), as far as they are
        kept or can be made within so many seconds; their titles are made along.

        A text that failed its checks twice stays in English, and so does what cannot be made in
        time: `untranslated` tells. Without `begin` nothing is asked of
        the provider that is not under way already. Abstracts in other languages are left alone:
        providers translate from English.
        """
        cards = self._cards
        if cards is None or language == ENGLISH or not self.available(language):
            return {}
        english = [
            pair for pair in made if pair[1].text.tldr and is_english(pair[0].abstract[:_ENOUGH])
        ]
        if not english:
            return {}
        works = await self._prepared([paper for paper, _ in english], language, guild_id)
        pairs = [(work, summary) for work, (_, summary) in zip(works, english, strict=True)]
        wanted = await asyncio.to_thread(lambda: [Wanted.of(*pair) for pair in pairs])
        await cards.make(wanted, language, purpose, within=within, begin=begin)
        found = await cards.summaries(wanted, language)
        stayed = {
            (one.paper_id, one.version): replace(one, untranslated=True) for _, one in english
        }
        return stayed | found

    async def close(self) -> None:
        """End the calls that are under way, and the provider."""
        await self._flights.aclose()
        if self._cards is not None:
            await self._cards.close()
        if self._calls is not None:
            await self._calls.translator.aclose()

    def _offering(self, language: str) -> TranslatorCalls:
        calls = self._calls
        if calls is None or not (calls.translator.offers(language) or self.languages()):
            raise NotSetUp(
                t("I cannot translate papers here yet, because no translation service is set up."),
                SETTING,
            )
        if not calls.translator.offers(language):
            known = LANGUAGES.get(language)
            raise NotSetUp(
                t(
                    "I cannot translate into {language} here. You can choose from {languages}.",
                    language=known.name if known else language,
                    languages=self._offered(),
                ),
                "",
            )
        return calls

    def _offered(self) -> str:
        names = [LANGUAGES[code].name for code in self.languages()]
        if len(names) > _MOST_NAMED:
            return commas([*names[:_MOST_NAMED], "…"])
        return listed(names, last="or")

    async def _prepared(
        self, papers: Sequence[Paper], language: str, guild_id: int | None
    ) -> list[Work]:
        terms: dict[str, str] = {}
        if guild_id is not None:
            entries = await self._glossary.terms(guild_id, language)
            terms = {entry.term: entry.translation for entry in entries}
        return await asyncio.to_thread(lambda: [work_of(paper, terms) for paper in papers])

    async def _made(
        self, calls: TranslatorCalls, work: Work, language: str, *, again: bool
    ) -> Translation:
        """The translation from the store, or made, checked and kept. The one flight of its key.

        What the first try gave is kept before the second: it is paid for.
        """
        kept = await self._store.get(*work.key[:2], language, self.provider, work.key[2])
        question = Question(language, Purpose.READER, work.glossary, patient=True)
        title: SentencePair | None = None
        if kept is not None:
            failed = kept.verdict is Verdict.FAIL
            if kept.sentences or not work.sentences:
                if not failed or not again or not self._may_try(work.key, language):
                    return kept
                return await self._second(calls, work, kept, question)
            if not failed and kept.title.target:  # its title was made for a digest
                title = kept.title
        made = await self._first(calls, work, title, question)
        await self._store.save({work.key: made}, replace=True)
        if made.verdict is not Verdict.FAIL:
            return made
        log.warning("translation_failed_checks", **_told(made))
        try:
            return await self._second(calls, work, made, question)
        except (BudgetSpent, SourceError) as error:
            log.warning("no_second_try", language=language, error=str(error))
            return made

    async def _first(
        self, calls: TranslatorCalls, work: Work, title: SentencePair | None, question: Question
    ) -> Translation:
        if title is not None:
            context = replace(question, context=work.title)
            pairs = [title, *await asked(calls, work.sentences, context)]
        else:
            pairs = await asked(calls, [work.title, *work.sentences], question)
        return await self._judged(work, pairs, question.language)

    async def _second(
        self, calls: TranslatorCalls, work: Work, first: Translation, question: Question
    ) -> Translation:
        around = replace(question, context="\n".join([work.title, *work.sentences]))
        pairs = await once_more(calls, [first.title, *first.sentences], first.findings, around)
        made = await self._judged(work, pairs, question.language)
        if made.verdict is Verdict.FAIL:
            log.warning("translation_given_up", **_told(made))
        await self._store.save({work.key: made}, replace=True)
        return made

    async def _judged(
        self, work: Work, pairs: Sequence[SentencePair], language: str
    ) -> Translation:
        verdict = await checked(pairs, language)
        return Translation(
            paper_id=work.paper.id,
            version=work.paper.version,
            language=language,
            provider=self.provider,
            title=pairs[0],
            sentences=tuple(pairs[1:]),
            verdict=verdict.verdict,
            findings=verdict.findings,
            created_at=self._clock.now(),
        )

    def _may_try(self, version: Version, language: str) -> bool:
        """Count a try that somebody asks for; whether there are some left today."""
        today = self._clock.now().date()
        if self._tries[0] != today:
            self._tries = (today, {})
        counts = self._tries[1]
        counts[version, language] = counts.get((version, language), 0) + 1
        return counts[version, language] <= _MOST_TRIES


def _told(made: Translation) -> dict[str, object]:
    return {
        "paper": f"{made.paper_id}v{made.version}",
        "language": made.language,
        "provider": made.provider,
        "findings": made.findings,
    }
