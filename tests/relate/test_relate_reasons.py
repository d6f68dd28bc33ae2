"""The terms that two papers share, as the first one writes them."""

import pytest
from relate_stage import paper

from bot.models import Paper
from bot.relate.reasons import Terms, keys_of, readable


def shared(one: Paper, other: Paper, **weights: float) -> tuple[str, ...]:
    return Terms(one, lambda term: weights.get(term, 4.0)).shared(keys_of(readable(other)))


def text(title: str, abstract: str) -> Paper:
    return paper(1, title, abstract=abstract)


@pytest.mark.parametrize(
    ("abstract", "other", "terms"),
    [
        ("We align large language models.", "Large language models.", ("large language models",)),
        ("The language of models.", "A model of language.", ("language", "models")),
        ("A sim-to-real gap.", "From sim to real.", ("sim-to-real",)),
        ("GPT-4 writes.", "Written by GPT-4.", ("GPT-4",)),
        ("Non-negative matrices.", "A non-negative matrix.", ("non-negative matrices",)),
        ("Co-training helps.", "Training a co-pilot.", ()),
        ("Regularized by regularization.", "A regularized regularization.", ("regularization",)),
        ("The Kalman filter. Kalman!", "A kalman FILTER", ("Kalman filter",)),
        ("Filters of Kalman. Filters!", "A filter.", ("filters",)),
        (
            "Instruction-based video editing works.",
            "On instruction-based video editing.",
            ("instruction-based video editing",),
        ),
        (
            "A constrained Markov decision process.",
            "Constrained Markov decision processes are hard.",
            ("constrained Markov decision process",),
        ),
        ("The maximum likelihood.", "Of maximum likelihood.", ("maximum likelihood",)),
        ("Maximum, role.", "A maximum, a role.", ()),
        ("See https://a.github.io/glass.", "Like a.github.io/glass, io.", ()),
        ("We propose novel results.", "We propose novel results.", ()),
        ("Constrained visually, dense.", "Dense, visually constrained.", ()),
        ("Dense retrieval of speed.", "Dense retrieval.", ("dense retrieval",)),
        (
            "Assembly, anomaly, feed.",
            "An anomaly; a feed; assembly.",
            ("anomaly", "assembly", "feed"),
        ),
        ("It achieves improved accuracy.", "We achieve improved accuracy.", ()),
        (r"On $\alpha$-stable noise.", "The α-stable noise.", ("α-stable noise",)),
    ],
)
def test_terms(abstract: str, other: str, terms: tuple[str, ...]) -> None:
    assert shared(text("", abstract), text("", other)) == terms


def test_what_weighs_more_and_comes_oftener_is_named_first() -> None:
    one = text("Riblets", "Riblets, drag, sharks and friction; drag and drag.")
    other = text("Sharks", "Drag, sharks, riblets and friction.")
    assert shared(one, other, friction=2.5, shark=5.0) == ("sharks", "drag", "riblets", "friction")


def test_four_terms_at_most_and_none_that_many_papers_have() -> None:
    words = "alphas, betas, gammas, deltas, epsilons"
    assert len(shared(text("", words), text("", words))) == 4
    assert shared(text("", words), text("", words), alpha=0.5, beta=0.5)[:1] == ("deltas",)


def test_a_phrase_does_not_go_over_the_end_of_a_sentence() -> None:
    assert shared(text("", "Neutron stars."), text("", "A neutron. Stars.")) == ("neutron", "stars")


def test_chinese_terms_are_pairs_of_letters() -> None:
    assert "量子" in shared(text("量子纠缠", ""), text("", "测量量子态。"))


def test_long_and_hostile_texts() -> None:
    odd = text("`" * 5000, "W" * 4000 + " " + "e\u0301\u0302" * 4000 + " \x00-\u202e- a-a-a-")
    assert all(len(term) < 12_000 for term in shared(odd, odd))
