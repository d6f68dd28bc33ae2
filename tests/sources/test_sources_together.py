"""The three clients together: one connection for all, and against the sandbox's arXiv."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path

import pytest
from aiohttp import web
from sources_loopback import FakeTime, item, rss, serving

from bot.errors import SourceUnavailable
from bot.models import AnnounceType
from bot.protocols import FeedSource, HarvestSource, MetadataSource
from bot.sources.arxiv_api import ArxivApi
from bot.sources.arxiv_feed import ArxivFeed
from bot.sources.arxiv_oai import ArxivOai, Harvested
from bot.sources.calendar import EASTERN
from bot.sources.http import ArxivHttp
from bot.sources.limiter import ArxivLimiter
from bot.sources.taxonomy import canonical
from sandbox.arxiv.app import ArxivSandbox
from sandbox.arxiv.papers import PaperFile
from sandbox.arxiv.sample import sample_papers
from sandbox.clock import SandboxClock

FIRST, SECOND = date(2026, 6, 8), date(2026, 6, 9)


class Clients:
    """All three clients on one limiter."""

    def __init__(self, http: ArxivHttp, api: ArxivApi, feed_url: str, oai_url: str) -> None:
        self.feed: FeedSource = ArxivFeed(http, feed_url)
        self.metadata: MetadataSource = api
        self.oai: HarvestSource = ArxivOai(http, oai_url)
        self.api = api

    async def harvest(self, category: str, since: date, until: date) -> list[Harvested]:
        found = [one async for one in self.oai.harvest(category, since, until)]
        return [one for one in found if isinstance(one, Harvested)]


@asynccontextmanager
async def clients(
    limiter: ArxivLimiter, api_url: str, feed_url: str, oai_url: str
) -> AsyncGenerator[Clients]:
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(ArxivHttp(limiter))
        api = ArxivApi(limiter, api_url)
        stack.push_async_callback(api.aclose)
        yield Clients(http, api, feed_url, oai_url)


@asynccontextmanager
async def sandbox_on(
    papers: PaperFile, day: date, *, oai_page_size: int = 1000
) -> AsyncGenerator[tuple[Clients, ArxivSandbox]]:
    """The clients on a sandbox whose clock stands at noon of a day, Eastern time."""
    clock = SandboxClock(datetime.combine(day, clock_time(12), EASTERN))
    sandbox = ArxivSandbox(papers, clock, oai_page_size=oai_page_size)
    await sandbox.start()
    try:
        urls = (sandbox.api_url, sandbox.feed_url, sandbox.oai_url)
        async with clients(ArxivLimiter(0), *urls) as found:
            yield found, sandbox
    finally:
        await sandbox.stop()


# --- One connection ---------------------------------------------------------------------------


async def test_never_more_than_one_request_at_a_time_over_all_three() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.002)
        if request.path == "/api":
            body = (
                '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:o="http://a9.com/-/spec/opensearch'
                '/1.1/"><o:totalResults>0</o:totalResults></feed>'
            )
            return web.Response(text=body)
        if request.path == "/oai":
            body = (
                '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
                '<error code="noRecordsMatch"/></OAI-PMH>'
            )
            return web.Response(text=body)
        return web.Response(body=rss(item()))

    async with (
        serving(answer) as server,
        clients(
            ArxivLimiter(0), f"{server.url}/api", f"{server.url}/rss", f"{server.url}/oai"
        ) as all_three,
    ):
        await asyncio.gather(
            *(all_three.feed.fetch("cs.CL") for _ in range(8)),
            *(all_three.metadata.papers(["2401.00001"]) for _ in range(8)),
            *(all_three.harvest("cs.CL", FIRST, SECOND) for _ in range(8)),
        )
    assert len(server.seen) == 24
    assert server.most_active == 1


async def test_requests_of_all_three_are_three_seconds_apart() -> None:
    clock = FakeTime()
    starts: list[float] = []
    limiter = ArxivLimiter(monotonic=clock.monotonic, sleep=clock.sleep)

    async def answer(_request: web.Request) -> web.StreamResponse:
        starts.append(clock.now)
        return web.Response(status=404)

    async with (
        serving(answer) as server,
        clients(limiter, server.url, server.url, server.url) as all_three,
    ):
        for call in (
            all_three.feed.fetch("cs.CL"),
            all_three.metadata.papers(["2401.00001"]),
            all_three.harvest("cs.CL", FIRST, SECOND),
            all_three.feed.fetch("cs.AI"),
        ):
            with pytest.raises(SourceUnavailable):
                await call
    assert starts == [1000.0, 1003.0, 1006.0, 1009.0]


# --- The sandbox with the sample batch --------------------------------------------------------


async def test_the_sample_batch_comes_complete_through_the_feeds() -> None:
    papers = sample_papers(FIRST, SECOND)
    for day in (FIRST, SECOND):
        # Like arXiv's, its feeds leave out replacements at version 6 and later.
        announced = {one.versioned_id: one for one in papers.announced(day) if one.version < 6}
        seen: set[str] = set()
        async with sandbox_on(papers, day) as (bot, _):
            for category in {c for version in announced.values() for c in version.categories}:
                batch = await bot.feed.fetch(category)
                assert batch is not None
                assert (batch.day, batch.truncated) == (day, False)
                for entry in batch.entries:
                    paper, given = entry.paper, announced[entry.paper.versioned_id]
                    seen.add(paper.versioned_id)
                    assert paper.title == " ".join(given.title.split())
                    assert paper.abstract == " ".join(given.abstract.split())
                    assert paper.authors == given.authors
                    assert paper.primary_category == given.primary_category
                    assert set(paper.categories) == set(given.categories)
                    assert (paper.doi, paper.license) == (given.doi, given.license)
                    crossed = entry.type in {AnnounceType.CROSS, AnnounceType.REPLACE_CROSS}
                    primary = canonical(given.primary_category)
                    assert crossed == (canonical(category) != primary)
        assert seen == set(announced)


async def test_the_api_gives_what_the_feed_lacks() -> None:
    papers = sample_papers(FIRST, SECOND)
    async with sandbox_on(papers, SECOND) as (bot, _):
        found = {paper.id: paper for paper in await bot.metadata.papers(papers.ids)}
    assert set(found) == set(papers.ids)
    withdrawn = 0
    for id_, paper in found.items():
        given = papers.find(id_, SECOND)
        assert given is not None
        assert paper.version == given.version
        assert paper.comment == given.comment
        assert paper.doi == given.doi
        assert paper.journal_ref == given.journal_ref
        assert paper.authors == given.authors
        assert paper.withdrawn == given.withdrawn
        assert paper.published is not None
        assert abs(paper.published - given.published) < timedelta(seconds=1)
        withdrawn += paper.withdrawn
    assert withdrawn >= 1


async def test_a_harvest_finds_what_the_feed_announced() -> None:
    papers = sample_papers(FIRST, SECOND)
    async with sandbox_on(papers, SECOND, oai_page_size=3) as (bot, _):
        for category in ("cs.CL", "cs.LG", "hep-th", "math.CO"):
            batch = await bot.feed.fetch(category)
            assert batch is not None
            harvested = await bot.harvest(category, SECOND, SECOND)
            by_id = {one.paper.id: one for one in harvested}
            for entry in batch.entries:
                one = by_id[entry.paper.id]
                assert (one.day, one.type) == (SECOND, entry.type)
                assert one.paper.versioned_id == entry.paper.versioned_id
                assert one.paper.title == entry.paper.title
                assert one.paper.authors == entry.paper.authors
                assert one.paper.license == entry.paper.license
            whole = await bot.harvest(category, FIRST, SECOND)
            assert {one.paper.id for one in whole} >= set(by_id)


async def test_validators_of_the_sandbox_lead_to_not_modified() -> None:
    async with sandbox_on(sample_papers(FIRST, SECOND), FIRST) as (bot, sandbox):
        first = await bot.feed.fetch("cs.CL")
        assert first is not None
        validators = {"etag": first.etag, "last_modified": first.last_modified}
        assert first.etag
        assert await bot.feed.fetch("cs.CL", **validators) is None
        sandbox.clock.advance(timedelta(days=1))
        following = await bot.feed.fetch("cs.CL", **validators)
        assert following is not None
        assert following.day == SECOND


async def test_a_search_in_the_sandbox() -> None:
    papers = sample_papers(FIRST, SECOND)
    wanted = papers.find(papers.ids[0], SECOND)
    assert wanted is not None
    words = " ".join(word for word in wanted.title.split() if word.isalpha())[:60]
    async with sandbox_on(papers, SECOND) as (bot, _):
        found = await bot.api.search(
            f"cat:{wanted.primary_category} AND ti:{words.split()[0]}", max_results=20
        )
    assert wanted.id in {paper.id for paper in found}


# --- Ten real days ----------------------------------------------------------------------------


async def test_a_real_day_is_the_same_through_all_three(shared_data: Path) -> None:
    papers = PaperFile.load(shared_data / "arxiv" / "batches.jsonl.gz")
    day = papers.days[4]
    async with sandbox_on(papers, day, oai_page_size=100) as (bot, _):
        batch = await bot.feed.fetch("cs.CL")
        assert batch is not None
        assert len(batch.entries) > 20
        ids = [entry.paper.id for entry in batch.entries]
        full = {paper.id: paper for paper in await bot.metadata.papers(ids)}
        harvested = {one.paper.id: one for one in await bot.harvest("cs.CL", day, day)}
    for entry in batch.entries:
        for other in (full[entry.paper.id], harvested[entry.paper.id].paper):
            assert other.title == entry.paper.title
            assert other.abstract == entry.paper.abstract
            assert other.version == entry.paper.version
            assert set(other.categories) == set(entry.paper.categories)
        assert full[entry.paper.id].authors == harvested[entry.paper.id].paper.authors
        assert harvested[entry.paper.id].type is entry.type
