"""What was learned from a large collection of abstracts: which words are rare, and which mean
something similar. Pure, CPU work.

`bench/fit_similarity.py` writes the file; `docs/quality.md` says how, and what it brings. A paper
is kept as two things: the numbers of its words in their order, and one direction in a space in
which papers about the same things lie close together.
"""

import zlib
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.relate.words import terms

_FILE = Path(__file__).with_name("model.npz")

IDS = 65_536
"""How many numbers there are for words: those of an uint16."""
TITLE_END = 0
"""The number between title and abstract; no word has it."""
TITLE_WEIGHT = 2
"""A word in the title counts as so many in the abstract."""

# An archive's own counts tell more than the model's, which stand for so many papers of it.
_PRIOR = 1000


class SimilarityModel:
    """Words as numbers, their rarity, and the latent directions of papers.

    Safe for several threads: nothing changes after the file is read, which happens at first use
    and takes some 50 ms.
    """

    def __init__(self, path: Path = _FILE) -> None:
        self._path = path

    @cached_property
    def _content(self) -> dict[str, NDArray[np.generic]]:
        with np.load(self._path, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}

    @cached_property
    def version(self) -> int:
        """Changes with everything in the file; stored numbers and directions of another version
        are useless."""
        return int(self._content["version"])

    @cached_property
    def vocabulary(self) -> dict[str, int]:
        """The numbers of the known words, from 1 on."""
        packed: bytes = self._content["words"].tobytes()
        return {word: at for at, word in enumerate(packed.decode().split("\n"), start=1)}

    @cached_property
    def shares(self) -> NDArray[np.float32]:
        """By number: the share of papers that have the word, in the collection learned from."""
        shares = np.zeros(IDS, np.float32)
        known: NDArray[np.float32] = self._content["shares"].astype(np.float32)
        shares[1 : len(known) + 1] = known
        return shares

    @cached_property
    def weights(self) -> NDArray[np.float32]:
        """`rarities` of an archive that is not known: as in the collection learned from."""
        return self.rarities(np.zeros(IDS, np.int64), 0)

    @cached_property
    def _factors(self) -> NDArray[np.float32]:
        """By number: the word's part in a paper's direction; zero for words not in the model."""
        steps: NDArray[np.float32] = self._content["factors"].astype(np.float32)
        scales: NDArray[np.float32] = self._content["scales"].astype(np.float32)
        factors = np.zeros((len(steps) + 1, steps.shape[1]), np.float32)
        factors[1:] = steps * scales[:, None]
        return factors

    @property
    def dimensions(self) -> int:
        """The length of a latent direction."""
        return self._factors.shape[1]

    def id_of(self, term: str) -> int:
        """The number of a word as `terms` gives it; unknown ones share the numbers above those
        of the vocabulary, by a hash."""
        known = self.vocabulary.get(term)
        if known is not None:
            return known
        first = len(self.vocabulary) + 1
        return first + zlib.crc32(term.encode()) % (IDS - first)

    def encode(self, title: str, abstract: str) -> NDArray[np.uint16]:
        """The numbers of the title's words, `TITLE_END`, and those of the abstract's, in order."""
        ids = [self.id_of(term) for term in terms(title)]
        ids.append(TITLE_END)
        ids += [self.id_of(term) for term in terms(abstract)]
        return np.array(ids, np.uint16)

    def latent_of(self, tokens: NDArray[np.uint16]) -> NDArray[np.float32]:
        """The direction of an encoded paper, of length one; zeros if it has no known word."""
        ids, counts = counted(tokens)
        known = ids < len(self._factors)
        amounts = 1 + np.log(counts[known])
        latent: NDArray[np.float32] = amounts.astype(np.float32) @ self._factors[ids[known]]
        length = float(np.linalg.norm(latent))
        return latent / length if length > 0 else latent

    def rarities(self, having: NDArray[np.integer], papers: int) -> NDArray[np.float32]:
        """By number: what it tells about a paper to have the word, from 0 (nothing).

        `having` are the numbers of papers in the archive that have each word, out of `papers`.
        """
        total = papers + _PRIOR
        expected = having + _PRIOR * self.shares.astype(np.float64)
        weights = np.log1p((total - expected + 0.5) / (expected + 0.5)).astype(np.float32)
        weights[TITLE_END] = 0
        return weights


def counted(
    tokens: NDArray[np.uint16],
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The different numbers of an encoded paper, ascending, and how often each occurs, in the
    title `TITLE_WEIGHT`-fold."""
    ends = np.flatnonzero(tokens == TITLE_END)
    end = int(ends[0]) if len(ends) else 0
    amounts = np.ones(len(tokens))
    amounts[:end] = TITLE_WEIGHT
    ids, places = np.unique(tokens, return_inverse=True)
    counts = np.bincount(places, amounts, len(ids)).astype(np.float64)
    real = ids != TITLE_END
    return ids[real].astype(np.int64), counts[real]


def as_bytes(latents: NDArray[np.float32]) -> NDArray[np.int8]:
    """Latent directions with a byte for each coordinate, as they are kept."""
    return np.rint(latents * 127).astype(np.int8)


def joined(texts: Iterable[str]) -> NDArray[np.uint8]:
    """Words as the model's file keeps them; none has a line break."""
    return np.frombuffer("\n".join(texts).encode(), np.uint8)
