"""Digests wait for a model: not for ever, under their lease, and not once they are unwanted."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from deliver_stage import PATIENCE_S, DeliverStage, delivery_stage, later

from bot.models import DeliveryState
from sandbox.arxiv.faults import FaultRule
from sandbox.providers.chat import ChatSandbox

ENDPOINT = r"/chat/completions"
PENDING, CLAIMED, SENT, BLOCKED, CANCELED = DeliveryState


@asynccontextmanager
async def _stage(
    folder: Path, *faults: FaultRule, wait: float = 60
) -> AsyncGenerator[tuple[DeliverStage, ChatSandbox]]:
    async with ChatSandbox() as server:
        server.set_faults(faults)
        async with delivery_stage(
            folder,
            summarizer="model",
            chat_url=f"{server.url}/v1",
            chat_model="tiny",
            digest_model_wait=str(wait),
        ) as stage:
            yield stage, server


def _texts(stage: DeliverStage, channel_id: int | None = None) -> list[str]:
    """The bot's messages in a channel, as they were sent."""
    messages = stage.world.channel(channel_id or stage.channel_id).messages.values()
    return [str(message.components) for message in messages if message.components]


async def test_cards_are_made_before_the_first_message_by_the_model(tmp_path: Path) -> None:
    async with _stage(tmp_path) as (stage, server):
        digest = await stage.digest(3)
        async with stage.delivering():
            await stage.until_posted()
        assert stage.posted() == await stage.planned(digest)
        assert [("Summary by tiny" in text) for text in _texts(stage)] == [False, True, True, True]
        assert server.answered == 1


async def test_a_hanging_model_delays_a_digest_by_no_more_than_is_set(tmp_path: Path) -> None:
    hanging = FaultRule(ENDPOINT, times=None, hang=True)
    async with _stage(tmp_path, hanging, wait=0.2) as (stage, _):
        digest = await stage.digest(2)
        async with stage.delivering():
            await stage.until_posted()
        assert stage.posted() == await stage.planned(digest)
        assert ["did not answer in time" in text for text in _texts(stage)] == [False, True, True]


async def test_two_channels_share_what_is_made(tmp_path: Path) -> None:
    async with _stage(tmp_path) as (stage, server):
        first = await stage.digest(2)
        other = stage.new_channel("other")
        subscription = await stage.core.subscriptions.get(first.subscription_id)
        second = await stage.core.subscriptions.create(
            replace(subscription.draft, channel_id=other),
            since=subscription.since,
            next_due_at=stage.clock.now(),
            now=stage.clock.now(),
            limit=9,
        )
        await stage.core.planner.plan([second])
        async with stage.delivering():
            await stage.until_posted()
        for channel in (stage.channel_id, other):
            assert sum("Summary by tiny" in text for text in _texts(stage, channel)) == 2
        assert server.answered == 1


async def test_other_channels_do_not_wait(tmp_path: Path) -> None:
    async with _stage(tmp_path, FaultRule(ENDPOINT, hang=True)) as (stage, server):
        waiting = await stage.digest(1)
        other = await stage.digest(1, channel=stage.new_channel("other"))
        async with stage.delivering():

            async def is_posted() -> bool:
                done = [await stage.states(one) for one in (waiting, other)]
                return any(set(states) == {SENT} for states in done)

            await stage.until(is_posted)
            states = [await stage.states(one) for one in (waiting, other)]
            assert sorted(map(set, states), key=sorted) == [{CLAIMED}, {SENT}]
            assert len(server.asked) == 2


async def test_the_lease_is_kept_while_the_model_is_waited_for(tmp_path: Path) -> None:
    async with _stage(tmp_path, FaultRule(ENDPOINT, hang=True)) as (stage, server):
        digest = await stage.digest(1)
        async with stage.delivering():
            await asyncio.wait_for(server.arrived.wait(), PATIENCE_S)
            first = [row["lease_until"] for row in await stage.rows()]
            later(stage, 2)

            async def is_kept() -> bool:
                now = [row["lease_until"] for row in await stage.rows()]
                return all(late > early for early, late in zip(first, now, strict=True))

            async with asyncio.timeout(PATIENCE_S):
                while not await is_kept():
                    pass  # a query of the database each time
            # Nobody else takes it over.
            assert await stage.outbox.claim(
                "other", now=stage.clock.now(), until=stage.clock.now(), limit=9, busy=[]
            ) == []  # fmt: skip
            assert set(await stage.states(digest)) == {CLAIMED}


async def test_stopping_ends_the_wait_at_once_and_nothing_is_lost(tmp_path: Path) -> None:
    async with _stage(tmp_path, FaultRule(ENDPOINT, hang=True)) as (stage, server):
        digest = await stage.digest(2)
        deliverer = stage.deliverer()
        running = asyncio.create_task(deliverer.run())
        await asyncio.wait_for(server.arrived.wait(), PATIENCE_S)
        deliverer.stop()
        await asyncio.wait_for(running, 2)
        assert stage.posted() == []
        assert set(await stage.states(digest)) == {PENDING}
        # The call itself goes on until the program ends.
        await asyncio.wait_for(stage.core.summaries.close(), 2)
        async with stage.delivering():
            await stage.until_posted()
        assert stage.posted() == await stage.planned(digest)


async def test_a_subscription_removed_meanwhile_posts_nothing(tmp_path: Path) -> None:
    slow = FaultRule(ENDPOINT, delay=0.5)
    async with _stage(tmp_path, slow) as (stage, server):
        digest = await stage.digest(1)
        async with stage.delivering():
            await asyncio.wait_for(server.arrived.wait(), PATIENCE_S)
            subscription = await stage.core.subscriptions.get(digest.subscription_id)
            await stage.core.services.subscriptions.remove(subscription)
            assert set(await stage.states(digest)) == {CANCELED}
            stage.outbox.changed.clear()
            await asyncio.wait_for(stage.outbox.changed.wait(), PATIENCE_S)
            assert server.answered == 1
        assert stage.posted() == []


@pytest.mark.parametrize("status", [401, 500])
async def test_a_bad_endpoint_costs_no_digest_its_cards(tmp_path: Path, status: int) -> None:
    bad = FaultRule(ENDPOINT, times=None, status=status, body=b"{}", headers={"Retry-After": "99"})
    async with _stage(tmp_path, bad) as (stage, server):
        digests = [await stage.digest(2) for _ in range(3)]
        async with stage.delivering(workers=1):
            await stage.until_posted()
        assert stage.posted() == await stage.planned(*digests)
        assert len(server.asked) <= 3
