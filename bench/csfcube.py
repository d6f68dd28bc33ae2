"""Figures of related papers on CSFCube (Mysore et al. 2021): people's judgements, from 0 to 3, of
how like candidates are to a paper in one of three facets; 24 query-facets in its dev part.

The whole abstract is asked with, and the judged candidates are ordered by what the product runs:
numbers of words, directions of a byte a coordinate, rarities counted in the whole collection.
Nothing is learned from CSFCube.
"""

import ast
import asyncio
import gzip
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.figures import Figure
from bench.peers import bm25s_scores
from bot.relate.model import IDS, SimilarityModel, as_bytes, counted
from bot.relate.scoring import Encoded, Pool, rank

_DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "csfcube"
_RELEVANT = 2
_CUT = 0.2
_WORD = re.compile(r"[a-z0-9]+")

Order = Callable[[str, Sequence[str]], "NDArray[np.floating]"]
"""Scores of the candidates for a query, higher for the more alike."""


@dataclass(frozen=True, slots=True)
class Collection:
    """Titles and abstracts by id; for each query-facet its candidates' judgements."""

    papers: Mapping[str, tuple[str, str]]
    judged: Mapping[tuple[str, str], Mapping[str, int]]


def load(folder: Path = _DATA) -> Collection:
    """The collection as it is kept in `folder`."""
    papers: dict[str, tuple[str, str]] = {}
    with gzip.open(folder / "abstracts.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            entry: dict[str, Any] = json.loads(line)
            told: str | list[str] = entry["abstract"]
            if isinstance(told, str):
                told = ast.literal_eval(told) if told.startswith("[") else [told]
            papers[entry["paper_id"]] = (entry["title"] or "", " ".join(told))
    judged: dict[tuple[str, str], dict[str, int]] = {}
    for line in (folder / "judgements-dev.jsonl").read_text("utf-8").splitlines():
        entry = json.loads(line)
        judged.setdefault((entry["query"], entry["facet"]), {})[entry["cand"]] = entry["relevance"]
    return Collection(papers, judged)


def average_precision(judgements: Sequence[int]) -> float:
    """Of candidates in their order; 2 and 3 count as relevant."""
    found = 0
    total = 0.0
    for place, judgement in enumerate(judgements, start=1):
        if judgement >= _RELEVANT:
            found += 1
            total += found / place
    return total / found if found else 0.0


def gain(judgements: Sequence[int]) -> float:
    """NDCG of candidates in their order, cut at a fifth of them."""
    cut = int(_CUT * len(judgements))
    best = _discounted(sorted(judgements, reverse=True)[:cut])
    return _discounted(judgements[:cut]) / best if best else 0.0


def _discounted(judgements: Sequence[int]) -> float:
    return sum(value / max(1.0, np.log2(place)) for place, value in enumerate(judgements, start=1))


def evaluate(collection: Collection, order: Order) -> NDArray[np.float64]:
    """For each query-facet, sorted: average precision and NDCG%20, times 100."""
    rows: list[tuple[float, float]] = []
    for (query, _), judged in sorted(collection.judged.items()):
        candidates = sorted(judged)
        scores = order(query, candidates)
        places = np.argsort(-scores, kind="stable")
        judgements = [judged[candidates[place]] for place in places]
        rows.append((100 * average_precision(judgements), 100 * gain(judgements)))
    return np.array(rows)


def shipped(collection: Collection, model: SimilarityModel) -> Order:
    """The product's order."""
    encoded = {paper: model.encode(*text) for paper, text in collection.papers.items()}
    latents = {paper: as_bytes(model.latent_of(tokens)) for paper, tokens in encoded.items()}
    having = np.zeros(IDS, np.int64)
    for tokens in encoded.values():
        having[counted(tokens)[0]] += 1
    weights = model.rarities(having, len(encoded))

    def order(query: str, candidates: Sequence[str]) -> NDArray[np.floating]:
        pool = Pool(
            [encoded[one] for one in candidates], np.stack([latents[c] for c in candidates])
        )
        # Who asks is encoded at once, so its direction is not rounded to bytes.
        asked = Encoded(encoded[query], model.latent_of(encoded[query]))
        return rank(asked, pool, weights).scores

    return order


def plain(collection: Collection) -> tuple[Order, Order]:
    """Plain BM25 (k1 1.5, b 0.75) and TF-IDF over the lower-case words of title and abstract."""
    bags = {
        paper: Counter(_WORD.findall(f"{title} {abstract}".lower()))
        for paper, (title, abstract) in collection.papers.items()
    }
    having = Counter(word for bag in bags.values() for word in bag)
    papers = len(bags)
    usual = sum(bag.total() for bag in bags.values()) / papers

    def bm25(query: str, candidate: str) -> float:
        asked, bag = bags[query], bags[candidate]
        length = 1.5 * (0.25 + 0.75 * bag.total() / usual)
        return sum(
            times
            * log(1 + (papers - having[word] + 0.5) / (having[word] + 0.5))
            * 2.5
            * bag[word]
            / (bag[word] + length)
            for word, times in asked.items()
            if word in bag
        )

    def tfidf(query: str, candidate: str) -> float:
        def weight(paper: str, word: str) -> float:
            return (1 + log(bags[paper][word])) * log(papers / having[word])

        def norm(paper: str) -> float:
            return sum(weight(paper, word) ** 2 for word in bags[paper]) ** 0.5

        shared = bags[query].keys() & bags[candidate].keys()
        dot = sum(weight(query, word) * weight(candidate, word) for word in sorted(shared))
        return dot / (norm(query) * norm(candidate) or 1.0)

    def over(score: Callable[[str, str], float]) -> Order:
        return lambda query, candidates: np.array([score(query, one) for one in candidates])

    return over(bm25), over(tfidf)


def by_bm25s(collection: Collection) -> Order:
    """The order of the package bm25s with its own defaults, over whole titles and abstracts."""
    texts = {paper: f"{title} {text}" for paper, (title, text) in collection.papers.items()}
    queries = sorted({query for query, _ in collection.judged})
    scores = bm25s_scores(list(texts.values()), [texts[query] for query in queries])
    found = dict(zip(queries, scores, strict=True))
    places = {paper: at for at, paper in enumerate(texts)}
    return lambda query, candidates: found[query][[places[one] for one in candidates]]


def _figures(name: str, rows: NDArray[np.float64], told: str, targets: bool) -> list[Figure]:
    halves = [rows[at::2].mean(0) for at in (0, 1)]
    found: list[Figure] = []
    for column, (measure, target) in enumerate((("MAP", "43"), ("NDCG%20", "58"))):
        parts = " and ".join(f"{half[column]:.1f}" for half in halves)
        condition = f"{told}; by halves of the query-facets {parts}"
        if targets:
            condition += f"; target: at least {target}"
        found.append((f"{name}, {measure}", f"{rows[:, column].mean():.1f}", condition))
    return found


def _measure() -> list[Figure]:
    if not (_DATA / "judgements-dev.jsonl").is_file():
        return [("Related papers", "skipped", "../shared/data/csfcube is not here")]
    collection = load()
    told = f"CSFCube dev, {len(collection.judged)} query-facets, whole abstracts"
    bm25, tfidf = plain(collection)
    order = shipped(collection, SimilarityModel())
    peer = by_bm25s(collection)
    return [
        *_figures("Related papers", evaluate(collection, order), told, True),
        *_figures("Plain BM25", evaluate(collection, bm25), told, False),
        *_figures("Plain TF-IDF", evaluate(collection, tfidf), told, False),
        *_figures("bm25s", evaluate(collection, peer), told, False),
    ]


async def run() -> list[Figure]:
    """The figures as (what, value with unit, condition and target)."""
    return await asyncio.to_thread(_measure)
