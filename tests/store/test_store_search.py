"""Searching the archive by SQL."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert
from store_stage import NOW, StoreStage, opened, paper

from bot.models import Paper
from bot.store.schema import translations
from bot.store.search import SqlArchiveSearch
from bot.text.query import Query, Term


async def _found(store: StoreStage, query: Query, *, newest: bool = False) -> list[str]:
    search = SqlArchiveSearch(store.database)
    papers = await search.search(query, limit=50, newest=newest)
    assert await search.count(query) == len(papers)
    return [found.id for found in papers]


def _words(*texts: str, field: str = "") -> Query:
    return Query(tuple(Term(text, field) for text in texts))


async def _store(store: StoreStage, *papers: Paper) -> None:
    await store.papers.enrich(papers, NOW)


async def _translate(
    store: StoreStage, shown: Paper, title: str, sentences: Sequence[str], language: str = "ja"
) -> None:
    async with store.database.write() as connection:
        await connection.execute(
            insert(translations).values(
                paper_id=shown.id,
                version=shown.version,
                language=language,
                provider="test",
                glossary="",
                title=[shown.title, title],
                sentences=[[shown.abstract, sentence] for sentence in sentences],
                verdict="pass",
                findings=[],
                created_at=NOW,
            )
        )


async def test_every_field_is_searched(store: StoreStage) -> None:
    shown = paper(
        7,
        title="Graph coloring",
        abstract="We study planar maps.",
        authors=("Ana Núñez", "J. L. García"),
        comment="Accepted at ICML 2026",
    )
    await _store(store, shown, paper(8))
    for text in ("GRAPH", "planar map", "nunez", "Núñez", "García", "icml", "2606.00007"):
        assert await _found(store, _words(text)) == [shown.id], text
    assert await _found(store, _words("graph", "planar", "icml")) == [shown.id]
    assert await _found(store, _words("planar", field="ti")) == []
    assert await _found(store, _words("graph", field="abs")) == []
    assert await _found(store, _words("icml", field="co")) == [shown.id]
    assert await _found(store, _words("Jose Garcia", field="au")) == [shown.id]
    assert await _found(store, _words("Pedro Garcia", field="au")) == []


async def test_accents_of_titles_do_not_count(store: StoreStage) -> None:
    await _store(
        store,
        paper(1, title="Schrödinger bridges"),
        paper(2, title="Schrodinger bridges"),
        paper(3, title="ПРОСТРАНСТВА Соболева"),
        paper(4, title="Σ-algebras"),
    )
    for text in ("schrodinger", "SCHRÖDINGER"):
        assert set(await _found(store, _words(text))) == {"2606.00001", "2606.00002"}
    assert await _found(store, _words("пространства")) == ["2606.00003"]
    assert await _found(store, _words("σ")) == ["2606.00004"]


async def test_singular_and_plural_find_each_other(store: StoreStage) -> None:
    await _store(store, paper(1, title="A query about matrices"), paper(2, title="Queries"))
    assert set(await _found(store, _words("queries"))) == {"2606.00001", "2606.00002"}
    assert set(await _found(store, _words("query"))) == {"2606.00001", "2606.00002"}
    assert await _found(store, _words("matrices")) == ["2606.00001"]
    assert await _found(store, _words("matri*")) == ["2606.00001"]


async def test_the_order(store: StoreStage) -> None:
    def dated(number: int, days: int, title: str, abstract: str = "") -> Paper:
        return paper(number, title=title, abstract=abstract, published=NOW - timedelta(days=days))

    await _store(
        store,
        dated(1, 1, "Elsewhere", "A coloring of each graph."),
        dated(2, 9, "Graph matters", "On coloring."),
        dated(3, 5, "Coloring the graph"),
        dated(4, 8, "Graph coloring"),
        dated(5, 7, "Graph coloring"),
    )
    query = _words("graph", "coloring")
    best = [f"2606.0000{number}" for number in (5, 4, 3, 2, 1)]
    newest = [f"2606.0000{number}" for number in (1, 3, 5, 4, 2)]
    assert await _found(store, query) == best
    assert await _found(store, query, newest=True) == newest
    first = await SqlArchiveSearch(store.database).search(query, limit=2)
    assert [found.id for found in first] == best[:2]


async def test_only_the_latest_version_counts(store: StoreStage) -> None:
    old = paper(1, title="Old words")
    await _store(store, old, paper(1, version=2, title="New words"))
    search = SqlArchiveSearch(store.database)
    (found,) = await search.search(_words("words"), limit=5)
    assert found.version == 2
    assert await search.search(_words("old"), limit=5) == []


async def test_translations_are_searched(store: StoreStage) -> None:
    one, other = paper(1), paper(2)
    await _store(store, one, other)
    await _translate(store, one, "量子計算の基礎", ["本研究では誤り訂正を扱う。"])
    await _translate(store, other, "图神经网络", ["我们研究消息传递。"], "zh-CN")
    assert await _found(store, _words("量子")) == [one.id]
    assert await _found(store, _words("量子", field="ti")) == [one.id]
    assert await _found(store, _words("訂正", "量子")) == [one.id]
    assert await _found(store, _words("訂正", field="ti")) == []
    assert await _found(store, _words("网络", "消息")) == [other.id]
    assert await _found(store, _words("量子", "消息")) == []
    assert await _found(store, Query((Term("question"), Term("量子", negated=True)))) == [other.id]
    assert await _found(store, _words("量子", "invented")) == [one.id]


async def test_categories(store: StoreStage) -> None:
    await _store(
        store,
        paper(1, categories=("cs.CL", "cs.LG")),
        paper(2, categories=("cs.CV",), primary_category="cs.CV"),
        paper(3, categories=("math.CO",), primary_category="math.CO"),
        paper(4, categories=("csx.CL",), primary_category="csx.CL"),
    )
    assert await _found(store, Query(categories=("cs.LG",))) == ["2606.00001"]
    assert await _found(store, Query(categories=("cs.*",))) == ["2606.00002", "2606.00001"]
    assert await _found(store, Query(categories=("cs.LG", "math.CO"))) == [
        "2606.00003",
        "2606.00001",
    ]
    unwanted = Query((Term("paper"),), without_categories=("cs.*",))
    assert await _found(store, unwanted) == ["2606.00004", "2606.00003"]
    assert await _found(store, Query(categories=("c_.LG",))) == []


async def test_days_and_ids(store: StoreStage) -> None:
    day = date(2026, 6, 18)
    await _store(
        store,
        paper(1, published=datetime(2026, 6, 17, 23, 59, 59, tzinfo=UTC)),
        paper(2, published=datetime(2026, 6, 18, 0, 0, tzinfo=UTC)),
        paper(3, published=datetime(2026, 6, 18, 23, 59, 59, tzinfo=UTC)),
        paper(4, published=datetime(2026, 6, 19, 0, 0, tzinfo=UTC)),
        paper(5),  # the feed does not tell: it was first seen on the 18th
    )
    assert set(await _found(store, Query(since=day, until=day))) == {
        "2606.00002",
        "2606.00003",
        "2606.00005",
    }
    assert "2606.00004" in await _found(store, Query(since=day))
    assert await _found(store, Query(until=date(2026, 6, 17))) == ["2606.00001"]
    assert await _found(store, Query(ids=("2606.00003", "2606.09999"))) == ["2606.00003"]
    assert await _found(store, Query()) == []
    assert await _found(store, Query((Term("paper", negated=True),))) == []


@pytest.mark.parametrize(
    ("text", "title"),
    [("100%", "At 100% load"), ("a_b", "The a_b test"), ("c:\\d", "Under c:\\d"), ("it's", "It's")],
)
async def test_wildcards_mean_themselves(store: StoreStage, text: str, title: str) -> None:
    await _store(store, paper(1, title=title), paper(2, title="axb 1000 cd its"))
    assert await _found(store, _words(text)) == ["2606.00001"]


@settings(max_examples=5)
@given(
    texts=st.lists(
        st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40),
        min_size=20,
        max_size=20,
    )
)
async def test_no_text_breaks_the_statement(
    texts: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    async with opened(tmp_path_factory.mktemp("search")) as store:
        await _store(store, paper(1))
        search = SqlArchiveSearch(store.database)
        for text in texts:
            for field in ("", "ti", "abs", "co", "au"):
                terms = Term(text, field), Term("q", negated=True)
                narrow = await search.search(Query(terms, (text,), (text,)), limit=5)
                wide = await search.search(Query(terms), limit=5)
                found = [{shown.id for shown in papers} for papers in (narrow, wide)]
                assert found[0] <= found[1] <= {paper(1).id}, text
