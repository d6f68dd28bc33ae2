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
    papers = await search.search(query, limit=100, newest=newest)
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


async def test_an_author_stands_between_titles_and_mentions(store: StoreStage) -> None:
    ada = ("Ada Invented",)
    await _store(
        store,
        paper(1, title="Schmidhuber nets", authors=ada),
        paper(2, title="Deep nets", authors=("Jürgen Schmidhuber",)),
        paper(3, title="On nets", abstract="As Schmidhuber showed.", authors=ada),
        paper(4, title="Elsewhere", abstract="Schmidhuber and others.", authors=ada),
    )
    assert (await _found(store, _words("schmidhuber")))[:2] == ["2606.00001", "2606.00002"]
    three = ["2606.00001", "2606.00002", "2606.00003"]
    assert await _found(store, _words("schmidhuber", "nets")) == three


async def test_of_many_words_titles_decide(store: StoreStage) -> None:
    words = ["deep", "learning", "with", "noisy", "labels"]
    await _store(
        store,
        paper(1, title="Elsewhere", abstract=f"We study {' '.join(words)}."),
        paper(2, title="Labels with noisy learning, deep"),
        paper(3, title="Deep learning with noisy labels"),
        paper(4, title="Learning", abstract=f"On {' and '.join(words)}."),
        paper(5, title="Deep learning with labels"),
    )
    found = await _found(store, _words(*words))
    assert found == [f"2606.0000{number}" for number in (3, 2, 1, 4)]


async def test_of_short_beginnings_titles_decide(store: StoreStage) -> None:
    ends = [f"{one}{two}{three}" for one in "aeiou" for two in "bdfg" for three in "klm"]
    many = " ".join(f"co{end} gr{end}" for end in ends)
    await _store(
        store,
        paper(1, title="Coloring a graph"),
        paper(2, title="A graph", abstract="Of colors."),
        paper(3, title="Elsewhere", abstract=many),
        paper(4, title="Only colors", abstract="Of maps."),
    )
    assert await _found(store, _words("co*", "gr*")) == [f"2606.0000{one}" for one in (1, 2, 3)]


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


_FOUND = [
    ("query", "Rewriting queries well"),
    ("queries", "A query planner"),
    ("transform*", "A transformation"),
    ("transforma*", "A transformation"),
    ("train", "Training is hard"),
    ("optimisation", "We optimize"),
    ("chain of thought", "The Chain-of-Thought effect"),
    ("chain-of-thought", "a chain of thought"),
    ("co-training", "Cotraining and cats"),
    ("cotraining", "On co-training"),
    ("co training", "Cotraining"),
    ("GPT-4", "With GPT4"),
    ("GPT4", "With GPT-4o and GPT-4"),
    ("C++", "Fast C++ code"),
    ("C#", "In C#, of course"),
    (".NET", "The .NET runtime"),
    ("3.5", "GPT-3.5 fails"),
    ("k-means", "On k-means++"),
    ("α", r"The $\alpha$ decay"),
    ("alpha", "An α particle"),
    (r"$\alpha$", "An alpha particle"),
    ("AI", "Is AI safe?"),
    ("量子", "光量子計算の基礎"),
    ("子", "光量子計算の基礎"),
    ("礎", "光量子計算の基礎"),
    ("量子計算", "光量子計算の基礎"),
    ("量子 計算", "量子・計算"),
    ("BERT模型", "一个BERT模型的研究"),
    ("グラフ", "新しいグラフ理論"),
    ("网络", "图神经网络综述"),
    ("신경망", "그래프 신경망을 위한"),
    ("เครือ", "โครงข่ายเครือข่าย"),
    ("foo:bar", "the foo: bar form"),
    ("cs.CL", "of any words"),
    ("שלום", "שָׁלוֹם עולם"),
]


async def test_terms_are_found(store: StoreStage) -> None:
    for number, (_, text) in enumerate(_FOUND, 1):
        await _store(store, paper(2 * number, title=text), paper(2 * number + 1, abstract=text))
    for number, (term, _) in enumerate(_FOUND, 1):
        both = {paper(2 * number).id, paper(2 * number + 1).id}
        assert both <= set(await _found(store, _words(term))), term
        without = Query((Term("we"), Term(term, negated=True)))
        assert both.isdisjoint(await _found(store, without)), term


