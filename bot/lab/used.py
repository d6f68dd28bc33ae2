"""What the paid services of a `lab` command used, and that an operator may use any amount."""

import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from bot.models import Purpose, Usage

_DOLLAR = 1_000_000


class Book:
    """Implements bot.protocols.Meter and Allowance in memory, for as long as a command runs."""

    def __init__(self) -> None:
        self._used: dict[str, Usage] = {}

    @asynccontextmanager
    async def ask(
        self, purpose: Purpose, *, characters: int = 0, cost: int = 0
    ) -> AsyncGenerator[None]:
        """Refuse nothing."""
        del purpose, characters, cost
        yield

    async def spent(self, provider: str, usage: Usage) -> None:
        """Add to what the provider used."""
        self._used[provider] = _sum(self._used.get(provider, Usage()), usage)

    def lines(self) -> list[str]:
        """A sentence for each provider that used anything."""
        told = {provider: _parts(usage) for provider, usage in self._used.items()}
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
