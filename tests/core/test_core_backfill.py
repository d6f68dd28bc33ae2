"""Filling the archive: what comes, what is asked, and what happens when arXiv has its troubles."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from backfill_stage import (
    NOW,
    PACE_S,
    SINCE,
    backfill_stage,
    half_a_year,
    record,
    repeats,
    wanted,
)
from leaping import LeapingClock
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.errors import BadInput, SourceGarbled, SourceRefused, SourceUnavailable
from bot.store.backfills import PIECE
from bot.store.index_queue import Index, IndexQueue
from sandbox.arxiv.faults import FaultRule

TODAY = NOW.date()


async def test_every_paper_submitted_since_then_comes_at_its_latest_version(
    tmp_path: Path,
) -> None:
    async with backfill_stage(tmp_path) as stage:
        (filled,) = await stage.run()
        assert await stage.archive() == wanted(half_a_year())
        assert filled.after.papers == len(wanted(half_a_year()))
        assert filled.after.finished_at is not None
        replaced = await stage.papers.get("2601.00021")
        assert replaced is not None
        assert (replaced.version, replaced.comment, replaced.license is not None) == (
            2, "9 pages", True,
        )  # fmt: skip
        assert await stage.papers.unenriched(seen_after=NOW - timedelta(days=9), limit=9) == []
        for index in Index:
            waiting = await IndexQueue(stage.database, index).waiting()
            assert waiting == len(wanted(half_a_year()))
        asked = await stage.asked()
    assert (len(asked), repeats(asked)) == (filled.after.requests, 1)
    assert {one["set"] for one in asked if "set" in one} == {"cs:cs:CL"}
    assert {one["metadataPrefix"] for one in asked if "set" in one} == {"arXivRaw"}


async def test_days_of_submission_bound_it_on_both_sides(tmp_path: Path) -> None:
    until = date(2026, 3, 1)
    async with backfill_stage(tmp_path) as stage:
        await stage.run(until=until)
        short = await stage.archive()
        assert short == {
            id_: version for id_, version in wanted(half_a_year()).items() if id_ < "2603"
        }
        before = len(await stage.asked())
        # Without the end it goes back to where that was, and no further.
        await stage.run()
        assert await stage.archive() == wanted(half_a_year())
        again = (await stage.asked())[before:]
        assert min(one["from"] for one in again if "from" in one) == until.isoformat()
        # Of days that are read again, the whole earlier run tells how many requests they take.
        ((_, outlook),) = stage.told.taken_up
        assert outlook.requests <= 2 * len(again)


async def test_another_end_reads_the_list_under_way_again(tmp_path: Path) -> None:
    records = [record(number, date(2026, 1, 2 + number), date(2026, 1, 20)) for number in range(9)]
    async with backfill_stage(tmp_path, records) as stage:
        stage.arxiv.set_faults([FaultRule("oai", 1), FaultRule("oai", None, status=404, body=b"-")])
        with pytest.raises(SourceUnavailable):
            await stage.run(until=date(2026, 1, 2))
        assert len(await stage.archive()) == 1
        stage.arxiv.set_faults([])
        # What the first page had of later days was not wanted then.
        await stage.run()
        assert await stage.archive() == wanted(records)


async def test_categories_come_one_after_the_other_and_share_their_papers(tmp_path: Path) -> None:
    async with backfill_stage(tmp_path) as stage:
        first, second = await stage.run("cs.CL", "cs.LG")
        both = wanted(half_a_year()) | wanted(half_a_year(), "cs.LG")
        assert await stage.archive() == both
        assert first.after.papers + second.after.papers == len(both)
        shares = [outlook.done for _, outlook in stage.told.steps]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert max(share for share in shares if share < 0.99) > 0.5


async def test_given_again_it_asks_for_what_has_changed(tmp_path: Path) -> None:
    records = half_a_year()
    replaced = record(72, date(2026, 6, 7), date(2026, 6, 19), version=2, announce_type="replace")
    new = record(99, date(2026, 6, 18), date(2026, 6, 19))
    async with backfill_stage(tmp_path, [*records, replaced, new]) as stage:
        await stage.run()
        before = len(await stage.asked())
        stage.clock.set(datetime(2026, 6, 19, 12, tzinfo=UTC))
        (filled,) = await stage.run()
        assert filled.before is not None
        assert filled.before.finished_at is not None
        assert filled.after.papers - filled.before.papers == 1
        assert await stage.archive() == wanted([*records, replaced, new])
        (asked,) = (await stage.asked())[before:]
        assert (asked["from"], asked.get("until")) == ("2026-06-17", None)


async def test_days_before_the_first_datestamp_are_asked_from_there(tmp_path: Path) -> None:
    old = record(7, date(1999, 5, 4), date(2005, 10, 3), id="cs/9905007")
    async with backfill_stage(tmp_path, [old]) as stage:
        stage.clock.set(datetime(2005, 12, 1, tzinfo=UTC))
        await stage.run(since=date(1999, 1, 1))
        assert await stage.archive() == {"cs/9905007": 1}
        asked = await stage.asked()
        assert asked[0]["from"] == "2005-09-16"
        assert repeats(asked) == 1


async def test_pages_are_stored_in_pieces_and_counted_as_they_are(tmp_path: Path) -> None:
    count = 2 * PIECE + 7
    records = [record(number, TODAY, TODAY) for number in range(count)]
    async with backfill_stage(tmp_path, records, oai_page_size=1000) as stage:
        (filled,) = await stage.run()
        assert (filled.after.papers, filled.after.requests) == (count, 7)
        assert await stage.papers.count() == count


async def test_what_is_stored_is_noted_with_it_or_not_at_all(tmp_path: Path) -> None:
    """A run that dies before the last piece of a page is committed reads that page again."""
    records = [record(number, TODAY, TODAY) for number in range(PIECE + 7)]
    since = TODAY - timedelta(days=5)
    async with backfill_stage(tmp_path, records, oai_page_size=1000) as stage:
        trigger = "CREATE TRIGGER dies BEFORE UPDATE OF reached ON backfills BEGIN SELECT {}; END"
        async with stage.database.write() as connection:
            await connection.execute(text(trigger.format("RAISE(ABORT, 'the disk is full')")))
        with pytest.raises(DBAPIError, match="the disk is full"):
            await stage.run(since=since)
        assert await stage.papers.count() == PIECE
        async with stage.database.write() as connection:
            await connection.execute(text("DROP TRIGGER dies"))
        (filled,) = await stage.run(since=since)
        assert await stage.archive() == wanted(records)
        # What came with the first try was counted with it.
        assert (filled.after.papers, filled.after.records) == (PIECE + 7, PIECE + 7)


async def test_a_list_goes_on_with_its_token_on_the_same_day_only(tmp_path: Path) -> None:
    for number, (hours, begins) in enumerate(((1, False), (12, True), (200, True))):
        folder = tmp_path / str(number)
        folder.mkdir()
        async with backfill_stage(folder) as stage:
            stage.arxiv.set_faults([FaultRule("resumptionToken", None, status=404, body=b"-")])
            with pytest.raises(SourceUnavailable):
                await stage.run()
            before = await stage.asked()
            assert "resumptionToken" in before[-1]
            stage.arxiv.set_faults([])
            stage.clock.advance(timedelta(hours=hours))
            await stage.run()
            assert wanted(half_a_year()).items() <= (await stage.archive()).items()
            asked = (await stage.asked())[len(before) :]
        assert ("from" in asked[0]) is begins
        assert repeats([*before, *asked]) <= 2


async def test_a_token_does_not_outlive_a_rest_over_midnight(tmp_path: Path) -> None:
    async with backfill_stage(tmp_path) as stage:
        stage.clock.set(datetime(2026, 6, 18, 23, 59, 57, tzinfo=UTC))
        stage.arxiv.set_faults([FaultRule("resumptionToken", 1, status=500)])
        await stage.run()
        asked = await stage.asked()
        assert ["from" in one for one in asked[:4]] == [True, False, True, False]
        assert asked[0] == asked[2]
        assert wanted(half_a_year()).items() <= (await stage.archive()).items()


async def test_a_token_that_arxiv_has_forgotten_begins_its_list_again(tmp_path: Path) -> None:
    refusal = (
        b'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
        b'<error code="badResumptionToken">Expired.</error></OAI-PMH>'
    )
    async with backfill_stage(tmp_path) as stage:
        stage.arxiv.set_faults([FaultRule("resumptionToken", body=refusal)])
        (filled,) = await stage.run()
        assert await stage.archive() == wanted(half_a_year())
        assert filled.after.papers == len(wanted(half_a_year()))
        assert repeats(await stage.asked()) == 2
        stage.arxiv.set_faults([FaultRule("resumptionToken", times=None, body=refusal)])
        with pytest.raises(SourceUnavailable, match="resumption tokens"):
            await stage.run(since=date(2025, 12, 1))
        assert len((await stage.asked())[filled.after.requests :]) == 8


async def test_the_sizes_of_lists_are_used_where_they_are_told(tmp_path: Path) -> None:
    async with backfill_stage(tmp_path, oai_sizes=True) as stage:
        await stage.run()
        left = [outlook.requests for _, outlook in stage.told.steps]
        sure = [not outlook.at_least for _, outlook in stage.told.steps]
    assert left[-1] == 0
    assert abs(left[len(left) // 2] - (len(left) - len(left) // 2)) <= 3
    assert sure == sorted(sure)  # and sure after some lists
    assert sure.index(True) < len(sure) / 2


async def test_deleted_records_are_left_out(tmp_path: Path) -> None:
    async with backfill_stage(tmp_path) as stage:
        gone = next(iter(wanted(half_a_year())))
        stage.arxiv.delete(gone, date(2026, 3, 3))
        await stage.run()
        assert set(await stage.archive()) == set(wanted(half_a_year())) - {gone}


TROUBLES = [
    (FaultRule("oai", 3, status=503, headers={"Retry-After": "30"}), [30.0, 30.0, 30.0]),
    (FaultRule("oai", 2, status=429, headers={"Retry-After": "4"}), [6.0, 12.0]),
    (FaultRule("oai", 3, status=500), [6.0, 12.0, 24.0]),
    (FaultRule("oai", 3, body=b"<html>Sorry</html>"), [6.0, 12.0, 24.0]),
    (FaultRule("oai", 1, body=b"Rate exceeded."), [6.0]),
    (FaultRule("oai", 1, truncate=700, drop=True), [6.0]),
    (FaultRule("oai", 1, truncate=700), [6.0]),
]


async def test_troubles_that_pass_are_waited_for(tmp_path: Path) -> None:
    async with backfill_stage(tmp_path, oai_page_size=30) as stage:
        for number, (rule, rests) in enumerate(TROUBLES):
            stage.clock.waits.clear()
            stage.arxiv.set_faults([FaultRule("oai", 1), rule])
            (filled,) = await stage.run(since=SINCE + timedelta(days=number))
            assert filled.after.finished_at is not None
            assert (stage.told.rests, stage.clock.waits) == (rests, rests)
            assert stage.arxiv.unused_faults() == []
        assert await stage.archive() == wanted(half_a_year())


async def test_an_arxiv_that_is_away_is_given_up_at_the_start_soon_and_later_after_a_while(
    tmp_path: Path,
) -> None:
    async with backfill_stage(tmp_path) as stage:
        stage.arxiv.set_faults([FaultRule("oai", None, drop=True)])
        with pytest.raises(SourceUnavailable):
            await stage.run()
        assert stage.told.rests == [2 * PACE_S, 4 * PACE_S]
        stage.arxiv.set_faults([FaultRule("oai", 3, delay=0.0), FaultRule("oai", None, status=500)])
        with pytest.raises(SourceUnavailable):
            await stage.run()
        assert stage.told.rests == [6.0, 12.0, 24.0, 48.0, 96.0, 192.0, 384.0]
        there = await stage.archive()
        assert 0 < len(there) < len(wanted(half_a_year()))
        stage.arxiv.set_faults([])
        await stage.run()
        assert await stage.archive() == wanted(half_a_year())


REFUSAL = (
    b'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
    b'<error code="badArgument">No.</error></OAI-PMH>'
)


async def test_what_will_not_pass_is_not_waited_for(tmp_path: Path) -> None:
    away = FaultRule("oai", 1, status=503, headers={"Retry-After": "90000"})
    gone = FaultRule("oai", 1, status=404, body=b"gone")
    refused = FaultRule("oai", 1, body=REFUSAL)
    async with backfill_stage(tmp_path) as stage:
        for rule, error in (
            (away, SourceUnavailable),
            (gone, SourceUnavailable),
            (refused, SourceRefused),
        ):
            stage.arxiv.set_faults([rule])
            with pytest.raises(error):
                await stage.run()
            assert stage.told.rests == []


async def test_records_that_cannot_be_read_are_skipped_and_counted(tmp_path: Path) -> None:
    async with backfill_stage(tmp_path, [record(1, TODAY, TODAY)], oai_page_size=20) as stage:
        body = _page("<metadata/>")
        stage.arxiv.set_faults([FaultRule("from=2026-06-17", 1, body=body)])
        (filled,) = await stage.run(since=TODAY - timedelta(days=1))
        assert (filled.after.records, filled.after.skipped) == (1, 1)
        many = _page(*["<metadata/>"] * 6)
        stage.arxiv.set_faults([FaultRule("oai", None, body=many)])
        with pytest.raises(SourceGarbled, match="none of its 6 records"):
            await stage.run(since=TODAY - timedelta(days=1))


def _page(*records: str) -> bytes:
    inside = "".join(
        "<record><header><identifier>oai:arXiv.org:x</identifier>"
        f"<datestamp>2026-06-18</datestamp></header>{one}</record>"
        for one in records
    )
    return (
        '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
        f"<responseDate>2026-06-18T12:00:00Z</responseDate><ListRecords>{inside}</ListRecords>"
        "</OAI-PMH>"
    ).encode()


async def test_a_clock_that_is_ahead_does_not_leave_days_out(tmp_path: Path) -> None:
    late = record(98, date(2026, 6, 19), date(2026, 6, 20))
    async with backfill_stage(tmp_path, [*half_a_year(), late]) as stage:
        (filled,) = await stage.run(clock=LeapingClock(NOW + timedelta(days=9)))
        assert filled.after.reached == NOW.date()
        stage.clock.set(datetime(2026, 6, 20, 12, tzinfo=UTC))
        await stage.run()
        assert await stage.archive() == wanted([*half_a_year(), late])


@dataclass
class _Counting:
    """An index that counts what it is asked to read."""

    asked: list[int | None]

    async def catch_up(self, *, most: int | None = None) -> int:
        self.asked.append(most)
        return 0


async def test_indexes_follow_page_by_page_unless_a_bot_does_it(tmp_path: Path) -> None:
    async with backfill_stage(tmp_path, oai_page_size=30) as stage:
        index = _Counting([])
        await stage.run(indexes=[index])
        assert stage.told.indexed == 1
        assert index.asked == [200] * len(stage.told.steps) + [None]
        index.asked.clear()
        await stage.run(indexes=[index], bot_runs=True)
        assert index.asked == []


async def test_an_unknown_category_asks_nobody(tmp_path: Path) -> None:
    async with backfill_stage(tmp_path) as stage:
        with pytest.raises(BadInput):
            await stage.run("cs.XX")
        assert await stage.asked() == []


async def test_a_run_that_is_stopped_leaves_what_came(tmp_path: Path) -> None:
    async with backfill_stage(tmp_path) as stage:
        stage.arxiv.set_faults([FaultRule("oai", 3, delay=0.0), FaultRule("oai", 1, hang=True)])
        task = asyncio.create_task(stage.run())
        await asyncio.sleep(0)  # it has begun, and told has its place
        await stage.told.until(3)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        stage.arxiv.set_faults([])
        (progress,) = await stage.store.all()
        assert (progress.requests, progress.since, progress.finished_at) == (3, SINCE, None)
        assert len(await stage.archive()) == progress.papers
        await stage.run()
        assert await stage.archive() == wanted(half_a_year())
