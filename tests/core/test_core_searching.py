"""What a search is read as, what may have been meant, and what the index still lacks."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.errors import BadInput
from bot.models import Paper
from bot.services.arxiv_searching import ArxivSearching
from bot.services.search_lists import Search, Where
from bot.services.searching import Searching
from bot.sources.arxiv_api import ArxivApi
from bot.sources.limiter import ArxivLimiter
from bot.store.arxiv_answers import ArxivAnswerStore
from bot.store.database import Database
from bot.store.index_queue import Index, IndexQueue, enqueue
from bot.store.papers import PaperStore
from bot.store.search import SqlArchiveSearch
from bot.text.query import Query, Term
from sandbox.clock import SandboxClock

NOW = datetime(2026, 6, 18, 12, 0, tzinfo=UTC)


@asynccontextmanager
async def searching(folder: Path) -> AsyncGenerator[tuple[Searching, Database]]:
    """On an empty store; arXiv is not there and not asked."""
    async with AsyncExitStack() as closing:
        database = await Database.open(f"sqlite+aiosqlite:///{folder / 'x.db'}")
        closing.push_async_callback(database.close)
        api = ArxivApi(ArxivLimiter(0), "http://127.0.0.1:1/api/query", attempts=1)
        closing.push_async_callback(api.aclose)
        clock, papers = SandboxClock(NOW), PaperStore(database)
        yield (
            Searching(
                archive=SqlArchiveSearch(database),
                queue=IndexQueue(database, Index.SEARCH),
                arxiv=ArxivSearching(
                    papers=papers, answers=ArxivAnswerStore(database), api=api, clock=clock
                ),
                papers=papers,
                clock=clock,
            ),
            database,
        )


def _paper(number: int, title: str) -> Paper:
    return Paper(
        id=f"2606.{number:05}",
        version=1,
        title=title,
        abstract="An invented abstract.",
        authors=("Ada Invented",),
        categories=("cs.CL",),
        primary_category="cs.CL",
    )


async def test_options_join_what_is_typed(tmp_path: Path) -> None:
    async with searching(tmp_path) as (search, _):
        parsed = search.read(
            "zebra", category="cs.cl", author=" José\x00 Gar\u202ecía ", since="7d"
        )
        assert parsed.query == Query(
            (Term("zebra"), Term("José García", "au")), ("cs.CL",), since=date(2026, 6, 11)
        )
        assert search.read("", author="del_maestro").query.terms == (Term("del maestro", "au"),)
        for options in (
            {"author": "…"},
            {"author": "\ud800"},
            {"category": "\ud800cs.XX"},
            {"since": "\x00"},
        ):
            with pytest.raises(BadInput) as refused:
                search.read("zebra", **options)
            assert refused.value.sentence.encode(), "it can be sent"
        with pytest.raises(BadInput, match="only says what to leave out"):
            search.read("-zebra -cat:cs.CV")


async def test_a_correction_is_offered_where_it_finds_more(tmp_path: Path) -> None:
    async with searching(tmp_path) as (search, database):
        titles = ["On zebras", "More zebras", "Zebras again", "Zebraz misspelled"]
        await PaperStore(database).enrich(
            [_paper(number, title) for number, title in enumerate(titles, 1)], NOW
        )
        await search.archive(Search(Query((Term("zebras"),))))  # indexes them
        wrong, right = Query((Term("zbras"),)), Query((Term("zebras"),))
        assert await search.corrected(Search(wrong), 0) == right
        assert await search.corrected(Search(wrong), 2) == right
        assert await search.corrected(Search(wrong), 3) is None, "enough was found"
        assert await search.corrected(Search(right), 0) is None
        assert await search.corrected(Search(Query((Term("qqqqqqq"),))), 0) is None
        nothing = Query((Term("zbras"), Term("stripes")))
        meant = Query((Term("zebras"), Term("stripes")))
        assert await search.corrected(Search(nothing), 0) == meant, "arXiv may have some"
        assert await search.corrected(Search(nothing, Where.ARCHIVE), 0) is None


async def test_what_waits_for_the_index_is_worth_a_word_from_some_hundreds_on(
    tmp_path: Path,
) -> None:
    async with searching(tmp_path) as (search, database):
        for count, told in ((300, 0), (301, 301)):
            ids = [f"2606.{number:05}" for number in range(count)]
            async with database.write() as connection:
                await enqueue(connection, ids, (Index.SEARCH,))
            assert await search.unread() == told
