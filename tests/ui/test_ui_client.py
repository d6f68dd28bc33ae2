"""The client: reactions in their order, commands registered when they changed, closing."""

import asyncio
import json
from pathlib import Path
from typing import Any

import discord
import pytest
from structlog.testing import capture_logs
from ui_stage import UiStage, connected, staged

from bot.client import intents
from bot.services.reacting import Reaction, Wish
from bot.ui.reactions import ReactionQueue
from sandbox.discord.admin import Admin
from sandbox.discord.faults import Fault
from sandbox.discord.person import Person

_BOOKMARK = "🔖"
_COMMANDS = r"/applications/\d+/commands$"


async def _settled(stage: UiStage, event: str, act: Any) -> None:
    """Do something and wait until the client has heard and worked it off."""
    heard = stage.client.wait_for(event, timeout=5)
    await act
    await heard
    await stage.client.reactions.settle()


async def test_a_reaction_bookmarks_and_its_removal_takes_it_away(stage: UiStage) -> None:
    card = (await stage.post_digest())[1]
    has = stage.core.services.bookmarks.has
    await _settled(stage, "raw_reaction_add", stage.reader.react(card, _BOOKMARK))
    assert await has(stage.reader_id, "2606.00001")
    assert not await has(stage.owner_id, "2606.00001")
    await _settled(stage, "raw_reaction_remove", stage.reader.unreact(card, _BOOKMARK))
    assert not await has(stage.reader_id, "2606.00001")


async def test_quick_changes_of_mind_end_as_meant(stage: UiStage) -> None:
    message_id = (await stage.post_digest())[1].id
    reactions = stage.world.reactions
    removed = 0
    done = asyncio.Event()

    async def count(_: discord.RawReactionActionEvent) -> None:
        nonlocal removed
        removed += 1
        if removed == 20:
            done.set()

    stage.client.add_listener(count, "on_raw_reaction_remove")
    for _ in range(20):  # in one turn of the event loop
        reactions.add(stage.reader_id, stage.channel_id, message_id, _BOOKMARK)
        reactions.remove(stage.reader_id, stage.channel_id, message_id, _BOOKMARK)
    reactions.add(stage.owner_id, stage.channel_id, message_id, _BOOKMARK)
    await asyncio.wait_for(done.wait(), 5)
    heard = stage.client.wait_for("raw_reaction_add", timeout=5)
    reactions.add(stage.reader_id, stage.channel_id, stage.messages()[2].id, _BOOKMARK)
    await heard
    await stage.client.reactions.settle()
    has = stage.core.services.bookmarks.has
    assert not await has(stage.reader_id, "2606.00001")
    assert await has(stage.owner_id, "2606.00001")
    assert await has(stage.reader_id, "2606.00002")


async def test_other_reactions_other_messages_and_bots_set_nothing(stage: UiStage) -> None:
    message_id = (await stage.post_digest())[1].id
    say = stage.world.posts.create(stage.owner_id, stage.channel_id, {"content": "hello"})
    heard = stage.client.wait_for(
        "raw_reaction_add", check=lambda p: p.message_id == say.message.id, timeout=5
    )
    reactions = stage.world.reactions
    reactions.add(stage.reader_id, stage.channel_id, message_id, "👍")
    await stage.sender.add_hint(stage.channel_id, message_id)
    other = stage.world.accounts.create_application("Other", stage.owner_id)
    stage.world.servers.add_bot(stage.guild_id, other.id, permissions=(1 << 6) | (1 << 10))
    reactions.add(other.id, stage.channel_id, message_id, _BOOKMARK)
    reactions.add(stage.reader_id, stage.channel_id, say.message.id, _BOOKMARK)
    await heard
    await stage.client.reactions.settle()
    for user in (stage.reader_id, stage.application.id, other.id):
        assert await stage.core.services.bookmarks.page(user, 0) == ([], 0)


class _Recorder:
    """Bookmarks that fail for one person and remember the order for the others."""

    def __init__(self) -> None:
        self.done: list[Reaction] = []

    async def reacted(self, reaction: Reaction) -> bool:
        await asyncio.sleep(0)
        if reaction.user_id == 13:
            raise RuntimeError("no luck")
        self.done.append(reaction)
        return True


async def test_a_failing_reaction_is_logged_and_holds_up_none() -> None:
    recorder = _Recorder()
    queue = ReactionQueue(recorder.reacted)
    queue.start()
    asks = Wish.BOOKMARK
    sent = [Reaction(user, n, asks, n % 2 == 0) for n in range(5) for user in (1, 13, 2)]
    with capture_logs() as logs:
        for reaction in sent:
            queue.put(reaction)
        await queue.close()  # works off what is there
    assert recorder.done == [reaction for reaction in sent if reaction.user_id != 13]
    assert sum(entry["event"] == "reaction_failed" and "incident" in entry for entry in logs) == 5


