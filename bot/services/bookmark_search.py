"""Finding a person's bookmarks by words of the paper or of their own note."""

import asyncio
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.models import Bookmark, Paper
from bot.store.bookmarks import BookmarkStore
from bot.text.latex import to_unicode
from bot.text.safety import plain
from bot.text.tokens import fold

# Texts of papers that are kept ready: about 20 MB at most.
_MOST_TEXTS = 10_000
_CHUNK = 250
_LONGEST_QUERY, _MOST_WORDS = 300, 20

_QUOTED = re.compile(r"[\"“”„«»「」『』]([^\"“”„«»「」『』]+)[\"“”„«»「」『』]|(\S+)")
_HYPHENS = re.compile(r"[\s\-_/]+")
_AROUND = " \t.,;:!?\"'()[]“”„«»「」『』"
_LATIN = re.compile(r"[a-z0-9]")

Matches = Callable[[str], bool]
Texts = tuple[str, str]
"""What is searched of a paper: its title, and all of it."""


@dataclass(frozen=True, slots=True)
class FoundBookmarks:
    """Ids of papers, the newest bookmarks first: all, those found in the title, and the others."""

    all: list[str]
    in_title: list[str]
    elsewhere: list[str]


class BookmarkSearch:
    """Searches bookmarks. The papers' texts are made on a thread and kept for the next search."""

    def __init__(self, store: BookmarkStore) -> None:
        self._store = store
        self._texts: dict[tuple[str, int], Texts] = {}

    async def find(self, user_id: int, query: str) -> FoundBookmarks:
        """The papers whose texts hold all words of the query.

        Case and accents do not count; a word may be the beginning of one in the text, and any
        part of a Chinese, Japanese or Korean text. Words in quotes stand together. The title,
        abstract, authors, id and the person's note are searched.
        """
        kept = await self._store.outlines(user_id)
        texts = await self._texts_of(user_id, kept)
        return await asyncio.to_thread(_found, kept, texts, query)

    async def _texts_of(self, user_id: int, kept: Sequence[Bookmark]) -> list[Texts]:
        known = {one: self._texts.get(one) for one in ((b.paper_id, b.version) for b in kept)}
        missing = [paper_id for (paper_id, _), texts in known.items() if texts is None]
        for start in range(0, len(missing), _CHUNK):
            chunk = missing[start : start + _CHUNK]
            papers = [paper for _, paper in await self._store.of_papers(user_id, chunk)]
            made = await asyncio.to_thread(_texts_of_all, papers)
            for paper, texts in zip(papers, made, strict=True):
                known[paper.id, paper.version] = self._texts[paper.id, paper.version] = texts
        while len(self._texts) > _MOST_TEXTS:
            del self._texts[next(iter(self._texts))]
        return [known[b.paper_id, b.version] or ("", "") for b in kept]


def words_of(query: str) -> list[str]:
    """The words and quoted phrases that are looked for."""
    found = _QUOTED.findall(plain(query[:_LONGEST_QUERY]))
    words = (_searchable(quoted or word.strip(_AROUND)) for quoted, word in found)
    return [word for word in words if any(map(_says_something, word))][:_MOST_WORDS]


def _says_something(sign: str) -> bool:
    return sign.isalnum() or unicodedata.category(sign) == "So"  # emoji are searched in notes


def matcher(query: str) -> Matches:
    """Tells whether a text made by `_searchable` holds all words of a query."""
    tests = [_test(word) for word in words_of(query)]
    return lambda text: all(test(text) for test in tests)


def _test(word: str) -> Matches:
    if not _LATIN.match(word):
        return lambda text: word in text
    begins = re.compile(rf"(?<![a-z0-9]){re.escape(word)}")
    # Looking for the letters first is ten times as fast.
    return lambda text: word in text and begins.search(text) is not None


def _found(kept: Sequence[Bookmark], texts: Sequence[Texts], query: str) -> FoundBookmarks:
    matches = matcher(query)
    found = FoundBookmarks([], [], [])
    for bookmark, (title, whole) in zip(kept, texts, strict=True):
        text = f"{whole} {_searchable(bookmark.note)}" if bookmark.note else whole
        if matches(text):
            found.all.append(bookmark.paper_id)
            (found.in_title if matches(title) else found.elsewhere).append(bookmark.paper_id)
    return found


def _texts_of_all(papers: Sequence[Paper]) -> list[Texts]:
    return [_texts(paper) for paper in papers]


def _texts(paper: Paper) -> Texts:
    title = _searchable(to_unicode(paper.title))
    authors = " ".join(map(to_unicode, paper.authors))
    rest = _searchable(f"{authors} {to_unicode(paper.abstract)} {paper.id}")
    return title, f"{title} {rest}"


def _searchable(text: str) -> str:
    return _HYPHENS.sub(" ", fold(text)).strip()
