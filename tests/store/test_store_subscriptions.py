"""Subscriptions: made up to a limit, changed, stopped, resumed and removed."""

import asyncio
from dataclasses import replace
from datetime import date, time, timedelta
from itertools import islice

import pytest
from store_stage import DAY, NOW, TOMORROW, StoreStage, draft, plan

from bot.errors import LimitReached, NotFound
from bot.models import (
    DeliveryState,
    Include,
    Layout,
    QuietDays,
    Rules,
    SubscriptionState,
)

PENDING, CLAIMED, SENT, BLOCKED, CANCELED = DeliveryState
FULL = draft(
    rules=Rules(
        ("cs.CL", "math.CO"), ("graph networks", "量子"), ("survey",), ("J. García",), Include.CROSS
    ),
    at=time(17, 30),
    timezone="Asia/Kolkata",
    max_papers=25,
    layout=Layout.THREAD,
    quiet_days=QuietDays.LINE,
)


async def test_a_subscription_comes_back_as_it_was_made(store: StoreStage) -> None:
    since = {"cs.CL": DAY, "math.CO": date(2026, 6, 19)}
    made = await store.subscriptions.create(
        FULL, since=since, next_due_at=TOMORROW, now=NOW, limit=1
    )
    assert made.draft == FULL
    assert (made.state, made.cursor, made.problem) == (SubscriptionState.ACTIVE, 0, None)
    assert (made.since, made.next_due_at, made.created_at) == (since, TOMORROW, NOW)
    assert await store.subscriptions.get(made.id) == made
    assert await store.subscriptions.all() == [made]


async def test_a_server_has_a_limit_of_its_own(store: StoreStage) -> None:
    for _ in range(2):
        await store.subscribe(limit=2)
    with pytest.raises(LimitReached, match="has 2 subscriptions"):
        await store.subscribe(limit=2)
    await store.subscribe(limit=2, guild_id=2)
    assert len(await store.subscriptions.of_guild(1)) == 2
    await store.subscriptions.remove((await store.subscriptions.of_guild(1))[0].id)
    await store.subscribe(limit=2)


async def test_the_limit_holds_when_many_subscribe_at_once(store: StoreStage) -> None:
    outcomes = await asyncio.gather(
        *(store.subscribe(limit=3) for _ in range(10)), return_exceptions=True
    )
    assert sum(isinstance(outcome, LimitReached) for outcome in outcomes) == 7
    assert len(await store.subscriptions.of_guild(1)) == 3


async def test_one_server_cannot_reach_anothers(store: StoreStage) -> None:
    made = await store.subscribe()
    assert await store.subscriptions.get(made.id, 1) == made
    with pytest.raises(NotFound, match=f"no subscription {made.id} in this server"):
        await store.subscriptions.get(made.id, 2)
    assert await store.subscriptions.of_guild(2) == []


async def test_due_are_active_ones_whose_time_has_come_the_longest_due_first(
    store: StoreStage,
) -> None:
    numbers = [(await store.subscribe()).id for _ in range(4)]
    late, later, paused, _future = numbers
    was = {n: (await store.subscriptions.get(n)).next_due_at for n in numbers}
    await store.subscriptions.postpone({later: (was[later], NOW - timedelta(minutes=5))})
    await store.subscriptions.postpone(
        {late: (was[late], NOW - timedelta(minutes=9)), numbers[3]: (was[numbers[3]], TOMORROW)}
    )
    await store.subscriptions.postpone({late: (was[late], TOMORROW)})  # it was changed since
    await store.subscriptions.pause(paused)
    assert [s.id for s in await store.subscriptions.due(NOW)] == [late, later]
    assert [s.id for s in await store.subscriptions.active()] == [late, later, numbers[3]]
    assert await store.subscriptions.next_due_at() == NOW - timedelta(minutes=9)
    for number in (late, later, numbers[3]):
        await store.subscriptions.remove(number)
    assert await store.subscriptions.next_due_at() is None


