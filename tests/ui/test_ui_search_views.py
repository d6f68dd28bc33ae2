"""A search's pages, whatever the papers and the query are."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest
from discord.ui import Button, TextDisplay
from hypothesis import given, settings
from hypothesis import strategies as st
from ui_samples import paper
from ui_validity import valid

from bot.i18n import LOCALES, speaking
from bot.services.search_lists import Hit, Search, Where
from bot.services.searching import Loosening
from bot.text.query import Query, Term
from bot.ui.search_state import Arxiv, SearchState
from bot.ui.search_views import hits_of_page, query_in_words, search_view
from bot.ui.views import PostedView
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


def _view(state: SearchState) -> PostedView:
    papers = {hit.paper_id: paper(id=hit.paper_id) for hit in state.hits}
    return search_view(state, "k" * 12, 0, papers)


def _said(state: SearchState) -> str:
    return "\n".join(
        one.content for one in _view(state).walk_children() if isinstance(one, TextDisplay)
    )


@given(
    query=_QUERIES,
    titles=st.lists(_PIECE, min_size=5, max_size=5),
    authors=st.lists(_PIECE, max_size=9),
    hints=st.lists(_PIECE.map(lambda text: text[:300]), max_size=4),
    arxiv=st.sampled_from(list(Arxiv)),
    where=st.sampled_from(list(Where)),
    tag=st.sampled_from(LOCALES),
    found=st.booleans(),
    corrected=st.booleans(),
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
    corrected: bool,
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
        next_start=50 if found else None,
        corrected=query if corrected else None,
        unread=12_345 if corrected else 0,
    )
    with speaking(tag):
        view = search_view(state, "k" * 12, 0, {shown.id: shown for shown in papers})
    valid(view)


@given(query=_QUERIES, arxiv=st.sampled_from(list(Arxiv)), newest=st.booleans())
def test_the_store_gives_back_what_it_was_given(query: Query, arxiv: Arxiv, newest: bool) -> None:
    state = SearchState(
        Search(query, Where.ARCHIVE, newest),
        (Hit("hep-th/9901001", Where.ARXIV, 1 / 3),),
        arxiv,
        ("a hint",),
        (Loosening(query, 3),),
        seen=1,
        next_start=50,
        cut=True,
        corrected=query,
        unread=301,
    )
    assert SearchState.of(json.loads(json.dumps(state.values()))) == state


def test_a_list_of_the_version_before_is_read() -> None:
    values = _state(7).values()
    for name in ("seen", "next_start", "cut", "corrected", "unread"):
        del values[name]
    values["hits"] = [hit[:2] for hit in values["hits"]]
    state = SearchState.of(values)
    assert state.hits == _state(7).hits
    assert (state.seen, state.next_start) == (7, None)


@pytest.mark.parametrize(
    ("more", "heading"),
    [
        ({}, "🔎 7 papers\n"),
        ({"cut": True}, "The first 7 papers"),
        ({"next_start": 50, "cut": True}, "More than 7 papers"),
    ],
)
def test_the_heading_says_whether_there_is_more(more: dict[str, Any], heading: str) -> None:
    assert heading in _said(_state(7, **more))


def test_did_you_mean_and_what_is_not_indexed_yet() -> None:
    meant = Query((Term("chain of thought"), Term("[reasoning](x)")))
    for count in (0, 2):
        state = _state(count, Arxiv.SLOW, corrected=meant, unread=12_345)
        said = _said(state)
        assert r"Did you mean “chain of thought” · “\[reasoning\](x)”?" in said
        assert "I am still indexing 12,345 papers; results may be incomplete." in said
        labels = [one.label for one in _view(state).walk_children() if isinstance(one, Button)]
        assert 'Search for "chain of thought" "[reasoning](x)"' in labels
        assert "Ask arXiv again" in labels


def test_a_count_that_ends_at_a_thousand() -> None:
    state = _state(0, loosenings=(Loosening(Query((Term("x"),)), 1000),))
    assert "“x”: 1,000 papers or more" in _said(state)


@pytest.mark.parametrize(
    ("wanted", "page", "first"), [(0, 0, 1), (1, 1, 6), (2, 2, 11), (9, 2, 11), (-1, 0, 1)]
)
def test_a_page_too_far_is_the_last_one(wanted: int, page: int, first: int) -> None:
    there, hits = hits_of_page(_state(12), wanted)
    assert there == page
    assert hits[0].paper_id == f"2606.{first:05}"


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
