"""`/status` and `/help` as anybody meets them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from commands_stage import CommandsStage, commands_stage

from bot import __version__
from sandbox.discord.person import Person


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[CommandsStage]:
    async with commands_stage(tmp_path) as made:
        yield made


async def test_status_before_and_after_an_announcement(stage: CommandsStage) -> None:
    empty = await stage.run("status", by=stage.reader)
    assert "No category is subscribed" in empty.text
    await stage.subscribe("cs.LG")
    await stage.announce("cs.LG")
    status = await stage.run("status", by=stage.reader)
    assert "**cs.LG** · Wed 17 Jun: 2 new, 2 cross-listed, 3 replaced" in status.text
    assert "next look <t:" in status.text
    assert "Waiting to be posted: 0 messages" in status.text
    assert " ms\n" in status.text


async def test_status_shows_a_server_its_own_categories_only(stage: CommandsStage) -> None:
    await stage.subscribe("cs.LG")
    elsewhere = stage.world.servers.create(stage.reader_id, "Elsewhere").id
    room = stage.world.rooms.create(elsewhere, "general").id
    stage.world.servers.add_bot(elsewhere, stage.application.id)
    direct = await stage.reader.open_dm(stage.application.id)
    for at in (room, direct):
        status = await stage.run("status", by=stage.reader, at=at)
        assert "Subscribed in all servers: 1 category" in status.text
        assert "cs.LG" not in status.text
    assert "cs.LG" in (await stage.run("status", by=stage.reader)).text


async def test_status_shows_everything_to_an_operator(tmp_path: Path) -> None:
    operator = 80351110224678912
    async with commands_stage(tmp_path, owner_ids=str(operator)) as stage:
        await stage.subscribe("cs.LG")
        stage.world.accounts.create_user("otto", user_id=operator)
        elsewhere = stage.world.servers.create(operator, "Elsewhere").id
        stage.world.servers.add_bot(elsewhere, stage.application.id)
        async with Person(f"{stage.discord.url}/control", operator) as otto:
            direct = await otto.open_dm(stage.application.id)
            assert "**cs.LG**" in (await stage.run("status", by=otto, at=direct)).text


async def test_status_tells_of_trouble_with_arxiv(stage: CommandsStage) -> None:
    await stage.subscribe("cs.LG")
    await stage.arxiv.stop()
    await stage.announce("cs.LG")
    problem = (await stage.core.ledger_store.feed("cs.LG")).problem
    assert problem
    status = (await stage.run("status", by=stage.reader)).text
    assert "⚠️ arXiv did not answer well when I looked last; I go on looking." in status
    assert problem not in status


async def test_help_in_a_server_and_in_direct_messages(stage: CommandsStage) -> None:
    room = await stage.reader.open_dm(stage.application.id)
    for at in (stage.channel_id, room):
        answer = await stage.run("help", by=stage.reader, at=at)
        assert "`/subscribe`" in answer.text
        for command in ("search", "paper", "translate", "bookmarks export", "why", "privacy"):
            assert f"`/{command}" in answer.text
        about = await stage.run("about", by=stage.reader, at=at)
        assert f"Paperboy {__version__}" in about.text
        assert "Thank you to arXiv for use of its open access interoperability." in about.text
        assert "was not reviewed or approved by" in about.text
