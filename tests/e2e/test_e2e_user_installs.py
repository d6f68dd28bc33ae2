"""A reader who has installed Paperboy for themselves, in places where its bot is not."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from commands_stage import CommandsStage, commands_stage

from bot.models import Paper
from sandbox.discord.person import ControlRefusedError
from sandbox.discord.sightings import Outcome, SeenMessage

PAPER = Paper(
    "2606.00077",
    1,
    "Colloids at Home",
    "We watch colloids age. They age slowly. Nobody had looked before.",
    ("Ada Invented",),
    ("cs.CL",),
    "cs.CL",
)
READERS_COMMANDS = {
    *("about", "bookmarks", "help", "language", "paper", "privacy", "related", "search"),
    *("translate", "Bookmark", "Paper card", "Related papers", "Translate"),
}


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[CommandsStage]:
    async with commands_stage(tmp_path) as made:
        await made.core.papers.enrich([PAPER], made.clock.now())
        await made.reader.install(made.application.id)
        yield made


@pytest.fixture(params=["server", "friend", "group", "bot"])
async def place(stage: CommandsStage, request: pytest.FixtureRequest) -> int:
    """A channel in a server without the bot, or direct messages of each kind."""
    world, reader = stage.world, stage.reader
    if request.param == "server":
        guild = world.servers.create(stage.admin_id, "Elsewhere")
        world.servers.add_member(guild.id, stage.reader_id)
        return world.rooms.create(guild.id, "talk").id
    if request.param == "friend":
        return await reader.open_dm(stage.admin_id)
    if request.param == "group":
        return await reader.open_group_dm(stage.admin_id, world.accounts.create_user("sam").id)
    return await reader.open_dm(stage.application.id)


def private(outcome: Outcome) -> SeenMessage:
    """The private answer that an action has led to."""
    assert outcome.error is None
    message = outcome.followups[-1] if outcome.followups else outcome.message
    assert message is not None
    assert message.ephemeral
    return message


async def test_all_that_a_reader_does_works_there(stage: CommandsStage, place: int) -> None:
    reader = stage.reader
    offered = {command["name"] for command in await reader.commands(place)}
    assert offered >= READERS_COMMANDS
    assert not offered & {"subscribe", "subscriptions", "digest", "glossary"}
    found = private(await reader.run("search", channel=place, query="colloids"))
    assert PAPER.title in found.text
    opened = private(await reader.press(found, custom_id=_ending(found, PAPER.id)))
    assert "Ada Invented" in opened.text
    marked = private(await reader.press(opened, "🔖 Bookmark"))
    assert "Bookmarked" in marked.text
    listed = private(await reader.run("bookmarks list", channel=place))
    assert PAPER.title in listed.text
    exported = private(await reader.run("bookmarks export", channel=place, format="BibTeX"))
    (file,) = exported.files
    assert PAPER.title.encode() in await reader.download(file)
    said = await reader.say(place, f"look at arxiv.org/abs/{PAPER.id}")
    card = private(await reader.run_menu("Paper card", said))
    assert PAPER.title in card.text
    related = private(await reader.press(card, "Related"))
    assert related.text
    assert stage.client.get_guild(stage.guild_id) is not None
    assert len(stage.client.guilds) == 1


async def test_a_card_for_everybody_works_for_everybody(stage: CommandsStage, place: int) -> None:
    reader = stage.reader
    outcome = await reader.run("paper", channel=place, options={"ref": PAPER.id, "public": True})
    assert outcome.message is not None
    assert not outcome.ephemeral
    assert PAPER.title in outcome.text
    if stage.admin_id in stage.world.channel(place).recipients or (
        stage.world.channel(place).guild_id is not None
    ):
        (seen,) = await stage.admin.read(place)
        answer = private(await stage.admin.press(seen, "Abstract"))
        assert "They age slowly." in answer.text


async def test_without_the_installation_nothing_is_offered(stage: CommandsStage) -> None:
    friend = await stage.reader.open_dm(stage.admin_id)
    await stage.reader.uninstall(stage.application.id)
    assert await stage.reader.commands(friend) == []
    with pytest.raises(ControlRefusedError, match="not installed here"):
        await stage.reader.run("search", channel=friend, query="colloids")


def _ending(message: SeenMessage, part: str) -> str:
    return next(known for known in message.custom_ids if part in known)