async def test_a_change_keeps_the_progress(store: StoreStage) -> None:
    made = await store.subscribe()
    await store.commit(plan(made, 1))
    made = await store.subscriptions.get(made.id)
    changed = await store.subscriptions.change(
        made, FULL, since={"cs.CL": DAY, "math.CO": DAY}, next_due_at=TOMORROW
    )
    assert changed == replace(
        made, draft=FULL, since={"cs.CL": DAY, "math.CO": DAY}, next_due_at=TOMORROW
    )
    assert changed.cursor == 10


async def test_a_pause_lasts_until_the_resume_which_may_skip_days(store: StoreStage) -> None:
    made = await store.subscribe()
    await store.subscriptions.pause(made.id)
    assert (await store.subscriptions.get(made.id)).state is SubscriptionState.PAUSED
    assert await store.subscriptions.due(NOW) == []
    skipped = {"cs.CL": DAY + timedelta(days=4)}
    await store.subscriptions.resume(made.id, next_due_at=TOMORROW, since=skipped, now=NOW)
    resumed = await store.subscriptions.get(made.id)
    assert (resumed.state, resumed.since) == (SubscriptionState.ACTIVE, skipped)
    assert resumed.next_due_at == TOMORROW


async def test_a_removal_cancels_what_is_unsent_and_only_its_own(store: StoreStage) -> None:
    doomed, other = await store.digest(1, 2, 3), await store.digest(4)
    (work,) = await store.outbox.claim("one", now=NOW, until=TOMORROW, limit=1)
    for delivery in islice(work.deliveries, 2):
        await store.outbox.sent(delivery, message_id=delivery.id, target_id=1, now=NOW)
    await store.outbox.release(doomed.id, "one", not_before=None, error=None)
    await store.subscriptions.remove(doomed.subscription_id)
    assert await store.states(doomed) == [SENT, SENT, CANCELED, CANCELED]
    assert await store.states(other) == [PENDING, PENDING]
    with pytest.raises(NotFound):
        await store.subscriptions.get(doomed.subscription_id)
    # What was posted stays known: its bookmarks and its history go on.
    assert await store.posted.card(work.deliveries[1].id) is not None
    assert len(await store.posted.history(1, limit=5)) == 2


async def test_a_removal_cancels_what_an_error_held_back(store: StoreStage) -> None:
    digest = await store.digest(1)
    await store.outbox.block(digest.subscription_id, "No permission.")
    await store.subscriptions.remove(digest.subscription_id)
    assert await store.states(digest) == [CANCELED, CANCELED]


async def test_a_removal_while_its_digest_is_being_sent_lets_nothing_come_later(
    store: StoreStage,
) -> None:
    digest = await store.digest(1, 2)
    (work,) = await store.outbox.claim("one", now=NOW, until=TOMORROW, limit=1)
    await store.subscriptions.remove(digest.subscription_id)
    # The message under way arrives; Discord then asks to wait.
    await store.outbox.sent(work.deliveries[0], message_id=11, target_id=1, now=NOW)
    await store.outbox.release(digest.id, "one", not_before=NOW, error="HTTP 503")
    assert await store.outbox.claim("one", now=TOMORROW, until=TOMORROW, limit=1) == []
    assert await store.states(digest) == [SENT, CANCELED, CANCELED]


@pytest.mark.parametrize("action", ["pause", "resume", "remove", "change"])
async def test_what_is_gone_cannot_be_acted_on(store: StoreStage, action: str) -> None:
    gone = await store.subscribe()
    await store.subscriptions.remove(gone.id)
    subscriptions = store.subscriptions
    actions = {
        "pause": lambda: subscriptions.pause(gone.id),
        "resume": lambda: subscriptions.resume(gone.id, next_due_at=NOW, since=None, now=NOW),
        "remove": lambda: subscriptions.remove(gone.id),
        "change": lambda: subscriptions.change(gone, FULL, since=gone.since, next_due_at=NOW),
    }
    with pytest.raises(NotFound, match="somebody has removed it"):
        await actions[action]()
