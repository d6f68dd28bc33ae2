"""Planning: what a due subscription's digest holds, and what it never holds."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from digest_stage import Stage, eastern, opened, record

from bot.models import (
    DeliveryKind,
    Digest,
    DigestKind,
    Include,
    Layout,
    Match,
    QuietDays,
    Rules,
    Subscription,
)

WED, THU, FRI, SAT, MON, TUE = (
    "2026-06-10", "2026-06-11", "2026-06-12", "2026-06-13", "2026-06-15", "2026-06-16",
)  # fmt: skip
RULES = Rules(("cs.CL",))


def day(text: str) -> date:
    return date.fromisoformat(text)


def at_nine(text: str) -> datetime:
    """Nine in the morning in UTC, when the stage's subscriptions are due."""
    return datetime.combine(day(text), datetime.min.time(), UTC) + timedelta(hours=9)


def papers(*days: str, each: int = 3) -> list[Mapping[str, object]]:
    return [
        record(10 * place + number, text)
        for place, text in enumerate(days, start=1)
        for number in range(each)
    ]


async def arrive(stage: Stage, text: str, *categories: str) -> None:
    """Let a day's feeds come and be read, and the time of the digest come."""
    stage.clock.set(eastern(text, "01:00"))
    for category in categories or ("cs.CL",):
        await stage.core.ledger.poll(category)
    stage.clock.set(at_nine(text) + timedelta(minutes=1))


async def due(stage: Stage) -> list[Subscription]:
    return await stage.core.subscriptions.due(stage.clock.now())


async def planned(stage: Stage, *, certain: bool = True) -> list[Digest]:
    return await stage.core.planner.plan(await due(stage), certain=certain)


async def parts(stage: Stage) -> list[tuple[DeliveryKind, str | None]]:
    """What waits to be sent, channel by channel, with the papers' ids."""
    now = stage.clock.now()
    works = await stage.core.outbox.claim("test", now=now, until=now, limit=50)
    return [(d.kind, d.paper_id) for work in works for d in work.deliveries]


async def cards(stage: Stage, digest: Digest) -> list[str]:
    return [d.paper_id or "" for d in await stage.core.posted.cards(digest.id)]


async def test_a_digest_holds_the_best_up_to_the_cap(tmp_path: Path) -> None:
    found = [
        record(1, THU),
        record(2, THU, title="On parsing"),
        record(3, THU, abstract="Parsing, again."),
        record(4, THU, title="Parsing parsing", abstract="Parsing."),
        record(5, THU, title="A survey of parsing"),
    ]
    async with opened(tmp_path, found, eastern(WED, "18:00")) as stage:
        rules = Rules(("cs.CL",), keywords=("parsing",), exclusions=("survey",))
        subscription = await stage.subscribe(rules, max_papers=2, layout=Layout.THREAD)
        await arrive(stage, THU)
        (digest,) = await planned(stage)
        assert digest.kind is DigestKind.SCHEDULED
        assert (digest.announced, digest.matched, digest.shown) == (5, 3, 2)
        assert (digest.days, digest.due_at) == ((day(THU),), subscription.next_due_at)
        assert await parts(stage) == [
            ("header", None),
            ("thread", None),
            ("card", "2606.90004"),
            ("card", "2606.90002"),
        ]
        after = await stage.core.subscriptions.get(subscription.id)
        assert after.next_due_at == at_nine(FRI)
        assert await planned(stage) == []


@pytest.mark.parametrize("quiet_days", QuietDays)
async def test_a_day_on_which_nothing_matches(tmp_path: Path, quiet_days: QuietDays) -> None:
    async with opened(tmp_path, papers(THU), eastern(WED, "18:00")) as stage:
        rules = Rules(("cs.CL",), keywords=("xylophone",))
        await stage.subscribe(rules, quiet_days=quiet_days)
        await arrive(stage, THU)
        (digest,) = await planned(stage)
        assert (digest.announced, digest.matched, digest.shown) == (3, 0, 0)
        line = [(DeliveryKind.QUIET, None)] if quiet_days is QuietDays.LINE else []
        assert await parts(stage) == line
        assert await planned(stage) == []


