"""Searching the archive and arXiv itself, and what to try instead when little was found."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from weakref import WeakValueDictionary

from bot.errors import BadInput
from bot.i18n import t
from bot.models import Paper
from bot.protocols import ArchiveSearch, Clock
from bot.services.arxiv_searching import ArxivResults, ArxivSearching
from bot.services.search_lists import Hit, Search, Where
from bot.sources.arxiv_query import read_categories, read_category
from bot.store.index_queue import IndexQueue
from bot.store.papers import PaperStore
from bot.text.query import Query, Term
from bot.text.query_dates import read_day
from bot.text.query_parser import ParsedQuery, parse_query
from bot.text.safety import markdown, plain, shorten

MOST_FROM_ARCHIVE = 100
"""More than these nobody turns pages for."""

_MOST_LOOSENED = 8
# With so few results somebody may have misspelled a word that others have misspelled too.
_FEW = 3
# What was stored a moment ago is read by a search itself; more than this is worth a word.
_WAITING = 300


@dataclass(frozen=True, slots=True)
class Loosening:
    """A condition whose absence would let a search find something: how many papers."""

    condition: Query
    papers: int


class Searching:
    """Searches. Papers that only arXiv had are in the store afterwards."""

    def __init__(
        self,
        *,
        archive: ArchiveSearch,
        queue: IndexQueue,
        arxiv: ArxivSearching,
        papers: PaperStore,
        clock: Clock,
    ) -> None:
        self._archive = archive
        self._queue = queue
        self._arxiv = arxiv
        self._papers = papers
        self._clock = clock
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self.pages_shown: dict[str, int] = {}
        """The page that a person turned to, of lists that still wait for arXiv, by key."""

    async def aclose(self) -> None:
        """Stop asking arXiv."""
        await self._arxiv.aclose()

    def lock(self, key: str) -> asyncio.Lock:
        """To be held while the list with this key is read and changed."""
        return self._locks.setdefault(key, asyncio.Lock())

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
            query = replace(query, categories=read_categories(plain(category)))
        if author.strip():
            query = replace(query, terms=(*query.terms, Term(_name(author), "au")))
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
        parsed = ParsedQuery(query, parsed.hints)
        if parsed.problem:
            raise BadInput(parsed.problem)
        return parsed

    async def archive(self, search: Search) -> list[Paper]:
        """What the archive has, one more than `MOST_FROM_ARCHIVE` at most."""
        return await self._archive.search(
            search.query, limit=MOST_FROM_ARCHIVE + 1, newest=search.by_date
        )

    def answerable(self, query: Query) -> bool:
        """Whether arXiv itself can be asked this: its index is of English text."""
        return self._arxiv.answerable(query)

    async def arxiv(self, search: Search, start: int = 0) -> ArxivResults:
        """What arXiv itself finds, from the result numbered `start` on; asked once a day.

        Raises BadInput if arXiv refuses the query, SourceUnavailable or SourceGarbled.
        """
        if search.query.ids:
            await self._arxiv.fetch(search.query.ids)
            return ArxivResults(tuple(await self.archive(search)), None)
        return await self._arxiv.find(search, start)

    async def unread(self) -> int:
        """How many papers the archive's index still lacks; 0 if it is not worth a word."""
        waiting = await self._queue.waiting()
        return waiting if waiting > _WAITING else 0

    async def corrected(self, search: Search, found: int) -> Query | None:
        """The query as it may have been meant, if few papers were `found` and the archive has more
        for it. If none were found, it is also worth a try where arXiv may have some."""
        if found >= _FEW:
            return None
        corrected = await self._archive.corrected(search.query)
        if corrected is None or corrected == search.query:
            return None
        tried = not found and search.where is not Where.ARCHIVE
        if not tried and await self._archive.count(corrected) <= found:
            return None
        return corrected

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


def _name(author: str) -> str:
    """Raises BadInput for what cannot be a name."""
    name = " ".join(plain(author).replace("_", " ").split())[:100]
    if not any(sign.isalnum() for sign in name):
        raise BadInput(
            t(
                "“{text}” is no name. Write `author` like García or José García.",
                text=shorten(markdown(name), 40),
            )
        )
    return name
