"""The ranker's weights and the script that fits them. The abstracts in this file are invented."""

import json
from pathlib import Path

import pytest

from bench.fit_summarizer import fit, load
from bot.enrich.summarize.compress import Form
from bot.enrich.summarize.features import extract
from bot.enrich.summarize.likelihood import GROUPS, cells
from bot.enrich.summarize.ranking import (
    FORM,
    SENTENCE,
    Ranker,
    fitted_weights,
    read_weights,
    sentence_features,
    setting,
)

TITLE = "Kites: Fast Retrieval with Folded Indexes"
TEXTS = [
    "Retrieval over large corpora of text is slow and needs much memory.",
    "We propose Kites, a folded index for fast retrieval over large corpora.",
    "It stores each item once and folds the rest into a few small pages.",
]


def _corpus(path: Path) -> Path:
    topics = ("retrieval", "vision", "speech", "planning", "proofs", "graphs")
    lines = [
        json.dumps(
            {
                "title": f"Kites for {topic}",
                "source": [text.replace("retrieval", topic) for text in TEXTS],
                "target": [f"We propose a folded index for {topic}."],
            }
        )
        for topic in topics
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_fitting_gives_the_same_weights_and_learns(tmp_path: Path) -> None:
    path = _corpus(tmp_path / "train.jsonl")
    first, second = fit(load(path)), fit(load(path))
    assert first == second
    weights = read_weights(json.loads(json.dumps(first)))
    assert len(weights.sentence) == len(SENTENCE)
    assert len(weights.form) == len(FORM)
    likely = Ranker(setting(TITLE, TEXTS, extract(TITLE, TEXTS)), weights).probabilities
    assert likely["index"] > likely["memori"]


def test_the_weights_that_come_along_are_whole() -> None:
    weights = fitted_weights()
    assert [len(group) for group in weights.likelihood.groups] == [size for _, size in GROUPS]
    assert len(weights.likelihood.leaning) > 1000
    assert set(weights.likelihood.rarity.values()) <= set(range(6))


def test_the_contribution_ranks_first() -> None:
    features = extract(TITLE, TEXTS)
    ranker = Ranker(setting(TITLE, TEXTS, features), fitted_weights())
    scores = [
        ranker.sentence_score(at) + ranker.form_score(Form(text, 1.0))
        for at, text in enumerate(TEXTS)
    ]
    assert max(scores) == scores[1]
    assert all(0 < chance < 1 for chance in ranker.probabilities.values())
    assert 0 < ranker.centrality(2) < ranker.centrality(1) < 1


def test_every_word_falls_into_a_cell_of_every_group() -> None:
    features = extract(TITLE, TEXTS)
    seen = cells(setting(TITLE, TEXTS, features), fitted_weights().likelihood.rarity)
    assert "kite" in seen
    for places in seen.values():
        assert len(places) == len(GROUPS)
        assert all(0 <= at < size for at, (_, size) in zip(places, GROUPS, strict=True))


@pytest.mark.parametrize("at", [0, 1, 2])
def test_every_feature_has_a_name(at: int) -> None:
    features = extract(TITLE, TEXTS)
    assert len(sentence_features(features, at)) == len(SENTENCE)
    ranker = Ranker(setting(TITLE, TEXTS, features), fitted_weights())
    assert len(ranker.form_features(Form(TEXTS[at], 1.0))) == len(FORM)
