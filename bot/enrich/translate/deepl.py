"""DeepL, free and pro. https://developers.deepl.com/api-reference/translate"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Self, cast

import httpx

from bot.enrich.translate.asking import SECOND_TRY, answered_texts, translated
from bot.enrich.translate.batches import Batches
from bot.enrich.translate.deepl_glossaries import DeepLGlossaries
from bot.enrich.translate.protect import XML
from bot.enrich.translate.protected_spans import EVERYTHING
from bot.errors import SourceGarbled, SourceUnavailable
from bot.models import Finding, Usage
from bot.protocols import Clock, Meter
from bot.provider_http import ProviderHttp
from bot.settings import Settings

NAME = "DeepL"
FREE_URL, PRO_URL = "https://api-free.deepl.com", "https://api.deepl.com"
_FREE_KEY = ":fx"

LANGUAGES: Mapping[str, str] = {
    "ja": "JA", "zh-CN": "ZH-HANS", "zh-TW": "ZH-HANT", "ko": "KO", "de": "DE", "fr": "FR",
    "es": "ES", "it": "IT", "pt": "PT-PT", "pt-BR": "PT-BR", "ru": "RU", "uk": "UK", "pl": "PL",
    "tr": "TR", "id": "ID", "vi": "VI", "th": "TH", "ar": "AR", "he": "HE", "nl": "NL", "sv": "SV",
    "el": "EL", "cs": "CS", "da": "DA", "fi": "FI", "no": "NB", "hu": "HU", "ro": "RO", "bg": "BG",
    "lt": "LT", "hi": "HI", "fa": "FA", "hr": "HR",
}  # fmt: skip
"""DeepL's code for a language of `bot.languages`."""

# Newer languages, which some accounts get only where a request says that it knows.
_NEW = frozenset({"HI", "FA", "HR"})

_MOST_TEXTS = 50
# Of the 128 KiB of a request, measured as JSON with everything escaped, which is never too little.
_ROOM = 110 * 1024
_LONGEST_CONTEXT = 2000
_TIMEOUT_S = 45.0
_QUOTA, _TOO_LARGE = 456, 413
_GLOSSARY_GONE = frozenset({400, 404})


@dataclass(frozen=True, slots=True)
class Quota:
    """An account's characters of this billing period: used, and allowed at most."""

    used: int
    limit: int


@dataclass(frozen=True, slots=True)
class _Question:
    """What the texts of a call have in common."""

    target: str
    glossary: str | None
    context: str
    better: bool


