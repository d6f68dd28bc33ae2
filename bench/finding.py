"""Figures of both indexes together, over 200,000 papers: the start with them, memory, disk, and a
day's papers added while somebody searches."""

import asyncio
import json
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from bench.adding import DAY
from bench.archive import FULL, source
from bench.engines import SMALL, Built, built
from bench.figures import Figure, Stall, percentile, spread, stall_figure
from bench.witness import Witness

_STARTS = 3
_PARTS = {
    "papers": ("papers", "sqlite_autoindex_papers", "ix_papers"),
    "search": ("search_", "sqlite_autoindex_search"),
    "related papers": ("features", "sqlite_autoindex_features"),
    "queue": ("index_queue", "sqlite_autoindex_index_queue"),
}


async def run() -> list[Figure]:
    """The figures as (what, value with unit, condition and target)."""
    small, full = await built(SMALL), await built(FULL)
    figures = await _added(small, full)
    figures += await _started(small, full)
    return [*figures, *_disk(small, full)]


async def _added(small: Built, full: Built) -> list[Figure]:
    """A day's papers added to copies of the archives, each in a process of its own."""
    (before, _), (now, stalls) = await _child("adding", small), await _child("adding", full)
    seconds, earlier = (float(one["search_s"] + one["features_s"]) for one in (now, before))
    waits: list[float] = now["waits_ms"]
    return [
        (
            f"Adding {DAY} papers to both indexes of {FULL:,}",
            f"{seconds:.2f} s",
            (
                f"search {now['search_s']:.2f} s, related {now['features_s']:.2f} s, storing "
                f"before that {now['stored_s']:.2f} s; {seconds / earlier:.1f} times that of "
                f"{SMALL:,}; somebody "
                "searches all the time; target: at most 2"
            ),
        ),
        (
            "The same: longest search meanwhile",
            f"{max(waits):.0f} ms",
            (
                f"{len(waits)} searches, median {percentile(waits, 50):.1f} ms, "
                f"p95 {percentile(waits, 95):.1f}; target: at most 250"
            ),
        ),
        stall_figure(f"adding {DAY} papers", stalls),
    ]


async def _started(small: Built, full: Built) -> list[Figure]:
    """Fresh processes that open a database, search and compare."""
    before, _ = await _child("cold_start", small)
    found = [await _child("cold_start", full) for _ in range(_STARTS)]
    starts = [told for told, _ in found]
    ready, resident, peak = (
        [float(one[name]) for one in starts] for name in ("ready_s", "resident_mib", "peak_mib")
    )
    last = starts[-1]
    return [
        (
            f"Cold start with {FULL:,} papers, from the process's start to the first answers",
            spread(ready, "s"),
            (
                f"imports {last['imported_s']:.2f} s, opened {last['opened_s']:.2f} s, first "
                f"search {last['searched_s']:.2f} s, index of related papers in memory "
                f"{last['loaded_s']:.2f} s; {SMALL:,} papers: {before['ready_s']:.2f} s in all; "
                "the file is in the system's cache; target: at most 3"
            ),
        ),
        (
            f"Resident memory with {FULL:,} papers, after 200 mixed questions",
            spread(resident, "MiB", 0),
            (
                f"with all of the bot's code; peak {max(peak):,.0f} MiB; {SMALL:,} papers: "
                f"{before['resident_mib']:,.0f} MiB; target: at most 600"
            ),
        ),
        (
            "The same: peak of the resident memory",
            spread(peak, "MiB", 0),
            "since the process's start; target: at most 600",
        ),
        stall_figure(
            "loading the index and 200 questions", [stall for _, part in found for stall in part]
        ),
    ]


async def _child(module: str, archive: Built) -> tuple[dict[str, Any], list[Stall]]:
    """What a module of ours measures in a fresh process, and its event-loop stalls, with what an
    idle loop, this one, suffers at the same moments."""
    witness = Witness()
    try:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", f"bench.{module}", archive.path, repr(time.time())),
            stdout=asyncio.subprocess.PIPE,
        )
        out, _ = await process.communicate()
    finally:
        witness.stop()
    if process.returncode:
        raise RuntimeError(f"bench.{module} failed")
    told: dict[str, Any] = json.loads(out)
    stalls = [Stall(ms, busy, witness.held_ms(end, ms)) for end, ms, busy in told["stalls"]]
    return told, stalls


def _disk(small: Built, full: Built) -> list[Figure]:
    size, earlier = (Path(one.path).stat().st_size / one.papers for one in (full, small))
    parts = _sizes(full)
    told = ", ".join(f"{name} {bytes_:,.0f}" for name, bytes_ in parts.items())
    return [
        (
            f"Disk a paper, {FULL:,} papers with both indexes",
            f"{size / 1000:.2f} KB",
            (
                f"in bytes: {told}; {source()}, every 40th with a Chinese translation; "
                f"{SMALL:,} papers: {earlier / 1000:.2f} KB; target: at most 4"
            ),
        )
    ]


def _sizes(archive: Built) -> Mapping[str, float]:
    """Bytes a paper of each part of the file."""
    with closing(sqlite3.connect(f"file:{archive.path}?mode=ro", uri=True)) as connection:
        rows = connection.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name").fetchall()
    found: Counter[str] = Counter()
    for name, size in rows:
        part = next(
            (part for part, begins in _PARTS.items() if name.startswith(begins)), "all others"
        )
        found[part] += size
    return {name: size / archive.papers for name, size in found.most_common()}
