"""What people type into a search, as a query."""

import re
from dataclasses import replace
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
        ("C++ .NET, C#", (Term("C++"), Term(".NET"), Term("C#"))),
        # A pasted title.
        ("$\\sim$10 TeV: $\\alpha$-decay", (Term("∼10"), Term("TeV"), Term("α-decay"))),
        ('Schr\\"odinger \\& Erd\\H{o}s', (Term("Schrödinger"), Term("Erdős"))),
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
        ("transform* (trans*), 量*", (Term("transform*"), Term("trans*"), Term("量*"))),
        ("C*-algebras C^*-dynamics", (Term("C algebras"), Term("C^ dynamics"))),
        ("deep learning - a -- survey", (Term("deep"), Term("learning"), Term("survey"))),
        ("The Theory Of It", (Term("Theory"), Term("It"))),
        (
            "BERT: Pre-training (almost) free",
            (Term("BERT"), Term("Pre-training"), Term("almost"), Term("free")),
        ),
        ("x ANDNOT y", (Term("x"), Term("y", negated=True))),
        ("x NOT", (Term("x"), Term("NOT"))),
        ("التعلم العميق", (Term("التعلم"), Term("العميق"))),
        ("למידה -רשת", (Term("למידה"), Term("רשת", negated=True))),
        ("\ud800deep\x00 lear\u200bning\x1b", (Term("deep"), Term("learning"))),
        ("'; DROP TABLE papers; --", (Term("DROP"), Term("TABLE"), Term("papers"))),
        ("{ti}: NEAR^2", (Term("ti"), Term("NEAR^2"))),
        ("C++ C#", (Term("C++"), Term("C#"))),
        ("same same", (Term("same"),)),
        ("(brackets)", (Term("brackets"),)),
        ("‘single quotes’", (Term("single"), Term("quotes"))),
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
        ("cat:cs.CL OR cat:cs.LG", Query(categories=("cs.CL", "cs.LG"))),
        ("cat:cs.*", Query(categories=("cs.*",))),
        ("cat:cs", Query(categories=("cs.*",))),
        ("cat:hep-th.*", Query(categories=("hep-th",))),
        ("cat:math.IT", Query(categories=("cs.IT",))),
        ("x -cat:cs.CV", Query((Term("x"),), without_categories=("cs.CV",))),
        ("2606.01234v2", Query(ids=("2606.01234",))),
        ("https://arxiv.org/abs/2606.01234", Query(ids=("2606.01234",))),
        ("arXiv:hep-th/9901001", Query(ids=("hep-th/9901001",))),
        ("id:arXiv:2606.01234", Query(ids=("2606.01234",))),
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
        ("au: ti:x", (Term("x", "ti"),), "Nothing stands after `au:`"),
        ("au: -x y", (Term("x", negated=True), Term("y")), "Nothing stands after `au:`"),
        ("x cat:", (Term("x"),), "Nothing stands after `cat:`"),
        ("x since:", (Term("x"),), "Nothing stands after `since:`"),
        ("x id: ", (Term("x"),), "Nothing stands after `id:`"),
        ("x id: since:2026", (Term("x"),), "Nothing stands after `id:`"),
        ("x -since:2026", (Term("x"),), "A minus before `since:` means nothing"),
        ("x cat:cs.C*", (Term("x"),), "is not an arXiv category. Did you mean cs."),
        ("--x y", (Term("x", negated=True), Term("y")), "Two minus signs count as one"),
        ("NOT -x y", (Term("x", negated=True), Term("y")), "Two minus signs count as one"),
        ("(x y)", (Term("x"), Term("y")), "Parentheses do not group words"),
        ("(ti:x au:y)", (Term("x", "ti"), Term("y", "au")), "Parentheses do not group words"),
        ("-((ti:x y)", (Term("x", "ti", negated=True), Term("y")), "Parentheses do not group"),
        ("au:(x y)", (Term("x", "au"), Term("y")), "Parentheses do not group words"),
        ("z -(x y)", (Term("z"), Term("x", negated=True), Term("y")), "Parentheses do not group"),
        ("x *", (Term("x"),), "A `*` alone finds nothing"),
        ("x ti:*", (Term("x"),), "A `*` alone finds nothing"),
        ("*ing", (Term("ing"),), "so I searched for “ing”"),
        ("trans*er", (Term("trans*"),), r"so I searched for “trans\*”"),
        ("z*", (Term("z"),), "Too many words begin with one letter"),
        ('"deep* learning"', (Term("deep learning"),), "of a single word without quotation marks"),
        ("x OR y", (Term("x"), Term("y")), "There is no OR"),
        ("x OR cat:cs.CL", (Term("x"),), "There is no OR"),
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
    assert (query.since, query.until) == (date(2026, 1, 1), date(2027, 12, 31))


