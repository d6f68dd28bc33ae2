"""Bookmarks with notes, one by one and by the thousands."""

from datetime import timedelta

from sqlalchemy import insert
from store_stage import DAY, NOW, StoreStage, entries, paper

from bot.models import BatchSource, Bookmark
from bot.store.bookmarks import BookmarkCount
from bot.store.schema import bookmarks

RITA, OLGA = 11, 22


async def keep(store: StoreStage, *numbers: int) -> None:
    """Rita bookmarks these papers, one a minute."""
    found = [paper(number) for number in numbers]
    await store.ledger.record("cs.CL", DAY, entries(*found), now=NOW, source=BatchSource.FEED)
    for minute, number in enumerate(numbers):
        at = NOW + timedelta(minutes=minute)
        await store.bookmarks.add(RITA, paper(number).id, 1, at)


async def test_a_note_is_written_and_stays_with_its_bookmark(store: StoreStage) -> None:
    await keep(store, 1, 2)
    assert await store.bookmarks.write_note(RITA, paper(1).id, "Mine 🔥\nand more")
    assert not await store.bookmarks.write_note(OLGA, paper(1).id, "hers")
    found = await store.bookmarks.get(RITA, paper(1).id)
    assert found is not None
    assert (found.note, found.created_at, found.version) == ("Mine 🔥\nand more", NOW, 1)
    # Bookmarking again changes nothing.
    assert not await store.bookmarks.add(RITA, paper(1).id, 2, NOW + timedelta(days=1))
    assert await store.bookmarks.get(RITA, paper(1).id) == found
    assert await store.bookmarks.counts(RITA) == BookmarkCount(2, 1)
    assert await store.bookmarks.counts(OLGA) == BookmarkCount(0, 0)


async def test_clearing_takes_what_was_there_until_then(store: StoreStage) -> None:
    await keep(store, 1, 2, 3)
    await store.bookmarks.add(OLGA, paper(1).id, 1, NOW)
    assert await store.bookmarks.remove_all(RITA, NOW + timedelta(minutes=1), drop_at=NOW) == 2
    assert [kept.paper_id for kept in await store.bookmarks.outlines(RITA)] == [paper(3).id]
    assert await store.bookmarks.count(OLGA) == 1


async def test_bookmarks_of_papers_come_in_the_order_asked_for(store: StoreStage) -> None:
    await keep(store, 1, 2, 3)
    wanted = [paper(number).id for number in (3, 9, 1)]
    found = await store.bookmarks.of_papers(RITA, wanted)
    assert [shown.id for _, shown in found] == [paper(3).id, paper(1).id]
    assert await store.bookmarks.of_papers(OLGA, wanted) == []


async def test_all_of_thousands_come_once_and_in_order(store: StoreStage) -> None:
    found = [paper(number) for number in range(1, 1235)]
    await store.ledger.record("cs.CL", DAY, entries(*found), now=NOW, source=BatchSource.FEED)
    rows = [
        # Many at one instant.
        {"user_id": RITA, "paper_id": one.id, "version": 1, "note": one.title,
         "created_at": NOW + timedelta(minutes=number // 100)}
        for number, one in enumerate(found)
    ]  # fmt: skip
    async with store.database.write() as connection:
        await connection.execute(insert(bookmarks), rows)
    everything = await store.bookmarks.outlines(RITA)
    assert len({kept.paper_id for kept in everything}) == 1234
    times = [kept.created_at for kept in everything]
    assert times == sorted(times, reverse=True)
    paged: list[Bookmark] = []
    for offset in range(0, 1300, 100):
        page = await store.bookmarks.page(RITA, offset=offset, limit=100)
        assert all(kept.note == shown.title for kept, shown in page)
        paged += [kept for kept, _ in page]
    assert paged == everything
