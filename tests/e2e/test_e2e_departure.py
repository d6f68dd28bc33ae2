"""Removing the bot from a server, inviting it again, and never doing so."""

import asyncio
from collections.abc import AsyncIterator, Collection
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from commands_stage import BOT_PERMISSIONS, PATIENCE_S, CommandsStage, commands_stage
from reactions_stage import PAPER, post_card, react

from bot.loops import DepartureLoop
from bot.models import SubscriptionState
from bot.services.departing import KEPT_FOR, Departing
from bot.store.departures import DEPARTED, DepartureStore
from sandbox.discord.sightings import SeenMessage


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[CommandsStage]:
    async with commands_stage(tmp_path, bookmark_hint="false") as made:
        yield made


def _loop(stage: CommandsStage) -> DepartureLoop:
    departing = stage.core.services.departures
    return DepartureLoop(departing, stage.clock, lambda: [g.id for g in stage.client.guilds])


async def _kick(stage: CommandsStage) -> None:
    stage.world.servers.remove_member(stage.guild_id, stage.application.id)


def _invite(stage: CommandsStage) -> None:
    permissions = int(BOT_PERMISSIONS)
    stage.world.servers.add_bot(stage.guild_id, stage.application.id, permissions=permissions)


async def _departed(stage: CommandsStage) -> set[int]:
    return set(await DepartureStore(stage.core.database).departed())


async def _until(stage: CommandsStage, departed: set[int]) -> None:
    """Return when the bot has noted who is gone: the event's listener is a task of its own."""
    async with asyncio.timeout(PATIENCE_S):
        while await _departed(stage) != departed:
            pass  # a query of the database each time


async def _state(stage: CommandsStage) -> tuple[SubscriptionState, str | None]:
    (subscription,) = await stage.subscriptions()
    return subscription.state, subscription.problem


async def _list(stage: CommandsStage) -> SeenMessage:
    return await stage.run("subscriptions")


async def test_a_removal_stops_and_an_invitation_takes_up_again(stage: CommandsStage) -> None:
    await post_card(stage)
    await _kick(stage)
    await _until(stage, {stage.guild_id})
    assert await _state(stage) == (SubscriptionState.BROKEN, DEPARTED)
    assert await stage.core.subscriptions.active() == []
    stage.clock.advance(timedelta(days=29))
    await _loop(stage).round()
    _invite(stage)
    await _until(stage, set())
    assert await _state(stage) == (SubscriptionState.ACTIVE, None)
    shown = await _list(stage)
    assert "active" in shown.text
    (subscription,) = await stage.subscriptions()
    assert subscription.next_due_at > stage.clock.now()


async def test_after_a_month_all_settings_go_and_bookmarks_stay(stage: CommandsStage) -> None:
    _, card = await post_card(stage)
    await react(stage, card, "🔖", "👍", "🇯🇵")
    await _kick(stage)
    await _until(stage, {stage.guild_id})
    loop = _loop(stage)
    left_at = (await DepartureStore(stage.core.database).departed())[stage.guild_id]
    again = await loop.round()
    assert again <= stage.clock.now() + timedelta(days=1)
    stage.clock.set(left_at + KEPT_FOR - timedelta(hours=1))
    assert await loop.round() == left_at + KEPT_FOR
    assert len(await stage.subscriptions()) == 1
    stage.clock.set(left_at + KEPT_FOR)
    await loop.round()
    assert await stage.subscriptions() == []
    counts = await stage.core.services.privacy.counts(stage.reader_id)
    assert counts["votes"] == counts["flag_requests"] == 0
    assert await stage.core.services.bookmarks.has(stage.reader_id, PAPER.id)
    _invite(stage)
    joined = await stage.client.wait_for("guild_join", timeout=PATIENCE_S)
    assert joined.id == stage.guild_id
    assert "no subscriptions" in (await _list(stage)).text.casefold()


async def test_a_removal_while_the_bot_was_off_is_noticed_at_the_start(
    stage: CommandsStage,
) -> None:
    await post_card(stage)
    await stage.stop()
    await _kick(stage)
    await stage.start()
    assert await _departed(stage) == {stage.guild_id}
    assert await _state(stage) == (SubscriptionState.BROKEN, DEPARTED)
    # And so is an invitation, before anything is deleted.
    await stage.stop()
    stage.clock.advance(timedelta(days=40))
    _invite(stage)
    await stage.start()
    await _loop(stage).round()
    assert await _departed(stage) == set()
    assert await _state(stage) == (SubscriptionState.ACTIVE, None)


async def test_nothing_is_deleted_while_the_bot_is_not_connected(stage: CommandsStage) -> None:
    await post_card(stage)
    await _kick(stage)
    await _until(stage, {stage.guild_id})
    stage.clock.advance(KEPT_FOR + timedelta(days=1))
    loop = DepartureLoop(stage.core.services.departures, stage.clock, lambda: None)
    assert await loop.round() > stage.clock.now()
    assert len(await stage.subscriptions()) == 1


async def test_what_was_announced_meanwhile_is_not_posted_after_a_return(
    stage: CommandsStage,
) -> None:
    await stage.subscribe("cs.LG")
    (before,) = await stage.subscriptions()
    await _kick(stage)
    await _until(stage, {stage.guild_id})
    await stage.announce("cs.LG")
    stage.clock.advance(timedelta(days=3))
    _invite(stage)
    await _until(stage, set())
    (after,) = await stage.subscriptions()
    assert after.since["cs.LG"] > before.since["cs.LG"]
    assert after.cursor > before.cursor
    assert await stage.core.planner.plan([after]) == []


async def test_an_outage_is_no_removal(stage: CommandsStage) -> None:
    await post_card(stage)
    # The sandbox has no outages: this is what its gateway would send.
    event: Any = {"id": str(stage.guild_id), "unavailable": True}
    unavailable = stage.client.wait_for("guild_unavailable", timeout=PATIENCE_S)
    stage.client._connection.parse_guild_delete(event)  # pyright: ignore[reportPrivateUsage]
    await unavailable
    await _loop(stage).round()
    assert await _departed(stage) == set()
    assert await _state(stage) == (SubscriptionState.ACTIVE, None)


class _SlowStore(DepartureStore):
    """Notes a departure, or deletes, only when it may."""

    def __init__(self, stage: CommandsStage) -> None:
        super().__init__(stage.core.database)
        self.asked, self.may = asyncio.Event(), asyncio.Event()

    async def left(self, guild_ids: Collection[int], now: datetime) -> None:
        self.asked.set()
        await self.may.wait()
        await super().left(guild_ids, now)

    async def delete(self, guild_id: int) -> dict[str, int]:
        self.asked.set()
        await self.may.wait()
        return await super().delete(guild_id)


async def test_an_invitation_right_after_the_removal_counts(stage: CommandsStage) -> None:
    await post_card(stage)
    store = _SlowStore(stage)
    departing = Departing(
        store=store, subscriptions=stage.core.services.subscriptions, clock=stage.clock
    )
    leaving = asyncio.create_task(departing.left(stage.guild_id))
    await store.asked.wait()
    joining = asyncio.create_task(departing.joined(stage.guild_id))
    # Enough turns for a look into the database that nothing holds back.
    await store.departed()
    await store.departed()
    store.may.set()
    await asyncio.gather(leaving, joining)
    assert await _departed(stage) == set()
    assert await _state(stage) == (SubscriptionState.ACTIVE, None)
