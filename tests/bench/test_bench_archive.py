"""The archive that is measured with, and the queries made of it."""

from pathlib import Path

import pytest

from bench import archive
from bench.perturbing import Mixer, Text, text_of
from bench.queries import kinds, words_of
from bench.search_quality import KINDS, known_items, reciprocal_ranks
from bot.models import Paper
from bot.store.database import Database
from bot.store.index_queue import Index, IndexQueue
from bot.store.papers import PaperStore
from bot.text.ids import parse_id

_BASES = [
    {
        "primary_category": "cs.CV",
        "categories": ["cs.CV"],
        "title": f"Cat{name}: Counting the Naps of Cats in Homes",
        "abstract": f"Cats sleep. We count naps with {name}. It finds 9{at}.5% of all naps.",
        "authors": [f"Ann {name}", "Bo Li"],
        "comment": None,
    }
    for at, name in enumerate(["Zyzzyva", "Quokkas", "Numbats", "Wombats"])
]


def _texts() -> list[Text]:
    texts = [text_of(record) for record in _BASES]
    return [text for text in texts if text is not None]


def test_mixed_texts_are_like_their_bases_and_not_the_same() -> None:
    texts = _texts()
    mixer, again = Mixer(texts, 1), Mixer(texts, 1)
    made = [mixer.mixed(text) for text in texts * 5]
    assert made == [again.mixed(text) for text in texts * 5]
    known = {text.abstract for text in texts}
    assert len({text.abstract for text in made} - known) > len(made) // 2
    for base, text in zip(texts * 5, made, strict=True):
        assert (text.category, len(text.sentences)) == (base.category, len(base.sentences))
        assert abs(len(text.abstract) - len(base.abstract)) < 40
        assert 1 <= len(text.authors) <= len(base.authors)
    words = {word for text in made for sentence in text.sentences for word in sentence}
    assert words - {word for text in texts for part in text.sentences for word in part}


def test_a_record_without_a_text_is_no_text() -> None:
    for nothing in ({"title": " "}, {"abstract": ""}, {"authors": ()}):
        assert text_of({**_BASES[0], **nothing}) is None


@pytest.fixture
def papers(monkeypatch: pytest.MonkeyPatch) -> list[Paper]:
    # Of the invented sample, as where the data is absent: there are only a few, so it is quick.
    monkeypatch.setattr(archive, "PAPERS", Path("none"))
    monkeypatch.setattr(archive, "TRANSLATIONS", Path("none"))
    return list(archive.made_papers(400))


def test_papers_have_ids_dates_and_versions_as_arxiv_gives_them(papers: list[Paper]) -> None:
    assert len({paper.id for paper in papers}) == len(papers)
    assert [paper.published for paper in papers] == sorted(
        paper.published for paper in papers if paper.published
    )
    for paper in papers:
        assert parse_id(paper.id).base == paper.id
        assert paper.published is not None
        assert paper.updated is not None
        assert paper.id.startswith(f"{paper.published:%y%m}.")
        assert paper.published <= paper.updated
        assert (paper.updated == paper.published) == (paper.version == 1)
    assert papers == list(archive.made_papers(400))
    assert not list(archive.made_translations(papers))


def test_known_items_ask_for_papers_that_are_there(papers: list[Paper]) -> None:
    items = known_items(papers, 5)
    assert items == known_items(papers, 5)
    assert {item.kind for item in items} >= set(KINDS[:-1])
    ids = {paper.id for paper in papers}
    assert all(item.paper_id in ids and item.text for item in items)
    results = [[item.paper_id] for item in items]
    results[0] = ["other", items[0].paper_id]
    results[1] = []
    ranks = reciprocal_ranks(items, results)
    assert ranks[KINDS[0]] == pytest.approx((0.5 + 0 + 1 + 1 + 1) / 5)
    assert ranks[KINDS[1]] == 1


async def test_an_archive_waits_for_both_indexes_and_gives_queries(
    papers: list[Paper], tmp_path: Path
) -> None:
    path = tmp_path / "archive.db"
    await archive.write_archive(path, len(papers))
    database = await Database.open(f"sqlite+aiosqlite:///{path}")
    try:
        assert await PaperStore(database).count() == len(papers)
        for index in Index:
            assert await IndexQueue(database, index).waiting() == len(papers)
    finally:
        await database.close()
    made = kinds(words_of(path), 3)
    assert len({kind.name for kind in made}) == len(made)
    assert [kind.name for kind in made if not kind.queries] == ["two Chinese characters"]
