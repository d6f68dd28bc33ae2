"""A scripted provider and a paper, for the tests of translations."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from bot.enrich.translate.service import Translations
from bot.models import Paper
from bot.protocols import Translator
from bot.store.database import Database
from bot.store.glossary import GlossaryStore
from bot.store.papers import PaperStore
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


class ScriptedTranslator:
    """Says what it knows. `wrong` answers are given first, `error` is raised, `go` holds it up."""

    name = "scripted"
    label = ""

    def __init__(self) -> None:
        self.known = dict(KNOWN)
        self.wrong: list[dict[str, str]] = []
        self.error: Exception | None = None
        self.go = asyncio.Event()
        self.go.set()
        self.asked = asyncio.Event()
        self.calls: list[tuple[list[str], dict[str, str]]] = []

    def offers(self, language: str) -> bool:
        return language in {"ja", "ko"}

    async def translate(
        self, sentences: Sequence[str], language: str, *, glossary: Mapping[str, str]
    ) -> list[str]:
        self.calls.append((list(sentences), dict(glossary)))
        self.asked.set()
        await self.go.wait()
        if self.error is not None:
            raise self.error
        known = self.known | (self.wrong.pop(0) if self.wrong else {})
        return [known.get(sentence, "") for sentence in sentences]


class TranslationsStage:
    """Translations over a store with two papers."""

    def __init__(self, database: Database, translator: Translator | None) -> None:
        self.clock = SandboxClock(NOW)
        self.papers = PaperStore(database)
        self.store = TranslationStore(database)
        self.glossary = GlossaryStore(database)
        self.translations = Translations(translator, self.store, self.glossary, self.clock)


@asynccontextmanager
async def translating(
    folder: Path, translator: Translator | None
) -> AsyncGenerator[TranslationsStage]:
    """A stage over a new database."""
    database = await Database.open(f"sqlite+aiosqlite:///{folder / 'paperboy.db'}")
    stage = TranslationsStage(database, translator)
    try:
        await stage.papers.enrich([PAPER, OTHER], NOW)
        yield stage
    finally:
        await stage.translations.close()
        await database.close()
