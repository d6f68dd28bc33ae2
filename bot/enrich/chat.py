"""Any OpenAI-compatible `/chat/completions` endpoint: a task in, its JSON out, all counted.

OpenAI, DeepSeek, vLLM, llama.cpp, Ollama and LM Studio speak this protocol, each its own part of it
(`chat_form.py`).
"""

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, cast
from urllib.parse import urlsplit

import httpx
import structlog

from bot.enrich.chat_form import THOUGHTS, Form
from bot.enrich.chat_json import commands_in, find_json
from bot.enrich.tokens import estimate_tokens
from bot.errors import SourceError, SourceGarbled, SourceUnavailable
from bot.http_answers import error_in
from bot.models import Usage
from bot.protocols import Clock, Meter
from bot.provider_http import ProviderHttp
from bot.settings import Settings

log = structlog.get_logger(__name__)

_ENDPOINT = "/chat/completions"
_VERSION = re.compile(r"/v\d+\w*$")
# What the chat's template adds, and the guess being a guess.
_MARGIN = 64
# From a window of this size on, half of what is above it is left free for thoughts.
_SMALL_WINDOW = 4096
_MOST_BYTES = 512 * 1024
_LONGEST_CONTENT = 120_000
# From this length on, a hostile answer would hold the event loop up for too long.
_ON_A_THREAD = 8_000
_MOST_TOKENS = 10_000_000
_TOLD = 120


@dataclass(frozen=True, slots=True)
class Task:
    """What is asked of a model.

    `instructions` are ours, `data` is others' text and goes as JSON, so that nothing in it can
    end it. `schema` is the answer's, `answer_tokens` about its length, `characters` how much of
    the data is text to be worked on.
    """

    instructions: str
    data: Mapping[str, object]
    schema: Mapping[str, object]
    answer_tokens: int
    characters: int

    @property
    def message(self) -> str:
        """The data as the model reads it."""
        return json.dumps(self.data, ensure_ascii=False)


