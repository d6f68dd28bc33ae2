"""A day's papers added to a copy of an archive while somebody searches: `python -m bench.adding
FILE`. Prints JSON: seconds of storing them and of each index, how long each search took meanwhile
(ms), and the event loop's stalls.
"""

import asyncio
import json
import shutil
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.archive import made_papers, store
from bench.engines import SHOWN, Engines, opened
from bench.queries import parsed
from bench.ticks import Ticks
from bot.garbage import put_off_full_collections
from bot.logs import configure

DAY = 600
_QUERIES = ("diffusion models", "graph neural", '"language models"', "au:chen", "galaxy survey")


async def _measure(archive: Path) -> dict[str, Any]:
    day = [
        replace(paper, id=f"2607.{number:05}", version=1)
        for number, paper in enumerate(made_papers(DAY, seed=2607), 1)
    ]
    async with AsyncExitStack() as closing:
        put_off_full_collections(closing)  # as the bot does when it opens (bot/core.py)
        path = Path(closing.enter_context(TemporaryDirectory(prefix="paperboy-bench-")), "copy.db")
        await asyncio.to_thread(shutil.copyfile, archive, path)
        async with opened(path) as engines:
            await engines.related.load()
            for query in _QUERIES:
                await engines.search.search(parsed(query), limit=SHOWN)
            started = time.perf_counter()
            await store(engines.database, day)
            stored = time.perf_counter()
            waits: list[float] = []
            async with Ticks() as ticks:
                reader = asyncio.create_task(_read(engines, waits), name="reader")
                while await engines.search.catch_up(most=DAY):
                    pass
                searched = time.perf_counter()
                while await engines.related.catch_up(most=DAY):
                    pass
                await engines.related.load()
                ended = time.perf_counter()
                reader.cancel()
                await asyncio.gather(reader, return_exceptions=True)
    return {
        "stored_s": stored - started,
        "search_s": searched - stored,
        "features_s": ended - searched,
        "waits_ms": waits,
        "stalls": ticks.noted,
    }


async def _read(engines: Engines, waits: list[float]) -> None:
    """Search all the time, as long as nobody ends it, with short rests."""
    while True:
        for query in _QUERIES:
            started = time.perf_counter()
            await engines.search.search(parsed(query), limit=SHOWN)
            waits.append(1000 * (time.perf_counter() - started))
            await asyncio.sleep(0.02)


if __name__ == "__main__":
    configure("ERROR", "console")
    print(json.dumps(asyncio.run(_measure(Path(sys.argv[1])))))
