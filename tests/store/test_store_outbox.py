"""The outbox: who may send what when, and what becomes of it."""

import asyncio
from datetime import datetime, timedelta

from store_stage import CHANNEL, NOW, OTHER_CHANNEL, StoreStage, plan

from bot.models import Delivery, DeliveryKind, DeliveryState, Layout, SubscriptionState
from bot.store.outbox import ChannelWork
from bot.store.schema import deliveries

MINUTE = timedelta(minutes=1)
LEASE = 5 * MINUTE
PENDING, CLAIMED, SENT, BLOCKED, CANCELED = DeliveryState


async def claim(
    store: StoreStage, owner: str = "one", *, now: datetime = NOW, limit: int = 10
) -> list[ChannelWork]:
    return await store.outbox.claim(owner, now=now, until=now + LEASE, limit=limit)


async def send(store: StoreStage, delivery: Delivery, message_id: int) -> None:
    await store.outbox.sent(delivery, message_id=message_id, target_id=CHANNEL, now=NOW)


async def test_a_claim_takes_the_oldest_digest_of_each_channel_whole(store: StoreStage) -> None:
    first = await store.digest(1, 2)
    await store.digest(3)
    elsewhere = await store.digest(1, channel=OTHER_CHANNEL, layout=Layout.THREAD)
    work = await claim(store)
    assert [one.digest for one in work] == [first, elsewhere]
    assert [d.kind for d in work[0].deliveries] == ["header", "card", "card"]
    assert [d.kind for d in work[1].deliveries] == ["header", "thread", "card"]
    assert [d.paper_id for d in work[0].deliveries] == [None, "2606.00001", "2606.00002"]
    for delivery in (d for one in work for d in one.deliveries):
        assert (delivery.state, delivery.attempts) == (CLAIMED, 1)
        assert delivery.first_claimed_at == NOW
    assert not any(one.taken_over for one in work)
    assert await claim(store, "two") == []


async def test_a_claim_keeps_to_its_limit_and_leaves_busy_channels(store: StoreStage) -> None:
    digests = [await store.digest(1, channel=channel) for channel in range(300, 305)]
    first = await claim(store, limit=2)
    assert [work.digest.id for work in first] == [digests[0].id, digests[1].id]
    rest = await store.outbox.claim("one", now=NOW, until=NOW + LEASE, limit=9, busy=[303])
    assert [work.digest.channel_id for work in rest] == [302, 304]


async def test_concurrent_claims_share_the_work_and_nothing_is_claimed_twice(
    store: StoreStage,
) -> None:
    wanted = [(await store.digest(1, channel=channel)).id for channel in range(500, 530)]
    claims = await asyncio.gather(*(claim(store, f"owner {n}", limit=7) for n in range(8)))
    taken = [work.digest.id for works in claims for work in works]
    assert sorted(taken) == wanted


async def test_the_next_digest_of_a_channel_waits_for_the_one_before(store: StoreStage) -> None:
    first, second = await store.digest(1), await store.digest(2)
    (work,) = await claim(store)
    header, card = work.deliveries
    await send(store, header, 11)
    assert await claim(store) == []
    await store.outbox.release(first.id, "one", not_before=NOW + MINUTE, error="busy")
    assert await claim(store) == []  # the first rests, and the second must not pass it
    (again,) = await claim(store, now=NOW + MINUTE)
    assert [d.id for d in again.deliveries] == [card.id]
    assert again.header_message_id == 11
    await send(store, card, 12)
    (after,) = await claim(store)
    assert after.digest == second


async def test_a_lease_that_ran_out_is_free_again(store: StoreStage) -> None:
    await store.digest(1, 2)
    (work,) = await claim(store)
    await send(store, work.deliveries[0], 11)
    assert await claim(store, "two", now=NOW + LEASE - MINUTE) == []
    (taken,) = await claim(store, "two", now=NOW + LEASE)
    assert taken.taken_over
    assert taken.header_message_id == 11
    assert [d.paper_id for d in taken.deliveries] == ["2606.00001", "2606.00002"]
    # Since when an earlier try's message may be in the channel.
    assert {d.first_claimed_at for d in taken.deliveries} == {NOW}
    assert {d.attempts for d in taken.deliveries} == {2}


async def test_only_its_owner_extends_or_releases_a_lease(store: StoreStage) -> None:
    digest = await store.digest(1)
    await claim(store)
    await store.outbox.extend(digest.id, "two", NOW + 60 * MINUTE)
    await store.outbox.release(digest.id, "two", not_before=None, error=None)
    assert await claim(store, "two", now=NOW + MINUTE) == []
    await store.outbox.extend(digest.id, "one", NOW + 10 * MINUTE)
    assert await claim(store, "two", now=NOW + 9 * MINUTE) == []
    await store.outbox.release(digest.id, "one", not_before=None, error=None)
    (work,) = await claim(store, "two", now=NOW + 9 * MINUTE)
    assert work.taken_over  # what the first owner may have sent must be looked for


async def test_an_error_is_kept_until_the_message_is_sent(store: StoreStage) -> None:
    digest = await store.digest(1)
    await claim(store)
    await store.outbox.release(digest.id, "one", not_before=NOW, error="HTTP 503")
    assert {row["error"] for row in await store.rows(deliveries.select())} == {"HTTP 503"}
    (work,) = await claim(store)
    for delivery in work.deliveries:
        await send(store, delivery, delivery.id)
    assert {row["error"] for row in await store.rows(deliveries.select())} == {None}
    assert await store.states(digest) == [SENT, SENT]


