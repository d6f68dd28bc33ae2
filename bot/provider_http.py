"""HTTP to services beside arXiv: bounded, patient, and nothing paid twice."""

import asyncio
import random
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from urllib.parse import SplitResult, urljoin, urlsplit

import httpx
import structlog

from bot import __version__
from bot.errors import AnswerLost, SourceError, SourceGarbled, SourceRefused, SourceUnavailable
from bot.http_answers import error_text, parse_json, read_body, retry_after_seconds
from bot.protocols import Clock

log = structlog.get_logger(__name__)

LONGEST_WAIT_S = 20.0
"""Whoever asks for a longer wait is not asked again; the caller is told how long it wants."""

# A parser does not let go of the interpreter before it is done: these take it some 10 ms.
MOST_VALUES = 50_000
"""An answer with more values is not read."""

# No service of ours gave such an answer, so nothing was billed for it.
_WEB_PAGE = "it answered with a web page; the address may be wrong"
_CONNECT_S = 10.0
_FIRST_WAIT_S = 1.0
# Model servers close idle connections after 5 s: one that is about to be closed is not used, as
# a request that meets the close counts as lost.
_KEEP_S = 2.0
_MAX_REDIRECTS = 2
_ERROR_BYTES = 64 * 1024
_TOLD = 300
# From this size on, an answer would hold the event loop up for too long.
_ON_A_THREAD = 32 * 1024
# 529 is what DeepL and others say when they are overloaded.
_TOO_LATE_FOR_A_PROXY = 504
_AGAIN = frozenset({429, 500, 502, 503, 529})
_REFUSED = frozenset({401, 402, 403})
# OpenAI says 429 also to an account without credit: https://platform.openai.com/docs/guides/error-codes
_NO_CREDIT = re.compile(r"insufficient_quota|billing_hard_limit|exceeded your current quota")
_NOT_CONNECTED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_NOT_SENT = (httpx.LocalProtocolError, httpx.UnsupportedProtocol, httpx.InvalidURL, UnicodeError)
_OPEN, _ENCRYPTED = ("http", 80), ("https", 443)


