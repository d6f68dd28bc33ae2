"""HTTP to arXiv for the feed and OAI-PMH: bounded in time and size, behind the one limiter."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import httpx

from bot import __version__
from bot.errors import SourceUnavailable
from bot.http_answers import read_body, retry_after_seconds
from bot.sources.limiter import ArxivLimiter

MAX_BODY_BYTES = 32 * 1024 * 1024
CONNECT_S = 10.0
READ_S = 30.0
WHOLE_REQUEST_S = 60.0

_SLOW_DOWN = frozenset({403, 429, 503})
_MAX_REDIRECTS = 3


def user_agent(contact: str = "") -> str:
    """How Paperboy names itself to arXiv, with where its operator can be reached if that is set."""
    # A header takes Latin-1 only, and a line break in it would be another header.
    clean = "".join(c for c in contact if c.isprintable() and c.isascii() and c not in "()").strip()
    return f"Paperboy/{__version__}" + (f" (+{clean})" if clean else "")


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer: its body is decompressed and within the size limit."""

    status: int
    headers: httpx.Headers
    body: bytes


@dataclass(frozen=True, slots=True)
class Timeouts:
    """All in seconds; `whole` bounds a request with its redirects and body."""

    connect: float = CONNECT_S
    read: float = READ_S
    whole: float = WHOLE_REQUEST_S


class ArxivHttp:
    """One client for all of arXiv's HTTP that is not the API. Each request is a limiter's turn."""

    def __init__(
        self,
        limiter: ArxivLimiter,
        *,
        contact: str = "",
        timeouts: Timeouts | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        times = timeouts or Timeouts()
        self._limiter = limiter
        self._whole = times.whole
        self._client = httpx.AsyncClient(
            # Only encodings whose expansion is bounded below.
            headers={"User-Agent": user_agent(contact), "Accept-Encoding": "gzip"},
            timeout=httpx.Timeout(times.read, connect=times.connect),
            limits=httpx.Limits(max_connections=1, max_keepalive_connections=1),
            follow_redirects=True,
            max_redirects=_MAX_REDIRECTS,
            transport=transport,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connection."""
        await self._client.aclose()

    async def get(
        self,
        source: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        accept: frozenset[int] = frozenset({200}),
        max_bytes: int = MAX_BODY_BYTES,
    ) -> Answer:
        """GET with the body read as a stream; `source` names the sender in errors.

        Raises SourceUnavailable for every failure of the network and every status outside
        `accept`, and SourceGarbled for a body that is too large or wrongly compressed. Failures
        of arXiv's own make the limiter slow everybody down.
        """
        async with self._limiter.turn():
            try:
                async with asyncio.timeout(self._whole):
                    async with self._client.stream(
                        "GET", url, params=params, headers=headers
                    ) as response:
                        if response.status_code not in accept:
                            raise self._refusal(source, response.status_code, response.headers)
                        body = await read_body(source, response, max_bytes)
                        return Answer(response.status_code, response.headers, body)
            except TimeoutError:
                self._limiter.penalize()
                raise SourceUnavailable(
                    source, f"no complete answer within {self._whole:g} s"
                ) from None
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                self._limiter.penalize()
                reason = str(error) or type(error).__name__
                raise SourceUnavailable(source, f"the request failed: {reason}") from error

    def _refusal(self, source: str, status: int, headers: httpx.Headers) -> SourceUnavailable:
        wish = retry_after_seconds(headers)
        if status in _SLOW_DOWN or status >= 500:
            self._limiter.penalize(wish)
        problem = "it asks for fewer requests" if status in _SLOW_DOWN else "it refused the request"
        return SourceUnavailable(source, problem, status=status, retry_after=wish)
