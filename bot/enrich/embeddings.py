"""Any OpenAI-compatible `/embeddings` endpoint: texts in, their vectors out, all counted.

https://platform.openai.com/docs/api-reference/embeddings. Ollama, llama.cpp, vLLM, LM Studio and
others speak this protocol, too.
"""

import asyncio
import math
import re
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from functools import partial
from typing import cast
from urllib.parse import urlsplit

import httpx

from bot.enrich.rest import Rest, Trouble
from bot.enrich.tokens import estimate_tokens, packed
from bot.errors import SourceError, SourceGarbled, SourceUnavailable
from bot.http_answers import error_in
from bot.models import Purpose, Usage
from bot.protocols import Allowance, Clock, Meter
from bot.provider_http import MOST_VALUES, ProviderHttp
from bot.settings import Settings

_ENDPOINT = "/embeddings"
_VERSION = re.compile(r"/v\d+\w*$")
_NO_SUCH_PATH = frozenset({404, 405})
_TIMEOUT_S, _CONCURRENCY = 30.0, 2
# A call holds at most so many texts, and about so many tokens; and a text so many characters.
_MOST_TEXTS, _MOST_TOKENS, _LONGEST = 64, 100_000, 6_000
# As long as nobody knows how long vectors are: so many of 4,096 values are read at once.
_FIRST_TEXTS = 12
# Besides the values of its vector an answer has so many for each text, and some for itself.
_AROUND, _SPARE = 8, 100
_MOST_BYTES = 2 * 1024 * 1024
_MOST_TOKENS_TOLD = 10_000_000
_TOLD = 200


