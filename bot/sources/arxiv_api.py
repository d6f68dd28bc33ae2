"""arXiv's query API through the `arxiv` package: full metadata by identifier, and searches."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

import structlog

from bot.errors import BadInput, SourceGarbled, SourceUnavailable
from bot.i18n import t
from bot.models import Paper
from bot.sources.arxiv_package import (
    MAX_PAGE,
    SOURCE,
    PackageClient,
    Page,
    QueryRejected,
    Result,
    Search,
    SortCriterion,
)
from bot.sources.http import Timeouts
from bot.sources.limiter import ArxivLimiter
from bot.sources.names import MAX_AUTHORS
from bot.sources.records import bounded, says_withdrawn, split_id
from bot.sources.retry import with_retries
from bot.sources.taxonomy import is_category, keep_categories

log = structlog.get_logger(__name__)

API_URL = "https://export.arxiv.org/api/query"
BATCH = 100
_ATTEMPTS = 3
# A closing program waits this long for a request in progress, then leaves it to its thread.
_CLOSE_S = 2.0

T = TypeVar("T")


class Sort(StrEnum):
    """The orders that arXiv's API knows, each with the best or newest first."""

    RELEVANCE = "relevance"
    UPDATED = "lastUpdatedDate"
    SUBMITTED = "submittedDate"


@dataclass(frozen=True, slots=True)
class FoundPage:
    """A part of what a search finds; `more` tells whether arXiv has something after it."""

    papers: tuple[Paper, ...]
    more: bool


class ArxivApi:
    """Asks the API, one request at a time on a thread of its own. Implements MetadataSource."""

    def __init__(
        self,
        limiter: ArxivLimiter,
        url: str = API_URL,
        *,
        contact: str = "",
        timeouts: Timeouts | None = None,
        attempts: int = _ATTEMPTS,
    ) -> None:
        self._limiter = limiter
        self._client = PackageClient(url, contact=contact, timeouts=timeouts or Timeouts())
        self._attempts = attempts
        self._calls: set[asyncio.Task[Page]] = set()

    async def papers(self, ids: Sequence[str]) -> list[Paper]:
        """The papers among `ids` (base or versioned) that exist, in no particular order.

        Up to 100 identifiers go into one request. What is no identifier is left out with a
        warning, and so is one that arXiv refuses: it does not lose the others.
        Raises SourceUnavailable or SourceGarbled.
        """
        wanted = [id_ for id_ in dict.fromkeys(ids) if _is_id(id_)]
        found: list[Paper] = []
        for start in range(0, len(wanted), BATCH):
            found.extend(await self._batch(wanted[start : start + BATCH]))
        return found

    async def search(
        self, query: str, *, max_results: int = 50, sort: Sort = Sort.RELEVANCE
    ) -> list[Paper]:
        """The first papers that a query in arXiv's own grammar finds, in its order.

        One request; at most 2,000 results. Quote phrases: arXiv hangs on unquoted ones. Raises
        BadInput for a query that arXiv calls malformed, SourceUnavailable or SourceGarbled.
        """
        return list((await self.search_page(query, size=max_results, sort=sort)).papers)

    async def search_page(
        self, query: str, *, start: int = 0, size: int = 50, sort: Sort = Sort.RELEVANCE
    ) -> FoundPage:
        """Like `search`, from the result numbered `start` (from 0) on.

        An entry that cannot be read is left out, so there may be fewer than arXiv sent.
        """
        size = min(max(size, 1), MAX_PAGE)
        # The package counts the results before `start` as wanted too.
        search = Search(query=query, max_results=start + size, sort_by=SortCriterion(sort.value))
        try:
            page = await self._page(search, size, start)
        except QueryRejected as error:
            sentence = t("arXiv does not understand this search: {problem}.", problem=error.problem)
            raise BadInput(sentence) from error
        return FoundPage(tuple(_papers(page)), more=start + len(page.results) < page.total)

    async def aclose(self) -> None:
        """Stop, waiting a little for a request in progress."""
        self._client.close()
        if self._calls:
            await asyncio.wait(self._calls, timeout=_CLOSE_S)
        for call in self._calls:
            call.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)

    async def _batch(self, ids: list[str]) -> list[Paper]:
        """The papers of up to 100 identifiers; halves the batch around one that arXiv refuses."""
        try:
            page = await self._page(Search(id_list=ids, max_results=len(ids)), len(ids))
        except QueryRejected as error:
            if len(ids) == 1:
                log.warning("identifier_rejected", id=ids[0], reason=error.problem)
                return []
            half = len(ids) // 2
            return await self._batch(ids[:half]) + await self._batch(ids[half:])
        found = list(_papers(page))
        if page.complete or not found:
            return found
        # arXiv sometimes sends less than there is: ask once more for what did not come.
        came = {paper.id for paper in found} | {paper.versioned_id for paper in found}
        missing = [id_ for id_ in ids if id_ not in came]
        log.warning("api_page_incomplete", asked=len(ids), came=len(found))
        return found + (await self._batch(missing) if len(missing) < len(ids) else [])

    async def _page(self, search: Search, size: int, start: int = 0) -> Page:
        return await with_retries(self._attempts, lambda: self._once(search, size, start))

    async def _once(self, search: Search, size: int, start: int) -> Page:
        """One request. If the caller is canceled, the turn is still held until it has ended."""
        started = asyncio.Event()
        call = asyncio.create_task(self._hold_turn(search, size, start, started), name="arxiv-api")
        self._calls.add(call)
        call.add_done_callback(self._forget)
        try:
            return await asyncio.shield(call)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and not task.cancelling():  # aclose() canceled the call instead
                raise SourceUnavailable(SOURCE, "the program is closing") from None
            if not started.is_set():
                call.cancel()
            raise

    async def _hold_turn(
        self, search: Search, size: int, start: int, started: asyncio.Event
    ) -> Page:
        async with self._limiter.turn():
            started.set()
            try:
                return await _on_thread(lambda: self._client.page(search, size, start))
            except SourceUnavailable as error:
                if error.status is None or error.status in {403, 429} or error.status >= 500:
                    self._limiter.penalize(error.retry_after)
                raise

    def _forget(self, call: asyncio.Task[Page]) -> None:
        self._calls.discard(call)
        if not call.cancelled():
            call.exception()  # a canceled caller never asked for it


