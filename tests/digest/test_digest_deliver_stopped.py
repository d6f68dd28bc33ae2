"""What ends a delivery: permissions, deletions, refusals, a removal; and the hints behind it."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from deliver_stage import GRANTED, PATIENCE_S, DeliverStage, delivery_stage

from bot.i18n import said
from bot.models import DeliveryState, Layout, SubscriptionState
from sandbox.discord.faults import Fault
from sandbox.discord.permissions import Permission

MESSAGES = r"/channels/\d+/messages$"
THREADS = r"/messages/\d+/threads$"
PENDING, CLAIMED, SENT, BLOCKED, CANCELED = DeliveryState


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncGenerator[DeliverStage]:
    async with delivery_stage(tmp_path) as made:
        yield made


async def test_a_lost_permission_stops_the_subscription_and_a_resume_posts_the_rest(
    stage: DeliverStage,
) -> None:
    digest, other = await stage.digest(4), await stage.digest(1, channel=stage.new_channel("other"))
    mute = GRANTED & ~Permission.SEND_MESSAGES
    hears = asyncio.create_task(stage.client.wait_for("guild_role_update", timeout=PATIENCE_S))
    stage.once(lambda _: len(stage.posted()) == 2, lambda _: stage.allow(mute))
    async with stage.delivering():
        await hears
        await stage.until_posted()
        assert stage.posted() == (await stage.planned(digest))[:2]
        assert await stage.states(digest) == [SENT, SENT, BLOCKED, BLOCKED, BLOCKED]
        broken = await stage.core.subscriptions.get(digest.subscription_id)
        assert broken.state is SubscriptionState.BROKEN
        assert broken.problem is not None
        assert "I lack" in broken.problem
        told = [problem for number, problem in stage.blocked if number == broken.id]
        assert told == [broken.problem]  # once
        stage.allow(GRANTED)
        for number in {digest.subscription_id, other.subscription_id}:
            subscription = await stage.core.subscriptions.get(number)
            await stage.core.services.subscriptions.resume(subscription)
        await stage.until_posted()
    assert stage.posted() == await stage.planned(digest)
    assert stage.posted(other.channel_id) == await stage.planned(other)
    assert (await stage.core.subscriptions.get(broken.id)).problem is None


async def test_a_known_lack_is_named(stage: DeliverStage) -> None:
    hears = asyncio.create_task(stage.client.wait_for("guild_role_update", timeout=PATIENCE_S))
    await asyncio.sleep(0)  # so that it listens
    stage.allow(GRANTED & ~Permission.SEND_MESSAGES)
    await hears
    digest = await stage.digest(1)
    async with stage.delivering():
        await stage.until_posted()
    lack = "I lack these permissions in the channel: Send Messages. Grant them to my role there."
    ((number, problem),) = stage.blocked
    assert (number, said(problem)) == (digest.subscription_id, lack)


async def test_a_deleted_channel_stops_its_subscription_only(stage: DeliverStage) -> None:
    doomed = stage.new_channel("doomed")
    digest, other = await stage.digest(2, channel=doomed), await stage.digest(2)
    stage.world.rooms.delete(doomed)
    async with stage.delivering():
        await stage.until_posted()
    assert [number for number, _ in stage.blocked] == [digest.subscription_id]
    assert "no longer exists" in stage.blocked[0][1]
    assert stage.posted() == await stage.planned(other)


async def test_a_deleted_thread_ends_that_digest_only(stage: DeliverStage) -> None:
    digest = await stage.digest(4, layout=Layout.THREAD)
    following = await stage.digest(2, layout=Layout.THREAD)
    stage.once(
        lambda message: message.channel_id != stage.channel_id and bool(message.components),
        lambda message: stage.world.rooms.delete(message.channel_id),
    )
    async with stage.delivering():
        await stage.until_posted()
    states = await stage.states(digest)
    assert states[:3] == [SENT] * 3
    assert states[-1] == CANCELED
    assert set(await stage.states(following)) == {SENT}
    assert len(stage.in_thread(following, header=1)) == 2
    assert stage.blocked == []
    found = await stage.core.subscriptions.get(digest.subscription_id)
    assert found.state is SubscriptionState.ACTIVE


async def test_a_header_deleted_before_its_thread_was_open_ends_that_digest_only(
    stage: DeliverStage,
) -> None:
    digest = await stage.digest(2, layout=Layout.THREAD)
    following = await stage.digest(1)
    stage.sandbox.faults.add(Fault(THREADS, "POST", status=503, body={"message": "busy"}))
    async with stage.delivering():
        rests_until = await stage.until_resting()
        (header,) = stage.world.channel(stage.channel_id).messages
        stage.world.posts.delete(stage.owner_id, stage.channel_id, header)
        stage.clock.set(rests_until)
        await stage.until_posted()
    assert await stage.states(digest) == [SENT, CANCELED, CANCELED, CANCELED]
    assert stage.blocked == []
    assert stage.posted() == await stage.planned(following)


async def test_a_card_that_discord_refuses_is_left_out_alone(stage: DeliverStage) -> None:
    invalid: dict[str, Any] = {"code": 50035, "message": "Invalid Form Body", "errors": {}}

    def refuse(_: object) -> None:
        stage.sandbox.faults.add(Fault(MESSAGES, "POST", times=2, status=400, body=invalid))

    digest = await stage.digest(3)
    stage.once(lambda _: len(stage.posted()) == 1, refuse)
    async with stage.delivering():
        await stage.until_posted()
    keys = await stage.planned(digest)
    assert await stage.states(digest) == [SENT, CANCELED, SENT, SENT]
    assert stage.posted() == [keys[0], *keys[2:]]
    assert stage.blocked == []


async def test_a_removed_subscription_sends_nothing_more(stage: DeliverStage) -> None:
    digest = await stage.digest(8)
    subscription = await stage.core.subscriptions.get(digest.subscription_id)
    removal: list[asyncio.Task[None]] = []
    stage.once(
        lambda _: len(stage.posted()) == 2,
        lambda _: removal.append(
            asyncio.create_task(stage.core.services.subscriptions.remove(subscription))
        ),
    )
    async with stage.delivering():
        await stage.until_posted()
    await asyncio.gather(*removal)
    states = await stage.states(digest)
    assert states.count(SENT) == len(stage.posted()) < 6
    assert set(states) == {SENT, CANCELED}


async def test_hints_come_after_a_restart_too_and_once(stage: DeliverStage) -> None:
    digest = await stage.digest(3, layout=Layout.THREAD)
    async with stage.delivering():
        await stage.until_posted()
    stage.sandbox.faults.add(Fault("/reactions/", "PUT", status=503, body={"message": "busy"}))
    assert not await stage.deliverer().add_hints()  # put off
    restarted = stage.deliverer()
    assert await restarted.add_hints()
    assert not await restarted.add_hints()
    for card in stage.in_thread(digest):
        assert [(r.emoji_name, len(r.users)) for r in card.reactions] == [("🔖", 1)]


async def test_a_card_that_is_gone_or_closed_to_reactions_ends_its_hint(
    stage: DeliverStage,
) -> None:
    digest = await stage.digest(3)
    async with stage.delivering():
        await stage.until_posted()
    messages = list(stage.world.channel(stage.channel_id).messages)
    stage.world.posts.delete(stage.owner_id, stage.channel_id, messages[2])
    deliverer = stage.deliverer()
    assert await deliverer.add_hints()
    assert not await deliverer.add_hints()
    left = stage.world.channel(stage.channel_id).messages
    assert [len(message.reactions) for message in left.values()] == [0, 1, 1]
    stage.allow(GRANTED & ~Permission.ADD_REACTIONS)
    second = await stage.digest(1)
    async with stage.delivering():
        await stage.until_posted()
    assert await deliverer.add_hints()
    assert not await deliverer.add_hints()
    assert stage.blocked == []  # a hint is a courtesy
    assert await stage.states(second) == [SENT, SENT]
    assert digest.id != second.id
