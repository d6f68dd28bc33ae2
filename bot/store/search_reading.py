"""The search index as SQL: which papers match an expression, the newest or the best of them.

Every statement is bounded: FTS5 goes from the newest paper backwards and stops at a limit, because
a statement that was given up cannot be stopped otherwise.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeVarTuple

from sqlalchemy import (
    ColumnClause,
    Float,
    Integer,
    Select,
    String,
    column,
    func,
    literal_column,
    select,
    table,
    type_coerce,
)
from sqlalchemy import text as sql
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.schema import papers, search_papers, search_words
from bot.text.search_ids import id_of
from bot.text.search_match import Completed, Lexicon, about
from bot.text.search_score import BM25_WEIGHTS
from bot.text.search_words import EVERY

_Columns = TypeVarTuple("_Columns")

_index = table("search_index", column("rowid", Integer))
_MATCHES = sql("search_index MATCH :expression")
_BM25: ColumnClause[float] = literal_column(
    f"bm25(search_index, {', '.join(map(str, BM25_WEIGHTS))})", Float
)
_CHUNK = 300
# The words that the beginning of one stands for: the commonest of texts, and of names.
_COMPLETIONS = (60, 20)
_LAST = "\U0010ffff"
# A translation makes a paper longer, for which bm25 punishes it: by so much per compressed byte.
_TRANSLATED, _MOST_TRANSLATED = 1 / 1500, 0.8


@dataclass(frozen=True, slots=True)
class Days:
    """Seconds since 1970 from which on and before which a paper was submitted first, and the
    numbers between which such papers are. None is no limit."""

    since: int | None = None
    until: int | None = None
    numbers: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Matched:
    """A paper that matches; `score` is bm25's, higher is better, `dated` is in seconds."""

    number: int
    paper_id: str
    dated: int
    score: float = 0.0


async def days(connection: AsyncConnection, since: date | None, until: date | None) -> Days:
    """The limits of days that are both included."""
    if since is None and until is None:
        return Days()
    first = None if since is None else _midnight(since)
    end = None if until is None else _midnight(until) + 86_400
    query = select(func.min(search_papers.c.number), func.max(search_papers.c.number))
    if first is not None:
        query = query.where(search_papers.c.dated >= first)
    if end is not None:
        query = query.where(search_papers.c.dated < end)
    lowest, highest = (await connection.execute(query)).one()
    return Days(first, end, (0, -1) if lowest is None else (lowest, highest))


def _midnight(day: date) -> int:
    return (day - date(1970, 1, 1)).days * 86_400


async def lexicon(
    connection: AsyncConnection, prefixes: Collection[str], words: Collection[str] = ()
) -> Lexicon:
    """The commonest words that begin so, and which of `words` are in names."""
    completed: dict[str, Completed] = {}
    for prefix in prefixes:
        known: list[tuple[str, ...]] = []
        for name, most in enumerate(_COMPLETIONS):
            query = (
                select(search_words.c.word)
                .where(
                    search_words.c.name == name,
                    search_words.c.word >= prefix,
                    search_words.c.word < prefix + _LAST,
                )
                .order_by(search_words.c.papers.desc())
                .limit(most)
            )
            known.append(tuple((await connection.execute(query)).scalars()))
        completed[prefix] = Completed(*known)
    if not words:
        return Lexicon(completed)
    query = select(search_words.c.word).where(
        search_words.c.name == 1, search_words.c.word.in_(words)
    )
    return Lexicon(completed, frozenset((await connection.execute(query)).scalars()))


async def newest(
    connection: AsyncConnection, expression: str, limits: Days, most: int
) -> list[Matched]:
    """The papers with the highest numbers that match, at most so many."""
    query = (
        _within(select(_index.c.rowid, search_papers.c.other_id, search_papers.c.dated), limits)
        .join(search_papers, search_papers.c.number == _index.c.rowid)
        .limit(most)
    )
    rows = await connection.execute(query, {"expression": expression})
    return [Matched(number, _id(number, other), dated) for number, other, dated in rows]


async def best(
    connection: AsyncConnection, expression: str, limits: Days, ranked: int, most: int
) -> tuple[list[Matched], bool]:
    """Of the `ranked` newest that match the best by bm25; and whether these are all that match."""
    within = _within(select(_index.c.rowid, _BM25.label("score")), limits).limit(ranked)
    if limits.numbers:
        within = within.join(search_papers, search_papers.c.number == _index.c.rowid)
    every = within.subquery()
    top = (
        select(every.c.rowid, every.c.score, func.count().over().label("matches"))
        .order_by(every.c.score)
        .limit(most)
        .subquery()
    )
    query = select(
        top.c.rowid,
        search_papers.c.other_id,
        search_papers.c.dated,
        top.c.score,
        func.length(search_papers.c.translated),
        top.c.matches,
    ).join(search_papers, search_papers.c.number == top.c.rowid)
    rows = (await connection.execute(query, {"expression": expression})).all()
    found = [
        Matched(number, _id(number, other), dated, -score * _lengthened(translated))
        for number, other, dated, score, translated, _ in rows
    ]
    return found, not rows or rows[0].matches < ranked


async def count(connection: AsyncConnection, expression: str, limits: Days, most: int) -> int:
    """How many papers match, counted no further than `most`."""
    within = _within(select(_index.c.rowid), limits).limit(most)
    if limits.numbers:
        within = within.join(search_papers, search_papers.c.number == _index.c.rowid)
    query = select(func.count()).select_from(within.subquery())
    return (await connection.execute(query, {"expression": expression})).scalar_one()


async def indexed(connection: AsyncConnection) -> int:
    """How many papers are in the index."""
    return (await connection.execute(select(func.count()).select_from(search_papers))).scalar_one()


async def unlike(connection: AsyncConnection) -> str:
    """How what the index can tell of all papers differs from what it was given; else nothing."""
    scores = select(_BM25.label("score")).select_from(_index).where(_MATCHES)
    every = scores.limit(-1).subquery()  # all of them, but apart: bm25 cannot stand in a count
    query = select(func.count(every.c.score))
    held = (await connection.execute(query, {"expression": about([EVERY])})).scalar_one()
    given = await indexed(connection)
    return "" if held == given else f"{held} papers are in it instead of {given}"


async def texts(
    connection: AsyncConnection, ids: Sequence[str], name: Literal["title", "abstract", "authors"]
) -> dict[str, str]:
    """One column of the latest versions of papers, as it is stored, by identifier."""
    found: dict[str, str] = {}
    wanted = type_coerce(papers.c[name], String)
    for start in range(0, len(ids), _CHUNK):
        query = (
            select(papers.c.paper_id, wanted)
            .where(papers.c.paper_id.in_(ids[start : start + _CHUNK]))
            .order_by(papers.c.version)
        )
        rows = await connection.execute(query)
        found |= dict(rows.all())
    return found


def _within(query: Select[*_Columns], limits: Days) -> Select[*_Columns]:
    """The papers that match, from the newest backwards."""
    query = query.select_from(_index).where(_MATCHES).order_by(_index.c.rowid.desc())
    if limits.numbers:
        query = query.where(_index.c.rowid.between(*limits.numbers))
    if limits.since is not None:
        query = query.where(search_papers.c.dated >= limits.since)
    if limits.until is not None:
        query = query.where(search_papers.c.dated < limits.until)
    return query


def _lengthened(translated: int | None) -> float:
    return 1.0 + min(_MOST_TRANSLATED, (translated or 0) * _TRANSLATED)


def _id(number: int, other_id: str | None) -> str:
    return other_id or id_of(number) or ""
