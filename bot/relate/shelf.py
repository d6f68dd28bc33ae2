"""All papers of the archive that can be compared, kept so that the likeliest are found quickly."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from bot.relate.model import IDS, TITLE_END
from bot.relate.scoring import Encoded
from bot.relate.segment import MOST, Row, Segment

# Large enough to be quick, small enough that building one takes less than a tenth of a second.
_FULL = 25_000
_DEAD = 0.25
# What a question is narrowed to: its weightiest words hardly leave out any relative.
_ASKED = 24
_BY_WORDS, _BY_DIRECTION = 150, 80


@dataclass(frozen=True, slots=True)
class Candidates:
    """Papers that may be alike: ids, and the papers in the same order."""

    ids: tuple[str, ...]
    papers: tuple[Encoded, ...]


class Shelf:
    """The papers in full segments, and those that came last. Not safe for several threads."""

    def __init__(self, dimensions: int, *, full: int = _FULL) -> None:
        self._dimensions = dimensions
        self._full = min(full, MOST)
        self._segments: list[Segment] = []
        # The papers that came last, by id, in the order of their sequence numbers.
        self._fresh: dict[str, Row] = {}
        self._tail: Segment | None = None
        self._seqs: dict[str, int] = {}
        self._having: NDArray[np.int64] | None = None
        self.last = 0

    def __len__(self) -> int:
        return len(self._seqs)

    def __contains__(self, paper_id: object) -> bool:
        return paper_id in self._seqs

    def add(self, rows: Sequence[Row]) -> None:
        """Take in rows with sequence numbers above `last`, ascending, no paper twice; others are
        known already.

        A row replaces the one that its paper had.
        """
        new = [row for row in rows if row[0] > self.last]
        while new:
            room = self._full - len(self._fresh)
            some, new = new[:room], new[room:]
            ids = [row[1] for row in some]
            for paper_id in self._seqs.keys() & ids:
                self._drop(paper_id)
            self._fresh.update(zip(ids, some, strict=True))
            self._seqs.update((row[1], row[0]) for row in some)
            self.last = some[-1][0]
            self._changed()
            if len(self._fresh) >= self._full:
                self._segments.append(self._last_ones())
                self._fresh = {}
                self._changed()

    def remove(self, paper_ids: Iterable[str]) -> None:
        """Forget papers; unknown ones do not matter."""
        for paper_id in paper_ids:
            self._drop(paper_id)

    def settle(self) -> None:
        """Do now what the next question would have to wait for."""
        for at, segment in enumerate(self._segments):
            if len(segment) - int(segment.alive.sum()) > _DEAD * len(segment):
                self._segments[at] = Segment(segment.living(), self._dimensions)
                self._having = None
        self._segments = [segment for segment in self._segments if len(segment)]
        self._last_ones()
        self.having()

    def having(self) -> NDArray[np.int64]:
        """By number of a word: how many papers have it (some of them dead)."""
        if self._having is None:
            self._having = np.zeros(IDS, np.int64)
            for segment in self._all():
                self._having += segment.having()
        return self._having

    def find(self, paper_id: str) -> Encoded | None:
        """A paper as it is compared; None if it is not here."""
        seq = self._seqs.get(paper_id)
        if seq is None:
            return None
        if paper_id in self._fresh:
            segment = self._last_ones()
        else:
            begins = [int(segment.seqs[0]) for segment in self._segments]
            segment = self._segments[bisect_right(begins, seq) - 1]
        return segment.encoded(segment.place(seq))

    def candidates(
        self, query: Encoded, weights: NDArray[np.float32], *, without: Collection[str] = ()
    ) -> Candidates:
        """The papers that share the weightiest words with `query`, and those that lie in its
        direction: some hundreds, among them nearly all that are much like it."""
        segments = self._all()
        asked = _asked(query.tokens, weights)
        lexical = [segment.lexical(asked) for segment in segments]
        near = [segment.nearness(query.latent) for segment in segments]
        for segment, sums, products in zip(segments, lexical, near, strict=True):
            sums[~segment.alive] = 0
            products[~segment.alive] = 0
        places: list[int] = np.union1d(
            _best(lexical, _BY_WORDS), _best(near, _BY_DIRECTION)
        ).tolist()
        ids: list[str] = []
        papers: list[Encoded] = []
        begins = [0, *accumulate(map(len, segments))]
        for at in places:
            part = bisect_right(begins, at) - 1
            segment, place = segments[part], at - begins[part]
            if segment.ids[place] not in without:
                ids.append(segment.ids[place])
                papers.append(segment.encoded(place))
        return Candidates(tuple(ids), tuple(papers))

    def _all(self) -> list[Segment]:
        return [*self._segments, self._last_ones()] if self._fresh else self._segments

    def _last_ones(self) -> Segment:
        if self._tail is None:
            self._tail = Segment(list(self._fresh.values()), self._dimensions)
        return self._tail

    def _drop(self, paper_id: str) -> None:
        seq = self._seqs.pop(paper_id, None)
        if seq is None:
            return
        if self._fresh.pop(paper_id, None) is not None:
            self._changed()
            return
        begins = [int(segment.seqs[0]) for segment in self._segments]
        segment = self._segments[bisect_right(begins, seq) - 1]
        segment.alive[segment.place(seq)] = False

    def _changed(self) -> None:
        self._tail = None
        self._having = None


def _asked(tokens: NDArray[np.uint16], weights: NDArray[np.float32]) -> Sequence[tuple[int, float]]:
    """The weightiest words of a paper, with their weights."""
    words, counts = np.unique(tokens[tokens != TITLE_END], return_counts=True)
    amounts = weights[words] * (1 + np.log(counts))
    best = np.argsort(-amounts, kind="stable")[:_ASKED]
    return list(zip(words[best].tolist(), amounts[best].tolist(), strict=True))


def _best(parts: Sequence[NDArray[np.float32]], count: int) -> NDArray[np.int64]:
    """The places of the highest values above zero."""
    values = np.concatenate([*parts, np.zeros(0, np.float32)])
    # Without the many zeros: equal values make the choice slow.
    places = np.flatnonzero(values > 0)
    if len(places) > count:
        places = places[np.argpartition(values[places], len(places) - count)[-count:]]
    return places
