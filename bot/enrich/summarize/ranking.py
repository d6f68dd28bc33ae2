"""How well a form of a sentence can stand for the paper: its expected ROUGE with a human summary.

A ridge regression on the features below, of the sentence and of the form. They are named as in
`weights.json`; `bench/fit_summarizer.py` fits them on SciTLDR's training part.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from math import log, sqrt
from operator import attrgetter, mul

from bot.enrich.summarize.compress import Form
from bot.enrich.summarize.features import Features
from bot.enrich.summarize.likelihood import Likelihood, Setting
from bot.enrich.summarize.porter import stems

TLDR_WORDS = 30
# What a word beyond that costs in expected ROUGE: a TL;DR is longer where no shorter form is near.
LONG_COSTS = 0.002
_UNSEEN = 0.03  # the probability of a word that the abstract, as it was split, does not have
# Words with two capitals, from the first. The parts share no letters: there is one way to match.
_NAME = re.compile(r"[A-Z][a-z0-9-]*[A-Z][A-Za-z0-9-]*")

SENTENCE = (
    "place", "length", "title", "central", "new", "contribution", "strong", "finding", "gain",
    "obstacle", "background", "leaning", "resource", "filler", "numbers", "question", "own",
    "after_turn", "first_we",
    "first", "second", "last", "last but one", "contribution before", "proposal before",
    "finding before", "contribution after", "proposal after", "finding after",
    "proposals so far", "contributions so far",
)  # fmt: skip
# How the form begins, in stems.
OPENINGS = (
    "we propos", "we present", "we introduc", "we show", "we studi", "thi paper", "we demonstr",
    "we develop", "we provid", "we find", "we prove", "we also", "we evalu", "we then", "we us",
    "experi", "our", "we", "it", "thi",
)  # fmt: skip
FORM = (
    "expected overlap, 12 words", "expected overlap, 20 words", "expected overlap, 30 words",
    "expected pairs", "expected pairs, rooted", "mean probability", "pairs of the title",
    "pairs that occur twice", "title covered", "words, log", "below 9 words", "below 12 words",
    "over 22 words", "over 27 words", "over 30 tokens", "over 35 tokens", "opener left out",
    "aside left out", "end left out", "kept", *(f"begins: {opening}" for opening in OPENINGS),
)  # fmt: skip
_flags = attrgetter(*SENTENCE[:19])


@dataclass(frozen=True, slots=True)
class Weights:
    """What was fitted: the words' likelihood, a weight for each of SENTENCE and of FORM."""

    likelihood: Likelihood
    sentence: tuple[float, ...]
    form: tuple[float, ...]


@lru_cache(maxsize=1)
def fitted_weights() -> Weights:
    """The weights that come with Paperboy, from `weights.json`."""
    return read_weights(
        json.loads((files("bot.enrich.summarize") / "weights.json").read_text("utf-8"))
    )


def read_weights(data: Mapping[str, dict[str, object]]) -> Weights:
    """The weights in the file's shape, which `bench/fit_summarizer.py` writes."""
    words, ranks = data["words"], data["forms"]
    table: Mapping[str, tuple[float, int]] = data["stems"]  # type: ignore[assignment]
    groups: Mapping[str, Sequence[float]] = words["groups"]  # type: ignore[assignment]
    lean: Sequence[float] = words["lean"]  # type: ignore[assignment]
    return Weights(
        Likelihood(
            float(words["base"]),  # type: ignore[arg-type]
            tuple(tuple(weights) for weights in groups.values()),
            (lean[0], lean[1], lean[2]),
            float(words["usual"]),  # type: ignore[arg-type]
            {stem: entry[0] for stem, entry in table.items()},
            {stem: entry[1] for stem, entry in table.items()},
        ),
        tuple(float(ranks[name]) for name in SENTENCE),  # type: ignore[arg-type]
        tuple(float(ranks[name]) for name in FORM),  # type: ignore[arg-type]
    )


