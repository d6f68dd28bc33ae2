"""The grammar of search_query: what is found, how it is repeated, and what is refused."""

import pytest
from arxiv_data import TUESDAY, record
from hypothesis import given
from hypothesis import strategies as st

from sandbox.arxiv.papers import PaperFile
from sandbox.arxiv.query import QueryError, parse_query
from sandbox.arxiv.searchtext import SearchText
from sandbox.arxiv.taxonomy import (
    ARCHIVES,
    CATEGORIES,
    canonical,
    categories_of_set,
    expand,
    set_spec,
    set_specs,
    sets,
)

_PAPER = PaperFile.from_records(
    [
        record(
            title=r"Self-Attention and the $\ell_1$ Norm: Über Chains of Thought",
            abstract="Quantum criticality is reached in 3 steps, e.g., by annealing.",
            authors=["José García Ibarrondo", "Adrián Del Maestro", "Mei-Ling Katsaros"],
            categories=["cs.CL", "math.CO"],
            comment="12 pages, 3 figures. NeurIPS",
            journal_ref="Ann. Imag. 14 (2026)",
            report_no="IMAG-TH-26-017",
            published="2026-06-05T14:30:20Z",
            updated="2026-06-07T00:00:00Z",
        )
    ]
).latest(TUESDAY)[0]


def found(query: str) -> bool:
    return parse_query(query).score(SearchText(_PAPER)) > 0


@pytest.mark.parametrize(
    "query",
    [
        "attention",
        "ti:attention",
        "ti:ATTENTION",
        "ti:self-attention",
        'ti:"chains of thought"',
        "ti:uber",
        "ti:über",
        "abs:quantum AND abs:criticality",
        'abs:"quantum criticality"',
        "au:garcia",
        "au:García",
        "au:del_maestro",
        'au:"Del Maestro"',
        "au:del_maestro AND ti:norm",
        "au:katsaros_m",
        "au:maestro_a*",
        "co:neurips",
        "jr:imag",
        "rn:IMAG-TH-26-017",
        "cat:cs.CL",
        "cat:CS.cl",
        "cat:cs.*",
        "cat:math.C?",
        "id:2606.90901",
        "id:2606.90901v1",
        "all:annealing",
        "all:math.CO",
        "all:criticalit*",
        "ti:absent OR abs:quantum",
        "absent quantum",
        "ti:absent AND ti:absent OR cat:cs.CL",
        "cat:cs.CL OR ti:absent AND ti:absent",
        "cat:cs.CL ANDNOT ti:absent",
        "cat:cs.CL ANDNOT (ti:absent OR abs:absent)",
        "((cat:cs.CL))",
        "ti:(absent attention)",
        "ti:(norm AND attention)",
        "submittedDate:[202606051430 TO 202606051430]",
        "submittedDate:[20260605 TO 20260605]",
        "submittedDate:[20260601* TO *]",
        "cat:cs.CL AND submittedDate:[202601010600 TO 202701010600]",
        "lastUpdatedDate:[20260607 TO 20260608]",
        "(ti:attention)AND(abs:quantum)",
    ],
)
def test_queries_that_find_the_paper(query: str) -> None:
    assert found(query)


@pytest.mark.parametrize(
    "query",
    [
        "ti:atten",
        "ti:quantum",
        "abs:attention",
        'ti:"of chains"',
        'au:"Maestro Mei"',
        'au:"Ibarrondo Adrián"',
        "au:garcia_x",
        "cat:cs",
        "cat:cs.C",
        "cat:*.CR",
        "co:icml",
        "ti:attention ANDNOT abs:quantum",
        "ti:attention AND absent",
        "(cat:cs.CL OR ti:absent) AND ti:absent",
        "submittedDate:[202606051431 TO *]",
        "submittedDate:[* TO 202606051429]",
        "lastUpdatedDate:[20260101 TO 20260606]",
        "ti:(quantum annealing)",
    ],
)
def test_queries_that_do_not_find_it(query: str) -> None:
    assert not found(query)


@pytest.mark.parametrize(
    "query",
    [
        "(",
        ")",
        "ti:",
        "ti: attention",
        "foo:bar",
        'ti:"open',
        "AND",
        "ti:a AND",
        "OR ti:a",
        "ti:a ANDNOT",
        "(ti:a",
        "ti:a)",
        "()",
        "ti:()",
        "submittedDate:2026",
        "submittedDate:[2026]",
        "submittedDate:[x TO y]",
        "ti:[2026 TO 2027]",
        "[2026 TO 2027]",
        "ti:***",
        "???",
        "(" * 60 + "a" + ")" * 60,
    ],
)
def test_malformed_queries_are_refused(query: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_query(query)
    assert str(caught.value) == query


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("testing", "all:testing"),
        ('"chain of thought"', 'all:"chain of thought"'),
        ("  cat:cs.RO   AND (neural)", "cat:cs.RO AND (all:neural)"),
        ("a b", "all:a all:b"),
        ("ti:(a OR b)", "ti:(a OR b)"),
        ("submittedDate:[ 20260101 TO * ]", "submittedDate:[20260101 TO *]"),
        ("au:x ANDNOT (ti:y OR ti:z)", "au:x ANDNOT (ti:y OR ti:z)"),
    ],
)
def test_the_canonical_text(query: str, text: str) -> None:
    assert parse_query(query).text == text
    assert parse_query(text).text == text


def test_a_match_in_the_title_counts_more() -> None:
    text = SearchText(_PAPER)
    assert parse_query("attention").score(text) > parse_query("annealing").score(text)


@given(st.text(max_size=60))
def test_any_text_is_either_read_or_refused(text: str) -> None:
    try:
        query = parse_query(text)
    except QueryError:
        return
    query.score(SearchText(_PAPER))
    assert parse_query(query.text).text == query.text


def test_the_taxonomy_is_whole() -> None:
    assert len(CATEGORIES) == 155
    assert len(ARCHIVES) == 20
    assert canonical("COND-MAT.MTRL-SCI") == "cond-mat.mtrl-sci"
    assert canonical("math.co") == "math.CO"
    assert canonical("cs.XX") is None


def test_sets_of_categories_and_categories_of_sets_agree() -> None:
    for category in CATEGORIES:
        spec = set_spec(category)
        assert spec in sets()
        assert categories_of_set(spec) == expand([category])
        group, archive = spec.split(":")[:2]
        assert expand([category]) <= (categories_of_set(f"{group}:{archive}") or set())
        assert category in (categories_of_set(group) or ())
    assert set_spec("hep-th") == "physics:hep-th"
    assert set_specs(["astro-ph.GA", "math.MP", "I.2.7"]) == (
        "physics:astro-ph:GA",
        "math:math:MP",
        "physics:math-ph",
    )
    for wrong in ("cs.CL", "math:cs:CL", "cs:CL", "", "cs:cs:XX", "cs:cs:CL:x"):
        assert categories_of_set(wrong) is None
