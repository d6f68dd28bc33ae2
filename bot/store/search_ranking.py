"""The papers of a query in their order, within one read of the database.

bm25 chooses among the newest that match; the best of these are looked at again
(`bot/text/search_score.py`).
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bot.models import Found, Paper
from bot.store import search_reading as reading
from bot.store.papers import latest_rows
from bot.store.rows import PaperRow, stored_paper
from bot.store.search_reading import Matched
from bot.text.query import Query
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
# So many more than are wanted: titles may lift a paper by some places.
_MORE = 20
# Few papers have so many words: titles and abstracts tell these apart, better than bm25 does.
_MANY = 5
# Short beginnings of several words stand for so many words; then so many papers are looked at.
_MANY_ENDS, _BEGUN_LOOKED_AT = 80, 250
# How many are looked at for names that have to be compared one by one.
_NAMES_LOOKED_AT, _NAMES_COUNTED = 1000, 1500


def ranked(
    connection: sqlite3.Connection, query: Query, *, limit: int, newest: bool
) -> list[Found]:
    """What a query finds, as `SqlArchiveSearch.ranked`."""
    return _ranked(connection, query, limit=limit, newest=newest)[0]


def ranked_papers(
    connection: sqlite3.Connection, query: Query, *, limit: int, newest: bool
) -> list[Paper]:
    """What a query finds, as `SqlArchiveSearch.search`."""
    found, known = _ranked(connection, query, limit=limit, newest=newest)
    missing = [one.paper_id for one in found if one.paper_id not in known]
    known = {**known, **latest_rows(connection, missing)}
    return [stored_paper(known[one.paper_id]) for one in found if one.paper_id in known]


def _ranked(
    connection: sqlite3.Connection, query: Query, *, limit: int, newest: bool
) -> tuple[list[Found], Mapping[str, PaperRow]]:
    """What a query finds, and those papers that were read for it."""
    by_day = newest or not any(not term.negated for term in query.terms)
    matched = _matched(connection, query, limit=limit, by_day=by_day)
    if names := _names(query):
        matched = _named(connection, names, matched)
    if by_day:
        return [Found(one.paper_id, one.dated) for one in matched[:limit]], {}
    known = latest_rows(connection, [one.paper_id for one in matched])
    return _scored(query, matched, known)[:limit], known


def count(connection: sqlite3.Connection, query: Query) -> int:
    """How many papers a query finds, counted no further than `COUNTED`."""
    text = expression(query, _lexicon(connection, query))
    if not text:
        return 0
    days = reading.days(connection, query.since, query.until)
    if not (names := _names(query)):
        return reading.count(connection, text, days, COUNTED)
    matched = reading.newest(connection, text, days, _NAMES_COUNTED)
    return min(COUNTED, len(_named(connection, names, matched)))


def titled(connection: sqlite3.Connection, typed: str, *, limit: int) -> list[Paper]:
    """Papers by a part of their titles, as `SqlArchiveSearch.titled`."""
    words = TitleBeginning.read(typed)
    lexicon = reading.lexicon(connection, words.prefixes)
    *begun, every = words.expressions(lexicon)
    found = reading.newest(connection, every, None, 2 * limit)
    if begun and len(found) == 2 * limit:  # else those that begin so are among them
        found = [*reading.newest(connection, begun[0], None, 2 * limit), *found]
    wanted = list(dict.fromkeys(one.paper_id for one in found))[: 2 * limit]
    titles = reading.texts(connection, wanted, "title")
    wanted = _begun_first(typed, titles, wanted)[:limit]
    known = latest_rows(connection, wanted)
    return [stored_paper(known[paper_id]) for paper_id in wanted if paper_id in known]


def _lexicon(connection: sqlite3.Connection, query: Query) -> Lexicon:
    return reading.lexicon(connection, prefixes(query), written_words(query))


def _matched(
    connection: sqlite3.Connection, query: Query, *, limit: int, by_day: bool
) -> list[Matched]:
    """The papers to look at, the best or the newest ones first."""
    lexicon = _lexicon(connection, query)
    text = expression(query, lexicon)
    if not text:
        return []
    days = reading.days(connection, query.since, query.until)
    most = max(_NAMES_LOOKED_AT if _names(query) else _LOOKED_AT, limit + _MORE)
    if by_day:
        # Numbers follow the months of submission, not the days.
        found = reading.newest(connection, text, days, max(_BY_DAY, most))
        return sorted(found, key=lambda one: (one.dated, one.number), reverse=True)
    if sum(len(one.words) for one in lexicon.completed.values()) > _MANY_ENDS:
        # bm25 would count all papers of each. The rare ones of these words, which it likes best,
        # are the least likely to be meant.
        return reading.newest(connection, text, days, max(most, _BEGUN_LOOKED_AT))
    if len(query.terms) >= _MANY:
        # bm25 would count all papers that have one of the words, however few have all of them.
        few = reading.newest(connection, text, days, _READ + 1)
        if len(few) <= _READ:
            return few
    found, all_of_them = reading.best(connection, text, days, _RANKED, most)
    # Of one or two common words there are enough in the titles of the newest.
    words = sum(not term.negated for term in query.terms)
    in_titles = expression_in_titles(query, lexicon) if words > 2 else ""
    if in_titles and not all_of_them:
        # Their titles tell them apart; bm25 would take longer than all else.
        known = {one.number for one in found}
        middling = found[len(found) // 2].score
        older = reading.newest(connection, in_titles, days, most)
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


def _named(
    connection: sqlite3.Connection, names: Sequence[tuple[WantedName, bool]], matched: list[Matched]
) -> list[Matched]:
    """The papers with these authors, and without those that are unwanted."""
    authors = reading.texts(connection, [one.paper_id for one in matched], "authors")

    def meant(one: Matched) -> bool:
        written = json.loads(authors.get(one.paper_id, "[]"))
        return all(name.found(written) != negated for name, negated in names)

    return [one for one in matched if meant(one)]


def _scored(query: Query, matched: Sequence[Matched], known: Mapping[str, PaperRow]) -> list[Found]:
    """The papers with scores, best first: all by their titles, the best also by abstracts."""
    if not matched:
        return []
    scorer = Scorer(query)
    now = max(one.dated for one in matched)
    # One that the index has and the store no longer stays where bm25 put it.
    rows = [(known.get(one.paper_id), one) for one in matched]
    first = _ordered(
        (scorer.by_title(one.score, row.title if row else "", now - one.dated), one)
        for row, one in rows
    )
    head = _ordered(
        (score + _by_forms(scorer, known.get(one.paper_id)), one) for score, one in first[:_READ]
    )
    return [Found(one.paper_id, score) for score, one in (*head, *first[_READ:])]


def _by_forms(scorer: Scorer, row: PaperRow | None) -> float:
    if row is None:
        return 0.0
    return scorer.by_forms(row.title, row.abstract, json.loads(row.authors))


def _ordered(scored: Iterable[tuple[float, Matched]]) -> list[tuple[float, Matched]]:
    """The best first; of equal ones the newest."""
    return sorted(scored, key=lambda one: (one[0], one[1].dated, one[1].number), reverse=True)


def _begun_first(typed: str, titles: Mapping[str, str], wanted: Sequence[str]) -> list[str]:
    """First those whose titles begin as was typed; otherwise in their order."""
    begun = title_words(typed)
    return sorted(wanted, key=lambda one: not title_words(titles.get(one, "")).startswith(begun))
