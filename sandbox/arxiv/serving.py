"""How every request is answered: counted, slowed down, broken on order, and written down."""

import asyncio
import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from pathlib import Path

from aiohttp import web

from sandbox.arxiv.faults import FaultRule, Faults
from sandbox.arxiv.markup import Answer
from sandbox.arxiv.recorder import Recorder
from sandbox.clock import SandboxClock

RATE_TEXT = b"Rate exceeded."


@dataclass(slots=True)
class Stats:
    """What was asked of the sandbox. `requests` counts by endpoint: rss, atom, api, oai.

    `connections` is how many TCP connections were open at once, `concurrent` how many requests
    were being answered at once (both at most); `refused` counts those that came too fast.
    """

    requests: Counter[str] = field(default_factory=Counter[str])
    refused: int = 0
    connections: int = 0
    concurrent: int = 0


class Serving:
    """What stands between a request and the code that knows its answer.

    `min_interval` is in seconds of real time, over all endpoints together.
    """

    def __init__(
        self,
        clock: SandboxClock,
        *,
        min_interval: float | None,
        rate_status: int,
        record: Path | None,
    ) -> None:
        self.stats = Stats()
        self.faults = Faults()
        self._clock = clock
        self._min_interval = min_interval
        self._rate_status = rate_status
        self._recorder = Recorder(record) if record else None
        self._stopping = asyncio.Event()
        self._answering = 0
        self._last_answered = -math.inf

    def open(self) -> None:
        """Be ready for requests."""
        self._stopping.clear()

    def close(self) -> None:
        """Let every waiting and hanging request end."""
        self._stopping.set()

    async def serve(
        self,
        request: web.Request,
        endpoint: str,
        make: Callable[[], Answer],
        connections: int,
    ) -> web.StreamResponse:
        """Send what `make` makes; it is CPU work and runs on a thread."""
        self.stats.requests[endpoint] += 1
        self.stats.connections = max(self.stats.connections, connections)
        self._answering += 1
        self.stats.concurrent = max(self.stats.concurrent, self._answering)
        try:
            rule = self.faults.take(request.path_qs)
            if rule is not None and rule.delay:
                await self._wait(rule.delay)
            if rule is not None and rule.hang:
                await self._stopping.wait()
            if rule is not None and (rule.hang or (rule.drop and rule.truncate is None)):
                return await self._drop(request)
            answer = self._refusal() or await asyncio.to_thread(make)
            if rule is not None:
                answer = rule.replace(answer)
            return await self._send(request, answer, rule)
        finally:
            self._answering -= 1

    async def _wait(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return

    def _refusal(self) -> Answer | None:
        if self._min_interval is None:
            return None
        now = asyncio.get_running_loop().time()
        left = self._last_answered + self._min_interval - now
        if left <= 0:
            self._last_answered = now
            return None
        self.stats.refused += 1
        headers = {"Retry-After": str(math.ceil(left))} if self._rate_status == 429 else {}
        return Answer(self._rate_status, "text/plain; charset=utf-8", RATE_TEXT, headers)

    async def _send(
        self, request: web.Request, answer: Answer, rule: FaultRule | None
    ) -> web.StreamResponse:
        body = answer.body if rule is None else answer.body[: rule.truncate]
        await self._record(request, answer, body)
        headers = {**answer.headers, "Content-Type": answer.content_type}
        if rule is None or not rule.drop:
            return web.Response(status=answer.status, headers=headers, body=body)
        response = web.StreamResponse(status=answer.status, headers=headers)
        response.content_length = len(answer.body)
        await response.prepare(request)
        await response.write(body)
        _close(request)
        return response

    async def _drop(self, request: web.Request) -> web.StreamResponse:
        await self._record(request, None, b"")
        _close(request)
        return web.Response()

    async def _record(self, request: web.Request, answer: Answer | None, body: bytes) -> None:
        if self._recorder is not None:
            await self._recorder.write(
                at=self._clock.now(),
                method=request.method,
                path=request.path_qs,
                request_headers=request.headers,
                request_body=await request.read(),
                status=answer.status if answer else None,
                headers={**answer.headers, "Content-Type": answer.content_type} if answer else {},
                body=body,
            )


def conditional(answer: Answer, tags: str | None, since: str | None) -> Answer:
    """The answer, or 304 without a body if the client has it already (RFC 9110, section 13).

    `tags` and `since` are the request's If-None-Match and If-Modified-Since.
    """
    if answer.status != 200:
        return answer
    if tags is not None:
        known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        unchanged = "*" in known or answer.headers["ETag"] in known
    elif since is not None:
        unchanged = _not_after(answer.headers["Last-Modified"], since)
    else:
        unchanged = False
    return Answer(304, answer.content_type, b"", answer.headers) if unchanged else answer


def _not_after(modified: str, since: str) -> bool:
    try:
        return parsedate_to_datetime(modified) <= parsedate_to_datetime(since)
    except (TypeError, ValueError):  # not a date, or one without a zone: the header is ignored
        return False


def _close(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.close()
