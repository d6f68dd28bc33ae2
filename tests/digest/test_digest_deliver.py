"""Delivering through a real client: exactly once and in order, whatever goes wrong."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from deliver_stage import PATIENCE_S, DeliverStage, delivery_stage, later

from bot.models import DeliveryState, Layout
from bot.ui import sender as sender_module
from sandbox.discord.faults import Fault

MESSAGES = r"/channels/\d+/messages$"
THREADS = r"/messages/\d+/threads$"
BEYOND_NONCE = 10.0  # minutes; Discord's window is "the past few minutes"
PENDING, CLAIMED, SENT, BLOCKED, CANCELED = DeliveryState


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncGenerator[DeliverStage]:
    async with delivery_stage(tmp_path) as made:
        yield made


@pytest.mark.parametrize("layout", Layout)
async def test_a_digest_arrives_whole_and_in_order(stage: DeliverStage, layout: Layout) -> None:
    digest = await stage.digest(4, layout=layout)
    async with stage.delivering():
        await stage.until_posted()
    keys = await stage.planned(digest)
    assert stage.posted() == keys
    assert await stage.states(digest) == [SENT] * len(await stage.rows())
    in_channel = len(stage.world.channel(stage.channel_id).messages)
    if layout is Layout.THREAD:
        assert in_channel == 1
        assert [message.id for message in stage.in_thread(digest)] == [
            row["message_id"] for row in await stage.rows() if row["kind"] == "card"
        ]
    else:
        assert in_channel == 5


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("lost", [1, 3])
async def test_a_lost_answer_doubles_nothing(
    stage: DeliverStage, layout: Layout, lost: int
) -> None:
    paths = (MESSAGES, THREADS) if layout is Layout.THREAD else (MESSAGES,)
    for path in paths:
        stage.sandbox.faults.add(Fault(path, "POST", times=lost, action="drop_after"))
    digest = await stage.digest(3, layout=layout)
    async with stage.delivering():
        await stage.rush()
    assert list(stage.sandbox.faults) == []
    assert stage.posted() == await stage.planned(digest)


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("after", [1, 2, 3, 5])
@pytest.mark.parametrize("minutes", [0.0, BEYOND_NONCE])
async def test_a_crash_between_sending_and_noting_doubles_nothing(
    stage: DeliverStage, layout: Layout, after: int, minutes: float
) -> None:
    digest = await stage.digest(4, layout=layout)
    following = await stage.digest(1)
    await stage.crash(after)
    keys = await stage.planned(digest)
    threads = int(layout is Layout.THREAD and after >= 2)
    assert stage.posted() == keys[: after - threads]  # the last of them is not noted
    assert (await stage.states(digest)).count(SENT) == after - 1
    later(stage, minutes)
    await stage.core.outbox.release_all()
    async with stage.delivering():
        await stage.until_posted()
    assert stage.posted() == [*keys, *await stage.planned(following)]
    assert set(await stage.states(digest)) == {SENT}


async def test_a_lease_that_a_dead_process_left_is_waited_for(stage: DeliverStage) -> None:
    digest = await stage.digest(2)
    await stage.crash(2)
    async with stage.delivering():
        other = await stage.digest(1, channel=stage.new_channel("other"))
        stage.core.signals.outbox_changed()
        await stage.until(lambda: _all_sent(stage, other.id))
        assert len(stage.posted()) == 2
        later(stage, 6)
        await stage.until_posted()
    assert stage.posted() == await stage.planned(digest)


async def test_other_peoples_talk_since_then_does_not_hide_what_was_sent(
    stage: DeliverStage,
) -> None:
    digest = await stage.digest(3)
    await stage.crash(3)
    for number in range(230):
        stage.world.posts.create(stage.owner_id, stage.channel_id, {"content": f"talk {number}"})
    later(stage, BEYOND_NONCE)
    async with stage.delivering():
        await stage.until_posted()
    assert stage.posted() == await stage.planned(digest)


async def test_a_history_that_cannot_be_read_just_now_is_asked_again(
    stage: DeliverStage,
) -> None:
    digest = await stage.digest(3)
    await stage.crash(2)
    later(stage, BEYOND_NONCE)
    stage.sandbox.faults.add(Fault(MESSAGES, "GET", status=503, body={"message": "busy"}))
    async with stage.delivering():
        await stage.until_resting(2)
        assert len(stage.posted()) == 2
        later(stage, 1)
        await stage.until_posted()
    assert stage.posted() == await stage.planned(digest)


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("after", [0, 2])
async def test_a_passing_error_puts_a_digest_off_and_keeps_the_order(
    stage: DeliverStage, layout: Layout, after: int
) -> None:
    first, second = await stage.digest(3, layout=layout), await stage.digest(2)

    def busy(_: object = None) -> None:
        fault = Fault(r"/(messages|threads)$", "POST", times=3, status=503, body={"message": "x"})
        stage.sandbox.faults.add(fault)

    if after:
        stage.once(lambda _: len(stage.posted()) == after, busy)
    else:
        busy()
    rests = [stage.clock.now()]
    async with stage.delivering():
        for tries in (1, 2, 3):
            rests.append(await stage.until_resting(tries))
            assert len(stage.posted()) == after
            stage.clock.set(rests[-1])
        await stage.until_posted()
    assert stage.posted() == await stage.planned(first, second)
    for seconds, (before, until) in zip((2, 4, 8), pairwise(rests), strict=True):
        assert until - before >= timedelta(seconds=seconds)  # each rest twice as long


@pytest.mark.parametrize("status", [500, 502])
async def test_an_error_that_passes_at_once_is_not_even_noticed(
    stage: DeliverStage, status: int
) -> None:
    stage.sandbox.faults.add(Fault(MESSAGES, "POST", status=status, body={"message": "oops"}))
    digest = await stage.digest(1)
    async with stage.delivering():
        await stage.until_posted()  # the library itself tries again after a second
    assert stage.posted() == await stage.planned(digest)
    assert {row["attempts"] for row in await stage.rows()} == {1}


async def test_a_long_rate_limit_puts_a_digest_off(
    stage: DeliverStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The library sleeps such a wish off inside the call; the sender ends that.
    monkeypatch.setattr(sender_module, "_CALL_S", 0.3)
    wish = {"message": "slow down", "retry_after": 300.0, "global": False}
    stage.sandbox.faults.add(Fault(MESSAGES, "POST", status=429, body=wish))
    digest = await stage.digest(1)
    async with stage.delivering():
        await stage.until_resting()
        monkeypatch.setattr(sender_module, "_CALL_S", 60.0)
        assert stage.posted() == []
        await stage.rush()
    assert stage.posted() == await stage.planned(digest)


async def test_a_resting_channel_holds_up_no_other(stage: DeliverStage) -> None:
    stage.sandbox.faults.add(
        Fault(f"/{stage.channel_id}/messages$", "POST", times=None, status=503, body={})
    )
    stuck = await stage.digest(1)
    others = [await stage.digest(2, channel=stage.new_channel(f"c{n}")) for n in range(5)]
    async with stage.delivering(workers=2):
        for digest in others:
            await stage.until(lambda digest=digest: _all_sent(stage, digest.id))
    assert set(await stage.states(stuck)) == {PENDING}
    for digest in others:
        assert stage.posted(digest.channel_id) == await stage.planned(digest)


async def test_many_channels_at_once_keep_each_channels_order(stage: DeliverStage) -> None:
    channels = [stage.new_channel(f"c{number}") for number in range(8)]
    digests = {
        channel: [
            await stage.digest(2, channel=channel, layout=layout)
            for layout in (Layout.THREAD, Layout.MESSAGES)
        ]
        for channel in channels
    }
    for number in range(0, 8, 3):  # some channels stumble on the way
        path = f"/{channels[number]}/messages$"
        stage.sandbox.faults.add(Fault(path, "POST", action="drop_after", times=2))
        stage.sandbox.faults.add(Fault(path, "POST", status=503, body={}))
    most = 0

    async def is_done() -> bool:
        nonlocal most
        claimed = {row["channel_id"] for row in await stage.rows() if row["state"] == CLAIMED}
        most = max(most, len(claimed))
        await stage.hurry()
        return await stage.core.posted.queue() == 0

    async with stage.delivering(workers=5):
        await stage.until(is_done)
    assert 2 <= most <= 5
    for channel in channels:
        assert stage.posted(channel) == await stage.planned(*digests[channel])


async def test_a_stop_ends_after_the_messages_under_way(stage: DeliverStage) -> None:
    channels = [stage.new_channel(f"c{number}") for number in range(4)]
    digests = [await stage.digest(5, channel=channel) for channel in channels]
    deliverer = stage.deliverer(workers=6)
    stage.once(lambda _: True, lambda _: deliverer.stop())
    await asyncio.wait_for(deliverer.run(), PATIENCE_S)
    rows = await stage.rows()
    sent = [row for row in rows if row["state"] == SENT]
    assert 1 <= len(sent) < len(rows)
    assert {row["state"] for row in rows} == {SENT, PENDING}  # no lease is left behind
    assert sum(len(stage.posted(channel)) for channel in channels) == len(sent)
    async with stage.delivering():
        await stage.until_posted()
    for digest in digests:
        assert stage.posted(digest.channel_id) == await stage.planned(digest)


async def test_a_clock_that_jumps_while_sending_doubles_nothing(stage: DeliverStage) -> None:
    digest = await stage.digest(5)
    for place in (1, 3):
        stage.once(
            lambda _, place=place: len(stage.posted()) == place, lambda _: later(stage, 26 * 60)
        )
    async with stage.delivering():
        await stage.until_posted()
    assert stage.posted() == await stage.planned(digest)


async def _all_sent(stage: DeliverStage, digest_id: int) -> bool:
    return {row["state"] for row in await stage.rows() if row["digest_id"] == digest_id} == {SENT}
