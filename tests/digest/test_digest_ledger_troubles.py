"""The ledger when arXiv, the network or this machine's clock misbehave."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from digest_stage import Stage, eastern, loops, opened, record

from bot.errors import SourceError
from bot.models import Batch, BatchState, Rules
from bot.sources import arxiv_feed
from sandbox.arxiv.faults import FaultRule

WED, THU, FRI, MON = "2026-06-10", "2026-06-11", "2026-06-12", "2026-06-15"


def day(text: str) -> date:
    return date.fromisoformat(text)


async def line(stage: Stage, on: str) -> Batch:
    found = await stage.core.ledger_store.batch("cs.CL", day(on))
    assert found is not None
    return found


async def seen(stage: Stage) -> dict[str, str]:
    found = await stage.core.ledger_store.announcements(["cs.CL"], since=day(WED))
    return {a.paper.id[-1]: f"{a.day:%a} {a.type}" for a in found}


async def test_a_truncated_feed_is_completed_even_if_it_takes_two_tries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The feed's limit, 2,000 items, lowered to what the feed below holds.
    monkeypatch.setattr(arxiv_feed, "CUT_OFF", 3)
    papers = [record(number, THU) for number in range(1, 6)]
    async with opened(tmp_path, papers, eastern(THU)) as stage:
        stage.arxiv.set_late("cs.CL", eastern(FRI), keep=3)
        stage.arxiv.set_faults([FaultRule("/oai", times=None, status=404, body=b"gone")])
        await stage.core.ledger.poll("cs.CL")
        assert (await line(stage, THU)).truncated
        assert not await stage.core.ledger.ready("cs.CL", day(THU))
        stage.arxiv.set_faults([])
        await stage.core.ledger.poll("cs.CL")
        assert len(await seen(stage)) == 5
        completed = await line(stage, THU)
        assert (completed.truncated, completed.new, completed.late) == (False, 5, 0)


async def test_a_stale_feed_that_holds_a_little_less_is_stale_too(tmp_path: Path) -> None:
    papers = [record(1, THU), record(2, THU), record(3, FRI)]
    async with opened(tmp_path, papers, eastern(THU)) as stage:
        await stage.core.ledger.poll("cs.CL")
        await stage.core.ledger.harvest_days("cs.CL", day(THU), day(THU))
        stage.arxiv.set_late("cs.CL", eastern(FRI, "23:00"), keep=1)
        stage.arxiv.set_stale("cs.CL")
        stage.clock.set(eastern(FRI))
        await stage.core.ledger.poll("cs.CL")
        assert (await line(stage, FRI)).state is BatchState.STALE


async def test_a_feed_of_a_strange_day_is_a_failure(tmp_path: Path) -> None:
    async with opened(tmp_path, [record(1, THU)], eastern(THU)) as stage:
        strange = (
            b'<rss version="2.0"><channel><title>x</title>'
            b"<pubDate>Fri, 31 Dec 2099 00:00:00 -0500</pubDate></channel></rss>"
        )
        stage.arxiv.set_faults(
            [FaultRule("/rss/", body=strange, headers={"Content-Type": "application/rss+xml"})]
        )
        await stage.core.ledger.poll("cs.CL")
        state = await stage.core.ledger_store.feed("cs.CL")
        assert state.failures == 1
        assert "2099-12-31" in str(state.problem)
        await stage.core.ledger.poll("cs.CL")
        assert (await line(stage, THU)).state is BatchState.ANNOUNCED


async def test_a_paper_that_was_new_in_a_gap_and_replaced_since_is_new(tmp_path: Path) -> None:
    papers = [
        record(1, WED),
        record(2, THU),
        record(2, FRI, version=2, kind="replace"),
        record(3, FRI),
        record(4, FRI, version=4, kind="replace"),
    ]
    async with opened(tmp_path, papers, eastern(WED)) as stage:
        await stage.core.ledger.poll("cs.CL")
        stage.clock.set(eastern(MON))
        await stage.core.ledger.poll("cs.CL")
        await stage.core.ledger.fill("cs.CL", day(WED))
        found = await seen(stage)
        assert found["1"] == "Wed new"
        assert found["2"] == "Fri new"
        assert found["3"] == "Fri new"


async def test_a_clock_that_was_ahead_leaves_nothing_waiting(tmp_path: Path) -> None:
    papers = [record(1, THU), record(2, FRI)]
    async with opened(tmp_path, papers, eastern(THU)) as stage:
        await stage.subscribe(Rules(("cs.CL",)))
        poller, planner = loops(stage)
        stage.clock.set(eastern(THU) + timedelta(days=365))
        await poller.round()
        await planner.round()
        stage.clock.set(eastern(FRI, "06:00"))
        await poller.round()
        await planner.round()
        stage.clock.set(eastern("2026-06-13", "06:00"))
        await poller.round()
        await planner.round()
        history = await stage.core.services.digests.history(1)
        assert [posted.digest.shown for posted in history if posted.digest.shown] == [2]


async def test_one_categorys_bug_does_not_keep_the_others_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    papers = [record(1, THU), record(2, THU, categories=("cs.AI",))]
    async with opened(tmp_path, papers, eastern(THU)) as stage:
        await stage.subscribe(Rules(("cs.AI", "cs.CL")))
        poll = stage.core.ledger.poll

        async def buggy(category: str) -> None:
            if category == "cs.AI":
                raise RuntimeError("unforeseen")
            await poll(category)

        monkeypatch.setattr(stage.core.ledger, "poll", buggy)
        await loops(stage)[0].round()
        assert (await line(stage, THU)).state is BatchState.ANNOUNCED


async def test_what_the_api_answered_is_kept_when_the_next_request_fails(tmp_path: Path) -> None:
    papers = [record(number, THU) for number in range(150)]
    async with opened(tmp_path, papers, eastern(THU)) as stage:
        await stage.core.ledger.poll("cs.CL")
        passes, fails = FaultRule("/api/query"), FaultRule("/api/query", times=None, status=404)
        stage.arxiv.set_faults([passes, fails])
        with pytest.raises(SourceError):
            await stage.core.ledger.enrich()
        left = await stage.core.papers.unenriched(seen_after=eastern(WED), limit=500)
        assert len(left) == 50
        stage.arxiv.set_faults([])
        await stage.core.ledger.enrich()
        assert await stage.core.papers.unenriched(seen_after=eastern(WED), limit=500) == []
