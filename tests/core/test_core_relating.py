"""Recommended papers: asked once, kept, fetched where the archive lacks them, merged."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fresh_database import fresh_database

from bot.core import Core
from bot.errors import SourceError, SourceGarbled, SourceRefused, SourceUnavailable
from bot.models import Paper, RelatedPaper
from bot.services.relating import BONUS, Relating, merged
from bot.settings import load
from sandbox.arxiv.app import ArxivSandbox
from sandbox.arxiv.faults import FaultRule
from sandbox.arxiv.papers import PaperFile
from sandbox.clock import SandboxClock
from sandbox.providers.semantic_scholar import SemanticScholarServer

NOW = datetime(2026, 6, 17, 8, 0, tzinfo=UTC)


def record(number: int, title: str, abstract: str, comment: str = "") -> Mapping[str, object]:
    """An invented paper, as a line of the sandbox's paper file."""
    return {
        "id": f"2606.{90000 + number}",
        "version": 1,
        "title": title,
        "abstract": abstract,
        "authors": ["Ada Invented"],
        "categories": ["cs.CL"],
        "primary_category": "cs.CL",
        "comment": comment or None,
        "announced_on": "2026-06-17",
        "announce_type": "new",
    }


RECORDS = [
    record(1, "Zebras at dusk", "Striped zebras graze on the savanna."),
    record(2, "Zebras at dawn", "Striped zebras wake on the savanna."),
    record(3, "Colloids", "A sheared glass remembers Tuesday."),
    record(4, "Zebras at noon", "No zebra is there.", "This paper has been withdrawn."),
]
ASKED, KNOWN, FETCHED, WITHDRAWN = (f"2606.{90000 + number}" for number in range(1, 5))
NOWHERE = "2606.99999"


class Stage:
    def __init__(
        self, core: Core, arxiv: ArxivSandbox, clock: SandboxClock, server: SemanticScholarServer
    ) -> None:
        self.core = core
        self.arxiv = arxiv
        self.clock = clock
        self.server = server

    @property
    def related(self) -> Relating:
        return self.core.services.related

    async def paper(self) -> Paper:
        return await self.core.services.papers.get(ASKED)

    async def recommended(self) -> list[str]:
        found = await self.related.recommended(await self.paper())
        assert all(one.source == "Semantic Scholar" for one in found)
        return [one.paper.id for one in found]

    async def failure(self) -> SourceError:
        with pytest.raises(SourceError) as caught:
            await self.recommended()
        return caught.value


@asynccontextmanager
async def stage(
    folder: Path, *rules: FaultRule, recommended: Mapping[str, Sequence[str]] | None = None
) -> AsyncGenerator[Stage]:
    """`ASKED` and `KNOWN` are in the archive, the others at arXiv."""
    usual = {ASKED: [FETCHED, KNOWN, NOWHERE, WITHDRAWN, KNOWN]}
    given = usual if recommended is None else recommended
    clock = SandboxClock(NOW)
    async with AsyncExitStack() as closing:
        server = await closing.enter_async_context(SemanticScholarServer.of(given))
        server.set_faults(rules)
        arxiv = ArxivSandbox(PaperFile.from_records(RECORDS), clock)
        await arxiv.start()
        closing.push_async_callback(arxiv.stop)
        fresh_database(folder / "paperboy.db")
        environ = {
            "PAPERBOY_ARXIV_API_URL": arxiv.api_url,
            "PAPERBOY_ARXIV_FEED_URL": arxiv.feed_url,
            "PAPERBOY_ARXIV_OAI_URL": arxiv.oai_url,
            "PAPERBOY_ARXIV_INTERVAL": "0",
            "PAPERBOY_DATA_DIR": str(folder),
            "PAPERBOY_SEMANTIC_SCHOLAR_URL": server.url,
        }
        core = await Core.open(load(environ, None), closing, clock=clock)
        for one in (ASKED, KNOWN):
            await core.services.papers.get(one)
        yield Stage(core, arxiv, clock, server)


def always(**what: object) -> FaultRule:
    return FaultRule("/", times=None, **what)  # type: ignore[arg-type]


