"""Numbers of one side of a document, found by what they are worth. Pure, linear."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from bot.text.number_digits import product
from bot.text.number_units import PERCENT, POINTS, TIMES, Unit
from bot.text.numbers import Number, Sure

# A hostile text has a number a hundred thousand times: only the first few are looked at.
_FEW = 12
_HUNDRED = Decimal(100)
_RATIOS = frozenset({PERCENT.dimension, POINTS.dimension})


@dataclass(slots=True)
class Entry:
    """A number, its words and the pair it stands in; `open` until its like is found."""

    number: Number
    text: str
    pair: int
    open: bool = True

    @property
    def sure(self) -> Sure:
        """How certain it is that this is a number."""
        return self.number.sure


@dataclass(slots=True)
class Ledger:
    """All numbers of one side, by key."""

    entries: list[Entry]
    _by_value: dict[Decimal, list[Entry]] = field(default_factory=dict[Decimal, list[Entry]])
    _free: dict[tuple[int, Decimal], list[Entry]] = field(
        default_factory=dict[tuple[int, Decimal], list[Entry]]
    )
    _parts: dict[Decimal, set[int]] = field(default_factory=dict[Decimal, set[int]])

    @staticmethod
    def of(texts: Iterable[Iterator[Entry]]) -> "Ledger":
        """The ledger of a document's texts."""
        ledger = Ledger([entry for text in texts for entry in text])
        for entry in ledger.entries:
            for key in keys(entry.number):
                rows = ledger._by_value.setdefault(key, [])
                if len(rows) < 4 * _FEW or rows[-1].pair != entry.pair:
                    rows.append(entry)
                if entry.sure > Sure.HINT:
                    for place in (entry.pair, -1):
                        ledger._free.setdefault((place, key), []).append(entry)
            for part in entry.number.parts:
                ledger._parts.setdefault(part, set()).add(entry.pair)
        return ledger

    def take(self, wanted: Entry, *, in_pair: bool) -> bool:
        """Close an open entry that says the same as `wanted`, and that one with it."""
        for key in keys(wanted.number):
            rows = self._free.get((wanted.pair if in_pair else -1, key), [])
            while rows and not rows[0].open:
                rows.pop(0)
            for entry in sorted(rows[:_FEW], key=lambda one: one.sure < wanted.sure):
                if entry.open and same(wanted.number, entry.number):
                    entry.open = wanted.open = False
                    return True
        return False

    def has(self, wanted: Entry, *, within: int, once: bool = False) -> bool:
        """Whether something says the same as `wanted`, or all its parts, at most `within` pairs
        of sentences away."""
        number = wanted.number
        for key in keys(number):
            for entry in self._by_value.get(key, [])[: 4 * _FEW]:
                if abs(entry.pair - wanted.pair) > within:
                    continue
                if not same(number, entry.number) and not _wholly(number, entry.number):
                    continue
                if once and entry.sure > Sure.HINT:
                    continue
                if entry.sure > Sure.MARK or wanted.sure is Sure.DIGITS:
                    return True
        if len(number.values) <= 1 and any(
            wanted.pair in self._parts.get(value, ()) for value in number.values
        ):
            return True
        return bool(number.parts) and all(
            part in self._by_value or wanted.pair in self._parts.get(part, ())
            for part in number.parts[:_FEW]
        )

    def counts(self, pair: int) -> bool:
        """Whether a pair counts something, more than one, that nothing else says yet."""
        return any(
            entry.pair == pair and entry.open and entry.sure > Sure.HINT
            for value in range(2, 21)
            for entry in self._by_value.get(Decimal(value), [])[: 4 * _FEW]
        )

    def names(self, value: Decimal) -> bool:
        """Whether a name or reference has these digits."""
        return any(entry.sure < Sure.WORD for entry in self._by_value.get(value, [])[:_FEW])

    def with_other_unit(self, wanted: Entry) -> Entry | None:
        """An open entry, or else any of the same pair, with the same figure and another unit."""
        rows = [
            entry
            for value in wanted.number.values
            for entry in self._by_value.get(value, [])[: 4 * _FEW]
            if entry.pair == wanted.pair
            and entry.sure > Sure.HINT
            and unit_only(wanted.number, entry.number)
        ]
        return next((entry for entry in rows if entry.open), rows[0] if rows else None)


def keys(number: Number) -> list[Decimal]:
    """What a number may be found by: its figures, and what they come to in base units."""
    found = list(number.values)
    for unit in (number.unit, number.lent):
        if unit is not None and unit.size != 1:
            found += [product(value, unit.size) for value in number.values]
    return found


def same(one: Number, other: Number) -> bool:
    """Whether two numbers say the same."""
    for first in _units(one):
        for second in _units(other):
            if _same(one.values, first, other.values, second):
                return True
    return False


def unit_only(one: Number, other: Number) -> bool:
    """Whether two numbers have the same figure, but not the same unit."""
    return bool(one.values & other.values) and not same(one, other)


def _wholly(one: Number, other: Number) -> bool:
    """Whether 100 % is told by a word such as completely."""
    return _HUNDRED in one.values & other.values and Sure.HINT in {one.sure, other.sure}


def _units(number: Number) -> tuple[Unit | None, ...]:
    return (number.unit,) if number.lent is None else (number.unit, number.lent)


def _same(
    values: frozenset[Decimal], first: Unit | None, others: frozenset[Decimal], second: Unit | None
) -> bool:
    if first is None and second is None:
        return not values.isdisjoint(others)
    if first is None or second is None:
        unit = first or second
        if unit is not None and unit.dimension in _RATIOS:
            ratios, plain = (values, others) if first else (others, values)
            shares = (product(value, PERCENT.size) for value in ratios)
            return any(value < 1 and value in plain for value in shares)
        return not values.isdisjoint(others)
    if first.dimension == second.dimension or {first.dimension, second.dimension} == {
        PERCENT.dimension, TIMES.dimension
    }:  # fmt: skip
        if first.size == second.size:
            return not values.isdisjoint(others)
        scaled = {product(value, second.size) for value in others}
        return not scaled.isdisjoint(product(value, first.size) for value in values)
    return False
