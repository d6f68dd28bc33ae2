"""Semantic Scholar: what it is asked, how often, and everything that it may answer."""

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from leaping import LeapingClock

from bot.errors import AnswerLost, SourceError, SourceGarbled, SourceRefused, SourceUnavailable
from bot.models import Paper
from bot.settings import load
from bot.sources.semantic_scholar import SemanticScholar
from sandbox.arxiv.faults import FaultRule
from sandbox.providers.semantic_scholar import SemanticScholarServer

PAPER = Paper("2606.00001", 1, "Zebras", "Stripes.", ("Ada",), ("cs.CL",), "cs.CL")
OTHERS = ["2606.00002", "2605.12345", "hep-th/9901001"]


class Stage:
    def __init__(
        self, server: SemanticScholarServer, client: SemanticScholar, clock: LeapingClock
    ) -> None:
        self.server = server
        self.client = client
        self.clock = clock

    async def recommended(self, limit: int = 20) -> list[str]:
        return await self.client.recommended(PAPER, limit=limit)

    async def failure(self) -> SourceError:
        with pytest.raises(SourceError) as caught:
            await self.recommended()
        return caught.value


@asynccontextmanager
async def stage(
    *rules: FaultRule,
    recommended: Sequence[str] = OTHERS,
    key: str = "",
    given: str | None = None,
    patience: float = 5,
) -> AsyncGenerator[Stage]:
    async with SemanticScholarServer.of({PAPER.id: recommended}, key=key) as server:
        server.set_faults(rules)
        clock = LeapingClock()
        client = SemanticScholar(
            server.url, key if given is None else given, clock, timeout=patience
        )
        try:
            yield Stage(server, client, clock)
        finally:
            await client.aclose()


def always(**what: object) -> FaultRule:
    return FaultRule("/", times=None, **what)  # type: ignore[arg-type]


async def test_it_is_sent_an_identifier_and_nothing_else() -> None:
    async with stage() as on:
        assert await on.recommended() == OTHERS
        assert await on.recommended(limit=1) == OTHERS[:1]
        (asked, _) = on.server.asked
    assert asked.path == "/recommendations/v1/papers/forpaper/ARXIV:2606.00001"
    assert dict(asked.query) == {"fields": "externalIds", "limit": "100", "from": "all-cs"}
    assert asked.body is None
    assert "x-api-key" not in asked.headers


async def test_other_subjects_are_asked_for_among_recent_papers() -> None:
    old = Paper("hep-th/9901001", 1, "Strings", "", (), ("hep-th",), "hep-th")
    async with stage() as on:
        assert await on.client.recommended(old, limit=5) == []  # it does not know this one
        assert on.server.asked[0].path.endswith("/forpaper/ARXIV:hep-th/9901001")
        assert on.server.asked[0].query["from"] == "recent"


async def test_a_key_goes_along_and_is_never_told() -> None:
    async with stage(key="s2-secret-key") as on:
        assert await on.recommended() == OTHERS
        assert on.server.asked[0].headers["x-api-key"] == "s2-secret-key"
    for given in ("wrong-secret", ""):
        async with stage(key="s2-secret-key", given=given) as on:
            error = await on.failure()
        assert isinstance(error, SourceRefused)
        assert error.status == 403
        assert "secret" not in str(error)


async def test_none_yet() -> None:
    async with stage(recommended=[]) as on:
        assert await on.recommended() == []
    async with stage(always(status=404, body=b'{"error": "Paper with id X not found"}')) as on:
        assert await on.recommended() == []


async def test_only_other_papers_of_arxiv_each_once() -> None:
    async with stage() as on:
        on.server.extra = [
            {"paperId": "a", "externalIds": {"ArXiv": "2606.00002v3"}},
            {"paperId": "b", "externalIds": {"ArXiv": PAPER.id}},
            {"paperId": "c", "externalIds": {"DOI": "10.1000/182"}},
            {"paperId": "d", "externalIds": None},
            {"paperId": "e"},
            None,
            "2606.00009",
            {"paperId": "f", "externalIds": {"ArXiv": 26060.00010}},
            {"paperId": "g", "externalIds": {"ArXiv": "../../etc/passwd"}},
            {"paperId": "h", "externalIds": {"ArXiv": "2606.00011 2606.00012"}},
            {"paperId": "i", "externalIds": {"ArXiv": "2606.00013" * 10_000}},
            {"paperId": "j", "externalIds": {"ArXiv": "arXiv:2606.00014v2"}},
        ]
        assert await on.recommended() == [*OTHERS, "2606.00014"]


