"""Papers: what each source tells is kept, and a poorer source takes nothing away."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import event
from store_stage import DAY, NOW, StoreStage, entries, paper

from bot.models import BatchSource, Paper
from bot.store.embeddings import EmbeddingStore

LICENSE = "http://creativecommons.org/licenses/by/4.0/"
FEED = paper(1, license=LICENSE, journal_ref="as the feed has it")
API = replace(
    FEED,
    title="The full title",
    abstract="The full abstract.",
    authors=("Ada Invented", "José García"),
    categories=("cs.CL", "68T50"),
    published=datetime(2026, 6, 16, 12, tzinfo=UTC),
    updated=datetime(2026, 6, 17, 12, tzinfo=UTC),
    comment="12 pages",
    doi="10.5555/1",
    journal_ref="J. Inv. 7",
    license=None,
)


async def feed(store: StoreStage, *papers: Paper, at: datetime = NOW) -> None:
    await store.ledger.record("cs.CL", DAY, entries(*papers), now=at, source=BatchSource.FEED)


async def test_the_api_completes_what_the_feed_told(store: StoreStage) -> None:
    await feed(store, FEED)
    assert await store.papers.get(FEED.id) == FEED
    await store.papers.enrich([API], NOW)
    assert await store.papers.get(FEED.id) == replace(API, license=LICENSE)


async def test_a_feed_takes_nothing_away_from_what_the_api_told(store: StoreStage) -> None:
    await store.papers.enrich([API], NOW)
    poorer = replace(FEED, title="Cut", doi="10.5555/other", abstract="")
    await feed(store, poorer)
    # Only the gap is filled: the API has no license.
    assert await store.papers.get(FEED.id) == replace(API, license=LICENSE)
    assert await store.papers.unenriched(seen_after=NOW - timedelta(days=1), limit=9) == []


async def test_a_withdrawal_sticks_whoever_tells_it(store: StoreStage) -> None:
    await feed(store, FEED)
    await store.papers.enrich([replace(API, withdrawn=True)], NOW)
    await feed(store, FEED)
    await store.papers.enrich([API], NOW)
    found = await store.papers.get(FEED.id)
    assert found is not None
    assert found.withdrawn


async def test_versions_are_apart_and_the_latest_is_found(store: StoreStage) -> None:
    second, tenth = replace(FEED, version=2, title="Second"), replace(FEED, version=10, title="X")
    await feed(store, tenth, FEED, second)
    assert await store.papers.get(FEED.id) == tenth
    assert await store.papers.get(FEED.id, 2) == second
    assert await store.papers.get(FEED.id, 3) is None
    assert await store.papers.get("2606.99999") is None
    assert await store.papers.count() == 1  # papers, not versions


async def test_the_latest_of_several_are_read_whole(store: StoreStage) -> None:
    second = replace(FEED, version=2, title="Second")
    whole = replace(API, id="2606.00002", withdrawn=True, license=LICENSE)
    await feed(store, second, FEED)
    await store.papers.enrich([whole], NOW)
    found = await store.papers.latest([whole.id, FEED.id, "2606.99999"])
    assert found == {FEED.id: second, whole.id: whole}
    assert found[whole.id].withdrawn is True
    assert await store.papers.latest([]) == {}


async def test_many_papers_are_found_by_id_and_version(store: StoreStage) -> None:
    papers = [paper(number) for number in range(1, 1302)]  # more than fits a statement
    await feed(store, *papers)
    wanted = [(found.id, 1) for found in papers]
    found = await store.papers.get_many([*wanted, ("2606.00001", 2), ("hep-th/9901001", 1)])
    assert list(found) == wanted
    assert found["2606.00007", 1] == papers[6]
    assert await store.papers.get_many([]) == {}
    assert await store.papers.count() == 1301


async def test_every_kind_of_text_survives(store: StoreStage) -> None:
    hard = paper(
        1,
        id="hep-th/9901001",
        title="",
        abstract="\u202eneht\u202c 量子 🧬 $x^2$ '); DROP TABLE papers;-- \\",
        authors=tuple(f"Author {n} Ünï" for n in range(3000)),
    )
    await feed(store, hard)
    assert await store.papers.get("hep-th/9901001") == hard


async def test_what_lacks_the_apis_fields_is_asked_for_the_newest_first(store: StoreStage) -> None:
    hour = timedelta(hours=1)
    await feed(store, paper(1), at=NOW - 30 * hour)
    await feed(store, paper(2), paper(3), at=NOW)
    await store.papers.enrich([paper(4)], NOW)

    async def asked(limit: int = 9) -> list[str]:
        return await store.papers.unenriched(seen_after=NOW - 48 * hour, limit=limit)

    assert await asked() == ["2606.00002v1", "2606.00003v1", "2606.00001v1"]
    assert await asked(1) == ["2606.00002v1"]
    await store.papers.give_up_enriching(24 * hour, NOW)
    assert await asked() == ["2606.00002v1", "2606.00003v1"]
    await store.papers.enrich([paper(2)], NOW)
    assert await asked() == ["2606.00003v1"]


async def test_versions_are_looked_up_by_their_keys(store: StoreStage) -> None:
    asked: list[tuple[str, Any]] = []
    engine = store.database._reader.sync_engine  # pyright: ignore[reportPrivateUsage]

    @event.listens_for(engine, "before_cursor_execute")
    def note(_c: object, _cursor: object, statement: str, values: Any, *_: object) -> None:  # pyright: ignore[reportUnusedFunction]
        if statement.startswith("SELECT"):
            asked.append((statement, values))

    await store.papers.enrich([API], NOW)
    vectors = EmbeddingStore(store.database)
    await vectors.put("a", {(API.id, 1): b"one", (API.id, 2): b"two"}, NOW)
    await vectors.put("b", {(API.id, 1): b"other"}, NOW)
    keys = [(API.id, 1), (API.id, 3), ("2606.99999", 1)]
    assert await vectors.get("a", keys) == {(API.id, 1): b"one"}
    assert await store.papers.get_many(keys) == {(API.id, 1): API}
    assert len(asked) == 2
    for statement, values in (*asked,):
        async with store.database.read() as connection:
            plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            assert any("(paper_id=?" in str(row) for row in plan), statement
