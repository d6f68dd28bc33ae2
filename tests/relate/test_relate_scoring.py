"""How candidates are ordered, and how like a paper they are."""

import time
from collections.abc import Sequence

import numpy as np
import pytest

from bench.csfcube import average_precision, gain
from bot.relate.model import TITLE_END, SimilarityModel, as_bytes
from bot.relate.scoring import Encoded, Pool, likeness, rank

ASKED = (
    "Filtering phishing mail with stacked classifiers",
    "We combine several classifiers to recognize phishing mail and compare their errors.",
)
NEAR = ("Spam detection by ensembles", "Ensembles of classifiers recognize unwanted mail and spam.")
FAR = ("Dust in spiral galaxies", "We observe the interstellar medium with a radio telescope.")
EMPTY = ("", "")


@pytest.fixture(scope="module")
def model() -> SimilarityModel:
    return SimilarityModel()


def encoded(model: SimilarityModel, paper: tuple[str, str]) -> Encoded:
    tokens = model.encode(*paper)
    return Encoded(tokens, model.latent_of(tokens))


def pooled(model: SimilarityModel, papers: Sequence[tuple[str, str]]) -> Pool:
    found = [encoded(model, paper) for paper in papers]
    latents = [as_bytes(one.latent) for one in found]
    rows = np.array(latents, np.int8).reshape(len(found), model.dimensions)
    return Pool([one.tokens for one in found], rows)


def test_the_same_text_is_1_the_near_is_before_the_far(model: SimilarityModel) -> None:
    ranking = rank(encoded(model, ASKED), pooled(model, [FAR, NEAR, EMPTY, ASKED]), model.weights)
    far, near, empty, same = ranking.likeness.tolist()
    assert same == pytest.approx(1, abs=0.01)
    assert 0.2 < near < 0.9
    assert far < 0.1
    assert empty < 0.1
    assert np.argsort(-ranking.scores)[:2].tolist() == [3, 1]


def test_likeness_never_rises_down_the_list(model: SimilarityModel) -> None:
    words = [*model.vocabulary][:400]
    random = np.random.default_rng(5)
    papers = [
        (" ".join(random.choice(words, 6)), " ".join(random.choice(words, 60))) for _ in range(60)
    ]
    query, pool = encoded(model, papers[0]), pooled(model, papers)
    ranking = rank(query, pool, model.weights)
    shown = ranking.likeness[np.argsort(-ranking.scores, kind="stable")]
    assert (np.diff(shown) <= 1e-6).all()
    assert float(shown.max()) <= 1
    assert float(shown.min()) >= 0
    alone = likeness(query, pool, model.weights)
    assert float(shown.sum()) == pytest.approx(float(alone.sum()), abs=0.01)


def test_likeness_does_not_depend_on_the_others(model: SimilarityModel) -> None:
    query = encoded(model, ASKED)
    alone = likeness(query, pooled(model, [NEAR]), model.weights)
    among = likeness(query, pooled(model, [FAR, NEAR, EMPTY]), model.weights)
    assert alone[0] == pytest.approx(among[1], abs=1e-6)


@pytest.mark.parametrize("papers", [[], [EMPTY], [EMPTY, EMPTY], [NEAR]])
@pytest.mark.parametrize("asked", [ASKED, EMPTY])
def test_nothing_to_compare_is_no_error(
    model: SimilarityModel, asked: tuple[str, str], papers: list[tuple[str, str]]
) -> None:
    ranking = rank(encoded(model, asked), pooled(model, papers), model.weights)
    assert len(ranking.scores) == len(ranking.likeness) == len(papers)
    assert np.isfinite(ranking.scores).all()
    assert np.isfinite(ranking.likeness).all()


def test_three_hundred_candidates_take_some_milliseconds(model: SimilarityModel) -> None:
    random = np.random.default_rng(6)
    found: list[Encoded] = []
    for _ in range(300):
        tokens = random.integers(1, 8000, 130).astype(np.uint16)
        tokens[10] = TITLE_END
        found.append(Encoded(tokens, model.latent_of(tokens)))
    latents = np.stack([as_bytes(one.latent) for one in found])
    took: list[float] = []
    for _ in range(5):
        started = time.process_time()
        rank(found[0], Pool([one.tokens for one in found], latents), model.weights)
        took.append(time.process_time() - started)
    assert min(took) < 0.1  # on a slow or busy machine; usually about a tenth of that


def test_the_measures_are_those_of_the_official_evaluation() -> None:
    assert average_precision([3, 0, 2, 1]) == pytest.approx((1 + 2 / 3) / 2)
    assert average_precision([1, 0]) == 0
    judgements = [0, 3, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]  # cut at 3
    assert gain(judgements) == pytest.approx(
        (3 + 1 / np.log2(3)) / (3 + 2 + 1 / np.log2(3)), abs=1e-9
    )
    assert gain([0] * 10) == 0
