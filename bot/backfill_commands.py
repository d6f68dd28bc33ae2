"""What `paperboy backfill` does, between the settings and the terminal."""

import asyncio
import shlex
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import date

from rich.console import Console
from sqlalchemy.exc import DBAPIError

from bot.backfill import Backfill, CatchesUp, Filled
from bot.backfill_report import Display, many
from bot.clock import open_clock
from bot.errors import BadInput, SourceError, StoreError
from bot.exits import Exit
from bot.health import is_healthy
from bot.lock import FolderLock
from bot.relate.index import RelatedIndex
from bot.settings import Settings
from bot.sources.arxiv_oai import ArxivOai
from bot.sources.http import ArxivHttp, Timeouts
from bot.sources.limiter import SHARED_FILE, ArxivLimiter
from bot.store.backfills import BackfillStore, Progress
from bot.store.database import Database, file_of
from bot.store.search_index import SearchIndex

# arXiv takes its time for a page of some thousand records.
_TIMEOUTS = Timeouts(read=60.0, whole=180.0)
_ARXIV_BEGAN = date(1991, 1, 1)
_HELD = (
    "Another backfill (process {holder}) is at work in {folder}. Wait for its end: arXiv takes one "
    "request at a time from all of them, and one command fills several categories."
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for: categories, and days of first submission (`until` None: no end)."""

    categories: tuple[str, ...]
    since: date
    until: date | None

    @property
    def command(self) -> str:
        """The command that asks for it again."""
        words = ["paperboy", "backfill"]
        for category in self.categories:
            words += ["--category", category]
        words += ["--since", self.since.isoformat()]
        if self.until is not None:
            words += ["--until", self.until.isoformat()]
        return shlex.join(words)


async def fill(settings: Settings, wanted: Wanted, out: Console, errors: Console) -> Exit:
    """Fill the archive; a failure on the way is told with how to go on.

    Raises BadInput, SettingsError, or StoreError if it cannot begin.
    """
    async with AsyncExitStack() as closing:
        clock = await open_clock(settings, closing)
        _check(wanted, clock.now().date())
        lock = FolderLock(settings.data_dir, "backfill.lock", _HELD)
        lock.acquire()
        closing.callback(lock.release)
        database = await _database(settings, closing)
        # The bot's own requests go first: somebody may be waiting for them.
        shared = settings.data_dir / SHARED_FILE
        limiter = ArxivLimiter(settings.arxiv_interval, shared=shared, behind=True)
        http = await asyncio.to_thread(
            ArxivHttp, limiter, contact=settings.contact, timeouts=_TIMEOUTS
        )
        closing.push_async_callback(http.aclose)
        display = Display(errors, clock)
        backfill = Backfill(
            oai=ArxivOai(http, settings.arxiv_oai_url),
            store=BackfillStore(database),
            indexes=_indexes(database, closing),
            indexed_elsewhere=lambda: is_healthy(settings.data_dir),
            clock=clock,
            pace=settings.arxiv_interval,
            reporter=display,
        )
        try:
            with display.open():
                filled = await backfill.run(wanted.categories, wanted.since, wanted.until)
        except asyncio.CancelledError:
            _tell(errors, "Stopped", display, wanted)
            raise
        except SourceError as error:
            _tell(errors, str(error), display, wanted)
            return Exit.UNEXPECTED
        except (DBAPIError, StoreError) as error:
            cause = f"{error.orig}" if isinstance(error, DBAPIError) else ""
            problem = f"The database {file_of(settings.database)} cannot be used: {cause}"
            _tell(errors, problem if cause else str(error).rstrip("."), display, wanted)
            return Exit.DATABASE
        for one in filled:
            out.print(_outcome(one), markup=False)
        return Exit.OK


async def show(settings: Settings, categories: Sequence[str], out: Console) -> None:
    """Tell how far all backfills are, or those of these categories. Raises StoreError."""
    async with AsyncExitStack() as closing:
        database = await _database(settings, closing)
        known = await BackfillStore(database).all()
    shown = [one for one in known if not categories or one.category in categories]
    for one in shown:
        out.print(_state(one), markup=False)
    if not shown:
        which = f" of {', '.join(categories)}" if categories else ""
        example = f"paperboy backfill --category {[*categories, 'cs.CL'][0]} --since 2025-01-01"
        out.print(f"No backfill{which} was begun yet. To begin one: {example}", markup=False)


def _indexes(database: Database, closing: AsyncExitStack) -> Sequence[CatchesUp]:
    """The indexes over papers: full text, and what related papers are compared by."""
    worker = ThreadPoolExecutor(1, thread_name_prefix="related")
    closing.callback(worker.shutdown, wait=True, cancel_futures=True)
    related = RelatedIndex(database, worker)
    closing.push_async_callback(related.aclose)
    return SearchIndex(database), related


async def _database(settings: Settings, closing: AsyncExitStack) -> Database:
    database = await Database.open(settings.database, backups=settings.data_dir / "backups")
    closing.push_async_callback(database.close)
    return database


def _check(wanted: Wanted, today: date) -> None:
    """Raises BadInput for days of which there are no papers."""
    if wanted.since > today:
        raise BadInput(f"--since {wanted.since} is in the future; give a day up to {today} (UTC).")
    if wanted.since < _ARXIV_BEGAN:
        raise BadInput(f"--since {wanted.since} is before arXiv began, in 1991.")
    if wanted.until is not None and wanted.until < wanted.since:
        raise BadInput(f"--until {wanted.until} is before --since {wanted.since}; exchange them.")


def _tell(errors: Console, problem: str, display: Display, wanted: Wanted) -> None:
    """A sentence on what ended the work, one on how far it is, and the command to go on."""
    far = "Nothing was read yet."
    if display.latest is not None:
        progress, outlook = display.latest
        far = (
            f"{progress.category} is read up to the changes of {progress.reached} "
            f"({outlook.done:.0%} of all), and what came is kept."
        )
    errors.print(f"paperboy: {problem}. {far} To go on: {wanted.command}", markup=False)


def _outcome(filled: Filled) -> str:
    before, after = filled.before, filled.after
    papers, records, requests, skipped = (
        getattr(after, name) - (getattr(before, name) if before else 0)
        for name in ("papers", "records", "requests", "skipped")
    )
    if before is not None and before.finished_at is not None and before.until == after.until:
        begin = f"{after.category} was complete on {before.finished_at:%Y-%m-%d}; what has changed"
        text = f"{begin} since is read"
    else:
        text = f"{after.category} is complete: every paper first submitted {_days(after)} is here"
    text += f" ({papers:,} new, {many(records, 'record')} in {many(requests, 'request')})."
    if skipped:
        text += f" {many(skipped, 'record')} could not be read; the log names what is left out."
    return text


def _state(one: Progress) -> str:
    counts = f"{many(one.papers, 'paper')} added, {many(one.records, 'record')} in "
    counts += many(one.requests, "request")
    skipped = f", {one.skipped:,} unreadable" if one.skipped else ""
    if one.finished_at is not None:
        how = f"complete on {one.finished_at:%Y-%m-%d %H:%M} UTC"
    else:
        command = Wanted((one.category,), one.since, one.until).command
        how = f"read up to the changes of {one.reached}; to go on: {command}"
    return f"{one.category}, submitted {_days(one)}: {how} ({counts}{skipped})"


def _days(one: Progress) -> str:
    if one.until is None:
        return f"since {one.since}"
    return f"from {one.since} to {one.until}"