def setting(title: str, sentences: Sequence[str], features: Sequence[Features]) -> Setting:
    """An abstract as the regressions see it, from texts in Unicode."""
    before, colon, _ = title.partition(":")
    names = {word for sentence in sentences for word in _NAME.findall(sentence)}
    return Setting(
        frozenset(stems(title)),
        frozenset(stems(before) if colon else ()),
        frozenset(stem for name in names for stem in stems(name)),
        [seen.stems for seen in features],
        features,
    )


class Ranker:
    """Scores the forms of one abstract's sentences."""

    def __init__(self, abstract: Setting, weights: Weights) -> None:
        self._abstract = abstract
        self._weights = weights
        self.probabilities = weights.likelihood.of(abstract)
        self._title = abstract.title
        # For each sentence how many of its words a summary has, and how many words it has.
        distinct = [dict.fromkeys(words) for words in abstract.sentences]
        likely = self.probabilities.__getitem__
        self._expected = [(sum(map(likely, words)), len(words)) for words in distinct]
        self._twice = {
            pair
            for pair, times in Counter(
                pair for words in abstract.sentences for pair in set(pairwise(words))
            ).items()
            if times > 1
        }

    def sentence_score(self, at: int) -> float:
        """The part of the score that all forms of sentence number `at` share."""
        seen = sentence_features(self._abstract.features, at)
        return sum(map(mul, seen, self._weights.sentence))

    def form_score(self, form: Form) -> float:
        """The part of the score that is the form's own."""
        seen = self.form_features(form)
        return sum(map(mul, seen, self._weights.form))

    def centrality(self, at: int) -> float:
        """The mean probability of the words of sentence number `at`, from 0 to 1."""
        expected, distinct = self._expected[at]
        return expected / (distinct or 1)

    def sketch(self, at: int) -> float:
        """About what the form's part is for the whole sentence number `at`, without its pairs."""
        count = len(self._abstract.sentences[at])
        expected = 2 * self._expected[at][0]
        terms = zip(self._weights.form, (12, 20, 30), strict=False)
        return sum(weight * expected / (count + size) for weight, size in terms)

    def form_features(self, form: Form) -> list[float]:
        """The values of FORM."""
        words = stems(form.text)
        size = len(words) or 1
        likely = self.probabilities
        chances = [likely.get(word, _UNSEEN) for word in words]
        distinct = dict(zip(words, chances, strict=True))
        expected = sum(distinct.values())
        pairs = dict(zip(pairwise(words), map(mul, chances, chances[1:]), strict=True))
        title = self._title
        tokens = form.text.count(" ") + 1
        opening = " ".join(words[:2])
        first = words[0] if words else ""
        return [
            2 * expected / (size + 12),
            2 * expected / (size + 20),
            2 * expected / (size + 30),
            2 * sum(pairs.values()) / (size + 20),
            2 * sum(map(sqrt, pairs.values())) / (size + 20),
            expected / size,
            len([1 for one, other in pairs if one in title and other in title]) / (size + 20),
            len(pairs.keys() & self._twice) / (size + 20),
            len(distinct.keys() & title) / (len(title) or 1),
            log(size),
            size < 9,
            size < 12,
            size > 22,
            size > 27,
            tokens > TLDR_WORDS,
            tokens > TLDR_WORDS + 5,
            form.opener,
            form.aside,
            form.tail,
            form.kept,
            *[given in (opening, first) for given in OPENINGS],
        ]


def sentence_features(features: Sequence[Features], at: int) -> list[float]:
    """The values of SENTENCE for sentence number `at`."""
    seen = features[at]
    count = len(features)
    before = features[at - 1] if at else None
    after = features[at + 1] if at + 1 < count else None
    return [
        *_flags(seen),
        at == 0,
        at == 1,
        at == count - 1,
        at == count - 2,
        before.contribution if before else 0.0,
        before.strong if before else 0.0,
        before.finding if before else 0.0,
        after.contribution if after else 0.0,
        after.strong if after else 0.0,
        after.finding if after else 0.0,
        sum(one.strong for one in features[:at]),
        sum(one.contribution for one in features[:at]),
    ]
