"""How long a backfill will take: unsure at first, then by what was measured, and never boasting."""

from dataclasses import replace
from datetime import date, timedelta

from bot.backfill_estimate import LIST_DAYS, Estimate, Span

FIRST = date(2025, 1, 1)
PACE = 3.0


def span(lists: int) -> Span:
    return Span(FIRST, FIRST + timedelta(days=lists * LIST_DAYS - 1))


def after(lists: int) -> date:
    return FIRST + timedelta(days=lists * LIST_DAYS)


def seconds(value: float) -> timedelta:
    return timedelta(seconds=value)


def test_before_a_list_was_read_only_a_minimum_is_known() -> None:
    estimate = Estimate(PACE, [span(10)])
    estimate.request_took(seconds(8))
    first = estimate.outlook(0, FIRST, asked=1, pages=None)
    assert (first.requests, first.seconds, first.at_least) == (10, 80.0, True)
    estimate.request_took(seconds(8))
    second = estimate.outlook(0, FIRST, asked=2, pages=None)
    assert second.at_least
    assert second.requests > first.requests  # the list is longer than it seemed
    assert 0 < first.done < second.done < 0.1


def test_what_arxiv_tells_of_a_list_is_used() -> None:
    estimate = Estimate(PACE, [span(1)])
    estimate.request_took(seconds(5))
    told = estimate.outlook(0, FIRST, asked=1, pages=3)
    assert (told.requests, told.seconds, told.at_least) == (3, 15.0, False)
    assert told.done == 0.25


def test_lists_that_were_read_tell_of_those_to_come() -> None:
    estimate = Estimate(PACE, [span(10), span(5)])
    for count in (1, 2, 3):
        for _ in range(4):
            estimate.request_took(seconds(10))
        estimate.list_took(4)
        outlook = estimate.outlook(0, after(count), asked=0, pages=0)
        assert outlook.at_least == (count < 3)
    assert (outlook.requests, outlook.seconds) == ((7 + 5) * 4, 12 * 4 * 10.0)
    assert outlook.done == 3 / 15
    # In the middle of a list, what is left of it counts.
    assert estimate.outlook(0, after(3), asked=1, pages=None).requests == 3 + 11 * 4
    # With the first category at its end, the second is left.
    assert estimate.outlook(0, None, asked=0, pages=0).requests == 5 * 4


def test_a_request_takes_at_least_the_pace_and_the_latest_ones_count() -> None:
    estimate = Estimate(PACE, [span(40)])
    for _ in range(20):
        estimate.request_took(seconds(0.2))
        estimate.list_took(1)
    assert estimate.outlook(0, after(20), asked=0, pages=0).seconds == 20 * PACE
    for _ in range(20):
        estimate.request_took(seconds(60))
        estimate.list_took(5)
    assert estimate.outlook(0, after(30), asked=0, pages=0).seconds == 10 * 5 * 60.0


def test_it_ends_at_nothing_and_not_before() -> None:
    estimate = Estimate(PACE, [span(1)])
    estimate.request_took(seconds(3))
    last = estimate.outlook(0, FIRST + timedelta(days=LIST_DAYS - 1), asked=0, pages=0)
    assert last.done < 1
    estimate.list_took(1)
    end = estimate.outlook(0, None, asked=0, pages=0)
    assert (end.requests, end.seconds, end.done, end.at_least) == (0, 0.0, 1.0, False)


def test_what_earlier_runs_have_read_counts() -> None:
    whole = span(10)
    estimate = Estimate(
        PACE, [replace(whole, read=5 * LIST_DAYS), replace(whole, read=4 * LIST_DAYS)]
    )
    outlook = estimate.outlook(0, after(5), asked=0, pages=0)
    assert (outlook.done, outlook.requests) == (9 / 20, 5 + 6)
    assert estimate.outlook(0, after(6), asked=0, pages=0).done == 10 / 20
    assert estimate.outlook(0, None, asked=0, pages=0).done == 14 / 20
    assert estimate.outlook(1, after(4), asked=0, pages=0).done == 14 / 20


def test_the_lists_of_earlier_runs_tell_of_those_to_come_until_some_were_read() -> None:
    estimate = Estimate(PACE, [replace(span(10), read=5 * LIST_DAYS, usual=7.0)])
    before = estimate.outlook(0, after(5), asked=0, pages=0)
    assert (before.requests, before.at_least) == (5 * 7, True)
    assert estimate.outlook(0, after(5), asked=2, pages=None).requests == 1 + 4 * 7
    estimate.list_took(3)
    assert estimate.outlook(0, after(6), asked=0, pages=0).requests == 4 * 3


def test_what_was_complete_stays_so_while_it_is_looked_through_again() -> None:
    whole = span(2)
    estimate = Estimate(PACE, [replace(whole, read=whole.days), span(2)])
    before = estimate.outlook(0, whole.last - timedelta(days=1), asked=0, pages=0)
    assert (before.done, before.requests) == (0.5, 1 + 2)
    assert estimate.outlook(0, whole.last, asked=1, pages=None).done == 0.5
    assert estimate.outlook(1, FIRST, asked=0, pages=0).done == 0.5


def test_a_day_is_a_span_too() -> None:
    assert (Span(FIRST, FIRST).days, Span(FIRST, FIRST).lists) == (1, 1)
    assert Span(FIRST, FIRST - timedelta(days=1)).days == 1  # a clock that went back
