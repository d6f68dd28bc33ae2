"""`/bookmarks` as a reader meets it: the list, searching, removing."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from bookmark_steps import bookmark, menu_of, note_of, pick, titles
from commands_stage import CommandsStage, commands_stage

from bot.errors import NotFound


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[CommandsStage]:
    async with commands_stage(tmp_path) as made:
        yield made


async def test_a_beginner_is_told_how(stage: CommandsStage) -> None:
    answer = await stage.run("bookmarks list", by=stage.reader)
    assert "React with 🔖" in answer.text
    assert (
        "React with 🔖"
        in (await stage.run("bookmarks search", by=stage.reader, query="anything")).text
    )


async def test_a_posted_paper_comes_into_the_list_and_goes_again(stage: CommandsStage) -> None:
    await stage.subscribe("cs.LG", max_papers=1)
    await stage.announce("cs.LG")
    await stage.run("digest now")
    _, card = await stage.posts(2)
    await stage.press(card, "Bookmark", by=stage.reader)
    listed = await stage.run("bookmarks list", by=stage.reader)
    assert "1 bookmark\n" in listed.text
    assert "[A Good Lawyer Needs No Witness" in listed.text
    assert "(https://arxiv.org/abs/2606.90021v1)" in listed.text
    removed = await stage.run("bookmarks remove", by=stage.reader, paper="2606.90021")
    assert "is no longer among your bookmarks" in removed.text
    assert "no bookmarks yet" in (await stage.run("bookmarks list", by=stage.reader)).text


async def test_pages_of_five_the_newest_first(stage: CommandsStage) -> None:
    for number in range(1, 13):
        await bookmark(stage, number, f"Paper {number:02} of *many*")
    first = await stage.run("bookmarks list", by=stage.reader)
    assert "12 bookmarks" in first.text
    assert r"**1.** [Paper 12 of \*many\*](https://arxiv.org/abs/2606.00012v1)" in first.text
    assert "Paper 07" not in first.text
    assert first.buttons.count("Open") == 5
    second = await stage.press(first, "▶", by=stage.reader)
    last = await stage.press(second, "⏭", by=stage.reader)
    assert "**11.** [Paper 02" in last.text
    assert "**12.** [Paper 01" in last.text
    # Bookmarks that are gone meanwhile make the last page the one before.
    for number in (1, 2, 3):
        await stage.core.services.bookmarks.clear(stage.reader_id, f"2606.{number:05}")
    back = await stage.press(last, "◀", by=stage.reader)
    assert "2 / 2" in back.buttons
    assert "**9.** [Paper 04" in back.text


async def test_pages_survive_a_restart(stage: CommandsStage) -> None:
    for number in range(1, 8):
        await bookmark(stage, number, f"Paper {number}")
    listed = await stage.run("bookmarks list", by=stage.reader)
    await stage.stop()
    await stage.start()
    second = await stage.press(listed, "▶", by=stage.reader)
    assert "**7.** [Paper 1]" in second.text
    chosen = await pick(stage, second, ["2606.00001"])
    assert "Write a note" in chosen.buttons
    back = await stage.press(chosen, "◀ Back", by=stage.reader)
    assert "**6.** [Paper 2]" in back.text


async def test_a_bookmark_is_chosen_and_removed_in_the_list(stage: CommandsStage) -> None:
    for number in range(1, 7):
        await bookmark(stage, number, f"Paper {number}")
    listed = await stage.run("bookmarks list", by=stage.reader)
    assert menu_of(listed) == [f"Paper {number}" for number in (6, 5, 4, 3, 2)]
    other = await stage.run("bookmarks list", by=stage.reader)
    same = await pick(stage, other, ["2606.00004"])
    chosen = await pick(stage, listed, ["2606.00004"])
    assert "### [Paper 4](https://arxiv.org/abs/2606.00004v1)" in chosen.text
    assert {"Open", "Write a note", "Remove", "◀ Back"} <= set(chosen.buttons)
    after = await stage.press(chosen, "Remove", by=stage.reader)
    assert "[Paper 4](https://arxiv.org/abs/2606.00004v1) is no longer among" in after.text
    assert "5 bookmarks" in after.text
    assert await titles(stage) == [f"Paper {number}" for number in (6, 5, 3, 2, 1)]
    again = await stage.press(same, "Remove", by=stage.reader)
    assert "arXiv:2606.00004 is not among your bookmarks" in again.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("nunez", ["On red dogs"]),
        ("NÚÑEZ", ["On red dogs"]),
        ("schrodinger", ["On blue cats"]),
        ("cats quantum", ["On blue cats"]),
        ("quantum dogs", []),
        ('"gray-box model"', ["On blue cats"]),
        ('"model gray"', []),
        ("量子", ["量子計算の研究"]),
        ("計算の", ["量子計算の研究"]),
        ("2606.00002", ["On blue cats"]),
        ("at", []),  # the beginning of words, not c-at-s
        ("reread 🔥", ["On red dogs"]),
        ("α-stable", ["On blue cats"]),
        ("on", ["On blue cats", "On red dogs"]),
    ],
)
async def test_searching(stage: CommandsStage, query: str, found: list[str]) -> None:
    await bookmark(stage, 1, "On red dogs")
    await bookmark(
        stage,
        2,
        "On blue cats",
        abstract=r"Schr\"odinger's quantum $\alpha$-stable grey. A gray-box model.",
        authors=("Bea Bär",),
    )
    await bookmark(stage, 3, "量子計算の研究", authors=("山田 太郎",), abstract="要旨。")
    await stage.core.services.bookmarks.note(stage.reader_id, "2606.00001", "Reread 🔥\nsoon")
    answer = await stage.run("bookmarks search", by=stage.reader, query=query)
    assert [title for title in titles_in(answer.text) if title] == found
    if found:
        assert f"{len(found)} of your 3 bookmarks match" in answer.text
    else:
        assert "None of your bookmarks matches" in answer.text


def titles_in(text: str) -> list[str]:
    return [line.split("[")[1].split("]")[0] for line in text.splitlines() if "](https" in line]


async def test_a_search_in_pages_and_without_a_word(stage: CommandsStage) -> None:
    for number in range(1, 10):
        await bookmark(stage, number, f"{'Odd' if number % 2 else 'Even'} paper {number}")
    first = await stage.run("bookmarks search", by=stage.reader, query="odd")
    assert len(titles_in(first.text)) == 5
    assert "/bookmarks export" not in first.text
    everything = await stage.run("bookmarks list", by=stage.reader)
    assert "arXiv:2606.00009v1 · bookmarked <t:" in everything.text
    assert "`/bookmarks export` saves all of them" in everything.text
    only = await stage.run("bookmarks search", by=stage.reader, query="paper")
    second = await stage.press(only, "▶", by=stage.reader)
    assert "9 of your 9 bookmarks match “paper”" in second.text
    assert len(titles_in(second.text)) == 4
    nothing = await stage.run("bookmarks search", by=stage.reader, query="?! …")
    assert "Give me a word" in nothing.text


@pytest.mark.parametrize(
    "text",
    [
        "2606.00002",
        "arXiv:2606.00002v3",
        "https://arxiv.org/abs/2606.00002v1",
        "https://arxiv.org/pdf/2606.00002",
        "https://doi.org/10.48550/arXiv.2606.00002",
        "blue cats",
        "on blue cats",
    ],
)
async def test_removing_by_any_name(stage: CommandsStage, text: str) -> None:
    await bookmark(stage, 1, "On red dogs")
    await bookmark(stage, 2, "On Blue Cats")
    await bookmark(stage, 3, "Not on dogs")
    removed = await stage.run("bookmarks remove", by=stage.reader, paper=text)
    assert "On Blue Cats" in removed.text
    assert await titles(stage) == ["Not on dogs", "On red dogs"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "2606.09999",
            "2606.09999 is not among your bookmarks. `/bookmarks list` shows those that are",
        ),
        ("on", "2 of your bookmarks have “on” in their titles"),
        ("green birds", "“green birds” in its title: choose one from the list"),
        ("2606.00001 2606.00002", "more than one arXiv id"),
        ("@everyone **x**", "None of your bookmarks has"),
        ("!?", "Choose one of your bookmarks"),
    ],
)
async def test_what_cannot_be_removed(stage: CommandsStage, text: str, sentence: str) -> None:
    await bookmark(stage, 1, "On red dogs")
    await bookmark(stage, 2, "On blue cats")
    answer = await stage.run("bookmarks remove", by=stage.reader, paper=text)
    assert sentence in answer.text
    assert len(await titles(stage)) == 2


async def test_autocomplete_offers_ones_own_titles(stage: CommandsStage) -> None:
    await bookmark(stage, 1, "On red dogs", abstract="Not stable.")
    await bookmark(stage, 2, r"On $\alpha$-stable cats")
    for command in ("bookmarks remove", "bookmarks note"):

        async def offered(typed: str, person: str = "reader", command: str = command) -> list[str]:
            who = stage.reader if person == "reader" else stage.admin
            choices = await who.autocomplete(command, "paper", typed, channel=stage.channel_id)
            return [choice["value"] for choice in choices]

        assert await offered("") == ["2606.00002", "2606.00001"]
        # Titles first, then what else is known of a paper.
        assert await offered("stable") == ["2606.00002", "2606.00001"]
        assert await offered("https://arxiv.org/abs/2606.00001v2") == ["2606.00001"]
        assert await offered("", "admin") == []
    choices = await stage.reader.autocomplete(
        "bookmarks remove", "paper", "cats", channel=stage.channel_id
    )
    assert choices == [{"name": "On α-stable cats", "value": "2606.00002"}]


async def test_it_works_in_direct_messages(stage: CommandsStage) -> None:
    await bookmark(stage, 1, "On red dogs")
    room = await stage.reader.open_dm(stage.application.id)
    listed = await stage.run("bookmarks list", by=stage.reader, at=room)
    assert "On red dogs" in listed.text
    await stage.run("bookmarks remove", by=stage.reader, at=room, paper="red")
    assert await titles(stage) == []


async def test_a_paper_outside_the_archive_is_fetched_first(stage: CommandsStage) -> None:
    bookmarks = stage.core.services.bookmarks
    assert await stage.core.papers.get("2606.90021") is None
    assert await bookmarks.set(stage.reader_id, "2606.90021", 1)
    listed = await stage.run("bookmarks list", by=stage.reader)
    assert "[A Good Lawyer Needs No Witness" in listed.text
    with pytest.raises(NotFound):
        await bookmarks.set(stage.reader_id, "2606.99999", 1)
    assert await note_of(stage, 99999) is None
