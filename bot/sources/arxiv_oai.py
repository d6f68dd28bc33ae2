"""arXiv's OAI-PMH interface: past announcement days, which the feed no longer holds, and records.

The format is arXivRaw: it alone has the history of versions, without which a new paper and a
replacement look the same. What OAI-PMH does not tell is estimated:

- The announcement day is the record's datestamp, the day of its last change. arXiv publishes a
  day's records in the evening before it in Eastern time, which is that day in UTC.
- A record changes for other reasons too (a journal reference, a correction by arXiv). If its
  last version was submitted more than `MAX_AGE` before the datestamp, it was not announced on
  that day and is left out. arXiv keeps few submissions back for longer than that.
- The type follows from the number of the last version and the primary category.
- Like the feeds, a harvest leaves out replacements at version 6 and later.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

import structlog

from bot.errors import SourceGarbled, SourceRefused, SourceUnavailable
from bot.models import AnnounceType, Paper
from bot.sources.calendar import eastern_date
from bot.sources.http import ArxivHttp
from bot.sources.oai_records import SOURCE, OaiFailure, RawRecord, RecordPage, parse_page
from bot.sources.retry import with_retries
from bot.sources.taxonomy import canonical, oai_set
from bot.sources.xml import run_parser

log = structlog.get_logger(__name__)

OAI_URL = "https://oaipmh.arxiv.org/oai"
MAX_AGE = timedelta(days=14)
LAST_ANNOUNCED_VERSION = 5
EARLIEST = date(2005, 9, 16)
"""The first datestamp that there is; records that did not change since have it."""

_ATTEMPTS = 3
_RESTARTS = 2
_MOST_PAGES = 10_000
_MAX_PAGE_BYTES = 64 * 1024 * 1024
# arXiv answers OAI-PMH's own errors with 200; the others are for servers that do not.
_ACCEPT = frozenset({200, 400, 404, 422})
# So many records of a page may all be unreadable; with more, it is the page that is broken.
_STRAY = 5


@dataclass(frozen=True, slots=True)
class Harvested:
    """A paper with the estimated day and type of its last announcement in a category."""

    paper: Paper
    day: date
    type: AnnounceType


class ArxivOai:
    """Lists changed records by HTTP. Implements HarvestSource."""

    def __init__(self, http: ArxivHttp, url: str = OAI_URL, *, attempts: int = _ATTEMPTS) -> None:
        self._http = http
        self._url = url
        self._attempts = attempts

    async def harvest(self, category: str, since: date, until: date) -> AsyncIterator[Harvested]:
        """The announcements of a category from `since` to `until`, both included.

        Records come page by page, each page being one request. A resumption token that arXiv no
        longer knows (they end with the day) starts the list again; what was given is not given
        twice. Raises BadInput for an unknown category, SourceUnavailable or SourceGarbled.
        """
        if since > until:
            return
        first = _first(category, since, until)
        given: set[str] = set()
        restarts = 0
        arguments = first
        for _ in range(_MOST_PAGES):
            try:
                page = await with_retries(self._attempts, lambda args=arguments: self._page(args))
            except OaiFailure as failure:
                if failure.code == "noRecordsMatch":
                    return
                if failure.code != "badResumptionToken" or restarts == _RESTARTS:
                    raise SourceUnavailable(SOURCE, str(failure)) from failure
                restarts += 1
                log.warning("oai_list_restarted", category=category, given=len(given))
                arguments = first
                continue
            for record in page.records:
                found = announcement(category, record)
                if found is None or record.paper.id in given or not since <= found.day <= until:
                    continue
                given.add(record.paper.id)
                yield found
            if page.token is None:
                return
            following = {"verb": "ListRecords", "resumptionToken": page.token}
            if following == arguments:
                raise SourceGarbled(SOURCE, "the list does not advance")
            arguments = following
        raise SourceGarbled(SOURCE, f"a list of more than {_MOST_PAGES} pages")

    async def page(
        self, category: str, since: date, until: date | None, *, token: str | None = None
    ) -> RecordPage | None:
        """One page of a category's records with datestamps from `since` to `until`, both included.

        These are all records of the category's set, announced on that day or not, in no order
        that one may rely on. Without `until` the list goes on to today. `token` continues a list;
        None if arXiv does not know it any more. Asks once: raises BadInput for an unknown
        category, SourceUnavailable or SourceGarbled for what may pass, SourceRefused for what
        will not.
        """
        if token is not None:
            arguments = {"verb": "ListRecords", "resumptionToken": token}
        else:
            arguments = _first(category, since, until)
        try:
            page = await self._page(arguments, stray=_STRAY)
        except OaiFailure as failure:
            if failure.code == "noRecordsMatch":
                return RecordPage((), None, answered=failure.answered)
            if failure.code == "badResumptionToken" and token is not None:
                log.warning("oai_token_refused", category=category, since=since)
                return None
            raise SourceRefused(SOURCE, str(failure)) from failure
        if token is not None and page.token == token:
            raise SourceGarbled(SOURCE, "the list does not advance")
        return page

    async def _page(self, arguments: dict[str, str], *, stray: int = 0) -> RecordPage:
        answer = await self._http.get(
            SOURCE, self._url, params=arguments, accept=_ACCEPT, max_bytes=_MAX_PAGE_BYTES
        )
        try:
            return await run_parser(partial(parse_page, stray=stray), answer.body)
        except SourceGarbled as error:
            if answer.status == 200:
                raise
            problem = "it refused the request"
            raise SourceUnavailable(SOURCE, problem, status=answer.status) from error


def _first(category: str, since: date, until: date | None) -> dict[str, str]:
    """The request that begins a list. Raises BadInput for an unknown category."""
    arguments = {
        "verb": "ListRecords",
        "metadataPrefix": "arXivRaw",
        "set": oai_set(category),
        "from": since.isoformat(),
    }
    return arguments if until is None else arguments | {"until": until.isoformat()}


def announcement(category: str, record: RawRecord) -> Harvested | None:
    """What a record was announced as in a category by the estimates above; None if it was not."""
    paper = record.paper
    wanted = canonical(category)
    if wanted not in map(canonical, paper.categories):
        return None
    if paper.version > LAST_ANNOUNCED_VERSION:
        return None
    if paper.updated is not None and record.datestamp - eastern_date(paper.updated) > MAX_AGE:
        return None
    primary = canonical(paper.primary_category) == wanted
    if paper.version == 1:
        type_ = AnnounceType.NEW if primary else AnnounceType.CROSS
    else:
        type_ = AnnounceType.REPLACE if primary else AnnounceType.REPLACE_CROSS
    return Harvested(paper, record.datestamp, type_)
