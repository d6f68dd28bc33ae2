"""Notes on bookmarks, the exported files, and clearing, as a reader meets them."""

import csv
import io
import json
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from bibtexparser.entrypoint import parse_string as parse_bibtex
from bookmark_steps import bookmark, note_of, pick, titles
from commands_stage import MORNING, CommandsStage, commands_stage
from sqlalchemy import insert

from bot.export.formats import Format
from bot.models import Paper
from bot.store.schema import bookmarks
from bot.ui.sessions import LIFETIME
from sandbox.discord.sightings import SeenMessage

NOTE = "First 🔥 line\n\n**second** <@1> @everyone"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[CommandsStage]:
    async with commands_stage(tmp_path) as made:
        yield made


async def file_of(stage: CommandsStage, answer: SeenMessage, name: str) -> bytes:
    """The one file of a private answer, as its owner downloads it."""
    assert answer.ephemeral
    (file,) = answer.files
    assert file.name == name
    return await stage.reader.download(file)


async def test_a_note_by_command(stage: CommandsStage) -> None:
    await bookmark(stage, 1, "On red dogs")
    done = await stage.run("bookmarks note", by=stage.reader, paper="red dogs", note=NOTE)
    assert "Your note is saved." in done.text
    assert "> First 🔥 line" in done.text
    assert r"\*\*second\*\*" in done.text
    assert await note_of(stage, 1) == NOTE
    listed = await stage.run("bookmarks list", by=stage.reader)
    assert "📝 First 🔥 line" in listed.text
    cleared = await stage.run("bookmarks note", by=stage.reader, paper="2606.00001", note=" ")
    assert "This bookmark has no note now." in cleared.text
    assert await note_of(stage, 1) == ""


async def test_a_note_by_the_form_of_the_command(stage: CommandsStage) -> None:
    await bookmark(stage, 1, "On red dogs")
    await stage.core.services.bookmarks.note(stage.reader_id, "2606.00001", "Before")
    opened = await stage.reader.run(
        "bookmarks note", channel=stage.channel_id, options={"paper": "2606.00001"}
    )
    assert opened.modal is not None
    assert "Before" in json.dumps(opened.modal)
    sent = await stage.reader.submit(opened, {"Your note": NOTE})
    assert sent.message is not None
    assert "Your note is saved." in sent.message.text
    assert sent.message.ephemeral
    assert await note_of(stage, 1) == NOTE
    opened = await stage.reader.run(
        "bookmarks note", channel=stage.channel_id, options={"paper": "2606.00001"}
    )
    await stage.reader.submit(opened, {"Your note": ""})
    assert await note_of(stage, 1) == ""


async def test_a_note_from_the_list_and_back(stage: CommandsStage) -> None:
    for number in range(1, 8):
        await bookmark(stage, number, f"Paper {number}")
    listed = await stage.run("bookmarks list", by=stage.reader)
    second = await stage.press(listed, "▶", by=stage.reader)
    chosen = await pick(stage, second, ["2606.00002"])
    opened = await stage.reader.press(chosen, "Write a note")
    sent = await stage.reader.submit(opened, {"Your note": "Mine"})
    assert sent.message is not None
    assert sent.message.id == listed.id
    assert "> Mine" in sent.message.text
    assert "Change the note" in sent.message.buttons
    back = await stage.press(sent.message, "◀ Back", by=stage.reader)
    assert "📝 Mine" in back.text
    assert await note_of(stage, 2) == "Mine"


async def test_a_note_on_what_is_no_bookmark_any_more(stage: CommandsStage) -> None:
    await bookmark(stage, 1, "On red dogs")
    opened = await stage.reader.run(
        "bookmarks note", channel=stage.channel_id, options={"paper": "red dogs"}
    )
    await stage.core.services.bookmarks.clear(stage.reader_id, "2606.00001")
    sent = await stage.reader.submit(opened, {"Your note": "Too late"})
    assert "arXiv:2606.00001 is not among your bookmarks" in sent.text
    unknown = await stage.run("bookmarks note", by=stage.reader, paper="2606.00009", note="x")
    assert "arXiv:2606.00009 is not among your bookmarks" in unknown.text


async def test_an_export_is_a_file_that_only_its_owner_sees(stage: CommandsStage) -> None:
    await bookmark(stage, 1, "On red dogs", authors=("José García",), doi="10.1/x")
    await bookmark(stage, 2, r"On $\alpha$-stable cats")
    await stage.core.services.bookmarks.note(stage.reader_id, "2606.00002", NOTE)
    answer = await stage.run("bookmarks export", by=stage.reader, format="bib")
    assert "Your 2 bookmarks as BibTeX" in answer.text
    data = await file_of(stage, answer, "bookmarks-2026-06-17.bib")
    library = parse_bibtex(data.decode())
    keys = ["nunez-2606.00002", "garcia-2606.00001"]
    assert [read.key for read in library.entries] == keys
    assert library.entries[0]["annote"].startswith("First 🔥 line **second**")
    assert library.entries[1]["doi"] == "10.1/x"
    # A document that cites the one goes on finding it when the other is gone.
    await stage.core.services.bookmarks.clear(stage.reader_id, "2606.00002")
    answer = await stage.run("bookmarks export", by=stage.reader, format="bib")
    data = await file_of(stage, answer, "bookmarks-2026-06-17.bib")
    assert [read.key for read in parse_bibtex(data.decode()).entries] == keys[1:]
    seen = await stage.admin.read(stage.channel_id)
    assert not [message for message in seen if message.files or "BibTeX" in message.text]


