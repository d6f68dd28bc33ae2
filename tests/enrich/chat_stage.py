"""A chat endpoint on loopback, a client of it, and what the client told the meter."""

import asyncio
import json
from collections.abc import AsyncGenerator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from leaping import LeapingClock

from bot.enrich.chat import ChatClient, Task
from bot.models import SummaryWork, Usage
from bot.settings import load
from bot.text.sentences import sentence_texts
from sandbox.providers.chat import ChatSandbox
from sandbox.providers.chat_model import RuleModel

ABSTRACT = (
    "Long contexts are costly for 7B models. We present Felis, a cache of $\\nu \\le 12$ entries "
    "that keeps $\\alpha$ fixed. It raises accuracy from 41.3% to 58.9% on CatQA. "
    "Memory falls by 9.2x at 128k tokens. Code is at https://example.org/felis."
)
JAPANESE = {
    "Long contexts are costly for 7B models.": "7Bモデルにとって長い文脈は高くつく。",
    "We present Felis, a cache of $\\nu \\le 12$ entries that keeps $\\alpha$ fixed.": (
        "$\\nu \\le 12$ 個の項目からなり $\\alpha$ を固定するキャッシュFelisを提案する。"
    ),
    "It raises accuracy from 41.3% to 58.9% on CatQA.": "CatQAの正解率を41.3%から58.9%に上げる。",
    "Memory falls by 9.2x at 128k tokens.": "128kトークンでメモリは9.2倍小さくなる。",
    "Code is at https://example.org/felis.": "コードは https://example.org/felis にある。",
    "Cats sleep.": "猫は眠る。",
}


def work(abstract: str = ABSTRACT, title: str = "A Cache for Cats") -> SummaryWork:
    return SummaryWork(title, abstract, tuple(sentence_texts(abstract)))


def memory(folder: Path, known: Mapping[str, str] = JAPANESE) -> RuleModel:
    """A model that knows these sentences in Japanese."""
    lines: list[Mapping[str, str]] = [
        {"language": "ja", "source": source, "target": target} for source, target in known.items()
    ]
    lines.append({"language": "ja", "term": "cat", "translation": "猫"})
    text = "\n".join(json.dumps(line) for line in lines)
    (folder / "memory.jsonl").write_text(text, encoding="utf-8")
    return RuleModel(folder)


@dataclass
class Told:
    """Implements bot.protocols.Meter by remembering."""

    usages: list[tuple[str, Usage]] = field(default_factory=list[tuple[str, Usage]])

    async def spent(self, provider: str, usage: Usage) -> None:
        await asyncio.sleep(0)
        self.usages.append((provider, usage))


@dataclass
class ChatStage:
    server: ChatSandbox
    chat: ChatClient
    meter: Told
    clock: LeapingClock

    @property
    def bodies(self) -> list[dict[str, Any]]:
        """The bodies of all requests."""
        return [cast("dict[str, Any]", asked.body) for asked in self.server.asked]


@asynccontextmanager
async def chatting(
    rules: RuleModel | None = None,
    /,
    *,
    refuses: Collection[str] = (),
    counts: bool = True,
    bases: Collection[str] = ("/v1",),
    base: str = "/v1",
    server_key: str = "",
    **chat_settings: str,
) -> AsyncGenerator[ChatStage]:
    """A client as the settings make it, of a server on loopback at `base`."""
    server = ChatSandbox(rules, key=server_key, refuses=refuses, counts=counts, bases=bases)
    async with server:
        given = {"url": server.url + base, "model": "tiny", **chat_settings}
        environ = {f"PAPERBOY_CHAT_{name.upper()}": value for name, value in given.items()}
        clock, meter = LeapingClock(), Told()
        chat = ChatClient.of(load(environ, None), clock, meter)
        try:
            yield ChatStage(server, chat, meter, clock)
        finally:
            await chat.aclose()


def task(text: str = "Cats sleep.", instructions: str = "Into Japanese (日本語).") -> Task:
    """A sentence to be translated."""
    schema = {
        "type": "object",
        "properties": {
            "translations": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"sentence": {"type": "integer"}, "text": {"type": "string"}},
                    "required": ["sentence", "text"],
                    "additionalProperties": False,
                },
            }
        },
        "required": ["translations"],
        "additionalProperties": False,
    }
    return Task(instructions, {"sentences": {"1": text}}, schema, 50, len(text))
