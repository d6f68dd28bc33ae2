"""Reactions on cards as members make them: bookmarks and votes, in channels, threads and messages
between two."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import discord
import pytest
from commands_stage import PATIENCE_S, CommandsStage, commands_stage
from reactions_stage import (
    PAPER,
    flag_states,
    heard,
    post_card,
    react,
    shown_card,
    unreact,
    worked_off,
)

from bot.store.reactions import Votes
from sandbox.discord.permissions import Permission


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[CommandsStage]:
    async with commands_stage(tmp_path, bookmark_hint="false") as made:
        yield made


async def _has(stage: CommandsStage, user_id: int | None = None) -> bool:
    return await stage.core.services.bookmarks.has(user_id or stage.reader_id, PAPER.id)


async def _votes(stage: CommandsStage, channel_id: int | None = None) -> Votes:
    channel = channel_id or stage.channel_id
    counted = await stage.core.services.reactions.votes(channel, [PAPER.id])
    return counted.get(PAPER.id, Votes())


async def test_a_bookmark_is_set_and_cleared_and_listed(stage: CommandsStage) -> None:
    _, card = await post_card(stage)
    await react(stage, card, "🔖")
    assert "On cats" in (await stage.run("bookmarks list", by=stage.reader)).text
    assert not await _has(stage, stage.admin_id)
    await unreact(stage, card, "🔖")
    assert not await _has(stage)


async def test_votes_count_also_with_skin_tones_and_both_may_stand(stage: CommandsStage) -> None:
    _, card = await post_card(stage)
    await react(stage, card, "👍🏽", "👎")
    await heard(stage, "raw_reaction_add", stage.admin.react(card, "👍"))
    assert await _votes(stage) == Votes(2, 1)
    assert await _votes(stage, stage.other_id) == Votes(0, 0)
    await unreact(stage, card, "👍🏽")
    assert await _votes(stage) == Votes(1, 1)
    assert not await _has(stage)


@pytest.mark.parametrize("odd", [True, False])
async def test_fifty_quick_changes_of_mind_end_as_the_last_one(
    stage: CommandsStage, odd: bool
) -> None:
    _, card = await post_card(stage)
    toggles = 51 if odd else 50
    left = toggles * 2
    done = asyncio.Event()

    async def count(_: discord.RawReactionActionEvent) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            done.set()

    stage.client.add_listener(count, "on_raw_reaction_add")
    stage.client.add_listener(count, "on_raw_reaction_remove")
    reactions = stage.world.reactions
    for turn in range(toggles):  # in one turn of the event loop
        change = reactions.remove if turn % 2 else reactions.add
        for emoji in ("🔖", "👍"):
            change(stage.reader_id, stage.channel_id, card.id, emoji)
    await asyncio.wait_for(done.wait(), PATIENCE_S)
    await worked_off(stage)
    assert await _has(stage) is odd
    assert await _votes(stage) == Votes(1 if odd else 0, 0)


async def test_bots_do_not_count(stage: CommandsStage) -> None:
    _, card = await post_card(stage)
    reactions = stage.world.reactions
    other = stage.world.accounts.create_application("Other", stage.admin_id)
    granted = Permission.VIEW_CHANNEL | Permission.ADD_REACTIONS | Permission.READ_MESSAGE_HISTORY
    stage.world.servers.add_bot(stage.guild_id, other.id, permissions=int(granted))
    for bot in (other.id, stage.application.id):
        for emoji in ("👍", "🔖", "🇯🇵"):
            reactions.add(bot, stage.channel_id, card.id, emoji)
    # A removal does not tell that it is a bot's; there is nothing to remove.
    reactions.remove(other.id, stage.channel_id, card.id, "👍")
    await react(stage, card, "👎")
    assert await _votes(stage) == Votes(0, 1)
    for bot in (other.id, stage.application.id):
        assert not await _has(stage, bot)
    assert await flag_states(stage) == {}


async def test_other_emoji_and_other_messages_do_nothing(stage: CommandsStage) -> None:
    header, card = await post_card(stage)
    said = await stage.admin.say(stage.channel_id, "hello")
    await react(stage, card, "❤️", "🏳️", "🇬🇧", "🇺🇸")
    await react(stage, header, "🔖", "👍", "🇯🇵")
    await react(stage, said, "🔖", "👍", "🇯🇵")
    assert await _votes(stage) == Votes()
    assert await flag_states(stage) == {}
    assert (await stage.core.services.privacy.counts(stage.reader_id))["bookmarks"] == 0


async def test_cards_in_a_digests_thread_count_for_its_channel(stage: CommandsStage) -> None:
    (header,) = await post_card(stage, layout="thread")
    card = (await stage.reader.read(header.id))[-1]
    await react(stage, card, "🔖", "👍")
    assert await _has(stage)
    assert await _votes(stage) == Votes(1, 0)


async def test_shown_cards_count_too_also_in_threads(stage: CommandsStage) -> None:
    card = await shown_card(stage, stage.channel_id, stage.guild_id)
    await react(stage, card, "🔖", "👍")
    assert await _has(stage)
    assert await _votes(stage) == Votes(1, 0)
    opened = stage.client.wait_for("thread_create", timeout=PATIENCE_S)
    body = {"name": "talk", "type": 11}
    thread = stage.world.threads.standalone(stage.admin_id, stage.other_id, body)
    await opened
    card = await shown_card(stage, thread.id, stage.guild_id)
    await react(stage, card, "👎")
    assert await _votes(stage, stage.other_id) == Votes(0, 1)


async def test_direct_messages(stage: CommandsStage) -> None:
    room = await stage.reader.open_dm(stage.application.id)
    card = await shown_card(stage, room, None)
    await react(stage, card, "🔖", "👍")
    assert await _has(stage)
    assert await _votes(stage, room) == Votes(1, 0)
    await unreact(stage, card, "🔖", "👍")
    assert not await _has(stage)
    assert await _votes(stage, room) == Votes()


async def test_leaving_the_server_keeps_ones_bookmarks(stage: CommandsStage) -> None:
    _, card = await post_card(stage)
    await react(stage, card, "🔖")
    servers = stage.world.servers
    elsewhere = servers.create(stage.admin_id, "Elsewhere").id
    servers.add_member(elsewhere, stage.reader_id)
    servers.add_bot(elsewhere, stage.application.id)
    room = stage.world.rooms.create(elsewhere, "talk").id
    servers.remove_member(stage.guild_id, stage.reader_id)
    assert "On cats" in (await stage.run("bookmarks list", by=stage.reader, at=room)).text
