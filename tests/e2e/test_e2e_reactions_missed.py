"""Reactions that people made while the bot was off, and what it makes of them at its return."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import pytest
from commands_stage import BOT_PERMISSIONS, PATIENCE_S, CommandsStage, commands_stage
from reactions_stage import (
    PAPER,
    come_back,
    flag_states,
    missed_reactions,
    post_card,
    react,
    shown_card,
    unreact,
    worked_off,
)
from structlog.testing import capture_logs

from bot.digest.pace import Pacer
from bot.store.reactions import Votes
from bot.ui.sender import DiscordSender
from sandbox.discord.admin import Admin
from sandbox.discord.faults import Fault
from sandbox.discord.models import Overwrite
from sandbox.discord.permissions import Permission

T = TypeVar("T")

OTHER = replace(PAPER, id="2606.00002", title="On dogs")


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[CommandsStage]:
    async with commands_stage(tmp_path, bookmark_hint="false") as made:
        yield made


async def _has(stage: CommandsStage, user_id: int | None = None, paper_id: str = PAPER.id) -> bool:
    return await stage.core.services.bookmarks.has(user_id or stage.reader_id, paper_id)


async def _votes(
    stage: CommandsStage, channel_id: int | None = None, paper_id: str = PAPER.id
) -> Votes:
    channel = channel_id or stage.channel_id
    counted = await stage.core.services.reactions.votes(channel, [paper_id])
    return counted.get(paper_id, Votes())


async def _new_session(stage: CommandsStage) -> None:
    """Let Discord end the session for good: the client has to identify again."""
    admin = Admin(f"{stage.discord.url}/control")
    try:
        assert await admin.gateway("invalidate") == 1
    finally:
        await admin.close()


async def test_what_was_put_on_is_there_after_the_start(stage: CommandsStage) -> None:
    _, card = await post_card(stage)
    await stage.stop()
    for emoji in ("🔖", "👍🏽", "👎", "🇯🇵", "🇬🇧", "❤️"):
        await stage.reader.react(card, emoji)
    await stage.admin.react(card, "👍")
    await stage.admin.react(card, "🔖")
    await stage.admin.unreact(card, "🔖")
    await come_back(stage)
    assert await _has(stage)
    assert not await _has(stage, stage.admin_id)
    assert await _votes(stage) == Votes(2, 1)
    assert list(await flag_states(stage)) == ["ja"]


async def test_only_votes_are_taken_back(stage: CommandsStage) -> None:
    _, card = await post_card(stage)
    await react(stage, card, "👍", "👎")
    await stage.press(card, "Bookmark")  # has no reaction
    assert await _has(stage, stage.admin_id)
    await stage.stop()
    await stage.reader.unreact(card, "👍")
    await come_back(stage)
    assert await _votes(stage) == Votes(0, 1)
    assert await _has(stage, stage.admin_id)


async def test_a_bookmark_that_was_taken_off_by_command_stays_off(stage: CommandsStage) -> None:
    _, card = await post_card(stage)
    await react(stage, card, "🔖")
    assert await _has(stage)
    assert await stage.core.services.bookmarks.clear(stage.reader_id, PAPER.id)
    await stage.stop()
    await come_back(stage)
    assert not await _has(stage)
    # The reaction anew says otherwise, also when nobody hears it.
    await unreact(stage, card, "🔖")
    await react(stage, card, "🔖")
    assert await _has(stage)
    await unreact(stage, card, "🔖")
    await stage.stop()
    await stage.reader.react(card, "🔖")
    await come_back(stage)
    assert await _has(stage)


async def test_a_vote_by_another_card_of_the_paper_stays(stage: CommandsStage) -> None:
    _, card = await post_card(stage)
    shown = await shown_card(stage, stage.channel_id, stage.guild_id)
    elsewhere = await shown_card(stage, stage.other_id, stage.guild_id)
    await react(stage, shown, "👍")
    stage.world.posts.delete(stage.application.id, stage.other_id, elsewhere.id)
    await stage.stop()
    await come_back(stage)
    assert await _votes(stage) == Votes(1, 0)
    await stage.stop()
    # Votes stay with a card that is gone, as they do while the bot sees it go.
    await stage.reader.unreact(shown, "👍")
    await stage.reader.react(card, "👎")
    stage.world.posts.delete(stage.application.id, stage.channel_id, shown.id)
    await come_back(stage)
    assert await _votes(stage) == Votes(1, 1)


async def test_a_second_start_changes_nothing(
    stage: CommandsStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, card = await post_card(stage)
    await stage.stop()
    for emoji in ("🔖", "👍", "🇯🇵"):
        await stage.reader.react(card, emoji)
    await come_back(stage)
    await stage.stop()
    await stage.start()
    put: list[object] = []
    monkeypatch.setattr(stage.client.reactions, "put", put.append)
    await missed_reactions(stage).round()
    assert put == []


async def test_bots_and_the_own_hint_do_not_count(stage: CommandsStage) -> None:
    _, card = await post_card(stage)
    await stage.stop()
    reactions = stage.world.reactions
    other = stage.world.accounts.create_application("Other", stage.admin_id)
    stage.world.servers.add_bot(stage.guild_id, other.id, permissions=int(BOT_PERMISSIONS))
    for bot in (stage.application.id, other.id):
        for emoji in ("🔖", "👍", "🇯🇵"):
            reactions.add(bot, stage.channel_id, card.id, emoji)
    await come_back(stage)
    assert await _votes(stage) == Votes()
    assert await flag_states(stage) == {}
    assert not await _has(stage, other.id)
    assert not await _has(stage, stage.application.id)


async def test_threads_locked_and_archived_and_direct_messages(stage: CommandsStage) -> None:
    (header,) = await post_card(stage, layout="thread")
    posted = (await stage.reader.read(header.id))[-1]
    opened = stage.client.wait_for("thread_create", timeout=PATIENCE_S)
    body = {"name": "talk", "type": 11}
    thread = stage.world.threads.standalone(stage.admin_id, stage.other_id, body)
    await opened
    shown = await shown_card(stage, thread.id, stage.guild_id)
    room = await stage.reader.open_dm(stage.application.id)
    direct = await shown_card(stage, room, None)
    await stage.stop()
    await stage.reader.react(posted, "🔖")
    await stage.reader.react(posted, "👍")
    await stage.reader.react(shown, "👎")
    await stage.reader.react(direct, "👍")
    closed = {"locked": True, "archived": True}
    for place in (header.id, thread.id):
        stage.world.threads.update(stage.admin_id, place, closed)
    await come_back(stage)
    assert stage.client.get_channel(thread.id) is None
    assert await _has(stage)
    assert await _votes(stage) == Votes(1, 0)
    assert await _votes(stage, stage.other_id) == Votes(0, 1)
    assert await _votes(stage, room) == Votes(1, 0)


async def test_places_that_cannot_be_read_do_not_keep_the_others(stage: CommandsStage) -> None:
    _, card = await post_card(stage)
    await react(stage, card, "👍")
    hidden = await shown_card(stage, stage.other_id, stage.guild_id, OTHER)
    rooms = stage.world.rooms
    gone_id = rooms.create(stage.guild_id, "gone").id
    await shown_card(stage, gone_id, stage.guild_id, OTHER)
    ill_id = rooms.create(stage.guild_id, "ill").id
    await shown_card(stage, ill_id, stage.guild_id, OTHER)
    await react(stage, hidden, "👎")
    await stage.stop()
    await stage.reader.unreact(hidden, "👎")
    await stage.reader.react(hidden, "👍")
    await stage.reader.react(card, "👎")
    rooms.delete(gone_id)
    refused = Overwrite(stage.bot_role_id, 0, deny=Permission.READ_MESSAGE_HISTORY)
    rooms.set_overwrite(stage.other_id, refused)
    fault = Fault(f"/channels/{ill_id}/messages", "GET", None, status=400, body={"code": 1})
    stage.discord.faults.add(fault)
    with capture_logs() as logs:
        await come_back(stage)
    skipped = {entry["channel"] for entry in logs if entry["event"] == "reactions_not_read"}
    assert skipped == {stage.other_id, gone_id, ill_id}
    assert await _votes(stage) == Votes(1, 1)
    assert await _votes(stage, stage.other_id, OTHER.id) == Votes(0, 1)


async def test_more_people_than_a_page_holds(stage: CommandsStage) -> None:
    _, card = await post_card(stage)
    await stage.stop()
    people = [stage.world.accounts.create_user(f"p{n}").id for n in range(205)]
    for person in people:
        stage.world.servers.add_member(stage.guild_id, person)
        stage.world.reactions.add(person, stage.channel_id, card.id, "👍")
    await come_back(stage)
    assert await _votes(stage) == Votes(205, 0)
    await stage.stop()
    for person in people[:5]:
        stage.world.reactions.remove(person, stage.channel_id, card.id, "👍")
    await come_back(stage)
    assert await _votes(stage) == Votes(200, 0)


async def test_cards_between_many_messages_and_of_long_ago(stage: CommandsStage) -> None:
    old = await shown_card(stage, stage.channel_id, stage.guild_id, OTHER)
    stage.clock.advance(timedelta(days=8))
    first = await shown_card(stage, stage.channel_id, stage.guild_id)
    for n in range(230):
        body = {"content": str(n)}
        stage.world.posts.create(stage.admin_id, stage.channel_id, body)
    last = await shown_card(
        stage, stage.channel_id, stage.guild_id, replace(OTHER, id="2606.00003")
    )
    await stage.stop()
    for card in (old, first, last):
        await stage.reader.react(card, "🔖")
    await come_back(stage)
    assert await _has(stage)
    assert await _has(stage, paper_id="2606.00003")
    assert not await _has(stage, paper_id=OTHER.id)


class _SlowSender(DiscordSender):
    """Holds back the second answer: the first is the messages, the second who reacted with 🔖."""

    asked = 0

    async def ask(self, channel_id: int, call: Callable[[], Awaitable[T]]) -> T:
        self.asked += 1
        answer = await super().ask(channel_id, call)
        if self.asked == 2:
            self.answered.set()
            await self.go_on.wait()
        return answer

    @cached_property
    def answered(self) -> asyncio.Event:
        return asyncio.Event()

    @cached_property
    def go_on(self) -> asyncio.Event:
        return asyncio.Event()


async def test_what_is_heard_meanwhile_counts_for_more(stage: CommandsStage) -> None:
    _, card = await post_card(stage)
    await react(stage, card, "👎")
    await stage.stop()
    await stage.reader.react(card, "🔖")
    await stage.reader.react(card, "👍")
    await stage.reader.unreact(card, "👎")
    await stage.start()
    sender = _SlowSender(stage.client, Pacer(1000), on_unauthorized=lambda: None)
    looking = asyncio.create_task(missed_reactions(stage, sender).round())
    await asyncio.wait_for(sender.answered.wait(), PATIENCE_S)
    await unreact(stage, card, "🔖", "👍")
    await react(stage, card, "👎")
    sender.go_on.set()
    await looking
    await worked_off(stage)
    assert not await _has(stage)
    assert await _votes(stage) == Votes(0, 1)


async def test_it_looks_once_for_each_session_also_after_an_error(
    stage: CommandsStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, card = await post_card(stage)
    await stage.stop()
    await stage.reader.react(card, "🔖")
    await stage.start()
    missed = missed_reactions(stage)
    looked = asyncio.Event()
    look = missed.round

    async def fail() -> None:
        looked.set()
        raise ValueError("once")

    async def once_more() -> None:
        await look()
        looked.set()

    monkeypatch.setattr(missed, "round", fail)
    with capture_logs() as logs:
        running = asyncio.create_task(missed.run())
        try:
            await asyncio.wait_for(looked.wait(), PATIENCE_S)
            looked.clear()
            monkeypatch.setattr(missed, "round", once_more)
            # A session that cannot be resumed: the client identifies again.
            again = stage.client.wait_for("ready", timeout=PATIENCE_S)
            await _new_session(stage)
            await again
            await asyncio.wait_for(looked.wait(), PATIENCE_S)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
    assert [entry["incident"] for entry in logs if entry["event"] == "missed_reactions_failed"]
    await worked_off(stage)
    assert await _has(stage)
