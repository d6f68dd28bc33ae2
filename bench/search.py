"""Figures of the archive's search: how long each kind of query takes over 20,000 and 200,000
papers, how good it is at finding one paper again, and both beside other people's ranking."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.archive import FULL, made_papers, source
from bench.engines import SMALL, Built, ask, built, opened
from bench.figures import Figure, percentile
from bench.peers import Measured, asked_of_peers, measure_peer
from bench.queries import Kind, kinds, parsed, words_of
from bench.search_quality import DEPTH, KINDS, known_items, reciprocal_ranks

_EACH = 100
_SHOWN = 100
_WARMING = 3
_TOP = 20


@dataclass(frozen=True, slots=True)
class Times:
    """Of the queries of a kind, in milliseconds, and how many of them found something."""

    kind: Kind
    ms: Sequence[float]
    found: int

    @property
    def median(self) -> float:
        return percentile(self.ms, 50)


async def run() -> list[Figure]:
    """The figures as (what, value with unit, condition and target)."""
    small, full = await built(SMALL), await built(FULL)
    before, now = await _times(small), await _times(full)
    figures = [_made(full), *_speed(before, now)]
    figures += await _peers(small, full)
    return figures + await _quality(small)


def _made(full: Built) -> Figure:
    return (
        "Search index made, papers per second",
        f"{full.papers / full.search_s:,.0f}/s",
        (
            f"{full.papers:,} papers {source()}, with a Chinese translation of every 40th, in "
            f"{full.search_s:.0f} s (storing them: {full.stored_s:.0f} s)"
        ),
    )


async def _times(archive: Built) -> Mapping[str, Times]:
    words = await asyncio.to_thread(words_of, Path(archive.path))
    found: dict[str, Times] = {}
    async with opened(Path(archive.path)) as engines:
        for kind in kinds(words, _EACH):
            for query in kind.queries[-_WARMING:]:
                await ask(engines.search, kind.asked, query)
            took: list[float] = []
            answered = 0
            for query in kind.queries:
                started = time.perf_counter()
                answered += bool(await ask(engines.search, kind.asked, query))
                took.append(1000 * (time.perf_counter() - started))
            if took:
                found[kind.name] = Times(kind, took, answered)
    return found


def _speed(before: Mapping[str, Times], now: Mapping[str, Times]) -> list[Figure]:
    figures: list[Figure] = []
    for name, times in now.items():
        growth = times.median / max(before[name].median, 1e-3)
        told = (
            f"median {times.median:.1f} ms, {growth:.1f} times that of {SMALL:,}; "
            f"{times.found} of {len(times.ms)} queries found something"
        )
        if times.kind.worst:
            shown = f"{max(times.ms):.1f} ms"
            figures.append((f"Search, the longest: {name}", shown, f"{told}; target: at most 250"))
        else:
            shown = f"{percentile(times.ms, 95):.1f} ms"
            figures.append((f"Search, p95: {name}", shown, f"{told}; target: at most 80"))
    usual = [times for times in now.values() if not times.kind.worst]
    slowest = max(usual, key=lambda times: times.median)
    name = f"Search, the highest median of {len(usual)} kinds"
    condition = f"{FULL:,} papers; {slowest.kind.name}; target: at most 20"
    return [(name, f"{slowest.median:.1f} ms", condition), *figures]


async def _peers(small: Built, full: Built) -> list[Figure]:
    """Ranking the best 20 for a few words, by us and by others, on the same papers."""
    figures: list[Figure] = []
    for archive, peers in ((small, ("bm25s", "rank-bm25")), (full, ("bm25s",))):
        path = Path(archive.path)
        texts = await asyncio.to_thread(asked_of_peers, path)
        ours: list[float] = []
        async with opened(path) as engines:
            for text in texts:
                started = time.perf_counter()
                await engines.search.ranked(text.query, limit=_TOP)
                ours.append(1000 * (time.perf_counter() - started))
        figures += [_beside(archive, peer, ours, await measure_peer(peer, path)) for peer in peers]
    return figures


def _beside(archive: Built, peer: str, ours: Sequence[float], theirs: Measured) -> Figure:
    p50, p95 = (percentile(theirs.ms, part) for part in (50, 95))
    we50, we95 = (percentile(ours, part) for part in (50, 95))
    told = (
        f"{len(ours)} queries of 2 or 3 common words: ours {we50:.1f} ms, p95 {we95:.1f}, all "
        f"words needed; {peer} {p50:.1f} ms, p95 {p95:.1f}, any word; its index over titles, "
        f"names and abstracts made in {theirs.made_s:.0f} s, {theirs.memory_mib:,.0f} MiB of "
        f"memory; ours over all fields and on disk in {archive.search_s:.0f} s"
    )
    name = f"Best {_TOP} of {archive.papers:,} papers, our median as a share of {peer}'s"
    return (name, f"{we50 / p50:.2f}", told)


async def _quality(small: Built) -> list[Figure]:
    papers = await asyncio.to_thread(lambda: list(made_papers(SMALL)))
    items = known_items(papers)
    results: list[list[str]] = []
    async with opened(Path(small.path)) as engines:
        for item in items:
            found = await engines.search.ranked(parsed(item.text), limit=DEPTH)
            results.append([one.paper_id for one in found])
    theirs = await measure_peer("bm25s", Path(small.path), known=True)
    ours = reciprocal_ranks(items, results)
    other = reciprocal_ranks(items, theirs.found)
    told = f"{len(items)} queries over {SMALL:,} papers"
    return [
        (
            f"Finding a paper again, MRR: {kind or 'all'}",
            f"{ours[kind]:.3f}",
            f"bm25s {other[kind]:.3f}" + ("" if kind else f"; {told}"),
        )
        for kind in ("", *KINDS)
    ]
