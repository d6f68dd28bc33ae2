"""Figures as the groups give them, and how they are judged and counted."""

import re
from collections.abc import Iterable, Sequence
from statistics import median
from typing import Any

Figure = tuple[str, str, str]
"""What was measured; its value with the unit; the condition, with `target: …` where there is one."""

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


def stall_figure(scene: str, stalls: Iterable[dict[str, Any]]) -> Figure:
    """The longest event-loop stall of a scene, from the monitor's `loop_stall` lines."""
    longest = max(stalls, key=lambda stall: stall["ms"], default=None)
    name = f"Longest event-loop stall, {scene}"
    target = "target: at most 50"
    if longest is None:
        return (name, "below 20 ms", target)
    busy = f"the loop itself computed for {longest['busy_ms']:.0f} ms of it"
    return (name, f"{longest['ms']:.0f} ms", f"{busy}; {target}")


def _number(text: str) -> float:
    return float(text.replace(",", ""))
