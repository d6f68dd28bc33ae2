"""The daily budget: nobody passes it, digests come first, nothing that was used is forgotten."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs
from translate_samples import NOW

from bot.enrich.budget import Amount, Budget
from bot.errors import BudgetSpent
from bot.models import Purpose, Spent, Usage
from bot.store.database import Database
from bot.store.spending import SpendingStore
from sandbox.clock import SandboxClock

DIGEST, READER = Purpose.DIGEST, Purpose.READER


class Stage:
    """A budget of 1,000 characters and a dollar a day, and its book."""

    def __init__(self, database: Database) -> None:
        self.clock = SandboxClock(NOW)
        self.store = SpendingStore(database)
        self.budget = Budget(self.store, self.clock, Amount(1000, 1_000_000))

    async def use(self, purpose: Purpose, characters: int, cost: int = 0) -> None:
        async with self.budget.ask(purpose, characters=characters, cost=cost):
            await self.budget.spent("DeepL", Usage(characters=characters, cost=cost))

    async def used_before(self, days: int, purpose: Purpose, characters: int) -> None:
        day = self.clock.now().date() - timedelta(days=days)
        await self.store.add(Spent(day, "DeepL", purpose, 1, Usage(characters=characters)))


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'p.db'}")
    yield Stage(database)
    await database.close()


async def test_a_digest_may_use_all_and_nothing_more(stage: Stage) -> None:
    await stage.use(DIGEST, 600)
    await stage.use(DIGEST, 400)
    with pytest.raises(
        BudgetSpent, match=r"is used up\. It starts anew <t:1781827200:R>\."
    ) as error:
        await stage.use(DIGEST, 1)
    assert "kept" not in error.value.sentence
    # What costs nothing is not refused for money.
    await stage.use(DIGEST, 0)


async def test_money_is_a_limit_of_its_own(stage: Stage) -> None:
    await stage.use(DIGEST, 1, cost=999_999)
    with pytest.raises(BudgetSpent):
        await stage.use(DIGEST, 1, cost=2)
    await stage.use(DIGEST, 1, cost=1)


async def test_the_next_day_starts_anew(stage: Stage) -> None:
    await stage.use(DIGEST, 1000)
    stage.clock.advance(timedelta(days=1))
    await stage.use(DIGEST, 1000)
    assert (await stage.budget.state()).used == Amount(1000, 0)


async def test_before_there_is_a_history_half_is_kept_for_digests(stage: Stage) -> None:
    await stage.use(READER, 500)
    with pytest.raises(BudgetSpent, match=r"is kept for digests\. It starts anew <t:"):
        await stage.use(READER, 1)
    await stage.use(DIGEST, 200)
    # Digests have used a part of what is kept for them, and no more of it is set free by that.
    with pytest.raises(BudgetSpent):
        await stage.use(READER, 1)
    await stage.use(DIGEST, 300)
    with pytest.raises(BudgetSpent, match="used up"):
        await stage.use(READER, 1)


async def test_the_most_that_digests_used_on_a_day_of_a_week_is_kept(stage: Stage) -> None:
    for days, characters in ((8, 900), (7, 300), (3, 100), (3, 50)):
        await stage.used_before(days, DIGEST, characters)
    await stage.used_before(2, READER, 1000)
    assert (await stage.budget.state()).kept == Amount(300, 0)
    await stage.use(READER, 700)
    with pytest.raises(BudgetSpent, match="kept for digests"):
        await stage.use(READER, 1)
    await stage.use(DIGEST, 250)
    assert (await stage.budget.state()).kept == Amount(50, 0)


async def test_digests_that_used_nothing_keep_nothing(stage: Stage) -> None:
    await stage.used_before(1, READER, 10)
    await stage.use(READER, 1000)
    with pytest.raises(BudgetSpent):
        await stage.use(READER, 1)


async def test_calls_at_the_same_time_cannot_spend_more_together(stage: Stage) -> None:
    go, seven = asyncio.Event(), asyncio.Event()
    refused: list[BudgetSpent] = []

    async def call() -> None:
        try:
            async with stage.budget.ask(DIGEST, characters=300):
                await go.wait()
                # It turns out to be dearer than was thought; what is booked is what was used.
                await stage.budget.spent("DeepL", Usage(characters=310))
        except BudgetSpent as error:
            refused.append(error)
            if len(refused) == 7:
                seven.set()

    calls = [asyncio.create_task(call()) for _ in range(10)]
    async with asyncio.timeout(10):
        await seven.wait()
        go.set()
        await asyncio.gather(*calls)
    assert len(refused) == 7
    assert (await stage.budget.state()).used == Amount(930, 0)
    await stage.use(DIGEST, 70)


async def test_what_a_call_did_not_use_is_free_again(stage: Stage) -> None:
    with pytest.raises(ZeroDivisionError):
        async with stage.budget.ask(DIGEST, characters=1000):
            raise ZeroDivisionError
    await stage.use(DIGEST, 1000)


async def test_a_call_in_parts_is_not_counted_twice_while_it_goes_on(stage: Stage) -> None:
    async with stage.budget.ask(DIGEST, characters=600):
        await stage.budget.spent("DeepL", Usage(characters=500))
        await stage.use(DIGEST, 400)
        with pytest.raises(BudgetSpent):
            await stage.use(DIGEST, 1)


async def test_the_purpose_goes_along_into_tasks(stage: Stage) -> None:
    async def part() -> None:
        await stage.budget.spent("DeepL", Usage(characters=5))

    async with stage.budget.ask(DIGEST, characters=10):
        await asyncio.gather(asyncio.create_task(part()), asyncio.create_task(part()))
    await part()
    book = {one.purpose: one for one in await stage.store.since(NOW.date())}
    assert (book[DIGEST].usage.characters, book[DIGEST].requests) == (10, 2)
    assert book[READER].usage.characters == 5


async def test_without_a_limit_everything_is_booked_and_nothing_refused(stage: Stage) -> None:
    budget = Budget(stage.store, stage.clock, Amount())
    async with budget.ask(READER, characters=10**9, cost=10**9):
        await budget.spent("DeepL", Usage(characters=10**9, cost=10**9))
    state = await budget.state()
    assert (state.used, state.kept) == (Amount(10**9, 10**9), Amount())


async def test_a_book_that_cannot_be_written_is_written_later(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = stage.store.add

    async def fail(spent: Spent) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    monkeypatch.setattr(stage.store, "add", fail)
    with capture_logs() as logs:
        await stage.use(DIGEST, 600)
    assert [entry["event"] for entry in logs] == ["spending_not_written"]
    with pytest.raises(BudgetSpent):
        await stage.use(DIGEST, 600)
    monkeypatch.setattr(stage.store, "add", add)
    await stage.use(DIGEST, 100)
    (spent,) = await stage.store.since(NOW.date())
    assert (spent.usage.characters, spent.requests) == (700, 2)
