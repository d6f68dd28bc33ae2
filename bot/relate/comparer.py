"""Comparing papers: the model, the papers of the archive, and the ranking, on one thread.

What is slow to load (numpy, the model) is loaded with this module and by its first use.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import structlog
from numpy.typing import NDArray

from bot.models import Paper, RelatedPaper
from bot.relate.model import SimilarityModel, as_bytes
from bot.relate.people import Authors
from bot.relate.reasons import Terms, keys_of, readable
from bot.relate.resources import Named
from bot.relate.scoring import Encoded, Pool, likeness, rank
from bot.relate.segment import Row
from bot.relate.shelf import Shelf

log = structlog.get_logger(__name__)

# What is less alike has some words in common, not a subject.
_LEAST = 0.1


@cache
def shipped_model() -> SimilarityModel:
    """The model, read once however many compare by it."""
    return SimilarityModel()


@dataclass(frozen=True, slots=True)
class Alike:
    """A paper of the archive that is like another, and how like it: 0 to 1 (the same text)."""

    paper_id: str
    likeness: float


class Comparer:
    """Encodes papers, keeps those of the archive, finds what is alike. Not safe for several
    threads at once; CPU work, a millisecond to encode a paper, some 20 to find what is alike."""

    def __init__(self, model: SimilarityModel | None = None) -> None:
        self.model = model or shipped_model()
        self.shelf = Shelf(self.model.dimensions)
        self._weights: tuple[NDArray[np.int64], NDArray[np.float32]] | None = None

    def features(self, title: str, abstract: str) -> tuple[bytes, bytes] | None:
        """A text as the store keeps it; None if it has no word to compare by."""
        try:
            encoded = self._encoded(title, abstract)
        except Exception:  # one odd text must not keep all others waiting
            log.exception("features_failed", title=title[:200])
            return None
        if len(encoded.tokens) < 2:
            return None
        return encoded.tokens.astype("<u2").tobytes(), as_bytes(encoded.latent).tobytes()

    def add(self, rows: Sequence[tuple[int, str, int, bytes, bytes]]) -> list[str]:
        """Take in rows of the store, ascending; returns the papers that must be encoded anew:
        by another model, or damaged."""
        version, size = self.model.version, self.model.dimensions
        good: list[Row] = [
            (seq, paper_id, tokens, latent)
            for seq, paper_id, model, tokens, latent in rows
            if model == version and len(latent) == size and len(tokens) % 2 == 0 < len(tokens)
        ]
        unusable: list[str] = []
        if len(good) < len(rows):
            usable = {row[0] for row in good}
            for seq, paper_id, model, tokens, _ in rows:
                if seq in usable:
                    continue
                unusable.append(paper_id)
                if model == version:
                    log.warning("features_damaged", paper=paper_id, tokens=len(tokens))
        self.shelf.add(good)
        self.shelf.last = max(self.shelf.last, rows[-1][0]) if rows else self.shelf.last
        return unusable

    def alike(self, paper: Paper, limit: int) -> list[Alike]:
        """The papers most like one, best first, without itself; it need not be on the shelf."""
        query = self._encoded(paper.title, paper.abstract)
        if len(query.tokens) < 2:
            return []
        found = self.shelf.candidates(query, self.weights(), without=(paper.id,))
        return [
            one for one in self._ranked(query, found.ids, found.papers) if one.likeness >= _LEAST
        ][:limit]

    def ranked(self, paper: Paper, others: Sequence[Paper]) -> list[Alike]:
        """These others, the most alike first, however little they are."""
        query = self._encoded(paper.title, paper.abstract)
        return self._ranked(query, [other.id for other in others], self._given(others))

    def likenesses(self, paper: Paper, others: Sequence[Paper]) -> list[float]:
        """How like the paper each of the others is by itself, in their order."""
        if not others:
            return []
        query = self._encoded(paper.title, paper.abstract)
        return likeness(query, _pool(self._given(others)), self.weights()).tolist()

    def explained(self, paper: Paper, found: Sequence[tuple[Paper, float]]) -> list[RelatedPaper]:
        """The papers found, with their likeness (0 to 1), and why they are like the paper."""
        weights = self.weights()
        terms = Terms(paper, lambda term: float(weights[self.model.id_of(term)]))
        named, people = Named(paper, readable(paper)), Authors(paper)
        explained: list[RelatedPaper] = []
        for other, alike in found:
            text = readable(other)
            reasons = terms.shared(keys_of(text)), people.shared(other), named.shared(other, text)
            explained.append(RelatedPaper(other, round(100 * alike), *reasons))
        return explained

    def weights(self) -> NDArray[np.float32]:
        """By number of a word: what having it tells, in this archive."""
        having = self.shelf.having()
        if self._weights is None or self._weights[0] is not having:
            self._weights = having, self.model.rarities(having, len(self.shelf))
        return self._weights[1]

    def _encoded(self, title: str, abstract: str) -> Encoded:
        tokens = self.model.encode(title, abstract)
        return Encoded(tokens, self.model.latent_of(tokens))

    def _given(self, papers: Sequence[Paper]) -> list[Encoded]:
        return [
            self.shelf.find(paper.id) or self._encoded(paper.title, paper.abstract)
            for paper in papers
        ]

    def _ranked(self, query: Encoded, ids: Sequence[str], papers: Sequence[Encoded]) -> list[Alike]:
        if not papers:
            return []
        ranking = rank(query, _pool(papers), self.weights())
        order: list[int] = np.argsort(-ranking.scores, kind="stable").tolist()
        return [Alike(ids[at], float(ranking.likeness[at])) for at in order]


def _pool(papers: Sequence[Encoded]) -> Pool:
    latents = np.array([paper.latent for paper in papers], np.float32)
    return Pool([paper.tokens for paper in papers], latents)
