"""Commands in Discord's languages: what is registered, and what is left out."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import discord
import pytest
from discord import app_commands
from structlog.testing import capture_logs
from ui_stage import connected, staged

from bot import i18n
from bot.client import COGS, PaperboyClient
from bot.core import Core
from bot.settings import load
from bot.ui.command_texts import CommandTexts, command_texts, problem
from sandbox.discord.validate import Problems
from sandbox.discord.validate_commands import parse_command

Json = dict[str, Any]

_CATALOG = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

msgctxt "command name"
msgid "read"
msgstr "読む"

msgctxt "command description"
msgid "Read it"
msgstr "読みます"

msgctxt "option name"
msgid "what"
msgstr "対象"

msgctxt "option name"
msgid "which"
msgstr "対象"

msgctxt "option name"
msgid "spaced"
msgstr "二つ の語"

msgctxt "option description"
msgid "What it is"
msgstr "{long}"

msgctxt "choice"
msgid "All"
msgstr "全部"

msgctxt "menu"
msgid "Open it"
msgstr "開く"
""".replace("{long}", "長" * 101)


@app_commands.command(description="Read it")
@app_commands.describe(what="What it is")
@app_commands.choices(spaced=[app_commands.Choice(name="All", value="all")])
async def read(interaction: discord.Interaction[Any], what: str, which: str, spaced: str) -> None:
    """Never run."""


@app_commands.context_menu(name="Open it")
async def open_it(interaction: discord.Interaction[Any], message: discord.Message) -> None:
    """Never run."""


@pytest.fixture
def catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Catalogs of our own: Japanese as above, Chinese empty."""
    head, _, _ = _CATALOG.partition("\n\n")
    (tmp_path / "ja.po").write_text(_CATALOG, encoding="utf-8")
    (tmp_path / "zh-CN.po").write_text(head, encoding="utf-8")
    monkeypatch.setattr(i18n, "CATALOGS", tmp_path)
    i18n._catalog.cache_clear()  # pyright: ignore[reportPrivateUsage]
    yield tmp_path / "ja.po"
    i18n._catalog.cache_clear()  # pyright: ignore[reportPrivateUsage]


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[PaperboyClient]:
    settings = load({"PAPERBOY_DATA_DIR": str(tmp_path / "data")}, None)
    async with AsyncExitStack() as closing:
        core = await Core.open(settings, closing)
        async with PaperboyClient(settings=settings, services=core.services) as made:
            yield made


async def _payloads(client: PaperboyClient) -> dict[str, Json]:
    await client.tree.set_translator(CommandTexts())
    translator = client.tree.translator
    assert translator is not None
    return {
        command.name: await command.get_translated_payload(client.tree, translator)
        for command in client.tree.get_commands()
    }


@pytest.mark.usefixtures("catalog")
async def test_what_discord_would_refuse_is_left_out(client: PaperboyClient) -> None:
    ours: Any = (read, open_it)
    for command in ours:
        client.tree.add_command(command)
    with capture_logs() as logs:
        payloads = await _payloads(client)
    made = payloads["read"]
    assert made["name_localizations"] == {"ja": "読む"}
    assert made["description_localizations"] == {"ja": "読みます"}
    assert payloads["Open it"]["name_localizations"] == {"ja": "開く"}
    options = {option["name"]: option for option in made["options"]}
    # Two options of one name, a name with a space, a description that is too long.
    for option in options.values():
        assert "name_localizations" not in option
        assert "description_localizations" not in option
    assert options["spaced"]["choices"][0]["name_localizations"] == {"ja": "全部"}
    left_out = [entry["text"] for entry in logs if entry["event"] == "command_text_left_out"]
    assert set(left_out) == {"what", "which", "spaced", "What it is"}


@pytest.mark.parametrize(
    ("context", "text", "good"),
    [
        ("command name", "論文", True),
        ("command name", "データ", True),
        ("option name", "max_papers", True),
        ("option name", "Max", False),
        ("option name", "a b", False),
        ("option name", "・", False),
        ("option name", "", False),
        ("command name", "長" * 33, False),
        ("menu", "論文 カード", True),
        ("menu", "長" * 33, False),
        ("choice", "Any Text.", True),
        ("choice", " ", False),
        ("option description", "長" * 101, False),
    ],
)
def test_discords_rules(context: str, text: str, *, good: bool) -> None:
    assert (problem(context, text) is None) is good


async def test_all_commands_are_good_in_every_language(client: PaperboyClient) -> None:
    for extension in COGS:
        await client.load_extension(extension)
    texts = list(command_texts(client.tree))
    assert ("option name", "language", "/subscribe language") in texts
    assert ("command name", "preview", "/digest preview") in texts
    assert ("choice", "Say nothing", "/subscribe quiet_days") in texts
    with capture_logs() as logs:
        payloads = await _payloads(client)
    assert [entry for entry in logs if entry["event"] == "command_text_left_out"] == []
    for payload in payloads.values():
        problems = Problems()
        parse_command(payload, problems)
        problems.raise_if_any()
    for tag in i18n.LOCALES[1:]:
        shown = {str(p["name_localizations"].get(tag, name)) for name, p in payloads.items()}
        assert len(shown) == len(payloads), tag


async def test_a_new_translation_registers_the_commands_anew(catalog: Path, tmp_path: Path) -> None:
    async with staged(tmp_path / "data", ("ui_commands",)) as stage:
        await stage.client.close()

        async def starting() -> list[str]:
            with capture_logs() as logs:
                async with connected(stage, ("ui_commands",)):
                    pass
            return [entry["event"] for entry in logs if entry["event"].startswith("commands_")]

        assert await starting() == []
        text = _CATALOG.replace('"read"', '"ping"')
        await asyncio.to_thread(catalog.write_text, text, encoding="utf-8")
        i18n._catalog.cache_clear()  # pyright: ignore[reportPrivateUsage]
        assert await starting() == ["commands_registered"]
        async with connected(stage, ("ui_commands",)):
            await stage.owner.set_locale("ja")
            outcome = await stage.owner.run("読む", channel=stage.channel_id)
            assert outcome.text == "pong"