def test_a_hint_cannot_ping_or_link() -> None:
    (hint,) = _parse("x since:@everyone<@123>[a](https://evil.example)").hints
    assert "@everyone" not in hint
    assert "<@123>" not in hint
    assert "[a](" not in hint


def test_three_hundred_words_are_the_first_thirty_two() -> None:
    parsed = _parse(" ".join(f"word{number}" for number in range(300)))
    assert [term.text for term in parsed.query.terms] == [f"word{n}" for n in range(32)]
    assert "Only the first 32" in parsed.hints[-1]


def test_only_the_first_two_thousand_characters_are_read() -> None:
    parsed = _parse("deep " * 800)
    assert parsed.query.terms == (Term("deep"),)
    assert parsed.hints == ("Only the first 2,000 characters were read.",)


def test_a_word_is_not_cut_in_two_there() -> None:
    assert _parse("zebra " * 660).query.terms == (Term("zebra"),)
    assert _parse("zebra " * 333 + "xy zebra").query.terms == (Term("zebra"), Term("xy"))
    # What has no gaps is cut where it is: there is more of it before.
    (word,) = _parse("量子" * 2000).query.terms
    assert len(word.text) == 300
    words = _parse("zebra " + "量" * 4000).query.terms
    assert [len(term.text) for term in words] == [5, 300]


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("(ti:zebra)", "ti:zebra"),
        ("（ti：zebra）", "ti:zebra"),
        ("((au:garcia))", "au:garcia"),
        ("(cat:cs.CL) zebra", "cat:cs.CL zebra"),
        ("zebra (since:2026-01)", "zebra since:2026-01"),
        ("(id:2606.01234)", "id:2606.01234"),
        ("-(ti:zebra)", "-ti:zebra"),
        ('(ti:"striped zebra")', 'ti:"striped zebra"'),
        ("zebra (foo bar)", "zebra (foo bar)"),
        ("zebra (-ti:foo)", "zebra -ti:foo"),
    ],
)
def test_parentheses_around_one_field_change_nothing(typed: str, same: str) -> None:
    assert _parse(typed) == _parse(same)


def test_a_long_phrase_is_cut_between_words() -> None:
    (term,) = _parse('"' + "phrase " * 100 + '"').query.terms
    assert len(term.text) <= 300
    assert set(term.text.split()) == {"phrase"}
    (word,) = _parse("a" * 2000).query.terms
    assert word.text == "a" * 300


@pytest.mark.parametrize(
    "text",
    ["", "   ", "😀", "- -- —", '""', "%%__\\", "-foo", "\x00\x1b", "🦓 🧪 👨‍👩‍👧", "\ud800", "*"],
)
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
    assert len(query.terms) <= 32
    assert len(parsed.hints) <= 4
    assert all(any(sign.isalnum() for sign in term.text) for term in query.terms)
    assert all(1 <= len(term.text) <= 301 for term in query.terms)
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


@given(st.lists(_PARTS | st.sampled_from(["deep", "co-training", "C++", "x"]), max_size=30))
def test_a_query_that_is_written_is_read_again(parts: list[str]) -> None:
    query = _parse("".join(parts)).query
    again = _parse(query.written()).query
    assert replace(again, terms=()) == replace(query, terms=())
    # A star in quotes is lost, and what a quotation mark of another kind stood for.
    texts = {re.sub(r"\W+", "", term.text) for term in query.terms}
    assert {re.sub(r"\W+", "", term.text) for term in again.terms} == texts


@pytest.mark.parametrize(
    "typed",
    ["graph \"neural network\" -ti:survey au:garcia -cat:cs.CV since:2026-06-01 transform*",
     "cat:cs.CL,cs.* until:2026-06-01 id:2606.01234 \"OR\" \"2606.01234\" C#"],
)  # fmt: skip
def test_a_query_is_written_as_it_was_typed(typed: str) -> None:
    query = _parse(typed).query
    assert _parse(query.written()) == ParsedQuery(query)


def test_only_a_few_words_may_be_open_ended() -> None:
    parsed = _parse("co* graph in* pr* -ne*")
    assert parsed.query.terms == (Term("co*"), Term("graph"), Term("in*"), Term("pr*"))
    assert parsed.hints == ("Only the first 3 words with a `*` were searched for.",)
