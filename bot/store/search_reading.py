"""The search index as SQL: which papers match an expression, the newest or the best of them.

All this runs on a connection's own thread (`Database.read_at_once`), in plain statements: of a
search's time, most was the way there and back for each of them, and making their texts anew. Every
statement is bounded: FTS5 goes from the newest paper backwards and stops at a limit, because a
statement that was given up cannot be stopped otherwise.
"""

import json
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from bot.store.index_queue import Index
from bot.text.search_ids import id_of
from bot.text.search_match import Completed, Lexicon, about
from bot.text.search_score import BM25_WEIGHTS
from bot.text.search_words import EVERY

_LOWEST, _HIGHEST = -(2**63), 2**63 - 1
# The words that the beginning of one stands for: the commonest of texts, and of names.
_COMPLETIONS = (60, 20)
_LAST = "\U0010ffff"
# A translation makes a paper longer, for which bm25 punishes it: by so much per compressed byte.
_TRANSLATED, _MOST_TRANSLATED = 1 / 1500, 0.8

_BM25 = f"bm25(search_index, {', '.join(map(str, BM25_WEIGHTS))})"
_JOINED = "JOIN search_papers ON search_papers.number = search_index.rowid"
_MATCHES = "search_index MATCH :expression"
_WITHIN = "search_index.rowid BETWEEN :lowest AND :highest AND dated >= :since AND dated < :until"
_BACKWARDS = "ORDER BY search_index.rowid DESC LIMIT :most"
_ANY_DAY = f"FROM search_index WHERE {_MATCHES}"
_SOME_DAYS = f"FROM search_index {_JOINED} WHERE {_MATCHES} AND {_WITHIN}"

_WAITING = 'SELECT count(*) FROM (SELECT 1 FROM index_queue WHERE "index" = ? LIMIT ?)'
_DAYS = "SELECT min(number), max(number) FROM search_papers WHERE dated >= ? AND dated < ?"
_WORDS = (
    "SELECT word FROM search_words WHERE name = ? AND word >= ? AND word < ? "
    "ORDER BY papers DESC LIMIT ?"
)
_NAMES = "SELECT word FROM search_words WHERE name = 1 AND word IN (SELECT value FROM json_each(?))"
_NEWEST = {
    days: f"SELECT search_index.rowid, other_id, dated {source} {_BACKWARDS}"
    for days, source in (
        (False, f"FROM search_index {_JOINED} WHERE {_MATCHES}"),
        (True, _SOME_DAYS),
    )
}
_BEST = {
    days: (
        "SELECT top.number, other_id, dated, score, length(translated), matches FROM ("  # noqa: S608 - all constants
        "SELECT number, score, count(*) OVER () AS matches "
        f"FROM (SELECT search_index.rowid AS number, {_BM25} AS score {source} {_BACKWARDS}) "
        "ORDER BY score LIMIT :best) AS top "
        "JOIN search_papers ON search_papers.number = top.number"
    )
    for days, source in ((False, _ANY_DAY), (True, _SOME_DAYS))
}
_COUNT = {
    days: f"SELECT count(*) FROM (SELECT 1 {source} {_BACKWARDS})"  # noqa: S608 - all constants
    for days, source in ((False, _ANY_DAY), (True, _SOME_DAYS))
}
_TEXTS = {
    "title": (
        "SELECT paper_id, title FROM papers "
        "WHERE paper_id IN (SELECT value FROM json_each(?)) ORDER BY version"
    ),
    "authors": (
        "SELECT paper_id, authors FROM papers "
        "WHERE paper_id IN (SELECT value FROM json_each(?)) ORDER BY version"
    ),
}
# All of them, but apart: bm25 cannot stand in a count.
_HELD = f"SELECT count(score) FROM (SELECT {_BM25} AS score {_ANY_DAY} LIMIT -1)"  # noqa: S608


@dataclass(frozen=True, slots=True)
class Days:
    """Seconds since 1970 from which on and before which a paper was submitted first, and the
    numbers between which such papers are."""

    since: int = _LOWEST
    until: int = _HIGHEST
    lowest: int = _LOWEST
    highest: int = _HIGHEST


