"""Lists within a text: each item must come through. Pure."""

import re
from collections.abc import Sequence
from itertools import islice

from bot.enrich.check.spans import major
from bot.models import Finding, FindingKind

_ITEM = re.compile(r"(?<![\w(（])[(（]?([1-9]|[ivx]{1,4}|[a-h])[)）]")
_TOLD_ITEM = re.compile(
    r"[(（]?(?<![A-Za-z0-9])([1-9]|[ivx]{1,4}|[a-h])[)）]|([①-⑨])|(?<![\d.])([1-9])[、.．](?!\d)"
    r"|第([一二三四五六七八九123456789])(?=[，,、是])"
)
_MOST = 60
_HAN_DIGITS = "零一二三四五六七八九"
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")


def enumeration_findings(pairs: Sequence[tuple[str, str]]) -> list[Finding]:
    """Items of `1) 2) 3)`, `(i) (ii)`, `(a) (b)` that did not come through."""
    source = "\n".join(one for one, _ in pairs)
    marked = [(one[1], one.group()) for one in islice(_ITEM.finditer(source), _MOST)]
    runs = _runs(marked)
    if sum(_ordinal(item) == 1 for item, _ in marked) < 2:
        return _items(runs, "\n".join(other for _, other in pairs))
    found: list[Finding] = []
    for said, told in pairs:
        found += _items(
            _runs([(one[1], one.group()) for one in islice(_ITEM.finditer(said), _MOST)]), told
        )
    return found


def _items(runs: Sequence[Sequence[tuple[str, str]]], target: str) -> list[Finding]:
    if not runs:
        return []
    # By how they are written: "(1)" has nothing to do with "第一个".
    told: list[set[int]] = [set(), set(), set(), set()]
    for one in _TOLD_ITEM.finditer(target):
        style = next(at for at in range(4) if one[at + 1])
        told[style].add(_item(one))
    found: list[Finding] = []
    for run in runs:
        wanted = {_ordinal(item) for item, _ in run}
        best = max(told, key=lambda style: len(style & wanted))
        there = best & wanted
        least = 1 if best is told[0] or best is told[1] else 2
        if least <= len(there) < len(wanted):
            found += [
                major(FindingKind.ENUMERATION, written)
                for item, written in run
                if _ordinal(item) not in there
            ]
    return found


def _runs(items: Sequence[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """Items that count from one up: at least two."""
    runs: list[list[tuple[str, str]]] = []
    for item, written in items:
        for run in runs:
            if _ordinal(item) == _ordinal(run[-1][0]) + 1 and _kind(item) == _kind(run[-1][0]):
                run.append((item, written))
                break
        else:
            if _ordinal(item) == 1:
                runs.append([(item, written)])
    return [run for run in runs if len(run) > 1]


def _kind(item: str) -> str:
    if item.isdigit():
        return "digit"
    return "roman" if item in _ROMAN else "letter"


def _ordinal(item: str) -> int:
    if item.isdigit():
        return int(item)
    return _ROMAN.index(item) + 1 if item in _ROMAN else ord(item[0]) - 96


def _item(found: re.Match[str]) -> int:
    if found[1]:
        return _ordinal(found[1])
    if found[2]:
        return ord(found[2]) - ord("①") + 1
    if found[3]:
        return int(found[3])
    return int(found[4]) if found[4].isdigit() else _HAN_DIGITS.index(found[4])