class DeepLTranslator:
    """Implements bot.protocols.Translator. `price` is in dollars for a million characters.

    What must not change is sent in elements that DeepL leaves alone. A server's terms are a
    glossary of the account; into languages without glossaries, and where none can be made, they
    are put in their places here.
    """

    name = NAME
    label = ""
    paid = True

    def __init__(self, http: ProviderHttp, clock: Clock, meter: Meter, *, price: float = 0) -> None:
        self._http = http
        self._meter = meter
        self._price = price
        self._glossaries = DeepLGlossaries(http, clock)
        self._batches = Batches(
            most=_MOST_TEXTS,
            room=_ROOM,
            size=_size,
            too_large=lambda error: error.status == _TOO_LARGE,
        )

    @classmethod
    def of(
        cls,
        settings: Settings,
        clock: Clock,
        meter: Meter,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> Self:
        """As the settings say. The key tells which of DeepL's addresses is meant."""
        key = settings.deepl_key.get_secret_value() if settings.deepl_key else ""
        http = ProviderHttp(
            NAME,
            settings.deepl_url or (FREE_URL if key.endswith(_FREE_KEY) else PRO_URL),
            clock=clock,
            headers={"Authorization": f"DeepL-Auth-Key {key}"},
            timeout=_TIMEOUT_S,
            refused={_QUOTA},
            transport=transport,
        )
        return cls(http, clock, meter, price=settings.deepl_price)

    def offers(self, language: str) -> bool:
        return language in LANGUAGES

    async def translate(
        self,
        sentences: Sequence[str],
        language: str,
        *,
        glossary: Mapping[str, str],
        context: str = "",
        remarks: Sequence[Finding] = (),
    ) -> list[str]:
        target = LANGUAGES.get(language)
        if target is None:
            raise SourceUnavailable(NAME, f"it does not translate into {language}")
        # It cannot be told what was wrong; another model and freer sentences are another try.
        better = bool(remarks)
        protections = SECOND_TRY if better else EVERYTHING
        question = _Question(target, None, context[:_LONGEST_CONTEXT], better)
        async with self._glossaries.held(target, glossary) as id_:
            if id_ is not None:
                with_terms = _Question(target, id_, question.context, better)
                try:
                    ask = partial(self._asked, question=with_terms)
                    return await translated(sentences, XML, ask, protections=protections)
                except SourceUnavailable as error:
                    if error.status not in _GLOSSARY_GONE:
                        raise
                    self._glossaries.forget(id_)
        ask = partial(self._asked, question=question)
        return await translated(sentences, XML, ask, terms=glossary, protections=protections)

    async def quota(self) -> Quota:
        """What is left of the account, without using any of it. Raises SourceError."""
        told = await self._http.request("GET", "/v2/usage")
        answer = cast("dict[str, Any]", told) if isinstance(told, dict) else {}
        used, limit = answer.get("character_count"), answer.get("character_limit")
        if not isinstance(used, int) or not isinstance(limit, int):
            raise SourceGarbled(NAME, "the account's usage is not what was expected")
        return Quota(used, limit)

    async def aclose(self) -> None:
        await self._http.aclose()

    async def _asked(self, texts: list[str], *, question: _Question) -> list[str]:
        return await self._batches.ask(
            texts,
            partial(self._sent, question=question),
            kind=(question.target, question.glossary, question.better),
            reserved=_size(question.context),
        )

    async def _sent(self, texts: list[str], *, question: _Question) -> list[str]:
        body: dict[str, object] = {
            "text": texts,
            "source_lang": "EN",
            "target_lang": question.target,
            "tag_handling": "xml",
            "ignore_tags": ["x"],
            # A text is one sentence already.
            "split_sentences": "0",
            "preserve_formatting": True,
            "show_billed_characters": True,
        }
        if question.context:
            body["context"] = question.context
        if question.glossary is not None:
            body["glossary_id"] = question.glossary
        if question.better:
            body["model_type"] = "prefer_quality_optimized"
        if question.target in _NEW:
            body["enable_beta_languages"] = True
        lost = partial(self._note, texts, ())
        told = await self._http.request("POST", "/v2/translate", json=body, lost=lost)
        said = _translations(told)
        await self._note(texts, said)
        return answered_texts(NAME, [one.get("text") for one in said], len(texts))

    async def _note(self, texts: Sequence[str], said: Sequence[Mapping[str, object]]) -> None:
        """Tell the meter: what DeepL says it bills, else the code points that were sent."""
        billed = [one.get("billed_characters") for one in said]
        known = [one for one in billed if type(one) is int and 0 <= one <= _ROOM]
        whole = len(known) == len(texts)
        characters = sum(known) if whole else sum(map(len, texts))
        # A dollar for a million characters is a millionth of a dollar for one.
        cost = round(characters * self._price)
        await self._meter.spent(NAME, Usage(characters=characters, cost=cost))


def _translations(told: object) -> list[Mapping[str, object]]:
    """The answer's translations as far as they are objects."""
    found = cast("dict[str, Any]", told).get("translations") if isinstance(told, dict) else None
    if not isinstance(found, list):
        return []
    return [
        cast("dict[str, Any]", one) for one in cast("list[object]", found) if isinstance(one, dict)
    ]


def _size(text: str) -> int:
    return len(json.dumps(text)) + 2