@dataclass(frozen=True, slots=True)
class Matched:
    """A paper that matches; `score` is bm25's, higher is better, `dated` is in seconds."""

    number: int
    paper_id: str
    dated: int
    score: float = 0.0


def waiting(connection: sqlite3.Connection, most: int) -> int:
    """How many papers the index has yet to read, counted no further than `most`."""
    return connection.execute(_WAITING, (Index.SEARCH.value, most)).fetchone()[0]


def days(connection: sqlite3.Connection, since: date | None, until: date | None) -> Days | None:
    """The limits of days that are both included; None if there are none."""
    if since is None and until is None:
        return None
    first = _LOWEST if since is None else _midnight(since)
    end = _HIGHEST if until is None else _midnight(until) + 86_400
    lowest, highest = connection.execute(_DAYS, (first, end)).fetchone()
    return Days(first, end, 0, -1) if lowest is None else Days(first, end, lowest, highest)


def _midnight(day: date) -> int:
    return (day - date(1970, 1, 1)).days * 86_400


def lexicon(
    connection: sqlite3.Connection, prefixes: Collection[str], words: Collection[str] = ()
) -> Lexicon:
    """The commonest words that begin so, and which of `words` are in names."""
    completed: dict[str, Completed] = {}
    for prefix in prefixes:
        known = [
            connection.execute(_WORDS, (name, prefix, prefix + _LAST, most)).fetchall()
            for name, most in enumerate(_COMPLETIONS)
        ]
        completed[prefix] = Completed(*(tuple(word for (word,) in some) for some in known))
    if not words:
        return Lexicon(completed)
    names = connection.execute(_NAMES, (json.dumps(list(words)),)).fetchall()
    return Lexicon(completed, frozenset(word for (word,) in names))


def newest(
    connection: sqlite3.Connection, expression: str, limits: Days | None, most: int
) -> list[Matched]:
    """The papers with the highest numbers that match, at most so many."""
    rows = connection.execute(
        _NEWEST[limits is not None], _values(expression, limits, most)
    ).fetchall()
    return [Matched(number, _id(number, other), dated) for number, other, dated in rows]


def best(
    connection: sqlite3.Connection, expression: str, limits: Days | None, ranked: int, most: int
) -> tuple[list[Matched], bool]:
    """Of the `ranked` newest that match the best by bm25; and whether these are all that match."""
    values = _values(expression, limits, ranked) | {"best": most}
    rows = connection.execute(_BEST[limits is not None], values).fetchall()
    found = [
        Matched(number, _id(number, other), dated, -score * _lengthened(translated))
        for number, other, dated, score, translated, _ in rows
    ]
    return found, not rows or rows[0][-1] < ranked


def count(connection: sqlite3.Connection, expression: str, limits: Days | None, most: int) -> int:
    """How many papers match, counted no further than `most`."""
    values = _values(expression, limits, most)
    return connection.execute(_COUNT[limits is not None], values).fetchone()[0]


def indexed(connection: sqlite3.Connection) -> int:
    """How many papers are in the index."""
    return connection.execute("SELECT count(*) FROM search_papers").fetchone()[0]


def unlike(connection: sqlite3.Connection) -> str:
    """How what the index can tell of all papers differs from what it was given; else nothing."""
    held: int = connection.execute(_HELD, {"expression": about([EVERY])}).fetchone()[0]
    given = indexed(connection)
    return "" if held == given else f"{held} papers are in it instead of {given}"


def texts(
    connection: sqlite3.Connection, ids: Sequence[str], name: Literal["title", "authors"]
) -> dict[str, str]:
    """One column of the latest versions of papers, as it is stored, by identifier."""
    return dict(connection.execute(_TEXTS[name], (json.dumps(ids),)).fetchall())


def _values(expression: str, limits: Days | None, most: int) -> dict[str, Any]:
    values: dict[str, Any] = {"expression": expression, "most": most}
    if limits is not None:
        values |= {
            "since": limits.since,
            "until": limits.until,
            "lowest": limits.lowest,
            "highest": limits.highest,
        }
    return values


def _lengthened(translated: int | None) -> float:
    return 1.0 + min(_MOST_TRANSLATED, (translated or 0) * _TRANSLATED)


def _id(number: int, other_id: str | None) -> str:
    return other_id or id_of(number) or ""
