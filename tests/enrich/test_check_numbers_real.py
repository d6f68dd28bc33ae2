"""The numbers of real translations: few false alarms, and injected errors are found."""

import gzip
import json
import random
import re
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.enrich.check.completeness import pair_up
from bot.enrich.check.formulas import without_matched
from bot.enrich.check.numbers import number_findings
from bot.enrich.check.sentences import split_sentences
from bot.enrich.check.side import Side
from bot.models import FindingKind, Severity, TextKind

_DEMO = Path(__file__).resolve().parents[2] / "sandbox" / "arxiv" / "translations"
_NUMBER = re.compile(
    r"(?<![A-Za-z0-9.,\-_+^{/=(\[:])(?:\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)"
    r"(?![A-Za-z0-9.\-_)\]）]|,\d)"
)
_MAGNITUDES = {
    "百万": "十亿",
    "十亿": "亿",
    "万亿": "亿",
    "亿": "万",
    "万": "亿",
    "B": "亿",
    "M": "亿",
}
_UNITS = {
    "毫秒": "秒", "微秒": "毫秒", "秒": "毫秒", "小时": "分钟", "分钟": "小时", "GHz": "MHz",
    "MHz": "GHz", "GB": "MB", "公里": "米", "毫米": "厘米", "天": "小时", "倍": "%", "GeV": "MeV",
}  # fmt: skip
_ADDED = ("，提升了37.6%", "，共有4826个样本", "，自2013年以来", "，使用77亿参数", "，耗时94毫秒")

Pairs = list[tuple[str, str]]


def _pairs(source: str, target: str) -> Pairs:
    paired = pair_up(split_sentences(source), split_sentences(target), "zh-CN").pairs
    return [without_matched(Side.of(one), Side.of(two)) for one, two in paired]


def _is_major(pairs: Pairs) -> bool:
    found = number_findings(pairs, "zh-CN", TextKind.TRANSLATION)
    return any(one.severity is Severity.MAJOR for one in found)


@pytest.fixture(scope="module")
def documents(shared_data: Path) -> list[tuple[str, str]]:
    """Abstracts with a language model's Chinese translation, mostly right."""
    path = shared_data / "translation" / "en-zh-llm-1500.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [(row["abstract"], row["abstract_zh"]) for row in rows]


def test_real_translations_are_seldom_said_to_be_wrong(documents: list[tuple[str, str]]) -> None:
    assert len(documents) == 1500
    pairs = [_pairs(source, target) for source, target in documents]
    started = time.process_time()
    wrong = sum(map(_is_major, pairs))
    spent = time.process_time() - started
    assert 8 <= wrong <= 22  # 1.5 %; those that were read are true, docs/quality.md
    assert spent / len(pairs) < 0.005


def _replaced(
    pattern: str, new: Callable[[re.Match[str], random.Random], str]
) -> Callable[[str, random.Random], str | None]:
    searched = re.compile(pattern)

    def error(text: str, chance: random.Random) -> str | None:
        places = list(searched.finditer(text))
        if not places:
            return None
        place = chance.choice(places)
        return text[: place.start()] + new(place, chance) + text[place.end() :]

    return error


def _other_digit(place: re.Match[str], chance: random.Random) -> str:
    digits = list(place.group())
    at = chance.choice([at for at, sign in enumerate(digits) if sign.isdigit()])
    digits[at] = chance.choice([sign for sign in "123456789" if sign != digits[at]])
    return "".join(digits)


ERRORS = {
    "digit": _replaced(_NUMBER.pattern, _other_digit),
    "magnitude": _replaced(
        r"(?<![A-Za-z0-9.\-])([\d.,]+)\s?(百万|十亿|万亿|亿|万|B|M)(?![A-Za-z])",
        lambda place, _: place[1] + _MAGNITUDES[place[2]],
    ),
    "unit": _replaced(
        rf"(?<=\d)\s?({'|'.join(_UNITS)})(?![A-Za-z])", lambda place, _: _UNITS[place[1]]
    ),
    "percent": _replaced(r"(?<=\d)\s?\\?[%％](?!\s?[、和及与到至~—–以-])", lambda _, __: ""),
    "point": _replaced(
        r"(?<![A-Za-z0-9.,:\-_])(\d)(\d)\.(\d+)(?![A-Za-z0-9.])",
        lambda place, _: f"{place[1]}.{place[2]}{place[3]}",
    ),
    "range": _replaced(
        r"(?<![A-Za-z0-9.\-/])(\d[\d.,]*\s?[%％]?)\s?(?:到|至|-|–|~)\s?(?!\1)"
        r"\d[\d.,]*\s?[%％]?(?![A-Za-z])",
        lambda place, _: place[1],
    ),
    "dropped": _replaced(
        r"(?<![A-Za-z0-9.,\-_+^{/=(\[:])\d{2,}(?:\.\d+)?[%％]?(?![\w.,)）])", lambda _, __: ""
    ),
    "added": _replaced(r"(?=[，。])", lambda _, chance: chance.choice(_ADDED)),
    "fraction": _replaced(r"[三四五]分之[一二三]|一半", lambda _, __: "七分之三"),
    "year": _replaced(r"(?<!\d)(?:19|20)\d\d(?=\s?年)", lambda place, _: str(int(place[0]) + 2)),
}  # fmt: skip


def test_injected_errors_are_found(documents: list[tuple[str, str]]) -> None:
    chance = random.Random(7)
    made, found = Counter[str](), Counter[str]()
    for source, target in documents:
        # Most sources here are cut off: what their last sentence said cannot be known.
        if not source.rstrip().endswith((".", "!", "?")):
            continue
        if number_findings(_pairs(source, target), "zh-CN", TextKind.TRANSLATION):
            continue
        for name, error in ERRORS.items():
            spoiled = error(target, chance)
            if spoiled is not None and spoiled != target:
                made[name] += 1
                found[name] += _is_major(_pairs(source, spoiled))
    assert set(made) == set(ERRORS)
    assert sum(found.values()) >= 0.97 * sum(made.values()), (made, found)
    seldom = {name: found[name] / made[name] for name in made if found[name] < 0.93 * made[name]}
    assert not seldom


@pytest.mark.parametrize("language", ["ja", "zh-CN"])
def test_the_demo_translations_have_their_numbers(language: str) -> None:
    rows = [
        json.loads(line) for line in (_DEMO / f"{language}.jsonl").read_text("utf-8").splitlines()
    ]
    pairs = [(row["source"], row["target"]) for row in rows if "source" in row]
    assert len(pairs) > 200
    for pair in pairs:
        assert number_findings([pair], language, TextKind.TRANSLATION) == [], pair
        assert number_findings([pair], language, TextKind.SUMMARY) == [], pair


def test_what_real_abstracts_hold_survives_when_it_is_kept(shared_data: Path) -> None:
    """A translation that keeps every number as it is in English is not said to lack one."""
    with gzip.open(shared_data / "arxiv" / "batches.jsonl.gz", "rt", encoding="utf-8") as lines:
        abstracts = [json.loads(line)["abstract"] for line in lines][::6]
    assert len(abstracts) > 400
    kinds = {FindingKind.NUMBER_MISSING, FindingKind.NUMBER_CHANGED, FindingKind.UNIT_CHANGED}
    for abstract in abstracts:
        for language in ("ja", "zh-CN"):
            found = number_findings([(abstract, abstract)], language, TextKind.TRANSLATION)
            majors = [one for one in found if one.severity is Severity.MAJOR and one.kind in kinds]
            spelled = [one for one in majors if any(sign.isdigit() for sign in one.source)]
            assert not spelled, (language, spelled, abstract)
