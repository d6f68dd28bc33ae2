"""Filling the archive with the papers of past years, over OAI-PMH.

arXiv lists records by datestamp, the day of their last change, never by submission. As a change
comes after the submission, the papers submitted since a day are among the records changed since
that day: all of these are read, and those kept whose first version is of the days asked for.

The datestamps are read in lists of some weeks each, so that little is asked twice: a list of which
a token was lost begins again. Papers come as they are now, at their latest version. They go to the
papers' table and to the queue of the indexes and nowhere else: what is announced is the ledger's
matter, which never hears of them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from math import ceil
from typing import Protocol

from bot.backfill_estimate import LIST_DAYS, Estimate, Outlook, Span
from bot.errors import SourceError, SourceRefused, SourceUnavailable
from bot.protocols import Clock
from bot.sources.arxiv_oai import EARLIEST, ArxivOai
from bot.sources.oai_records import SOURCE, RecordPage
from bot.store.backfills import BackfillStore, Progress

_DAY = timedelta(days=1)
_FIRST_TRIES = 3
_TRIES = 8
_LONGEST_REST_S = 600.0
# Who asks for a longer rest than this is not waited for.
_LONGEST_WISH_S = 3600.0
_MOST_REFUSALS = 3
_INDEXED_AT_LEAST = 200


class CatchesUp(Protocol):
    """An index that reads what waits for it."""

    async def catch_up(self, *, most: int | None = None) -> int:
        """Read up to `most` papers, all without it; returns how many were read."""
        ...


@dataclass(frozen=True, slots=True)
class Filled:
    """A category that is done: how it was before this run (None: not begun), and how it is now."""

    before: Progress | None
    after: Progress


class Reporter(Protocol):
    """Is told how it goes."""

    def goes_on(self, progress: Progress, outlook: Outlook) -> None:
        """A category of which an earlier run has read something is taken up."""
        ...

    def read(self, progress: Progress, outlook: Outlook) -> None:
        """A page of a category was read and stored."""
        ...

    def resting(self, error: SourceError, seconds: float) -> None:
        """A request failed and is made again after a rest."""
        ...

    def indexing(self) -> None:
        """All is stored; what is not in the indexes yet is put there."""
        ...


class Backfill:
    """Reads, stores and indexes. `pace` is in seconds between two requests to arXiv.

    `indexed_elsewhere` tells whether a running bot keeps the indexes up to date.
    """

    def __init__(
        self,
        *,
        oai: ArxivOai,
        store: BackfillStore,
        indexes: Sequence[CatchesUp],
        indexed_elsewhere: Callable[[], bool],
        clock: Clock,
        pace: float,
        reporter: Reporter,
    ) -> None:
        self._oai = oai
        self._store = store
        self._indexes = indexes
        self._indexed_elsewhere = indexed_elsewhere
        self._clock = clock
        self._pace = pace
        self._reporter = reporter
        self._answered = False

    async def run(self, categories: Sequence[str], since: date, until: date | None) -> list[Filled]:
        """Bring the archive all papers of these categories first submitted on these days.

        Goes on where an earlier run of the same `since` ended, whatever ended it; after one that
        was complete, reads what has changed since. Raises SourceError when arXiv fails for too
        long, and StoreError; what was read until then stays.
        """
        known = {(one.category, one.since): one for one in await self._store.all()}
        first = max(since, EARLIEST)
        begun: list[Progress] = []
        for category in categories:
            now = self._clock.now()
            begun.append(await self._store.begin(category, since, until, first=first, now=now))
        spans = [
            _span(one, known.get((one.category, one.since)), first, one.updated_at.date())
            for one in begun
        ]
        estimate = Estimate(self._pace, spans)
        filled: list[Filled] = []
        for place, progress in enumerate(begun):
            after = await self._fill(progress, place, estimate)
            filled.append(Filled(known.get((after.category, after.since)), after))
        self._reporter.indexing()
        await self._index(None)
        return filled

    async def _fill(self, progress: Progress, place: int, estimate: Estimate) -> Progress:
        """Read one category, the one at that place of the estimate, to its end."""
        refused = 0
        if progress.requests:
            if _living(progress, self._clock.now().date()) is None:
                progress = progress.without_list  # it will be read again
            self._reporter.goes_on(progress, _outlook(estimate, place, progress))
        while progress.finished_at is None:
            begun = self._clock.now()
            today = begun.date()
            token = _living(progress, today)
            if token is None:
                progress = progress.without_list
            end = progress.reached + (LIST_DAYS - 1) * _DAY
            last = end >= today
            # The last list has no end: a clock that is ahead of arXiv's would make it an error.
            page = await self._ask(progress, None if last else end, token)
            now = self._clock.now()
            progress = replace(progress, requests=progress.requests + 1, updated_at=now)
            if page is None:
                refused += 1
                if refused > _MOST_REFUSALS:
                    raise SourceUnavailable(SOURCE, "it does not know its own resumption tokens")
                progress = await self._store.save(progress.without_list, ())
                continue
            list_end = progress.list_end if token else None
            if list_end is None:
                list_end = min(today, page.answered or today) if last else end
            asked = progress.list_requests + 1
            progress = _after(progress, page, list_end, last=last, now=now)
            wanted = [one.paper for one in page.records if progress.wants(one.paper)]
            progress = await self._store.save(progress, wanted)
            await self._index(max(len(wanted), _INDEXED_AT_LEAST))
            estimate.request_took(self._clock.now() - begun)
            if page.token is None:
                estimate.list_took(asked)
                refused = 0
            self._reporter.read(progress, _outlook(estimate, place, progress))
        return progress

    async def _ask(
        self, progress: Progress, until: date | None, token: str | None
    ) -> RecordPage | None:
        """A page, asked for again after growing rests while that may help. Raises SourceError.

        None if the token is of no use any more.
        """
        failures = 0
        day = self._clock.now().date()
        while True:
            try:
                page = await self._oai.page(progress.category, progress.reached, until, token=token)
            except SourceError as error:
                failures += 1
                most = _TRIES if self._answered else _FIRST_TRIES
                wish = error.retry_after or 0.0 if isinstance(error, SourceUnavailable) else 0.0
                if failures >= most or wish > _LONGEST_WISH_S or not _may_pass(error):
                    raise
                rest = max(wish, min(self._pace * 2.0**failures, _LONGEST_REST_S))
                self._reporter.resting(error, rest)
                await self._clock.sleep_until(self._clock.now() + timedelta(seconds=rest))
                if token is not None and self._clock.now().date() != day:
                    return None
            else:
                self._answered = True
                return page

    async def _index(self, most: int | None) -> None:
        """Put what was stored into the indexes, unless a bot that is running does."""
        if not self._indexed_elsewhere():
            for index in self._indexes:
                await index.catch_up(most=most)


def _living(progress: Progress, today: date) -> str | None:
    """The token, if it is of today.

    arXiv's end with the UTC day; what has changed by the next day would make it skip records.
    """
    given = progress.token_at
    return progress.token if given is not None and given.date() == today else None


def _span(begun: Progress, known: Progress | None, first: date, last: date) -> Span:
    """What is to be read, and how much of it was: of one that is complete all that there was."""
    if known is None:
        return Span(first, last)
    if known.finished_at is not None and known.until == begun.until:
        return Span(first, last, (known.reached - first).days + 1)
    read = (begun.reached - first).days
    # One that has another end now goes back to days before those that it has read.
    lists = max((known.reached - first).days / LIST_DAYS, 1.0)
    return Span(first, last, read, (known.requests - known.list_requests) / lists)


def _outlook(estimate: Estimate, place: int, progress: Progress) -> Outlook:
    reached = None if progress.finished_at else progress.reached
    asked = progress.list_requests
    return estimate.outlook(place, reached, asked=asked, pages=_pages(progress))


def _after(
    progress: Progress, page: RecordPage, list_end: date, *, last: bool, now: datetime
) -> Progress:
    """The progress once a page is stored."""
    length = len(page.records) + page.skipped
    progress = replace(
        progress,
        records=progress.records + length,
        skipped=progress.skipped + page.skipped,
        list_requests=progress.list_requests + 1,
        list_records=progress.list_records + length,
        list_size=progress.list_size if page.size is None else page.size,
    )
    if page.token is not None:
        return replace(progress, token=page.token, token_at=now, list_end=list_end)
    # The last list's end is a day that is not over: it is read again by the next run.
    reached = list_end if last else list_end + _DAY
    finished = now if last else None
    return replace(progress.without_list, reached=reached, finished_at=finished)


def _pages(progress: Progress) -> int | None:
    """How many pages the list under way still has; None if arXiv does not tell its size."""
    if progress.token is None:
        return 0
    if progress.list_size is None or not progress.list_records:
        return None
    length = progress.list_records / progress.list_requests
    return max(1, ceil((progress.list_size - progress.list_records) / length))


def _may_pass(error: SourceError) -> bool:
    if isinstance(error, SourceRefused):
        return False
    return error.status is None or error.status == 429 or error.status >= 500
