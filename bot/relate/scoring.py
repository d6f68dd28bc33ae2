"""How like a paper others are. Pure, CPU work, some milliseconds for a few hundred papers.

`rank` orders candidates by the words that they share with the paper (BM25) and by the angle
between their latent directions, and then once more by how like they are to the best ones of that
order: what several good candidates have in common is what the paper is about. `docs/quality.md`
has the figures of each step; the numbers below lie in the middle of wide plateaus.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.relate.model import IDS, TITLE_END, TITLE_WEIGHT

Numbers = NDArray[np.float32]

_SATURATION = 2.0  # BM25's k1: how slowly repeating a word stops to count
_ASKED_SATURATION = 8.0  # the same for the paper asked about
_LENGTH = 0.75  # BM25's b: how far long texts are discounted
_USUAL_LENGTH = 110.0  # words in a title, twice, and an abstract
# Many shared common words are no more than a few rare ones: differences at the top count less.
_DAMPING = 0.5
# Small angles are what matters: between unrelated papers they mean nothing.
_SHARPNESS = 4.0
_LATENT = 2.0  # the weight of the directions beside the words
_BEST = 10  # how many candidates are asked about the others
_ECHO = 1.0  # and the weight of what they say
# Any two abstracts have about this mean of cosines.
_USUAL = 0.1


@dataclass(frozen=True, slots=True)
class Encoded:
    """A paper as `SimilarityModel` gives it: the numbers of its words and its direction."""

    tokens: NDArray[np.uint16]
    latent: Numbers


@dataclass(frozen=True, slots=True)
class Ranking:
    """For each candidate, in the order given: `scores` to sort by (higher is more alike; they
    only compare within this ranking), and `likeness` from 0 to 1, 1 for the same text, which
    never rises as the scores fall."""

    scores: Numbers
    likeness: Numbers


class Pool:
    """Papers to compare, as one table of which word occurs how often in which of them."""

    def __init__(self, papers: Sequence[NDArray[np.uint16]], latents: NDArray[np.generic]) -> None:
        """`papers` are encoded; `latents` has a row for each, of any scale (bytes or floats)."""
        self.size = len(papers)
        lengths = np.fromiter(map(len, papers), np.int64, self.size)
        tokens = np.concatenate([*papers, np.zeros(0, np.uint16)])
        marks = tokens == TITLE_END
        ends = np.cumsum(marks)
        begun = np.concatenate([[0], ends])[np.cumsum(lengths) - lengths]
        # Paper and word as one number: sorting numbers is quick.
        keys = np.repeat(np.arange(self.size) * IDS, lengths) + tokens
        titles = keys[(ends == np.repeat(begun, lengths)) & ~marks]
        keys = np.concatenate([keys[~marks], np.tile(titles, TITLE_WEIGHT - 1)])
        keys.sort()
        firsts = np.flatnonzero(np.diff(keys, prepend=-1))
        self.owners, self.terms = np.divmod(keys[firsts], IDS)
        self.counts = np.diff(firsts, append=len(keys)).astype(np.float64)
        self.lengths = np.bincount(self.owners, self.counts, self.size)
        latents = latents.astype(np.float32)
        norms = np.linalg.norm(latents, axis=1, keepdims=True)
        self.latents = latents / np.where(norms > 0, norms, 1)

    def weighted(self, saturation: float = _SATURATION) -> NDArray[np.float64]:
        """By cell: how much the word counts in its paper, at most `saturation` + 1."""
        discount = 1 - _LENGTH + _LENGTH * self.lengths / _USUAL_LENGTH
        return self.counts * (saturation + 1) / (self.counts + saturation * discount[self.owners])

    def sums(self, cells: NDArray[np.floating]) -> NDArray[np.float64]:
        """By paper: the sum of its cells' values."""
        return np.bincount(self.owners, cells, self.size).astype(np.float64)


