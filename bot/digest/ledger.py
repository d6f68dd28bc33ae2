"""The ledger at work: polling feeds, telling a quiet day from a late one, filling gaps.

The day always comes from the feed. A fixed hour would miss a late batch, so a category is polled
until its batch for the day is there; days that were missed altogether come from OAI-PMH.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import structlog

from bot.errors import SourceError, SourceGarbled, SourceUnavailable
from bot.models import AnnounceType, BatchSource, BatchState, FeedBatch, FeedEntry
from bot.protocols import Clock, FeedSource, HarvestedRecord, HarvestSource, MetadataSource
from bot.sources import calendar
from bot.store.ledger import SETTLED, FeedState, LedgerStore
from bot.store.papers import PaperStore

log = structlog.get_logger(__name__)

# A settled day is looked at again now and then: arXiv sometimes adds to a batch.
_LATE_ADDITIONS = timedelta(hours=3)
# After midnight Eastern the feeds take a moment to be rebuilt.
_REBUILD = timedelta(minutes=2)
# How long a digest waits for the API's fields (comments, DOIs) before it does without.
_ENRICH_GRACE = timedelta(minutes=15)
_ENRICH_FOR = timedelta(days=2)
_ENRICH_AT_ONCE = 100
_SATURDAY = 5
# From a submission to its announcement: a weekend with a holiday at most, as a rule.
_IN_MODERATION = timedelta(days=4)
_AS_NEW = {
    AnnounceType.REPLACE: AnnounceType.NEW,
    AnnounceType.REPLACE_CROSS: AnnounceType.CROSS,
}
# Days missed for longer than this are not caught up: nobody wants a month of papers at once.
CATCH_UP = timedelta(days=35)
# A feed whose day is further from today than this is wrong, or this machine's clock is.
_STRANGE = timedelta(days=10)
_SHORTEST_RETRY = timedelta(seconds=30)
_LONGEST_RETRY = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class PollTimes:
    """How often a missing batch is asked for, and after how long an empty feed means quiet."""

    poll_interval: timedelta
    quiet_after: timedelta


class Ledger:
    """Keeps the ledger true to arXiv's announcements."""

    def __init__(
        self,
        *,
        feed: FeedSource,
        metadata: MetadataSource,
        harvest: HarvestSource,
        store: LedgerStore,
        papers: PaperStore,
        clock: Clock,
        times: PollTimes,
    ) -> None:
        self._feed = feed
        self._metadata = metadata
        self._harvest = harvest
        self._store = store
        self._papers = papers
        self._clock = clock
        self._times = times

    async def poll(self, category: str) -> None:
        """Look at a category's feed once. A source's failure is recorded, not raised."""
        now = self._clock.now()
        state = await self._store.feed(category)
        try:
            batch = await self._feed.fetch(
                category, etag=state.etag, last_modified=state.last_modified
            )
        except SourceError as error:
            await self._store.save_feed(_failed(state, error, now))
            log.warning("feed_failed", category=category, error=str(error))
            return
        if batch is not None and abs(batch.day - calendar.eastern_date(now)) > _STRANGE:
            error = SourceGarbled("arXiv feed", f"it states the day {batch.day}")
            await self._store.save_feed(_failed(state, error, now))
            log.warning("feed_of_a_strange_day", category=category, day=batch.day)
            return
        if batch is not None:
            complete = await self._take(batch, now)
            # Without validators the next poll gets the feed again, and completes it.
            state = replace(
                state,
                etag=batch.etag if complete else None,
                last_modified=batch.last_modified if complete else None,
                seen_day=batch.day,
                seen_count=len(batch.entries),
            )
        settled = await self._settle(category, state, now)
        await self._store.save_feed(
            replace(
                state,
                polled_at=now,
                next_poll_at=self._next_poll(settled, now),
                failures=0,
                problem=None,
            )
        )

    async def fill(self, category: str, since: date) -> None:
        """Fetch the announcement days from `since` to yesterday that the ledger lacks.

        Raises SourceError; the days are asked for again next time.
        """
        missing = await self.missing(category, since)
        if not missing:
            return
        log.info("filling_gap", category=category, since=missing[0], until=missing[-1])
        await self.harvest_days(category, missing[0], missing[-1])

    async def missing(self, category: str, since: date) -> list[date]:
        """Days from `since` to yesterday (US Eastern) on which a batch is expected but unknown."""
        today = calendar.eastern_date(self._clock.now())
        since = max(since, today - CATCH_UP)
        lines = {batch.day: batch for batch in await self._store.batches([category], since)}
        return [
            day
            for day in calendar.announcement_days(since, today - timedelta(days=1))
            if day not in lines or lines[day].state not in SETTLED or lines[day].truncated
        ]

    async def harvest_days(self, category: str, since: date, until: date) -> None:
        """Learn past announcement days from OAI-PMH, where the feed did not settle them.

        Raises SourceError.
        """
        days: defaultdict[date, list[FeedEntry]] = defaultdict(list)
        today = calendar.eastern_date(self._clock.now())
        records = [record async for record in self._harvest.harvest(category, since, today)]
        young = await self._unannounced(category, records, since)
        for record in records:
            if record.paper.id in young:
                # OAI-PMH tells the last change only: this one was new in the gap, and replaced.
                new = _AS_NEW[record.type]
                days[min(record.day, until)].append(FeedEntry(record.paper, new))
            elif record.day <= until:
                days[record.day].append(FeedEntry(record.paper, record.type))
        now = self._clock.now()
        lines = {batch.day: batch for batch in await self._store.batches([category], since)}
        for day in calendar.announcement_days(since, until):
            days.setdefault(day, [])
        for day, entries in sorted(days.items()):
            line = lines.get(day)
            if line is not None and line.state in SETTLED and not line.truncated:
                continue
            if entries:
                await self._store.record(
                    category,
                    day,
                    entries,
                    now=now,
                    source=BatchSource.OAI,
                    enriched=True,
                )
            else:
                await self._store.mark(category, day, BatchState.QUIET, now)

    async def enrich(self) -> None:
        """Ask the API for the fields that feeds lack. Raises SourceError."""
        now = self._clock.now()
        await self._papers.give_up_enriching(_ENRICH_FOR, now)
        asked: set[str] = set()
        while True:
            waiting = await self._papers.unenriched(
                seen_after=now - _ENRICH_FOR, limit=len(asked) + _ENRICH_AT_ONCE
            )
            ids = [versioned for versioned in waiting if versioned not in asked]
            if not ids:
                break
            # What was answered is kept, whatever becomes of the next request.
            found = await self._metadata.papers(ids[:_ENRICH_AT_ONCE])
            await self._papers.enrich(found, self._clock.now())
            asked.update(ids[:_ENRICH_AT_ONCE])
        if asked:
            log.info("papers_enriched", asked=len(asked))

    async def mark_enriched(self, category: str) -> None:
        """Note that `enrich` was done after this category's last poll."""
        await self._store.mark_enriched(category, self._clock.now())

    async def ready(self, category: str, since: date) -> bool:
        """Whether everything announced up to now is in the store, from `since` on."""
        now = self._clock.now()
        today = calendar.eastern_date(now)
        state = await self._store.feed(category)
        if state.polled_at is None or state.polled_at > now:  # by a clock that was wrong
            return False
        if state.polled_at < calendar.feed_built_at(today):
            return False
        line = await self._store.batch(category, today)
        if calendar.is_expected(today) and (line is None or line.state not in SETTLED):
            return False
        if line is not None and line.state is BatchState.ANNOUNCED and line.enriched_at is None:
            seen = line.first_seen_at or now
            if now < seen + _ENRICH_GRACE:
                return False
        if line is not None and line.truncated:
            return False
        return not await self.missing(category, since)

    async def _take(self, batch: FeedBatch, now: datetime) -> bool:
        """Record a batch; returns False if it could not be completed yet."""
        if not batch.entries:
            return True
        before = await self._store.last_announced(batch.category, batch.day)
        # A stale feed may hold fewer than were counted: late additions, OAI-PMH's completion.
        if before and all(before.get(e.paper.id) == e.paper.version for e in batch.entries):
            await self._store.mark(batch.category, batch.day, BatchState.STALE, now)
            log.warning("feed_stale", category=batch.category, day=batch.day)
            return True
        added = await self._store.record(
            batch.category,
            batch.day,
            batch.entries,
            now=now,
            source=BatchSource.FEED,
            truncated=batch.truncated,
        )
        log.info(
            "batch_announced",
            category=batch.category,
            day=batch.day,
            papers=len(batch.entries),
            added=added,
            truncated=batch.truncated,
        )
        if batch.truncated:
            # An overlong feed drops new papers first; OAI-PMH has them all.
            try:
                await self.harvest_days(batch.category, batch.day, batch.day)
            except SourceError as error:
                log.warning("truncated_feed_not_completed", error=str(error))
                return False
        return True

    async def _unannounced(
        self, category: str, records: Sequence[HarvestedRecord], since: date
    ) -> set[str]:
        """Replaced papers so young that they were first announced in the gap, unseen by us."""
        candidates = {
            record.paper.id
            for record in records
            if record.type in _AS_NEW
            and record.paper.published is not None
            and calendar.eastern_date(record.paper.published) >= since - _IN_MODERATION
        }
        return candidates - await self._store.announced_ids(category, candidates)

    async def _settle(self, category: str, state: FeedState, now: datetime) -> bool:
        """Bring today's line up to date; returns whether nothing more is expected today."""
        today = calendar.eastern_date(now)
        line = await self._store.batch(category, today)
        if line is not None and line.state is BatchState.ANNOUNCED:
            return True
        if not calendar.is_expected(today):
            if today.weekday() < _SATURDAY:
                await self._store.mark(category, today, BatchState.HOLIDAY, now)
            return True
        empty = state.seen_day == today and state.seen_count == 0
        if empty and now >= calendar.feed_built_at(today) + self._times.quiet_after:
            await self._store.mark(category, today, BatchState.QUIET, now)
            return True
        if line is None:
            await self._store.mark(category, today, BatchState.EXPECTED, now)
        return False

    def _next_poll(self, settled: bool, now: datetime) -> datetime:
        if not settled:
            return now + self._times.poll_interval
        tomorrow = calendar.eastern_date(now) + timedelta(days=1)
        return min(now + _LATE_ADDITIONS, calendar.feed_built_at(tomorrow) + _REBUILD)


def _failed(state: FeedState, error: SourceError, now: datetime) -> FeedState:
    wait = min(_SHORTEST_RETRY * 2 ** min(state.failures, 10), _LONGEST_RETRY)
    if isinstance(error, SourceUnavailable) and error.retry_after:
        wait = max(wait, timedelta(seconds=min(error.retry_after, 86_400)))
    return replace(state, failures=state.failures + 1, problem=str(error), next_poll_at=now + wait)
