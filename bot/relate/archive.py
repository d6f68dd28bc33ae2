"""Related papers from the archive: the newest of it as weighted words, kept in memory."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from bot.models import Paper, RelatedPaper
from bot.relate.terms import Likeness, TermVectors, surfaces
from bot.store.papers import PaperStore
from bot.text.names import AuthorName, matches
from bot.text.tokens import fold

T = TypeVar("T")

NEWEST = 8_000
"""How many papers are compared, the newest of the archive: some 60 MB of memory."""

# A piece of work on the thread: short, so that an orderly stop does not wait for it.
_PIECE = 200
# What shares less has a word in common, not a subject.
_LEAST = 0.05
_MOST_AUTHORS = 100
_TERMS_SHOWN, _AUTHORS_SHOWN = 4, 5


class ArchiveSimilarity:
    """Compares a paper with the newest of the archive. Implements SimilarityIndex.

    The words are read when somebody asks first, which takes some seconds, and later only of the
    papers that have come since. `worker` must have one thread: all comparing happens there.
    """

    def __init__(
        self, store: PaperStore, worker: ThreadPoolExecutor, *, newest: int = NEWEST
    ) -> None:
        self._store = store
        self._worker = worker
        self._newest = newest
        self._vectors = TermVectors()
        self._seen = 0
        self._reading = asyncio.Lock()

    async def related(self, paper: Paper, *, limit: int) -> list[RelatedPaper]:
        """The most similar papers, best first, without the paper itself or its versions."""
        await self._refresh()
        alike = await self._on_thread(partial(self._vectors.alike, paper, limit))
        alike = [found for found in alike if found.score >= _LEAST]
        papers = await self._store.latest([found.paper_id for found in alike])
        return await self._on_thread(partial(_explained, paper, alike, papers))

    async def _refresh(self) -> None:
        """Take in what the archive has got since; from the beginning if that is too much."""
        async with self._reading:
            begin, fresh = await self._store.fresh(self._seen, most=self._newest)
            if not fresh:
                return
            if len(self._vectors) + fresh > self._newest * 5 // 4:
                # The old ones go all at once, when a quarter too many would be there.
                begin, _ = await self._store.fresh(0, most=self._newest)
                self._vectors = TermVectors()
            self._seen = begin
            # What is read stays, also when the person who asked gives up meanwhile.
            while batch := await self._store.after(self._seen, limit=_PIECE):
                present = [paper for _, paper in batch if not paper.withdrawn]
                await self._on_thread(partial(self._vectors.add, present))
                self._seen = batch[-1][0]

    async def _on_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._worker, work)


def _explained(
    paper: Paper, alike: Sequence[Likeness], papers: Mapping[str, Paper]
) -> list[RelatedPaper]:
    written = surfaces(paper)
    return [
        RelatedPaper(
            other,
            round(100 * found.score),
            _told(written.get(term, term) for term in found.stems),
            shared_authors(paper, other),
        )
        for found in alike
        if (other := papers.get(found.paper_id)) is not None
    ]


def _told(terms: Iterable[str]) -> tuple[str, ...]:
    """The first few terms, without those that say what another one says already."""
    chosen: list[str] = []
    for term in terms:
        keys = [(fold(known), fold(term)) for known in chosen]
        if not any(one in other or other in one for one, other in keys):
            chosen.append(term)
    return tuple(chosen[:_TERMS_SHOWN])


def shared_authors(one: Paper, other: Paper) -> tuple[str, ...]:
    """Who seems to have written both, as the other paper names them; a few at most.

    Initials stand for names that begin with them; a surname alone is nobody.
    """
    by_surname: dict[tuple[str, ...], list[AuthorName]] = {}
    for author in one.authors[:_MOST_AUTHORS]:
        name = AuthorName.parse(author)
        by_surname.setdefault(_key(name), []).append(name)
    shared: list[str] = []
    for author in other.authors[:_MOST_AUTHORS]:
        name = AuthorName.parse(author)
        if any(_same(name, known) for known in by_surname.get(_key(name), ())):
            shared.append(author)
    return tuple(shared[:_AUTHORS_SHOWN])


def _same(one: AuthorName, other: AuthorName) -> bool:
    named = one.collaboration or bool(one.given and other.given)
    return named and matches(one, other)


def _key(name: AuthorName) -> tuple[str, ...]:
    return () if name.collaboration else name.surname_key
