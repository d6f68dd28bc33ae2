"""Cards behind messages, votes, and what flags asked for."""

from datetime import timedelta
from typing import Any

from sqlalchemy import event, select
from store_stage import CHANNEL, NOW, StoreStage, paper

from bot.models import Layout
from bot.store.flags import FlagAnswer, FlagStore
from bot.store.reactions import DOWN, UP, PlacedCard, ReactionStore, ShownCards, Votes
from bot.store.schema import flag_answers

_CARD = PlacedCard(55, CHANNEL, CHANNEL, 1, paper(1).id, 1)


async def _due(flags: FlagStore) -> list[FlagAnswer]:
    return await flags.due(NOW, busy=(), limit=10)


async def _answer(store: StoreStage) -> FlagAnswer:
    flags = FlagStore(store.database)
    assert await flags.ask(_CARD, "ja", 7, NOW)
    (answer,) = await _due(flags)
    return answer


async def test_the_card_behind_a_digests_message_has_its_channel_also_in_a_thread(
    store: StoreStage,
) -> None:
    await store.papers.enrich([paper(1)], NOW)
    await store.digest(1, layout=Layout.THREAD)
    (work,) = await store.outbox.claim("me", now=NOW, until=NOW, limit=1)
    for number, delivery in enumerate(work.deliveries):
        target = 900 if delivery.paper_id else CHANNEL
        await store.outbox.sent(delivery, message_id=800 + number, target_id=target, now=NOW)
    reactions = ReactionStore(store.database)
    card = await reactions.card(802)
    assert card == PlacedCard(802, 900, CHANNEL, 1, paper(1).id, 1)
    assert await reactions.card(800) is None  # the header
    assert await reactions.card(1) is None


async def test_a_shown_card_is_found_and_keeps_its_first_owner(store: StoreStage) -> None:
    shown = ShownCards(store.database)
    await shown.add(5, 10, None, "2606.00001", 2, 7, NOW)
    await shown.add(5, 10, None, "2606.00002", 1, 8, NOW)
    card = await ReactionStore(store.database).card(5)
    assert card == PlacedCard(5, 10, 10, None, "2606.00001", 2)


async def test_votes_are_counted_by_channel(store: StoreStage) -> None:
    reactions = ReactionStore(store.database)
    first, second = paper(1).id, paper(2).id
    for user, value, name in ((1, UP, first), (2, UP, first), (2, DOWN, first), (3, DOWN, second)):
        for _ in range(2):  # a repeated event counts once
            await reactions.vote(user, name, CHANNEL, value, guild_id=1, now=NOW)
    await reactions.vote(1, first, 999, DOWN, guild_id=1, now=NOW)
    counted = await reactions.votes(CHANNEL, [first, second, "2606.00003"])
    assert counted == {first: Votes(2, 1), second: Votes(0, 1)}
    await reactions.unvote(2, first, CHANNEL, UP)
    await reactions.unvote(4, first, CHANNEL, UP)
    assert await reactions.votes(CHANNEL, [first]) == {first: Votes(1, 1)}


async def test_a_flag_asks_once_per_paper_channel_and_language(store: StoreStage) -> None:
    flags = FlagStore(store.database)
    answer = await _answer(store)
    assert not await flags.ask(_CARD, "ja", 8, NOW)
    assert await flags.ask(_CARD, "de", 8, NOW)
    assert not await flags.is_open(CHANNEL, _CARD.paper_id, "ja")
    assert await flags.is_open(CHANNEL, _CARD.paper_id, "fr")
    await flags.posted(answer.id, 70, translated=True)
    assert not await flags.ask(_CARD, "ja", 7, NOW)
    assert not await flags.is_open(CHANNEL, _CARD.paper_id, "ja")
    (left,) = await _due(flags)
    assert left.language == "de"


async def test_what_was_only_told_is_asked_again_with_its_message(store: StoreStage) -> None:
    flags = FlagStore(store.database)
    answer = await _answer(store)
    await flags.placed(answer.id, 900, NOW)
    await flags.posted(answer.id, 70, translated=False)
    assert await _due(flags) == []
    assert await flags.is_open(CHANNEL, _CARD.paper_id, "ja")
    other = PlacedCard(56, 901, CHANNEL, 1, paper(1).id, 2)
    assert await flags.ask(other, "ja", 8, NOW)
    (again,) = await _due(flags)
    assert (again.key, again.message_id, again.thread_id) == (answer.key, 70, 900)
    assert (again.card_message_id, again.target_id) == (55, CHANNEL)


async def test_what_could_not_be_posted_moves_to_the_card_that_was_flagged_last(
    store: StoreStage,
) -> None:
    flags = FlagStore(store.database)
    answer = await _answer(store)
    await flags.placed(answer.id, 55, NOW)
    await flags.lost(answer.id)
    await flags.failed(answer.id, "no permission")
    other = PlacedCard(56, 901, CHANNEL, 1, paper(1).id, 2)
    assert await flags.ask(other, "ja", 8, NOW)
    (again,) = await _due(flags)
    assert (again.card_message_id, again.target_id, again.thread_id) == (56, 901, None)
    assert again.attempts == 0


async def test_what_was_put_off_comes_in_its_time(store: StoreStage) -> None:
    flags = FlagStore(store.database)
    answer = await _answer(store)
    later = NOW + timedelta(seconds=5)
    await flags.put_off(answer.id, later, "Discord is not well")
    assert await _due(flags) == []
    assert await flags.next_due_at(NOW) == later
    (again,) = await flags.due(later, busy=(), limit=10)
    assert again.attempts == 1
    assert await flags.due(later, busy=[answer.id], limit=10) == []


async def test_a_deleted_answer_gets_a_new_key(store: StoreStage) -> None:
    flags = FlagStore(store.database)
    answer = await _answer(store)
    await flags.placed(answer.id, 900, NOW)
    await flags.lost(answer.id)
    (again,) = await _due(flags)
    assert again.key != answer.key
    assert (again.thread_id, again.message_id, again.first_tried_at) == (None, None, None)
    assert len(await store.rows(select(flag_answers))) == 1


async def test_a_message_that_stands_is_known_also_after_giving_up(store: StoreStage) -> None:
    flags = FlagStore(store.database)
    answer = await _answer(store)
    await flags.placed(answer.id, 900, NOW)
    await flags.posted(answer.id, 70, translated=False)
    assert await flags.ask(_CARD, "ja", 7, NOW)
    await flags.failed(answer.id, "no permission")
    assert await flags.ask(_CARD, "ja", 7, NOW)
    (again,) = await _due(flags)
    assert (again.key, again.thread_id, again.message_id) == (answer.key, 900, 70)


async def test_open_answers_are_found_without_going_through_all(store: StoreStage) -> None:
    asked: list[tuple[str, Any]] = []
    engine = store.database._reader.sync_engine  # pyright: ignore[reportPrivateUsage]

    @event.listens_for(engine, "before_cursor_execute")
    def note(_c: object, _cursor: object, statement: str, values: Any, *_: object) -> None:  # pyright: ignore[reportUnusedFunction]
        if statement.startswith("SELECT"):
            asked.append((statement, values))

    flags = FlagStore(store.database)
    await flags.due(NOW, busy=[1, 2], limit=8)
    await flags.next_due_at(NOW)
    for statement, values in (*asked,):
        async with store.database.read() as connection:
            plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            assert any("ix_flag_answers_open" in str(row) for row in plan), statement
    assert len(asked) == 2