def _on_thread(work: Callable[[], T]) -> asyncio.Future[T]:
    """Run `work` on a daemon thread of its own.

    An executor's thread would be joined when the interpreter ends, and hold it up for as long as
    arXiv keeps a request hanging.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if future.done():  # canceled
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # pyright: ignore[reportArgumentType] - T when no error

    def run() -> None:
        result: T | None = None
        failure: BaseException | None = None
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001 - it is handed over to the awaiting task
            failure = error
        with suppress(RuntimeError):  # the loop was closed meanwhile
            loop.call_soon_threadsafe(settle, result, failure)

    threading.Thread(target=run, name="arxiv-api", daemon=True).start()
    return future


def _is_id(text: str) -> bool:
    known = split_id(text) is not None
    if not known:
        log.warning("identifier_skipped", id=text[:80])
    return known


def _papers(page: Page) -> Iterator[Paper]:
    unreadable = 0
    for result in page.results:
        try:
            yield to_paper(result)
        except ValueError as error:
            unreadable += 1
            log.warning("api_entry_skipped", id=result.entry_id[:80], reason=str(error))
    if unreadable and unreadable == len(page.results):
        raise SourceGarbled(SOURCE, f"none of its {unreadable} entries could be read")


def to_paper(result: Result) -> Paper:
    """A result of the package as a Paper. Raises ValueError for an unusable one.

    `categories` loses the ACM and MSC classes that arXiv mixes in. The API has no license.
    """
    this = split_id(result.entry_id)
    if this is None:
        raise ValueError("no arXiv identifier")
    if len(result.authors) > MAX_AUTHORS:
        raise ValueError(f"{len(result.authors)} authors")
    id_, version = this
    primary = result.primary_category.strip()
    categories = keep_categories(term.strip() for term in result.categories)
    if not is_category(primary):
        if not categories:
            raise ValueError("no category")
        primary = categories[0]
    comment = bounded(result.comment, "comment") or None
    return Paper(
        id=id_,
        version=version or 1,
        title=bounded(result.title, "title"),
        abstract=bounded(result.summary, "abstract"),
        authors=tuple(
            name for author in result.authors if (name := bounded(author.name, "author"))
        ),
        categories=tuple(dict.fromkeys((primary, *categories))),
        primary_category=primary,
        published=_instant(result.published),
        updated=_instant(result.updated),
        comment=comment,
        doi=bounded(result.doi, "DOI") or None,
        journal_ref=bounded(result.journal_ref, "journal reference") or None,
        withdrawn=says_withdrawn(comment=comment, abstract=result.summary),
    )


def _instant(value: datetime) -> datetime | None:
    """The package's times are in UTC; its stand-in for a missing one has no zone."""
    return value if value.tzinfo is not None else None
