"""Searching the archive and arXiv itself, and putting together what both find."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot.errors import BadInput
from bot.flights import Memory, SingleFlight
from bot.i18n import t
from bot.models import Paper
from bot.protocols import ArchiveSearch, Clock
from bot.sources.arxiv_api import ArxivApi, Sort
from bot.sources.arxiv_query import arxiv_query, read_categories, read_category
from bot.store.papers import PaperStore
from bot.text.query import Query, Term
from bot.text.query_dates import read_day
from bot.text.query_parser import ParsedQuery, parse_query
from bot.text.safety import markdown, shorten

MOST_RESULTS = 100
"""More than these nobody turns pages for."""

_SOURCE = "arXiv"
_AT_ONCE = 40
# arXiv's data changes once a day, and its terms ask not to repeat a query before it does.
_KEPT_FOR, _KEPT = timedelta(days=1), 1000
_MOST_LOOSENED = 8
_NUMBERED = re.compile(r"(\d\d)(\d\d)\.\d+")


class Where(StrEnum):
    """Where a person wants to search, and where a paper was found."""

    BOTH = "both"
    ARCHIVE = "archive"
    ARXIV = "arxiv"


@dataclass(frozen=True, slots=True)
class Search:
    """What is to be found, where, and whether the newest come first instead of the best."""

    query: Query
    where: Where = Where.BOTH
    newest: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A paper that was found, by its base identifier, and where."""

    paper_id: str
    where: Where


@dataclass(frozen=True, slots=True)
class Loosening:
    """A condition whose absence would let a search find something: how many papers."""

    condition: Query
    papers: int


