"""What the search index is given of a paper, and what it was given before.

FTS5 holds only the index, not the texts. To forget a paper it has to be told the tokens that it
was given for it; those follow from the row as it was when it was indexed, which is either still
as it was or kept in `search_before`.
"""

import json
import sqlite3
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple

from bot.text.search_ids import number_of
from bot.text.search_words import (
    category_tokens,
    index_tokens,
    name_tokens,
    plain_words,
    readable,
    tokens,
)

Texts = tuple[str, ...]
"""What the index is given of a paper: the tokens of each column, joined by spaces."""


_NOW = (
    "SELECT paper_id, version, title, abstract, authors, categories, comment, "
    "coalesce(published, first_seen_at) FROM papers "
    "WHERE paper_id IN (SELECT value FROM json_each(?))"
)
_BEFORE = (
    "SELECT paper_id, version, title, abstract, authors, categories, comment FROM search_before "
    "WHERE paper_id IN (SELECT value FROM json_each(?))"
)
_KNOWN = (
    "SELECT number, version, translated FROM search_papers "
    "WHERE number IN (SELECT value FROM json_each(?))"
)
_TRANSLATED = (
    "SELECT paper_id, version, title, sentences FROM translations "
    "WHERE paper_id IN (SELECT value FROM json_each(?)) ORDER BY language, provider, glossary"
)


class Row(NamedTuple):
    """The texts of a version of a paper as they are stored; names and categories are JSON, `dated`
    is when it was submitted first, else first seen, in UTC."""

    paper_id: str
    version: int
    title: str
    abstract: str
    authors: str
    categories: str
    comment: str | None
    dated: str = ""


class Entry(NamedTuple):
    """What the index notes of a paper that it holds."""

    number: int
    version: int
    translated: bytes | None


@dataclass(frozen=True, slots=True)
class Read:
    """A paper as the database has it now; its entry in the index and the row that was indexed, if
    it is there. `translated` is the JSON of titles and sentences."""

    now: Row
    translated: Sequence[tuple[str, str]]
    known: Entry | None
    before: Row | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is to be written of a paper. `old` is what the index has to forget, `own` and
    `translated` are what it is given instead; `own` is None if nothing has changed. `words` and
    `names` are those that it has not counted for the paper yet."""

    paper_id: str
    number: int
    version: int
    dated: int
    old: Texts | None
    own: Texts | None
    translated: Texts
    words: set[str]
    names: set[str]


def read(connection: sqlite3.Connection, ids: Sequence[str]) -> list[Read]:
    """The papers with all that is needed to index them, from one state of the database."""
    among = (json.dumps(ids),)
    versions: dict[str, dict[int, Row]] = {}
    for row in map(Row._make, connection.execute(_NOW, among)):
        versions.setdefault(row.paper_id, {})[row.version] = row
    before = {
        (row.paper_id, row.version): row
        for row in (Row(*values) for values in connection.execute(_BEFORE, among))
    }
    numbers = {number_of(one): one for one in ids}
    entries = connection.execute(_KNOWN, (json.dumps(list(numbers)),))
    known = {numbers[entry.number]: entry for entry in map(Entry._make, entries)}
    translated: dict[tuple[str, int], list[tuple[str, str]]] = {}
    for paper_id, version, title, sentences in connection.execute(_TRANSLATED, among):
        translated.setdefault((paper_id, version), []).append((title, sentences))
    found: list[Read] = []
    for paper_id, rows in versions.items():
        now = rows[max(rows)]
        entry = known.get(paper_id)
        old = (
            None if entry is None else before.get((paper_id, entry.version)) or rows[entry.version]
        )
        found.append(Read(now, translated.get((paper_id, now.version), ()), entry, old))
    return found


def prepare(paper: Read) -> Prepared:
    """Make the tokens of a paper; CPU work."""
    now = paper.now
    prepared = partial(
        Prepared,
        now.paper_id,
        number_of(now.paper_id),
        now.version,
        int(datetime.fromisoformat(now.dated).replace(tzinfo=UTC).timestamp()),
    )
    translated = _translations(paper.translated)
    if paper.known is None or paper.before is None:
        texts, words, names = _own(now)
        return prepared(None, texts, translated, words, names)
    kept = paper.known.translated
    was_translated = tuple((zlib.decompress(kept).decode() if kept else "\n").split("\n"))
    if paper.before is now and translated == was_translated:
        return prepared(None, None, translated, set(), set())
    texts, words, names = _own(now)
    if paper.before is now:
        return prepared((*texts, *was_translated), texts, translated, set(), set())
    was, known_words, known_names = _own(paper.before)
    # Of words that the index knows of the earlier text, no more are counted.
    old = (*was, *was_translated)
    return prepared(old, texts, translated, words - known_words, names - known_names)


def _own(row: Row) -> tuple[Texts, set[str], set[str]]:
    """The tokens of a paper's own columns; its words, and those of its authors' names."""
    abstract, title = readable(row.abstract), readable(row.title)
    names = [token for name in json.loads(row.authors) for token in name_tokens(name)]
    texts = (
        " ".join(tokens(abstract)),
        " ".join(tokens(title)),
        " ".join(names),
        " ".join(index_tokens(row.comment or "")),
        " ".join(
            (*index_tokens(row.paper_id), *category_tokens(tuple(json.loads(row.categories))))
        ),
    )
    words = plain_words(title) | plain_words(abstract)
    return texts, words, {word for word in names if not word.startswith("^")}


def _translations(translated: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """The tokens of all translations of title and abstract; the same text is there once."""
    titles: dict[str, None] = {}
    bodies: dict[str, None] = {}
    for title, sentences in translated:
        titles[json.loads(title)[1]] = None
        bodies["\n".join(target for _, target in json.loads(sentences))] = None
    return _joined(titles), _joined(bodies)


def _joined(texts: Iterable[str]) -> str:
    return " ".join(token for one in texts for token in index_tokens(one))
