"""`python -m bench.fit_similarity`: fit the model of related papers on 30,000 arXiv abstracts.

Writes `bot/relate/model.npz`; always the same for the same data and machine. Each word gets a
vector, and a paper's direction is the sum of its words' vectors, weighted by rarity. Two steps:

1. latent semantic analysis: the vectors begin as the collection's main directions;
2. contrastive learning: a title should lie closest to its own abstract among a thousand others,
   and half of an abstract's sentences closest to the other half (InfoNCE, van den Oord et al.
   2018; Adam). Nobody has to say for this which papers are alike. Most words that both texts
   share are taken from one of them: that the same word is the same is BM25's part, the vectors
   are to learn which different words go together.

Some minutes.
"""

import gzip
import json
import time
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from bot.relate.model import joined
from bot.relate.words import terms
from bot.text.sentences import sentence_texts

_ROOT = Path(__file__).resolve().parents[1]
_DATA = _ROOT.parent / "shared" / "data" / "arxiv" / "papers-30k.jsonl.gz"
_TARGET = _ROOT / "bot" / "relate" / "model.npz"

FORMAT = 1  # of the file and of what is computed from it; part of the version
LEAST = 4  # a word in fewer papers is not in the vocabulary
MOST = 30_000
DIMENSIONS = 128
ROUNDS = 6
SHARED_TAKEN = 0.9  # of the words that two texts share, taken from one of them
KEPT = 0.98  # of the running mean of the vectors, which is the result, in each step
BATCH = 1024
RATE = 2e-3
TEMPERATURE = 0.06
_SEED = 20_240_101
_TURNS = 5
_SCALE = 0.3

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Text:
    """A paper's words by number, those of the abstract by sentence."""

    title: list[int]
    sentences: list[list[int]]

    @property
    def abstract(self) -> list[int]:
        """The abstract's words in order."""
        return [word for sentence in self.sentences for word in sentence]


def _starts(lengths: Sequence[int] | NDArray[np.int64]) -> NDArray[np.int64]:
    starts = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=starts[1:])
    return starts


class Bags:
    """Texts as weighted words, each of length one: a sparse matrix."""

    def __init__(self, texts: Sequence[Sequence[int]], rarity: Floats) -> None:
        rows = [Counter(text) for text in texts]
        self.starts = _starts([len(row) for row in rows])
        self.words = np.array([word for row in rows for word in row], np.int64)
        times = np.array([count for row in rows for count in row.values()], np.float32)
        values: Floats = (1 + np.log(times)) * rarity[self.words]
        squares = np.add.reduceat(values**2, self.starts[:-1])
        lengths = np.repeat(np.sqrt(squares), np.diff(self.starts))
        self.values: Floats = (values / lengths).astype(np.float32)

    def part(self, rows: NDArray[np.int64]) -> "Bags":
        """Some of the texts, in this order."""
        found = object.__new__(Bags)
        lengths = np.diff(self.starts)[rows]
        found.starts = _starts(lengths)
        moved = np.repeat(self.starts[rows] - found.starts[:-1], lengths)
        cells = moved + np.arange(len(moved))
        found.words, found.values = self.words[cells], self.values[cells]
        return found

    def times(self, factors: Floats) -> Floats:
        """The texts' vectors: this matrix times that of the words."""
        return np.add.reduceat(factors[self.words] * self.values[:, None], self.starts[:-1])

    def back(self, vectors: Floats, target: Floats) -> None:
        """Add the transposed matrix times `vectors` to `target`, a row for each word."""
        owners = np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))
        order = np.argsort(self.words, kind="stable")
        words = self.words[order]
        firsts = np.flatnonzero(np.diff(words, prepend=-1))
        parts = vectors[owners[order]] * self.values[order, None]
        target[words[firsts]] += np.add.reduceat(parts, firsts)


def load(path: Path) -> list[tuple[list[str], list[list[str]]]]:
    """The words of the collection's titles and of their abstracts' sentences."""
    papers: list[tuple[list[str], list[list[str]]]] = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            entry = json.loads(line)
            sentences = [terms(text) for text in sentence_texts(entry["abstract"])]
            papers.append((terms(entry["title"]), [one for one in sentences if one]))
    return papers


