"""What a search's list holds, in which order, and how it grows."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models import Paper
from bot.services.search_lists import Hit, Search, Where, grown, settled
from bot.text.query import Query, Term

NOW = datetime(2026, 6, 18, tzinfo=UTC)
SEARCH = Search(Query((Term("zebra"),)))


def _paper(number: int, title: str = "Stripes", days: int | None = None) -> Paper:
    return Paper(
        id=f"2606.{number:05}",
        version=1,
        title=title,
        abstract="We count stripes.",
        authors=("Ada Invented",),
        categories=("cs.CL",),
        primary_category="cs.CL",
        published=None if days is None else NOW - timedelta(days=days),
    )


def _papers(*numbers: int) -> list[Paper]:
    return [_paper(number) for number in numbers]


def _both(local: Sequence[Paper], remote: Sequence[Paper], search: Search = SEARCH) -> list[int]:
    hits = grown(search, grown(search, (), local, Where.ARCHIVE), remote, Where.ARXIV)
    return _numbers(hits)


def _numbers(hits: Sequence[Hit]) -> list[int]:
    return [int(hit.paper_id[-5:]) for hit in hits]


def test_equals_alternate_and_the_archives_come_first() -> None:
    assert _both(_papers(1, 2, 3), _papers(11, 12, 13, 14)) == [1, 11, 2, 12, 3, 13, 14]


def test_what_both_find_counts_like_half_its_place() -> None:
    assert _both(_papers(1, 2, 3, 7), _papers(11, 12, 13, 7)) == [1, 11, 2, 7, 12, 3, 13]
    hits = grown(SEARCH, grown(SEARCH, (), _papers(1), Where.ARCHIVE), _papers(2, 1), Where.ARXIV)
    assert [(hit.paper_id[-1], hit.where) for hit in hits] == [
        ("1", Where.BOTH),
        ("2", Where.ARXIV),
    ]


def test_the_first_of_arxiv_is_on_the_first_page_whatever_the_archive_has() -> None:
    assert _both(_papers(*range(1, 101)), _papers(*range(201, 251))).index(201) == 1


@pytest.mark.parametrize(
    ("terms", "title"),
    [
        ((Term("Zebras"), Term("all"), Term("you"), Term("need")), "Zebras Is All You Need"),
        ((Term("zebras: is all you need"),), "Zebras is all you need!"),
        ((Term("Buffalo"), Term("herds")), "Buffalo buffalo buffalo herds"),
        ((Term("schrödinger"), Term("bridge", "ti")), 'Schr\\"odinger Bridge'),
    ],
)
def test_a_title_that_was_typed_stands_above_all(terms: tuple[Term, ...], title: str) -> None:
    search = Search(Query((*terms, Term("garcia", "au"), Term("survey", negated=True))))
    remote = [*_papers(*range(11, 50)), _paper(50, title)]
    assert _both(_papers(1, 2), remote, search)[:3] == [50, 1, 11]
    assert _both(remote, _papers(1, 2), search)[:2] == [50, 11]


def test_versions_are_one_line() -> None:
    newer = replace(_paper(1), version=3)
    assert _both([_paper(1)], [newer]) == [1]


def test_by_date_only_the_day_counts() -> None:
    newest = Search(Query((Term("zebra"),)), newest=True)
    local = [_paper(4), _paper(3, days=3), _paper(1, days=9)]  # 4 has only its month
    assert _both(local, [_paper(2, days=0), _paper(1, days=9)], newest) == [4, 2, 3, 1]


@pytest.mark.parametrize(
    ("query", "by_date"),
    [
        (Query((Term("zebra"),)), False),
        (Query((Term("x", "ti"), Term("garcia", "au"))), False),
        (Query((Term("garcia", "au"),), ("cs.CL",)), True),
        (Query((Term("x", negated=True),), ("cs.CL",)), True),
        (Query(ids=("2606.00001",)), True),
    ],
)
def test_without_words_the_newest_come_first(query: Query, by_date: bool) -> None:
    assert Search(query).by_date is by_date
    assert Search(query, newest=True).by_date


def test_what_was_seen_stays_and_what_comes_is_sorted_in_behind_it() -> None:
    first = grown(SEARCH, (), _papers(*range(1, 21)), Where.ARCHIVE)
    more = grown(SEARCH, first, _papers(31, 2, 32, 33), Where.ARXIV, seen=5)
    assert _numbers(more)[:8] == [1, 2, 3, 4, 5, 31, 32, 33]
    assert more[1].where is Where.BOTH
    assert settled(first) == 0
    assert settled(more) == 8


def test_arxivs_pages_may_overlap() -> None:
    hits = grown(SEARCH, (), _papers(*range(1, 51)), Where.ARXIV)
    again = grown(SEARCH, hits, _papers(50, 51, 52), Where.ARXIV, start=49, seen=10)
    assert _numbers(again) == list(range(1, 53))
    assert again[:50] == hits


_SOME = st.lists(st.integers(1, 60), unique=True, max_size=40).map(lambda some: _papers(*some))


@given(st.lists(st.tuples(st.sampled_from([Where.ARCHIVE, Where.ARXIV]), _SOME), max_size=5),
       st.lists(st.integers(0, 50), min_size=5, max_size=5), st.booleans())  # fmt: skip
def test_a_list_only_grows_and_nothing_that_was_seen_moves(
    additions: list[tuple[Where, list[Paper]]], seen: list[int], newest: bool
) -> None:
    search = replace(SEARCH, newest=newest)
    hits: tuple[Hit, ...] = ()
    start = 0
    for (where, papers), read in zip(additions, seen, strict=False):
        more = grown(search, hits, papers, where, start=start, seen=read)
        assert _numbers(more)[: min(read, len(hits))] == _numbers(hits)[:read]
        assert {*_numbers(hits), *(int(one.id[-5:]) for one in papers)} == set(_numbers(more))
        assert len(set(_numbers(more))) == len(more)
        hits = more
        start += len(papers)