async def test_commands_are_registered_once(tmp_path: Path) -> None:
    async with staged(tmp_path / "data", ("ui_commands",)) as stage:
        ours = await _registered(stage)
        assert {"ping", "choose", "checked"} <= ours
        file = tmp_path / "data" / f"commands-{stage.application.id}.json"
        hashes = json.loads(file.read_text())
        assert list(hashes) == [stage.sandbox.api_base]
        await stage.client.close()
        # A second start must not write: every write is refused here.
        refused = {"code": 0, "message": "no writing"}
        stage.sandbox.faults.add(Fault(_COMMANDS, "PUT", times=None, status=400, body=refused))
        assert await _told_at_start(stage, ("ui_commands",)) == []
        # Changed commands are written, and a refusal does not keep the bot from running.
        assert await _told_at_start(stage, ()) == ["commands_not_registered"]
        assert json.loads(file.read_text()) == hashes
        stage.sandbox.faults.clear()
        assert await _told_at_start(stage, ()) == ["commands_registered"]
        assert await _registered(stage) == set()
        # What vanished at Discord's side comes back, though the file says that all is well.
        file.write_text(json.dumps(hashes))
        assert await _told_at_start(stage, ("ui_commands",)) == ["commands_registered"]
        assert await _registered(stage) == ours


async def test_a_broken_file_of_hashes_only_costs_a_registration(tmp_path: Path) -> None:
    async with staged(tmp_path / "data", ("ui_commands",)) as stage:
        await stage.client.close()
        file = tmp_path / "data" / f"commands-{stage.application.id}.json"
        for broken in ("", "[1]", "{", '{"x": 1}'):
            file.write_text(broken)
            assert await _told_at_start(stage, ("ui_commands",)) == ["commands_registered"]
            assert await _told_at_start(stage, ("ui_commands",)) == []


async def _registered(stage: UiStage) -> set[str]:
    """The names of the commands that Discord has."""
    async with Admin(f"{stage.sandbox.url}/control") as admin:
        return {command["name"] for command in await admin.commands(stage.application.id)}


async def _told_at_start(stage: UiStage, extensions: tuple[str, ...]) -> list[str]:
    """What a new start of the client logs about commands."""
    with capture_logs() as logs:
        async with connected(stage, extensions):
            pass
    return [entry["event"] for entry in logs if entry["event"].startswith("commands_")]


async def test_only_the_intents_that_are_needed(stage: UiStage) -> None:
    assert {name for name, on in intents() if on} == {
        "guilds",
        "guild_reactions",
        "dm_reactions",
    }
    assert list(stage.client.cached_messages) == []
    assert stage.client.users == [stage.client.user]


async def test_connected_says_how_it_is(stage: UiStage) -> None:
    assert stage.client.connected
    await stage.client.close()
    assert not stage.client.connected
    await stage.client.close()  # twice is fine


async def test_joining_and_leaving_a_server_is_logged(stage: UiStage) -> None:
    with capture_logs() as logs:
        joined = stage.client.wait_for("guild_join", timeout=5)
        other = stage.world.servers.create(stage.owner_id, "Second")
        stage.world.servers.add_bot(other.id, stage.application.id)
        await joined
        left = stage.client.wait_for("guild_remove", timeout=5)
        stage.world.servers.remove_member(other.id, stage.application.id)
        await left
        await asyncio.sleep(0)
    assert {"server_joined", "server_left"} <= {entry["event"] for entry in logs}


async def test_a_wrong_token_fails_at_once(stage: UiStage) -> None:
    await stage.client.close()
    stage.token = "not.the.token"
    with pytest.raises(discord.LoginFailure):
        async with connected(stage):
            pass


async def test_a_press_on_what_is_gone_ends_politely(commanded: UiStage) -> None:
    outcome = await commanded.owner.run("stale", channel=commanded.channel_id)
    assert outcome.message is not None
    async with Person(f"{commanded.sandbox.url}/control", commanded.reader_id) as reader:
        pressed = await reader.press(outcome.message, "Old")
    assert pressed.ephemeral
    assert "This has expired" in pressed.text


async def test_a_form_that_is_gone_ends_politely(commanded: UiStage) -> None:
    opened = await commanded.owner.run("form", channel=commanded.channel_id)
    assert opened.modal is not None
    sent = await commanded.owner.submit(opened, {"text": "hello"})
    assert sent.ephemeral
    assert "This has expired" in sent.text
