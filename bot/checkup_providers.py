"""`paperboy check` on the services that summarize and translate: each is asked for a little."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from typing import Any

from bot.checkup_findings import Finding, Verdict
from bot.clock import SystemClock
from bot.enrich.summarize import open_summarizer
from bot.enrich.translate import open_translator, translator_kind
from bot.enrich.translate.deepl import DeepLTranslator
from bot.enrich.translate.libretranslate import LibreTranslator
from bot.errors import SettingsError, SourceError, SourceGarbled, SourceRefused
from bot.languages import ENGLISH, LANGUAGES
from bot.models import SummaryWork, Usage
from bot.protocols import Summarizer, Translator
from bot.settings import Settings

_TIMEOUT_S = 60.0
_SENTENCES = ("We count the stars of a galaxy.", "There are more of them than we thought.")
_WORK = SummaryWork("Counting stars", " ".join(_SENTENCES), _SENTENCES)
_WORD = "star"
_KEYS = {
    "deepl": "PAPERBOY_DEEPL_KEY and PAPERBOY_DEEPL_URL",
    "libretranslate": "PAPERBOY_LIBRETRANSLATE_URL and PAPERBOY_LIBRETRANSLATE_KEY",
    "model": "PAPERBOY_CHAT_URL, PAPERBOY_CHAT_KEY and PAPERBOY_CHAT_MODEL",
}
_MEANWHILE = {
    "summaries": "Summaries are extracted meanwhile.",
    "translator": "Papers are not translated meanwhile.",
}


class _Unbooked:
    """Implements bot.protocols.Meter: the few words of a check are not in the book."""

    async def spent(self, provider: str, usage: Usage) -> None:
        del provider, usage


async def provider_findings(settings: Settings) -> AsyncIterator[Finding]:
    """The findings on what is set up; nothing where the embedded summarizer is all."""
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
    paid = [one for one in (model, translator) if one is not None and one.paid]
    if paid and not (settings.budget_characters or settings.budget_cost):
        detail = (
            f"{paid[0].name} may cost money and there is no limit; set PAPERBOY_BUDGET_CHARACTERS "
            "or PAPERBOY_BUDGET_COST to what a day may use."
        )
        yield Finding("budget", Verdict.WARNING, detail)


async def _asked(subject: str, kind: str, question: Coroutine[Any, Any, str]) -> Finding:
    """What comes of a question, in bounded time."""
    where = _KEYS.get(kind, "its settings")
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            return Finding(subject, Verdict.OK, await question)
    except SourceRefused as error:
        problem, todo = str(error), f"Look at {where}, and at the account."
    except SourceError as error:
        problem, todo = str(error), f"Look at {where}."
    except TimeoutError:
        problem, todo = f"No answer within {_TIMEOUT_S:.0f} s.", f"Look at {where}."
    detail = f"{problem.rstrip('.')}. {todo} {_MEANWHILE[subject]}"
    return Finding(subject, Verdict.FAILED, detail)


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
