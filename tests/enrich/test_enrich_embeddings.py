"""An endpoint for embeddings: what goes, what comes, what it costs, and what may go wrong."""

import math
from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext

import pytest
from leaping import LeapingClock

from bot.enrich.embeddings import EmbeddingsClient
from bot.errors import (
    AnswerLost,
    BudgetSpent,
    SourceError,
    SourceGarbled,
    SourceRefused,
    SourceUnavailable,
)
from bot.models import Purpose, Usage
from bot.settings import load
from sandbox.arxiv.faults import FaultRule
from sandbox.providers.embeddings import EmbeddingsServer, Manner, vector_of

KEY = "sk-very-secret"
TEXTS = ["striped zebras run", "colloids remember tuesday", "zebras with stripes"]


class Book:
    """Implements Meter and Allowance; refuses from `limit` characters on."""

    def __init__(self, limit: int = 10_000_000) -> None:
        self.used: list[tuple[str, Usage]] = []
        self.asked: list[tuple[Purpose, int, int]] = []
        self._limit = limit

    async def spent(self, provider: str, usage: Usage) -> None:
        self.used.append((provider, usage))

    def ask(
        self, purpose: Purpose, *, characters: int = 0, cost: int = 0
    ) -> AbstractAsyncContextManager[None]:
        self.asked.append((purpose, characters, cost))
        if characters > self._limit:
            raise BudgetSpent("Today's budget for paid services is used up.")
        return nullcontext()


class Stage:
    def __init__(self, server: EmbeddingsServer, client: EmbeddingsClient, book: Book) -> None:
        self.server = server
        self.client = client
        self.book = book

    async def embed(self, texts: Sequence[str] = TEXTS) -> list[list[float]]:
        return await self.client.embed(texts, Purpose.READER)

    async def failure(self, texts: Sequence[str] = TEXTS) -> SourceError:
        with pytest.raises(SourceError) as caught:
            await self.embed(texts)
        assert KEY not in str(caught.value)
        return caught.value


@asynccontextmanager
async def stage(
    *rules: FaultRule,
    manners: Sequence[Manner] = (),
    key: str = "",
    given: str | None = None,
    base: str = "/v1",
    length: int = 64,
    counts: bool = True,
    limit: int = 10_000_000,
    price: str = "0",
    model: str = "tiny-embed",
) -> AsyncGenerator[Stage]:
    async with EmbeddingsServer(key=key, length=length, counts=counts) as server:
        server.set_faults(rules)
        server.manners.extend(manners)
        values = {"URL": server.url + base, "MODEL": model, "PRICE": price}
        values["KEY"] = key if given is None else given
        settings = load({f"PAPERBOY_EMBEDDINGS_{k}": v for k, v in values.items()}, None)
        book = Book(limit)
        client = EmbeddingsClient.of(settings, LeapingClock(), book, book)
        assert client is not None
        try:
            yield Stage(server, client, book)
        finally:
            await client.aclose()


def always(**what: object) -> FaultRule:
    return FaultRule("/", times=None, **what)  # type: ignore[arg-type]


def close(one: Sequence[float], other: Sequence[float]) -> bool:
    return len(one) == len(other) and math.dist(one, other) < 1e-9


async def test_texts_go_and_vectors_come_in_their_order() -> None:
    async with stage(manners=[Manner.SHUFFLED, Manner.UNNUMBERED], key=KEY) as on:
        for _ in range(2):
            vectors = await on.embed()
            for text, vector in zip(TEXTS, vectors, strict=True):
                assert close(vector, vector_of(text, 64))
        asked = on.server.asked[0]
        body = {"model": "tiny-embed", "input": TEXTS, "encoding_format": "float"}
        assert (asked.path, asked.body) == ("/v1/embeddings", body)
        assert asked.headers["Authorization"] == f"Bearer {KEY}"
        assert on.client.name == "tiny-embed"
        assert await on.embed([]) == []


@pytest.mark.parametrize(
    ("base", "paths"),
    [
        ("", ["/embeddings", "/v1/embeddings", "/v1/embeddings"]),
        ("/v1/embeddings", ["/v1/embeddings"] * 2),
    ],
)
async def test_the_address_in_other_forms(base: str, paths: list[str]) -> None:
    async with stage(base=base) as on:
        await on.embed()
        await on.embed()
        assert [asked.path for asked in on.server.asked] == paths


