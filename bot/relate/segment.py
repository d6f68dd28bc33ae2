"""A part of the archive as arrays: which papers have which word, and the papers' directions.

Nothing in it is an object per word or per place, so that hundreds of thousands of papers are
small, quick to build, and nothing for the garbage collector to walk through.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.relate.model import IDS, TITLE_END, TITLE_WEIGHT
from bot.relate.scoring import Encoded

MOST = 65_535
"""How many papers a segment can hold: their places are 16-bit numbers."""

Row = tuple[int, str, bytes, bytes]
"""A paper as it is kept: sequence number, id, tokens, latent direction."""

# Only for finding candidates, so roughly: BM25 with these, in steps of a byte.
_SATURATION = 1.5
_USUAL_LENGTH = 110.0
_LENGTH = 0.6
_STEPS = 255
# A block of latent directions becomes floats in a buffer that stays in the processor's cache.
_BLOCK = 2048


class Segment:
    """Papers in the order of their sequence numbers. Only `alive` changes after it is made."""

    def __init__(self, rows: Sequence[Row], dimensions: int) -> None:
        """`rows` ascend by sequence number; at most `MOST`."""
        seqs, self.ids, tokens, latents = tuple(zip(*rows, strict=True)) or ((), (), (), ())
        self.seqs = np.array(seqs, np.int64)
        self.alive = np.ones(len(rows), np.bool_)
        lengths = np.fromiter(map(len, tokens), np.int64, len(rows)) // 2
        self._ends = np.cumsum(lengths)
        self._tokens = np.frombuffer(b"".join(tokens), "<u2").astype(np.uint16, copy=False)
        self._latents = np.frombuffer(b"".join(latents), np.int8).reshape(len(rows), dimensions)
        self._owners, self._impacts, self._firsts = _inverted(self._tokens, lengths)

    def __len__(self) -> int:
        return len(self.ids)

    def living(self) -> list[Row]:
        """Its papers that were not replaced or removed, as rows."""
        return [self._row(place) for place in np.flatnonzero(self.alive).tolist()]

    def place(self, seq: int) -> int:
        """Where the paper with a sequence number is that is known to be here."""
        return int(np.searchsorted(self.seqs, seq))

    def encoded(self, place: int) -> Encoded:
        """The paper at a place, as it is compared; the direction in bytes."""
        return Encoded(self._slice(place), self._latents[place].astype(np.float32))

    def having(self) -> NDArray[np.int64]:
        """By number of a word: how many of the papers have it, the dead ones counted."""
        return np.diff(self._firsts.astype(np.int64))

    def lexical(self, asked: Sequence[tuple[int, float]]) -> NDArray[np.float32]:
        """By place: the sum over the asked words (number, weight) of how much it counts there."""
        sums = np.zeros(len(self), np.float32)
        for word, weight in asked:
            part = slice(self._firsts[word], self._firsts[word + 1])
            # A word has each paper once, so that none is lost by adding in this way.
            sums[self._owners[part]] += np.float32(weight / _STEPS) * self._impacts[part]
        return sums

    def nearness(self, latent: NDArray[np.float32]) -> NDArray[np.float32]:
        """By place: the product of the latent directions, some 127 for the same one."""
        products = np.empty(len(self), np.float32)
        block = np.empty((_BLOCK, self._latents.shape[1]), np.float32)
        for start in range(0, len(self), _BLOCK):
            end = min(start + _BLOCK, len(self))
            floats = block[: end - start]
            np.copyto(floats, self._latents[start:end])
            np.dot(floats, latent, out=products[start:end])
        return products

    def _slice(self, place: int) -> NDArray[np.uint16]:
        start = self._ends[place - 1] if place else 0
        return self._tokens[start : self._ends[place]]

    def _row(self, place: int) -> Row:
        tokens = self._slice(place).astype("<u2").tobytes()
        latent = self._latents[place].tobytes()
        return int(self.seqs[place]), self.ids[place], tokens, latent


def _inverted(
    tokens: NDArray[np.uint16], lengths: NDArray[np.int64]
) -> tuple[NDArray[np.uint16], NDArray[np.uint8], NDArray[np.uint32]]:
    """The papers that have each word, one word after the other; how much it counts in each; and
    where each word's papers begin."""
    owners = np.repeat(np.arange(len(lengths), dtype=np.uint16), lengths)
    again = np.repeat(_titles(tokens, lengths), TITLE_WEIGHT - 1)
    # Word and paper as one number: sorting numbers is far quicker than sorting places by them.
    keys = np.left_shift(np.concatenate([tokens, tokens[again]]), 16, dtype=np.uint32)
    keys |= np.concatenate([owners, owners[again]])
    keys.sort()
    changes = np.ones(len(keys), np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=changes[1:])
    firsts = np.flatnonzero(changes)
    counts = np.empty(len(firsts), np.float32)
    np.subtract(firsts[1:], firsts[:-1], out=counts[:-1], casting="same_kind")
    counts[-1:] = len(keys) - firsts[-1:]
    keys = keys[firsts]
    owners = keys.astype(np.uint16)  # the lower half
    longer = 1 - _LENGTH + _LENGTH * lengths.astype(np.float32) / _USUAL_LENGTH
    impacts = counts + (_SATURATION * longer)[owners]
    np.divide(counts, impacts, out=impacts)
    impacts *= _STEPS
    np.maximum(impacts, 1, out=impacts)
    # Numbers of the same type: searching others would convert all of them first.
    begins = np.searchsorted(keys, np.arange(IDS, dtype=np.uint32) << np.uint32(16))
    return owners, impacts.astype(np.uint8), np.append(begins, len(keys)).astype(np.uint32)


def _titles(tokens: NDArray[np.uint16], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """The places of the titles' words."""
    starts = np.cumsum(lengths) - lengths
    marks = np.append(np.flatnonzero(tokens == TITLE_END), len(tokens))
    ends = marks[np.searchsorted(marks, starts)]
    titles = np.where(ends < starts + lengths, ends - starts, 0)  # none without a mark
    # From where each title begins, counting on through all titles.
    begins: NDArray[np.int64] = np.repeat(starts - np.cumsum(titles) + titles, titles)
    return begins + np.arange(len(begins))
