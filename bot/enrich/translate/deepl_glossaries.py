"""A server's terms as DeepL's glossaries, which have an id and cannot be changed.

One is made for each set of terms, found again by its name after a restart, and deleted when the
account takes no more. https://developers.deepl.com/api-reference/glossaries
"""

import asyncio
import hashlib
import unicodedata
from collections import Counter
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import structlog

from bot.errors import AnswerLost, SourceError, SourceGarbled, SourceUnavailable
from bot.protocols import Clock
from bot.provider_http import ProviderHttp

log = structlog.get_logger(__name__)

GLOSSARY_LANGUAGES = frozenset(
    {
        "ar", "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "he", "hu", "id", "it",
        "ja", "ko", "lt", "lv", "nb", "nl", "pl", "pt", "ro", "ru", "sk", "sl", "sv", "tr", "uk",
        "vi", "zh",
    }
)  # fmt: skip
"""Codes between which DeepL takes glossaries; those of variants serve all of them."""

_PATH = "/v2/glossaries"
_OURS = "paperboy "
_LONGEST_ENTRY = 1024  # bytes of UTF-8
# Glossaries that cannot be made now are not asked for with every paper.
_REST = timedelta(minutes=10)
_QUOTA = 456


@dataclass(frozen=True, slots=True)
class _Glossary:
    id: str
    made: str  # the service's own time, ISO 8601


class DeepLGlossaries:
    """The account's glossaries as far as they are ours. Other people's are left alone."""

    def __init__(self, http: ProviderHttp, clock: Clock) -> None:
        self._http = http
        self._clock = clock
        self._turn = asyncio.Lock()
        self._known: dict[str, _Glossary] = {}
        self._listed = False
        self._in_use: Counter[str] = Counter()
        self._rests_until: datetime | None = None

    @asynccontextmanager
    async def held(self, target: str, terms: Mapping[str, str]) -> AsyncGenerator[str | None]:
        """The id of a glossary with these terms from English into `target`, which is not deleted
        meanwhile; None if there can be none now. Raises nothing of its own."""
        code = target.lower().partition("-")[0]
        entries = _entries(terms) if code in GLOSSARY_LANGUAGES else ""
        if not entries:
            yield None
            return
        async with self._turn:
            found = await self._found(code, entries)
            if found is not None:
                self._in_use[found] += 1
        try:
            yield found
        finally:
            if found is not None:
                self._in_use[found] -= 1

    def forget(self, id_: str) -> None:
        """Somebody else deleted it."""
        self._known = {name: one for name, one in self._known.items() if one.id != id_}

    async def _found(self, code: str, entries: str) -> str | None:
        name = _OURS + hashlib.sha256(f"{code}\n{entries}".encode()).hexdigest()[:32]
        now = self._clock.now()
        try:
            if name not in self._known:
                if self._rests_until is not None and now < self._rests_until:
                    return None
                if not self._listed:
                    self._known = await self._list()
                    self._listed = True
            if name not in self._known:
                made = await self._made(name, code, entries)
                if made is None:
                    return None
                self._known[name] = made
        except SourceError as error:
            # The terms are put in their places without its help.
            self._rests_until = now + _REST
            self._listed = self._listed and not isinstance(error, AnswerLost)
            log.warning("deepl_glossary_failed", error=str(error))
            return None
        return self._known[name].id

    async def _list(self) -> dict[str, _Glossary]:
        told = await self._http.request("GET", _PATH)
        found = cast("dict[str, Any]", told).get("glossaries") if isinstance(told, dict) else None
        if not isinstance(found, list):
            raise SourceGarbled(self._http.source, "no list of glossaries")
        ours: dict[str, _Glossary] = {}
        for entry in cast("list[object]", found):
            name, glossary = _read(entry)
            if glossary is not None and name.startswith(_OURS):
                ours[name] = glossary
        return ours

    async def _made(self, name: str, code: str, entries: str) -> _Glossary | None:
        body = {
            "name": name,
            "source_lang": "en",
            "target_lang": code,
            "entries": entries,
            "entries_format": "tsv",
        }
        while True:
            try:
                _, made = _read(await self._http.request("POST", _PATH, json=body))
                break
            except SourceError as error:
                if error.status != _QUOTA or not await self._deleted_oldest():
                    raise
        if made is None:  # not ready yet, or not understood: it is in the list later
            self._listed = False
        return made

    async def _deleted_oldest(self) -> bool:
        """Make room for one. Whether there was any that nobody uses."""
        free = {name: one for name, one in self._known.items() if not self._in_use[one.id]}
        if not free:
            return False
        name = min(free, key=lambda one: free[one].made)
        try:
            await self._http.request("DELETE", f"{_PATH}/{free[name].id}")
        except SourceGarbled:
            pass  # success has no body
        except SourceUnavailable as error:
            if error.status != 404:  # gone already
                raise
        del self._known[name]
        return True


def _read(told: object) -> tuple[str, _Glossary | None]:
    """A glossary's name, and itself if it can be used."""
    entry = cast("dict[str, Any]", told) if isinstance(told, dict) else {}
    name, id_ = entry.get("name"), entry.get("glossary_id")
    made_at = entry.get("creation_time")
    # The id becomes a part of addresses.
    if not isinstance(id_, str) or not id_.replace("-", "").isalnum():
        return "", None
    ready = entry.get("ready") is not False
    made = _Glossary(id_, made_at if isinstance(made_at, str) else "")
    return (name if isinstance(name, str) else ""), (made if ready else None)


def _entries(terms: Mapping[str, str]) -> str:
    """The terms as tab-separated lines, in an order that does not depend on theirs."""
    cleaned = {_clean(term): _clean(translation) for term, translation in terms.items()}
    return "\n".join(
        f"{term}\t{translation}"
        for term, translation in sorted(cleaned.items())
        if term and translation
    )


def _clean(text: str) -> str:
    """Without line breaks, tabs and control characters; nothing if it is too long."""
    shown = "".join(
        letter if unicodedata.category(letter)[0] != "C" else " "
        for letter in unicodedata.normalize("NFC", text)
    )
    line = " ".join(shown.split())
    return line if len(line.encode("utf-8", "replace")) <= _LONGEST_ENTRY else ""
