"""A backfill that is cut off anywhere and run again: the same papers, the same account of it."""

from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from backfill_stage import NOW, BackfillStage, backfill_stage, record, wanted
from fresh_database import fresh_database
from sqlalchemy import event, func, select

from bot.backfill_estimate import Outlook
from bot.sources.arxiv_oai import ArxivOai
from bot.sources.oai_records import RecordPage
from bot.store import backfills
from bot.store.backfills import Progress
from bot.store.database import Database
from bot.store.schema import announcements, batches, deliveries, digests, index_queue, papers

SINCE = NOW.date() - timedelta(days=48)
_PIECE, _PAGE = 2, 3
_BEGUN, _COMMITTED = "begin", "commit"


def _records() -> list[dict[str, object]]:
    """Papers of two lists with three pages each, some replaced later, one older than all days."""
    found = [record(99, SINCE - timedelta(days=40), SINCE + timedelta(days=5))]
    for number in range(16):
        submitted = SINCE + timedelta(days=3 * number)
        found.append(record(number, submitted, submitted + timedelta(days=1)))
    again = {"version": 2, "announce_type": "replace"}
    found.append(record(3, SINCE + timedelta(days=9), NOW.date() - timedelta(days=2), **again))
    return found


class _CutOff(BaseException):
    """The end of a run, at a point of it."""


@dataclass
class _Points:
    """Counts the points that a run comes by and ends it at one of them; `at` None: nowhere."""

    at: int | None = None
    passed: int = 0
    name: str = ""

    def come_by(self, name: str) -> None:
        if self.passed == self.at:
            self.name = name
            raise _CutOff(name)
        self.passed += 1


@contextmanager
def _watched(
    database: Database, points: _Points, monkeypatch: pytest.MonkeyPatch
) -> Generator[None]:
    """Points are before and after each request, and the begin and the end of each transaction."""
    page = ArxivOai.page

    async def asked(oai: ArxivOai, *given: Any, **named: Any) -> RecordPage | None:
        points.come_by("request")
        answer = await page(oai, *given, **named)
        points.come_by("answer")
        return answer

    engine = database._writer.sync_engine  # pyright: ignore[reportPrivateUsage]

    def begun(*_: object) -> None:
        points.come_by(_BEGUN)

    def committed(*_: object) -> None:
        points.come_by(_COMMITTED)

    with monkeypatch.context() as patched:
        patched.setattr(ArxivOai, "page", asked)
        event.listen(engine, "begin", begun)
        event.listen(engine, "commit", committed)
        try:
            yield
        finally:
            event.remove(engine, "begin", begun)
            event.remove(engine, "commit", committed)


@dataclass(frozen=True)
class _Account:
    """What a backfill has left behind: papers, what waits for the indexes, its own state."""

    papers: dict[str, list[object]]
    waiting: int
    state: Progress


async def _account(stage: BackfillStage) -> _Account:
    (state,) = await stage.store.all()
    async with stage.database.read() as connection:
        rows = (await connection.execute(select(papers))).mappings().all()
        waiting = await connection.scalar(select(func.count()).select_from(index_queue))
        for table in (announcements, batches, digests, deliveries):
            assert not await connection.scalar(select(func.count()).select_from(table)), table
    kept = {f"{row['paper_id']}v{row['version']}": _lasting(row) for row in rows}
    finished = NOW if state.finished_at is not None else None
    state = replace(state, started_at=NOW, updated_at=NOW, finished_at=finished)
    return _Account(kept, waiting or 0, state)


def _lasting(row: Any) -> list[object]:
    """A row's values but for the instants at which it was written."""
    return [value for name, value in row.items() if not name.endswith("_at")]


@asynccontextmanager
async def _new_store(stage: BackfillStage, path: Path) -> AsyncGenerator[BackfillStage]:
    """The same sandbox with an empty store."""
    fresh_database(path)
    database = await Database.open(f"sqlite+aiosqlite:///{path}")
    try:
        yield BackfillStage(stage.arxiv, stage.clock, database, path.with_suffix(".jsonl"))
    finally:
        await database.close()


async def _run(
    stage: BackfillStage, points: _Points, monkeypatch: pytest.MonkeyPatch
) -> list[tuple[Progress, Outlook]]:
    """A run that may be cut off; what was told on the way, in its order."""
    with _watched(stage.database, points, monkeypatch), suppress(_CutOff):
        await stage.run(since=SINCE)
    return [*stage.told.taken_up, *stage.told.steps]


def _assert_honest(told: Sequence[tuple[Progress, Outlook]]) -> None:
    """What was told never went back, and did not boast: the end is where nothing is left."""
    shares = [outlook.done for _, outlook in told]
    assert shares == sorted(shares), told
    assert [outlook.requests == 0 for _, outlook in told] == [share == 1.0 for share in shares]
    assert shares[-1] == 1.0
    counts = [progress.papers for progress, _ in told]
    assert counts == sorted(counts)


@pytest.fixture
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction]
    monkeypatch.setattr(backfills, "PIECE", _PIECE)


@pytest.mark.usefixtures("_small_pieces")
@pytest.mark.parametrize(("sizes", "step"), [(False, 1), (True, 5)])
async def test_cut_off_anywhere_it_ends_as_if_it_had_not_been(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sizes: bool, step: int
) -> None:
    async with backfill_stage(tmp_path, _records(), oai_page_size=_PAGE, oai_sizes=sizes) as stage:
        whole = _Points()
        await _run(stage, whole, monkeypatch)
        expected = await _account(stage)
        assert await stage.archive() == wanted(_records(), since=SINCE)
        assert expected.state.requests >= 6
        names: list[str] = []
        for at in range(0, whole.passed, step):
            async with _new_store(stage, tmp_path / f"{at}.db") as own:
                points = _Points(at)
                told = await _run(own, points, monkeypatch)
                names.append(points.name)
                told += await _run(own, _Points(), monkeypatch)
                assert await _account(own) == expected, (at, points.name)
                _assert_honest(told)
        if step == 1:
            requests = expected.state.requests
            assert (names.count("request"), names.count("answer")) == (requests, requests)
            # One to begin with, and for the pages one or more.
            assert names.count(_BEGUN) == names.count(_COMMITTED) > 1 + requests
