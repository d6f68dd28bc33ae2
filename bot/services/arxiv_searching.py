"""Asking arXiv itself: page by page, and each question once a day, whoever asks how often."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.flights import SingleFlight
from bot.models import Paper
from bot.protocols import Clock
from bot.services.search_lists import Search
from bot.sources.arxiv_api import ArxivApi, Sort
from bot.sources.arxiv_query import arxiv_query
from bot.sources.calendar import eastern_date, feed_built_at
from bot.store.arxiv_answers import ArxivAnswer, ArxivAnswerStore
from bot.store.papers import PaperStore
from bot.text.query import Query

MOST_FROM_ARXIV = 200
"""More of one search nobody turns pages for."""

_SOURCE = "arXiv"
_PAGE = 50
_AT_ONCE = 40
# arXiv's data changes at midnight Eastern; it may be a while until all its servers have it.
_UPDATING = timedelta(hours=1)
_DAY = timedelta(days=1)
# So much a clock may be put back without losing answers; one that was farther off was wrong.
_CLOCK_OFF = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class ArxivResults:
    """Papers in arXiv's order, and where its next ones begin: None if there are none, or enough.

    `cut` says that arXiv has more, but that these are enough.
    """

    papers: tuple[Paper, ...]
    next_start: int | None
    cut: bool = False


class ArxivSearching:
    """Searches at arXiv. What it finds is in the store afterwards, and so are its answers."""

    def __init__(
        self, *, papers: PaperStore, answers: ArxivAnswerStore, api: ArxivApi, clock: Clock
    ) -> None:
        self._papers = papers
        self._answers = answers
        self._api = api
        self._clock = clock
        self._asking: SingleFlight[str, ArxivAnswer] = SingleFlight(_SOURCE, most=_AT_ONCE)

    async def aclose(self) -> None:
        """Stop asking."""
        await self._asking.aclose()

    def answerable(self, query: Query) -> bool:
        """Whether arXiv can be asked this: its index is of English text."""
        return bool(query.ids) or arxiv_query(query) is not None

    async def find(self, search: Search, start: int = 0) -> ArxivResults:
        """What arXiv finds, from the result numbered `start` (from 0) on, some fifty at most.

        Nothing for what is not `answerable`, and for identifiers: those are for `fetch`. Raises
        BadInput if arXiv refuses the query, SourceUnavailable or SourceGarbled.
        """
        text = arxiv_query(search.query)
        if text is None:
            return ArxivResults((), None)
        sort = Sort.SUBMITTED if search.by_date else Sort.RELEVANCE
        key = _key(search.query, sort)
        answer = await self._kept(key, start)
        if answer is None:
            answer = await self._asking.do(
                f"{key}:{start}", lambda: self._ask(key, text, sort, start)
            )
        found = await self._papers.latest(answer.ids)
        # An entry that could not be read is not counted, so the next page begins with one again.
        taken = start + len(answer.ids)
        goes_on = answer.more and taken > start and taken < MOST_FROM_ARXIV
        return ArxivResults(
            tuple(found[paper_id] for paper_id in answer.ids if paper_id in found),
            taken if goes_on else None,
            cut=answer.more and not goes_on,
        )

    async def fetch(self, ids: Sequence[str]) -> None:
        """Have these papers in the store, as far as arXiv has them.

        Raises SourceUnavailable or SourceGarbled.
        """
        known = await self._papers.latest(ids)
        missing = sorted({paper_id for paper_id in ids if paper_id not in known})
        if not missing:
            return
        key = _hash("ids", *missing)
        if await self._kept(key, 0) is None:
            await self._asking.do(key, lambda: self._get(key, missing))

    async def _kept(self, key: str, start: int) -> ArxivAnswer | None:
        now = self._clock.now()
        return await self._answers.get(
            key, start, since=_updated_before(now), until=now + _CLOCK_OFF
        )

    async def _ask(self, key: str, text: str, sort: Sort, start: int) -> ArxivAnswer:
        page = await self._api.search_page(text, start=start, size=_PAGE, sort=sort)
        ids = tuple(paper.id for paper in page.papers)
        return await self._keep(key, start, page.papers, ArxivAnswer(ids, page.more))

    async def _get(self, key: str, ids: Sequence[str]) -> ArxivAnswer:
        found = await self._api.papers(ids)
        answer = ArxivAnswer(tuple(paper.id for paper in found), more=False)
        return await self._keep(key, 0, found, answer)

    async def _keep(
        self, key: str, start: int, papers: Sequence[Paper], answer: ArxivAnswer
    ) -> ArxivAnswer:
        now = self._clock.now()
        if papers:
            await self._papers.enrich(papers, now)
        await self._answers.put(key, start, answer, now)
        return answer


def _updated_before(now: datetime) -> datetime:
    """Since when an answer must be to be what arXiv would say now: its last update, which is at
    midnight Eastern, and a day ago at most."""
    midnight = feed_built_at(eastern_date(now - _UPDATING))
    return max(midnight + _UPDATING, now - _DAY)


def _key(query: Query, sort: Sort) -> str:
    """The same for the same conditions in whatever order and case."""
    terms = sorted(query.terms, key=lambda term: (term.field, term.negated, term.text.casefold()))
    text = arxiv_query(
        replace(
            query,
            terms=tuple(terms),
            categories=tuple(sorted(query.categories)),
            without_categories=tuple(sorted(query.without_categories)),
        )
    )
    return _hash(sort.value, (text or "").casefold())


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
