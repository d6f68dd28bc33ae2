"""What the paid services of a `lab` command used: a book in memory, for a budget without limit."""

import sys
from dataclasses import replace
from datetime import date

from bot.enrich.budget import Amount, Budget
from bot.models import Purpose, Spent, Usage
from bot.protocols import Clock
from bot.store.spending import SpendingStore

_DOLLAR = 1_000_000


class Book(SpendingStore):
    """The same book as the bot's, for as long as a command runs. No database is opened."""

    def __init__(self) -> None:
        self._spent: dict[tuple[date, str, Purpose], Spent] = {}

    async def add(self, spent: Spent) -> None:
        key = (spent.day, spent.provider, spent.purpose)
        sofar = self._spent.get(key)
        if sofar is not None:
            usage = _sum(sofar.usage, spent.usage)
            spent = replace(spent, requests=sofar.requests + spent.requests, usage=usage)
        self._spent[key] = spent

    async def since(self, day: date) -> list[Spent]:
        return [one for one in self._spent.values() if one.day >= day]

    def budget(self, clock: Clock) -> Budget:
        """What writes into it, and lets an operator use whatever is wanted."""
        return Budget(self, clock, Amount())

    def lines(self) -> list[str]:
        """A sentence for each provider that used anything."""
        used: dict[str, Usage] = {}
        for one in self._spent.values():
            used[one.provider] = _sum(used.get(one.provider, Usage()), one.usage)
        told = {provider: _parts(usage) for provider, usage in used.items()}
        return [f"{provider} used {', '.join(parts)}." for provider, parts in told.items() if parts]

    def tell(self) -> None:
        """Write it to standard error if that is a terminal."""
        if sys.stderr.isatty():
            for line in self.lines():
                sys.stderr.write(line + "\n")


def _sum(one: Usage, other: Usage) -> Usage:
    return Usage(
        one.characters + other.characters,
        one.tokens_in + other.tokens_in,
        one.tokens_out + other.tokens_out,
        one.cost + other.cost,
    )


def _parts(usage: Usage) -> list[str]:
    amounts = {
        "characters": usage.characters,
        "tokens in": usage.tokens_in,
        "tokens out": usage.tokens_out,
    }
    parts = [f"{amount:,} {name}" for name, amount in amounts.items() if amount]
    if usage.cost:
        parts.append(f"${usage.cost / _DOLLAR:.4f}")
    return parts
