"""Translations by a language model, sentence by sentence."""

import asyncio
from collections.abc import Mapping, Sequence

import structlog

from bot.enrich.chat import ChatClient, Task
from bot.enrich.chat_words import (
    DATA_RULE,
    FORMULA_RULE,
    array_of,
    as_list,
    as_number,
    as_object,
    language_name,
    nothing_usable,
    one_line,
    remarks_told,
    strict_object,
)
from bot.enrich.tokens import answer_tokens, estimate_tokens, packed
from bot.enrich.translate.asking import is_too_long
from bot.errors import SourceError
from bot.i18n import t
from bot.languages import ENGLISH, LANGUAGES
from bot.models import Finding

log = structlog.get_logger(__name__)

# Models end their answers at 8,192 tokens or before: so much goes together, there and back.
_TOGETHER, _ROOM = 60, 6000
_LONGEST_CONTEXT, _NEAR = 2000, 400
# A sentence's number and the JSON around it, there and back.
_ENVELOPE = 16

_SCHEMA = strict_object(
    translations=array_of(
        strict_object(sentence={"type": "integer"}, text={"type": "string"}),
    )
)
_INSTRUCTIONS = """\
You translate titles and abstracts of scientific papers from English into {language}, as a \
researcher of the field writes it. {data_rule}
Translate each of the numbered "sentences" completely and by itself: leave nothing out, add \
nothing, never merge or split sentences. {formula_rule} Keep acronyms and names of models, data \
sets and people as they are.
"glossary" tells how terms must be translated. "context" is text around the sentences: read it, \
do not translate it. "remarks" are what was wrong with your last translation: avoid that.
Answer only with JSON: {{"translations": [{{"sentence": 1, "text": "..."}}]}} with an item for \
each sentence."""


class ChatTranslator:
    """Implements bot.protocols.Translator over a chat endpoint."""

    def __init__(self, chat: ChatClient) -> None:
        self._chat = chat

    @property
    def name(self) -> str:
        """The model's name."""
        return self._chat.name

    @property
    def label(self) -> str:
        """That a model wrote it."""
        return t("Translated by a language model.")

    @property
    def paid(self) -> bool:
        """Whether the endpoint is."""
        return self._chat.paid

    def offers(self, language: str) -> bool:
        """All of `bot.languages` but English."""
        return language in LANGUAGES and language != ENGLISH

    async def translate(
        self,
        sentences: Sequence[str],
        language: str,
        *,
        glossary: Mapping[str, str],
        context: str = "",
        remarks: Sequence[Finding] = (),
    ) -> list[str]:
        """See the protocol. Long documents go in several calls, each with what stands before it as
        context; if some of them fail, the others' translations are kept."""
        told: dict[str, object] = {}
        if glossary:
            told["glossary"] = dict(glossary)
        if remarks:
            told["remarks"] = remarks_told(remarks)
        instructions = _INSTRUCTIONS.format(
            data_rule=DATA_RULE, formula_rule=FORMULA_RULE, language=language_name(language)
        )
        room = self._chat.room(f"{instructions}{told}{_context(context, sentences[-1:])}")
        costs = [_cost(sentence, language) for sentence in sentences]
        texts = [""] * len(sentences)
        fitting = [at for at, text in enumerate(sentences) if text.strip() and costs[at] <= room]
        groups = [
            [fitting[place] for place in group]
            for group in packed([costs[at] for at in fitting], min(room, _ROOM), _TOGETHER)
        ]
        calls = [
            self._asked(
                [sentences[at] for at in group],
                instructions,
                {**told, "context": _context(context, sentences[: group[0]])},
                language,
            )
            for group in groups
        ]
        errors: list[SourceError] = []
        for group, said in zip(groups, await asyncio.gather(*calls), strict=True):
            if isinstance(said, SourceError):
                errors.append(said)
                continue
            for at, text in zip(group, said, strict=True):
                texts[at] = text
        if any(map(str.strip, sentences)) and not any(texts):
            raise nothing_usable(self.name, errors, asked=bool(fitting))
        return texts

    async def aclose(self) -> None:
        """Close the endpoint's connections."""
        await self._chat.aclose()

    async def _asked(
        self,
        sentences: Sequence[str],
        instructions: str,
        told: Mapping[str, object],
        language: str,
    ) -> list[str] | SourceError:
        """The translations of sentences that go together, or what the call failed with."""
        numbered = {str(number): text for number, text in enumerate(sentences, 1)}
        answer = sum(_answer(text, language) for text in sentences)
        task = Task(
            instructions,
            {**{name: value for name, value in told.items() if value}, "sentences": numbered},
            _SCHEMA,
            answer,
            sum(map(len, sentences)),
        )
        try:
            said = _by_number(await self._chat.ask(task), sentences)
        except SourceError as error:
            log.warning(
                "translation_call_failed",
                sentences=len(sentences),
                language=language,
                error=str(error),
            )
            return error
        return [said.get(number, "") for number in range(1, len(sentences) + 1)]


def _context(context: str, before: Sequence[str]) -> str:
    """What is told of the text around some sentences: the caller's, and what stands before."""
    near = " ".join(before)[-_NEAR:]
    return f"{context[:_LONGEST_CONTEXT]} {near}".strip()


def _answer(text: str, language: str) -> int:
    return answer_tokens(estimate_tokens(text), language) + _ENVELOPE


def _cost(text: str, language: str) -> int:
    return estimate_tokens(text) + _answer(text, language)


def _by_number(said: object, sentences: Sequence[str]) -> dict[int, str]:
    """The answer's texts by the sentence's number; of two for the same, the first."""
    whole = as_object(said)
    listed = as_list(said) or as_list(whole.get("translations"))
    texts: dict[int, str] = {}
    for one in listed:
        item = as_object(one)
        number, text = as_number(item.get("sentence")), one_line(item.get("text"))
        if number is None or not text or not 1 <= number <= len(sentences):
            continue
        if not is_too_long(text, sentences[number - 1]):
            texts.setdefault(number, text)
    return texts
