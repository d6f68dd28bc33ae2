"""The model of related papers: words as numbers, directions, rarities."""

import time

import numpy as np
import pytest

from bench.fit_similarity import LEAST, fit, save
from bot.relate.model import IDS, TITLE_END, SimilarityModel, as_bytes, counted
from bot.relate.words import terms

TITLE = "Learned Filters for Phishing Mail"
ABSTRACT = (
    "Phishing mail is hard to filter. We train classifiers on co-training data with $\\alpha$ "
    "and 30 features, and compare the filters with those of earlier work."
)


@pytest.fixture(scope="module")
def model() -> SimilarityModel:
    return SimilarityModel()


def test_terms_are_what_tells() -> None:
    found = terms("We propose co-training for the Gödel $H_2O$ matrices in 2024")
    assert found == ["co", "training", "cotraining", "godel", "h2o", "matrix"]
    assert terms("") == terms("the of and 12 \x00 😀") == []


def test_a_title_stands_before_its_end_and_the_abstract_after(model: SimilarityModel) -> None:
    tokens = model.encode(TITLE, ABSTRACT)
    assert tokens.dtype == np.uint16
    (end,) = np.flatnonzero(tokens == TITLE_END)
    assert tokens[:end].tolist() == [model.id_of(term) for term in terms(TITLE)]
    assert tokens[end + 1 :].tolist() == [model.id_of(term) for term in terms(ABSTRACT)]
    assert model.encode("", "").tolist() == [TITLE_END]


def test_a_word_in_the_title_counts_twice(model: SimilarityModel) -> None:
    ids, counts = counted(model.encode("Phishing", "phishing and mail"))
    amounts = dict(zip(ids.tolist(), counts.tolist(), strict=True))
    assert amounts == {model.id_of("phishing"): 3.0, model.id_of("mail"): 1.0}


def test_unknown_words_have_numbers_above_the_vocabulary(model: SimilarityModel) -> None:
    number = model.id_of("qwertzuiopasdfg")
    assert len(model.vocabulary) < number < IDS
    assert number == SimilarityModel().id_of("qwertzuiopasdfg")
    assert sorted(model.vocabulary.values()) == list(range(1, len(model.vocabulary) + 1))


def test_directions_have_length_one_and_similar_papers_lie_close(model: SimilarityModel) -> None:
    papers = [
        ("Neural machine translation", "We translate sentences with attention."),
        ("Multilingual language models", "Parallel corpora teach a decoder to be bilingual."),
        ("Dust in spiral galaxies", "We observe the interstellar medium with a telescope."),
    ]
    one, other, far = (model.latent_of(model.encode(*paper)) for paper in papers)
    assert len(one) == model.dimensions
    assert float(one @ one) == pytest.approx(1, abs=1e-5)
    assert float(one @ other) > 0.3 > float(one @ far) + 0.2
    kept = as_bytes(one).astype(np.float32)
    assert float(kept @ one) / float(np.linalg.norm(kept)) > 0.99


def test_a_paper_without_known_words_has_no_direction(model: SimilarityModel) -> None:
    assert not model.latent_of(model.encode("", "qwertzuiopasdfg 量子")).any()
    assert not model.latent_of(model.encode("", "")).any()


def test_rare_words_weigh_more_and_the_archive_decides(model: SimilarityModel) -> None:
    rare, common = model.id_of("phishing"), model.id_of("model")
    assert model.weights[rare] > model.weights[common] > 0
    assert model.weights[TITLE_END] == 0
    having = np.zeros(IDS, np.int64)
    having[rare] = 90_000
    weights = model.rarities(having, 100_000)
    assert weights[common] > weights[rare] > 0


def test_encoding_takes_about_a_millisecond(model: SimilarityModel) -> None:
    model.encode(TITLE, ABSTRACT)
    started = time.process_time()
    for _ in range(50):
        tokens = model.encode(TITLE, ABSTRACT * 6)
        model.latent_of(tokens)
    assert (time.process_time() - started) / 50 < 0.01


def test_fitting_twice_gives_the_same_file(
    tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path_factory.mktemp("models")
    subjects = [
        ["phishing", "mail", "filter", "spam"],
        ["galaxy", "dust", "telescope", "star"],
        ["protein", "enzyme", "cell", "gene"],
    ]
    papers = [
        (words[:2], [[words[at % 4], words[2]], [words[3], words[1]]])
        for at in range(4 * LEAST)
        for words in subjects
    ]
    for name in ("one", "other"):
        save(folder / f"{name}.npz", *fit(papers))
    assert "round 6 of 6" in capsys.readouterr().out
    assert (folder / "one.npz").read_bytes() == (folder / "other.npz").read_bytes()
    model = SimilarityModel(folder / "one.npz")
    assert set(model.vocabulary) == {word for words in subjects for word in words}
    spam, filters, star = (model.latent_of(model.encode("", w)) for w in ("spam", "filter", "star"))
    assert float(spam @ filters) > float(spam @ star)
