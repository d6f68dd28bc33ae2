"""Summaries over a store with papers, by a model behind a chat endpoint on loopback."""

import re
from collections.abc import AsyncGenerator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from chat_stage import ABSTRACT, memory
from fresh_database import fresh_database
from leaping import LeapingClock

from bot.enrich.budget import Amount, Budget
from bot.enrich.chat import ChatClient
from bot.enrich.model_summaries import ModelSummaries
from bot.enrich.summaries import Summaries
from bot.enrich.summarize.embedded import EmbeddedSummarizer
from bot.enrich.summarize.model import ModelSummarizer
from bot.enrich.translate.calls import TranslatorCalls
from bot.enrich.translate.service import Translations
from bot.models import Paper, Purpose, Summary
from bot.protocols import Translator
from bot.settings import load
from bot.store.database import Database
from bot.store.glossary import GlossaryStore
from bot.store.papers import PaperStore
from bot.store.reading import SummaryStore
from bot.store.spending import SpendingStore
from bot.store.summary_translations import SummaryTranslationStore
from bot.store.translations import TranslationStore
from sandbox.providers.chat import ChatSandbox
from sandbox.providers.chat_model import RuleModel

PATIENCE_S = 20.0
NO_LIMIT = Amount()
PAPER = Paper("2606.00001", 1, "A Cache for Cats", ABSTRACT, (), ("cs.CL",), "cs.CL")


def papers(count: int) -> list[Paper]:
    """Papers that differ in their title only."""
    return [
        replace(PAPER, id=f"2606.{n:05}", title=f"A Cache for {n} Cats")
        for n in range(1, count + 1)
    ]


class Liar:
    """A model that says wrong numbers in its first `lies` answers, of papers with `title` in
    their titles, and else what `rules` say."""

    def __init__(self, rules: RuleModel, lies: int, title: str = "") -> None:
        self._rules = rules
        self._lies = lies
        self._title = title
        self.remarks: list[object] = []

    async def answer(self, instructions: str, data: Mapping[str, object]) -> object:
        said = await self._rules.answer(instructions, data)
        asked = cast("list[dict[str, Any]]", data.get("papers", []))
        self.remarks += [one["remarks"] for one in asked if one.get("remarks")]
        if self._lies <= 0 or not isinstance(said, dict):
            return said
        self._lies -= 1
        told = cast("dict[str, list[Any]]", said)["papers"]
        return {
            "papers": [
                _wrong(one) if self._title in paper["title"] else one
                for paper, one in zip(asked, told, strict=True)
            ]
        }


def _wrong(value: Any) -> Any:
    if isinstance(value, dict):
        items = cast("dict[str, Any]", value).items()
        return {name: one if name == "paper" else _wrong(one) for name, one in items}
    if isinstance(value, list):
        return [_wrong(one) for one in cast("list[Any]", value)]
    return re.sub(r"58\.9|9\.2", "77.7", value) if isinstance(value, str) else value


class SummariesStage:
    """A model, its endpoint, and all that stands before them."""

    def __init__(
        self,
        database: Database,
        server: ChatSandbox,
        worker: ThreadPoolExecutor,
        limit: Amount,
        translator: Translator | None,
        **chat_settings: str,
    ) -> None:
        self.server = server
        self.clock = LeapingClock()
        self.papers = PaperStore(database)
        self.store = SummaryStore(database)
        self.budget = Budget(SpendingStore(database), self.clock, limit)
        given = {"url": server.url + "/v1", "model": "tiny", "key": "sk-test", **chat_settings}
        environ = {f"PAPERBOY_CHAT_{name.upper()}": value for name, value in given.items()}
        settings = load(environ | {"PAPERBOY_SUMMARIZER": "model"}, None)
        self.model = ModelSummarizer(ChatClient.of(settings, self.clock, self.budget))
        self.model_summaries = ModelSummaries(self.model, self.store, self.budget, self.clock)
        self.translations = Translations(
            TranslatorCalls(translator, self.budget, self.clock) if translator else None,
            TranslationStore(database),
            SummaryTranslationStore(database),
            GlossaryStore(database),
            self.clock,
        )
        self.summaries = Summaries(
            EmbeddedSummarizer(worker),
            self.store,
            self.clock,
            translations=self.translations,
            model=self.model_summaries,
        )

    async def of(
        self,
        *shown: Paper,
        language: str = "en",
        purpose: Purpose = Purpose.DIGEST,
        within: float = PATIENCE_S,
    ) -> list[Summary]:
        """The papers' summaries in their order."""
        wanted = shown or (PAPER,)
        found = await self.summaries.of(wanted, language, purpose=purpose, within=within)
        return [found[paper.id, paper.version] for paper in wanted]


@asynccontextmanager
async def summarizing(
    folder: Path,
    model: RuleModel | Liar | None = None,
    *,
    limit: Amount = NO_LIMIT,
    translator: Translator | None = None,
    server_key: str = "sk-test",
    **chat_settings: str,
) -> AsyncGenerator[SummariesStage]:
    """A stage over a database with twelve papers; the endpoint wants a key."""
    fresh_database(folder / "paperboy.db")
    database = await Database.open(f"sqlite+aiosqlite:///{folder / 'paperboy.db'}")
    rules: Any = model or memory(folder)
    with ThreadPoolExecutor(1) as worker:
        async with ChatSandbox(rules, key=server_key) as server:
            stage = SummariesStage(database, server, worker, limit, translator, **chat_settings)
            try:
                await stage.papers.enrich(papers(12), stage.clock.now())
                yield stage
            finally:
                await stage.summaries.close()
                await stage.translations.close()
                await stage.model.aclose()
                await database.close()
