"""Asking arXiv page by page, and once a day, against the sandbox's arXiv."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import SourceUnavailable
from bot.services.arxiv_searching import MOST_FROM_ARXIV, ArxivSearching
from bot.services.search_lists import Search
from bot.sources.arxiv_api import ArxivApi
from bot.sources.limiter import ArxivLimiter
from bot.store.arxiv_answers import ArxivAnswerStore
from bot.store.database import Database
from bot.store.papers import PaperStore
from bot.text.query import Query, Term
from sandbox.arxiv.app import ArxivSandbox
from sandbox.arxiv.faults import FaultRule
from sandbox.arxiv.papers import PaperFile
from sandbox.clock import SandboxClock

# Eight in the morning in the East.
MORNING = datetime(2026, 6, 17, 12, 0, tzinfo=UTC)
ZEBRA = Search(Query((Term("zebra"),)))


def _file(count: int) -> PaperFile:
    return PaperFile.from_records(
        {
            "id": f"2606.{90000 + number:05}",
            "version": 1 + number % 2,
            "title": f"Zebra stripes, part {number}",
            "abstract": "An invented abstract about the transformation of stripes.",
            "authors": ["Ada Invented"],
            "categories": ["cs.CL"],
            "primary_category": "cs.CL",
            "announced_on": "2026-06-16",
            "announce_type": "new" if number % 2 == 0 else "replace",
        }
        for number in range(count)
    )


class Stage:
    """A service on a store in a folder, and the arXiv that it asks."""

    def __init__(self, arxiv: ArxivSandbox, clock: SandboxClock, store: PaperStore) -> None:
        self.arxiv = arxiv
        self.clock = clock
        self.store = store
        self.search: ArxivSearching

    @property
    def requests(self) -> int:
        return self.arxiv.stats.requests["api"]


@asynccontextmanager
async def stage_on(folder: Path, count: int = 120) -> AsyncGenerator[Stage]:
    clock = SandboxClock(MORNING)
    arxiv = ArxivSandbox(_file(count), clock)
    async with AsyncExitStack() as closing:
        await arxiv.start()
        closing.push_async_callback(arxiv.stop)
        database = await Database.open(f"sqlite+aiosqlite:///{folder / 'x.db'}")
        closing.push_async_callback(database.close)
        stage = Stage(arxiv, clock, PaperStore(database))
        api = ArxivApi(ArxivLimiter(0), arxiv.api_url, attempts=1)
        closing.push_async_callback(api.aclose)
        stage.search = ArxivSearching(
            papers=stage.store, answers=ArxivAnswerStore(database), api=api, clock=clock
        )
        closing.push_async_callback(stage.search.aclose)
        yield stage


async def test_pages_follow_one_another_without_gaps(tmp_path: Path) -> None:
    async with stage_on(tmp_path) as stage:
        start: int | None = 0
        found: list[str] = []
        starts: list[int] = []
        while start is not None:
            starts.append(start)
            results = await stage.search.find(ZEBRA, start)
            assert not results.cut
            found += [paper.id for paper in results.papers]
            start = results.next_start
    assert starts == [0, 50, 100]
    assert len(found) == len(set(found)) == 120
    assert stage.requests == 3


async def test_after_enough_there_are_no_further_pages(tmp_path: Path) -> None:
    async with stage_on(tmp_path, MOST_FROM_ARXIV + 30) as stage:
        before = await stage.search.find(ZEBRA, MOST_FROM_ARXIV - 100)
        last = await stage.search.find(ZEBRA, MOST_FROM_ARXIV - 50)
    assert (before.next_start, before.cut) == (MOST_FROM_ARXIV - 50, False)
    assert len(last.papers) == 50
    assert (last.next_start, last.cut) == (None, True)


async def test_the_same_terms_are_asked_once_and_by_one(tmp_path: Path) -> None:
    same = [
        Query((Term("Zebra"), Term("part"), Term("stripes", "ti")), ("cs.CL", "cs.LG")),
        Query((Term("STRIPES", "ti"), Term("Part"), Term("zebra")), ("cs.LG", "cs.CL")),
    ]
    async with stage_on(tmp_path) as stage:
        answers = await asyncio.gather(*(stage.search.find(Search(one)) for one in same * 5))
        assert {len(answer.papers) for answer in answers} == {50}
        assert stage.requests == 1
        await stage.search.find(Search(same[0], newest=True))
        assert stage.requests == 2, "another order is another question"


async def test_an_answer_holds_until_arxivs_next_update(tmp_path: Path) -> None:
    async with stage_on(tmp_path) as stage:
        for hour, requests in ((12, 1), (15, 1), (23, 1)):  # UTC; 19:00 Eastern
            stage.clock.set(MORNING.replace(hour=hour))
            assert len((await stage.search.find(ZEBRA)).papers) == 50
            assert stage.requests == requests
        stage.clock.set(datetime(2026, 6, 18, 4, 30, tzinfo=UTC))  # 00:30: it may be updating
        await stage.search.find(ZEBRA)
        assert stage.requests == 1
        stage.clock.advance(timedelta(hours=1))
        await stage.search.find(ZEBRA)
        assert stage.requests == 2


async def test_no_answer_is_older_than_a_day(tmp_path: Path) -> None:
    async with stage_on(tmp_path, 3) as stage:
        # The night when the clocks go back in the East has 25 hours.
        stage.clock.set(datetime(2026, 11, 1, 5, 30, tzinfo=UTC))
        await stage.search.find(ZEBRA)
        stage.clock.advance(timedelta(hours=24, minutes=1))
        await stage.search.find(ZEBRA)
        assert stage.requests == 2


async def test_an_answer_of_a_clock_that_was_wrong_does_not_hold(tmp_path: Path) -> None:
    async with stage_on(tmp_path, 3) as stage:
        stage.clock.set(MORNING.replace(year=2036))
        await stage.search.find(ZEBRA)
        stage.clock.set(MORNING)
        await stage.search.find(ZEBRA)
        assert stage.requests == 2
        await stage.search.find(ZEBRA)
        assert stage.requests == 2


async def test_after_a_restart_the_answer_is_still_there(tmp_path: Path) -> None:
    async with stage_on(tmp_path) as stage:
        first = await stage.search.find(ZEBRA)
    async with stage_on(tmp_path) as stage:
        assert await stage.search.find(ZEBRA) == first
        assert stage.requests == 0


async def test_a_failure_is_not_kept(tmp_path: Path) -> None:
    async with stage_on(tmp_path) as stage:
        stage.arxiv.set_faults([FaultRule("/api/query", times=1, status=503, body=b"no")])
        with pytest.raises(SourceUnavailable):
            await stage.search.find(ZEBRA)
        assert len((await stage.search.find(ZEBRA)).papers) == 50


async def test_who_gives_up_leaves_the_question_going_on(tmp_path: Path) -> None:
    async with stage_on(tmp_path) as stage:
        stage.arxiv.set_faults([FaultRule("/api/query", delay=0.1)])
        impatient = asyncio.create_task(stage.search.find(ZEBRA))
        await asyncio.wait({impatient}, timeout=0.05)
        impatient.cancel()
        assert len((await stage.search.find(ZEBRA)).papers) == 50
        assert stage.requests == 1


async def test_missing_papers_are_fetched_and_unknown_ones_asked_for_once(tmp_path: Path) -> None:
    async with stage_on(tmp_path, 3) as stage:
        for _ in range(2):
            await stage.search.fetch(["2606.90000", "2606.90001", "2606.77777"])
        assert stage.requests == 2, "the second time for the unknown one alone"
        await stage.search.fetch(["2606.77777"])
        assert stage.requests == 2
        found = await stage.store.latest(["2606.90000", "2606.90001", "2606.77777"])
        assert {paper.versioned_id for paper in found.values()} == {"2606.90000v1", "2606.90001v2"}


async def test_the_grammar_reaches_arxiv(tmp_path: Path) -> None:
    async with stage_on(tmp_path, 3) as stage:
        for query, count in (
            (Query((Term("transform*"), Term("zebra stripes"))), 3),
            (Query((Term("transformer"),)), 0),
            (Query((Term("invented", "au"),), ("cs.*",), since=date(2026, 6, 1)), 3),
            (Query((Term("zebra"), Term("part 1", negated=True))), 2),
            (Query((Term("zebra"),), without_categories=("cs.*",)), 0),
            (Query((Term("量子"),)), 0),
            (Query((Term("التعلم"),)), 0),
        ):
            results = await stage.search.find(Search(query))
            assert len(results.papers) == count, query
            assert results.next_start is None
        assert stage.requests == 5
