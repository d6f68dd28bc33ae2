"""Findings as the checks make them: their spans are substrings of the texts, and short."""

from collections.abc import Sequence

from bot.models import Finding, FindingKind, Severity

LONGEST = 200
"""The most characters of a span."""


def major(kind: FindingKind, source: str = "", target: str = "") -> Finding:
    """A finding that makes a text fail."""
    return Finding(kind, Severity.MAJOR, clip(source), clip(target))


def minor(kind: FindingKind, source: str = "", target: str = "") -> Finding:
    """A finding that is worth a remark."""
    return Finding(kind, Severity.MINOR, clip(source), clip(target))


def clip(span: str) -> str:
    """The span without spaces around it, its beginning if it is too long."""
    return span.strip()[:LONGEST].strip()


def anchored(found: Sequence[Finding], source: str, target: str) -> list[Finding]:
    """The findings without repeats, their spans cut to what stands in the texts as it is."""
    made = {
        Finding(
            one.kind, one.severity, _standing(one.source, source), _standing(one.target, target)
        )
        for one in found
    }
    order = {kind: at for at, kind in enumerate(FindingKind)}
    return sorted(made, key=lambda one: (order[one.kind], one.source, one.target, one.severity))


def _standing(span: str, text: str) -> str:
    """The longest beginning of a span that stands in the text."""
    if span in text:
        return span
    low, high = 0, len(span)
    while low < high:
        middle = (low + high + 1) // 2
        if span[:middle] in text:
            low = middle
        else:
            high = middle - 1
    return span[:low].strip()


def words_of(text: str) -> frozenset[str]:
    """The words of a table that is written as a text."""
    return frozenset(text.split())