class ProviderHttp:
    """One service's HTTP: JSON in, JSON out.

    `source` names the service in errors, `base_url` may have a path of its own. `timeout` in
    seconds bounds each try as a whole, `concurrency` the requests at the same time, `attempts`
    the tries of one request. `refused` are statuses beside 401, 402 and 403 after which only the
    operator can help. Values of `headers` and `secrets` never stand in errors.
    """

    def __init__(
        self,
        source: str,
        base_url: str,
        *,
        clock: Clock,
        headers: Mapping[str, str] | None = None,
        timeout: float = 30,
        concurrency: int = 4,
        attempts: int = 3,
        refused: Collection[int] = (),
        secrets: Collection[str] = (),
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.source = source
        self._base = base_url.rstrip("/")
        self._clock = clock
        self._timeout = timeout
        self._attempts = attempts
        self._refused = _REFUSED | frozenset(refused)
        values = [value.rsplit(maxsplit=1)[-1] for value in (headers or {}).values() if value]
        values.append(urlsplit(base_url).password or "")
        self._secrets = sorted(
            {text for text in (*values, *secrets) if len(text) > 3}, key=len, reverse=True
        )
        self._turns = asyncio.Semaphore(concurrency)
        self._client = httpx.AsyncClient(
            headers={
                "User-Agent": f"Paperboy/{__version__}",
                "Accept": "application/json",
                # Only an encoding whose expansion `read_body` bounds.
                "Accept-Encoding": "gzip",
                **(headers or {}),
            },
            timeout=httpx.Timeout(timeout, connect=min(timeout, _CONNECT_S)),
            limits=httpx.Limits(
                max_connections=concurrency,
                max_keepalive_connections=concurrency,
                keepalive_expiry=_KEEP_S,
            ),
            follow_redirects=False,
            transport=transport,
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def request(
        self,
        method: str,
        path: str,
        *,
        json: object | None = None,
        params: Mapping[str, str] | None = None,
        max_bytes: int = 1024 * 1024,
        repeatable: bool | None = None,
        lost: Callable[[], Awaitable[None]] | None = None,
    ) -> object:
        """The answer's JSON. `path` is added to the base address; `json` is the request's body.

        Connections that could not be made, 429, 500, 502, 503 and 529 are tried again after the
        wait that the service asks for, or a growing one. A request that was sent and got no
        complete answer, or one too late for a proxy (504), may have been billed: it is tried again
        only if `repeatable`, which GET is by itself. `lost` is awaited when an answer may have
        been billed and nobody gets it: it did not come whole or in time, cannot be read, or the
        caller stopped waiting for it.

        Raises SourceRefused for a wrong key or an empty account; AnswerLost for an answer that
        did not come in time or broke off; SourceUnavailable for every other status, with
        `retry_after` where the service asks for more than 20 s; SourceGarbled for an answer that
        is no JSON or larger than `max_bytes`.
        """
        again = method == "GET" if repeatable is None else repeatable
        async with self._turns:
            for attempt in range(1, self._attempts + 1):
                try:
                    async with _telling(lost):
                        return await self._once(method, path, json, params, max_bytes)
                except SourceUnavailable as error:
                    wait = _wait(error, attempt)
                    passing = again if isinstance(error, AnswerLost) else _may_pass(error)
                    if not passing or wait > LONGEST_WAIT_S or attempt == self._attempts:
                        raise
                    log.warning("provider_retried", source=self.source, wait=wait, error=str(error))
                    await self._clock.sleep_until(self._clock.now() + timedelta(seconds=wait))
        raise AssertionError("unreachable")

    async def _once(
        self,
        method: str,
        path: str,
        body: object | None,
        params: Mapping[str, str] | None,
        max_bytes: int,
    ) -> object:
        try:
            async with asyncio.timeout(self._timeout):
                return await self._sent(method, self._base + path, body, params, max_bytes)
        except TimeoutError:
            raise AnswerLost(
                self.source, f"no complete answer within {self._timeout:g} s"
            ) from None
        except (*_NOT_CONNECTED, *_NOT_SENT) as error:
            raise SourceUnavailable(self.source, self._failed(error)) from error
        except httpx.HTTPError as error:
            # It was on its way already: whether it was worked off nobody knows.
            raise AnswerLost(self.source, self._failed(error)) from error

    async def _sent(
        self,
        method: str,
        url: str,
        sent: object | None,
        params: Mapping[str, str] | None,
        max_bytes: int,
    ) -> object:
        for _ in range(_MAX_REDIRECTS + 1):
            async with self._client.stream(method, url, json=sent, params=params) as response:
                if response.is_success:
                    body = await read_body(self.source, response, max_bytes)
                    if len(body) < _ON_A_THREAD:
                        return self._read(body)
                    return await asyncio.to_thread(self._read, body)
                if not response.has_redirect_location:
                    raise await self._refusal(response)
                url, params = self._elsewhere(method, response), None
        raise SourceUnavailable(self.source, "it redirects again and again", status=308)

    def _read(self, body: bytes) -> object:
        if sum(map(body.count, (b",", b"[", b"{"))) > MOST_VALUES:
            raise SourceGarbled(self.source, "the answer holds too many values")
        try:
            return parse_json(body)
        except ValueError as error:
            if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
                raise SourceGarbled(self.source, _WEB_PAGE) from None
            problem = "the answer is no valid JSON" if body.strip() else "the answer is empty"
            raise SourceGarbled(self.source, problem) from error

    def _elsewhere(self, method: str, response: httpx.Response) -> str:
        """Where a redirection leads: with keys and texts to no other server, nor unencrypted."""
        here = urlsplit(str(response.url))
        target = response.headers["Location"]
        try:
            target = urljoin(str(response.url), target)
            there = urlsplit(target)
            doors = _door(here), _door(there)
            same = there.hostname == here.hostname and (
                doors[0] == doors[1] or doors == (_OPEN, _ENCRYPTED)
            )
        except ValueError:
            same = False
        # After 301, 302 and 303 clients may ask with GET, which is no longer the same request.
        if same and (method == "GET" or response.status_code in {307, 308}):
            return target
        raise SourceUnavailable(
            self.source,
            self._told("it redirects to another address: " + target),
            status=response.status_code,
        )

    async def _refusal(self, response: httpx.Response) -> SourceError:
        status = response.status_code
        try:
            said = error_text(await read_body(self.source, response, _ERROR_BYTES))
        except (SourceGarbled, httpx.HTTPError):
            said = ""  # the status tells enough
        problem = _STATUSES.get(status, "it refused the request")
        if status in {401, 403} and not self._secrets:
            problem = "it refuses requests without a key"
        problem = self._told(problem, said)
        if status in self._refused or (status == 429 and _NO_CREDIT.search(said)):
            return SourceRefused(self.source, problem, status=status)
        wish = retry_after_seconds(response.headers)
        kind = AnswerLost if status == _TOO_LATE_FOR_A_PROXY else SourceUnavailable
        return kind(self.source, problem, status=status, retry_after=wish)

    def _failed(self, error: Exception) -> str:
        return self._told("the request failed", str(error) or type(error).__name__)

    def _told(self, problem: str, said: str = "") -> str:
        told = f"{problem}: {said}" if said else problem
        for secret in self._secrets:
            told = told.replace(secret, "[key]")
        return told if len(told) <= _TOLD else told[:_TOLD] + "…"


_STATUSES = {
    401: "it does not accept the key",
    402: "the account has no credit",
    403: "the key may not do this",
    404: "it does not know the address or the model",
    429: "it asks for fewer requests",
    456: "the quota is used up",
    529: "it is overloaded",
}


@asynccontextmanager
async def _telling(lost: Callable[[], Awaitable[None]] | None) -> AsyncGenerator[None]:
    try:
        yield
    except (AnswerLost, SourceGarbled, asyncio.CancelledError) as error:
        if lost is not None and getattr(error, "problem", "") != _WEB_PAGE:
            await lost()
        raise


def _door(address: SplitResult) -> tuple[str, int | None]:
    """The scheme and the port. Raises ValueError for a port that is none."""
    return address.scheme, address.port or dict((_OPEN, _ENCRYPTED)).get(address.scheme)


def _may_pass(error: SourceUnavailable) -> bool:
    """Whether another try may help: the service is busy, or no connection could be made."""
    return error.status in _AGAIN or isinstance(error.__cause__, _NOT_CONNECTED)


def _wait(error: SourceUnavailable, attempt: int) -> float:
    """Seconds until the next try; half a wait more or less, so that not all come at once."""
    if error.retry_after is not None:
        return error.retry_after
    return _FIRST_WAIT_S * 2 ** (attempt - 1) * random.uniform(1.0, 1.5)
