"""A scripted provider and a paper, for the tests of translations."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from fresh_database import fresh_database

from bot.enrich.budget import Amount, Budget
from bot.enrich.translate.calls import TranslatorCalls
from bot.enrich.translate.service import Translations
from bot.models import Finding, Paper, Usage
from bot.protocols import Meter, Translator
from bot.store.database import Database
from bot.store.glossary import GlossaryStore
from bot.store.papers import PaperStore
from bot.store.spending import SpendingStore
from bot.store.summary_translations import SummaryTranslationStore
from bot.store.translations import TranslationStore
from sandbox.clock import SandboxClock

NOW = datetime(2026, 6, 18, 9, 0, tzinfo=UTC)
PAPER = Paper(
    "2606.00042", 1, "A Study of Cats", "Cats sleep. We count 12 of them.", (), ("cs.IR",), "cs.IR"
)
OTHER = Paper("2606.00043", 1, "A Study of Dogs", "Dogs run.", (), ("cs.IR",), "cs.IR")
KNOWN = {
    "A Study of Cats": "猫の研究",
    "Cats sleep.": "猫は眠る。",
    "We count 12 of them.": "12匹を数える。",
    "A Study of Dogs": "犬の研究",
    "Dogs run.": "犬は走る。",
}
GUILD = 7
NO_LIMIT = Amount()


class ScriptedTranslator:
    """Says what it knows. `wrong` answers are given first, `error` is raised, `go` holds it up."""

    name = "scripted"
    label = ""

    def __init__(self, meter: Meter | None = None, *, paid: bool = False) -> None:
        self.paid = paid
        self.meter = meter
        self.known = dict(KNOWN)
        self.wrong: list[dict[str, str]] = []
        self.error: Exception | None = None
        self.go = asyncio.Event()
        self.go.set()
        self.asked = asyncio.Event()
        self.calls: list[tuple[list[str], dict[str, str]]] = []
        self.contexts: list[str] = []
        self.remarks: list[tuple[Finding, ...]] = []

    def offers(self, language: str) -> bool:
        return language in {"ja", "ko"}

    async def translate(
        self,
        sentences: Sequence[str],
        language: str,
        *,
        glossary: Mapping[str, str],
        context: str = "",
        remarks: Sequence[Finding] = (),
    ) -> list[str]:
        self.calls.append((list(sentences), dict(glossary)))
        self.contexts.append(context)
        self.remarks.append(tuple(remarks))
        self.asked.set()
        await self.go.wait()
        if self.error is not None:
            raise self.error
        if self.meter is not None:
            await self.meter.spent(self.name, Usage(characters=sum(map(len, sentences))))
        known = self.known | (self.wrong.pop(0) if self.wrong else {})
        return [known.get(sentence, "") for sentence in sentences]

    async def aclose(self) -> None:
        """Nothing is open."""


class TranslationsStage:
    """Translations over a store with two papers, on a budget of so much a day."""

    def __init__(self, database: Database, translator: Translator | None, limit: Amount) -> None:
        self.database = database
        self.clock = SandboxClock(NOW)
        self.papers = PaperStore(database)
        self.store = TranslationStore(database)
        self.texts = SummaryTranslationStore(database)
        self.glossary = GlossaryStore(database)
        self.budget = Budget(SpendingStore(database), self.clock, limit)
        if isinstance(translator, ScriptedTranslator) and translator.paid:
            translator.meter = self.budget
        self.translations = Translations(
            TranslatorCalls(translator, self.budget, self.clock) if translator else None,
            self.store,
            self.texts,
            self.glossary,
            self.clock,
        )


@asynccontextmanager
async def translating(
    folder: Path, translator: Translator | None, *, limit: Amount = NO_LIMIT
) -> AsyncGenerator[TranslationsStage]:
    """A stage over a new database."""
    fresh_database(folder / "paperboy.db")
    database = await Database.open(f"sqlite+aiosqlite:///{folder / 'paperboy.db'}")
    stage = TranslationsStage(database, translator, limit)
    try:
        await stage.papers.enrich([PAPER, OTHER], NOW)
        yield stage
    finally:
        await stage.translations.close()
        await database.close()
