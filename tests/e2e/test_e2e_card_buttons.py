"""A card's buttons as members meet them: restarts, a lost archive, arXiv in a bad mood."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from commands_stage import CommandsStage, commands_stage

from bot.models import Paper
from sandbox.arxiv.faults import FaultRule
from sandbox.discord.person import Person
from sandbox.discord.sightings import SeenMessage

LAWYER = "A Good Lawyer Needs No Witness"
API = r"/api/query"
MANY = Paper(
    "2606.00007",
    1,
    "A Paper of Many",
    "We are many. Few of us wrote this. The data is at https://zenodo.org/records/1.",
    tuple(f"Author Number{n}" for n in range(300)),
    ("cs.CL",),
    "cs.CL",
)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[CommandsStage]:
    async with commands_stage(tmp_path, reader_patience="0.6") as made:
        yield made


async def posted_card(stage: CommandsStage) -> SeenMessage:
    """A card that a digest posted into the channel."""
    await stage.subscribe("cs.LG", max_papers=1)
    await stage.announce("cs.LG")
    await stage.run("digest now")
    _, card = await stage.posts(2)
    return card


async def forget_papers(stage: CommandsStage) -> None:
    """Empty the archive, as a restored older backup would."""
    async with stage.core.database.write() as connection:
        for table in ("summaries", "announcements", "papers"):
            await connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - names from above


async def test_a_digest_card_has_all_buttons_and_each_answers_privately(
    stage: CommandsStage,
) -> None:
    card = await posted_card(stage)
    shown = [label for label in card.buttons if not label.startswith("+")]
    assert shown == ["Abstract", "Translate", "Related", "Bookmark", "PDF", "arXiv"]
    abstract = await stage.press(card, "Abstract", by=stage.reader)
    assert LAWYER in abstract.text
    assert "arXiv:2606.90021v1" in abstract.text
    await stage.press(card, "Translate", by=stage.reader)
    await stage.press(card, "Related", by=stage.reader)
    await stage.press(card, "Bookmark", by=stage.reader)
    seen = await stage.admin.read(stage.channel_id)
    answers = [message for message in seen if message.id > card.id]
    # The admin sees only what the admin's own commands were answered.
    assert not [message for message in answers if LAWYER in message.text]


async def test_a_paper_that_the_archive_lost_comes_from_arxiv(stage: CommandsStage) -> None:
    card = await posted_card(stage)
    await stage.stop()
    await forget_papers(stage)
    await stage.start()
    abstract = await stage.press(card, "Abstract", by=stage.reader)
    assert LAWYER in abstract.text
    await forget_papers(stage)
    assert "Bookmarked" in (await stage.press(card, "Bookmark", by=stage.reader)).text
    entries, total = await stage.core.services.bookmarks.page(stage.reader_id, 0)
    assert (total, entries[0][1].id) == (1, "2606.90021")


@pytest.mark.parametrize("button", ["Abstract", "Bookmark"])
async def test_a_slow_arxiv_is_told_and_tried_again(stage: CommandsStage, button: str) -> None:
    card = await posted_card(stage)
    await forget_papers(stage)
    stage.arxiv.set_faults([FaultRule(API, delay=0.9)])
    slow = await stage.press(card, button, by=stage.reader)
    assert "arXiv is slow" in slow.text
    assert slow.buttons == ["Try again"]
    again = await stage.press(slow, "Try again", by=stage.reader)
    assert LAWYER in again.text or "Bookmarked" in again.text


async def test_a_paper_that_nobody_knows_any_more_ends_in_a_sentence(stage: CommandsStage) -> None:
    await stage.core.papers.enrich([MANY], stage.clock.now())
    card = await stage.run("paper", by=stage.reader, ref=MANY.id)
    await forget_papers(stage)
    answer = await stage.press(card, "Abstract", by=stage.reader)
    assert answer.text.startswith(f"arXiv has no {MANY.id}v1.")
    assert answer.buttons == []


async def test_a_reader_of_japanese_gets_the_card_and_may_press_without_any_role(
    stage: CommandsStage,
) -> None:
    await stage.reader.set_locale("ja")
    await stage.core.papers.enrich([MANY], stage.clock.now())
    card = await stage.run("paper", by=stage.reader, ref=MANY.id)
    assert "A Paper of Many" in card.text
    assert "https://zenodo.org/records/1" in card.text
    opening = next(known for known in card.custom_ids if known.startswith("pb1:au:"))
    outcome = await stage.reader.press(card, custom_id=opening)
    assert outcome.ephemeral
    assert "Author Number0, Author Number1," in outcome.text
    direct = await stage.reader.open_dm(stage.application.id)
    in_dm = await stage.run("paper", by=stage.reader, at=direct, ref=MANY.id)
    assert "A Paper of Many" in in_dm.text
    outcome = await stage.reader.press(in_dm, custom_id=opening)
    assert "Author Number0, Author Number1," in outcome.text


async def test_somebody_who_may_only_read_may_press(stage: CommandsStage) -> None:
    card = await posted_card(stage)
    world = stage.world
    guest = world.accounts.create_user("gita").id
    world.servers.add_member(stage.guild_id, guest)
    async with Person(f"{stage.discord.url}/control", guest) as person:
        answer = await stage.press(card, "Abstract", by=person)
    assert LAWYER in answer.text
