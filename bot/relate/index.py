"""The index of related papers: what the store has is compared in memory, on a thread of its own.

Each paper's features are made once and kept in the store; the queue tells which are missing. In
memory they take about a kilobyte a paper; 200,000 papers are read within a second or two.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import structlog

from bot.logs import incident_id
from bot.models import Paper, RelatedPaper
from bot.store.database import Database
from bot.store.features import Features, FeatureStore, Text
from bot.store.index_queue import Index, IndexQueue
from bot.store.papers import PaperStore

if TYPE_CHECKING:
    from bot.relate.comparer import Comparer

log = structlog.get_logger(__name__)
T = TypeVar("T")

# Papers of the queue in one transaction; of those, the ones encoded without a pause: somebody who
# asks in between waits for some 20 ms.
_PIECE, _STEP = 200, 20
# Rows that are read from the store at once, while those before are taken in: some 50 ms each.
_ROWS = 25_000
# What a question waits for: so many papers of the queue, and the index to be read.
_SOON, _PATIENCE_S = 100, 2.5
# Some of what is found may have been withdrawn a moment ago, by another process.
_SPARE = 5


class RelatedIndex:
    """Which papers of the archive are like one paper, and why. Implements SimilarityIndex.

    `worker` must have one thread: all comparing happens there.
    """

    def __init__(self, database: Database, worker: ThreadPoolExecutor) -> None:
        self._store = FeatureStore(database)
        self._queue = IndexQueue(database, Index.FEATURES)
        self._papers = PaperStore(database)
        self._worker = worker
        self._comparer: Comparer | None = None
        self._catching = asyncio.Lock()
        self._loading = asyncio.Lock()
        self._refreshing: set[asyncio.Task[None]] = set()

    async def related(self, paper: Paper, *, limit: int) -> list[RelatedPaper]:
        """The most similar papers, best first, without the paper itself or its versions.

        While the archive is still being read for the first time: of those that were read.
        """
        await self._refresh()
        alike = await self._compare(lambda c: c.alike(paper, limit + _SPARE))
        papers = await self._papers.latest([one.paper_id for one in alike])
        found = [
            (papers[one.paper_id], one.likeness)
            for one in alike
            if one.paper_id in papers and not papers[one.paper_id].withdrawn
        ]
        return await self._explained(paper, found[:limit])

    async def compared(self, paper: Paper, others: Sequence[Paper]) -> list[RelatedPaper]:
        """How like the paper each of the others is, and why, in their order."""
        await self._refresh()
        likenesses = await self._compare(lambda c: c.likenesses(paper, others))
        return await self._explained(paper, list(zip(others, likenesses, strict=True)))

    async def ranked(self, paper: Paper, others: Sequence[Paper]) -> list[RelatedPaper]:
        """The others, the most similar first: as `related` orders them, among themselves."""
        await self._refresh()
        alike = await self._compare(lambda c: c.ranked(paper, others))
        papers = {other.id: other for other in others}
        return await self._explained(paper, [(papers[one.paper_id], one.likeness) for one in alike])

    async def catch_up(self, *, most: int | None = None) -> int:
        """Make the features of papers in the queue, of at most so many; returns of how many."""
        count = 0
        while most is None or count < most:
            async with self._catching:
                piece = await self._catch_up(min(_PIECE, (most or count + _PIECE) - count))
            count += piece
            if not piece:
                break
        return count

    async def load(self) -> None:
        """Take in what has come into the store since this was called last."""
        async with self._loading:
            came = False
            rows = await self._store.after(self._last, limit=_ROWS)
            while rows:
                came = True
                # The next ones are read while these are taken in.
                unusable, rows = await asyncio.gather(
                    self._compare(partial(_add, rows=rows)),
                    self._store.after(rows[-1][0], limit=_ROWS),
                )
                if unusable:
                    log.info("features_queued_again", papers=len(unusable))
                    await self._store.again(unusable)
            if came:
                await self._compare(lambda c: c.shelf.settle())

    async def aclose(self) -> None:
        """End what is under way."""
        for task in self._refreshing:
            task.cancel()
        await asyncio.gather(*self._refreshing, return_exceptions=True)

    async def _refresh(self) -> None:
        """See what was stored until now, if that does not take too long.

        What is read stays, also when the person who asked gives up meanwhile.
        """
        task = asyncio.create_task(self._read_on(), name="related: reading")
        self._refreshing.add(task)
        task.add_done_callback(self._refreshing.discard)
        await asyncio.wait({task}, timeout=_PATIENCE_S)

    @property
    def _last(self) -> int:
        """The sequence number up to which the store was read."""
        return self._comparer.shelf.last if self._comparer is not None else 0

    async def _read_on(self) -> None:
        try:
            # Nearly always there is nothing, which is quick to see.
            if self._last == 0 or await self._store.news(self._last):
                await self.catch_up(most=_SOON)
                await self.load()
        except Exception:  # the question is answered from what is there
            log.exception("related_index_not_read", incident=incident_id())

    async def _catch_up(self, limit: int) -> int:
        waiting = await self._queue.next(limit)
        if not waiting:
            return 0
        texts = await self._store.texts([paper_id for paper_id, _ in waiting])
        texts = [text for text in texts if not text.withdrawn]
        made: dict[str, Features] = {}
        for start in range(0, len(texts), _STEP):
            made |= await self._compare(partial(_encode, texts=texts[start : start + _STEP]))
        version = await self._compare(lambda c: c.model.version)
        taken = await self._store.write(waiting, made, model=version)
        gone = taken.difference(made)
        await self._compare(lambda c: c.shelf.remove(gone))
        return len(waiting)

    async def _explained(
        self, paper: Paper, found: Sequence[tuple[Paper, float]]
    ) -> list[RelatedPaper]:
        return await self._compare(lambda c: c.explained(paper, found))

    async def _compare(self, work: "Callable[[Comparer], T]") -> T:
        return await asyncio.get_running_loop().run_in_executor(self._worker, self._do, work)

    def _do(self, work: "Callable[[Comparer], T]") -> T:
        if self._comparer is None:
            # Numpy and the model are loaded here, by the thread that needs them.
            from bot.relate.comparer import Comparer  # noqa: PLC0415

            self._comparer = Comparer()
        return work(self._comparer)


def _add(comparer: "Comparer", *, rows: Sequence[tuple[int, str, int, bytes, bytes]]) -> list[str]:
    return comparer.add(rows)


def _encode(comparer: "Comparer", *, texts: Sequence[Text]) -> dict[str, Features]:
    made = ((text.paper_id, comparer.features(text.title, text.abstract)) for text in texts)
    return {paper_id: features for paper_id, features in made if features is not None}
