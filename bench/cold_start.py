"""A fresh process that opens an archive and answers: `python -m bench.cold_start FILE SINCE`.

SINCE is when it was made, in Unix time. Prints JSON: seconds since then, memory, stalls. It has
all of the bot's code loaded, so that its memory is the bot's without servers.
"""

import asyncio
import json
import random
import resource
import sys
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, cast

import psutil

from bench.engines import SHOWN, Engines, ask, opened
from bench.queries import kinds, parsed, words_of
from bench.ticks import Ticks
from bot.garbage import put_off_full_collections
from bot.logs import configure
from bot.models import Paper
from bot.text.query import Query

_SEARCHES, _COMPARISONS = 150, 50
_EACH = 10
_RELATED = 25


async def _measure(path: Path, since: float) -> dict[str, Any]:
    found: dict[str, Any] = {"imported_s": time.time() - since}
    async with AsyncExitStack() as closing, Ticks() as ticks, opened(path) as engines:
        put_off_full_collections(closing)  # as the bot does when it opens (bot/core.py)
        found["opened_s"] = time.time() - since
        papers = await engines.search.search(parsed("diffusion models"), limit=SHOWN)
        found["searched_s"] = time.time() - since
        await engines.related.load()
        found["loaded_s"] = time.time() - since
        await engines.related.related(papers[0], limit=_RELATED)
        found["ready_s"] = time.time() - since
        await _mixed(engines, await asyncio.to_thread(_questions, path))
    found["stalls"] = ticks.noted
    found["resident_mib"] = psutil.Process().memory_info().rss / 2**20
    found["peak_mib"] = _peak_mib()
    return found


def _peak_mib() -> float:
    """The most memory that was resident. `ru_maxrss` would count what the parent had, too."""
    status = Path("/proc/self/status")
    if status.is_file():
        for line in status.read_text("utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10


def _questions(path: Path) -> list[tuple[str, Query | str]]:
    made = [(kind.asked, query) for kind in kinds(words_of(path), _EACH) for query in kind.queries]
    return random.Random(1).sample(made, _SEARCHES)


async def _mixed(engines: Engines, questions: list[tuple[str, Query | str]]) -> None:
    compared = 0
    for asked, query in questions:
        found = await ask(engines.search, asked, query)
        if isinstance(found, list) and found and compared < _COMPARISONS:
            compared += 1
            await engines.related.related(cast("list[Paper]", found)[0], limit=_RELATED)


if __name__ == "__main__":
    configure("ERROR", "console")
    sys.setswitchinterval(0.001)  # as the bot does
    print(json.dumps(asyncio.run(_measure(Path(sys.argv[1]), float(sys.argv[2])))))
