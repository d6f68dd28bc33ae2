"""Translations on demand: each made once per paper version, whoever asks, checked and kept."""

import asyncio
from collections.abc import Sequence

import structlog

from bot.enrich.check import NOTHING, check
from bot.enrich.translate import SETTING
from bot.enrich.translate.memory import MemoryTranslator
from bot.enrich.translate.work import Work, ask, work_of
from bot.errors import NotSetUp, SourceError
from bot.flights import SingleFlight
from bot.i18n import commas, listed, mark, t
from bot.languages import LANGUAGES
from bot.models import Paper, SentencePair, Translation, Verdict
from bot.protocols import Clock, Translator
from bot.store.glossary import GlossaryStore
from bot.store.translations import TranslationStore, Version

log = structlog.get_logger(__name__)

_AT_ONCE = 100
_MOST_NAMED = 12


class Translations:
    """The provider behind the store. `translator` is None where none is set up.

    Everybody who asks for the same translation waits for the same call; who stops waiting does
    not stop it for the others. `close` ends the calls that are under way.
    """

    def __init__(
        self,
        translator: Translator | None,
        store: TranslationStore,
        glossary: GlossaryStore,
        clock: Clock,
    ) -> None:
        self._translator = translator
        self._store = store
        self._glossary = glossary
        self._clock = clock
        self._flights: SingleFlight[tuple[Version, str, bool], Translation] = SingleFlight(
            self.provider, most=_AT_ONCE
        )
        self._titles: dict[tuple[Version, str], asyncio.Task[None]] = {}

    @property
    def provider(self) -> str:
        """The provider's name; empty where none is set up."""
        return self._translator.name if self._translator else ""

    @property
    def label(self) -> str:
        """The provider's own sentence for readers, in the language being spoken."""
        return self._translator.label if self._translator else ""

    def available(self, language: str) -> bool:
        """Whether papers can be translated into a language here."""
        return self._translator is not None and self._translator.offers(language)

    def languages(self) -> list[str]:
        """The codes of all languages that papers can be translated into."""
        return [code for code in LANGUAGES if self.available(code)]

    async def of(
        self, paper: Paper, language: str, guild_id: int | None = None, *, again: bool = False
    ) -> Translation:
        """A stored paper's title and abstract in a language, with the terms of a server.

        Look at the verdict: what failed the checks is returned too and is not to be shown as a
        translation. `again` has one that failed before made once more. Raises NotSetUp where
        there is no provider or it does not offer the language, and SourceError.
        """
        translator = self._offering(language)
        (work,) = await self._prepared([paper], language, guild_id)
        return await self._flights.do(
            (work.key, language, again),
            lambda: self._made(translator, work, language, again=again),
        )

    async def titles(
        self,
        papers: Sequence[Paper],
        language: str,
        guild_id: int | None = None,
        *,
        within: float,
    ) -> dict[tuple[str, int], str]:
        """The translated titles of stored papers, by (id, version).

        Those that are not kept are made, if that takes no longer than `within` seconds in all;
        what is missing then, or failed, is left out.
        """
        translator = self._translator
        if translator is None or not translator.offers(language) or not papers:
            return {}
        work = await self._prepared(papers, language, guild_id)
        keys = [one.key for one in work]
        stored = await self._store.get_many(keys, language, translator.name)
        missing = [one for one in work if one.key not in stored]
        if missing:
            new = [one for one in missing if (one.key, language) not in self._titles]
            if new:
                task = asyncio.create_task(
                    self._make_titles(translator, new, language), name="titles"
                )
                self._titles |= {(one.key, language): task for one in new}
                task.add_done_callback(lambda _: self._titles_landed(new, language))
            making = {task for one in missing if (task := self._titles.get((one.key, language)))}
            if making:
                await asyncio.wait(making, timeout=within)
            stored = await self._store.get_many(keys, language, translator.name)
        return await asyncio.to_thread(_good_titles, list(stored.values()), language)

    async def close(self) -> None:
        """End the calls that are under way."""
        await self._flights.aclose()
        tasks = list(self._titles.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _offering(self, language: str) -> Translator:
        translator = self._translator
        if translator is None:
            raise NotSetUp(
                t("I cannot translate papers here yet, because no translation service is set up."),
                SETTING,
            )
        if not translator.offers(language):
            known = LANGUAGES.get(language)
            raise NotSetUp(
                t(
                    "I cannot translate into {language} here. You can choose from {languages}.",
                    language=known.name if known else language,
                    languages=self._offered(),
                ),
                "",
            )
        return translator

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
        self, translator: Translator, work: Work, language: str, *, again: bool
    ) -> Translation:
        """The translation from the store, or made, checked and kept. The one flight of its key."""
        kept = await self._store.get(*work.key[:2], language, translator.name, work.key[2])
        title: SentencePair | None = None
        if kept is not None:
            failed = kept.verdict is Verdict.FAIL
            if (kept.sentences or not work.sentences) and not (failed and again):
                return kept
            if not failed and kept.title.target:  # its title was made for a digest
                title = kept.title
        made = await self._try(translator, work, language, title)
        if made.verdict is Verdict.FAIL:
            log.warning("translation_failed_checks", **_told(made))
            made = await self._try(translator, work, language, None)
        if made.verdict is Verdict.FAIL:
            log.warning("translation_given_up", **_told(made))
        await self._store.save({work.key: made}, replace=True)
        return made

    async def _try(
        self, translator: Translator, work: Work, language: str, title: SentencePair | None
    ) -> Translation:
        texts = [*([] if title else [work.title]), *work.sentences]
        targets = await ask(translator, texts, language, work.glossary)
        if title is None:
            title = SentencePair(work.title, targets.pop(0))
        pairs = tuple(map(SentencePair, work.sentences, targets))
        checked = await asyncio.to_thread(check, [title, *pairs], language)
        return Translation(
            paper_id=work.paper.id,
            version=work.paper.version,
            language=language,
            provider=translator.name,
            title=title,
            sentences=pairs,
            verdict=checked.verdict,
            findings=checked.findings,
            created_at=self._clock.now(),
        )

    async def _make_titles(
        self, translator: Translator, work: Sequence[Work], language: str
    ) -> None:
        """Translate and keep titles. A server's terms differ by paper, so they are grouped."""
        groups: dict[str, list[Work]] = {}
        for one in work:
            groups.setdefault(one.key[2], []).append(one)
        for group in groups.values():
            try:
                titles = [one.title for one in group]
                targets = await ask(translator, titles, language, group[0].glossary)
            except SourceError as error:
                log.warning("titles_not_translated", language=language, error=str(error))
                continue
            made: dict[Version, Translation] = {}
            for one, target in zip(group, targets, strict=True):
                pair = SentencePair(one.title, target)
                checked = await asyncio.to_thread(check, [pair], language)
                if checked.verdict is Verdict.FAIL:
                    log.warning(
                        "title_failed_checks", paper=one.paper.versioned_id, language=language
                    )
                    if not target:  # the whole may still be known
                        continue
                made[one.key] = Translation(
                    paper_id=one.paper.id,
                    version=one.paper.version,
                    language=language,
                    provider=translator.name,
                    title=pair,
                    sentences=(),
                    verdict=checked.verdict,
                    findings=checked.findings,
                    created_at=self._clock.now(),
                )
            await self._store.save(made, replace=False)

    def _titles_landed(self, work: Sequence[Work], language: str) -> None:
        for one in work:
            done = self._titles.pop((one.key, language), None)
            if done is not None and not done.cancelled() and done.exception() is not None:
                log.error("titles_failed", language=language, exc_info=done.exception())


def why_not_shown(made: Translation) -> str:
    """A sentence on a translation that failed, for readers."""
    known = LANGUAGES.get(made.language)
    language = known.name if known else made.language
    if NOTHING in made.findings:
        return t(
            "{provider} has no translation of this paper into {language}.",
            provider=provider_name(made.provider),
            language=language,
        )
    return t(
        "The translation into {language} did not pass my checks, so I do not show it.",
        language=language,
    )


def _good_titles(stored: Sequence[Translation], language: str) -> dict[tuple[str, int], str]:
    """The titles that pass the checks by themselves: an abstract that failed is no matter here."""
    return {
        (one.paper_id, one.version): one.title.target
        for one in stored
        if one.title.target and check([one.title], language).verdict is not Verdict.FAIL
    }


def _told(made: Translation) -> dict[str, object]:
    return {
        "paper": f"{made.paper_id}v{made.version}",
        "language": made.language,
        "provider": made.provider,
        "findings": made.findings,
    }


# Names that are words and not a service's own.
_WORDS = {MemoryTranslator.name: mark("translation memory")}


def provider_name(name: str) -> str:
    """A provider's stored name as people read it."""
    return t(_WORDS[name]) if name in _WORDS else name
