"""Summaries by a language model, each statement with the number of the sentence it rests on."""

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
from bot.enrich.tokens import answer_tokens, characters_for, estimate_tokens, packed
from bot.errors import SourceError
from bot.languages import LANGUAGES
from bot.models import Role, SummaryText, SummaryWork, Takeaway

log = structlog.get_logger(__name__)

_TLDR_WORDS, _TAKEAWAY_WORDS = 30, 25
_FEWEST, _MOST = 3, 5
_TOGETHER = 8
# A summary in English with the JSON around it; what the answers to one call may sum up to, as
# models end theirs at 8,192 tokens or before.
_SUMMARY_TOKENS, _ANSWERED = 240, 4096
# Twice what is asked for: what is longer still is no summary.
_LONGEST_TLDR, _LONGEST_TAKEAWAY = 450, 400

_SCHEMA = strict_object(
    papers=array_of(
        strict_object(
            paper={"type": "integer"},
            tldr=strict_object(text={"type": "string"}, sentence={"type": "integer"}),
            takeaways=array_of(
                strict_object(
                    text={"type": "string"},
                    role={"type": "string", "enum": [role.value for role in Role]},
                    sentence={"type": "integer"},
                )
            ),
        )
    )
)
_INSTRUCTIONS = """\
You summarize abstracts of scientific papers for researchers. {data_rule}
Each of "papers" has its number in "paper", a "title" and the abstract's numbered "sentences".
For each paper write in {language}:
- "tldr": one sentence of at most {tldr}: what was done and what came out.
- "takeaways": three to five statements of at most {takeaway} each, in the order of the abstract, \
each understandable alone: the problem, the method, the results with their numbers, and code or \
data if there is any. Fewer only if the abstract has fewer sentences. None says what another one \
or the tldr says. "role" is problem, method, result or resource.
"sentence" is the number of the abstract's sentence that a statement rests on. State only what the \
abstract states. {formula_rule} Keep names and acronyms as they are. No markdown.
If a paper has "remarks", they are what was wrong with your last summary of it: avoid that.
Answer only with JSON: {{"papers": [{{"paper": 1, "tldr": {{"text": "...", "sentence": 2}}, \
"takeaways": [{{"text": "...", "role": "problem", "sentence": 1}}]}}]}}"""


