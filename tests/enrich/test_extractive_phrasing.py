"""Sentences are shortened only where what is left is a sentence that says the same."""

import pytest

from bench import rouge
from bot.enrich.summarize.phrasing import standalone


@pytest.mark.parametrize(
    ("sentence", "alone"),
    [
        ("In this paper, we propose a new index.", "We propose a new index."),
        ("To this end, we propose a new index.", "We propose a new index."),
        ("To address this gap, we propose a new index.", "We propose a new index."),
        ("However, such indexes are slow.", "Such indexes are slow."),
        ("Specifically, to this end, we fold it.", "We fold it."),
        ("We then fold the new index.", "We fold the new index."),
        ("(2) the index is folded twice.", "The index is folded twice."),
        ("Results: the index is folded.", "The index is folded."),
        ("However, iPhone users complain a lot.", "iPhone users complain a lot."),
        ("Overall, $p$-adic numbers are fine.", "$p$-adic numbers are fine."),
        ("In this paper of ours the index wins.", "In this paper of ours the index wins."),
        ("However, it.", "However, it."),
        ("Ultimately, f (x) is bounded.", "f (x) is bounded."),
        ("We give three reasons:", "We give three reasons."),
        ("https://example.com/a_b is it", "https://example.com/a_b is it."),
    ],
)
def test_standalone(sentence: str, alone: str) -> None:
    assert standalone(sentence) == alone


def test_rouge() -> None:
    assert rouge.score("the cat sat", "the cat sat") == (1.0, 1.0, 1.0)
    assert rouge.score("a b c d", "a c b e") == (0.75, 0.0, 0.5)
    assert rouge.score("", "a") == (0.0, 0.0, 0.0)
    assert rouge.best("the cats sat", ["a dog", "the cat sits"])[0] == pytest.approx(2 / 3)
    stems = {"caresses": "caress", "ponies": "poni", "hopping": "hop", "filing": "file",
             "relational": "relat", "hopefulness": "hope", "electrical": "electr", "rate": "rate",
             "adjustable": "adjust", "controlling": "control"}  # fmt: skip
    assert {word: rouge.stem(word) for word in stems} == stems
