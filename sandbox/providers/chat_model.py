"""What stands in for a language model: rules that give the same answer to the same question.

It translates from a translation memory and summarizes by taking sentences. It never obeys a text.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

from bot.enrich.translate.memory import MemoryTranslator
from bot.languages import ENGLISH, LANGUAGES

_MOST_TAKEAWAYS, _TLDR_WORDS = 5, 30
_ROLES = (
    ("resource", re.compile(r"\b(?:code|data ?set|release|available|open-source)", re.IGNORECASE)),
    ("result", re.compile(r"\d|\b(?:results?|outperform|improve|show|find)", re.IGNORECASE)),
    ("method", re.compile(r"\b(?:we|our|propose|present|introduce|method)\b", re.IGNORECASE)),
)
_OURS = re.compile(r"\b(?:we|this paper)\b", re.IGNORECASE)


class RuleModel:
    """Answers the tasks of `bot.enrich`; `memory` is a folder of translations."""

    def __init__(self, memory: Path | None = None) -> None:
        self._memory = MemoryTranslator(memory) if memory is not None else None

    async def answer(self, instructions: str, data: Mapping[str, object]) -> object:
        """What it has to say to a message's JSON; None for a task that it does not know."""
        language = _language(instructions)
        if "papers" in data:
            papers = cast("Sequence[Mapping[str, object]]", data["papers"])
            return {"papers": [await self._summary(paper, language) for paper in papers]}
        if "sentences" in data:
            sentences = cast("Mapping[str, str]", data["sentences"])
            glossary = cast("Mapping[str, str]", data.get("glossary", {}))
            said = await self._said(list(sentences.values()), language, glossary)
            return {
                "translations": [
                    {"sentence": int(number), "text": text}
                    for number, text in zip(sentences, said, strict=True)
                ]
            }
        return None

    async def _summary(self, paper: Mapping[str, object], language: str) -> object:
        sentences = cast("Mapping[str, str]", paper["sentences"])
        numbers = list(sentences)
        best = next((n for n in numbers if _OURS.search(sentences[n])), numbers[0])
        rest = [n for n in numbers if n != best or len(numbers) == 1][:_MOST_TAKEAWAYS]
        said = await self._said([sentences[n] for n in (best, *rest)], language, {})
        return {
            "paper": paper["paper"],
            "tldr": {"text": _short(said[0]), "sentence": int(best)},
            "takeaways": [
                {"text": text, "role": _role(sentences[n]), "sentence": int(n)}
                for n, text in zip(rest, said[1:], strict=True)
            ],
        }

    async def _said(
        self, sentences: Sequence[str], language: str, glossary: Mapping[str, str]
    ) -> Sequence[str]:
        """The sentences in a language; as they are where the memory has none."""
        if self._memory is None or language == ENGLISH:
            return sentences
        known = await self._memory.translate(sentences, language, glossary=glossary)
        return [there or source for there, source in zip(known, sentences, strict=True)]


def _language(instructions: str) -> str:
    """The language that the instructions name as `Japanese (日本語)`; English if they name none."""
    named = (code for code, one in LANGUAGES.items() if f"({one.own_name})" in instructions)
    return next(named, ENGLISH)


def _short(text: str) -> str:
    words = text.split()
    return text if len(words) <= _TLDR_WORDS else " ".join(words[:_TLDR_WORDS]).rstrip(",;:") + "."


def _role(sentence: str) -> str:
    return next((role for role, words in _ROLES if words.search(sentence)), "problem")
