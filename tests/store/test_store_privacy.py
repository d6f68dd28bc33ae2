"""What is held about people: every table that knows them is exported and removed."""

from sqlalchemy import BigInteger, insert, select
from store_stage import NOW, StoreStage, paper

from bot.store.privacy import HELD, NOBODY, PrivacyStore
from bot.store.schema import bookmarks, metadata, subscriptions

# Discord's ids of other things than people. A new column is added here or to `HELD`.
_NOT_PEOPLE = {
    "guild_id",
    "channel_id",
    "target_id",
    "message_id",
    "card_message_id",
    "thread_id",
}


def test_every_column_with_a_persons_id_is_exported_and_deleted() -> None:
    people = {
        column
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, BigInteger) and column.name not in _NOT_PEOPLE
    }
    assert {str(column) for column in people} == {str(held.column) for held in HELD}
    assert all(held.column.table is held.table for held in HELD)
    assert len({held.name for held in HELD}) == len(HELD)


def test_no_id_of_a_person_has_an_unusual_name() -> None:
    # Only columns of this type are looked at above; a person's id of another type would slip by.
    names = ("user", "creator", "owner", "member", "author")
    unusual = {
        str(column)
        for table in metadata.tables.values()
        for column in table.columns
        if column.name.startswith(names) and not isinstance(column.type, BigInteger)
    }
    assert unusual == {"papers.authors", "search_before.authors"}


async def test_only_ones_own_rows_are_read_and_removed(store: StoreStage) -> None:
    privacy = PrivacyStore(store.database)
    await store.papers.enrich([paper(1)], NOW)
    for person in (7, 8):
        await store.subscribe(creator_id=person)
        await store.bookmarks.add(person, paper(1).id, 1, NOW)
    await store.bookmarks.add(7, "2606.99999", 3, NOW)  # of a paper that is not in the archive
    rows = await privacy.rows(7)
    titles = {row["paper_id"]: row["title"] for row in rows["bookmarks"]}
    assert titles == {paper(1).id: paper(1).title, "2606.99999": None}
    assert [row["creator_id"] for row in rows["subscriptions"]] == [7]
    counts = await privacy.counts(7)
    assert (counts["bookmarks"], counts["subscriptions"], counts["votes"]) == (2, 1, 0)
    assert await privacy.remove(7) == counts
    assert set((await privacy.remove(7)).values()) == {0}
    (left,) = await store.rows(select(bookmarks))
    assert left["user_id"] == 8
    creators = [row["creator_id"] for row in await store.rows(select(subscriptions))]
    assert sorted(creators) == [NOBODY, 8]


async def test_what_is_deleted_twice_is_no_error(store: StoreStage) -> None:
    privacy = PrivacyStore(store.database)
    async with store.database.write() as connection:
        values = {"user_id": 7, "paper_id": "2606.00001", "version": 1, "created_at": NOW}
        await connection.execute(insert(bookmarks).values(values))
    assert (await privacy.remove(7))["bookmarks"] == 1
    assert (await privacy.remove(7))["bookmarks"] == 0
