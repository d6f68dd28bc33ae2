"""Related papers out of the archive: what is read of it, when, and how much is kept."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.models import Paper
from bot.relate.archive import ArchiveSimilarity
from bot.store.database import Database
from bot.store.papers import PaperStore

NOW = datetime(2026, 6, 18, tzinfo=UTC)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[PaperStore]:
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'p.sqlite3'}")
    yield PaperStore(database)
    await database.close()


@pytest.fixture
def worker() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as made:
        yield made


def paper(number: int, title: str = "Sheared colloids", **changes: Any) -> Paper:
    values: dict[str, Any] = {
        "id": f"2606.{number:05}",
        "version": 1,
        "title": title,
        "abstract": f"Sample {number}.",
        "authors": ("Bo Li",),
        "categories": ("cs.CL",),
        "primary_category": "cs.CL",
    }
    return Paper(**{**values, **changes})


async def _related(index: ArchiveSimilarity, asked: Paper) -> list[str]:
    return [found.paper.versioned_id for found in await index.related(asked, limit=50)]


async def test_only_the_newest_are_compared(store: PaperStore, worker: ThreadPoolExecutor) -> None:
    index = ArchiveSimilarity(store, worker, newest=10)
    await store.enrich([paper(n) for n in range(1, 21)], NOW)
    first = await _related(index, paper(99))
    assert sorted(first) == [f"2606.{n:05}v1" for n in range(11, 21)]
    await store.enrich([paper(21), paper(22)], NOW)
    assert len(await _related(index, paper(99))) == 12, "what came since is added"
    await store.enrich([paper(23), paper(24)], NOW)
    assert sorted(await _related(index, paper(99))) == [f"2606.{n:05}v1" for n in range(15, 25)]


async def test_a_paper_once_at_its_latest_version(
    store: PaperStore, worker: ThreadPoolExecutor
) -> None:
    index = ArchiveSimilarity(store, worker)
    await store.enrich([paper(1), paper(1, version=3), paper(1, version=2)], NOW)
    [found] = await index.related(paper(9), limit=5)
    assert found.paper.versioned_id == "2606.00001v3"
    assert found.terms == ("sheared", "colloids", "sample")
    assert found.authors == ("Bo Li",)
    assert 50 < found.score <= 100


async def test_withdrawn_papers_are_left_out(store: PaperStore, worker: ThreadPoolExecutor) -> None:
    await store.enrich([paper(1, withdrawn=True), paper(2)], NOW)
    assert await _related(ArchiveSimilarity(store, worker), paper(9)) == ["2606.00002v1"]


async def test_a_word_in_common_is_no_subject(
    store: PaperStore, worker: ThreadPoolExecutor
) -> None:
    words = " ".join(f"entirely{n}" for n in range(120))
    await store.enrich([paper(1, "Colloids", abstract=words)], NOW)
    other = paper(9, "Galaxies and colloids", abstract=words.replace("entirely", "different"))
    await store.enrich([other], NOW)
    assert await _related(ArchiveSimilarity(store, worker), other) == []


async def test_who_gives_up_leaves_what_was_read(
    store: PaperStore, worker: ThreadPoolExecutor
) -> None:
    index = ArchiveSimilarity(store, worker)
    await store.enrich([paper(n, f"Kind{n % 45} of colloids") for n in range(1, 901)], NOW)
    asked = paper(999, "Kind7 again")
    asking = asyncio.create_task(index.related(asked, limit=5))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.02):
            await asking
    found = await asyncio.gather(*(index.related(asked, limit=900) for _ in range(3)))
    assert [len({related.paper.id for related in one}) for one in found] == [20] * 3
