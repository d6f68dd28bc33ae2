"""A reader and a digest that want the same at the same time, always in the same order."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import pytest

from bot.enrich.budget import Budget
from bot.flights import GroupFlights
from bot.models import Purpose

T = TypeVar("T")


async def reader_first(
    monkeypatch: pytest.MonkeyPatch,
    budget: Budget,
    reader: Coroutine[Any, Any, T],
    digest: Coroutine[Any, Any, T],
) -> tuple[T, T]:
    """What both get: the digest waits for the reader's question before the budget is asked."""
    asked, joined = asyncio.Event(), asyncio.Event()
    ask, do = budget.ask, GroupFlights[Any, Any].do

    @asynccontextmanager
    async def held(purpose: Purpose, **amounts: int) -> AsyncGenerator[None]:
        if purpose is Purpose.READER:
            asked.set()
            await joined.wait()
        async with ask(purpose, **amounts):
            yield

    async def told(self: GroupFlights[Any, Any], *groups: Any, within: float) -> dict[Any, Any]:
        if asked.is_set():
            joined.set()  # nothing else runs before the flight is waited for
        return await do(self, *groups, within=within)

    monkeypatch.setattr(budget, "ask", held)
    monkeypatch.setattr(GroupFlights, "do", told)
    first = asyncio.create_task(reader)
    try:
        await asked.wait()
        second = await digest
        return await first, second
    finally:
        first.cancel()
