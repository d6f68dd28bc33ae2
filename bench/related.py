"""Figures of related papers: how long a question takes over 20,000 and 200,000 papers, and how
long the index takes to make."""

import random
import time
from dataclasses import replace
from pathlib import Path

from bench.archive import FULL, made_papers, source
from bench.engines import SMALL, Built, built, opened
from bench.figures import Figure, percentile
from bot.models import Paper
from bot.store.papers import PaperStore

_ASKED = 200
_WARMING = 5
_SHOWN = 25


async def run() -> list[Figure]:
    """The figures as (what, value with unit, condition and target)."""
    small, full = await built(SMALL), await built(FULL)
    before, now = await _times(small), await _times(full)
    figures: list[Figure] = [
        (
            "Features of related papers made, papers per second",
            f"{full.papers / full.features_s:,.0f}/s",
            f"{full.papers:,} papers {source()}, in {full.features_s:.0f} s",
        )
    ]
    for name, ms in now.items():
        p50, p95 = percentile(ms, 50), percentile(ms, 95)
        growth = p95 / percentile(before[name], 95)
        condition = (
            f"median {p50:.1f} ms, longest {max(ms):.1f}; {growth:.1f} times that of {SMALL:,} "
            f"papers; {len(ms)} questions; target: at most 40"
        )
        figures.append((f"Related papers of {name}, p95", f"{p95:.1f} ms", condition))
    return figures


async def _times(archive: Built) -> dict[str, list[float]]:
    """Milliseconds for each question, with the papers read from the store and the reasons."""
    dice = random.Random(7)
    known = dice.sample([paper.id for paper in made_papers(archive.papers)], _ASKED + _WARMING)
    # Texts of another mix, under numbers of a month that the archive does not have.
    strange = [
        replace(paper, id=f"2607.{number:05}")
        for number, paper in enumerate(made_papers(_ASKED + _WARMING, seed=8), 1)
    ]
    found: dict[str, list[float]] = {}
    async with opened(Path(archive.path)) as engines:
        await engines.related.load()
        stored = await PaperStore(engines.database).latest(known)
        asked: dict[str, list[Paper]] = {
            "a paper of the archive": [stored[paper_id] for paper_id in known],
            "a paper that is not in it": strange,
        }
        for name, papers in asked.items():
            for paper in papers[:_WARMING]:
                await engines.related.related(paper, limit=_SHOWN)
            ms: list[float] = []
            for paper in papers[_WARMING:]:
                started = time.perf_counter()
                await engines.related.related(paper, limit=_SHOWN)
                ms.append(1000 * (time.perf_counter() - started))
            found[name] = ms
    return found
