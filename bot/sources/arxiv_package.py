"""The one place that touches the `arxiv` package and its `requests` session.

The package has no timeout, hides `Retry-After`, takes an HTML or text body with status 200 for an
empty result, recovers from truncated XML by dropping entries, and asks for further pages without
waiting. All of that is put right in the adapter of its session, which sees every answer first.
"""

import io
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

import arxiv  # pyright: ignore[reportMissingTypeStubs] - it has none, but its code is annotated
import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError as Urllib3Error

from bot.errors import SourceError, SourceGarbled, SourceUnavailable
from bot.http_answers import retry_after_seconds
from bot.sources.http import MAX_BODY_BYTES, Timeouts, user_agent
from bot.sources.xml import parse

SOURCE = "arXiv API"
MAX_PAGE = 2000

_ATOM = "{http://www.w3.org/2005/Atom}"
_OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
_CHUNK_BYTES = 64 * 1024
_SLOW_DOWN = frozenset({403, 429, 503})
_MAX_REDIRECTS = 3


Result = arxiv.Result
Search = arxiv.Search
SortCriterion = arxiv.SortCriterion


class QueryRejected(SourceError):
    """arXiv found the query or an identifier in it malformed (HTTP 400, an entry "Error")."""


class _PageEnd(SourceError):
    """The package asks for a second page although one call may make one request only."""


@dataclass(frozen=True, slots=True)
class Page:
    """What one request gave; `complete` is False when arXiv sent less than the whole page.

    `total` is how many results arXiv says there are in all.
    """

    results: tuple[Result, ...]
    complete: bool
    total: int


