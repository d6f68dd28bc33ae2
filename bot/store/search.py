"""Searching the archive. Implements ArchiveSearch.

SQLite finds candidates by LIKE, which is quick but knows neither words nor accents; what they hold
is then looked at precisely on a thread (`bot/text/query_match.py`).
"""

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Executable,
    String,
    case,
    func,
    select,
    type_coerce,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Paper
from bot.store.database import Database
from bot.store.papers import PaperStore
from bot.store.schema import papers, translations
from bot.store.search_conditions import DATED, conditions, holds, telling_words
from bot.text.query import Query
from bot.text.query_match import QueryMatcher, Searched

# How many candidates are looked at precisely, those with the words in the title first.
_CANDIDATES = 1000
_CHUNK = 500

_newer = papers.alias("newer")
_LATEST = papers.c.version == (
    select(func.max(_newer.c.version))
    .where(_newer.c.paper_id == papers.c.paper_id)
    .scalar_subquery()
)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A row as SQLite gives it: nothing of it is decoded on the event loop."""

    key: tuple[str, int]
    title: str
    abstract: str
    authors: str
    comment: str
    dated: str


class SqlArchiveSearch:
    """Full-text search over the papers in the store, in their latest versions."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._papers = PaperStore(database)

    async def search(self, query: Query, *, limit: int, newest: bool = False) -> list[Paper]:
        """The latest versions of the papers that a query finds.

        Best first: those with more of the words in their titles, with all words side by side,
        and the newest; with `newest`, only the day of the first submission counts.
        """
        ranked = await self._ranked(query, newest=newest)
        wanted = [paper_id for paper_id, _ in ranked[:limit]]
        found = await self._papers.latest(wanted)
        return [found[paper_id] for paper_id in wanted if paper_id in found]

    async def count(self, query: Query) -> int:
        """How many papers a query finds, of the 1,000 that are likeliest."""
        return len(await self._ranked(query, newest=False))

    async def _ranked(self, query: Query, *, newest: bool) -> list[tuple[str, int]]:
        if query.is_empty:
            return []
        async with self._db.read() as connection:
            statement = _candidates(query, newest=newest)
            found = cast("list[Any]", (await connection.execute(statement)).all())
            translated = await _translated(connection, [row[0] for row in found])
        return await asyncio.to_thread(_rank, query, found, translated, newest)


def _candidates(query: Query, *, newest: bool) -> Executable:
    in_title = [
        case((holds(papers.c.title, word), 1), else_=0)
        for term, words in telling_words(query).items()
        if term.field in {"", "ti"}
        for word in words
    ]
    hits: list[ColumnElement[Any]] = [] if newest or not in_title else [_sum(in_title).desc()]
    return (
        select(
            papers.c.paper_id,
            papers.c.version,
            papers.c.title,
            papers.c.abstract,
            type_coerce(papers.c.authors, String),
            func.coalesce(papers.c.comment, ""),
            type_coerce(DATED, String),
        )
        .where(_LATEST, *conditions(query))
        .order_by(*hits, DATED.desc(), papers.c.paper_id.desc())
        .limit(_CANDIDATES)
    )


def _sum(parts: Sequence[ColumnElement[int]]) -> ColumnElement[int]:
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total


async def _translated(
    connection: AsyncConnection, paper_ids: Sequence[str]
) -> dict[str, list[tuple[str, str]]]:
    """The stored JSON of titles and sentences of all translations, by paper."""
    found: dict[str, list[tuple[str, str]]] = {}
    for start in range(0, len(paper_ids), _CHUNK):
        statement = select(
            translations.c.paper_id,
            type_coerce(translations.c.title, String),
            type_coerce(translations.c.sentences, String),
        ).where(translations.c.paper_id.in_(paper_ids[start : start + _CHUNK]))
        for paper_id, title, sentences in (await connection.execute(statement)).all():
            found.setdefault(paper_id, []).append((title, sentences))
    return found


def _rank(
    query: Query,
    candidates: Sequence[Any],
    translated: Mapping[str, Sequence[tuple[str, str]]],
    newest: bool,
) -> list[tuple[str, int]]:
    matcher = QueryMatcher(query)
    found: list[tuple[tuple[int, int], str, tuple[str, int]]] = []
    for paper_id, version, *columns in candidates:
        one = _Candidate((paper_id, version), *columns)
        texts = translated.get(one.key[0], ())
        score = matcher.score(
            Searched(
                one.key[0],
                (one.title, *("\n".join(_strings(json.loads(title))) for title, _ in texts)),
                (one.abstract, *("\n".join(_strings(json.loads(body))) for _, body in texts)),
                tuple(json.loads(one.authors)),
                one.comment,
            )
        )
        if score is not None:
            found.append(((0, 0) if newest else score, one.dated, one.key))
    found.sort(reverse=True)  # of one moment, the higher identifier is the newer paper
    return [key for _, _, key in found]


def _strings(value: object) -> Iterator[str]:
    """All texts inside a decoded JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in cast("dict[str, object]", value).values():
            yield from _strings(part)
    elif isinstance(value, list):
        for part in cast("list[object]", value):
            yield from _strings(part)
