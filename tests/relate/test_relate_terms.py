"""Papers by the words that they share."""

from dataclasses import replace

import pytest

from bot.models import Paper
from bot.relate.archive import shared_authors
from bot.relate.terms import TermVectors, surfaces


def paper(number: int, title: str, abstract: str = "") -> Paper:
    return Paper(f"2606.{number:05}", 1, title, abstract, (), ("cs.CL",), "cs.CL")


def vectors(*papers: Paper) -> TermVectors:
    made = TermVectors()
    made.add(papers)
    return made


def test_the_rarer_word_and_the_title_weigh_more() -> None:
    asked = paper(1, "Quantum caterpillars")
    made = vectors(
        asked,
        paper(2, "Quantum birds", "They walk on lattices."),
        paper(3, "Walking birds", "They see caterpillars on lattices."),
        paper(4, "Caterpillar birds", "They walk on lattices."),
        *(paper(n, f"Quantum matter {n}", "Heavy and light.") for n in range(5, 25)),
    )
    best = made.alike(asked, 30)
    order = [found.paper_id for found in best]
    assert order[0] == "2606.00004", "in the title, and rare"
    assert best[0].stems == ("caterpillar",)
    scores = {found.paper_id: found.score for found in best}
    assert 0 < scores["2606.00003"] < scores["2606.00004"] < 1
    assert scores["2606.00002"] < scores["2606.00004"]


def test_a_paper_is_like_its_copy_and_not_listed_itself() -> None:
    one = paper(1, "Shadows of tensors", "We measure classical shadows.")
    made = vectors(one, replace(one, version=2), replace(one, id="2606.00002"))
    assert len(made) == 2
    [only] = made.alike(one, 5)
    assert only.paper_id == "2606.00002"
    assert only.score == pytest.approx(1)


def test_a_paper_outside_is_compared_as_well() -> None:
    made = vectors(paper(1, "Riblets on walls"), paper(2, "Erasure qubits"))
    [found] = made.alike(paper(9, "Wavy riblet"), 5)
    assert found.paper_id == "2606.00001"
    assert made.alike(paper(9, "Nothing shared"), 5) == []
    assert made.alike(paper(9, ""), 5) == []
    assert TermVectors().alike(paper(9, "Riblets"), 5) == []


def test_what_is_added_later_counts() -> None:
    made = vectors(paper(1, "Riblets on walls"))
    asked = paper(9, "Riblet drag")
    assert len(made.alike(asked, 5)) == 1
    made.add([paper(2, "Drag of riblets")])
    assert [found.paper_id for found in made.alike(asked, 5)] == ["2606.00002", "2606.00001"]


def test_words_are_shown_as_the_paper_writes_them() -> None:
    written = surfaces(paper(1, "LLMs and Boxes", "Boxes of cross-attended $\\alpha$ LLMs."))
    assert written["llm"] == "LLMs"
    assert written["box"] == "boxes"
    assert written["crossattended"] == "cross-attended"
    assert written["attended"] == "attended"


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        (("José García",), ("J. Garcia",), ("J. Garcia",)),
        (("José García",), ("Juan García",), ()),
        (("García",), ("José García",), ()),
        (("ATLAS Collaboration",), ("Bo Li", "The ATLAS Collaboration"), None),
        (("Bo Li", "Ana Núñez"), ("Núñez, Ana", "Li Bo"), ("Núñez, Ana",)),
        ((), ("Bo Li",), ()),
    ],
)
def test_who_wrote_both(
    one: tuple[str, ...], other: tuple[str, ...], shared: tuple[str, ...] | None
) -> None:
    first, second = paper(1, "a"), paper(2, "b")
    found = shared_authors(replace(first, authors=one), replace(second, authors=other))
    assert found == (other[-1:] if shared is None else shared)