class ChatClient:
    """One endpoint and one model.

    `name` is the model's, by which what it wrote is kept. `window` is how many tokens a request
    and its answer may have together. Prices are in dollars for a million tokens.
    """

    def __init__(
        self,
        http: ProviderHttp,
        model: str,
        meter: Meter,
        *,
        window: int,
        price_in: float = 0,
        price_out: float = 0,
        paid: bool = False,
        versioned: bool = False,
    ) -> None:
        self.name = model
        self.window = window
        self.paid = paid or price_in > 0 or price_out > 0
        self._http = http
        self._meter = meter
        self._prices = (price_in, price_out)
        self._versioned = versioned
        self._form = Form()
        self._estimates = False

    @classmethod
    def of(
        cls,
        settings: Settings,
        clock: Clock,
        meter: Meter,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> "ChatClient":
        """The endpoint of the settings `chat_…`. One with a key or a price is a paid one."""
        key = settings.chat_key.get_secret_value() if settings.chat_key else ""
        base = settings.chat_url.rstrip("/").removesuffix(_ENDPOINT)
        http = ProviderHttp(
            "the chat endpoint",
            base,
            clock=clock,
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=settings.chat_timeout,
            concurrency=settings.chat_concurrency,
            transport=transport,
        )
        return cls(
            http,
            settings.chat_model,
            meter,
            window=settings.chat_window,
            price_in=settings.chat_price_in,
            price_out=settings.chat_price_out,
            paid=bool(key),
            versioned=_VERSION.search(urlsplit(base).path) is not None,
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    def room(self, instructions: str) -> int:
        """How many tokens a task's data and its answer may have together beside these."""
        thoughts = min(max(0, self.window - _SMALL_WINDOW) // 2, THOUGHTS)
        return self.window - estimate_tokens(instructions) - _MARGIN - thoughts

    async def ask(self, task: Task) -> object:
        """The JSON object or list that the model answers with; of a long list that was cut, the
        complete items.

        The meter is told of every answer that may have been billed, also of those that are lost
        or cannot be used; where the server counts no tokens, of a guess. No such request is sent
        twice. Raises SourceRefused, SourceUnavailable or SourceGarbled.
        """
        message = task.message
        prompt = estimate_tokens(task.instructions) + estimate_tokens(message) + _MARGIN
        answer = await self._answer(task, message, prompt)
        written = _content(answer)
        await self._count(task, answer, prompt, written)
        return await self._read(answer, written, message)

    async def _answer(self, task: Task, message: str, prompt: int) -> Mapping[str, Any]:
        """The endpoint's answer, in the first form that it takes."""
        form = self._form
        lost = partial(self._spent, task, prompt, task.answer_tokens)
        while True:
            # Who has little room for the answer is not asked for less than one.
            limit = max(min(self.window - prompt, 2 * task.answer_tokens + form.thoughts), 256)
            body = form.body(self.name, task.instructions, message, task.schema, limit)
            try:
                answer = await self._http.request(
                    "POST", form.path, json=body, max_bytes=_MOST_BYTES, lost=lost
                )
                self._unless_error(answer)
            except SourceUnavailable as error:
                other = form.after(error, versioned=self._versioned)
                if other is None:
                    raise
                if self._form == form:
                    log.info("chat_form_changed", model=self.name, refused=error.problem)
                    self._form = other
                form = self._form  # another request may have found out more meanwhile
                continue
            if isinstance(answer, dict):
                return cast("dict[str, Any]", answer)
            await lost()
            raise SourceGarbled(self._http.source, "the answer is JSON of another shape")

    def _unless_error(self, answer: object) -> None:
        """LM Studio and some gateways tell errors with status 200."""
        told = cast("dict[str, object]", answer) if isinstance(answer, dict) else {}
        if told.get("error") and not told.get("choices"):
            said = error_in(told)
            unknown = "unexpected endpoint" in said.casefold()
            raise SourceUnavailable(
                self._http.source,
                f"it refused the request: {said[: 2 * _TOLD]}",
                status=404 if unknown else 400,
            )

    async def _read(self, answer: Mapping[str, Any], written: str, message: str) -> object:
        choice = _choice(answer)
        if len(written) > _LONGEST_CONTENT:
            raise self._garbled("the answer is too long")
        try:
            commands = commands_in(message)
            if len(written) < _ON_A_THREAD:
                return find_json(written, commands)
            return await asyncio.to_thread(find_json, written, commands)
        except ValueError:
            pass
        refusal = _message(choice).get("refusal")
        if isinstance(refusal, str) and refusal:
            raise self._garbled(f"the model declined: {refusal[:_TOLD]}")
        if choice.get("finish_reason") == "content_filter":
            raise self._garbled("its content filter stopped the answer")
        if choice.get("finish_reason") == "length":
            raise self._garbled("the answer was cut at its limit of tokens")
        if not choice:
            raise self._garbled("the answer is JSON of another shape")
        start = " ".join(written.split())[:_TOLD]
        raise self._garbled(f"no JSON in the answer: {start}" if start else "the answer is empty")

    def _garbled(self, problem: str) -> SourceError:
        return SourceGarbled(self._http.source, problem)

    async def _count(
        self, task: Task, answer: Mapping[str, Any], prompt: int, written: str
    ) -> None:
        told = answer.get("usage")
        usage = cast("dict[str, object]", told) if isinstance(told, dict) else {}
        into, out = (_number(usage.get(name)) for name in ("prompt_tokens", "completion_tokens"))
        if into is None or out is None:
            if not self._estimates:
                self._estimates = True
                log.warning("chat_usage_estimated", model=self.name)
            into = prompt if into is None else into
            out = estimate_tokens(written[:_LONGEST_CONTENT]) if out is None else out
        await self._spent(task, into, out)

    async def _spent(self, task: Task, into: int, out: int) -> None:
        price_in, price_out = self._prices
        # A dollar for a million tokens is a millionth of a dollar for one.
        cost = round(into * price_in + out * price_out)
        await self._meter.spent(self.name, Usage(task.characters, into, out, cost))


def _number(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value <= _MOST_TOKENS else None


def _choice(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    choices = answer.get("choices")
    if not isinstance(choices, list) or not choices:
        return {}
    first = cast("list[object]", choices)[0]
    return cast("dict[str, Any]", first) if isinstance(first, dict) else {}


def _message(choice: Mapping[str, Any]) -> Mapping[str, Any]:
    message = choice.get("message")
    return cast("dict[str, Any]", message) if isinstance(message, dict) else {}


def _content(answer: Mapping[str, Any]) -> str:
    """What the model wrote: a text, or a list of parts with texts."""
    content = _message(_choice(answer)).get("content")
    if not isinstance(content, list):
        return content if isinstance(content, str) else ""
    parts = cast("list[object]", content)
    texts = [cast("dict[str, object]", part).get("text") for part in parts if _is_object(part)]
    return "".join(text for text in texts if isinstance(text, str))


def _is_object(value: object) -> bool:
    return isinstance(value, dict)