def vocabulary(papers: Sequence[tuple[list[str], list[list[str]]]]) -> tuple[list[str], Floats]:
    """The words that are common enough, the commonest first, and their shares of papers."""
    having = Counter(
        word for title, sentences in papers for word in {*title, *(w for s in sentences for w in s)}
    )
    words = sorted((w for w, n in having.items() if n >= LEAST), key=lambda w: (-having[w], w))
    words = words[:MOST]
    return words, np.array([having[word] / len(papers) for word in words], np.float32)


def main_directions(bags: Bags, size: int, random: np.random.Generator) -> Floats:
    """Step 1: the words' vectors by latent semantic analysis (subspace iteration)."""
    factors = random.standard_normal((size, DIMENSIONS)).astype(np.float32)
    rows = np.arange(len(bags.starts) - 1)
    parts = [bags.part(some) for some in np.array_split(rows, max(1, len(rows) // BATCH))]
    for _ in range(_TURNS):
        image = np.zeros_like(factors)
        for part in parts:
            part.back(part.times(factors), image)
        factors = np.linalg.qr(image)[0]
    return factors * np.float32(_SCALE * np.sqrt(size / DIMENSIONS))


def halves(text: Text, random: np.random.Generator) -> tuple[list[int], list[int]]:
    """A paper's sentences in two random halves, the title in one of them."""
    order: list[int] = random.permutation(len(text.sentences)).tolist()
    split = len(order) // 2
    first = [word for at in order[:split] for word in text.sentences[at]]
    second = [word for at in order[split:] for word in text.sentences[at]]
    (first if random.random() < 0.5 else second).extend(text.title)
    return first, second


def contrasted(
    one: Sequence[int], other: Sequence[int], random: np.random.Generator
) -> tuple[list[int], list[int]]:
    """Two texts without most of what they share, each such word gone from one of them."""
    shared = sorted(set(one) & set(other))
    taken = random.random(len(shared)) < SHARED_TAKEN
    first = random.random(len(shared)) < 0.5
    from_one = {word for word, go, side in zip(shared, taken, first, strict=True) if go and side}
    from_other = {w for w, go, side in zip(shared, taken, first, strict=True) if go and not side}
    left = [word for word in one if word not in from_one]
    right = [word for word in other if word not in from_other]
    return left, right


def pairs(
    texts: Sequence[Text], rarity: Floats, random: np.random.Generator
) -> Iterator[tuple[Bags, Bags]]:
    """What belongs together, in batches for one round."""
    split = [halves(text, random) for text in texts]
    titled = [(text.title, text.abstract) for text in texts]
    batches: list[tuple[Bags, Bags]] = []
    for kind in (split, titled):
        parted = [contrasted(one, other, random) for one, other in kind]
        whole = [(one, other) for one, other in parted if one and other]
        ones = Bags([one for one, _ in whole], rarity)
        others = Bags([other for _, other in whole], rarity)
        order = random.permutation(len(whole))
        size = min(BATCH, len(order))
        for at in range(0, len(order) - size + 1, size):
            rows = order[at : at + size]
            batches.append((ones.part(rows), others.part(rows)))
    for at in random.permutation(len(batches)):
        yield batches[at]


def contrast(one: Floats, other: Floats) -> tuple[Floats, Floats, float]:
    """The loss of a batch of texts' vectors and its gradients by them."""
    lengths = [np.linalg.norm(v, axis=1, keepdims=True) + np.float32(1e-6) for v in (one, other)]
    a, b = one / lengths[0], other / lengths[1]
    likeness = np.exp((a @ b.T - 1) / np.float32(TEMPERATURE))
    by_row = likeness / likeness.sum(1, keepdims=True)
    slope = (by_row + likeness / likeness.sum(0, keepdims=True)) / 2
    places = np.arange(len(a))
    slope[places, places] -= 1
    slope /= np.float32(TEMPERATURE * len(a))
    to_a, to_b = slope @ b, slope.T @ a
    to_a = (to_a - a * (a * to_a).sum(1, keepdims=True)) / lengths[0]
    to_b = (to_b - b * (b * to_b).sum(1, keepdims=True)) / lengths[1]
    return to_a, to_b, float(-np.log(by_row[places, places]).mean())


class Adam:
    """Gradient descent with a step of its own for each number (Kingma and Ba 2015)."""

    def __init__(self, values: Floats) -> None:
        self._values = values
        self._mean, self._square = np.zeros_like(values), np.zeros_like(values)
        self._steps = 0

    def step(self, gradient: Floats) -> None:
        """Move the values against the gradient."""
        self._steps += 1
        self._mean += np.float32(0.1) * (gradient - self._mean)
        self._square += np.float32(0.01) * (gradient**2 - self._square)
        rate = RATE * np.sqrt(1 - 0.99**self._steps) / (1 - 0.9**self._steps)
        self._values -= np.float32(rate) * self._mean / (np.sqrt(self._square) + np.float32(1e-8))


def learn(texts: Sequence[Text], factors: Floats, rarity: Floats) -> Floats:
    """Step 2: the words' vectors changed so that what belongs together lies together."""
    random = np.random.default_rng(_SEED + 1)
    adam = Adam(factors)
    mean = factors.copy()
    for turn in range(ROUNDS):
        losses: list[float] = []
        for one, other in pairs(texts, rarity, random):
            to_one, to_other, loss = contrast(one.times(factors), other.times(factors))
            gradient = np.zeros_like(factors)
            one.back(to_one, gradient)
            other.back(to_other, gradient)
            adam.step(gradient)
            mean += np.float32(1 - KEPT) * (factors - mean)
            losses.append(loss)
        print(f"round {turn + 1} of {ROUNDS}: loss {np.mean(losses):.4f}")
    return mean


def fit(papers: Sequence[tuple[list[str], list[list[str]]]]) -> tuple[list[str], Floats, Floats]:
    """The vocabulary, its shares of papers, and the words' vectors with the rarity in them."""
    words, shares = vocabulary(papers)
    numbers = {word: at for at, word in enumerate(words)}

    def numbered(text: Sequence[str]) -> list[int]:
        return [numbers[word] for word in text if word in numbers]

    texts = [Text(numbered(title), [numbered(s) for s in rest]) for title, rest in papers]
    rarity = -np.log(shares)
    whole = [text.title * 2 + text.abstract for text in texts]
    bags = Bags([text for text in whole if text], rarity)
    factors = main_directions(bags, len(words), np.random.default_rng(_SEED))
    return words, shares, learn(texts, factors, rarity) * rarity[:, None]


def save(path: Path, words: Sequence[str], shares: Floats, factors: Floats) -> None:
    """Write the model's file; its version is a checksum of what is in it."""
    scales = np.abs(factors).max(axis=1) / 127
    steps = np.rint(factors / scales[:, None]).astype(np.int8)
    content: dict[str, Any] = {
        "words": joined(words),
        "shares": shares.astype(np.float16),
        "scales": scales.astype(np.float16),
        "factors": steps,
    }
    version = FORMAT
    for value in content.values():
        version = zlib.crc32(value.tobytes(), version)
    np.savez_compressed(path, version=np.array(version & 0x7FFF_FFFF), **content)


@click.command()
@click.option("--data", type=click.Path(path_type=Path), default=_DATA, show_default=True)
@click.option("--target", type=click.Path(path_type=Path), default=_TARGET, show_default=True)
def main(data: Path, target: Path) -> None:
    """Fit the model of related papers and write it."""
    started = time.monotonic()
    words, shares, factors = fit(load(data))
    save(target, words, shares, factors)
    size = target.stat().st_size / 1e6
    print(f"{len(words):,} words, {size:.1f} MB, {time.monotonic() - started:.0f} s: {target}")


if __name__ == "__main__":
    main()