class Searching:
    """Searches. Papers that only arXiv had are in the store afterwards."""

    def __init__(
        self, *, archive: ArchiveSearch, papers: PaperStore, api: ArxivApi, clock: Clock
    ) -> None:
        self._archive = archive
        self._papers = papers
        self._api = api
        self._clock = clock
        self._asking: SingleFlight[str, tuple[str, ...]] = SingleFlight(_SOURCE, most=_AT_ONCE)
        self._answers: Memory[tuple[str, ...]] = Memory(clock, _KEPT_FOR, _KEPT)
        self.pages_shown: dict[str, int] = {}
        """The page that a person turned to, of lists that still wait for arXiv, by key."""

    async def aclose(self) -> None:
        """Stop asking arXiv."""
        await self._asking.aclose()

    def read(
        self, text: str, *, category: str = "", author: str = "", since: str = ""
    ) -> ParsedQuery:
        """What a person typed as a query, with hints about what could not be taken.

        `category`, `author` and `since` are options beside the text. Raises BadInput if one of
        them cannot be read, or if there is nothing to search for.
        """
        today = self._clock.now().date()
        parsed = parse_query(text, today=today, read_category=read_category)
        query = parsed.query
        if category.strip():
            query = replace(query, categories=read_categories(category))
        if name := " ".join(author.replace("_", " ").split()):
            query = replace(query, terms=(*query.terms, Term(name[:100], "au")))
        if since.strip():
            day = read_day(since, today)
            if day is None:
                raise BadInput(
                    t(
                        "“{text}” is no date. Write `since` like 2026, 2026-06, 2026-06-18, 7d, "
                        "3m or today.",
                        text=shorten(markdown(since), 40),
                    )
                )
            query = replace(query, since=day)
        if query.is_empty:
            excludes = bool(query.terms or query.without_categories)
            if parsed.hints and not excludes:
                raise BadInput(parsed.hints[0])  # what is wrong with all that was written
            raise BadInput(
                t("That only says what to leave out. Add a word that the papers should have.")
                if excludes
                else t("There is no word in that to search for. Give me a few words of the topic.")
            )
        return ParsedQuery(query, parsed.hints)

    async def archive(self, search: Search) -> list[Paper]:
        """What the archive has, one more than `MOST_RESULTS` at most."""
        return await self._archive.search(
            search.query, limit=MOST_RESULTS + 1, newest=search.newest
        )

    def answerable(self, query: Query) -> bool:
        """Whether arXiv itself can be asked this: its index is of English text."""
        return bool(query.ids) or arxiv_query(query) is not None

    async def arxiv(self, search: Search) -> list[Paper]:
        """What arXiv itself finds, one more than `MOST_RESULTS` at most; asked once a day.

        Raises BadInput if arXiv refuses the query, SourceUnavailable or SourceGarbled.
        """
        query = search.query
        if query.ids:
            await self._asking.do(" ".join(query.ids), lambda: self._fetch(query.ids))
            return await self.archive(search)
        text = arxiv_query(query)
        if text is None:
            return []
        sort = Sort.SUBMITTED if search.newest else Sort.RELEVANCE
        key = f"{sort.value} {text}".casefold()
        ids = self._answers.get(key)
        if ids is None:
            ids = await self._asking.do(key, lambda: self._ask(key, text, sort))
        found = await self._papers.latest(ids)
        return [found[paper_id] for paper_id in ids if paper_id in found]

    async def loosenings(self, query: Query) -> list[Loosening]:
        """The conditions without which the archive has something, the most papers first.

        Where leaving out one is not enough, they are all the words that no paper has, together.
        """
        found: list[Loosening] = []
        for without, condition in list(query.loosened())[:_MOST_LOOSENED]:
            if not without.is_empty and (count := await self._archive.count(without)):
                found.append(Loosening(condition, count))
        if not found:
            found = await self._without_unknown(query)
        return sorted(found, key=lambda loosening: -loosening.papers)

    async def _without_unknown(self, query: Query) -> list[Loosening]:
        wanted = [term for term in query.terms if not term.negated][:_MOST_LOOSENED]
        unknown = [term for term in wanted if not await self._archive.count(Query(terms=(term,)))]
        known = tuple(term for term in query.terms if term not in unknown)
        rest = replace(query, terms=known)
        # One alone was left out already.
        if len(unknown) < 2 or rest.is_empty or not (count := await self._archive.count(rest)):
            return []
        return [Loosening(Query(terms=tuple(unknown)), count)]

    async def latest(self, hits: Sequence[Hit]) -> dict[str, Paper]:
        """The papers of hits, by their identifiers."""
        return await self._papers.latest([hit.paper_id for hit in hits])

    async def _ask(self, key: str, text: str, sort: Sort) -> tuple[str, ...]:
        found = await self._api.search(text, max_results=MOST_RESULTS + 1, sort=sort)
        if found:
            await self._papers.enrich(found, self._clock.now())
        ids = tuple(dict.fromkeys(paper.id for paper in found))
        self._answers.put(key, ids)
        return ids

    async def _fetch(self, ids: tuple[str, ...]) -> tuple[str, ...]:
        """Get the papers that the archive lacks."""
        known = await self._papers.latest(ids)
        if missing := [id_ for id_ in ids if id_ not in known]:
            found = await self._api.papers(missing)
            if found:
                await self._papers.enrich(found, self._clock.now())
        return ids


def merged(search: Search, local: Sequence[Paper], remote: Sequence[Paper]) -> tuple[Hit, ...]:
    """Both results as one without duplicates, at most one more than `MOST_RESULTS`.

    The archive's come first, in its order; then what only arXiv found, in arXiv's order. With
    `newest` the day of the first submission decides.
    """
    here, there = {paper.id for paper in local}, {paper.id for paper in remote}
    papers = list({paper.id: paper for paper in (*local, *remote)}.values())
    if search.newest:
        papers.sort(key=_submitted, reverse=True)
    return tuple(
        Hit(
            paper.id,
            Where.BOTH
            if paper.id in here and paper.id in there
            else Where.ARCHIVE
            if paper.id in here
            else Where.ARXIV,
        )
        for paper in papers[: MOST_RESULTS + 1]
    )


def _submitted(paper: Paper) -> tuple[datetime, str]:
    """When a paper was submitted; of one whose feed did not tell, the month in its identifier."""
    instant = paper.published or paper.updated
    numbered = _NUMBERED.match(paper.id)
    if instant is None and numbered and 1 <= int(numbered[2]) <= 12:
        month = datetime(2000 + int(numbered[1]), int(numbered[2]), 28, tzinfo=UTC)
        instant = month + timedelta(days=4)
    return instant or datetime(1991, 1, 1, tzinfo=UTC), paper.id