def rank(query: Encoded, pool: Pool, weights: Numbers) -> Ranking:
    """The candidates of `pool` by how like the query they are.

    `weights` are the rarities of words by number (`SimilarityModel.rarities`).
    """
    if not pool.size:
        return Ranking(np.zeros(0, np.float32), np.zeros(0, np.float32))
    asked = _asked(query)
    vectors = _vectors(pool, weights)
    wanted = _spread(asked, asked.weighted(_ASKED_SATURATION) * weights[asked.terms])
    lexical = pool.sums(pool.weighted() * wanted[pool.terms])
    latent = pool.latents @ asked.latents[0]
    scores = _standard(lexical**_DAMPING) + _LATENT * _standard(np.exp(_SHARPNESS * latent))

    best = np.argsort(-scores, kind="stable")[:_BEST]
    echoes = _standard(_lexical_echo(pool, vectors, best)) + _standard(_latent_echo(pool, best))
    scores = scores + _ECHO / 2 * echoes
    alike = _likeness(asked, pool, weights, vectors)
    return Ranking(scores.astype(np.float32), _falling(alike, scores))


def likeness(query: Encoded, pool: Pool, weights: Numbers) -> Numbers:
    """How like the query each paper of `pool` is by itself, from 0 to 1 (the same text): the mean
    of the cosines of words and of directions, less what any two papers have in common. Where one
    has no direction (none of its words is known) the words decide alone."""
    return _likeness(_asked(query), pool, weights, _vectors(pool, weights))


def _likeness(asked: Pool, pool: Pool, weights: Numbers, vectors: NDArray[np.float64]) -> Numbers:
    own = _spread(asked, _vectors(asked, weights))
    lexical = pool.sums(vectors * own[pool.terms])
    latent = np.clip(pool.latents @ asked.latents[0], 0, 1)
    directed = pool.latents.any(axis=1) & asked.latents.any()
    both = np.where(directed, (lexical + latent) / 2, lexical)
    return np.clip((both - _USUAL) / (1 - _USUAL), 0, 1).astype(np.float32)


def _asked(query: Encoded) -> Pool:
    return Pool([query.tokens], query.latent[None, :])


def _vectors(pool: Pool, weights: Numbers) -> NDArray[np.float64]:
    """By cell: the word's part in its paper, as vectors of length one."""
    vectors = pool.weighted() * weights[pool.terms]
    lengths = np.sqrt(pool.sums(vectors**2))
    return vectors / np.where(lengths > 0, lengths, 1)[pool.owners]


def _spread(one: Pool, cells: NDArray[np.float64]) -> NDArray[np.float64]:
    """The values of a single paper's cells by the word's number."""
    spread = np.zeros(IDS)
    spread[one.terms] = cells
    return spread


def _lexical_echo(
    pool: Pool, vectors: NDArray[np.float64], best: NDArray[np.intp]
) -> NDArray[np.float64]:
    """By paper: the mean cosine of its words with those of the best others."""
    chosen = np.zeros(pool.size, bool)
    chosen[best] = True
    among = chosen[pool.owners]
    total = np.bincount(pool.terms[among], vectors[among], IDS)
    sums = pool.sums(vectors * total[pool.terms])
    return _without_itself(sums, pool.sums(vectors**2), best)


def _latent_echo(pool: Pool, best: NDArray[np.intp]) -> NDArray[np.float64]:
    """By paper: the mean cosine of its direction with those of the best others."""
    total = pool.latents[best].sum(axis=0)
    return _without_itself(pool.latents @ total, np.sum(pool.latents**2, axis=1), best)


def _without_itself(
    sums: NDArray[np.floating], own: NDArray[np.floating], best: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Means of the sums over the best. One of them must not vouch for itself."""
    others = np.full(len(sums), float(len(best)))
    others[best] -= 1
    apart = sums.astype(np.float64)
    apart[best] -= own[best]
    return apart / np.maximum(others, 1)


def _standard(values: NDArray[np.floating]) -> NDArray[np.float64]:
    spread = float(values.std())
    return (values - values.mean()) / (spread if spread > 1e-9 else 1.0)


def _falling(alike: Numbers, scores: NDArray[np.float64]) -> Numbers:
    """`alike`, changed as little as may be (by squares) so that it falls with the scores."""
    order = np.argsort(-scores, kind="stable")
    blocks: list[tuple[float, int]] = []
    for value in alike[order].tolist():
        total, count = value, 1
        while blocks and blocks[-1][0] * count < total * blocks[-1][1]:
            more, others = blocks.pop()
            total, count = total + more, count + others
        blocks.append((total, count))
    flat = np.concatenate([np.full(count, total / count, np.float32) for total, count in blocks])
    result = np.empty_like(flat)
    result[order] = flat
    return result