async def test_answers_hold_as_many_values_as_can_be_read_at_once() -> None:
    texts = [f"text number{number}" for number in range(100)]
    async with stage(length=3072) as on:
        assert len(await on.embed(texts)) == 100
        await on.embed(texts[:20])
        sizes = [len(asked.body["input"]) for asked in on.server.asked]  # type: ignore[index,call-overload]
        assert sizes == [12, 16, 16, 16, 16, 16, 8, 16, 4]
    async with stage() as on:
        await on.embed(texts)
        sizes = [len(asked.body["input"]) for asked in on.server.asked]  # type: ignore[index,call-overload]
        assert sizes == [12, 64, 24]


async def test_long_texts_are_cut_and_share_fewer_to_a_call() -> None:
    async with stage(length=8) as on:
        await on.embed(["warm-up"])
        await on.embed(["猫" * 20_000] * 30)
        sizes = [len(asked.body["input"]) for asked in on.server.asked]  # type: ignore[index,call-overload]
        assert sizes == [1, 11, 11, 8]
        assert max(len(text) for text in on.server.asked[1].body["input"]) == 6000  # type: ignore[index,call-overload]


async def test_what_it_costs_is_asked_for_and_booked() -> None:
    async with stage(price="2.5") as on:
        await on.embed()
        characters = sum(map(len, TEXTS))
        ((purpose, asked_for, cost),) = on.book.asked
        assert (purpose, asked_for) == (Purpose.READER, characters)
        tokens = characters // 4
        assert on.book.used == [("tiny-embed", Usage(characters, tokens, 0, round(2.5 * tokens)))]
        assert cost >= on.book.used[0][1].cost
    async with stage(counts=False) as on:
        await on.embed()
        assert on.book.asked == []  # without a price and a key it is free
        assert on.book.used[0][1].tokens_in >= characters // 4


async def test_a_spent_budget() -> None:
    async with stage(key=KEY, limit=10) as on:
        with pytest.raises(BudgetSpent):
            await on.embed()
        assert on.server.asked == []
        assert on.client.trouble is None


@pytest.mark.parametrize(
    "manner",
    [
        Manner.ONE_LESS,
        Manner.TWICE,
        Manner.NOT_A_NUMBER,
        Manner.ZEROS,
        Manner.OTHER_LENGTH,
        Manner.TEXTS,
        Manner.ENCODED,
        Manner.NO_DATA,
        Manner.OTHER_TOP,
    ],
)
async def test_odd_answers(manner: Manner) -> None:
    async with stage(manners=[manner]) as on:
        assert isinstance(await on.failure(), SourceGarbled)
        assert len(on.book.used) == 1  # it may have been billed
        assert len(await on.embed()) == 3


async def test_vectors_of_another_length_than_before() -> None:
    async with stage() as on:
        await on.embed()
        on.server.manners.append(Manner.ALL_SHORTER)
        assert isinstance(await on.failure(), SourceGarbled)
        on.server.length = 32  # another model by the same name
        assert len((await on.embed())[0]) == 32


@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        (always(status=200, body=b"<html></html>"), SourceGarbled),
        (always(truncate=100), SourceGarbled),
        (always(status=200, body=b'{"data": [' + b"0," * 60_000 + b"0]}"), SourceGarbled),
        (always(status=500), SourceUnavailable),
        (always(status=429, headers={"Retry-After": "60"}), SourceUnavailable),
        (always(drop=True), AnswerLost),
        (always(status=402), SourceRefused),
    ],
    ids=["html", "cut", "values", "500", "429", "dropped", "402"],
)
async def test_failures(rule: FaultRule, kind: type[SourceError]) -> None:
    async with stage(rule) as on:
        assert type(await on.failure()) is kind


async def test_errors_with_status_200_and_unknown_models() -> None:
    async with stage(manners=[Manner.ERROR_WITH_200]) as on:
        assert "Model unloaded" in str(await on.failure())
    async with stage(model="other") as on:
        error = await on.failure()
        assert (type(error), error.status) == (SourceUnavailable, 404)


async def test_a_wrong_key_rests_a_while() -> None:
    async with stage(key=KEY, given="sk-wrong-one") as on:
        assert isinstance(await on.failure(), SourceRefused)
        assert on.client.trouble is not None
        assert isinstance(await on.failure(), SourceRefused)
        assert len(on.server.asked) == 1
