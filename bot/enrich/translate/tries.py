"""A first try and a second: what the checks find is told to the provider, once."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import structlog

from bot.enrich.check import check
from bot.enrich.translate.calls import TranslatorCalls
from bot.errors import BudgetSpent, SourceError
from bot.models import Checked, Finding, Purpose, SentencePair, Verdict

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Question:
    """What is the same in both tries. `context` is text around the sentences."""

    language: str
    purpose: Purpose
    glossary: Mapping[str, str]
    context: str = ""
    patient: bool = False


async def checked(pairs: Sequence[SentencePair], language: str) -> Checked:
    """The verdict on a text's sentences, made on a thread."""
    return await asyncio.to_thread(check, pairs, language)


async def failing(pairs: Sequence[SentencePair], language: str) -> dict[int, tuple[Finding, ...]]:
    """The places of the texts that fail by themselves, with what was found in each. One that has
    no translation did not fail."""

    def find() -> dict[int, tuple[Finding, ...]]:
        found: dict[int, tuple[Finding, ...]] = {}
        for place, pair in enumerate(pairs):
            if pair.target:
                verdict = check([pair], language)
                if verdict.verdict is Verdict.FAIL:
                    found[place] = verdict.findings
        return found

    return await asyncio.to_thread(find)


async def asked(
    calls: TranslatorCalls,
    texts: Sequence[str],
    question: Question,
    remarks: Sequence[Finding] = (),
) -> list[SentencePair]:
    """Texts with their translations. Raises BudgetSpent and SourceError."""
    targets = await calls.ask(
        texts,
        question.language,
        question.purpose,
        glossary=question.glossary,
        context=question.context,
        remarks=remarks,
        patient=question.patient,
    )
    return list(map(SentencePair, texts, targets))


async def again(
    calls: TranslatorCalls,
    pairs: Sequence[SentencePair],
    findings: Sequence[Finding],
    question: Question,
) -> list[SentencePair]:
    """The sentences of a text that failed, the bad ones of them asked for once more.

    The good ones stay and are not paid for twice; where no sentence fails by itself, the whole is
    asked for. Raises BudgetSpent and SourceError.
    """
    bad = await failing(pairs, question.language)
    places = list(bad) or list(range(len(pairs)))
    remarks = [one for found in bad.values() for one in found] or list(findings)
    made = await asked(calls, [pairs[place].source for place in places], question, remarks)
    better = list(pairs)
    for place, pair in zip(places, made, strict=True):
        if pair.target:
            better[place] = pair
    return better


async def each_by_itself(
    calls: TranslatorCalls, texts: Sequence[str], question: Question
) -> list[SentencePair]:
    """Texts that have nothing to do with one another: one that fails is tried once more, and then
    has no translation. Raises BudgetSpent and SourceError if the first try does."""
    pairs = await asked(calls, texts, question)
    bad = await failing(pairs, question.language)
    if not bad:
        return pairs
    remarks = [one for found in bad.values() for one in found]
    log.info("texts_failed_checks", language=question.language, texts=len(bad))
    try:
        made = await asked(calls, [pairs[place].source for place in bad], question, remarks)
    except (BudgetSpent, SourceError) as error:
        log.warning("no_second_try", language=question.language, error=str(error))
        made = [pairs[place] for place in bad]
    still = await failing(made, question.language)
    for at, place in enumerate(bad):
        pairs[place] = replace(made[at], target="") if at in still else made[at]
    if still:
        log.warning("texts_given_up", language=question.language, texts=len(still))
    return pairs
