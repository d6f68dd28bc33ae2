"""`/privacy` as a member meets it: everything in one file, and everything gone."""

import json
import time
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from commands_stage import CommandsStage, commands_stage
from sqlalchemy import insert, select

from bot.models import Paper
from bot.services.reacting import Reaction, Wish
from bot.store.privacy import NOBODY
from bot.store.schema import bookmarks, flag_answers, glossary, people, subscriptions
from bot.ui.sessions import LIFETIME
from sandbox.discord.sightings import SeenMessage


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[CommandsStage]:
    async with commands_stage(tmp_path) as made:
        yield made


async def _paper(stage: CommandsStage, number: int) -> Paper:
    paper = Paper(
        f"2606.{number:05}", 1, f"On cat {number}", "An abstract.", ("Ana",), ("cs.CL",), "cs.CL"
    )
    await stage.core.papers.enrich([paper], stage.clock.now())
    return paper


async def _lead_a_life(stage: CommandsStage) -> Paper:
    """Let the admin leave a trace in every table that knows people."""
    core, me, now = stage.core, stage.admin_id, stage.clock.now()
    paper = await _paper(stage, 1)
    await stage.subscribe("cs.LG")
    services = core.services
    await services.bookmarks.set(me, paper.id, paper.version)
    await services.shown_cards.add(77, stage.channel_id, stage.guild_id, paper.id, 1, me, now)
    await services.reactions.reacted(Reaction(me, 77, Wish.UP, added=True))
    await services.reactions.reacted(Reaction(me, 77, "ja", added=True))
    await services.lists.keep(me, "search", {"ids": [paper.id]}, now)
    async with core.database.write() as connection:
        await connection.execute(insert(people).values(user_id=me, language="ja", updated_at=now))
        term = {"guild_id": stage.guild_id, "language": "ja", "folded": "cat", "term": "Cat"}
        mine = {"translation": "猫", "creator_id": me, "created_at": now}
        await connection.execute(insert(glossary).values(term | mine))
    return paper


async def _download(message: SeenMessage) -> dict[str, Any]:
    (file,) = message.files
    assert file.name.endswith(".json")
    async with aiohttp.ClientSession() as session, session.get(file.url) as response:
        assert response.status == 200
        return json.loads(await response.read())


async def test_an_export_has_everything_in_one_file(stage: CommandsStage) -> None:
    paper = await _lead_a_life(stage)
    answer = await stage.run("privacy export")
    assert "1 bookmark with its note" in answer.text
    assert "1 subscription that you made" in answer.text
    data = await _download(answer)
    assert data["format"] == "paperboy-personal-data"
    assert data["format_version"] == 1
    assert data["user_id"] == str(stage.admin_id)
    assert data["reading_language"]["language"] == "ja"
    assert datetime.fromisoformat(data["reading_language"]["updated_at"]).tzinfo is not None
    (bookmark,) = data["bookmarks"]
    assert bookmark["title"] == paper.title
    assert bookmark["link"] == "https://arxiv.org/abs/2606.00001v1"
    assert bookmark["created_at"].startswith("2026-06-17T08:00:")
    assert bookmark["created_at"].endswith("+00:00")
    assert bookmark["note"] == ""
    for name in ("votes", "flag_requests", "shown_cards", "lists", "subscriptions", "glossary"):
        assert len(data[name]) == 1, name
    assert data["votes"][0]["value"] == 1
    assert data["flag_requests"][0]["language"] == "ja"
    assert data["subscriptions"][0]["guild_id"] == str(stage.guild_id)
    assert data["glossary"][0]["translation"] == "猫"


async def test_a_stranger_is_told_that_there_is_nothing(stage: CommandsStage) -> None:
    await _lead_a_life(stage)
    answer = await stage.run("privacy export", by=stage.reader)
    assert "hold nothing about you" in answer.text
    data = await _download(answer)
    assert data["bookmarks"] == []
    assert data["reading_language"] is None
    answer = await stage.run("privacy delete", by=stage.reader)
    assert "hold nothing about you" in answer.text
    assert answer.buttons == []


