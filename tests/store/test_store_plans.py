"""Plans: a digest is in the outbox whole or not at all, and no paper twice in a channel."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError
from store_stage import CHANNEL, NOW, OTHER_CHANNEL, TOMORROW, StoreStage, draft, plan

from bot.models import DeliveryKind, DigestKind, Layout, Subscription
from bot.store.schema import deliveries, digests, subscriptions


async def cards(store: StoreStage, digest_id: int) -> list[str | None]:
    return [card.paper_id for card in await store.posted.cards(digest_id)]


async def kinds(store: StoreStage) -> list[str]:
    found = await store.rows(deliveries.select().order_by(deliveries.c.id))
    return [row["kind"] for row in found]


async def count(store: StoreStage) -> tuple[int, int]:
    """How many digests and deliveries there are."""
    return len(await store.rows(digests.select())), len(await store.rows(deliveries.select()))


async def test_a_digest_is_written_with_all_that_it_was_made_from(store: StoreStage) -> None:
    made = await store.subscribe(max_papers=2, layout=Layout.THREAD)
    (digest,) = await store.commit(plan(made, 1, 2, 3))
    assert (digest.subscription_id, digest.guild_id, digest.channel_id) == (made.id, 1, CHANNEL)
    assert (digest.announced, digest.matched, digest.shown) == (40, 3, 2)
    assert (digest.from_seq, digest.to_seq) == (0, 10)
    assert (digest.rules, digest.since) == (made.draft.rules, made.since)
    assert (digest.due_at, digest.planned_at) == (NOW, NOW)
    assert await kinds(store) == ["header", "thread", "card", "card"]
    assert await cards(store, digest.id) == ["2606.00001", "2606.00002"]
    moved = await store.subscriptions.get(made.id)
    assert (moved.cursor, moved.next_due_at) == (10, TOMORROW)
    keys = [row["key"] for row in await store.rows(deliveries.select())]
    assert len({*keys, digest.key}) == 5
    assert all(len(key) <= 25 for key in keys)  # Discord's limit for a nonce


async def test_a_failure_in_the_middle_writes_nothing(store: StoreStage) -> None:
    first, second = await store.subscribe(), await store.subscribe(channel_id=OTHER_CHANNEL)
    async with store.database.write() as connection:
        await connection.execute(
            text(
                "CREATE TRIGGER full BEFORE INSERT ON deliveries WHEN NEW.position = 2 "
                "BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
            )
        )
    with pytest.raises(IntegrityError, match="the disk is full"):
        await store.commit(plan(first, 1), plan(second, 1, 2))
    assert await count(store) == (0, 0)
    for subscription in (first, second):
        assert await store.subscriptions.get(subscription.id) == subscription


async def test_nothing_to_show_is_a_line_or_only_a_record(store: StoreStage) -> None:
    silent, line = await store.subscribe(), await store.subscribe()
    written = await store.commit(plan(silent), plan(line, line=True))
    assert [digest.shown for digest in written] == [0, 0]
    assert await kinds(store) == [DeliveryKind.QUIET]


async def test_a_line_is_left_out_where_there_are_papers(store: StoreStage) -> None:
    await store.commit(plan(await store.subscribe(), 1, line=True))
    assert await kinds(store) == ["header", "card"]


async def test_a_plan_that_somebody_else_was_quicker_with_is_skipped(store: StoreStage) -> None:
    subscription = await store.subscribe()
    assert len(await store.commit(plan(subscription, 1))) == 1
    assert await store.commit(plan(subscription, 2)) == []
    assert await count(store) == (1, 2)


CHANGES = {
    "rules": draft(rules=replace(draft().rules, keywords=("graphs",))),
    "channel": draft(channel_id=OTHER_CHANNEL),
    "most papers": draft(max_papers=1),
}


@pytest.mark.parametrize("changed", CHANGES.values(), ids=CHANGES.keys())
async def test_a_plan_of_a_subscription_that_was_changed_since_is_skipped(
    store: StoreStage, changed: Any
) -> None:
    before = await store.subscribe()
    after = await store.subscriptions.change(
        before, changed, since=before.since, next_due_at=before.next_due_at
    )
    assert await store.commit(plan(before, 1, 2)) == []
    assert await store.subscriptions.get(before.id) == after


async def test_a_plan_of_a_removed_subscription_is_skipped(store: StoreStage) -> None:
    gone = await store.subscribe()
    await store.subscriptions.remove(gone.id)
    assert await store.commit(plan(gone, 1)) == []


async def test_a_paused_subscription_posts_by_hand_only(store: StoreStage) -> None:
    paused = await store.subscribe()
    await store.subscriptions.pause(paused.id)
    assert await store.commit(plan(paused, 1)) == []
    by_hand = plan(paused, 1, kind=DigestKind.MANUAL, next_due_at=paused.next_due_at)
    (digest,) = await store.commit(by_hand)
    assert digest.kind is DigestKind.MANUAL
    assert (await store.subscriptions.get(paused.id)).next_due_at == paused.next_due_at


async def test_a_channel_gets_a_paper_once_also_within_one_commit(store: StoreStage) -> None:
    one, two = await store.subscribe(max_papers=2), await store.subscribe(max_papers=2)
    other = await store.subscribe(channel_id=OTHER_CHANNEL)
    first, second, third = await store.commit(
        plan(one, 1, 2), plan(two, 2, 1, 3, 4, 5), plan(other, 1, 2)
    )
    assert await cards(store, first.id) == ["2606.00001", "2606.00002"]
    assert await cards(store, second.id) == ["2606.00003", "2606.00004"]
    assert (second.matched, second.shown) == (5, 2)
    assert await cards(store, third.id) == ["2606.00001", "2606.00002"]


async def test_a_channel_gets_a_paper_once_across_commits(store: StoreStage) -> None:
    await store.commit(plan(await store.subscribe(), 1, 2))
    had = await store.plans.posted(CHANNEL, ["2606.00001", "2606.00002", "2606.00003"])
    assert had == {"2606.00001", "2606.00002"}
    assert await store.plans.posted(OTHER_CHANNEL, had) == set()
    (digest,) = await store.commit(plan(await store.subscribe(), 1, 2, 3))
    assert await cards(store, digest.id) == ["2606.00003"]
    (nothing_new,) = await store.commit(plan(await store.subscribe(), 3, 1))
    assert nothing_new.shown == 0
    assert await store.states(nothing_new) == []


async def test_what_was_canceled_may_come_again(store: StoreStage) -> None:
    digest = await store.digest(1)
    await store.outbox.cancel(digest.id, "gone")
    again = await store.digest(1)
    assert await cards(store, again.id) == ["2606.00001"]


async def test_the_database_itself_refuses_a_paper_twice_in_a_channel(store: StoreStage) -> None:
    digest = await store.digest(1)
    row = {
        "digest_id": digest.id,
        "subscription_id": digest.subscription_id,
        "channel_id": CHANNEL,
        "kind": "card",
        "paper_id": "2606.00001",
        "version": 2,
        "state": "pending",
    }

    async def add(position: int, **changes: object) -> None:
        values = row | {"key": f"key {position}", "position": position} | changes
        async with store.database.write() as connection:
            await connection.execute(insert(deliveries).values(values))

    with pytest.raises(IntegrityError, match="UNIQUE"):
        await add(7)
    await add(8, channel_id=OTHER_CHANNEL)
    await add(9, state="canceled")
    with pytest.raises(IntegrityError, match="UNIQUE"):
        await add(8, paper_id="2606.00002")  # nor a position twice in a digest


async def test_many_plans_are_all_written(store: StoreStage) -> None:
    made: list[Subscription] = [
        await store.subscribe(channel_id=1000 + number, guild_id=number) for number in range(120)
    ]
    written = await store.commit(*(plan(subscription, 1) for subscription in made))
    assert [digest.channel_id for digest in written] == list(range(1000, 1120))
    assert await count(store) == (120, 240)
    moved = await store.rows(subscriptions.select())
    assert {row["next_due_at"] for row in moved} == {NOW + timedelta(days=1)}


@pytest.mark.parametrize("hint", [True, False])
async def test_only_cards_want_a_hint_and_only_where_it_is_on(
    store: StoreStage, hint: bool
) -> None:
    await store.commit(plan(await store.subscribe(), 1), hint=hint)
    found = await store.rows(deliveries.select().order_by(deliveries.c.id))
    assert [row["hint_due"] for row in found] == [False, hint]
