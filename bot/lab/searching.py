"""`lab search`: what `/search` finds in an archive that is given, by the same grammar."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.clock import SystemClock
from bot.lab.archive_reading import bar, load_archive, pieces
from bot.lab.archives import Archive
from bot.lab.lines import Record, usable
from bot.sources.arxiv_query import read_category
from bot.store import papers as paper_rows
from bot.store.database import Database
from bot.store.search import SqlArchiveSearch
from bot.text.query_parser import parse_query

# Papers of one transaction, and those that are indexed before Ctrl-C is heard.
_STORED, _INDEXED = 1000, 200


@dataclass(frozen=True, slots=True)
class _Asked:
    values: Mapping[str, object]
    text: str


class Searching:
    """Answers records. Made by `async with Searching.open(archive, limit)`."""

    def __init__(self, database: Database, archive: Archive, limit: int, newest: bool) -> None:
        self._database = database
        self._archive = archive
        self._search = SqlArchiveSearch(database)
        self._clock = SystemClock()
        self._limit = limit
        self._newest = newest

    @staticmethod
    @asynccontextmanager
    async def open(source: str, limit: int, *, newest: bool) -> "AsyncGenerator[Searching]":
        """Over the papers of a file, in a database that is deleted afterwards.

        Raises ArchiveLineError, OSError and StoreError.
        """
        archive = await load_archive(source)
        with TemporaryDirectory(prefix="paperboy-lab-") as folder:
            database = await Database.open(f"sqlite+aiosqlite:///{Path(folder) / 'archive.db'}")
            try:
                searching = Searching(database, archive, limit, newest)
                await searching._index()
                yield searching
            finally:
                await database.close()

    async def answers(self, records: Sequence[Record]) -> AsyncGenerator[Mapping[str, object]]:
        """The answers in the records' order. Raises LineError after those before the line."""
        wanted, error = usable(records, _read)
        for asked in wanted:
            yield await self._answer(asked)
        if error is not None:
            raise error

    async def _index(self) -> None:
        now = self._clock.now()
        with bar("Storing the archive", len(self._archive)) as advance:
            for some in pieces(self._archive, _STORED):
                async with self._database.write() as connection:
                    await paper_rows.upsert(
                        connection, [kept.paper for kept in some], now, enriched=True
                    )
                advance(len(some))
        with bar("Indexing the archive", len(self._archive)) as advance:
            while read := await self._search.catch_up(most=_INDEXED):
                advance(read)

    async def _answer(self, asked: _Asked) -> Mapping[str, object]:
        parsed = parse_query(
            asked.text, today=self._clock.now().date(), read_category=read_category
        )
        found = await self._search.ranked(parsed.query, limit=self._limit, newest=self._newest)
        answer: dict[str, object] = {
            **asked.values,
            "results": [
                {"id": kept.id, "score": round(one.score, 4)}
                for one in found
                if (kept := self._archive.get(one.paper_id)) is not None
            ],
        }
        # Who asks for nothing is told so, as a reader is.
        hints = dict.fromkeys(filter(None, (*parsed.hints, parsed.problem)))
        if hints:
            answer["hints"] = list(hints)
        return answer


def _read(record: Record) -> _Asked:
    # An id, which is not needed, is given back with the query.
    known = {"id": record.id} if "id" in record.values else {}
    return _Asked({**known, "query": record.values.get("query")}, record.text("query"))