async def test_papers_that_the_archive_lacks_are_fetched_and_stored(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        assert await on.recommended() == [FETCHED, KNOWN]
        assert await on.core.papers.get(FETCHED) is not None
        assert on.related.trouble is None


async def test_an_answer_is_kept_for_a_week_and_none_for_a_day(tmp_path: Path) -> None:
    async with stage(tmp_path, recommended={ASKED: [KNOWN]}) as on:
        both = await asyncio.gather(on.recommended(), on.recommended())
        assert both == [[KNOWN], [KNOWN]]
        on.clock.advance(timedelta(days=6))
        assert await on.recommended() == [KNOWN]
        assert len(on.server.asked) == 1
        on.clock.advance(timedelta(days=2))
        on.server.set_faults([always(status=404, body=b'{"error": "not found"}')])
        assert await on.recommended() == []
        on.clock.advance(timedelta(hours=20))
        assert await on.recommended() == []
        assert len(on.server.asked) == 2
        on.clock.advance(timedelta(hours=5))
        on.server.set_faults([])
        assert await on.recommended() == [KNOWN]
        on.clock.set(on.clock.now() - timedelta(days=365))  # it was ahead
        assert await on.recommended() == [KNOWN]
        assert len(on.server.asked) == 4


@pytest.mark.parametrize(
    ("rule", "kind", "rests_s"),
    [
        (always(status=429, headers={"Retry-After": "120"}), SourceUnavailable, 120),
        (always(status=429), SourceUnavailable, 30),
        (always(status=500, body=b"<html>"), SourceUnavailable, 30),
        (always(status=403, body=b'{"message": "Forbidden"}'), SourceRefused, 900),
    ],
    ids=["429-wish", "429", "500", "403"],
)
async def test_a_service_that_fails_is_left_alone_for_a_while(
    tmp_path: Path, rule: FaultRule, kind: type[SourceError], rests_s: float
) -> None:
    async with stage(tmp_path, rule, recommended={ASKED: [KNOWN]}) as on:
        for _ in range(2):
            assert type(await on.failure()) is kind
        assert len(on.server.asked) == 1
        assert on.related.trouble is not None
        on.server.set_faults([])
        on.clock.advance(timedelta(seconds=rests_s - 5))
        assert type(await on.failure()) is kind
        on.clock.advance(timedelta(seconds=6))
        assert await on.recommended() == [KNOWN]
        assert on.related.trouble is None


async def test_an_old_answer_is_better_than_none(tmp_path: Path) -> None:
    async with stage(tmp_path, recommended={ASKED: [KNOWN]}) as on:
        assert await on.recommended() == [KNOWN]
        on.clock.advance(timedelta(days=10))
        on.server.set_faults([always(status=200, body=b"<html>no</html>")])
        assert await on.recommended() == [KNOWN]
        await on.core.papers.enrich([Paper("2606.00007", 1, "T", "A", (), (), "x")], on.clock.now())
        other = await on.core.services.papers.get("2606.00007")
        with pytest.raises(SourceGarbled):
            await on.related.recommended(other)


async def test_without_arxiv_those_that_are_known_are_shown(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        on.arxiv.set_faults([FaultRule("/api/query", times=None, status=503)])
        assert await on.recommended() == [KNOWN]


def paper(number: int) -> Paper:
    return Paper(f"2606.{number:05}", 1, f"Paper {number}", "", (), ("cs.CL",), "cs.CL")


def test_a_recommendation_is_worth_ten_points_and_nothing_is_lost() -> None:
    local = [RelatedPaper(paper(n), 60 - 4 * n, ("zebra",)) for n in range(1, 6)]
    recommended = [
        RelatedPaper(paper(9), 46, source="S"),
        RelatedPaper(paper(4), 3, source="S"),
        RelatedPaper(paper(8), 2, source="S"),
    ]
    found = merged(local, recommended)
    # 1: 56, 9: 46 + 10, 4: 44 + 10, 2: 52, 3: 48, 5: 40, 8: 2 + 10
    assert [one.paper.id[-1] for one in found] == ["1", "9", "4", "2", "3", "5", "8"]
    assert BONUS == 10
    assert [one.score for one in found] == [56, 46, 44, 52, 48, 40, 2]
    fourth = found[2]
    assert (fourth.terms, fourth.source) == (("zebra",), "S")
    assert merged(local, []) == local