class ModelSummarizer:
    """Implements bot.protocols.Summarizer over a chat endpoint.

    Formulas stay in LaTeX, as the abstract has them, so that they can be compared with it.
    """

    def __init__(self, chat: ChatClient) -> None:
        self._chat = chat

    @property
    def name(self) -> str:
        """The model's name."""
        return self._chat.name

    @property
    def paid(self) -> bool:
        """Whether the endpoint is."""
        return self._chat.paid

    def offers(self, language: str) -> bool:
        """All of `bot.languages`, English among them."""
        return language in LANGUAGES

    async def aclose(self) -> None:
        """Close the endpoint's connections."""
        await self._chat.aclose()

    async def summarize(
        self, works: Sequence[SummaryWork], language: str
    ) -> list[SummaryText | None]:
        """See the protocol. Papers go together as the model's window allows, eight at most; an
        item of the answer that cannot be used is None for its paper and no matter for others."""
        instructions = _instructions(language)
        tokens = [_tokens(work) for work in works]
        answer = answer_tokens(_SUMMARY_TOKENS, language)
        room = self._chat.room(instructions)
        together = min(_TOGETHER, _ANSWERED // answer)
        texts = [None if work.sentences else SummaryText("", 0, ()) for work in works]
        fitting = [at for at, work in enumerate(works) if work.sentences and tokens[at] < room]
        groups = [
            [fitting[place] for place in group]
            for group in packed([tokens[at] + answer for at in fitting], room, together)
        ]
        calls = [
            self._asked([works[at] for at in group], instructions, language, answer)
            for group in groups
        ]
        errors: list[SourceError] = []
        for group, said in zip(groups, await asyncio.gather(*calls), strict=True):
            if isinstance(said, SourceError):
                errors.append(said)
                continue
            for at, text in zip(group, said, strict=True):
                texts[at] = text
        if works and not any(texts):
            raise nothing_usable(self.name, errors, asked=bool(fitting))
        return texts

    async def _asked(
        self, works: Sequence[SummaryWork], instructions: str, language: str, answer: int
    ) -> list[SummaryText | None] | SourceError:
        """The answer for papers that go together, or what it failed with."""
        papers = [_paper(number, work) for number, work in enumerate(works, 1)]
        characters = sum(len(work.title) + sum(map(len, work.sentences)) for work in works)
        task = Task(instructions, {"papers": papers}, _SCHEMA, answer * len(works), characters)
        try:
            said = await self._chat.ask(task)
        except SourceError as error:
            log.warning("summaries_failed", papers=len(works), language=language, error=str(error))
            return error
        items = _items(said, len(works))
        texts = [_summary(items.get(n), work) for n, work in enumerate(works, 1)]
        if None in texts:
            log.warning(
                "summaries_unusable", papers=texts.count(None), of=len(works), language=language
            )
        return texts


def _instructions(language: str) -> str:
    def at_most(words: int) -> str:
        characters = characters_for(words, language)
        return f"{characters} characters" if characters else f"{words} words"

    return _INSTRUCTIONS.format(
        data_rule=DATA_RULE,
        formula_rule=FORMULA_RULE,
        language=language_name(language),
        tldr=at_most(_TLDR_WORDS),
        takeaway=at_most(_TAKEAWAY_WORDS),
    )


def _tokens(work: SummaryWork) -> int:
    # A sentence's number and the JSON around it are about eight tokens.
    texts = (work.title, *work.sentences)
    return sum(estimate_tokens(text) + 8 for text in texts) + 80 * len(work.remarks) + 30


def _paper(number: int, work: SummaryWork) -> dict[str, object]:
    told: dict[str, object] = {
        "paper": number,
        "title": work.title,
        "sentences": {str(at): text for at, text in enumerate(work.sentences, 1)},
    }
    if work.remarks:
        told["remarks"] = remarks_told(work.remarks)
    return told


def _items(said: object, papers: int) -> dict[int, Mapping[str, object]]:
    """The answer's items by the number of their paper; unknown papers are left out."""
    whole = as_object(said)
    listed = as_list(said) or as_list(whole.get("papers")) or ([said] if "tldr" in whole else [])
    items: dict[int, Mapping[str, object]] = {}
    for one in listed:
        item = as_object(one)
        number = as_number(item.get("paper"))
        if number is None and papers == len(listed) == 1:
            number = 1  # of a single paper there is no doubt
        if number is not None and 1 <= number <= papers:
            items.setdefault(number, item)
    return items


def _summary(item: Mapping[str, object] | None, work: SummaryWork) -> SummaryText | None:
    """An item as a summary of its paper; None if it is malformed.

    A takeaway that is malformed or said already is left out, unless too few are left.
    """
    if item is None:
        return None
    told = as_object(item.get("tldr"))
    tldr, rests_on = one_line(told.get("text")), _sentence(told, work)
    if not tldr or len(tldr) > _LONGEST_TLDR or rests_on is None:
        return None
    takeaways: list[Takeaway] = []
    said = {tldr.casefold()}
    for one in as_list(item.get("takeaways")):
        takeaway = _takeaway(as_object(one), work)
        if takeaway is not None and takeaway.text.casefold() not in said:
            said.add(takeaway.text.casefold())
            takeaways.append(takeaway)
    if len(takeaways) < min(_FEWEST, len(work.sentences) - 1):
        return None
    return SummaryText(tldr, rests_on, tuple(takeaways[:_MOST]))


def _takeaway(item: Mapping[str, object], work: SummaryWork) -> Takeaway | None:
    text, sentence = one_line(item.get("text")), _sentence(item, work)
    role = one_line(item.get("role")).casefold().removesuffix("s")
    if not text or len(text) > _LONGEST_TAKEAWAY or sentence is None or role not in set(Role):
        return None
    return Takeaway(text, Role(role), sentence)


def _sentence(item: Mapping[str, object], work: SummaryWork) -> int | None:
    """The place of the sentence that an item names, from 0."""
    number = as_number(item.get("sentence"))
    return number - 1 if number is not None and 1 <= number <= len(work.sentences) else None
