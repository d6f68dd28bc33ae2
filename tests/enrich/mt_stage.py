"""Machine translation services on loopback with their clients, and what every test asks of them."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from leaping import LeapingClock

from bot.enrich.translate.deepl import DeepLTranslator
from bot.enrich.translate.libretranslate import LibreTranslator
from bot.errors import AnswerLost, SourceError, SourceGarbled, SourceRefused, SourceUnavailable
from bot.models import Usage
from bot.provider_http import ProviderHttp
from bot.settings import load
from sandbox.arxiv.faults import FaultRule
from sandbox.providers.deepl import DeepLServer
from sandbox.providers.libretranslate import LibreTranslateServer
from sandbox.providers.serving import Asked, LoopbackServer

SENTENCES = (
    "We train GPT-4o on $n^2$ cats.",
    r"Dogs run \emph{very fast} at www.dogs.org/run (Smith et al., 2024).",
    "Cats sleep.",
)


@dataclass
class Bill:
    """Implements bot.protocols.Meter."""

    noted: list[tuple[str, Usage]] = field(default_factory=list[tuple[str, Usage]])

    async def spent(self, provider: str, usage: Usage) -> None:
        await asyncio.sleep(0)
        self.noted.append((provider, usage))

    @property
    def characters(self) -> int:
        return sum(usage.characters for _, usage in self.noted)


@dataclass
class DeepLStage:
    server: DeepLServer
    deepl: DeepLTranslator
    clock: LeapingClock
    bill: Bill

    async def say(self, *sentences: str, language: str = "ja", **options: object) -> list[str]:
        return await self.deepl.translate(
            sentences or SENTENCES,
            language,
            **{"glossary": {}, **options},  # type: ignore[arg-type]
        )


@dataclass
class LibreStage:
    server: LibreTranslateServer
    libre: LibreTranslator
    clock: LeapingClock
    bill: Bill

    async def say(self, *sentences: str, language: str = "ja", **options: object) -> list[str]:
        return await self.libre.translate(
            sentences or SENTENCES,
            language,
            **{"glossary": {}, **options},  # type: ignore[arg-type]
        )


def deepl_client(
    server: DeepLServer, clock: LeapingClock, bill: Bill, price: str = "20"
) -> DeepLTranslator:
    """A client as the settings make it."""
    given = {
        "PAPERBOY_DEEPL_KEY": server.key,
        "PAPERBOY_DEEPL_URL": server.url,
        "PAPERBOY_DEEPL_PRICE": price,
    }
    return DeepLTranslator.of(load(given, None), clock, bill)


@asynccontextmanager
async def deepl_stage(
    *rules: FaultRule, patience: float = 0, server: DeepLServer | None = None, price: str = "20"
) -> AsyncGenerator[DeepLStage]:
    """A client as the settings make it; with `patience`, one that waits so many seconds only."""
    async with server or DeepLServer() as up:
        up.set_faults(rules)
        clock, bill = LeapingClock(), Bill()
        if patience:
            headers = {"Authorization": f"DeepL-Auth-Key {up.key}"}
            http = ProviderHttp("DeepL", up.url, clock=clock, headers=headers, timeout=patience)
            deepl = DeepLTranslator(http, clock, bill)
        else:
            deepl = deepl_client(up, clock, bill, price)
        try:
            yield DeepLStage(up, deepl, clock, bill)
        finally:
            await deepl.aclose()


@asynccontextmanager
async def libre_stage(
    *rules: FaultRule, patience: float = 0, server: LibreTranslateServer | None = None
) -> AsyncGenerator[LibreStage]:
    """As `deepl_stage`."""
    async with server or LibreTranslateServer() as up:
        up.set_faults(rules)
        clock, bill = LeapingClock(), Bill()
        if patience:
            http = ProviderHttp("LibreTranslate", up.url, clock=clock, timeout=patience)
            libre = LibreTranslator(http, clock, bill, key=up.key)
        else:
            given = {"PAPERBOY_LIBRETRANSLATE_URL": up.url}
            if up.key:
                given["PAPERBOY_LIBRETRANSLATE_KEY"] = up.key
            libre = LibreTranslator.of(load(given, None), clock, bill)
        try:
            yield LibreStage(up, libre, clock, bill)
        finally:
            await libre.aclose()


def asked(server: LoopbackServer, path: str, method: str = "POST") -> list[Asked]:
    """The requests of that kind that came to a server."""
    return [one for one in server.asked if one.path == path and one.method == method]


def field_of(one: Asked, name: str) -> object:
    assert isinstance(one.body, Mapping)
    return one.body.get(name)  # type: ignore[no-any-return]


def texts_of(requests: Sequence[Asked], name: str) -> list[str]:
    """All texts in these requests, in order."""
    return [str(text) for one in requests for text in field_of(one, name)]  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Failure:
    """What a rule makes of a call: the error, how many requests there are, and whether some of
    them may have been billed."""

    rule: FaultRule
    error: type[SourceError]
    requests: int = 1
    billed: bool = False


def failures(path: str) -> dict[str, Failure]:
    """The failures that every service may have at this path, always."""

    def rule(**what: Any) -> FaultRule:
        return FaultRule(path, times=None, **what)

    later = {"Retry-After": "600"}
    return {
        "401": Failure(rule(status=401), SourceRefused),
        "402": Failure(rule(status=402), SourceRefused),
        "403": Failure(rule(status=403), SourceRefused),
        "400": Failure(rule(status=400), SourceUnavailable),
        "404": Failure(rule(status=404), SourceUnavailable),
        "429": Failure(rule(status=429), SourceUnavailable, 3),
        "429 soon": Failure(rule(status=429, headers={"Retry-After": "3"}), SourceUnavailable, 3),
        "429 late": Failure(rule(status=429, headers=later), SourceUnavailable),
        "500": Failure(rule(status=500), SourceUnavailable, 3),
        "529": Failure(rule(status=529), SourceUnavailable, 3),
        "dropped": Failure(rule(drop=True), AnswerLost, billed=True),
        "cut": Failure(rule(truncate=20, drop=True), AnswerLost, billed=True),
        "short": Failure(rule(truncate=20), SourceGarbled, billed=True),
        "html": Failure(rule(body=b"<!doctype html><p>Bad gateway"), SourceGarbled),
        "no json": Failure(rule(body=b'{"translations": ['), SourceGarbled, billed=True),
        "shape": Failure(rule(body=b'{"text": "a"}'), SourceGarbled, billed=True),
        "list": Failure(rule(body=b'[{"text": "a"}]'), SourceGarbled, billed=True),
        "empty": Failure(rule(body=b" "), SourceGarbled, billed=True),
        "10 MB": Failure(rule(body=b'{"a": "' + b"x" * 10_000_000), SourceGarbled, billed=True),
    }


def answers(path: str, body: object) -> Failure:
    """An answer that is not one, and billed all the same."""
    rule = FaultRule(path, times=None, body=json.dumps(body).encode())
    return Failure(rule, SourceGarbled, billed=True)
