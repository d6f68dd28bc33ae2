"""Related papers by words and by an embedding model together."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from fresh_database import fresh_database
from leaping import LeapingClock
from structlog.testing import capture_logs

from bot.enrich.budget import Amount, Budget
from bot.enrich.embeddings import EmbeddingsClient
from bot.models import Paper, RelatedPaper, Usage
from bot.protocols import SimilarityIndex
from bot.relate import embedded
from bot.relate.embedded import EmbeddedSimilarity
from bot.settings import load
from bot.store.database import Database
from bot.store.embeddings import EmbeddingStore
from bot.store.spending import SpendingStore
from sandbox.arxiv.faults import FaultRule
from sandbox.providers.embeddings import EmbeddingsServer, Manner

WORDS = ("stripes", "savanna", "grazing", "herds", "migration", "predators", "camouflage", "foals")


class Scores:
    """Implements SimilarityIndex: what the words say is given."""

    def __init__(self, scores: Mapping[Paper, int]) -> None:
        self._scores = scores

    async def related(self, paper: Paper, *, limit: int) -> list[RelatedPaper]:
        del paper
        found = sorted(self._scores.items(), key=lambda pair: -pair[1])[:limit]
        return [RelatedPaper(one, score, ("zebra",)) for one, score in found]

    async def compared(self, paper: Paper, others: Sequence[Paper]) -> list[RelatedPaper]:
        del paper
        return [RelatedPaper(one, 20, ("zebra",)) for one in others]


class Meter:
    """Implements bot.protocols.Meter."""

    async def spent(self, provider: str, usage: Usage) -> None:
        del provider, usage


def paper(number: int, abstract: str, version: int = 1) -> Paper:
    return Paper(f"2606.{number:05}", version, "Zebras", abstract, (), ("q-bio.PE",), "q-bio.PE")


ASKED = paper(1, " ".join(WORDS))
# The more of the asked paper's words, the nearer. What the index says is something else.
NEAR = [paper(10 + many, " ".join(WORDS[:many]) + f" else{many}" * 3) for many in range(1, 9)]
SCORES = dict(zip(NEAR, (60, 40, 50, 38, 48, 36, 46, 58), strict=True))


class Stage:
    def __init__(
        self, server: EmbeddingsServer, database: Database, client: EmbeddingsClient
    ) -> None:
        self.server = server
        self.database = database
        self.store = EmbeddingStore(database)
        self.client = client
        self.words: SimilarityIndex = Scores(SCORES)
        self.both = EmbeddedSimilarity(self.words, client, self.store, LeapingClock())

    async def found(self, limit: int = 25) -> list[tuple[str, int]]:
        related = await self.both.related(ASKED, limit=limit)
        assert all(one.terms == ("zebra",) for one in related)
        return [(one.paper.id, one.score) for one in related]


BY_WORDS = sorted(((one.id, score) for one, score in SCORES.items()), key=lambda pair: -pair[1])


@asynccontextmanager
async def stage(
    folder: Path, *rules: FaultRule, model: str = "tiny-embed"
) -> AsyncGenerator[Stage]:
    fresh_database(folder / "test.db")
    address = f"sqlite+aiosqlite:///{folder / 'test.db'}"
    database = await Database.open(address, backups=folder / "backups")
    async with EmbeddingsServer(name=model) as server:
        server.set_faults(rules)
        environ = {
            "PAPERBOY_EMBEDDINGS_URL": f"{server.url}/v1",
            "PAPERBOY_EMBEDDINGS_MODEL": model,
        }
        client = EmbeddingsClient.of(load(environ, None), LeapingClock(), Meter())
        assert client is not None
        made = Stage(server, database, client)
        try:
            yield made
        finally:
            await made.both.aclose()
            await client.aclose()
            await database.close()


async def test_the_model_has_half_of_the_say(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        found = await on.found()
        ids = [one for one, _ in found]
        assert ids[0] == NEAR[7].id  # the nearest by both, ahead of the first by its words
        assert ids.index(NEAR[6].id) < ids.index(NEAR[2].id)
        scores = [score for _, score in found]
        assert scores == sorted(scores, reverse=True)
        # On the scale of the words: the mean stays where it was.
        assert abs(sum(scores) - sum(SCORES.values())) <= len(scores)
        assert [one for one, _ in await on.found(limit=3)] == ids[:3]


async def test_each_paper_is_embedded_once_for_each_model(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        first, again = await asyncio.gather(on.found(), on.found())
        assert first == again == await on.found()
        assert on.server.embedded == len(NEAR) + 1
        kept = await on.store.get("tiny-embed", [(ASKED.id, 1), (ASKED.id, 2)])
        assert {key: len(vector) for key, vector in kept.items()} == {(ASKED.id, 1): 2 * 64}
    async with stage(tmp_path, model="other") as on:
        await on.found()
        assert on.server.embedded == len(NEAR) + 1


async def test_others_are_compared_on_the_same_scale(tmp_path: Path) -> None:
    far, near = paper(50, "colloids glasses aging"), paper(51, " ".join(WORDS))
    async with stage(tmp_path) as on:
        told = await on.both.compared(ASKED, [far, near])
        assert [one.paper for one in told] == [far, near]
        assert told[0].score + 5 < told[1].score
        assert all(0 <= one.score <= 100 for one in told)


@pytest.mark.parametrize(
    "rule",
    [
        FaultRule("/", times=None, status=503),
        FaultRule("/", times=None, status=401),
        FaultRule("/", times=None, status=200, body=b"<html></html>"),
    ],
    ids=["unavailable", "key", "html"],
)
async def test_without_the_model_the_words_alone_decide(tmp_path: Path, rule: FaultRule) -> None:
    async with stage(tmp_path, rule) as on:
        with capture_logs() as logs:
            assert await on.found() == BY_WORDS
        assert [entry["event"] for entry in logs if "missing" in entry] == ["embeddings_missing"]


async def test_a_spent_budget(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        clock = LeapingClock()
        budget = Budget(SpendingStore(on.database), clock, Amount(characters=1000))
        environ = {
            "PAPERBOY_EMBEDDINGS_URL": f"{on.server.url}/v1",
            "PAPERBOY_EMBEDDINGS_MODEL": "tiny-embed",
            "PAPERBOY_EMBEDDINGS_PRICE": "0.02",
        }
        client = EmbeddingsClient.of(load(environ, None), clock, budget, budget)
        assert client is not None
        both = EmbeddedSimilarity(on.words, client, on.store, clock)
        found = await both.related(ASKED, limit=25)
        assert [(one.paper.id, one.score) for one in found] == BY_WORDS
        assert on.server.asked == []
        await both.aclose()
        await client.aclose()


async def test_a_slow_model_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "_PATIENCE_S", 0.05)
    async with stage(tmp_path, FaultRule("/", delay=0.3)) as on:
        assert await on.found() == BY_WORDS
        monkeypatch.setattr(embedded, "_PATIENCE_S", 5)
        assert await on.found() != BY_WORDS
        assert len(on.server.asked) == 1  # it went on meanwhile


async def test_a_part_of_the_vectors(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await on.found()
        more = {**SCORES, paper(60, "colloids"): 55}
        both = EmbeddedSimilarity(Scores(more), on.client, on.store, LeapingClock())
        on.server.manners.append(Manner.ZEROS)
        found = {one.paper.id: one.score for one in await both.related(ASKED, limit=25)}
        assert found["2606.00060"] == 55  # as its words say
        assert len(found) == len(more)
        await both.aclose()


async def test_vectors_that_do_not_fit_are_left_out(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        keys = [(one.id, one.version) for one in (ASKED, *NEAR)]
        odd = dict.fromkeys(keys[1:], b"\x00<" * 5) | {keys[0]: b"\x00\x3c" * 7}
        await on.store.put("tiny-embed", odd, LeapingClock().now())
        assert await on.found() == BY_WORDS
        damaged = {keys[0]: b"\x00\x3c\x00"}
        await on.store.put("tiny-embed", damaged, LeapingClock().now())
        assert await on.found() == BY_WORDS