class EmbeddingsClient:
    """One endpoint and one model. Implements Embedder.

    `name` is the model's. `price` is in dollars for a million tokens. Without an `allowance`
    nothing limits what is spent.
    """

    def __init__(
        self,
        http: ProviderHttp,
        model: str,
        meter: Meter,
        allowance: Allowance | None,
        clock: Clock,
        *,
        price: float = 0,
        paid: bool = False,
        versioned: bool = True,
    ) -> None:
        self.name = model
        self.paid = paid or price > 0
        self._http = http
        self._meter = meter
        self._allowance = allowance
        self._price = price
        self._rest = Rest("embeddings", clock)
        self._path = _ENDPOINT
        self._versioned = versioned
        self._length = 0

    @classmethod
    def of(
        cls,
        settings: Settings,
        clock: Clock,
        meter: Meter,
        allowance: Allowance | None = None,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> "EmbeddingsClient | None":
        """The endpoint of the settings `embeddings_…`, None if there is none. One with a key or a
        price is a paid one. Reads certificates: call on a thread."""
        if not settings.embeddings_url:
            return None
        key = settings.embeddings_key.get_secret_value() if settings.embeddings_key else ""
        base = settings.embeddings_url.removesuffix(_ENDPOINT)
        http = ProviderHttp(
            "the embeddings endpoint",
            base,
            clock=clock,
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=_TIMEOUT_S,
            concurrency=_CONCURRENCY,
            attempts=2,
            transport=transport,
        )
        return cls(
            http,
            settings.embeddings_model,
            meter,
            allowance,
            clock,
            price=settings.embeddings_price,
            paid=bool(key),
            versioned=_VERSION.search(urlsplit(base).path) is not None,
        )

    @property
    def trouble(self) -> Trouble | None:
        """What is the matter with the endpoint; None for nothing."""
        return self._rest.trouble

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def embed(self, texts: Sequence[str], purpose: Purpose) -> list[list[float]]:
        """A vector for each text, in their order, all of one length.

        Of a text only its first 6,000 characters count; none may be empty. The meter is told of
        every answer that may have been billed. Raises BudgetSpent, SourceRefused,
        SourceUnavailable or SourceGarbled; also while it rests after such an error.
        """
        self._rest.check(patient=False)
        cut = [text[:_LONGEST] for text in texts]
        tokens = [estimate_tokens(text) for text in cut]
        vectors: list[list[float]] = []
        async with self._reserved(sum(map(len, cut)), sum(tokens), purpose):
            try:
                while len(vectors) < len(cut):
                    done = len(vectors)
                    group = packed(tokens[done:], _MOST_TOKENS, self._most())[0]
                    part = slice(done, done + len(group))
                    vectors += await self._asked(cut[part], sum(tokens[part]))
            except SourceError as error:
                self._rest.failed(error)
                raise
        self._rest.went_well()
        return vectors

    def _reserved(
        self, characters: int, tokens: int, purpose: Purpose
    ) -> AbstractAsyncContextManager[None]:
        if self._allowance is None or not self.paid:
            return nullcontext()
        cost = math.ceil(tokens * self._price)
        return self._allowance.ask(purpose, characters=characters, cost=cost)

    def _most(self) -> int:
        """How many texts' vectors an answer may hold so that it can be read."""
        if not self._length:
            return _FIRST_TEXTS
        fitting = (MOST_VALUES - _SPARE) // (self._length + _AROUND)
        return max(1, min(_MOST_TEXTS, fitting))

    async def _asked(self, texts: Sequence[str], tokens: int) -> list[list[float]]:
        characters = sum(map(len, texts))
        answer = await self._answer(texts, partial(self._spent, characters, tokens))
        told = cast("dict[str, object]", answer) if isinstance(answer, dict) else {}
        if told.get("error") and not told.get("data"):  # some gateways tell errors with status 200
            problem = f"it refused the request: {error_in(told)[:_TOLD]}"
            raise SourceUnavailable(self._http.source, problem, status=400)
        counted = _tokens(told)
        await self._spent(characters, tokens if counted is None else counted)
        # On a thread, which gives way while it looks at tens of thousands of values.
        vectors = await asyncio.to_thread(_vectors, told.get("data"), len(texts))
        length = len(vectors[0]) if vectors else 0
        before, self._length = self._length, 0
        if not length or before not in {0, length}:
            problem = f"not {len(texts)} vectors of one length with finite values in the answer"
            raise SourceGarbled(self._http.source, problem)
        self._length = length
        return vectors

    async def _answer(self, texts: Sequence[str], lost: Callable[[], Awaitable[None]]) -> object:
        body = {"model": self.name, "input": list(texts), "encoding_format": "float"}
        post = partial(self._http.request, "POST", json=body, max_bytes=_MOST_BYTES, lost=lost)
        try:
            return await post(self._path)
        except SourceUnavailable as error:
            # Most servers have their protocol under /v1, which is easily forgotten.
            if error.status not in _NO_SUCH_PATH or self._versioned or self._path != _ENDPOINT:
                raise
            answer = await post("/v1" + _ENDPOINT)
            self._path = "/v1" + _ENDPOINT
            return answer

    async def _spent(self, characters: int, tokens: int) -> None:
        # A dollar for a million tokens is a millionth of a dollar for one.
        cost = round(tokens * self._price)
        await self._meter.spent(self.name, Usage(characters, tokens, 0, cost))


def _tokens(told: dict[str, object]) -> int | None:
    usage = told.get("usage")
    values = cast("dict[str, object]", usage) if isinstance(usage, dict) else {}
    for name in ("prompt_tokens", "total_tokens"):
        value = values.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return value if 0 <= value <= _MOST_TOKENS_TOLD else None
    return None


def _vectors(data: object, count: int) -> list[list[float]]:
    """The vectors in the order of their `index`; nothing if one of them is missing or odd."""
    items = cast("list[object]", data) if isinstance(data, list) else []
    if len(items) != count:
        return []
    found: dict[int, list[float]] = {}
    for place, item in enumerate(items):
        values = cast("dict[str, object]", item) if isinstance(item, dict) else {}
        index, vector = values.get("index", place), _vector(values.get("embedding"))
        if isinstance(index, int) and vector:
            found[index] = vector
    lengths = {len(vector) for vector in found.values()}
    if found.keys() != set(range(count)) or len(lengths) != 1:
        return []
    return [found[place] for place in range(count)]


def _vector(given: object) -> list[float]:
    """A vector that has a direction; empty if it is none."""
    if not isinstance(given, list):
        return []
    values = cast("list[object]", given)
    if not all(isinstance(value, float | int) for value in values):
        return []
    try:
        vector = [float(value) for value in cast("list[float]", values)]
    except OverflowError:  # an integer too large for a float
        return []
    length = math.hypot(*vector)
    return vector if math.isfinite(length) and length > 0 else []