async def test_every_format_comes_as_a_file(stage: CommandsStage) -> None:
    await bookmark(stage, 1, "On red dogs")
    room = await stage.reader.open_dm(stage.application.id)
    for extension in ("bib", "ris", "json", "csv", "md"):
        answer = await stage.run("bookmarks export", by=stage.reader, at=room, format=extension)
        data = await file_of(stage, answer, f"bookmarks-2026-06-17.{extension}")
        assert "On red dogs" in data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO((await _csv(stage)).decode("utf-8-sig"))))
    assert [row["arxiv_id"] for row in rows] == ["2606.00001"]


async def _csv(stage: CommandsStage) -> bytes:
    answer = await stage.run("bookmarks export", by=stage.reader, format="csv")
    return await file_of(stage, answer, "bookmarks-2026-06-17.csv")


async def test_it_works_where_only_the_person_has_installed_the_bot(stage: CommandsStage) -> None:
    for number in range(1, 8):
        await bookmark(stage, number, f"Paper {number}")
    await stage.reader.install(stage.application.id)
    elsewhere = stage.world.servers.create(stage.admin_id, "Elsewhere").id
    stage.world.servers.add_member(elsewhere, stage.reader_id)
    room = stage.world.rooms.create(elsewhere, "lobby").id
    group = await stage.reader.open_group_dm(stage.admin_id)
    for at in (room, group):
        listed = await stage.run("bookmarks list", by=stage.reader, at=at)
        second = await stage.press(listed, "▶", by=stage.reader)
        chosen = await pick(stage, second, ["2606.00002"])
        opened = await stage.reader.press(chosen, "📝")
        sent = await stage.reader.submit(opened, {"Your note": f"From {at}"})
        assert f"> From {at}" in sent.text
        saved = await stage.run("bookmarks export", by=stage.reader, at=at, format="md")
        assert f"From {at}".encode() in await file_of(stage, saved, "bookmarks-2026-06-17.md")


async def test_nothing_to_export(stage: CommandsStage) -> None:
    answer = await stage.run("bookmarks export", by=stage.reader, format="md")
    assert "You have no bookmarks yet. React with 🔖 to a paper" in answer.text


async def test_thousands_of_bookmarks_are_listed_searched_and_exported(
    stage: CommandsStage,
) -> None:
    papers = [
        Paper(
            id=f"{2000 + number // 99999:04}.{number:05}",
            version=1,
            title=rf"Paper {number} on $\alpha_{{{number}}}$ and Schr\"odinger",
            abstract="We study one thing and then another. " * 30,
            authors=("José García", "Ada Lovelace", f"Person Number{number}"),
            categories=("cs.CL",),
            primary_category="cs.CL",
        )
        for number in range(1, 5001)
    ]
    await stage.core.papers.enrich(papers, stage.clock.now())
    kept = [
        {"user_id": stage.reader_id, "paper_id": paper.id, "version": 1, "created_at": MORNING}
        for paper in papers
    ]
    async with stage.core.database.write() as connection:
        await connection.execute(insert(bookmarks), kept)
    assert "5,000 bookmarks" in (await stage.run("bookmarks list", by=stage.reader)).text
    found = await stage.run("bookmarks search", by=stage.reader, query="schrodinger number4711")
    assert "1 of your 5,000 bookmarks matches" in found.text
    for format_ in Format:
        started = time.perf_counter()
        answer = await stage.run("bookmarks export", by=stage.reader, format=format_.value)
        assert time.perf_counter() - started < 3, format_
        data = await file_of(stage, answer, f"bookmarks-2026-06-17.{format_.value}")
        assert data.count(b"https://arxiv.org/abs/") == 5000, format_


async def test_clearing_is_asked_and_offers_a_file_first(stage: CommandsStage) -> None:
    for number in range(1, 4):
        await bookmark(stage, number, f"Paper {number}")
    await stage.core.services.bookmarks.note(stage.reader_id, "2606.00002", "Mine")
    asked = await stage.run("bookmarks clear", by=stage.reader)
    assert "You have 3 bookmarks. All of them will be removed" in asked.text
    assert "1 of them has a note of yours." in asked.text
    saved = await pick(stage, asked, ["md"])
    assert b"Paper 2" in await file_of(stage, saved, "bookmarks-2026-06-17.md")
    stage.clock.advance(timedelta(seconds=5))
    await bookmark(stage, 4, "Bookmarked meanwhile")
    done = await stage.press(asked, "Remove 3 bookmarks", by=stage.reader)
    assert "3 bookmarks were removed." in done.text
    assert await titles(stage) == ["Bookmarked meanwhile"]


async def test_clearing_can_be_left_and_ends_by_itself(stage: CommandsStage) -> None:
    assert "no bookmarks yet" in (await stage.run("bookmarks clear", by=stage.reader)).text
    await bookmark(stage, 1, "Paper 1")
    asked = await stage.run("bookmarks clear", by=stage.reader)
    assert "Nothing was removed." in (await stage.press(asked, "Cancel", by=stage.reader)).text
    asked = await stage.run("bookmarks clear", by=stage.reader)
    stage.clock.advance(LIFETIME)
    late = await stage.press(asked, "Remove 1 bookmark", by=stage.reader)
    assert "Run `/bookmarks clear` to begin again." in late.text
    assert await titles(stage) == ["Paper 1"]
