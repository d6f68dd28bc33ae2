"""Figures of the checks: how many good translations fail, and how many spoiled ones are found."""

import asyncio
import gzip
import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.figures import Figure
from bench.injections import KINDS, Clean
from bot.enrich.check import check_texts
from bot.models import Checked, Severity, TextKind, Verdict

_PAIRS = (
    Path(__file__).resolve().parents[2]
    / "shared"
    / "data"
    / "translation"
    / "en-zh-llm-1500.jsonl.gz"
)
_LANGUAGE = "zh-CN"
_SEED = 20_260_621
_EACH = 60

Pair = tuple[str, str]


def pairs() -> list[tuple[str, str, str]]:
    """Ids, abstracts and their Chinese translations; empty where the data are absent."""
    if not _PAIRS.is_file():
        return []
    with gzip.open(_PAIRS, "rt", encoding="utf-8") as lines:
        entries = [json.loads(line) for line in lines]
    return [(entry["id"], entry["abstract"], entry["abstract_zh"]) for entry in entries]


def clean_pairs(found: Sequence[Pair]) -> list[Pair]:
    """The pairs that pass without a remark, into which errors are put."""
    return [pair for pair in found if _check(*pair).verdict is Verdict.PASS]


@dataclass(frozen=True, slots=True)
class Found:
    """Of errors of one kind: how many were put in, how many made the text fail, and how many of
    these by a finding of a kind that names the error."""

    made: int
    failed: int
    named: int


def found_by_kind(clean: Sequence[Pair], each: int = _EACH, seed: int = _SEED) -> dict[str, Found]:
    """Put errors of every kind into clean pairs, `each` of a kind where as many can be made."""
    counts: dict[str, Found] = {}
    for name, (spoil, fitting) in KINDS.items():
        rng = random.Random(f"{seed} {name}")
        order = list(range(len(clean)))
        rng.shuffle(order)
        made = failed = named = 0
        for at in order:
            if made == each:
                break
            source, target = clean[at]
            other = clean[(at + 1 + rng.randrange(len(clean) - 1)) % len(clean)][1]
            spoiled = spoil(rng, Clean(source, target, other))
            if spoiled is None or spoiled == target:
                continue
            made += 1
            told = [
                one.kind
                for one in _check(source, spoiled).findings
                if one.severity is Severity.MAJOR
            ]
            failed += bool(told)
            named += any(kind in fitting for kind in told)
        counts[name] = Found(made, failed, named)
    return counts


def _check(source: str, target: str) -> Checked:
    return check_texts(source, target, _LANGUAGE, TextKind.TRANSLATION)


def _measure() -> list[Figure]:
    loaded = pairs()
    if not loaded:
        return [("Checks of translations", "skipped", "../shared/data is not on this machine")]
    both = [(source, target) for _, source, target in loaded]
    for pair in both[:50]:
        _check(*pair)
    started = time.process_time()
    results = [_check(*pair) for pair in both]
    rate = len(both) / (time.process_time() - started)
    failed = sum(result.verdict is Verdict.FAIL for result in results)
    remarked = sum(
        any(finding.severity is Severity.MINOR for finding in result.findings)
        for result in results
        if result.verdict is Verdict.WARN
    )
    clean = [pair for pair, result in zip(both, results, strict=True) if not result.findings]
    counts = found_by_kind(clean)
    made = sum(one.made for one in counts.values())
    told = sum(one.failed for one in counts.values())
    named = sum(one.named for one in counts.values())
    worst = sorted(counts.items(), key=lambda item: item[1].failed / max(1, item[1].made))[:4]
    shown = ", ".join(f"{name} {one.failed}/{one.made}" for name, one in worst)
    about = f"{len(both):,} English abstracts with a model's Chinese translation"
    return [
        (
            "Translations that fail the checks",
            f"{100 * failed / len(both):.1f} %",
            f"{about}, mostly right; {failed} fail, {remarked} are remarked on; target: at most 4",
        ),
        (
            "Errors found that were put into clean translations",
            f"{100 * told / made:.1f} %",
            (
                f"{made:,} errors of {len(counts)} kinds make the text fail, "
                f"{100 * named / made:.1f} % by a finding that names them; worst: {shown}; "
                "target: at least 97"
            ),
        ),
        (
            "Translations checked per second, one core",
            f"{rate:,.0f}/s",
            f"{about}, whole documents of about 1,000 characters; target: at least 200",
        ),
    ]


async def run() -> list[Figure]:
    """The figures of this group."""
    return await asyncio.to_thread(_measure)