@pytest.mark.parametrize("quiet_days", QuietDays)
async def test_a_day_without_an_announcement(tmp_path: Path, quiet_days: QuietDays) -> None:
    async with opened(tmp_path, papers(MON), eastern(FRI, "12:00")) as stage:
        subscription = await stage.subscribe(RULES, quiet_days=quiet_days)
        await arrive(stage, SAT)
        digests = await planned(stage)
        if quiet_days is QuietDays.LINE:
            assert [(d.days, d.shown) for d in digests] == [((), 0)]
            assert await parts(stage) == [(DeliveryKind.QUIET, None)]
        else:
            assert digests == []
            assert await stage.core.posted.history(1, limit=5) == []
        after = await stage.core.subscriptions.get(subscription.id)
        assert after.next_due_at == at_nine("2026-06-14")
        await arrive(stage, MON)
        (digest,) = await planned(stage)
        assert (digest.days, digest.shown) == ((day(MON),), 3)


@pytest.mark.parametrize("quiet_days", QuietDays)
async def test_nothing_is_said_of_a_day_that_is_uncertain(
    tmp_path: Path, quiet_days: QuietDays
) -> None:
    async with opened(tmp_path, papers(THU), eastern(WED, "18:00")) as stage:
        subscription = await stage.subscribe(RULES, quiet_days=quiet_days)
        stage.clock.set(at_nine(THU) + timedelta(minutes=1))  # the feed could not be asked
        assert await planned(stage, certain=False) == []
        assert await parts(stage) == []
        # What comes afterwards belongs to the next digest.
        await stage.core.ledger.poll("cs.CL")
        assert (await stage.core.subscriptions.get(subscription.id)).next_due_at == at_nine(FRI)
        stage.clock.set(at_nine(FRI) + timedelta(minutes=1))
        (digest,) = await planned(stage, certain=False)
        assert (digest.days, digest.shown) == ((day(THU),), 3)


async def test_missed_days_are_one_digest_with_the_cap_and_the_dates(tmp_path: Path) -> None:
    found = papers(THU, FRI, MON, TUE)
    async with opened(tmp_path, found, eastern(WED, "18:00")) as stage:
        await stage.subscribe(RULES, max_papers=5)
        await arrive(stage, TUE)
        await stage.core.ledger.fill("cs.CL", day(THU))
        (digest,) = await planned(stage)
        assert digest.days == (day(THU), day(FRI), day(MON), day(TUE))
        assert (digest.announced, digest.matched, digest.shown) == (12, 12, 5)
        assert len(await cards(stage, digest)) == 5
        await arrive(stage, "2026-06-17")
        assert await planned(stage) == []  # the seven others were matched, and are not news again


async def test_a_new_subscription_gets_nothing_from_before_it(tmp_path: Path) -> None:
    async with opened(tmp_path, papers(WED, THU, FRI), at_nine(THU)) as stage:
        await stage.core.ledger.poll("cs.CL")
        await stage.core.ledger.fill("cs.CL", day(WED))
        stage.clock.set(eastern(THU, "12:00"))
        await stage.subscribe(RULES)
        await arrive(stage, FRI)
        (digest,) = await planned(stage)
        assert digest.days == (day(FRI),)


async def test_the_digest_at_its_time_does_not_repeat_what_was_posted_by_hand(
    tmp_path: Path,
) -> None:
    found = [record(number, THU) for number in range(1, 6)]
    async with opened(tmp_path, found, eastern(WED, "18:00")) as stage:
        subscription = await stage.subscribe(RULES, max_papers=2)
        stage.clock.set(eastern(THU, "01:00"))
        stage.arxiv.set_late("cs.CL", eastern(THU, "03:00"), keep=4)
        await stage.core.ledger.poll("cs.CL")
        by_hand = await stage.core.services.digests.post_now(subscription)
        assert by_hand is not None
        assert by_hand.kind is DigestKind.MANUAL
        assert (by_hand.matched, by_hand.shown) == (4, 2)
        subscription = await stage.core.subscriptions.get(subscription.id)
        assert subscription.next_due_at == at_nine(THU)  # the daily time stays
        assert await stage.core.services.digests.post_now(subscription) is None
        stage.clock.set(eastern(THU, "04:00"))
        await stage.core.ledger.poll("cs.CL")
        stage.clock.set(at_nine(THU))
        (digest,) = await planned(stage)
        assert (digest.matched, digest.shown) == (1, 1)
        assert not set(await cards(stage, digest)) & set(await cards(stage, by_hand))


