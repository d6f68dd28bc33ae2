"""Whether a paper's texts hold what a query asks for."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.query import Query, Term
from bot.text.query_match import QueryMatcher, Searched, pieces


def _searched(
    title: str = "", abstract: str = "", *, authors: tuple[str, ...] = (), comment: str = ""
) -> Searched:
    return Searched("2606.01234", (title,), (abstract,), authors, comment)


def _finds(text: str, paper: Searched, field: str = "") -> bool:
    return QueryMatcher(Query((Term(text, field),))).score(paper) is not None


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("query", "Rewriting queries well"),
        ("queries", "A query planner"),
        ("transformer", "Transformers, again"),
        ("transform*", "A transformation"),
        ("chain of thought", "The Chain-of-Thought effect"),
        ("co-training", "Cotraining and cats"),
        ("co-training", "On co-training"),
        ("schrodinger", "A Schrödinger bridge"),
        ("Schrödinger", "A Schrodinger bridge"),
        ("C++", "Fast C++ code"),
        ("3.5", "GPT-3.5 fails"),
        ("AI", "Is AI safe?"),
        ("量子", "光量子計算の基礎"),
        ("量子 計算", "量子・計算"),
        ("グラフ", "新しいグラフ理論"),
        ("foo:bar", "the foo: bar form"),
        ("%", "99%"),
        ("网络", "图神经网络综述"),
    ],
)
def test_it_is_found(term: str, text: str) -> None:
    assert _finds(term, _searched(title=text))
    assert _finds(term, _searched(abstract=text))


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("cat", "Applications of education"),
        ("AI", "We explain it again"),
        ("train", "Training is hard"),
        ("chain of thought", "a chain and a thought"),
        ("C++", "C and D"),
        ("100%0", "100"),
        ("a_b", "axb"),
        ("量子", "量と子"),
    ],
)
def test_it_is_not_found(term: str, text: str) -> None:
    assert not _finds(term, _searched(title=text, abstract=text))


def test_fields_are_kept_apart() -> None:
    paper = _searched("Title words", "Abstract words", authors=("Ana Núñez",), comment="ICML 2026")
    assert _finds("title", paper, "ti")
    assert not _finds("abstract", paper, "ti")
    assert _finds("abstract", paper, "abs")
    assert not _finds("title", paper, "abs")
    assert _finds("icml", paper, "co")
    assert not _finds("words", paper, "co")
    for everywhere in ("title", "abstract", "núñez", "nunez", "icml", "2606.01234"):
        assert _finds(everywhere, paper)


def test_authors_by_initials() -> None:
    paper = _searched(authors=("José Luis García", "B. Li"))
    for wanted in ("García", "garcia", "J. Garcia", "Jose Garcia", "Garcia, J.", "Bo Li"):
        assert _finds(wanted, paper, "au")
    for other in ("Juan García", "Gar", "Luis Li"):
        assert not _finds(other, paper, "au")


def test_a_part_of_an_author_s_name_is_enough_as_at_arxiv() -> None:
    paper = _searched(authors=("Ingrid Solheim-Baptiste", "José Luis García"))
    for wanted in ("Solheim", "Baptiste", "solheim-baptiste", "Luis", "ingrid solheim"):
        assert _finds(wanted, paper, "au")
    assert not _finds("Sol", paper, "au")


def test_what_is_excluded() -> None:
    query = Query((Term("graph"), Term("neural network", negated=True), Term("Li", "au", True)))
    matcher = QueryMatcher(query)
    assert matcher.score(_searched("Graph coloring", "No neural part.")) is not None
    assert matcher.score(_searched("Graph neural networks")) is None
    assert matcher.score(_searched("Graph coloring", authors=("Bo Li",))) is None


def test_titles_and_words_side_by_side_count_more() -> None:
    matcher = QueryMatcher(Query((Term("graph"), Term("coloring"))))
    assert matcher.score(_searched("Graph coloring")) == (2, 1)
    assert matcher.score(_searched("Coloring of a graph")) == (2, 0)
    assert matcher.score(_searched("On graphs", "We do graph coloring.")) == (1, 1)
    assert matcher.score(_searched("", "A coloring of a graph.")) == (0, 0)


@given(st.text(min_size=1, max_size=60), st.sampled_from(["", "ti", "abs", "co", "au"]))
def test_any_term_can_be_looked_for_and_finds_itself(text: str, field: str) -> None:
    matcher = QueryMatcher(Query((Term(text, field), Term(text, field, negated=True))))
    assert matcher.score(_searched(text, text, authors=(text,), comment=text)) is None
    assert pieces(text)


_WORD = st.text(st.characters(categories=["Lu", "Ll", "Nd"]), min_size=1, max_size=12)


@given(st.lists(_WORD, min_size=1, max_size=4))
def test_words_are_found_in_a_text_that_holds_them(found: list[str]) -> None:
    phrase = " ".join(found)
    assert _finds(phrase, _searched(f"We see {phrase} here"))


@pytest.mark.parametrize("word", ["http", "study", "sss", "queries"])
@pytest.mark.parametrize("joint", [" ", "-"])
def test_a_phrase_of_one_word_takes_no_time(word: str, joint: str) -> None:
    phrase = joint.join([word] * 20)
    paper = _searched(abstract=(word + joint) * 300 + "end", title="s" * 300)
    # Each word could be read as a singular and as a plural: in two to the power of twenty ways.
    started = time.perf_counter()
    assert _finds(phrase, paper)
    assert not _finds(f"{phrase}{joint}start", paper)
    assert time.perf_counter() - started < 0.5


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("cat-scan", "A catscan of cats"),
        ("cat-scan", "Cat scans"),
        ("cats-scan", "A cat scan"),
        ("language-model", "Languages, models"),
        ("studies", "One study, well studied"),
        ("boxes", "A box"),
        ("classes", "A class"),
        ("case", "Two cases"),
        ("cat", "cats量子"),
        ("matrices", "A matrix"),
    ],
)
def test_singular_and_plural_beside_hyphens(term: str, text: str) -> None:
    assert _finds(term, _searched(title=text))
