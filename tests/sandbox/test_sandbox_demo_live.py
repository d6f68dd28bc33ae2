"""The demo's papers from arXiv itself, with the arXiv sandbox in arXiv's place."""

import io
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime

from rich.console import Console

from sandbox.arxiv.app import ArxivSandbox
from sandbox.arxiv.sample import sample_papers
from sandbox.clock import SandboxClock
from sandbox.live import fetch_live

THURSDAY, FRIDAY = date(2026, 6, 11), date(2026, 6, 12)
CATEGORIES = ("cs.CL", "cs.LG", "math.CO")


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@asynccontextmanager
async def arxiv(now: datetime) -> AsyncGenerator[Mapping[str, str]]:
    """The addresses of an arXiv on which the sample was announced, as the environment has them."""
    server = ArxivSandbox(sample_papers(THURSDAY, FRIDAY), SandboxClock(now))
    await server.start()
    try:
        yield {
            "PAPERBOY_ARXIV_FEED_URL": server.feed_url,
            "PAPERBOY_ARXIV_API_URL": server.api_url,
            "PAPERBOY_ARXIV_OAI_URL": server.oai_url,
            "PAPERBOY_ARXIV_INTERVAL": "0",
        }
    finally:
        await server.stop()


async def test_todays_papers_come_with_their_comments() -> None:
    said = io.StringIO()
    async with arxiv(at(FRIDAY)) as environ:
        papers = await fetch_live(CATEGORIES, Console(file=said), environ=environ, now=at(FRIDAY))
    assert papers is not None
    assert papers.days == (FRIDAY,)
    announced = {paper.id: paper for paper in papers.announced(FRIDAY)}
    assert "2606.90019" in announced  # new in cs.CL
    assert announced["2606.90019"].comment is not None
    assert "from arXiv itself" in said.getvalue()


async def test_on_a_weekend_the_last_announcement_day_is_taken() -> None:
    saturday = date(2026, 6, 13)
    said = io.StringIO()
    async with arxiv(at(saturday)) as environ:
        papers = await fetch_live(CATEGORIES, Console(file=said), environ=environ, now=at(saturday))
    assert papers is not None
    assert papers.days == (FRIDAY,)
    assert "announces nothing today" in said.getvalue()


async def test_where_arxiv_cannot_be_reached_it_says_so() -> None:
    nowhere = "http://127.0.0.1:9"  # the discard port: nothing listens there
    environ = dict.fromkeys(
        ("PAPERBOY_ARXIV_FEED_URL", "PAPERBOY_ARXIV_API_URL", "PAPERBOY_ARXIV_OAI_URL"), nowhere
    ) | {"PAPERBOY_ARXIV_INTERVAL": "0"}
    said = io.StringIO()
    assert await fetch_live(CATEGORIES, Console(file=said), environ=environ) is None
    assert "cannot be reached" in said.getvalue()


async def test_where_arxiv_has_nothing_it_says_so_and_tells_each_question() -> None:
    said = io.StringIO()
    async with arxiv(at(FRIDAY)) as environ:
        found = await fetch_live(
            ("cs.OS", "cs.PF"), Console(file=said), environ=environ, now=at(FRIDAY)
        )
    assert found is None
    assert "tells of no paper in these categories" in said.getvalue()
    assert "today's cs.OS" in said.getvalue()
    assert "cs.PF of Friday 12 June 2026" in said.getvalue()
