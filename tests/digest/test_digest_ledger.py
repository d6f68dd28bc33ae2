"""The ledger against the arXiv sandbox: what each kind of day becomes."""

from datetime import date
from pathlib import Path

import pytest
from digest_stage import eastern, opened, record

from bot.errors import SourceError
from bot.models import BatchSource, BatchState
from sandbox.arxiv.faults import FaultRule

THU, FRI, MON, TUE = "2026-06-11", "2026-06-12", "2026-06-15", "2026-06-16"


def day(text: str) -> date:
    return date.fromisoformat(text)


async def test_a_batch_is_recorded_with_its_counts_and_fields(tmp_path: Path) -> None:
    papers = [
        record(1, THU),
        record(2, THU, categories=("cs.LG", "cs.CL")),
        record(3, THU, version=2, kind="replace"),
        record(4, THU, categories=("cs.LG", "cs.CL"), version=3, kind="replace"),
    ]
    async with opened(tmp_path, papers, eastern(THU)) as stage:
        await stage.core.ledger.poll("cs.CL")
        batch = await stage.core.ledger_store.batch("cs.CL", day(THU))
        assert batch is not None
        assert batch.state is BatchState.ANNOUNCED
        assert (batch.new, batch.cross, batch.replace, batch.replace_cross) == (1, 1, 1, 1)
        before = await stage.core.papers.get("2606.90001")
        assert before is not None
        assert before.comment is None  # the feed has no comments
        assert before.license is not None
        await stage.core.ledger.enrich()
        after = await stage.core.papers.get("2606.90001")
        assert after is not None
        assert after.comment == "2 pages"
        assert after.published is not None
        assert after.license == before.license  # the API has no license; the feed's stays


async def test_a_second_poll_adds_nothing_and_asks_conditionally(tmp_path: Path) -> None:
    async with opened(tmp_path, [record(1, THU)], eastern(THU)) as stage:
        for _ in range(3):
            await stage.core.ledger.poll("cs.CL")
        assert len(await stage.core.ledger_store.announcements(["cs.CL"], since=day(THU))) == 1
        batch = await stage.core.ledger_store.batch("cs.CL", day(THU))
        assert batch is not None
        assert batch.late == 0


async def test_late_additions_are_taken_and_counted(tmp_path: Path) -> None:
    papers = [record(1, THU), record(2, THU)]
    async with opened(tmp_path, papers, eastern(THU)) as stage:
        stage.arxiv.set_late("cs.CL", eastern(THU, "03:00"), keep=1)
        await stage.core.ledger.poll("cs.CL")
        stage.clock.set(eastern(THU, "04:00"))
        await stage.core.ledger.poll("cs.CL")
        batch = await stage.core.ledger_store.batch("cs.CL", day(THU))
        assert batch is not None
        assert (batch.new, batch.late) == (2, 1)


async def test_a_late_batch_is_expected_until_it_comes(tmp_path: Path) -> None:
    async with opened(tmp_path, [record(1, THU)], eastern(THU)) as stage:
        stage.arxiv.set_late("cs.CL", eastern(THU, "02:00"))
        await stage.core.ledger.poll("cs.CL")
        batch = await stage.core.ledger_store.batch("cs.CL", day(THU))
        assert batch is not None
        assert batch.state is BatchState.EXPECTED
        assert not await stage.core.ledger.ready("cs.CL", day(THU))
        state = await stage.core.ledger_store.feed("cs.CL")
        assert state.next_poll_at is not None
        assert (state.next_poll_at - stage.clock.now()).total_seconds() <= 600
        stage.clock.set(eastern(THU, "02:10"))
        await stage.core.ledger.poll("cs.CL")
        batch = await stage.core.ledger_store.batch("cs.CL", day(THU))
        assert batch is not None
        assert batch.state is BatchState.ANNOUNCED


async def test_an_empty_feed_is_quiet_only_after_some_hours(tmp_path: Path) -> None:
    async with opened(tmp_path, [record(1, FRI)], eastern(THU)) as stage:
        await stage.core.ledger.poll("cs.CL")
        assert not await stage.core.ledger.ready("cs.CL", day(THU))
        stage.clock.set(eastern(THU, "03:30"))
        await stage.core.ledger.poll("cs.CL")
        batch = await stage.core.ledger_store.batch("cs.CL", day(THU))
        assert batch is not None
        assert batch.state is BatchState.QUIET
        assert await stage.core.ledger.ready("cs.CL", day(THU))