async def test_very_many_are_read_as_far_as_anybody_would() -> None:
    many = [f"2606.{number:05}" for number in range(2, 10_002)]
    entries = [{"paperId": one, "externalIds": {"ArXiv": one}} for one in many]
    body = json.dumps({"recommendedPapers": entries}).encode()
    async with stage(always(status=200, body=body)) as on:
        assert await on.recommended() == many[:20]


@pytest.mark.parametrize(
    "rule",
    [
        always(status=200, body=b"<html>Be right back</html>"),
        always(status=200, body=b"Rate exceeded."),
        always(status=200, body=b""),
        always(status=200, body=b"[]"),
        always(status=200, body=b'{"message": "Endpoint request timed out"}'),
        always(status=200, body=b'{"recommendedPapers": {"0": 1}}'),
        always(truncate=50),
        always(status=200, body=b'{"recommendedPapers": [' + b"[" * 100_000),
        always(status=200, body=b'{"recommendedPapers": [' + b"1," * 60_000 + b"1]}"),
        always(status=200, body=b'"' + b"x" * 2_000_000 + b'"'),
    ],
    ids=["html", "text", "empty", "list", "other", "shape", "cut", "deep", "values", "large"],
)
async def test_garbage(rule: FaultRule) -> None:
    async with stage(rule) as on:
        assert isinstance(await on.failure(), SourceGarbled)
        assert len(on.server.asked) == 1


@pytest.mark.parametrize("rule", [always(hang=True), always(drop=True, truncate=30)])
async def test_no_answer(rule: FaultRule) -> None:
    async with stage(rule, patience=0.1) as on:
        assert isinstance(await on.failure(), AnswerLost)
        assert len(on.server.asked) == 1  # the reader has the archive's papers: no second try


@pytest.mark.parametrize(("headers", "wish"), [({"Retry-After": "90"}, 90.0), ({}, None)])
async def test_too_many_requests(headers: dict[str, str], wish: float | None) -> None:
    async with stage(always(status=429, headers=headers, body=b'{"message": "slow"}')) as on:
        error = await on.failure()
    assert isinstance(error, SourceUnavailable)
    assert (error.status, error.retry_after) == (429, wish)


async def test_a_request_a_second_and_few_without_a_key() -> None:
    async with stage() as on:
        for _ in range(30):
            await on.recommended()
        assert len(on.clock.waits) == 29
        assert all(0.5 < wait <= 1 for wait in on.clock.waits)
        error = await on.failure()
        assert isinstance(error, SourceUnavailable)
        assert 0 < (error.retry_after or 0) <= 300
        assert len(on.server.asked) == 30
        on.clock.advance(timedelta(minutes=5))
        assert await on.recommended() == OTHERS


async def test_a_clock_that_is_set_back_makes_nobody_wait() -> None:
    async with stage() as on:
        for _ in range(30):
            await on.recommended()
        on.clock.waits.clear()
        on.clock.set(on.clock.now() - timedelta(hours=1))
        assert await on.recommended() == OTHERS
        assert on.clock.waits == []


async def test_with_a_key_only_the_pace_counts() -> None:
    async with stage(key="s2-secret-key") as on:
        await asyncio.gather(*(on.recommended() for _ in range(35)))
        assert len(on.server.asked) == 35
        assert len(on.clock.waits) == 34


async def test_the_settings_switch_it_on_and_off() -> None:
    clock = LeapingClock()
    assert SemanticScholar.of(load({"PAPERBOY_SEMANTIC_SCHOLAR": "false"}, None), clock) is None
    async with SemanticScholarServer.of({PAPER.id: OTHERS}, key="abcdef") as server:
        values = {"_URL": server.url + "/", "_KEY": "abcdef"}
        environ = {f"PAPERBOY_SEMANTIC_SCHOLAR{name}": value for name, value in values.items()}
        client = SemanticScholar.of(load(environ, None), clock)
        assert client is not None
        assert await client.recommended(PAPER, limit=9) == OTHERS
        await client.aclose()
