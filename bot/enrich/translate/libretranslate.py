"""LibreTranslate, on a machine of one's own or with a key. https://docs.libretranslate.com"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Self, cast

import httpx
import structlog

from bot.enrich.translate.asking import SECOND_TRY, answered_texts, translated
from bot.enrich.translate.batches import Batches
from bot.enrich.translate.protect import HTML
from bot.enrich.translate.protected_spans import EVERYTHING
from bot.errors import SourceError, SourceGarbled, SourceUnavailable
from bot.languages import ENGLISH, LANGUAGES
from bot.models import Finding, Usage
from bot.protocols import Clock, Meter
from bot.provider_http import ProviderHttp
from bot.settings import Settings

log = structlog.get_logger(__name__)

NAME = "LibreTranslate"

# Servers of different ages say it differently; the first that a server knows is meant.
_CODES: Mapping[str, Sequence[str]] = {
    "zh-CN": ("zh-Hans", "zh", "zh-CN"),
    "zh-TW": ("zh-Hant", "zt", "zh-TW"),
    "pt": ("pt", "pt-PT"),
    "pt-BR": ("pt-BR", "pb", "pt"),
    "no": ("nb", "no"),
}
# What a server with all of its models offers, until it was asked. Croatian is not among them.
_USUAL = frozenset(
    {
        "ar", "bg", "cs", "da", "de", "el", "es", "fa", "fi", "fr", "he", "hi", "hu", "id", "it",
        "ja", "ko", "lt", "nb", "nl", "pl", "pt", "ro", "ru", "sv", "th", "tr", "uk", "vi", "zh",
        "zt",
    }
)  # fmt: skip
_FRESH = timedelta(hours=1)
# The smallest machines take a second a sentence.
_MOST_TEXTS, _ROOM = 16, 4000
_TIMEOUT_S = 60.0
_LIMIT = "limit"


class LibreTranslator:
    """Implements bot.protocols.Translator. It counts against the budget if it has a key.

    `offers` is true for the usual languages until the server told its own, which it is asked for
    by `prepare` and by each translation when an hour has passed.
    """

    name = NAME
    label = ""

    def __init__(self, http: ProviderHttp, clock: Clock, meter: Meter, *, key: str = "") -> None:
        self._http = http
        self._clock = clock
        self._meter = meter
        self._key = key
        self._targets: frozenset[str] = _USUAL
        self._learned: datetime | None = None
        self._turn = asyncio.Lock()
        self._batches = Batches(most=_MOST_TEXTS, room=_ROOM, size=len, too_large=_past_limit)

    @classmethod
    def of(
        cls,
        settings: Settings,
        clock: Clock,
        meter: Meter,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> Self:
        """As the settings say."""
        key = settings.libretranslate_key
        text = key.get_secret_value() if key is not None else ""
        http = ProviderHttp(
            NAME,
            settings.libretranslate_url,
            clock=clock,
            timeout=_TIMEOUT_S,
            secrets=[text] if text else [],
            transport=transport,
        )
        return cls(http, clock, meter, key=text)

    @property
    def paid(self) -> bool:
        return bool(self._key)

    def offers(self, language: str) -> bool:
        return self._code(language) is not None

    async def prepare(self) -> None:
        """Learn which languages the server has. A server that does not answer is asked again with
        the next translation."""
        async with self._turn:
            now = self._clock.now()
            if self._learned is not None and now - self._learned < _FRESH:
                return
            try:
                self._targets = _targets(await self._http.request("GET", "/languages"))
                self._learned = now
            except SourceError as error:
                log.warning("libretranslate_languages_unknown", error=str(error))

    async def translate(
        self,
        sentences: Sequence[str],
        language: str,
        *,
        glossary: Mapping[str, str],
        context: str = "",
        remarks: Sequence[Finding] = (),
    ) -> list[str]:
        del context  # its models see one sentence at a time
        if not sentences:
            return []
        await self.prepare()
        code = self._code(language)
        if code is None:
            raise SourceUnavailable(NAME, f"this server does not translate into {language}")
        return await translated(
            sentences,
            HTML,
            partial(self._asked, target=code),
            terms=glossary,
            protections=SECOND_TRY if remarks else EVERYTHING,
        )

    async def aclose(self) -> None:
        await self._http.aclose()

    def _code(self, language: str) -> str | None:
        if language == ENGLISH or language not in LANGUAGES:
            return None
        codes = _CODES.get(language, (language,))
        return next((code for code in codes if code in self._targets), None)

    async def _asked(self, texts: list[str], *, target: str) -> list[str]:
        return await self._batches.ask(texts, partial(self._sent, target=target), kind=target)

    async def _sent(self, texts: list[str], *, target: str) -> list[str]:
        body: dict[str, object] = {
            "q": texts,
            "source": ENGLISH,
            "target": target,
            "format": "html",
        }
        if self._key:
            body["api_key"] = self._key
        note = partial(self._note, texts)
        told = await self._http.request("POST", "/translate", json=body, lost=note)
        await note()
        said = cast("dict[str, Any]", told).get("translatedText") if isinstance(told, dict) else ()
        answers = cast("list[object]", said) if isinstance(said, list) else []
        return answered_texts(NAME, answers, len(texts))

    async def _note(self, texts: Sequence[str]) -> None:
        if self.paid:
            await self._meter.spent(NAME, Usage(characters=sum(map(len, texts))))


def _targets(told: object) -> frozenset[str]:
    """The codes into which English goes. Raises SourceGarbled."""
    entries = cast("list[object]", told) if isinstance(told, list) else []
    known = [cast("dict[str, Any]", entry) for entry in entries if isinstance(entry, dict)]
    codes = _texts(entry.get("code") for entry in known)
    english = next((entry for entry in known if entry.get("code") == ENGLISH), None)
    if english is None:
        raise SourceGarbled(NAME, "no list of languages with English among them")
    targets: object = english.get("targets")
    if not isinstance(targets, list):  # servers before 1.4 had none
        return codes - {ENGLISH}
    return _texts(cast("list[object]", targets)) - {ENGLISH}


def _texts(values: Iterable[object]) -> frozenset[str]:
    return frozenset(value for value in values if isinstance(value, str))


def _past_limit(error: SourceUnavailable) -> bool:
    """Whether a server's own limit of characters or texts was passed; it may be set to any."""
    return error.status == 413 or (error.status == 400 and _LIMIT in error.problem)
