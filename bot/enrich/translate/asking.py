"""Asking a machine translation service with everything protected that it must not touch."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import cast

import structlog

from bot.enrich.translate.protect import Form, Protected, protect, restore
from bot.enrich.translate.protected_spans import EVERYTHING, Protection
from bot.errors import SourceError, SourceGarbled

log = structlog.get_logger(__name__)

# What counts only as it was, byte for byte. A name or a term may be inflected.
_VERBATIM = frozenset(
    {Protection.FORMULA, Protection.ADDRESS, Protection.CODE, Protection.CITATION}
)

SECOND_TRY = EVERYTHING - {Protection.NAME, Protection.CODE}
"""What is protected when the checks found fault: sentences with fewer placeholders come out
better, and names stay by themselves more often than not."""

Ask = Callable[[list[str]], Awaitable[list[str]]]
"""Translates texts as a service gets them, an empty text for one that it cannot do."""

_MOST_TIMES, _MOST_MORE = 8, 400


async def translated(
    texts: Sequence[str],
    form: Form,
    ask: Ask,
    *,
    terms: Mapping[str, str] | None = None,
    protections: Collection[Protection] = EVERYTHING,
) -> list[str]:
    """The texts' translations in their order, with everything protected in its place.

    Texts without words are not asked for, and texts that occur twice only once. Where a
    placeholder got lost, the text is asked for once more without that kind of protection; if what
    was protected is not in that answer either, there is no translation of it (an empty text).
    Raises what `ask` raises; an error of the second question leaves those texts empty, as the
    first was answered and paid for.
    """
    wanted = await asyncio.to_thread(
        lambda: {text: protect(text, form, terms=terms, protections=protections) for text in texts}
    )
    sent = [text for text, one in wanted.items() if one.has_words]
    answers = await _asked([wanted[text] for text in sent], ask)
    said = {text: one.text for text, one in wanted.items()} | dict(zip(sent, answers, strict=True))
    restored = await asyncio.to_thread(
        lambda: {text: restore(answer, wanted[text]) for text, answer in said.items()}
    )
    done = {text: "" if one.lost else one.text for text, one in restored.items()}
    again = await asyncio.to_thread(
        lambda: {
            text: protect(text, form, terms=terms, protections=frozenset(protections) - one.lost)
            for text, one in restored.items()
            if one.lost and said[text].strip()
        }
    )
    if again:
        done |= await _less_protected(again, wanted, ask)
    return [done[text] for text in texts]


async def _less_protected(
    again: Mapping[str, Protected], wanted: Mapping[str, Protected], ask: Ask
) -> dict[str, str]:
    try:
        answers = await _asked(list(again.values()), ask)
    except SourceError as error:
        log.warning("less_protected_not_translated", texts=len(again), error=str(error))
        return {}
    done: dict[str, str] = {}
    for (text, sent), answer in zip(again.items(), answers, strict=True):
        restored = restore(answer, sent)
        whole = all(
            one.stands in restored.text for one in wanted[text].kept if one.protection in _VERBATIM
        )
        done[text] = restored.text if answer.strip() and whole and not restored.lost else ""
    return done


async def _asked(sent: Sequence[Protected], ask: Ask) -> list[str]:
    answers = await ask([one.text for one in sent]) if sent else []
    return [
        "" if is_too_long(answer, one.text) else answer
        for one, answer in zip(sent, answers, strict=True)
    ]


def is_too_long(answer: str, source: str) -> bool:
    """Whether an answer can be no translation: no language needs so much more than English, and
    it would only keep the checks busy."""
    return len(answer) > _MOST_TIMES * len(source) + _MOST_MORE


def answered_texts(source: str, answers: Sequence[object], wanted: int) -> list[str]:
    """A service's answers, which have to be as many texts. Raises SourceGarbled."""
    if len(answers) != wanted:
        raise SourceGarbled(source, f"{len(answers)} translations of {wanted} texts")
    if not all(isinstance(answer, str) for answer in answers):
        raise SourceGarbled(source, "a translation is no text")
    return cast("list[str]", answers)
