"""Translations in threads, elsewhere, of papers that are still at arXiv, and of long ones."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from commands_stage import CommandsStage, commands_stage
from translate_stage import PAPER, store_papers, write_memory

from bot.digest.pace import Pacer
from bot.ui import custom_ids
from bot.ui.sender import DiscordSender
from bot.ui.translation_views import posted_translation_view
from sandbox.arxiv.faults import FaultRule

API = "^/api/query"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[CommandsStage]:
    memory = await asyncio.to_thread(write_memory, tmp_path / "memory")
    async with commands_stage(
        tmp_path / "data", translation_memory=str(memory), reader_patience="0.5"
    ) as made:
        await store_papers(made)
        yield made


async def test_a_posted_translation_opens_beside_the_original_for_who_pressed(
    stage: CommandsStage,
) -> None:
    made = await stage.core.translations.of(PAPER, "ja", stage.guild_id)

    sender = DiscordSender(stage.client, Pacer(1000), on_unauthorized=lambda: None)
    await sender.send_view(
        stage.channel_id,
        lambda: posted_translation_view(PAPER, made, "thekey"),
        lambda: posted_translation_view(PAPER, made, "thekey"),
        nonce="thekey",
    )
    (posted,) = await stage.posts(1)
    assert "30億パラメータのモデルを1200件の文書で訓練する。" in posted.text
    assert "We train a 3B model" not in posted.text
    assert custom_ids.key_of(posted.custom_ids[0]) == "thekey"
    opened = await stage.press(posted, "Beside the original", by=stage.reader)
    assert opened.id != posted.id
    assert "70%高速になる。\n-# It is 70% faster." in opened.text


async def test_where_only_the_person_installed_it(stage: CommandsStage) -> None:
    world = stage.world
    elsewhere = world.servers.create(stage.admin_id, "Elsewhere").id
    world.servers.add_member(elsewhere, stage.reader_id)
    room = world.rooms.create(elsewhere, "lobby").id
    await stage.reader.install(stage.application.id)
    chosen = await stage.run("language", by=stage.reader, at=room, language="ja")
    assert "日本語" in chosen.text
    said = await stage.run("translate", by=stage.reader, at=room, ref=PAPER.id)
    assert "70%高速になる。" in said.text
    only = await stage.press(said, "Translation", by=stage.reader)
    assert "It is 70% faster." not in only.text


@pytest.mark.parametrize(
    ("ref", "options", "found"),
    [
        ("2606.90029", {"language": "ja"}, "2606.90029v1"),
        ("2606.90029v1", {}, "2606.90029v1"),
        ("why your glass remembers", {}, "2606.90028v1"),
    ],
)
async def test_a_slow_arxiv_is_named_and_asked_again_also_after_a_restart(
    stage: CommandsStage, ref: str, options: dict[str, str], found: str
) -> None:
    await stage.run("language", by=stage.reader, language="ja")
    stage.arxiv.set_faults([FaultRule(API, times=3, status=503, body=b"no")])
    sorry = await stage.run("translate", by=stage.reader, options={"ref": ref, **options})
    assert "arXiv did not answer as it should" in sorry.text
    assert sorry.buttons == ["Try again"]
    stage.arxiv.set_faults([])
    await stage.stop()
    await stage.start()
    done = await stage.press(sorry, "Try again", by=stage.reader)
    assert done.id == sorry.id
    # The memory knows nothing of it.
    assert "memory has no translation of this paper into Japanese." in done.text
    assert f"arXiv:{found}" in done.text


async def test_a_long_abstract_has_pages(stage: CommandsStage) -> None:
    words = " ".join(["alpha"] * 40)
    abstract = "It is 70% faster. " + " ".join(f"Sentence {n} is {words}." for n in range(22))
    long = replace(PAPER, id="2606.00045", abstract=abstract)
    await stage.core.papers.enrich([long], stage.clock.now())
    first = await stage.run("translate", by=stage.reader, ref=long.id, language="ja")
    assert "70%高速になる。" in first.text
    assert "Sentence 21 is" not in first.text
    last = await stage.press(first, "⏭", by=stage.reader)
    assert last.id == first.id
    assert "Sentence 21 is" in last.text
    assert "70%高速になる。" not in last.text
    again = await stage.press(last, "⏮", by=stage.reader)
    assert again.text == first.text
