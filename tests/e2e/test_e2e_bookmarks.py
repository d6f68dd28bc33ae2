"""`/bookmarks` as a reader meets it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from commands_stage import CommandsStage, commands_stage

from bot.models import Paper
from bot.ui.sessions import LIFETIME


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[CommandsStage]:
    async with commands_stage(tmp_path) as made:
        yield made


async def _bookmark(stage: CommandsStage, number: int, title: str) -> None:
    paper = Paper(
        f"2606.{number:05}", 1, title, "An abstract.", ("Ana Núñez",), ("cs.CL",), "cs.CL"
    )
    await stage.core.papers.enrich([paper], stage.clock.now())
    await stage.core.services.bookmarks.set(stage.reader_id, paper.id, paper.version)
    stage.clock.advance(timedelta(seconds=1))


async def _titles(stage: CommandsStage) -> list[str]:
    entries, _ = await stage.core.services.bookmarks.page(stage.reader_id, 0, 100)
    return [paper.title for _, paper in entries]


async def test_a_beginner_is_told_how(stage: CommandsStage) -> None:
    answer = await stage.run("bookmarks list", by=stage.reader)
    assert "React with 🔖" in answer.text


async def test_a_posted_paper_comes_into_the_list_and_goes_again(stage: CommandsStage) -> None:
    await stage.subscribe("cs.LG", max_papers=1)
    await stage.announce("cs.LG")
    await stage.run("digest now")
    _, card = await stage.posts(2)
    await stage.press(card, "Bookmark", by=stage.reader)
    listed = await stage.run("bookmarks list", by=stage.reader)
    assert "1 bookmark" in listed.text
    assert "[A Good Lawyer Needs No Witness" in listed.text
    assert "(https://arxiv.org/abs/2606.90021v1)" in listed.text
    removed = await stage.run("bookmarks remove", by=stage.reader, paper="2606.90021")
    assert "is no longer among your bookmarks" in removed.text
    assert "no bookmarks yet" in (await stage.run("bookmarks list", by=stage.reader)).text


async def test_pages_of_ten_the_newest_first(stage: CommandsStage) -> None:
    for number in range(1, 24):
        await _bookmark(stage, number, f"Paper {number:02} of *many*")
    first = await stage.run("bookmarks list", by=stage.reader)
    assert "23 bookmarks" in first.text
    assert "Page 1 of 3" in first.text
    assert r"1. [Paper 23 of \*many\*](https://arxiv.org/abs/2606.00023v1)" in first.text
    assert "Paper 13" not in first.text
    second = await stage.press(first, "Next ▶", by=stage.reader)
    third = await stage.press(second, "Next ▶", by=stage.reader)
    assert "21. [Paper 03" in third.text
    assert "23. [Paper 01" in third.text
    # Bookmarks that are gone meanwhile make the last page the one before.
    for number in (1, 2, 3):
        await stage.core.services.bookmarks.clear(stage.reader_id, f"2606.{number:05}")
    back = await stage.press(third, "◀ Previous", by=stage.reader)
    assert "Page 2 of 2" in back.text


@pytest.mark.parametrize(
    "text",
    [
        "2606.00002",
        "arXiv:2606.00002v3",
        "https://arxiv.org/abs/2606.00002v1",
        "https://arxiv.org/pdf/2606.00002",
        "https://doi.org/10.48550/arXiv.2606.00002",
        "blue cats",
    ],
)
async def test_removing_by_any_name(stage: CommandsStage, text: str) -> None:
    await _bookmark(stage, 1, "On red dogs")
    await _bookmark(stage, 2, "On Blue Cats")
    removed = await stage.run("bookmarks remove", by=stage.reader, paper=text)
    assert "On Blue Cats" in removed.text
    assert await _titles(stage) == ["On red dogs"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2606.09999", "arXiv:2606.09999 is not among your bookmarks"),
        ("on", "2 of your bookmarks have “on” in their titles"),
        ("green birds", "None of your bookmarks has “green birds” in its title"),
        ("2606.00001 2606.00002", "more than one arXiv id"),
        ("@everyone **x**", "None of your bookmarks has"),
    ],
)
async def test_what_cannot_be_removed(stage: CommandsStage, text: str, sentence: str) -> None:
    await _bookmark(stage, 1, "On red dogs")
    await _bookmark(stage, 2, "On blue cats")
    answer = await stage.run("bookmarks remove", by=stage.reader, paper=text)
    assert sentence in answer.text
    assert len(await _titles(stage)) == 2


async def test_autocomplete_offers_ones_own_titles(stage: CommandsStage) -> None:
    await _bookmark(stage, 1, "On red dogs")
    await _bookmark(stage, 2, r"On $\alpha$-stable cats")
    choices = await stage.reader.autocomplete(
        "bookmarks remove", "paper", "stable", channel=stage.channel_id
    )
    assert choices == [{"name": "On α-stable cats", "value": "2606.00002"}]
    nothing = await stage.admin.autocomplete(
        "bookmarks remove", "paper", "", channel=stage.channel_id
    )
    assert nothing == []


async def test_it_works_in_direct_messages(stage: CommandsStage) -> None:
    await _bookmark(stage, 1, "On red dogs")
    room = await stage.reader.open_dm(stage.application.id)
    listed = await stage.run("bookmarks list", by=stage.reader, at=room)
    assert "On red dogs" in listed.text
    await stage.run("bookmarks remove", by=stage.reader, at=room, paper="red")
    assert await _titles(stage) == []


async def test_pages_that_are_over(stage: CommandsStage) -> None:
    for number in range(1, 12):
        await _bookmark(stage, number, f"Paper {number}")
    listed = await stage.run("bookmarks list", by=stage.reader)
    stage.clock.advance(LIFETIME)
    late = await stage.press(listed, "Next ▶", by=stage.reader)
    assert "Run `/bookmarks list` to begin again." in late.text