async def test_pressing_post_now_several_times_at_once_posts_once(tmp_path: Path) -> None:
    async with opened(tmp_path, papers(THU), eastern(WED, "18:00")) as stage:
        subscription = await stage.subscribe(RULES)
        await arrive(stage, THU)
        services = stage.core.services.digests
        made = await asyncio.gather(*(services.post_now(subscription) for _ in range(3)))
        assert [digest.shown for digest in made if digest is not None] == [3]
        assert len([kind for kind, _ in await parts(stage) if kind == "card"]) == 3


async def test_a_paper_of_two_subscriptions_stands_once_in_their_channel(tmp_path: Path) -> None:
    both = record(1, THU, categories=("cs.CL", "cs.LG"))
    found = [both, record(2, THU, categories=("cs.LG",))]
    async with opened(tmp_path, found, eastern(WED, "18:00")) as stage:
        await stage.subscribe(RULES)
        await stage.subscribe(Rules(("cs.LG",), include=Include.CROSS))
        await stage.subscribe(Rules(("cs.LG",), include=Include.CROSS), channel=200)
        await arrive(stage, THU, "cs.CL", "cs.LG")
        digests = await planned(stage)
        assert [await cards(stage, digest) for digest in digests] == [
            ["2606.90001"],
            ["2606.90002"],
            ["2606.90002", "2606.90001"],
        ]
        assert [digest.matched for digest in digests] == [1, 2, 2]


async def test_a_replacement_of_what_the_channel_had_is_not_posted_again(tmp_path: Path) -> None:
    found = [record(1, THU), record(1, FRI, version=2, kind="replace"), record(2, FRI)]
    async with opened(tmp_path, found, eastern(WED, "18:00")) as stage:
        await stage.subscribe(Rules(("cs.CL",), include=Include.REPLACEMENTS))
        await arrive(stage, THU)
        (first,) = await planned(stage)
        await arrive(stage, FRI)
        (second,) = await planned(stage)
        assert await cards(stage, first) == ["2606.90001"]
        assert second.matched == 2
        assert await cards(stage, second) == ["2606.90002"]


def told(matches: list[Match]) -> list[tuple[str, float, tuple[str, ...]]]:
    return [
        (m.announcement.paper.versioned_id, m.score, tuple(r.rule for r in m.reasons))
        for m in matches
    ]


async def test_the_matches_of_a_digest_are_found_again_whatever_came_since(
    tmp_path: Path,
) -> None:
    found = [*papers(THU, FRI, each=9), record(50, FRI, title="On parsing")]
    async with opened(tmp_path, found, eastern(WED, "18:00")) as stage:
        rules = Rules(("cs.CL",), keywords=("question", "parsing"))
        subscription = await stage.subscribe(rules, max_papers=3)
        await arrive(stage, THU)
        expected = told(list((await stage.core.planner.outlook(subscription)).matches))
        (digest,) = await planned(stage)
        await stage.core.ledger.enrich()
        changed = await stage.core.services.subscriptions.edit(
            await stage.core.subscriptions.get(subscription.id), subscription.draft
        )
        await arrive(stage, FRI)
        await planned(stage)
        await stage.core.services.subscriptions.remove(changed)
        matches = await stage.core.services.digests.matches(digest.key)
        assert len(expected) == 9
        assert told(matches.matches) == expected
        assert [m.announcement.paper.id for m in matches.matches[:3]] == await cards(stage, digest)
        assert matches.shown == set(await cards(stage, digest))


async def test_an_outlook_posts_nothing_and_moves_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path, papers(THU), eastern(WED, "18:00")) as stage:
        subscription = await stage.subscribe(RULES)
        await arrive(stage, THU)
        for _ in range(2):
            outlook = await stage.core.services.digests.preview(subscription)
            assert (len(outlook.matches), outlook.days) == (3, (day(THU),))
        assert await stage.core.subscriptions.get(subscription.id) == subscription
        assert await parts(stage) == []
