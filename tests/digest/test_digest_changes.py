"""Changing a subscription while something is due, under way, or long ago."""

from dataclasses import replace
from pathlib import Path

from digest_stage import Stage, eastern, opened, record

from bot.models import DigestKind, Rules, Subscription

WED, THU, FRI = "2026-06-10", "2026-06-11", "2026-06-12"


async def shown(stage: Stage, subscription: Subscription, kind: DigestKind) -> list[int]:
    current = await stage.core.subscriptions.get(subscription.id)
    return [digest.shown for digest in await stage.core.planner.plan([current], kind)]


async def test_editing_while_a_late_batch_is_waited_for_does_not_lose_the_day(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path, [record(1, THU)], eastern(WED, "23:00")) as stage:
        made = await stage.subscribe(Rules(("cs.CL",)), at="05:00", timezone="America/New_York")
        stage.clock.set(eastern(THU, "05:05"))
        edited = await stage.core.services.subscriptions.edit(
            made, replace(made.draft, max_papers=3)
        )
        assert edited.next_due_at == made.next_due_at
        later = replace(edited.draft, at=edited.draft.at.replace(hour=6))
        moved = await stage.core.services.subscriptions.edit(edited, later)
        assert moved.next_due_at == eastern(THU, "06:00")


async def test_a_pause_holds_back_what_is_planned_and_a_resume_posts_it(tmp_path: Path) -> None:
    async with opened(tmp_path, [record(1, THU)], eastern(WED, "23:00")) as stage:
        made = await stage.subscribe(Rules(("cs.CL",)), at="05:00", timezone="America/New_York")
        stage.clock.set(eastern(THU, "05:05"))
        await stage.core.ledger.poll("cs.CL")
        assert await shown(stage, made, DigestKind.SCHEDULED) == [1]
        now = stage.clock.now()
        await stage.core.services.subscriptions.pause(made)
        assert await stage.core.outbox.claim("me", now=now, until=now, limit=9) == []
        paused = await stage.core.subscriptions.get(made.id)
        await stage.core.services.subscriptions.resume(paused)
        (work,) = await stage.core.outbox.claim("me", now=now, until=now, limit=9)
        assert len(work.deliveries) == 2


async def test_a_category_that_is_added_counts_from_its_day_on(tmp_path: Path) -> None:
    papers = [record(1, THU, categories=("cs.AI",)), record(2, THU)]
    async with opened(tmp_path, papers, eastern(WED, "23:00")) as stage:
        other = await stage.subscribe(Rules(("cs.AI",)), channel=7)
        made = await stage.subscribe(Rules(("cs.CL",)), at="17:00", timezone="America/New_York")
        stage.clock.set(eastern(THU, "05:05"))
        await stage.core.ledger.poll("cs.AI")
        await stage.core.ledger.poll("cs.CL")
        assert await shown(stage, made, DigestKind.MANUAL) == [1]
        made = await stage.core.subscriptions.get(made.id)
        wider = replace(made.draft, rules=Rules(("cs.CL", "cs.AI")))
        await stage.core.services.subscriptions.edit(made, wider)
        assert await shown(stage, made, DigestKind.SCHEDULED) == [1]
        assert await shown(stage, other, DigestKind.SCHEDULED) == [1]


async def test_a_new_subscription_does_not_read_what_was_before_it(tmp_path: Path) -> None:
    papers = [record(1, WED), record(2, THU)]
    async with opened(tmp_path, papers, eastern(WED)) as stage:
        await stage.core.ledger.poll("cs.CL")
        stage.clock.set(eastern(WED, "23:00"))
        made = await stage.subscribe(Rules(("cs.CL",)), at="05:00", timezone="America/New_York")
        assert made.cursor == 1
        stage.clock.set(eastern(THU))
        await stage.core.ledger.poll("cs.CL")
        assert await shown(stage, made, DigestKind.SCHEDULED) == [1]


async def test_a_time_that_was_edited_is_not_put_back_by_a_plan_made_before(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path, [record(1, FRI)], eastern(WED, "23:00")) as stage:
        made = await stage.subscribe(Rules(("cs.CL",)), at="05:00", timezone="America/New_York")
        stage.clock.set(eastern(THU, "05:05"))
        later = replace(made.draft, at=made.draft.at.replace(hour=18))
        edited = await stage.core.services.subscriptions.edit(made, later)
        await stage.core.planner.plan([made])  # what was read before the edit
        current = await stage.core.subscriptions.get(made.id)
        assert current.next_due_at == edited.next_due_at
