"""What people type into a search, as a query."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadInput
from bot.sources.arxiv_query import read_category
from bot.text.query import Query, Term
from bot.text.query_dates import read_day
from bot.text.query_parser import ParsedQuery, parse_query

TODAY = date(2026, 6, 18)


def _parse(text: str) -> ParsedQuery:
    return parse_query(text, today=TODAY, read_category=read_category)


def _terms(text: str) -> tuple[Term, ...]:
    parsed = _parse(text)
    assert parsed.hints == ()
    return parsed.query.terms


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("retrieval", (Term("retrieval"),)),
        ("retrieval, generation.", (Term("retrieval"), Term("generation"))),
        ('"chain of thought" llm', (Term("chain of thought"), Term("llm"))),
        ("“chain of thought”", (Term("chain of thought"),)),
        ("„chain of thought“", (Term("chain of thought"),)),
        ("«chain of thought»", (Term("chain of thought"),)),
        ("「量子 計算」", (Term("量子 計算"),)),
        ("量子計算", (Term("量子計算"),)),
        ("量子 计算", (Term("量子"), Term("计算"))),
        ("graph -neural", (Term("graph"), Term("neural", negated=True))),
        ("graph −neural", (Term("graph"), Term("neural", negated=True))),
        ("graph NOT neural", (Term("graph"), Term("neural", negated=True))),
        ('graph -"neural network"', (Term("graph"), Term("neural network", negated=True))),
        ("graph -ti:survey", (Term("graph"), Term("survey", "ti", negated=True))),
        ("co-training", (Term("co-training"),)),
        ("this AND that", (Term("this"), Term("that"))),
        ("the theory of everything", (Term("theory"), Term("everything"))),
        ("the", (Term("the"),)),
        ("AU:garcia", (Term("garcia", "au"),)),
        ("author：garcia", (Term("garcia", "au"),)),
        ("au: garcia", (Term("garcia", "au"),)),
        ("au:del_maestro", (Term("del maestro", "au"),)),
        ('by:"J. Garcia"', (Term("J. Garcia", "au"),)),
        ("title:attention abstract:need", (Term("attention", "ti"), Term("need", "abs"))),
        ("co:ICML", (Term("ICML", "co"),)),
        ("transform*", (Term("transform*"),)),
        ("C++ C#", (Term("C++"), Term("C#"))),
        ("same same", (Term("same"),)),
        ("(brackets)", (Term("brackets"),)),
        ("100% a_b\\c", (Term("100"), Term("a_b\\c"))),
    ],
)
def test_words_phrases_and_fields(text: str, terms: tuple[Term, ...]) -> None:
    assert _terms(text) == terms


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("cat:cs.cl", Query(categories=("cs.CL",))),
        ("category:cs.CL,cs.LG", Query(categories=("cs.CL", "cs.LG"))),
        ("cat:cs.*", Query(categories=("cs.*",))),
        ("cat:cs", Query(categories=("cs.*",))),
        ("cat:hep-th.*", Query(categories=("hep-th",))),
        ("cat:math.IT", Query(categories=("cs.IT",))),
        ("x -cat:cs.CV", Query((Term("x"),), without_categories=("cs.CV",))),
        ("2606.01234v2", Query(ids=("2606.01234",))),
        ("https://arxiv.org/abs/2606.01234", Query(ids=("2606.01234",))),
        ("arXiv:hep-th/9901001", Query(ids=("hep-th/9901001",))),
        ("id:2606.01234 deep", Query((Term("deep"),), ids=("2606.01234",))),
        ("since:2026-06 until:2026-06", Query(since=date(2026, 6, 1), until=date(2026, 6, 30))),
        ("since:7d", Query(since=date(2026, 6, 11))),
        ("until:today", Query(until=TODAY)),
    ],
)
def test_categories_ids_and_days(text: str, query: Query) -> None:
    assert _parse(text) == ParsedQuery(query)


@pytest.mark.parametrize(
    ("text", "terms", "hint"),
    [
        ('"chain of', (Term("chain"),), "A quotation mark has no partner"),
        ('ti:"chain link', (Term("chain", "ti"), Term("link")), "has no partner"),
        ("foo:bar", (Term("foo:bar"),), "There is no field `foo:`"),
        ("x cat:cs.XX", (Term("x"),), "“cs.XX” is not an arXiv category. Did you mean cs."),
        ("x since:soon", (Term("x"),), "“soon” is no date"),
        ("x id:17", (Term("x"),), "“17” is no arXiv id"),
        ("x au:", (Term("x"),), "Nothing stands after `au:`"),
        ("x OR y", (Term("x"), Term("y")), "There is no OR"),
        ("x since:2027 until:2026", (Term("x"),), "so I exchanged them"),
    ],
)
def test_what_is_malformed_gives_a_hint(text: str, terms: tuple[Term, ...], hint: str) -> None:
    parsed = _parse(text)
    assert parsed.query.terms == terms
    assert len(parsed.hints) == 1
    assert hint in parsed.hints[0]


def test_days_the_wrong_way_round_are_exchanged() -> None:
    query = _parse("since:2027 until:2026").query
    assert (query.since, query.until) == (date(2026, 12, 31), date(2027, 1, 1))


def test_a_hint_cannot_ping_or_link() -> None:
    (hint,) = _parse("x since:@everyone<@123>[a](https://evil.example)").hints
    assert "@everyone" not in hint
    assert "<@123>" not in hint
    assert "[a](" not in hint


def test_three_hundred_words_are_the_first_sixteen() -> None:
    parsed = _parse(" ".join(f"word{number}" for number in range(300)))
    assert [term.text for term in parsed.query.terms] == [f"word{n}" for n in range(16)]
    assert "Only the first 16" in parsed.hints[0]


@pytest.mark.parametrize("text", ["", "   ", "😀", "- -- —", '""', "%%__\\", "-foo", "\x00\x1b"])
def test_nothing_to_search_for(text: str) -> None:
    assert _parse(text).query.is_empty


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
        ("2026-6-8", date(2026, 6, 8), date(2026, 6, 8)),
        ("2026/06/18", date(2026, 6, 18), date(2026, 6, 18)),
        ("20260618", date(2026, 6, 18), date(2026, 6, 18)),
        ("2026年6月18日", date(2026, 6, 18), date(2026, 6, 18)),
        ("7d", date(2026, 6, 11), date(2026, 6, 11)),
        ("2 weeks", date(2026, 6, 4), date(2026, 6, 4)),
        ("3M", date(2026, 3, 18), date(2026, 3, 18)),
        ("1y", date(2025, 6, 18), date(2025, 6, 18)),
        ("yesterday", date(2026, 6, 17), date(2026, 6, 17)),
    ],
)
def test_days_as_people_write_them(text: str, first: date, last: date) -> None:
    assert read_day(text, TODAY) == first
    assert read_day(text, TODAY, end=True) == last


def test_a_month_before_a_day_that_it_lacks() -> None:
    assert read_day("1m", date(2026, 3, 31)) == date(2026, 2, 28)
    assert read_day("1y", date(2024, 2, 29)) == date(2023, 2, 28)


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-13", "2026-02-30", "0000", "9999y", "9999d9", "-3d", "1.5y"]
)
def test_what_is_no_day(text: str) -> None:
    assert read_day(text, TODAY) is None


_PARTS = st.sampled_from(
    ['"', "“", "「", "」", "-", "−", ":", "：", "au:", "cat:", "since:", "id:", "ti:", "foo:", "*",
     "cs.CL", "cs.*", "7d", "9999y", "2026-06", "2606.01234", "NOT ", "OR ", "AND ", " ", "量子",
     "😀", "%", "_", "\\", "\x00", "\u202e", "http://", "@everyone", "(", "["]
)  # fmt: skip


@given(st.one_of(st.text(max_size=300), st.lists(_PARTS, max_size=60).map("".join)))
def test_nothing_that_people_type_raises(text: str) -> None:
    parsed = _parse(text)
    query = parsed.query
    assert len(query.terms) <= 16
    assert len(parsed.hints) <= 4
    assert all(any(sign.isalnum() for sign in term.text) for term in query.terms)
    assert all(1 <= len(term.text) <= 101 for term in query.terms)
    assert query.since is None or query.until is None or query.since <= query.until


@given(
    st.dates(date(2020, 1, 1), date(2999, 12, 31)),
    st.text(max_size=12),
    st.integers(0, 9999),
    st.sampled_from("dwmy"),
)
def test_no_day_raises(today: date, text: str, number: int, unit: str) -> None:
    for typed in (text, f"{number}{unit}"):
        first, last = read_day(typed, today), read_day(typed, today, end=True)
        assert (first is None) == (last is None)
        assert first is None or last is None or first <= last


def test_only_some_unknown_categories_are_looked_up() -> None:
    asked: list[str] = []

    def unknown(text: str) -> str:
        asked.append(text)
        raise BadInput(f"“{text}” is none.")

    text = " ".join(f"cat:x{number}" for number in range(300))
    parsed = parse_query(text, today=TODAY, read_category=unknown)
    assert parsed.query.is_empty
    assert "“x0” is none." in parsed.hints
    assert len(asked) < 20, "finding the nearest ones of each takes a moment"
