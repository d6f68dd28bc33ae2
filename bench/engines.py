"""The archive to measure with, indexed by the bot's own engines, and these engines opened.

Making it takes minutes, so it is made once for all groups that one `python -m bench` measures, in
a folder that the command deletes at its end.
"""

import asyncio
import json
import os
import time
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.archive import FOLDER, FULL, write_archive
from bot.relate.index import RelatedIndex
from bot.store.database import Database
from bot.store.search import SqlArchiveSearch
from bot.text.query import Query

SMALL = FULL // 10
SHOWN = 100
"""So many results `/search` asks for."""
_COMPLETED = 25
_PIECE = 2000


@dataclass(frozen=True, slots=True)
class Engines:
    """What finds papers, over one database."""

    database: Database
    search: SqlArchiveSearch
    related: RelatedIndex


@dataclass(frozen=True, slots=True)
class Built:
    """An archive with its indexes: the file, and the seconds that storing the papers and making
    each index took."""

    path: str
    papers: int
    stored_s: float
    search_s: float
    features_s: float


@asynccontextmanager
async def opened(path: Path) -> AsyncGenerator[Engines]:
    """The engines over a database, as the bot opens them."""
    database = await Database.open(f"sqlite+aiosqlite:///{path}")
    with ThreadPoolExecutor(1, thread_name_prefix="related") as worker:
        engines = Engines(database, SqlArchiveSearch(database), RelatedIndex(database, worker))
        try:
            yield engines
        finally:
            await engines.related.aclose()
            await database.close()


async def built(papers: int) -> Built:
    """An archive of so many papers, made now if this run of the benchmark has not made it yet."""
    folder = Path(os.environ[FOLDER])
    path, told = folder / f"archive-{papers}.db", folder / f"archive-{papers}.json"
    if told.is_file():
        return Built(**json.loads(told.read_text("utf-8")))
    path.unlink(missing_ok=True)
    started = time.perf_counter()
    await write_archive(path, papers)
    stored = time.perf_counter()
    async with opened(path) as engines:
        while await engines.search.catch_up(most=_PIECE):
            pass
        searched = time.perf_counter()
        while await engines.related.catch_up(most=_PIECE):
            pass
    compared = time.perf_counter()
    found = Built(str(path), papers, stored - started, searched - stored, compared - searched)
    await asyncio.to_thread(told.write_text, json.dumps(asdict(found)), "utf-8")
    return found


async def ask(search: SqlArchiveSearch, asked: str, query: Query | str) -> object:
    """Ask what a kind of `bench.queries` asks; false if nothing was found."""
    if isinstance(query, str):
        return await search.titled(query, limit=_COMPLETED)
    match asked:
        case "count":
            return await search.count(query)
        case "corrected":
            return await search.corrected(query)
        case _:
            return await search.search(query, limit=SHOWN, newest=asked == "newest")
