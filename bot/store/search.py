"""Searching the archive. Implements ArchiveSearch.

SQLite's FTS5 finds the papers and ranks them by bm25 (`search_reading.py`); the best are looked
at again on a thread (`bot/text/search_score.py`). What the index holds is written by
`search_index.py`.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StoreError
from bot.models import Found, Paper
from bot.store import search_reading as reading
from bot.store.database import Database
from bot.store.index_queue import Index, IndexQueue
from bot.store.papers import PaperStore
from bot.store.search_index import SearchIndex
from bot.store.search_reading import Days, Matched
from bot.store.search_spelling import Spelling
from bot.text.query import Query, Term
from bot.text.search_match import (
    Lexicon,
    expression,
    expression_in_titles,
    prefixes,
    written_words,
)
from bot.text.search_names import WantedName
from bot.text.search_score import Scorer
from bot.text.search_titles import TitleBeginning, title_words

COUNTED = 1000
"""Further than this nobody counts."""

# Of those that match, so many of the newest are ranked.
_RANKED = 1500
# So many of the newest are sorted by day.
_BY_DAY = 1000
# How many of the best are looked at again: all by their titles, the best also by their abstracts.
_LOOKED_AT, _READ = 120, 40
# How many are looked at for names that have to be compared one by one.
_NAMES_LOOKED_AT, _NAMES_COUNTED = 1000, 1500
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
        self._papers = PaperStore(database)
        self._index = SearchIndex(database)
        self._queue = IndexQueue(database, Index.SEARCH)
        self._spelling = Spelling()

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
        wanted = [one.paper_id for one in await self.ranked(query, limit=limit, newest=newest)]
        found = await self._papers.latest(wanted)
        return [found[paper_id] for paper_id in wanted if paper_id in found]

    async def ranked(self, query: Query, *, limit: int, newest: bool = False) -> list[Found]:
        """What `search` finds, in its order, with scores: those of bm25 and some more, or with
        `newest` the instants of submission, in seconds since 1970."""
        if query.is_empty or limit <= 0:
            return []
        await self._fresh(_INDEXED_AT_ONCE)
        return await self._healed(lambda: self._ranked(query, limit=limit, newest=newest))

    async def _ranked(self, query: Query, *, limit: int, newest: bool) -> list[Found]:
        by_day = newest or not any(not term.negated for term in query.terms)
        async with self._db.read() as connection:
            matched = await _matched(connection, query, limit=limit, by_day=by_day)
            if names := _names(query):
                matched = await _named(connection, names, matched)
            if by_day:
                return [Found(one.paper_id, one.dated) for one in matched[:limit]]
            return (await _scored(connection, query, matched))[:limit]

    async def count(self, query: Query) -> int:
        """How many papers a query finds, up to 1,000: more are counted as that many."""
        if query.is_empty:
            return 0
        await self._fresh(_INDEXED_AT_ONCE)
        return await self._healed(lambda: self._count(query))

    async def _count(self, query: Query) -> int:
        async with self._db.read() as connection:
            text = expression(query, await _lexicon(connection, query))
            if not text:
                return 0
            days = await reading.days(connection, query.since, query.until)
            if not _names(query):
                return await reading.count(connection, text, days, COUNTED)
            matched = await reading.newest(connection, text, days, _NAMES_COUNTED)
            return min(COUNTED, len(await _named(connection, _names(query), matched)))

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
        await self._fresh(_INDEXED_BETWEEN_KEYS)
        words = TitleBeginning.read(typed)
        wanted, titles = await self._healed(lambda: self._titled(words, limit))
        wanted = await asyncio.to_thread(_begun_first, typed, titles, wanted)
        papers = await self._papers.latest(wanted[:limit])
        return [papers[paper_id] for paper_id in wanted[:limit] if paper_id in papers]

    async def _titled(self, words: TitleBeginning, limit: int) -> tuple[list[str], dict[str, str]]:
        """The papers for `titled`, some more than that, and their titles."""
        async with self._db.read() as connection:
            lexicon = await reading.lexicon(connection, words.prefixes)
            *begun, every = words.expressions(lexicon)
            found = await reading.newest(connection, every, Days(), 2 * limit)
            if begun and len(found) == 2 * limit:  # else those that begin so are among them
                found = [
                    *await reading.newest(connection, begun[0], Days(), 2 * limit),
                    *found,
                ]
            wanted = list(dict.fromkeys(one.paper_id for one in found))[: 2 * limit]
            return wanted, await reading.texts(connection, wanted, "title")

    async def _corrected(self, term: Term) -> Term | None:
        if term.negated or not self._spelling.may_correct(term) or await self.count(Query((term,))):
            return None
        async with self._db.read() as connection:
            return await self._spelling.corrected(connection, term)

    async def _healed(self, read: Callable[[], Awaitable[_T]]) -> _T:
        """What is read. If the index turns out to be damaged, it is made anew, beginning with the
        newest papers, and read again."""
        renewals = self._index.renewals
        try:
            return await read()
        except (StoreError, DBAPIError) as error:
            if not await self._index.heal(error, renewals=renewals):
                raise
        await self._index.catch_up(most=_INDEXED_ANEW)
        return await read()

    async def _fresh(self, most: int) -> None:
        """Index what was stored a moment ago. If more is waiting, that is for others to do."""
        waiting = len(await self._queue.next(most + 1))
        if self._index.busy:
            most = min(most, _WAITED_FOR)
        if 0 < waiting <= most:
            await self._index.catch_up(most=most)


async def _lexicon(connection: AsyncConnection, query: Query) -> Lexicon:
    return await reading.lexicon(connection, prefixes(query), written_words(query))


async def _matched(
    connection: AsyncConnection, query: Query, *, limit: int, by_day: bool
) -> list[Matched]:
    """The papers to look at, the best or the newest ones first."""
    lexicon = await _lexicon(connection, query)
    text = expression(query, lexicon)
    if not text:
        return []
    days = await reading.days(connection, query.since, query.until)
    most = max(_NAMES_LOOKED_AT if _names(query) else _LOOKED_AT, limit + 50)
    if by_day:
        # Numbers follow the months of submission, not the days.
        found = await reading.newest(connection, text, days, max(_BY_DAY, most))
        return sorted(found, key=lambda one: (one.dated, one.number), reverse=True)
    found, all_of_them = await reading.best(connection, text, days, _RANKED, most)
    # Of one or two common words there are enough in the titles of the newest.
    in_titles = expression_in_titles(query, lexicon) if len(query.terms) > 2 else ""
    if in_titles and not all_of_them:
        # Their titles tell them apart; bm25 would take longer than all else.
        known = {one.number for one in found}
        middling = found[len(found) // 2].score
        older = await reading.newest(connection, in_titles, days, most)
        found += [replace(one, score=middling) for one in older if one.number not in known]
    return found


def _names(query: Query) -> list[tuple[WantedName, bool]]:
    """The authors of a query that must be looked at precisely, and whether they are unwanted."""
    names = [
        (WantedName(term.text), term.negated)
        for term in query.terms
        if term.field == "au" and not term.text.endswith("*")
    ]
    return [(name, negated) for name, negated in names if not name.is_exact]


async def _named(
    connection: AsyncConnection, names: Sequence[tuple[WantedName, bool]], matched: list[Matched]
) -> list[Matched]:
    """The papers with these authors, and without those that are unwanted."""
    authors = await reading.texts(connection, [one.paper_id for one in matched], "authors")

    def meant(one: Matched) -> bool:
        written = json.loads(authors.get(one.paper_id, "[]"))
        return all(name.found(written) != negated for name, negated in names)

    return await asyncio.to_thread(lambda: [one for one in matched if meant(one)])


async def _scored(
    connection: AsyncConnection, query: Query, matched: Sequence[Matched]
) -> list[Found]:
    """The papers with scores, best first: all by their titles, the best also by abstracts."""
    if not matched:
        return []
    scorer = Scorer(query)
    now = max(one.dated for one in matched)
    titles = await reading.texts(connection, [one.paper_id for one in matched], "title")

    def by_title() -> list[tuple[float, Matched]]:
        return _ordered(
            (scorer.by_title(one.score, titles.get(one.paper_id, ""), now - one.dated), one)
            for one in matched
        )

    first = await asyncio.to_thread(by_title)
    head, tail = first[:_READ], first[_READ:]
    abstracts = await reading.texts(connection, [one.paper_id for _, one in head], "abstract")

    def by_forms() -> list[tuple[float, Matched]]:
        return _ordered(
            (
                score
                + scorer.by_forms(titles.get(one.paper_id, ""), abstracts.get(one.paper_id, "")),
                one,
            )
            for score, one in head
        )

    scored = [*await asyncio.to_thread(by_forms), *tail]
    return [Found(one.paper_id, score) for score, one in scored]


def _ordered(scored: Iterable[tuple[float, Matched]]) -> list[tuple[float, Matched]]:
    """The best first; of equal ones the newest."""
    return sorted(scored, key=lambda one: (one[0], one[1].dated, one[1].number), reverse=True)


def _begun_first(typed: str, titles: Mapping[str, str], wanted: Sequence[str]) -> list[str]:
    """First those whose titles begin as was typed; otherwise in their order."""
    begun = title_words(typed)
    return sorted(wanted, key=lambda one: not title_words(titles.get(one, "")).startswith(begun))
