"""Related papers by the words that they share and by an embedding model, together.

The index finds the nearest papers by their words, and the model says how near each of these is.
The cosines of their vectors are brought to the scale of the scores (the same mean and the same
spread over the papers found), and half of each makes the new score. So the order is by the sum of
both, and a score means what it meant before.
"""

import asyncio
import math
import operator
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from statistics import fmean, pstdev

import structlog

from bot.errors import BudgetSpent, SourceError
from bot.flights import SingleFlight
from bot.models import Paper, Purpose, RelatedPaper
from bot.protocols import Clock, Embedder, SimilarityIndex
from bot.store.embeddings import EmbeddingStore, Key
from bot.text.latex import to_unicode

log = structlog.get_logger(__name__)

NEAREST = 100
"""So many of the papers that are near by their words the model compares."""

# What is embedded is kept piece by piece, the nearest papers first.
_PIECE = 32
# Who waits longer gets the scores by words alone; the vectors are there the next time.
_PATIENCE_S = 3.0
_AT_ONCE = 4
# Fewer tell nothing about the scale of the cosines.
_FEWEST = 5

Vector = tuple[float, ...]


class EmbeddedSimilarity:
    """Implements SimilarityIndex over another index, whose answer stands where there is no vector.

    Vectors are made when somebody asks, once for each paper version and model, and kept. An
    endpoint that fails, a budget that is spent: then the other index's answer stands alone.
    """

    def __init__(
        self, index: SimilarityIndex, embedder: Embedder, store: EmbeddingStore, clock: Clock
    ) -> None:
        self._index = index
        self._embedder = embedder
        self._store = store
        self._clock = clock
        self._embedding: SingleFlight[str, None] = SingleFlight(embedder.name, most=_AT_ONCE)

    async def aclose(self) -> None:
        """Stop embedding."""
        await self._embedding.aclose()

    async def related(self, paper: Paper, *, limit: int) -> list[RelatedPaper]:
        """The most similar papers, best first, without the paper itself or its versions."""
        near = await self._index.related(paper, limit=max(limit, NEAREST))
        vectors = await self._vectors(paper, [one.paper for one in near], "near")
        scored = await asyncio.to_thread(_combined, paper, near, near, vectors)
        return sorted(scored, key=lambda one: -one.score)[:limit]

    async def compared(self, paper: Paper, others: Sequence[Paper]) -> list[RelatedPaper]:
        """How like the paper each of the others is, and why, in their order."""
        told = await self._index.compared(paper, others)
        near = await self._index.related(paper, limit=NEAREST)
        vectors = await self._vectors(paper, [one.paper for one in near], "near")
        vectors |= await self._vectors(paper, others, "compared")
        return await asyncio.to_thread(_combined, paper, told, near, vectors)

    async def _vectors(self, paper: Paper, others: Sequence[Paper], what: str) -> dict[Key, Vector]:
        """The vectors of all these, as far as they are there or come soon.

        Who asks for the same papers of a paper (`what`) at the same time waits for one answer.
        """
        wanted = {_key(one): one for one in (paper, *others)}
        found = await self._store.get(self._embedder.name, list(wanted))
        missing = {key: one for key, one in wanted.items() if key not in found}
        if missing:
            try:
                async with asyncio.timeout(_PATIENCE_S):
                    await self._embedding.do(
                        f"{paper.versioned_id} {what}", lambda: self._embed(list(missing.values()))
                    )
            except (SourceError, BudgetSpent, TimeoutError) as error:
                about = {"paper": paper.versioned_id, "missing": len(missing)}
                log.warning("embeddings_missing", **about, error=repr(error))
            found |= await self._store.get(self._embedder.name, list(missing))
        return await asyncio.to_thread(_read, found)

    async def _embed(self, papers: Sequence[Paper]) -> None:
        for start in range(0, len(papers), _PIECE):
            piece = papers[start : start + _PIECE]
            texts = await asyncio.to_thread(_texts, piece)
            vectors = await self._embedder.embed(texts, Purpose.READER)
            packed = {_key(paper): _pack(one) for paper, one in zip(piece, vectors, strict=True)}
            await self._store.put(self._embedder.name, packed, self._clock.now())


def _combined(
    paper: Paper,
    told: Sequence[RelatedPaper],
    near: Sequence[RelatedPaper],
    vectors: Mapping[Key, Vector],
) -> list[RelatedPaper]:
    """These with the scores by both, where there are vectors; `near` gives the scale."""
    own = vectors.get(_key(paper))
    if own is None:
        return list(told)
    cosines = {
        key: sum(map(operator.mul, own, vector))
        for key, vector in vectors.items()
        if len(vector) == len(own)  # another length: another model by the same name
    }
    scale = [(one.score, cosines[_key(one.paper)]) for one in near if _key(one.paper) in cosines]
    if len(scale) < _FEWEST:
        return list(told)
    scores, nearness = [score for score, _ in scale], [cosine for _, cosine in scale]
    spread = pstdev(nearness)
    if spread < 1e-6:
        return list(told)
    factor, middle, usual = pstdev(scores) / spread, fmean(nearness), fmean(scores)

    def both(one: RelatedPaper) -> RelatedPaper:
        cosine = cosines.get(_key(one.paper))
        if cosine is None:
            return one
        meant = usual + factor * (cosine - middle)
        return replace(one, score=round(min(100, max(0, (one.score + meant) / 2))))

    return [both(one) for one in told]


def _key(paper: Paper) -> Key:
    return paper.id, paper.version


def _texts(papers: Sequence[Paper]) -> list[str]:
    return [to_unicode(f"{one.title}\n{one.abstract}").strip() or one.id for one in papers]


def _pack(vector: Sequence[float]) -> bytes:
    """A vector as the store keeps it: of unit length, in little-endian 16-bit floats."""
    length = math.hypot(*vector)
    return struct.pack(f"<{len(vector)}e", *(value / length for value in vector))


def _read(packed: Mapping[Key, bytes]) -> dict[Key, Vector]:
    return dict(_unpacked(packed))


def _unpacked(packed: Mapping[Key, bytes]) -> Iterator[tuple[Key, Vector]]:
    for key, values in packed.items():
        if len(values) % 2 == 0:
            yield key, struct.unpack(f"<{len(values) // 2}e", values)
