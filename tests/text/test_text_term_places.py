"""Where terms stand: plurals, compounds, overlaps."""

import pytest

from bot.text.term_places import term_places


@pytest.mark.parametrize(
    ("text", "terms", "found"),
    [
        ("Two attention heads attend.", ["attention head"], ["attention heads"]),
        ("A model's models and Modeling", ["model"], ["model's", "models"]),
        ("co-training, cotraining and co training", ["co-training"],
         ["co-training", "cotraining", "co training"]),
        ("self-attention layers", ["attention", "self-attention"], ["self-attention"]),
        ("deep. Learning", ["deep learning"], []),
        ("deep\nlearning", ["deep learning"], ["deep\nlearning"]),
        ("C++ and C# but not C", ["C++", "C#"], ["C++", "C#"]),
        ("naïve Bayes", ["naive bayes"], ["naïve Bayes"]),
        ("nothing", ["", "$$", "thing"], []),
    ],
)  # fmt: skip
def test_places(text: str, terms: list[str], found: list[str]) -> None:
    places = term_places(text, terms)
    assert [text[start:end] for start, end, _ in places] == found
    assert all(term in terms for _, _, term in places)
