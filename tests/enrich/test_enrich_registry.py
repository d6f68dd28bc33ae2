"""Which providers the settings choose."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
from translate_samples import NOW

from bot.enrich.budget import Amount, Budget
from bot.enrich.summarize import open_summarizer
from bot.enrich.translate import open_translator, translator_kind
from bot.settings import EXAMPLES, Settings, load
from bot.store.database import Database
from bot.store.spending import SpendingStore
from sandbox.clock import SandboxClock

_CHAT = {"chat_url": EXAMPLES["chat_url"], "chat_model": EXAMPLES["chat_model"]}
_DEEPL = {"deepl_key": EXAMPLES["deepl_key"]}
_LIBRE = {"libretranslate_url": EXAMPLES["libretranslate_url"]}
_MEMORY = {"translation_memory": "memory"}


def _settings(**given: str) -> Settings:
    return load({f"PAPERBOY_{name.upper()}": value for name, value in given.items()}, None)


@pytest.fixture
async def budget(tmp_path: Path) -> AsyncIterator[Budget]:
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'p.db'}")
    yield Budget(SpendingStore(database), SandboxClock(NOW), Amount())
    await database.close()


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({}, "local"),
        (_CHAT, "model"),
        (_CHAT | _LIBRE, "libretranslate"),
        (_CHAT | _LIBRE | _DEEPL, "deepl"),
        (_CHAT | _LIBRE | _DEEPL | _MEMORY, "memory"),
        (_CHAT | _DEEPL | {"translator": "model"}, "model"),
        (_DEEPL | {"translator": "local"}, "local"),
        (_DEEPL | {"translator": "none"}, "none"),
    ],
)
def test_one_provider_is_chosen_the_one_set_up_most_on_purpose(
    given: Mapping[str, str], kind: str
) -> None:
    assert translator_kind(_settings(**given)) == kind


async def test_the_chosen_translator_is_opened(tmp_path: Path, budget: Budget) -> None:
    clock = SandboxClock(NOW)
    line = '{"language": "ja", "source": "A.", "target": "あ。"}'
    (tmp_path / "a.jsonl").write_text(line, encoding="utf-8")
    names: list[str] = []
    for given in (_CHAT, _LIBRE, _DEEPL, {"translation_memory": str(tmp_path)}):
        settings = _settings(**given, data_dir=str(tmp_path))
        made = open_translator(settings, clock, budget)
        assert made is not None
        names.append(made.name)
        await made.aclose()
    assert len(set(names)) == 4
    assert open_translator(_settings(translator="none"), clock, budget) is None


async def test_without_settings_the_installed_models_translate_if_there_are_any(
    tmp_path: Path, budget: Budget
) -> None:
    made = open_translator(_settings(data_dir=str(tmp_path)), SandboxClock(NOW), budget)
    assert made is not None
    assert not made.paid
    assert not made.offers("ja")
    await made.aclose()


async def test_a_model_summarizes_only_where_that_is_chosen(budget: Budget) -> None:
    clock = SandboxClock(NOW)
    assert open_summarizer(_settings(**_CHAT), clock, budget) is None
    made = open_summarizer(_settings(**_CHAT, summarizer="model"), clock, budget)
    assert made is not None
    assert made.offers("ja")
    assert made.name == EXAMPLES["chat_model"]
    await made.aclose()
