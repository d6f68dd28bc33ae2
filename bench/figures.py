"""Figures as the groups give them, and how they are judged and counted."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

Figure = tuple[str, str, str]
"""What was measured; its value with the unit; the condition, with `target: …` if it has one."""

_TARGET = re.compile(r"target: .*?\b(at least|at most|exactly) (\d[\d,]*(?:\.\d+)?)")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def verdict(figure: Figure) -> bool | None:
    """Whether a figure meets its target, by its first number; None if it has none to meet.

    Raises ValueError for a target or value that cannot be read.
    """
    _, value, condition = figure
    if "target:" not in condition or value == "skipped":
        return None
    target, number = _TARGET.search(condition), _NUMBER.search(value)
    if target is None or number is None:
        raise ValueError(f"cannot judge {value!r} by {condition!r}")
    got, wanted = _number(number[0]), _number(target[2])
    if target[1] == "exactly":
        return got == wanted
    return got >= wanted if target[1] == "at least" else got <= wanted


def spread(values: Sequence[float], unit: str, digits: int = 2) -> str:
    """The median with the unit, and behind it the least and the most."""
    low, high = (f"{value:,.{digits}f}" for value in (min(values), max(values)))
    return f"{median(values):,.{digits}f} {unit} ({low} to {high})"


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest of the values that at least `percent` of 100 do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


@dataclass(frozen=True, slots=True)
class Stall:
    """An event-loop stall in milliseconds: how long, for how long of it the loop's thread itself
    computed, and for how long an idle loop beside it was held up too, by the machine."""

    ms: float
    busy_ms: float
    machine_ms: float

    @property
    def own_ms(self) -> float:
        """What the machine does not account for."""
        return self.ms - self.machine_ms


def stall_figure(scene: str, stalls: Sequence[Stall], others: float | None = None) -> Figure:
    """The longest of a scene's stalls of at least 20 ms, without the machine's share.

    `others` is how much of the machine other programs used meanwhile, from 0 to 1.
    """
    longest = max(stalls, key=lambda stall: stall.own_ms, default=Stall(0.0, 0.0, 0.0))
    shown = "below 20 ms" if longest.own_ms < 20 else f"{longest.own_ms:.0f} ms"
    facts = ["target: at most 50"]
    if others is not None:
        facts.insert(0, f"other programs used {others:.0%} of the machine")
    if stalls:
        whole = max(stall.ms for stall in stalls)
        facts.insert(0, f"with what held an idle loop up too: {whole:.0f} ms")
        facts.insert(0, f"{longest.busy_ms:.0f} ms of it computing")
    return (f"Longest event-loop stall, {scene}", shown, "; ".join(facts))


def _number(text: str) -> float:
    return float(text.replace(",", ""))
