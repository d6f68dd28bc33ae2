"""The worker process of the local models: started when needed, owned, ended in every case."""

import asyncio
import json
import os
import sys
from collections import deque
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import structlog

from bot.errors import SourceGarbled, SourceUnavailable
from bot.protocols import Clock
from bot.settings import PREFIX

log = structlog.get_logger(__name__)

SOURCE = "local model"
"""How errors name it."""

_WORKER = Path(__file__).with_name("local_worker.py")
_PATIENCE_S = 120.0
_IDLE = timedelta(minutes=15)
_REST = timedelta(minutes=1)
_LONGEST_LINE = 16 << 20
_END_S = 5.0


class ModelProcess:
    """One worker, used by one asker at a time.

    It is started with the first question and ended after 15 minutes without one, as models take
    up memory. `patience` bounds an answer in seconds, with the loading of its model; a process
    that does not keep to it is killed. After two crashes in a row it is left alone for a minute.
    """

    def __init__(
        self, threads: int, clock: Clock, *, patience: float = _PATIENCE_S, worker: Path = _WORKER
    ) -> None:
        self._command = (sys.executable, "-P", str(worker), str(threads))
        self._clock = clock
        self._patience = patience
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._watchers: list[asyncio.Task[None]] = []
        self._left: asyncio.Task[dict[str, Any]] | None = None
        self._last_words: deque[str] = deque(maxlen=5)
        self._used: datetime = clock.now()
        self._rests_until: datetime | None = None
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The process's id; None while there is none."""
        return self._process.pid if self._process else None

    async def ask(self, request: dict[str, Any]) -> list[str | None]:
        """The answer's texts, in the order of the request's sentences.

        Who stops waiting leaves the process to finish what it has begun; the next waits for that.
        Raises SourceUnavailable if it hung or crashed twice, SourceGarbled if the model cannot be
        used.
        """
        async with self._turn:
            if self._left is not None:
                await asyncio.wait({self._left})
            # A task of its own: an answer must be read by somebody, or the next asker gets it.
            exchange = asyncio.create_task(self._exchanged(request), name="local model")
            exchange.add_done_callback(_told_nobody)
            self._left = exchange
            try:
                answer = await asyncio.shield(exchange)
            except asyncio.CancelledError:
                if exchange.cancelled():  # by `aclose`, and not the asker
                    raise SourceUnavailable(SOURCE, "it was closed") from None
                raise
        texts = answer.get("texts")
        wanted = len(request["sentences"])
        if not isinstance(texts, list) or len(cast("list[object]", texts)) != wanted:
            raise SourceGarbled(SOURCE, str(answer.get("error") or "its answer has another shape"))
        return [text if isinstance(text, str) else None for text in cast("list[object]", texts)]

    async def aclose(self) -> None:
        """Kill the process, whatever it does."""
        self._closed = True
        if self._left is not None:
            self._left.cancel()
            await asyncio.wait({self._left})
        await self._end()

    async def _exchanged(self, request: dict[str, Any]) -> dict[str, Any]:
        if self._rests_until is not None:
            wait = (self._rests_until - self._clock.now()).total_seconds()
            if wait > 0:
                raise SourceUnavailable(SOURCE, "it crashed twice just now", retry_after=wait)
        line = json.dumps(request).encode() + b"\n"
        answer = await self._answer(line) or await self._answer(line)
        if not answer:
            self._rests_until = self._clock.now() + _REST
            raise SourceUnavailable(SOURCE, "its process crashed twice")
        self._rests_until = None
        self._used = self._clock.now()
        try:
            value: object = json.loads(answer)
        except ValueError as error:
            await self._end()
            raise SourceGarbled(SOURCE, f"its process answered with no JSON ({error})") from None
        return cast("dict[str, Any]", value) if isinstance(value, dict) else {}

    async def _answer(self, line: bytes) -> bytes:
        """The process's answer, empty if it crashed."""
        process = await self._running()
        assert process.stdin  # noqa: S101 - both are pipes
        assert process.stdout  # noqa: S101
        try:
            async with asyncio.timeout(self._patience):
                process.stdin.write(line)
                await process.stdin.drain()
                answer = await process.stdout.readline()
        except TimeoutError:
            log.warning("local_model_hung", pid=process.pid, patience=self._patience)
            await self._end()
            problem = f"no answer within {self._patience:g} s; its process was ended"
            raise SourceUnavailable(SOURCE, problem) from None
        except (OSError, ValueError):  # a broken pipe; a line without end
            answer = b""
        except asyncio.CancelledError:
            await self._end()
            raise
        if not answer.endswith(b"\n"):
            code = await self._end()
            log.warning("local_model_crashed", code=code, said=list(self._last_words))
            return b""
        return answer

    async def _running(self) -> asyncio.subprocess.Process:
        if self._closed:
            raise SourceUnavailable(SOURCE, "it was closed")
        if self._process is not None and self._process.returncode is None:
            return self._process
        await self._end()
        # Models are files from elsewhere: the code that reads them is told no secret.
        environ = {k: v for k, v in os.environ.items() if not k.startswith(PREFIX)}
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env=environ,
                limit=_LONGEST_LINE,
                start_new_session=True,  # a terminal's Ctrl-C is for the bot
            )
        except OSError as error:
            raise SourceUnavailable(SOURCE, f"its process cannot be started: {error}") from error
        self._process = process
        self._used = self._clock.now()
        self._watchers = [
            asyncio.create_task(self._listen(process), name="local model's words"),
            asyncio.create_task(self._end_when_idle(), name="local model idle"),
        ]
        return process

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        assert process.stderr  # noqa: S101 - it is a pipe
        while said := await process.stderr.read(4096):
            lines = said.decode(errors="replace").splitlines()
            self._last_words.extend(line[:200] for line in lines if line.strip())

    async def _end_when_idle(self) -> None:
        while True:
            await self._clock.sleep_until(self._used + _IDLE)
            if self._turn.locked():
                self._used = self._clock.now()
            elif self._clock.now() >= self._used + _IDLE:
                break
        async with self._turn:
            self._watchers = [one for one in self._watchers if one is not asyncio.current_task()]
            await self._end()

    async def _end(self) -> int | None:
        """Kill the process if there is one; its exit code."""
        process, self._process = self._process, None
        watchers, self._watchers = self._watchers, []
        if process is None:
            return None
        with suppress(ProcessLookupError):
            if process.returncode is None:
                process.kill()
        with suppress(TimeoutError):
            async with asyncio.timeout(_END_S):
                await asyncio.wait(watchers[:1])  # its last words
                await process.wait()
        for watcher in watchers:
            watcher.cancel()
        await asyncio.gather(*watchers, return_exceptions=True)
        return process.returncode


def _told_nobody(exchange: asyncio.Task[dict[str, Any]]) -> None:
    """Take an error that nobody waits for."""
    if not exchange.cancelled():
        exchange.exception()
