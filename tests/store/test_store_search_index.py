"""The search index follows what is stored."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from store_stage import NOW, StoreStage, opened, paper

from bot.models import SentencePair, Translation, Verdict
from bot.store import search_index, search_preparing
from bot.store.database import Database
from bot.store.index_queue import Index, IndexQueue
from bot.store.schema import SEARCH_INDEX, search_before, search_papers, search_words
from bot.store.search import SqlArchiveSearch
from bot.store.search_index import SearchIndex
from bot.store.translations import TranslationStore
from bot.text.query import Query, Term


async def _found(store: StoreStage, *words: str) -> list[str]:
    query = Query(tuple(Term(word) for word in words))
    return [one.paper_id for one in await SqlArchiveSearch(store.database).ranked(query, limit=50)]


async def _tokens(store: StoreStage) -> dict[str, int]:
    """The tokens that the index holds, with the papers that have them."""
    async with store.database.write() as connection:
        await connection.exec_driver_sql(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.held USING fts5vocab(main, search_index, row)"
        )
        rows = await connection.exec_driver_sql("SELECT term, doc FROM temp.held")
        return {row.term: row.doc for row in rows}


async def test_a_changed_paper_is_forgotten_and_indexed_anew(store: StoreStage) -> None:
    feed = paper(1, title="Zebra finches", abstract="About singing.")
    await store.papers.enrich([feed], NOW)
    assert await _found(store, "zebra") == [feed.id]
    before = await _tokens(store)
    await store.papers.enrich([paper(1, title="Zebra fish", comment="Withdrawn for errors")], NOW)
    assert await _found(store, "fish", "withdrawn") == [feed.id]
    assert await _found(store, "finches") == []
    assert await _found(store, "singing") == []
    await store.papers.enrich([feed], NOW)  # the comment stays: nobody took it back
    assert await _found(store, "finches", "withdrawn") == [feed.id]
    after = await _tokens(store)
    assert "fish" not in after
    assert {token: count for token, count in after.items() if token in before} == before
    async with store.database.read() as connection:
        kept = select(func.count()).select_from(search_before)
        assert (await connection.execute(kept)).scalar_one() == 0


async def test_two_changes_before_it_is_read_leave_nothing_behind(store: StoreStage) -> None:
    await store.papers.enrich([paper(1, title="First words")], NOW)
    assert await _found(store, "first")
    for title in ("Second words", "Third words"):
        await store.papers.enrich([paper(1, title=title)], NOW)
    await store.papers.enrich([paper(1, version=2, title="Fourth words")], NOW)
    assert await _found(store, "fourth") == [paper(1).id]
    tokens = await _tokens(store)
    assert not {"first", "second", "third"} & tokens.keys()
    assert tokens["word"] == 1


async def test_what_did_not_change_is_not_written(
    store: StoreStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.papers.enrich([paper(1)], NOW)
    assert await _found(store, "invented")
    await store.papers.enrich([paper(1)], NOW)
    # A statement that would be written now could not be read.
    monkeypatch.setattr(search_index, "_INSERT", "nonsense")
    monkeypatch.setattr(search_index, "_FORGET", "nonsense")
    assert await _found(store, "invented") == [paper(1).id]
    assert await IndexQueue(store.database, Index.SEARCH).waiting() == 0


def _translation(title: str, sentence: str, language: str) -> Translation:
    shown = paper(1)
    return Translation(
        shown.id,
        1,
        language,
        "memory",
        SentencePair(shown.title, title),
        (SentencePair(shown.abstract, sentence),),
        Verdict.PASS,
        (),
        NOW,
    )


async def test_translations_come_and_change(store: StoreStage) -> None:
    translations = TranslationStore(store.database)
    key = (paper(1).id, 1, "")
    await store.papers.enrich([paper(1)], NOW)
    assert await _found(store, "量子") == []
    await translations.save({key: _translation("量子計算", "誤り訂正を扱う。", "ja")}, replace=True)
    assert await _found(store, "量子", "訂正") == [paper(1).id]
    await translations.save({key: _translation("Rechnen", "Über Fehler.", "de")}, replace=True)
    await translations.save({key: _translation("計算", "訂正。", "ja")}, replace=True)
    assert await _found(store, "量子") == []
    assert await _found(store, "計算", "fehler") == [paper(1).id]
    # A new version has none yet.
    await store.papers.enrich([paper(1, version=2)], NOW)
    assert await _found(store, "計算") == []
    assert "計算" not in await _tokens(store)


async def test_it_catches_up_in_pieces_the_newest_first(store: StoreStage) -> None:
    await store.papers.enrich([paper(number) for number in range(1, 251)], NOW)
    index = SearchIndex(store.database)
    assert await index.catch_up(most=30) == 30
    async with store.database.read() as connection:
        lowest = (await connection.execute(select(func.min(search_papers.c.number)))).scalar_one()
    assert lowest % 100_000 == 221
    assert await index.catch_up() == 220
    assert await index.catch_up() == 0
    assert len(await _found(store, "invented")) == 50


async def test_two_processes_share_the_work(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.papers.enrich([paper(number) for number in range(1, 301)], NOW)
        other = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'paperboy.db'}")
        await asyncio.gather(
            *(SearchIndex(database).catch_up() for database in (store.database, other))
        )
        await other.close()
        tokens = await _tokens(store)
        assert tokens["invented"] == 300
        assert await SqlArchiveSearch(store.database).count(Query((Term("invented"),))) == 300
        async with store.database.read() as connection:
            counted = select(search_words.c.papers).where(search_words.c.word == "question")
            assert (await connection.execute(counted)).scalar_one() == 300


async def test_a_paper_is_found_while_many_are_waiting(store: StoreStage) -> None:
    await store.papers.enrich([paper(number) for number in range(1, 400)], NOW)
    search = SqlArchiveSearch(store.database)
    assert await search.search(Query((Term("invented"),)), limit=5) == []  # for others to do
    await search.catch_up()
    assert len(await search.search(Query((Term("invented"),)), limit=5)) == 5


def _others(_: str) -> list[str]:
    return ["other"]


async def test_prepared_otherwise_it_is_made_anew(
    store: StoreStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.papers.enrich([paper(number) for number in range(1, 9)], NOW)
    assert len(await _found(store, "invented")) == 8
    monkeypatch.setattr(search_index, "PREPARED", "in another way")
    monkeypatch.setattr(search_preparing, "tokens", _others)
    assert await SearchIndex(store.database).catch_up() == 8
    assert (await _tokens(store))["other"] == 8
    assert "question" not in await _tokens(store)


async def test_a_paper_that_another_process_took_and_that_changed_again_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(tmp_path) as store:
        await store.papers.enrich([paper(1, title="First words")], NOW)
        here, there = SearchIndex(store.database), SearchIndex(store.database)
        prepare = search_index.prepare
        loop = asyncio.get_running_loop()

        async def meanwhile() -> None:
            assert await there.catch_up() == 1
            await store.papers.enrich([paper(1, title="Second words")], NOW)

        def slow(one: search_preparing.Read) -> search_preparing.Prepared:
            monkeypatch.setattr(search_index, "prepare", prepare)
            asyncio.run_coroutine_threadsafe(meanwhile(), loop).result(timeout=10)
            return prepare(one)

        monkeypatch.setattr(search_index, "prepare", slow)
        await here.catch_up()
        assert await _found(store, "second") == [paper(1).id]
        assert await here.check()
        tokens = await _tokens(store)
        assert "first" not in tokens
        assert tokens["word"] == 1


_DAMAGES = {
    "words": "UPDATE search_index_data SET block = x'ffffffffff' WHERE id > 10",
    "structure": "UPDATE search_index_data SET block = x'ffffffffff' WHERE id = 10",
    "lengths": "DELETE FROM search_index_docsize",
    "a table": "DROP TABLE search_index_data",
    "version": "UPDATE search_index_config SET v = 99",
    "all of it": "DROP TABLE search_index",
    "all but its parts": (
        "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = 'search_index'; "
        "PRAGMA writable_schema = OFF"
    ),
}


@asynccontextmanager
async def _damaged(folder: Path, damage: str) -> AsyncGenerator[StoreStage]:
    async with opened(folder) as store:
        await store.papers.enrich([paper(number) for number in range(1, 9)], NOW)
        search = SqlArchiveSearch(store.database)
        assert await search.catch_up() == 8
        assert await search.check()
    with closing(sqlite3.connect(folder / "paperboy.db")) as connection:
        connection.executescript(damage)
        connection.commit()
    async with opened(folder) as store:
        yield store


@pytest.mark.parametrize("damage", _DAMAGES)
async def test_a_damaged_index_is_made_anew_for_who_searches(tmp_path: Path, damage: str) -> None:
    async with _damaged(tmp_path, _DAMAGES[damage]) as store:
        search = SqlArchiveSearch(store.database)
        both = Query((Term("invented"),)), Query((Term("paper"),))
        found = await asyncio.gather(*(search.ranked(one, limit=50) for one in both))
        assert [len(one) for one in found] == [8, 8]
        assert await search.check()


async def test_counts_and_completions_make_it_anew_too(tmp_path: Path) -> None:
    for folder in (tmp_path / "counted", tmp_path / "completed"):
        async with _damaged(folder, _DAMAGES["words"]) as store:
            search = SqlArchiveSearch(store.database)
            if folder.name == "counted":
                assert await search.count(Query((Term("invented"),))) == 8
            else:
                assert len(await search.titled("invent", limit=5)) == 5


@pytest.mark.parametrize("damage", ["all of it", "all but its parts"])
async def test_an_index_that_is_gone_is_made_anew_at_the_start(tmp_path: Path, damage: str) -> None:
    async with _damaged(tmp_path, _DAMAGES[damage]) as store:
        index = SearchIndex(store.database)
        assert await index.catch_up() == 8
        assert await index.check()
        assert len(await _found(store, "invented")) == 8


@pytest.mark.parametrize("damage", ["structure", "a table", "version"])
async def test_a_damaged_index_is_made_anew_by_what_is_stored(tmp_path: Path, damage: str) -> None:
    async with _damaged(tmp_path, _DAMAGES[damage]) as store:
        await store.papers.enrich([paper(9)], NOW)
        index = SearchIndex(store.database)
        assert await index.catch_up() == 0
        assert await index.catch_up() == 9
        assert len(await _found(store, "invented")) == 9


@pytest.mark.parametrize(
    "damage",
    [
        *(_DAMAGES[name] for name in ("words", "lengths", "all of it", "all but its parts")),
        "DELETE FROM search_papers WHERE number > 3",
    ],
)
async def test_a_check_finds_damage(tmp_path: Path, damage: str) -> None:
    async with _damaged(tmp_path, damage) as store:
        index = SearchIndex(store.database)
        assert not await index.check()
        assert await index.catch_up() == 8
        assert await index.check()


async def test_made_anew_it_is_the_table_that_the_migration_made(tmp_path: Path) -> None:
    made_by = "SELECT sql FROM sqlite_schema WHERE name = 'search_index'"
    async with _damaged(tmp_path, "SELECT 1") as store, store.database.read() as connection:
        before = (await connection.exec_driver_sql(made_by)).scalar_one()
    assert before == SEARCH_INDEX


async def test_a_busy_database_is_no_damage(store: StoreStage) -> None:
    await store.papers.enrich([paper(1)], NOW)
    index = SearchIndex(store.database)
    assert await index.catch_up() == 1
    busy = sqlite3.OperationalError("database is locked")
    busy.sqlite_errorcode = sqlite3.SQLITE_BUSY
    assert not await index.heal(DBAPIError("SELECT 1", (), busy), renewals=0)
    assert await IndexQueue(store.database, Index.SEARCH).waiting() == 0