class _Adapter(HTTPAdapter):
    """Sends at most one request per allowance, in bounded time, and judges its answer."""

    def __init__(self, timeouts: Timeouts, contact: str) -> None:
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)
        self._timeouts = timeouts
        self._user_agent = user_agent(contact)
        self._allowed = False
        self._deadline = 0.0
        self.total = 0  # what the last sound answer said of all results
        self.stopped = threading.Event()

    def allow_one(self) -> None:
        """Allow one request, with the redirects that it may lead to."""
        self._allowed = True
        self._deadline = time.monotonic() + self._timeouts.whole

    def send(
        self, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> requests.Response:
        if not self._allowed:
            raise _PageEnd(SOURCE, "one request was allowed")
        request.headers["User-Agent"] = self._user_agent
        request.headers["Accept-Encoding"] = "gzip"
        kwargs["stream"] = True
        kwargs["timeout"] = (self._timeouts.connect, self._timeouts.read)
        try:
            response = super().send(request, *args, **kwargs)
            body = self._read(response)
        except (requests.RequestException, Urllib3Error, OSError) as error:
            raise SourceUnavailable(SOURCE, f"the request failed: {error}") from error
        response.raw = io.BytesIO(body)
        if not response.is_redirect:
            self._allowed = False
            self.total = judge(response.status_code, response.headers, body)
        return response

    def _read(self, response: requests.Response) -> bytes:
        body = bytearray()
        try:
            for chunk in response.raw.stream(_CHUNK_BYTES, decode_content=True):
                body += chunk
                if len(body) > MAX_BODY_BYTES:
                    problem = f"the answer is larger than {MAX_BODY_BYTES // 2**20} MiB"
                    raise SourceGarbled(SOURCE, problem)
                if self.stopped.is_set():
                    raise SourceUnavailable(SOURCE, "the program is closing")
                if time.monotonic() > self._deadline:
                    problem = f"no complete answer within {self._timeouts.whole:g} s"
                    raise SourceUnavailable(SOURCE, problem)
        except BaseException:
            response.close()
            raise
        return bytes(body)


def judge(status: int, headers: Mapping[str, str], body: bytes) -> int:
    """Let only a sound Atom feed through to the package; returns how many results there are.

    Raises QueryRejected, SourceUnavailable (with what `Retry-After` asked for) or SourceGarbled.
    """
    if status in _SLOW_DOWN:
        wish = retry_after_seconds(headers)
        problem = "it asks for fewer requests"
        raise SourceUnavailable(SOURCE, problem, status=status, retry_after=wish)
    if status == 400:
        raise QueryRejected(SOURCE, _rejection(body), status=status)
    if status != 200:
        raise SourceUnavailable(SOURCE, "it refused the request", status=status)
    if body[:200].lstrip().lower().startswith(b"rate exceeded"):
        # Status 200, but meant as 429.
        raise SourceUnavailable(SOURCE, "it asks for fewer requests", status=429)
    root = parse(SOURCE, body)
    if root.tag != f"{_ATOM}feed":
        raise SourceGarbled(SOURCE, f"not an Atom feed: its root is {root.tag[:60]!r}")
    problem = _error_text(root)
    if problem:
        raise QueryRejected(SOURCE, problem, status=400)
    total = (root.findtext(f"{_OPENSEARCH}totalResults") or "").strip()
    start = (root.findtext(f"{_OPENSEARCH}startIndex") or "0").strip()
    if not total.isdecimal() or not start.isdecimal():
        raise SourceGarbled(SOURCE, "it does not say how many results there are")
    if root.find(f"{_ATOM}entry") is None and int(total) > int(start):
        raise SourceUnavailable(SOURCE, f"an empty page, though there are {total} results")
    return int(total)


def _error_text(root: Element) -> str:
    """What arXiv's error entry says, or an empty text if the feed is no such answer."""
    entry = root.find(f"{_ATOM}entry")
    if entry is None or "/api/errors" not in (entry.findtext(f"{_ATOM}id") or ""):
        return ""
    return (entry.findtext(f"{_ATOM}summary") or "it reports an error").strip()[:300]


def _rejection(body: bytes) -> str:
    """What the body of a status 400 says."""
    try:
        problem = _error_text(parse(SOURCE, body))
    except SourceGarbled:
        problem = ""
    return problem or "the query is malformed"


class PackageClient:
    """A shared `arxiv.Client` that makes exactly one request per call.

    Its methods block. One call at a time, on any thread.
    """

    def __init__(self, url: str, *, contact: str, timeouts: Timeouts) -> None:
        # Intervals and retries are the limiter's and the caller's.
        self._client = arxiv.Client(page_size=1, delay_seconds=0, num_retries=0)
        self._client.query_url_format = url + "?{}"
        self._adapter = _Adapter(timeouts, contact)
        # The package offers no other way to its session.
        self._session = self._client._session  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
        self._session.max_redirects = _MAX_REDIRECTS
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, self._adapter)

    def page(self, search: Search, size: int, start: int = 0) -> Page:
        """One page of at most `size` results from `start` on. Raises SourceError's subclasses only.

        `search.max_results` counts from the first result, not from `start`.
        """
        if not 1 <= size <= MAX_PAGE:
            # The package takes 0 for "everything".
            raise ValueError(f"a page has 1 to {MAX_PAGE} results, not {size}")
        self._client.page_size = size
        self._adapter.allow_one()
        results: list[Result] = []
        try:
            # keeps what came before an exception
            results.extend(self._client.results(search, start))
        except _PageEnd:
            return Page(tuple(results), complete=False, total=self._adapter.total)
        except arxiv.ArxivError as error:
            raise SourceGarbled(SOURCE, str(error)) from error
        except requests.RequestException as error:
            raise SourceUnavailable(SOURCE, f"the request failed: {error}") from error
        except ValueError as error:  # a time stamp that is none
            raise SourceGarbled(SOURCE, f"an unreadable entry: {error}") from error
        return Page(tuple(results), complete=True, total=self._adapter.total)

    def close(self) -> None:
        """End a request in progress at its next byte, and close the connection."""
        self._adapter.stopped.set()
        self._session.close()
