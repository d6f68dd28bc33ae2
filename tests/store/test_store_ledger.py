"""The ledger's tables: batches with their counts, what came late, and the order of arrival."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from store_stage import DAY, NOW, StoreStage, entries, paper

from bot.models import AnnounceType, Batch, BatchSource, BatchState, FeedEntry
from bot.store.ledger import FeedState
from bot.store.schema import announcements

NEW, CROSS, REPLACE, REPLACE_CROSS = AnnounceType
NEXT_DAY = DAY + timedelta(days=1)
LATER = NOW + timedelta(hours=3)


async def record(
    store: StoreStage, *numbers: int, category: str = "cs.CL", day: date = DAY, **more: bool
) -> int:
    papers = entries(*(paper(number) for number in numbers))
    return await store.ledger.record(
        category, day, papers, now=NOW, source=BatchSource.FEED, **more
    )


async def line(store: StoreStage, category: str = "cs.CL", day: date = DAY) -> Batch:
    found = await store.ledger.batch(category, day)
    assert found is not None
    return found


async def late(store: StoreStage) -> dict[str, bool]:
    rows = await store.rows(announcements.select().order_by(announcements.c.seq))
    return {row["paper_id"][-1]: row["late"] for row in rows}


async def test_a_batch_counts_its_papers_by_type(store: StoreStage) -> None:
    kinds = [NEW, NEW, NEW, CROSS, CROSS, REPLACE, REPLACE_CROSS]
    batch = [FeedEntry(paper(number), kind) for number, kind in enumerate(kinds)]
    added = await store.ledger.record("cs.CL", DAY, batch, now=NOW, source=BatchSource.FEED)
    assert added == 7
    assert await line(store) == Batch(
        "cs.CL", DAY, BatchState.ANNOUNCED, BatchSource.FEED, 3, 2, 1, 1, first_seen_at=NOW
    )
    assert (await line(store)).total == 7


async def test_the_same_batch_again_adds_nothing(store: StoreStage) -> None:
    await record(store, 1, 2)
    before = await line(store)
    assert await record(store, 2, 1) == 0
    assert await line(store) == before
    assert await late(store) == {"1": False, "2": False}


async def test_what_comes_after_the_batch_is_late(store: StoreStage) -> None:
    await record(store, 1, 2)
    await store.ledger.mark_enriched("cs.CL", NOW)
    added = await store.ledger.record(
        "cs.CL", DAY, entries(paper(2), paper(3)), now=LATER, source=BatchSource.OAI
    )
    assert added == 1
    # OAI-PMH completes a batch; what it adds was announced with the others.
    assert await late(store) == {"1": False, "2": False, "3": False}
    found = await line(store)
    assert (found.new, found.late) == (3, 0)
    assert (found.source, found.first_seen_at) == (BatchSource.FEED, NOW)
    assert found.enriched_at is None  # the one that came late lacks the API's fields
    await record(store, 4, 5)
    assert (await line(store)).late == 2


async def test_a_batch_after_a_placeholder_is_not_late(store: StoreStage) -> None:
    await store.ledger.mark("cs.CL", DAY, BatchState.EXPECTED, NOW - timedelta(hours=5))
    await record(store, 1)
    assert await late(store) == {"1": False}
    found = await line(store)
    assert (found.state, found.late, found.first_seen_at) == (BatchState.ANNOUNCED, 0, NOW)


async def test_an_announced_day_stays_announced(store: StoreStage) -> None:
    await store.ledger.mark("cs.CL", DAY, BatchState.EXPECTED, NOW)
    await store.ledger.mark("cs.CL", DAY, BatchState.STALE, NOW)
    assert (await line(store)).state is BatchState.STALE
    await record(store, 1)
    await store.ledger.mark("cs.CL", DAY, BatchState.QUIET, NOW)
    assert (await line(store)).state is BatchState.ANNOUNCED


async def test_truncation_is_remembered(store: StoreStage) -> None:
    await record(store, 1, truncated=True)
    await record(store, 1, 2)
    assert (await line(store)).truncated


async def test_a_category_is_enriched_as_a_whole(store: StoreStage) -> None:
    await record(store, 1)
    await record(store, 2, category="cs.LG")
    await store.ledger.mark_enriched("cs.CL", LATER)
    assert (await line(store)).enriched_at == LATER
    assert (await line(store, "cs.LG")).enriched_at is None
    await record(store, 1)  # nothing new: nothing to ask the API for
    assert (await line(store)).enriched_at == LATER


async def test_lines_come_by_day_and_category(store: StoreStage) -> None:
    for category, day in (("cs.LG", NEXT_DAY), ("cs.LG", DAY), ("cs.CL", NEXT_DAY), ("cs.CL", DAY)):
        await store.ledger.mark(category, day, BatchState.QUIET, NOW)
    found = await store.ledger.batches(["cs.CL", "cs.LG", "hep-th"], DAY)
    assert [(b.day, b.category) for b in found] == [
        (DAY, "cs.CL"),
        (DAY, "cs.LG"),
        (NEXT_DAY, "cs.CL"),
        (NEXT_DAY, "cs.LG"),
    ]
    assert [b.day for b in await store.ledger.batches(["cs.CL"], NEXT_DAY)] == [NEXT_DAY]
    assert await store.ledger.batches([], DAY) == []


async def test_announcements_come_in_the_order_of_arrival(store: StoreStage) -> None:
    await record(store, 3, 1)
    await record(store, 1, category="cs.LG")
    await record(store, 2, day=NEXT_DAY)
    assert await store.ledger.last_seq() == 4
    found = await store.ledger.announcements(["cs.CL", "cs.LG"], since=DAY)
    assert [(a.seq, a.category, a.paper.id[-1]) for a in found] == [
        (1, "cs.CL", "3"),
        (2, "cs.CL", "1"),
        (3, "cs.LG", "1"),
        (4, "cs.CL", "2"),
    ]
    assert found[1].paper is found[2].paper  # read once: planning holds thousands of them

    async def seqs(**limits: int) -> list[int]:
        found = await store.ledger.announcements(["cs.CL"], since=DAY, **limits)
        return [a.seq for a in found]

    assert await seqs(after_seq=1) == [2, 4]
    assert await seqs(up_to_seq=2) == [1, 2]
    late_days = await store.ledger.announcements(["cs.CL"], since=NEXT_DAY)
    assert [a.seq for a in late_days] == [4]


async def test_numbers_of_arrival_are_never_used_again(store: StoreStage) -> None:
    assert await store.ledger.last_seq() == 0
    await record(store, 1, 2, 3)
    async with store.database.write() as connection:
        await connection.execute(announcements.delete())
    await record(store, 4)
    assert await store.ledger.last_seq() == 4


async def test_the_last_batch_is_what_a_stale_feed_would_repeat(store: StoreStage) -> None:
    assert await store.ledger.last_announced("cs.CL", NEXT_DAY) is None
    await record(store, 1, 2)
    await record(store, 9, day=DAY - timedelta(days=1))
    await store.ledger.mark("cs.CL", NEXT_DAY, BatchState.QUIET, NOW)
    two_later = NEXT_DAY + timedelta(days=1)
    await store.ledger.record(
        "cs.CL", two_later, entries(paper(5)), now=NOW, source=BatchSource.OAI
    )
    expected = {"2606.00001": 1, "2606.00002": 1}
    assert await store.ledger.last_announced("cs.CL", two_later) == expected
    after = two_later + timedelta(days=1)
    assert await store.ledger.last_announced("cs.CL", after) == {"2606.00005": 1}
    assert await store.ledger.last_announced("cs.CL", DAY) == {"2606.00009": 1}


async def test_a_feeds_state_is_kept_between_two_polls(store: StoreStage) -> None:
    assert await store.ledger.feed("cs.CL") == FeedState("cs.CL")
    state = FeedState("cs.CL", '"tag"', "Thu, 18 Jun 2026", DAY, 40, NOW, LATER, 2, "HTTP 503")
    await store.ledger.save_feed(state)
    await store.ledger.save_feed(FeedState("cs.LG"))
    assert await store.ledger.feed("cs.CL") == state
    cleared = replace(state, etag=None, failures=0, problem=None)
    await store.ledger.save_feed(cleared)
    assert await store.ledger.feeds() == {"cs.CL": cleared, "cs.LG": FeedState("cs.LG")}


async def test_a_failure_in_a_batch_records_none_of_it(store: StoreStage) -> None:
    bad = replace(paper(2), published=NOW.replace(tzinfo=None))
    with pytest.raises(Exception, match="naive datetime"):
        await store.ledger.record(
            "cs.CL", DAY, entries(paper(1), bad), now=NOW, source=BatchSource.FEED
        )
    assert await store.ledger.batch("cs.CL", DAY) is None
    assert await store.papers.count() == 0
