"""`/glossary` as an admin and a reader meet it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from commands_stage import CommandsStage, commands_stage
from translate_stage import PAPER, store_papers, write_memory

from bot.services.reading import MOST_TERMS
from sandbox.discord.person import ControlRefusedError
from sandbox.discord.sightings import SeenMessage


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[CommandsStage]:
    memory = await asyncio.to_thread(write_memory, tmp_path / "memory")
    async with commands_stage(tmp_path / "data", translation_memory=str(memory)) as made:
        await store_papers(made)
        yield made


async def _add(stage: CommandsStage, term: str, translation: str, language: str) -> SeenMessage:
    return await stage.run("glossary add", term=term, translation=translation, language=language)


async def _put(stage: CommandsStage, term: str, language: str = "ja") -> None:
    await stage.core.services.glossaries.put(
        stage.guild_id, stage.admin_id, language=language, term=term, translation="訳"
    )


async def test_a_term_changes_this_servers_translations_only(stage: CommandsStage) -> None:
    before = await stage.run("translate", by=stage.reader, ref=PAPER.id, language="ja")
    assert "大規模言語モデルを用いた検索" in before.text
    added = await _add(stage, "Large Language Model", "LLM *言語* 模型", "Japanese")
    assert "Added to the glossary for Japanese" in added.text
    assert r"Large Language Model → LLM \*言語\* 模型" in added.text
    after = await stage.run("translate", by=stage.reader, ref=PAPER.id, language="ja")
    assert r"LLM \*言語\* 模型を用いた検索" in after.text
    room = await stage.reader.open_dm(stage.application.id)
    outside = await stage.run("translate", by=stage.reader, at=room, ref=PAPER.id, language="ja")
    assert "大規模言語モデルを用いた検索" in outside.text


async def test_the_same_term_is_changed_and_removed(stage: CommandsStage) -> None:
    await _add(stage, "attention", "注意", "ja")
    changed = await _add(stage, "ATTENTION", "アテンション", "ja")
    assert "Changed in the glossary for Japanese" in changed.text
    listed = await stage.run("glossary list")
    assert "This server's glossary: 1 term" in listed.text
    assert "**Japanese**\n- ATTENTION → アテンション" in listed.text
    removed = await stage.run("glossary remove", term="attention")
    assert "Removed from the glossary for Japanese" in removed.text
    assert "No term is in this glossary yet" in (await stage.run("glossary list")).text
    gone = await stage.run("glossary remove", term="attention")
    assert "not in the server's glossary" in gone.text


async def test_a_term_of_several_languages_asks_for_one(stage: CommandsStage) -> None:
    await _add(stage, "attention", "注意", "ja")
    await _add(stage, "attention", "注意力", "zh-CN")
    asked = await stage.run("glossary remove", term="attention")
    assert "several languages" in asked.text
    await stage.run("glossary remove", term="attention", language="ja")
    left = await stage.core.services.glossaries.terms(stage.guild_id)
    assert [entry.language for entry in left] == ["zh-CN"]
    only = await stage.run("glossary list", language="ja")
    assert "No term is in this glossary yet" in only.text


async def test_the_list_has_pages(stage: CommandsStage) -> None:
    for number in range(1, 21):
        await _put(stage, f"term {number:02}")
    first = await stage.run("glossary list")
    assert "20 terms" in first.text
    assert "term 15" in first.text
    assert "term 16" not in first.text
    assert "Page 1 of 2" in first.text
    second = await stage.press(first, "Next ▶")
    assert second.id == first.id
    assert "term 16" in second.text


async def test_a_language_holds_so_many_terms(stage: CommandsStage) -> None:
    for number in range(MOST_TERMS):
        await _put(stage, f"term {number}")
    full = await _add(stage, "one more", "もう一つ", "ja")
    assert f"has {MOST_TERMS} terms for Japanese already" in full.text
    assert "Changed" in (await _add(stage, "term 7", "七", "ja")).text
    assert "Added" in (await _add(stage, "one more", "再来一个", "zh-CN")).text


@pytest.mark.parametrize(
    ("term", "language", "sentence"),
    [
        ("\u200b", "ja", "at least one visible character"),
        ("word", "en", "Papers are in English already"),
        ("word", "Klingon", "I do not know the language"),
    ],
)
async def test_what_cannot_be_added(
    stage: CommandsStage, term: str, language: str, sentence: str
) -> None:
    assert sentence in (await _add(stage, term, "訳", language)).text
    assert await stage.core.services.glossaries.terms(stage.guild_id) == []


async def test_terms_are_offered_while_typing(stage: CommandsStage) -> None:
    await _add(stage, "attention", "注意", "ja")
    await _add(stage, "attention", "注意力", "zh-CN")
    await _add(stage, "graph", "グラフ", "ja")

    async def offered(typed: str, **options: str) -> list[str]:
        choices = await stage.admin.autocomplete(
            "glossary remove", "term", typed, channel=stage.channel_id, options=options
        )
        return [choice["name"] for choice in choices]

    assert await offered("ATT") == ["attention → 注意"]
    assert await offered("att", language="zh-CN") == ["attention → 注意力"]
    assert await offered("グラ") == ["graph → グラフ"]
    languages = await stage.admin.autocomplete(
        "glossary add", "language", "en", channel=stage.channel_id
    )
    assert "en" not in [choice["value"] for choice in languages]
    every = await stage.admin.autocomplete("glossary add", "language", "", channel=stage.channel_id)
    assert len(every) == 25


async def test_only_who_manages_the_server_may_use_it(stage: CommandsStage) -> None:
    with pytest.raises(ControlRefusedError):
        await stage.run("glossary list", by=stage.reader)
    # A server's settings may offer the command to everybody, so the bot checks by itself.
    registered = stage.world.commands.listed(stage.application.id, None)
    (command,) = (one for one in registered if one.name == "glossary")
    command.definition["default_member_permissions"] = None
    for name, options in (
        ("list", {}),
        ("add", {"term": "a", "translation": "b", "language": "ja"}),
        ("remove", {"term": "a"}),
    ):
        refused = await stage.run(f"glossary {name}", by=stage.reader, options=options)
        assert "You need the permission Manage Server" in refused.text
    offered = await stage.reader.autocomplete(
        "glossary remove", "term", "", channel=stage.channel_id
    )
    assert offered == []
