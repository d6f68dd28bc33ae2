"""What every provider's server has: one port of loopback, a record of requests, faults on order."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from aiohttp import web

from sandbox.arxiv.faults import FaultRule, Faults

_CLOSE_SECONDS = 0.1
_LARGEST_REQUEST = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: `body` is its JSON, None where it has none."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: object


@dataclass(frozen=True, slots=True)
class Told:
    """An answer: `body` is sent as JSON, as text or as bytes by its type."""

    body: object
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


Handler = Callable[[Asked], Told | Awaitable[Told]]


class LoopbackServer:
    """A server whose answers are made by `answer` and broken by the rules in force.

    `asked` holds every request, also those that a rule broke; `at_once` is how many were being
    answered at the same time, at most. `arrived` is set by each request.
    """

    def __init__(self, answer: Handler) -> None:
        self.asked: list[Asked] = []
        self.at_once = 0
        self.arrived = asyncio.Event()
        self.url = ""
        self._answer = answer
        self._faults = Faults()
        self._active = 0
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen; port 0 takes a free one. Raises OSError if the address is taken."""
        app = web.Application(client_max_size=_LARGEST_REQUEST)
        app.router.add_route("*", "/{tail:.*}", self._serve)
        runner = web.AppRunner(
            app, access_log=None, shutdown_timeout=_CLOSE_SECONDS, handler_cancellation=True
        )
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner
        self.url = "http://{}:{}".format(*runner.addresses[0][:2])

    async def stop(self) -> None:
        """Stop listening; hanging requests are dropped. Stopping twice does nothing."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def set_faults(self, rules: Iterable[FaultRule]) -> None:
        """Put these rules in the place of all rules; each looks at the path with its query."""
        self._faults.set(rules)

    def unused_faults(self) -> list[FaultRule]:
        """The rules that still wait for a request."""
        return self._faults.unused()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        try:
            body: object = await request.json() if request.can_read_body else None
        except ValueError:
            body = None
        self.asked.append(
            Asked(request.method, request.path, dict(request.query), request.headers, body)
        )
        self._active += 1
        self.at_once = max(self.at_once, self._active)
        self.arrived.set()
        try:
            return await self._answered(request, self.asked[-1])
        finally:
            self._active -= 1

    async def _answered(self, request: web.Request, asked: Asked) -> web.StreamResponse:
        rule = self._faults.take(request.path_qs)
        if rule is not None and rule.delay:
            await asyncio.sleep(rule.delay)
        if rule is not None and rule.hang:
            await asyncio.Event().wait()  # until the client or the server goes away
        if rule is not None and rule.drop and rule.truncate is None:
            return _cut(request, web.Response())
        if rule is not None and (rule.status is not None or rule.body is not None):
            told = Told(rule.body or b"", rule.status or 200, rule.headers)
        else:
            made = self._answer(asked)
            told = made if isinstance(made, Told) else await made
            told = Told(told.body, told.status, {**told.headers, **(rule.headers if rule else {})})
        return await _send(request, told, rule)


async def _send(request: web.Request, told: Told, rule: FaultRule | None) -> web.StreamResponse:
    kind = "application/octet-stream" if isinstance(told.body, bytes) else "application/json"
    headers = {"Content-Type": kind} | dict(told.headers)
    whole = _bytes(told.body)
    body = whole if rule is None else whole[: rule.truncate]
    if rule is None or not rule.drop:
        return web.Response(status=told.status, headers=headers, body=body)
    response = web.StreamResponse(status=told.status, headers=headers)
    response.content_length = len(whole)
    await response.prepare(request)
    await response.write(body)
    return _cut(request, response)


def _bytes(body: object) -> bytes:
    if isinstance(body, bytes):
        return body
    return (body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)).encode()


def _cut(request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.close()
    return response