_NOT_FOUND = [
    ("cat", "Applications of education"),
    ("AI", "We explain it again"),
    ("general", "Generative models"),
    ("chain of thought", "a chain and a thought"),
    ("C++", "C and D"),
    ("GPT-4", "GPT has 4 parts"),
    ("a_b", "axb"),
    ("量子", "量と子"),
    ("計算量", "量計算"),
    ("cs.CV", "of any words"),
]


async def test_terms_are_not_found(store: StoreStage) -> None:
    for number, (_, text) in enumerate(_NOT_FOUND, 1):
        await _store(store, paper(number, title=text, abstract=text))
    for number, (term, _) in enumerate(_NOT_FOUND, 1):
        assert paper(number).id not in await _found(store, _words(term)), term


_AUTHORS: list[tuple[str, tuple[int, ...]]] = [
    ("García", (1, 2)),
    ("garcia", (1, 2)),
    ("J. García", (1, 2)),
    ("Jose Garcia", (1, 2)),
    ("Garcia, Jose", (1, 2)),
    ("Jorge García", (2,)),
    ("Luis García", (1,)),
    ("P. García", ()),
    ("Müller", (3,)),
    ("Mueller", (3,)),
    ("van den Berg", (4,)),
    ("berg", (4,)),
    ("J. van den Berg", (4,)),
    ("王小明", (5,)),
    ("王", (5,)),
    ("ATLAS Collaboration", (6,)),
    ("gar*", (1, 2)),
]


async def test_authors(store: StoreStage) -> None:
    names = [
        "José Luis García",
        "J. Garcia",
        "Hans Müller",
        "Jan van den Berg",
        "王 小明",
        "ATLAS Collaboration",
    ]
    for number, name in enumerate(names, 1):
        await _store(store, paper(number, authors=("Ada Invented", name)))
    for wanted, numbers in _AUTHORS:
        expected = {paper(number).id for number in numbers}
        assert set(await _found(store, _words(wanted, field="au"))) == expected, wanted
        left = Query((Term("invented"), Term(wanted, "au", negated=True)))
        assert expected.isdisjoint(await _found(store, left)), wanted


async def test_words_that_no_paper_has_are_corrected(store: StoreStage) -> None:
    await _store(
        store,
        paper(1, title="Retrieval with transformers", authors=("Ana Schmidhuber",)),
        paper(2, title="Retrieval of quantum states"),
    )
    search = SqlArchiveSearch(store.database)
    for typed, meant in (
        ("retreival", "retrieval"),
        ("etrieval", "retrieval"),
        ("kuantum", "quantum"),
        ("transfomers", "transformers"),
    ):
        assert await search.corrected(_words(typed, "states")) == _words(meant, "states")
    name = await search.corrected(_words("schmidhubr", field="au"))
    assert name == _words("schmidhuber", field="au")
    for typed in ("retrieval", "of", "xyzzy", "retr*", "retreival of", "1234", "量子", "sch"):
        assert await search.corrected(_words(typed)) is None, typed


async def test_titles_while_they_are_typed(store: StoreStage) -> None:
    await _store(
        store,
        paper(1, title="Attention is all you need"),
        paper(2, title="All about attention"),
        paper(3, title="Co-training with Schrödinger bridges"),
        paper(4, title="量子計算の基礎"),
        paper(5, title="Nothing of this", abstract="Attention and bridges."),
    )
    search = SqlArchiveSearch(store.database)

    async def typed(text: str) -> list[int]:
        return [int(found.id[-5:]) for found in await search.titled(text, limit=25)]

    assert await typed("") == [5, 4, 3, 2, 1]
    assert await typed("a") == [2, 1]
    assert await typed("att") == [1, 2]
    assert await typed("attention is al") == [1, 2]
    assert await typed("all attention") == [2, 1]
    assert await typed("attention ") == [1, 2]
    assert await typed("co-tr") == await typed("cotrai") == await typed("schroding") == [3]
    assert await typed("量") == await typed("計算") == await typed("量子計") == [4]
    assert await typed('"; DROP TABLE papers; --') == []
    assert len(await search.titled("", limit=2)) == 2


async def test_signs_mean_themselves(store: StoreStage) -> None:
    titles = {"100%": "At 100% load", "a_b": "The a_b test", "c:\\d": "Under c:\\d", "it's": "It's"}
    for number, title in enumerate(titles.values(), 1):
        await _store(store, paper(number, title=title))
    await _store(store, paper(9, title="axb 1000 cd its"))
    for number, text in enumerate(titles, 1):
        assert await _found(store, _words(text)) == [paper(number).id], text


@settings(max_examples=5)
@given(
    texts=st.lists(
        st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40),
        min_size=8,
        max_size=8,
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