async def test_a_stale_feed_is_told_from_news_and_the_day_is_recovered(tmp_path: Path) -> None:
    papers = [record(1, THU), record(2, THU), record(3, FRI)]
    async with opened(tmp_path, papers, eastern(THU)) as stage:
        await stage.core.ledger.poll("cs.CL")
        stage.arxiv.set_stale("cs.CL")
        stage.clock.set(eastern(FRI))
        await stage.core.ledger.poll("cs.CL")
        batch = await stage.core.ledger_store.batch("cs.CL", day(FRI))
        assert batch is not None
        assert batch.state is BatchState.STALE
        assert not await stage.core.ledger.ready("cs.CL", day(THU))
        stage.arxiv.set_stale()
        stage.clock.set(eastern(MON))
        await stage.core.ledger.fill("cs.CL", day(THU))
        batch = await stage.core.ledger_store.batch("cs.CL", day(FRI))
        assert batch is not None
        assert (batch.state, batch.source, batch.new) == (
            BatchState.ANNOUNCED,
            BatchSource.OAI,
            1,
        )


async def test_missed_days_come_from_oai_with_their_types(tmp_path: Path) -> None:
    papers = [
        record(1, THU),
        record(2, FRI, categories=("cs.LG", "cs.CL")),
        record(3, MON),
        record(4, TUE),
    ]
    async with opened(tmp_path, papers, eastern(TUE)) as stage:
        await stage.core.ledger.poll("cs.CL")
        assert not await stage.core.ledger.ready("cs.CL", day(THU))
        await stage.core.ledger.fill("cs.CL", day(THU))
        found = await stage.core.ledger_store.announcements(["cs.CL"], since=day(THU))
        assert {(a.paper.id, a.day, a.type) for a in found} == {
            ("2606.90001", day(THU), "new"),
            ("2606.90002", day(FRI), "cross"),
            ("2606.90003", day(MON), "new"),
            ("2606.90004", day(TUE), "new"),
        }


async def test_weekends_expect_nothing_and_holidays_are_marked(tmp_path: Path) -> None:
    async with opened(tmp_path, [record(1, THU)], eastern("2026-06-13")) as stage:
        await stage.core.ledger.poll("cs.CL")
        assert await stage.core.ledger_store.batch("cs.CL", day("2026-06-13")) is None
        stage.clock.set(eastern("2026-07-03"))
        await stage.core.ledger.poll("cs.CL")
        batch = await stage.core.ledger_store.batch("cs.CL", day("2026-07-03"))
        assert batch is not None
        assert batch.state is BatchState.HOLIDAY


async def test_papers_on_a_holiday_count_all_the_same(tmp_path: Path) -> None:
    async with opened(tmp_path, [record(1, "2026-06-19")], eastern("2026-06-19")) as stage:
        await stage.core.ledger.poll("cs.CL")
        batch = await stage.core.ledger_store.batch("cs.CL", day("2026-06-19"))
        assert batch is not None
        assert batch.state is BatchState.ANNOUNCED


async def test_a_failing_feed_is_recorded_and_asked_again_later(tmp_path: Path) -> None:
    async with opened(tmp_path, [record(1, THU)], eastern(THU)) as stage:
        stage.arxiv.set_faults(
            [FaultRule("/rss/", times=None, body=b"<html><body>Oops</body></html>", status=200)]
        )
        await stage.core.ledger.poll("cs.CL")
        state = await stage.core.ledger_store.feed("cs.CL")
        assert state.failures == 1
        assert state.problem is not None
        assert state.polled_at is None
        assert state.next_poll_at is not None
        assert state.next_poll_at > stage.clock.now()
        stage.arxiv.set_faults([])
        await stage.core.ledger.poll("cs.CL")
        state = await stage.core.ledger_store.feed("cs.CL")
        assert (state.failures, state.problem) == (0, None)


async def test_a_gap_stays_open_while_arxiv_cannot_be_asked(tmp_path: Path) -> None:
    async with opened(tmp_path, [record(1, THU), record(2, FRI)], eastern(FRI)) as stage:
        stage.arxiv.set_faults([FaultRule("/oai", times=None, status=404, body=b"gone")])
        with pytest.raises(SourceError):
            await stage.core.ledger.fill("cs.CL", day(THU))
        assert await stage.core.ledger.missing("cs.CL", day(THU)) == [day(THU)]
        stage.arxiv.set_faults([])
        await stage.core.ledger.fill("cs.CL", day(THU))
        assert await stage.core.ledger.missing("cs.CL", day(THU)) == []
