"""`paperboy check` on the services beside arXiv: each is asked for a little."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from typing import Any

from bot.checkup_findings import Finding, Verdict
from bot.clock import SystemClock
from bot.enrich.embeddings import EmbeddingsClient
from bot.enrich.summarize import open_summarizer
from bot.enrich.translate import open_translator, translator_kind
from bot.enrich.translate.deepl import DeepLTranslator
from bot.enrich.translate.libretranslate import LibreTranslator
from bot.errors import (
    SettingsError,
    SourceError,
    SourceGarbled,
    SourceRefused,
    SourceUnavailable,
)
from bot.languages import ENGLISH, LANGUAGES
from bot.models import Paper, Purpose, SummaryWork, Usage
from bot.protocols import Embedder, Recommender, Summarizer, Translator
from bot.settings import Settings
from bot.sources.semantic_scholar import SemanticScholar

_TIMEOUT_S = 60.0
_TOO_MANY = 429
_SENTENCES = ("We count the stars of a galaxy.", "There are more of them than we thought.")
_WORK = SummaryWork("Counting stars", " ".join(_SENTENCES), _SENTENCES)
_WORD = "star"
# A paper that everybody knows: who recommends nothing for it is not the service that was meant.
_KNOWN = Paper("1706.03762", 1, "Attention Is All You Need", "", (), ("cs.CL",), "cs.CL")
_KEYS = {
    "deepl": "PAPERBOY_DEEPL_KEY and PAPERBOY_DEEPL_URL",
    "libretranslate": "PAPERBOY_LIBRETRANSLATE_URL and PAPERBOY_LIBRETRANSLATE_KEY",
    "model": "PAPERBOY_CHAT_URL, PAPERBOY_CHAT_KEY and PAPERBOY_CHAT_MODEL",
    "scholar": "PAPERBOY_SEMANTIC_SCHOLAR_URL and PAPERBOY_SEMANTIC_SCHOLAR_KEY",
    "embeddings": "PAPERBOY_EMBEDDINGS_URL, PAPERBOY_EMBEDDINGS_KEY and PAPERBOY_EMBEDDINGS_MODEL",
}
_MEANWHILE = {
    "summaries": "Summaries are extracted meanwhile.",
    "translator": "Papers are not translated meanwhile.",
    "related": (
        "Related papers come from the archive alone meanwhile; PAPERBOY_SEMANTIC_SCHOLAR=false "
        "leaves it at that."
    ),
    "embeddings": "Related papers are found by their words alone meanwhile.",
}


class _Unbooked:
    """Implements bot.protocols.Meter: the few words of a check are not in the book."""

    async def spent(self, provider: str, usage: Usage) -> None:
        del provider, usage


async def provider_findings(settings: Settings) -> AsyncIterator[Finding]:
    """The findings on what is set up."""
    clock, meter = SystemClock(), _Unbooked()
    model = await asyncio.to_thread(open_summarizer, settings, clock, meter)
    if model is not None:
        try:
            yield await _asked("summaries", "model", _summary(model))
        finally:
            await model.aclose()
    kind = translator_kind(settings)
    try:
        translator = await asyncio.to_thread(open_translator, settings, clock, meter)
    except SettingsError as error:
        yield Finding("translator", Verdict.FAILED, str(error))
        return
    if translator is not None:
        try:
            if kind != "local":
                yield await _asked("translator", kind, _translation(translator))
            elif finding := await _local(translator, chosen=settings.translator == "local"):
                yield finding
        finally:
            await translator.aclose()
    recommender = SemanticScholar.of(settings, clock)
    if recommender is not None:
        try:
            yield await _asked("related", "scholar", _recommendation(recommender))
        finally:
            await recommender.aclose()
    embedder = await asyncio.to_thread(EmbeddingsClient.of, settings, clock, meter)
    if embedder is not None:
        try:
            yield await _asked("embeddings", "embeddings", _embedding(embedder))
        finally:
            await embedder.aclose()
    paid = [one for one in (model, translator, embedder) if one is not None and one.paid]
    if paid and not (settings.budget_characters or settings.budget_cost):
        detail = (
            f"{paid[0].name} may cost money and there is no limit; set PAPERBOY_BUDGET_CHARACTERS "
            "or PAPERBOY_BUDGET_COST to what a day may use."
        )
        yield Finding("budget", Verdict.WARNING, detail)


async def _asked(subject: str, kind: str, question: Coroutine[Any, Any, str]) -> Finding:
    """What comes of a question, in bounded time."""
    where = _KEYS.get(kind, "its settings")
    down = True
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            return Finding(subject, Verdict.OK, await question)
    except SourceUnavailable as error:
        problem, todo = str(error), f"Look at {where}."
        if kind == "scholar" and error.status == _TOO_MANY:
            usual = "Without a key that is usual and passes; PAPERBOY_SEMANTIC_SCHOLAR_KEY helps."
            detail = f"{problem}. {usual}"
            return Finding(subject, Verdict.WARNING, f"{detail} {_MEANWHILE[subject]}")
    except SourceRefused as error:
        down = False
        problem, todo = str(error), f"Look at {where}, and at the account."
    except SourceError as error:
        down = False
        problem, todo = str(error), f"Look at {where}."
    except TimeoutError:
        problem, todo = f"No answer within {_TIMEOUT_S:.0f} s.", f"Look at {where}."
    detail = f"{problem.rstrip('.')}. {todo} {_MEANWHILE[subject]}"
    # On unless it is switched off: that it is down is no fault of the operator's settings.
    verdict = Verdict.WARNING if down and kind == "scholar" else Verdict.FAILED
    return Finding(subject, verdict, detail)


async def _summary(model: Summarizer) -> str:
    (text,) = await model.summarize([_WORK], ENGLISH)
    if text is None or not text.tldr:
        raise SourceGarbled(model.name, "no summary in its answer")
    return f"{model.name} answers."


async def _translation(translator: Translator) -> str:
    if isinstance(translator, DeepLTranslator):
        quota = await translator.quota()
        return f"{translator.name} answers: {quota.used:,} of {quota.limit:,} characters are used."
    if isinstance(translator, LibreTranslator):
        await translator.prepare()
    language = next((code for code in LANGUAGES if translator.offers(code)), None)
    if language is None:
        raise SourceGarbled(translator.name, "it offers no language that Paperboy knows")
    await translator.translate([_WORD], language, glossary={})
    return f"{translator.name} answers."


async def _recommendation(recommender: Recommender) -> str:
    if not await recommender.recommended(_KNOWN, limit=1):
        raise SourceGarbled(recommender.name, f"it recommends nothing for arXiv:{_KNOWN.id}")
    return f"{recommender.name} answers."


async def _embedding(embedder: Embedder) -> str:
    (vector,) = await embedder.embed([_WORD], Purpose.READER)
    return f"{embedder.name} answers with {len(vector):,} values a text."


async def _local(translator: Translator, *, chosen: bool) -> Finding | None:
    """What is said of models on this machine; nothing where nobody wants any."""
    languages = [code for code in LANGUAGES if translator.offers(code)]
    if languages:
        return await _asked("translator", "local", _said(translator, languages))
    if not chosen:
        return None
    detail = "No model is installed; `paperboy models add LANGUAGE` does that."
    return Finding("translator", Verdict.FAILED, detail)


async def _said(translator: Translator, languages: Sequence[str]) -> str:
    for language in languages:
        (said,) = await translator.translate([_WORD], language, glossary={})
        if not said:
            raise SourceGarbled(translator.name, f"the model for {language} says nothing")
    return f"The models for {', '.join(languages)} work."