async def test_deleting_removes_what_is_ones_own_and_the_name_from_the_rest(
    stage: CommandsStage,
) -> None:
    await _lead_a_life(stage)
    await stage.core.services.bookmarks.set(stage.reader_id, "2606.00001", 1)
    asked = await stage.run("privacy delete")
    goes, _, stays = asked.text.partition("belongs to servers")
    assert "1 bookmark" in goes
    assert "1 vote" in goes
    assert "your reading language" in goes
    assert "1 list" in goes
    assert "1 card" in goes
    assert "1 subscription" in stays
    assert "1 glossary term" in stays
    assert "1 translation that you asked for with a flag" in stays
    assert "cannot be undone" in asked.text
    done = await stage.press(asked, "Delete everything")
    assert "### Deleted" in done.text
    assert "1 bookmark" in done.text
    assert done.buttons == []
    privacy = stage.core.services.privacy
    assert set((await privacy.counts(stage.admin_id)).values()) == {0}
    assert "hold nothing" in (await stage.run("privacy export")).text
    async with stage.core.database.read() as connection:
        for table in (subscriptions, flag_answers, glossary):
            (row,) = (await connection.execute(select(table))).mappings()
            assert row.get("creator_id", row.get("user_id")) == NOBODY
        (kept,) = (await connection.execute(select(bookmarks))).mappings()
        assert kept["user_id"] == stage.reader_id


async def test_nothing_goes_without_the_confirmation(stage: CommandsStage) -> None:
    await _lead_a_life(stage)
    before = await stage.core.services.privacy.counts(stage.admin_id)
    asked = await stage.run("privacy delete")
    assert "Nothing was deleted" in (await stage.press(asked, "Cancel")).text
    late = await stage.run("privacy delete")
    stage.clock.advance(LIFETIME + timedelta(seconds=1))
    assert "This dialog is over" in (await stage.press(late, "Delete everything")).text
    assert await stage.core.services.privacy.counts(stage.admin_id) == before


async def test_it_works_in_direct_messages(stage: CommandsStage) -> None:
    await _lead_a_life(stage)
    room = await stage.admin.open_dm(stage.application.id)
    data = await _download(await stage.run("privacy export", at=room))
    assert len(data["bookmarks"]) == 1
    asked = await stage.run("privacy delete", at=room)
    await stage.press(asked, "Delete everything")
    assert set((await stage.core.services.privacy.counts(stage.admin_id)).values()) == {0}


async def test_it_works_where_only_the_person_has_installed_the_bot(
    stage: CommandsStage,
) -> None:
    await _paper(stage, 1)
    await stage.core.services.bookmarks.set(stage.reader_id, "2606.00001", 1)
    await stage.reader.install(stage.application.id)
    elsewhere = stage.world.servers.create(stage.admin_id, "Elsewhere")
    stage.world.servers.add_member(elsewhere.id, stage.reader_id)
    room = stage.world.rooms.create(elsewhere.id, "talk").id
    data = await _download(await stage.run("privacy export", at=room, by=stage.reader))
    assert len(data["bookmarks"]) == 1
    asked = await stage.run("privacy delete", at=room, by=stage.reader)
    done = await stage.press(asked, "Delete everything", by=stage.reader)
    assert "1 bookmark" in done.text
    assert not await stage.core.services.bookmarks.has(stage.reader_id, "2606.00001")


async def test_five_thousand_bookmarks_in_three_seconds(stage: CommandsStage) -> None:
    now = stage.clock.now()
    papers = [
        Paper(f"26{n // 1000:02}.{n % 1000:05}", 1, f"On cat {n}", "A.", ("Ana",), ("cs.CL",), "x")
        for n in range(1, 5001)
    ]
    await stage.core.papers.enrich(papers, now)
    rows = [
        {
            "user_id": stage.reader_id,
            "paper_id": paper.id,
            "version": 1,
            "created_at": now,
            "note": "Read this *again*. " * 5,
        }
        for paper in papers
    ]
    async with stage.core.database.write() as connection:
        await connection.execute(insert(bookmarks), rows)
    started = time.perf_counter()
    answer = await stage.run("privacy export", by=stage.reader)
    assert time.perf_counter() - started < 3
    assert "5,000 bookmarks" in answer.text
    data = await _download(answer)
    assert len({entry["paper_id"] for entry in data["bookmarks"]}) == 5000


async def test_what_passes_discords_limit_is_compressed(stage: CommandsStage) -> None:
    await _lead_a_life(stage)
    made = await stage.core.services.privacy.export(stage.admin_id, limit=100)
    assert made.name.endswith(".json.gz")
    assert made.data.startswith(b"\x1f\x8b")
