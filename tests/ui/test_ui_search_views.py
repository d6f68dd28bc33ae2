"""A search's pages, whatever the papers and the query are."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ui_samples import paper
from ui_validity import valid

from bot.i18n import LOCALES, speaking
from bot.models import Paper
from bot.services.searching import MOST_RESULTS, Hit, Loosening, Search, Where, merged
from bot.text.query import Query, Term
from bot.ui.search_state import Arxiv, SearchState
from bot.ui.search_views import hits_of_page, query_in_words, search_view
from bot.ui.words import safe

NOW = datetime(2026, 6, 18, tzinfo=UTC)
_TEXT = st.text(max_size=400)
_HOSTILE = st.sampled_from(
    ["@everyone " * 50, "[a](https://evil.example)" * 20, "`" * 400, "\u202e" + "x" * 400,
     "𝔸" * 400, "\n# big" * 50, "<@1>" * 80, r"\textbf{" * 60, "👨‍👩‍👧‍👦" * 60]
)  # fmt: skip
_PIECE = st.one_of(_TEXT, _HOSTILE)
_TERMS = st.builds(
    Term, _PIECE.map(lambda text: text[:100] or "x"), st.sampled_from(["", "ti", "abs", "co"]),
    st.booleans(),
)  # fmt: skip
_QUERIES = st.builds(
    Query,
    st.lists(_TERMS, max_size=16).map(tuple),
    st.lists(_PIECE, max_size=3).map(tuple),
    since=st.none() | st.dates(date(1991, 1, 1), date(2999, 1, 1)),
)


def _state(count: int, arxiv: Arxiv = Arxiv.ANSWERED, **more: object) -> SearchState:
    hits = tuple(Hit(f"2606.{number:05}", Where.BOTH) for number in range(1, count + 1))
    return SearchState(Search(Query((Term("x"),))), hits, arxiv, **more)  # pyright: ignore[reportArgumentType] - its own fields


@given(
    query=_QUERIES,
    titles=st.lists(_PIECE, min_size=5, max_size=5),
    authors=st.lists(_PIECE, max_size=9),
    hints=st.lists(_PIECE.map(lambda text: text[:300]), max_size=4),
    arxiv=st.sampled_from(list(Arxiv)),
    where=st.sampled_from(list(Where)),
    tag=st.sampled_from(LOCALES),
    found=st.booleans(),
)
@settings(max_examples=60)
def test_every_page_fits_into_a_message(
    *,
    query: Query,
    titles: Sequence[str],
    authors: Sequence[str],
    hints: Sequence[str],
    arxiv: Arxiv,
    where: Where,
    tag: str,
    found: bool,
) -> None:
    papers = [
        paper(id=f"2606.{number:05}", title=title, authors=tuple(authors), published=NOW)
        for number, title in enumerate(titles, 1)
    ]
    hits = tuple(Hit(f"2606.{number:05}", where) for number in range(1, 8)) if found else ()
    state = SearchState(
        Search(query, where),
        hits,
        arxiv,
        tuple(safe(hint, 300) for hint in hints),
        tuple(Loosening(Query((term,)), 1234) for term in query.terms),
    )
    with speaking(tag):
        view = search_view(state, "k" * 12, 0, {shown.id: shown for shown in papers})
    valid(view)


@given(query=_QUERIES, arxiv=st.sampled_from(list(Arxiv)), newest=st.booleans())
def test_the_store_gives_back_what_it_was_given(query: Query, arxiv: Arxiv, newest: bool) -> None:
    state = SearchState(
        Search(query, Where.ARCHIVE, newest),
        (Hit("hep-th/9901001", Where.ARXIV),),
        arxiv,
        ("a hint",),
        (Loosening(query, 3),),
    )
    assert SearchState.of(json.loads(json.dumps(state.values()))) == state


@pytest.mark.parametrize(
    ("wanted", "page", "first"), [(0, 0, 1), (1, 1, 6), (2, 2, 11), (9, 2, 11), (-1, 0, 1)]
)
def test_a_page_too_far_is_the_last_one(wanted: int, page: int, first: int) -> None:
    there, hits = hits_of_page(_state(12), wanted)
    assert there == page
    assert hits[0].paper_id == f"2606.{first:05}"


def test_nothing_after_the_hundredth() -> None:
    _, hits = hits_of_page(_state(MOST_RESULTS + 1), 20)
    assert hits[-1].paper_id == f"2606.{MOST_RESULTS:05}"


def test_a_query_in_words() -> None:
    query = Query(
        (Term("chain of thought"), Term("survey", "ti", negated=True), Term("J. García", "au")),
        ("cs.CL", "cs.LG"),
        ("cs.CV",),
        since=date(2026, 6, 18),
    )
    assert query_in_words(query) == (
        "“chain of thought” · without “survey” in the title · by J. García · cs.CL, cs.LG · "
        "not in cs.CV · since Thursday 18 June 2026"
    )


def test_what_can_be_left_out_of_a_query() -> None:
    query = Query((Term("a"), Term("b", negated=True)), ("cs.CL",), since=date(2026, 6, 18))
    assert [query_in_words(condition) for _, condition in query.loosened()] == [
        "“a”",
        "without “b”",
        "cs.CL",
        "since Thursday 18 June 2026",
    ]
    assert [query_in_words(without) for without, _ in query.loosened()][:2] == [
        "without “b” · cs.CL · since Thursday 18 June 2026",
        "“a” · cs.CL · since Thursday 18 June 2026",
    ]


def _dated(number: int, days: int | None, version: int = 1) -> Paper:
    published = None if days is None else NOW - timedelta(days=days)
    return paper(id=f"2606.{number:05}", version=version, published=published)


def test_merging_keeps_the_archives_order_and_folds_versions() -> None:
    local = [_dated(3, 3), _dated(1, 1)]
    remote = [_dated(2, 0), _dated(1, 1, version=2)]
    assert merged(Search(Query()), local, remote) == (
        Hit("2606.00003", Where.ARCHIVE),
        Hit("2606.00001", Where.BOTH),
        Hit("2606.00002", Where.ARXIV),
    )


def test_merging_the_newest_first() -> None:
    hits = merged(
        Search(Query(), newest=True), [_dated(3, 3), _dated(4, None)], [_dated(2, 0), _dated(1, 1)]
    )
    assert [hit.paper_id[-1] for hit in hits] == ["4", "2", "1", "3"]


def test_a_merged_list_is_bounded() -> None:
    papers = [_dated(number, 0) for number in range(1, 300)]
    assert len(merged(Search(Query()), papers[:150], papers[100:])) == MOST_RESULTS + 1