async def test_a_new_process_frees_the_leases_of_a_dead_one(store: StoreStage) -> None:
    digest = await store.digest(1)
    (work,) = await claim(store)
    await send(store, work.deliveries[0], 11)
    assert await store.outbox.release_all() == 1
    assert await store.states(digest) == [SENT, PENDING]
    (again,) = await claim(store, "two")
    assert again.taken_over
    assert await store.outbox.release_all() == 1


async def test_a_block_stops_the_subscription_and_tells_once(store: StoreStage) -> None:
    broken, sound = await store.digest(1, 2), await store.digest(3)
    (work,) = await claim(store)
    await send(store, work.deliveries[0], 11)
    assert await store.outbox.block(broken.subscription_id, "No permission.")
    assert not await store.outbox.block(broken.subscription_id, "No permission.")
    stopped = await store.subscriptions.get(broken.subscription_id)
    assert (stopped.state, stopped.problem) == (SubscriptionState.BROKEN, "No permission.")
    assert await store.states(broken) == [SENT, BLOCKED, BLOCKED]
    (other,) = await claim(store)  # what stands behind it in the channel goes on
    assert other.digest == sound
    assert await store.outbox.next_wake(NOW) == NOW + LEASE


async def test_a_block_of_a_paused_subscription_leaves_it_paused(store: StoreStage) -> None:
    digest = await store.digest(1)
    await store.subscriptions.pause(digest.subscription_id)
    assert not await store.outbox.block(digest.subscription_id, "No permission.")
    paused = await store.subscriptions.get(digest.subscription_id)
    assert paused.state is SubscriptionState.PAUSED


async def test_a_resume_frees_what_was_held_back(store: StoreStage) -> None:
    digest = await store.digest(1, 2)
    (work,) = await claim(store)
    await send(store, work.deliveries[0], 11)
    await store.outbox.block(digest.subscription_id, "No permission.")
    assert await claim(store) == []
    await store.subscriptions.resume(
        digest.subscription_id, next_due_at=NOW + MINUTE, since=None, now=NOW + timedelta(days=6)
    )
    resumed = await store.subscriptions.get(digest.subscription_id)
    assert (resumed.state, resumed.problem) == (SubscriptionState.ACTIVE, None)
    assert resumed.next_due_at == NOW + MINUTE
    assert resumed.since == {"cs.CL": digest.since["cs.CL"]}
    (again,) = await claim(store)
    assert (again.header_message_id, again.taken_over) == (11, True)
    assert [d.kind for d in again.deliveries] == [DeliveryKind.CARD] * 2


async def test_a_resume_cancels_what_is_no_news_any_more(store: StoreStage) -> None:
    subscription = await store.subscribe()
    (old,) = await store.commit(plan(subscription, 1))
    (unclaimed,) = await store.commit(plan(await store.subscriptions.get(subscription.id), 2))
    await claim(store)
    await store.outbox.block(subscription.id, "No permission.")
    await store.subscriptions.resume(
        subscription.id, next_due_at=NOW, since=None, now=NOW + timedelta(days=8)
    )
    assert await store.states(old) == [CANCELED, CANCELED]
    assert await store.states(unclaimed) == [CANCELED, CANCELED]  # never tried, and as old
    assert await claim(store) == []
    # Its papers may be posted by another subscription of the channel.
    assert await store.plans.posted(CHANNEL, ["2606.00001", "2606.00002"]) == set()


async def test_a_canceled_digest_keeps_what_it_has_sent(store: StoreStage) -> None:
    digest, following = await store.digest(1, 2), await store.digest(3)
    (work,) = await claim(store)
    for delivery in work.deliveries[:2]:
        await send(store, delivery, delivery.id)
    await store.outbox.cancel(digest.id, "the thread was deleted")
    assert await store.states(digest) == [SENT, SENT, CANCELED]
    (after,) = await claim(store)
    assert after.digest == following


async def test_one_delivery_set_aside_does_not_hold_up_the_others(store: StoreStage) -> None:
    digest = await store.digest(1, 2)
    (work,) = await claim(store)
    await store.outbox.set_aside(work.deliveries[1], "refused")
    assert await store.states(digest) == [CLAIMED, CANCELED, CLAIMED]
    (again,) = await claim(store, now=NOW + LEASE)
    assert [d.position for d in again.deliveries] == [0, 2]


async def test_the_next_wake_is_the_earliest_rest_or_lease(store: StoreStage) -> None:
    assert await store.outbox.next_wake(NOW) is None
    first, second = await store.digest(1), await store.digest(1, channel=OTHER_CHANNEL)
    assert await store.outbox.next_wake(NOW) is None  # both may be claimed at once
    await claim(store)
    assert await store.outbox.next_wake(NOW) == NOW + LEASE
    await store.outbox.release(first.id, "one", not_before=NOW + 2 * MINUTE, error="busy")
    assert await store.outbox.next_wake(NOW) == NOW + 2 * MINUTE
    assert await store.outbox.next_wake(NOW + 2 * MINUTE) == NOW + LEASE
    await store.outbox.cancel(second.id, "gone")
    assert await store.outbox.next_wake(NOW + 2 * MINUTE) is None
