"""Queries in arXiv's own grammar, read back by the sandbox's arXiv."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadInput
from bot.sources.arxiv_query import arxiv_query, read_categories, read_category
from bot.text.query import Query, Term
from sandbox.arxiv.query import parse_query


@pytest.mark.parametrize(
    ("query", "written"),
    [
        (Query((Term("graph"),)), 'all:"graph"'),
        (Query((Term("chain of thought"), Term("x", "ti"))), 'all:"chain of thought" AND ti:"x"'),
        (
            Query((Term("graph"), Term("neural network", "abs", negated=True))),
            'all:"graph" ANDNOT abs:"neural network"',
        ),
        (Query((Term("α-decay"), Term("Z→μμ"))), 'all:"alpha decay" AND all:"Z mu mu"'),
        (Query((Term("García", "au"),)), 'au:"garcia"'),
        (Query((Term("José García", "au"),)), 'au:"jose garcia"'),
        (Query((Term("J. García", "au"),)), 'au:"garcia j"'),
        (Query((Term("ICML", "co"),)), 'co:"ICML"'),
        (Query(categories=("cs.*",)), "cat:cs.*"),
        (Query(categories=("cs.CL", "hep-th")), "(cat:cs.CL OR cat:hep-th)"),
        (
            Query((Term("x"),), without_categories=("cs.CV", "cs.RO")),
            'all:"x" ANDNOT (cat:cs.CV OR cat:cs.RO)',
        ),
        (
            Query((Term("x"),), since=date(2026, 6, 1), until=date(2026, 6, 30)),
            'all:"x" AND submittedDate:[202606010000 TO 202606302359]',
        ),
        (Query(since=date(2026, 6, 1)), "submittedDate:[202606010000 TO 299912312359]"),
        (Query(until=date(2026, 6, 1)), "submittedDate:[199101010000 TO 202606012359]"),
        (Query((Term('a" OR all:b'),)), 'all:"a OR all b"'),
        (Query((Term("C++"), Term("Transform*"))), 'all:"C" AND all:transform*'),
        (Query((Term("ab*"), Term("co-train*", "ti"))), 'all:"ab" AND ti:"co-train"'),
    ],
)
def test_in_arxivs_grammar(query: Query, written: str) -> None:
    assert arxiv_query(query) == written
    assert parse_query(written).text.replace(" ", "") == written.replace(" ", "")


@pytest.mark.parametrize(
    "query",
    [
        Query(),
        Query((Term("x", negated=True),)),
        Query((Term("量子"),)),
        Query((Term("graph"), Term("網絡"))),
        Query((Term("x"),), ids=("2606.01234",)),
        Query(categories=('cs.CL OR all:"x"',)),
    ],
)
def test_what_arxiv_is_not_asked(query: Query) -> None:
    assert arxiv_query(query) is None


_FIELD = st.sampled_from(["", "ti", "abs", "co", "au"])
_HOSTILE = st.lists(
    st.sampled_from(['"', "(", ")", "[", "]", ":", "AND", " OR ", "ANDNOT", "*", "?", "\\", "all:",
                     "x", "é", "%22", "&", "#", "+", "\n", "cat:cs.CL", "TO"]),
    max_size=12,
).map("".join)  # fmt: skip
_TERMS = st.lists(
    st.builds(Term, st.one_of(st.text(max_size=30), _HOSTILE), _FIELD, st.booleans()), max_size=5
)


@given(_TERMS)
def test_nothing_that_people_type_becomes_an_operator(terms: list[Term]) -> None:
    written = arxiv_query(Query(tuple(terms)))
    if written is None:
        return
    assert parse_query(written)
    # Whatever is outside of quotes is ours: a field or an operator between two terms.
    outside = re.sub(r"(?<=:)[a-z0-9]{3,}\*", "", "".join(written.split('"')[::2]))
    operators = outside.replace("ANDNOT", "AND").count("AND")
    assert operators < len(terms)
    assert set(outside.replace("ANDNOT", "").replace("AND", "")) <= set(" :altibsuco")


@pytest.mark.parametrize(
    ("typed", "category"),
    [("cs.cl", "cs.CL"), (" CS ", "cs.*"), ("math.*", "math.*"), ("hep-th", "hep-th"),
     ("quant-ph.*", "quant-ph"), ("cs.SY", "eess.SY"), ("alg-geom", "math.AG")],
)  # fmt: skip
def test_reading_a_category(typed: str, category: str) -> None:
    assert read_category(typed) == category


@pytest.mark.parametrize("typed", ["cs.XX", "x", "*", "", "cs.CL OR x"])
def test_what_is_no_category(typed: str) -> None:
    with pytest.raises(BadInput):
        read_category(typed)


def test_several_categories_are_read_each() -> None:
    assert read_categories("cs.cl, cs.LG;math  cs.CL") == ("cs.CL", "cs.LG", "math.*")
    for typed in ("", " , ", "cs.CL, cs.ZZ"):
        with pytest.raises(BadInput):
            read_categories(typed)
