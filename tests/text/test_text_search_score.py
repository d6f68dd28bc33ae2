"""How well a paper fits a query, told from its texts alone."""

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.text.query import Query, Term
from bot.text.search_score import Scorer

_TEXTS = st.text(st.sampled_from("abA _-.,é量子"), max_size=30)


def _forms(query: str, abstract: str, *authors: str) -> float:
    words = Query(tuple(Term(word) for word in query.split()))
    return Scorer(words).by_forms("", abstract, authors)


def test_what_was_typed_counts_more_than_another_form() -> None:
    typed = _forms("graph", "On a graph.")
    assert typed == _forms("graph", "graph") == _forms("graph", "(Graph_theory)") > 0
    assert _forms("graph", "On graphs.") == _forms("graph", "Subgraph; epigraph") == 0
    assert _forms("graph*", "On graphs.") == typed
    assert _forms("graph coloring", "a graph") == typed / 2
    assert _forms("graph coloring", "Coloring a graph.") == typed
    assert _forms("graph coloring", "Regraph of graph graph: COLORING.") > typed
    assert _forms("graph coloring", "a graph colorings") == typed / 2
    assert _forms("co-training", "about co training") == typed + 1.5  # side by side
    assert _forms("co-training", "about cotraining") == 0
    assert _forms("3.5", "version 3.5") == typed


def test_a_name_counts_more_than_a_mention() -> None:
    mentioned = _forms("garcia", "As García showed.")
    assert _forms("garcia", "On maps.", "Ana Núñez", "José García") > mentioned
    assert _forms("garcia", "On maps.", "José Garciano") == 0
    in_abstracts = Scorer(Query((Term("garcia", "abs"),)))
    assert in_abstracts.by_forms("", "On maps.", ["José García"]) == 0


@given(st.sampled_from(["a", "b", "aa", "ab"]), st.sampled_from(["a", "b", "ba"]), _TEXTS)
def test_words_stand_where_splitting_finds_them(first: str, second: str, text: str) -> None:
    split = f" {re.sub(r'[^a-zé量子]+', ' ', text.lower()).replace('é', 'e')} "
    alone = [4.0 * (f" {word} " in split) for word in (first, second)]
    assert _forms(first, text) == alone[0]
    together = 1.5 * (f" {first} {second} " in split)
    expected = sum(alone) / 2 + together
    assert _forms(f"{first} {second}", text) == expected
