"""The entries of a message's menu as a reader meets them: on links, lists, cards and forwards."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from commands_stage import CommandsStage, commands_stage

from bot.models import Paper
from sandbox.arxiv.faults import FaultRule
from sandbox.discord.sightings import SeenMessage

MENUS = ("Paper card", "Translate", "Related papers", "Bookmark")


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[CommandsStage]:
    async with commands_stage(tmp_path, reader_patience="1") as made:
        yield made


async def keep(stage: CommandsStage, *numbers: int) -> None:
    await stage.core.papers.enrich(
        [
            Paper(
                f"2606.{n:05}",
                1,
                f"Sheared colloid {n}",
                f"Aging of colloid sample {n * n}.",
                ("Ada Invented",),
                ("cs.CL",),
                "cs.CL",
            )
            for n in numbers
        ],
        stage.clock.now(),
    )


async def menu(stage: CommandsStage, name: str, message: SeenMessage) -> SeenMessage:
    """Use a menu entry as the reader; the private message that it ends with."""
    outcome = await stage.reader.menu(name, channel=message.channel_id, message=message)
    answer = outcome.followups[-1] if outcome.followups else outcome.message
    assert answer is not None
    assert answer.ephemeral
    return answer


async def bookmarks(stage: CommandsStage) -> list[str]:
    entries, _ = await stage.core.services.bookmarks.page(stage.reader_id, 0, 100)
    return sorted(paper.versioned_id for _, paper in entries)


@pytest.mark.parametrize("name", MENUS)
async def test_a_message_without_a_paper_says_what_to_do(stage: CommandsStage, name: str) -> None:
    said = await stage.admin.say(stage.channel_id, "look: https://example.com/2606.00001")
    answer = await menu(stage, name, said)
    assert "I see no arXiv link or id in this message" in answer.text
    assert "`/paper`" in answer.text


async def test_a_link_in_what_somebody_wrote(stage: CommandsStage) -> None:
    await keep(stage, 1, 2)
    said = await stage.admin.say(
        stage.channel_id, "Have you read https://arxiv.org/abs/2606.00001v1 (arXiv:2606.00001)?"
    )
    card = await menu(stage, "Paper card", said)
    assert "### [Sheared colloid 1](https://arxiv.org/abs/2606.00001v1)" in card.text
    related = await menu(stage, "Related papers", said)
    assert "**1.** [Sheared colloid 2](" in related.text
    marked = await menu(stage, "Bookmark", said)
    assert "Bookmarked" in marked.text
    assert await bookmarks(stage) == ["2606.00001v1"]
    again = await menu(stage, "Bookmark", said)
    assert "You bookmarked this on <t:" in again.text
    assert "Remove" in again.buttons
    translated = await menu(stage, "Translate", said)
    assert "in English already" in translated.text


async def test_a_paper_that_arxiv_has(stage: CommandsStage) -> None:
    said = await stage.admin.say(stage.channel_id, "https://www.alphaxiv.org/abs/2606.90029")
    await menu(stage, "Bookmark", said)
    assert await bookmarks(stage) == ["2606.90029v1"]
    assert "A Hitchhiker's Model" in (await menu(stage, "Paper card", said)).text


async def test_several_papers_are_a_list_in_pages(stage: CommandsStage) -> None:
    await keep(stage, *range(1, 9))
    links = " ".join(f"arxiv.org/abs/2606.{n:05}" for n in range(1, 9))
    said = await stage.admin.say(stage.channel_id, links)
    for name in ("Paper card", "Translate", "Related papers"):
        seen = await menu(stage, name, said)
        assert "**8 papers in this message.**" in seen.text
        assert "**5.** [Sheared colloid 5](" in seen.text
        assert "1 / 2" in seen.buttons
    await stage.stop()
    await stage.start()
    second = await stage.press(seen, "▶", by=stage.reader)
    assert "**8.** [Sheared colloid 8](" in second.text
    opened = await stage.reader.press(second, custom_id="pb1:open:2606.00008v1")
    assert "### [Sheared colloid 8](" in opened.text
    assert opened.ephemeral


async def test_bookmarking_several_says_which(stage: CommandsStage) -> None:
    await keep(stage, 1, 2, 3)
    await stage.core.services.bookmarks.set(stage.reader_id, "2606.00002", 1)
    said = await stage.admin.say(
        stage.channel_id, "2606.00001 2606.00002 2606.00003 2606.99999 2606.90029"
    )
    answer = await menu(stage, "Bookmark", said)
    assert "Bookmarked 3 papers:\n- [Sheared colloid 1](" in answer.text
    assert "1 paper was among your bookmarks already:\n- [Sheared colloid 2](" in answer.text
    assert "arXiv has no 2606.99999." in answer.text
    assert await bookmarks(stage) == [
        "2606.00001v1",
        "2606.00002v1",
        "2606.00003v1",
        "2606.90029v1",
    ]


async def test_more_papers_than_are_looked_up(stage: CommandsStage) -> None:
    await keep(stage, *range(1, 31))
    said = await stage.admin.say(stage.channel_id, " ".join(f"2606.{n:05}" for n in range(1, 31)))
    seen = await menu(stage, "Paper card", said)
    assert "**25 papers in this message.**" in seen.text
    assert "The message mentions 30 papers; these are the first 25." in seen.text
    marked = await menu(stage, "Bookmark", said)
    assert "Bookmarked 25 papers:" in marked.text
    assert len(await bookmarks(stage)) == 25


async def test_the_cards_and_lists_of_the_bot(stage: CommandsStage) -> None:
    await stage.subscribe("cs.LG", max_papers=2)
    await stage.announce("cs.LG")
    await stage.run("digest now")
    header, first, second = await stage.posts(3)
    for card in (first, second):
        own = await menu(stage, "Paper card", card)
        assert own.text.split("](")[0] == card.text.split("](")[0]
    seen = await menu(stage, "Paper card", header)
    assert "**2 papers in this message.**" in seen.text


async def test_a_forwarded_message(stage: CommandsStage) -> None:
    await keep(stage, 1)
    said = await stage.admin.say(stage.other_id, "arxiv.org/abs/2606.00001")
    forwarded = await stage.admin.forward(said, stage.channel_id)
    assert "Sheared colloid 1" in (await menu(stage, "Paper card", forwarded)).text


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Paper card", "### [A Hitchhiker's Model"),
        ("Bookmark", "Bookmarked"),
        ("Translate", "in English already"),
        ("Related papers", "I found nothing like [A Hitchhiker's Model"),
    ],
)
async def test_trying_again_does_what_was_wanted(
    stage: CommandsStage, name: str, wanted: str
) -> None:
    said = await stage.admin.say(stage.channel_id, "2606.90029v1")
    stage.arxiv.set_faults([FaultRule("/api/query", times=3, status=503, body=b"no")])
    sorry = await menu(stage, name, said)
    assert "arXiv did not answer as it should" in sorry.text
    await stage.stop()
    await stage.start()
    done = await stage.press(sorry, "Try again", by=stage.reader)
    assert wanted in done.text


async def test_some_papers_are_shown_while_arxiv_fails(stage: CommandsStage) -> None:
    await keep(stage, 1)
    said = await stage.admin.say(stage.channel_id, "2606.00001 2606.90028 2606.90029")
    stage.arxiv.set_faults([FaultRule("/api/query", delay=2.5)])
    seen = await menu(stage, "Paper card", said)
    assert "**1 paper in this message.**" in seen.text
    assert "arXiv has not told about 2 papers yet" in seen.text
    marked = await menu(stage, "Bookmark", said)
    assert "Bookmarked 1 paper:" in marked.text
    for _ in range(10):
        seen = await stage.press(seen, "Try again", by=stage.reader)
        if "Try again" not in seen.buttons:
            break
    assert "**3 papers in this message.**" in seen.text


async def test_nothing_to_show_while_arxiv_fails(stage: CommandsStage) -> None:
    said = await stage.admin.say(stage.channel_id, "2606.90028 2606.90029")
    stage.arxiv.set_faults([FaultRule("/api/query", times=3, status=503, body=b"no")])
    sorry = await menu(stage, "Related papers", said)
    assert "arXiv has not told about 2 papers yet" in sorry.text
    seen = await stage.press(sorry, "Try again", by=stage.reader)
    assert "**2 papers in this message.**" in seen.text


async def test_in_direct_messages_with_the_bot(stage: CommandsStage) -> None:
    await keep(stage, 1)
    room = await stage.reader.open_dm(stage.application.id)
    said = await stage.reader.say(room, "2606.00001")
    assert "Sheared colloid 1" in (await menu(stage, "Paper card", said)).text


async def test_where_only_the_person_installed_it(stage: CommandsStage) -> None:
    await keep(stage, 1, 2)
    world = stage.world
    elsewhere = world.servers.create(stage.admin_id, "Elsewhere").id
    world.servers.add_member(elsewhere, stage.reader_id)
    room = world.rooms.create(elsewhere, "lobby").id
    await stage.reader.install(stage.application.id)
    said = await stage.admin.say(room, "2606.00001")
    assert "Sheared colloid 1" in (await menu(stage, "Paper card", said)).text
    assert "Bookmarked" in (await menu(stage, "Bookmark", said)).text
    card = await stage.run("paper", by=stage.reader, at=room, ref="2606.00002")
    assert "Sheared colloid 2" in card.text
    seen = await stage.press(card, "Related", by=stage.reader)
    assert "[Sheared colloid 1](" in seen.text
