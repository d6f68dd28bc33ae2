"""Takeaways that fit, and what each sentence tells. The sentences in this file are invented."""

import pytest

from bot.enrich.summarize.cues import Cue, read
from bot.enrich.summarize.features import extract
from bot.enrich.summarize.likelihood import cells
from bot.enrich.summarize.ranking import Ranker, fitted_weights, setting
from bot.enrich.summarize.roles import assign
from bot.enrich.summarize.takeaways import shortened
from bot.models import Role

_ABSTRACT = [
    "Indexes of large corpora are slow, but pages that fold have rarely been tried.",
    "We propose Kites, a folded index for 3D page models.",
    "Kites stores each item once and then folds its pages.",
    "Experiments show that Kites is 3.5 times faster than flat indexes on five corpora.",
    "Folded pages stay readable in every corpus.",
]


def test_of_a_contrast_the_second_sentence_may_stand_alone() -> None:
    text = (
        "Indexes of very large corpora have been built for many decades by libraries and archives "
        "all over the world, but folded pages remain unknown to nearly all of the builders."
    )
    assert shortened(text) == "Folded pages remain unknown to nearly all of the builders."


def test_a_contrast_stays_where_the_second_sentence_points_back() -> None:
    text = (
        "Indexes of very large corpora have been built for many decades by libraries and archives "
        "all over the world, but their folded pages remain unknown to nearly all of the builders."
    )
    assert shortened(text) == text


def test_figures_stay() -> None:
    text = (
        "The folded index of pages outperforms each of the flat indexes on all of the public "
        "corpora that libraries have released so far, improving the mean recall by 12.5% over them."
    )
    assert "12.5%" in shortened(text)


def test_what_follows_a_result_is_a_result() -> None:
    roles = assign(extract("Kites", _ABSTRACT))
    assert roles == [Role.PROBLEM, Role.METHOD, Role.METHOD, Role.RESULT, Role.RESULT]


@pytest.mark.parametrize(
    ("word", "cue"),
    [
        ("propose", Cue.DOES),
        ("achieves", Cue.GAIN_WORD),
        ("limited", Cue.OBSTACLE_WORD),
        ("3d", Cue.DIGIT),
        ("unavailable", Cue.RESOURCE),
    ],
)
def test_words_know_their_cues(word: str, cue: int) -> None:
    assert read(word)[0] & cue
    assert not read("limit")[0] & Cue.OBSTACLE_WORD


def test_summed_weights_are_the_cells_weights() -> None:
    """The look-ups that the probabilities are made of add up to the regression as fitted."""
    features = extract("Kites: folded indexes", _ABSTRACT)
    seen = setting("Kites: folded indexes", _ABSTRACT, features)
    likelihood = fitted_weights().likelihood
    given = Ranker(seen, fitted_weights()).probabilities
    first = seen.first_contribution()
    any_word, in_title, in_first = likelihood.lean
    for word, places in cells(seen, likelihood.rarity).items():
        lean = any_word + in_title * (word in seen.title) + in_first * (word in first)
        odds = likelihood.base + lean * likelihood.leaning.get(word, likelihood.usual)
        odds += sum(group[at] for group, at in zip(likelihood.groups, places, strict=True))
        assert given[word] == pytest.approx(1 / (1 + 2.718281828459045**-odds))
