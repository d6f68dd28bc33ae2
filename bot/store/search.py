"""Searching the archive. Implements ArchiveSearch.

SQLite's FTS5 finds the papers and ranks them by bm25 (`search_reading.py`); the best are looked
at again (`search_ranking.py`). What the index holds is written by `search_index.py`.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from sqlalchemy.exc import DBAPIError

from bot.errors import StoreError
from bot.models import Found, Paper
from bot.store import search_ranking as ranking
from bot.store import search_reading as reading
from bot.store.database import Database
from bot.store.search_index import SearchIndex
from bot.store.search_spelling import Spelling
from bot.text.query import Query, Term

# So many papers a search indexes itself, if no more are waiting: what was stored a moment ago.
_INDEXED_AT_ONCE, _INDEXED_BETWEEN_KEYS = 200, 50
# While a day's papers are being indexed, it waits for the last few of them only.
_WAITED_FOR = 50
# So many it indexes when the index was damaged; readers are told if more are left.
_INDEXED_ANEW = 300

_T = TypeVar("_T")


class SqlArchiveSearch:
    """Full-text search over the papers in the store, in their latest versions."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._index = SearchIndex(database)
        self._spelling = Spelling(database)

    async def catch_up(self, *, most: int | None = None) -> int:
        """Index what was stored since, at most so many papers; returns how many."""
        return await self._index.catch_up(most=most)

    async def check(self) -> bool:
        """Whether the index is sound; if it is not, it is made anew by the next `catch_up`s."""
        return await self._index.check()

    async def search(self, query: Query, *, limit: int, newest: bool = False) -> list[Paper]:
        """The latest versions of the papers that a query finds.

        Best first: those with more of the words in their titles, with all words side by side,
        and the newest; with `newest`, only the day of the first submission counts.
        """
        if query.is_empty or limit <= 0:
            return []
        return await self._read(
            lambda connection: ranking.ranked_papers(connection, query, limit=limit, newest=newest)
        )

    async def ranked(self, query: Query, *, limit: int, newest: bool = False) -> list[Found]:
        """What `search` finds, in its order, with scores: those of bm25 and some more, or with
        `newest` the instants of submission, in seconds since 1970."""
        if query.is_empty or limit <= 0:
            return []
        return await self._read(
            lambda connection: ranking.ranked(connection, query, limit=limit, newest=newest)
        )

    async def count(self, query: Query) -> int:
        """How many papers a query finds, up to 1,000: more are counted as that many."""
        if query.is_empty:
            return 0
        return await self._read(lambda connection: ranking.count(connection, query))

    async def corrected(self, query: Query) -> Query | None:
        """The query with words that no paper has replaced by the likeliest ones that some have.

        None if all are known or nothing is near. Numbers, phrases, short words and scripts
        without spaces are left as they are.
        """
        terms = [await self._corrected(term) or term for term in query.terms]
        changed = replace(query, terms=tuple(terms))
        return changed if changed != query else None

    async def titled(self, typed: str, *, limit: int) -> list[Paper]:
        """Papers whose titles hold all words of `typed`, the last one perhaps unfinished; those
        that begin so first, then the newest. The newest of all, if nothing is typed."""
        return await self._read(
            lambda connection: ranking.titled(connection, typed, limit=limit),
            indexed_first=_INDEXED_BETWEEN_KEYS,
        )

    async def _corrected(self, term: Term) -> Term | None:
        if term.negated or not self._spelling.may_correct(term) or await self.count(Query((term,))):
            return None
        return await self._spelling.corrected(term)

    async def _read(
        self,
        work: Callable[[sqlite3.Connection], _T],
        *,
        indexed_first: int = _INDEXED_AT_ONCE,
    ) -> _T:
        """What `work` reads, with what was stored a moment ago: at most so many papers. If more
        are waiting, they are for others to index."""
        most = min(indexed_first, _WAITED_FOR) if self._index.busy else indexed_first

        def unless_waiting(connection: sqlite3.Connection) -> tuple[_T] | None:
            if 0 < reading.waiting(connection, most + 1) <= most:
                return None
            return (work(connection),)

        found = await self._healed(unless_waiting)
        if found is not None:
            return found[0]
        await self._index.catch_up(most=most)
        return await self._healed(work)

    async def _healed(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """What is read. If the index turns out to be damaged, it is made anew, beginning with the
        newest papers, and read again."""
        renewals = self._index.renewals
        try:
            return await self._db.read_at_once(work)
        except (StoreError, DBAPIError) as error:
            if not await self._index.heal(error, renewals=renewals):
                raise
        await self._index.catch_up(most=_INDEXED_ANEW)
        return await self._db.read_at_once(work)
