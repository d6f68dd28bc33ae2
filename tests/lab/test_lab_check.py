"""`lab check`."""

from pathlib import Path

import pytest
from lab_stage import environment, is_empty, lab, lines

from bot.exits import Exit

_SOURCE = (
    "The model has 3B parameters. It reaches 93.5% on $\\alpha$-bench at https://example.org/x."
)
_GOOD = "该模型有30亿个参数。它在 $\\alpha$-bench 上达到93.5%，见 https://example.org/x。"
_WRONG = "该模型有3亿个参数。它在 $\\alpha$-bench 上达到93.5%，见 https://example.org/X。"
_PAIR = {"id": 1, "source": _SOURCE, "target": _GOOD, "language": "zh-CN", "kind": "translation"}


async def test_verdicts_and_findings(tmp_path: Path) -> None:
    records = [
        _PAIR,
        {**_PAIR, "id": "wrong", "target": _WRONG},
        {**_PAIR, "id": 3, "kind": "summary", "target": "该模型有30亿个参数。"},
        {**_PAIR, "id": 4, "kind": "summary", "target": "该模型有3亿个参数。"},
        {**_PAIR, "id": 5, "target": ""},
    ]
    ran = await lab(environment(tmp_path), "check", given=lines(records))
    assert (ran.code, ran.err) == (Exit.OK, "")
    good, wrong, summary, invented, nothing = ran.answers
    assert good["id"] == 1
    assert (good["verdict"], summary["verdict"]) != ("fail", "fail")
    assert [one["verdict"] for one in (wrong, invented, nothing)] == ["fail"] * 3
    assert wrong["id"] == "wrong"
    majors = {one["kind"] for one in wrong["findings"] if one["severity"] == "major"}
    assert "url-changed" in majors
    assert any(kind.startswith("number") for kind in majors)
    for one in wrong["findings"]:
        assert set(one) == {"kind", "severity", "source", "target"}
        assert one["source"] in _SOURCE
        assert one["target"] in _WRONG
    assert is_empty(tmp_path)


@pytest.mark.parametrize("language", ["zh", "zh-CN", "zh_cn", "zh-Hans", "ZH-hans-CN", " zh-SG "])
async def test_languages_in_any_usual_form(tmp_path: Path, language: str) -> None:
    file = tmp_path / "pairs.jsonl"
    file.write_bytes(lines([{**_PAIR, "language": language}]))
    ran = await lab(environment(tmp_path), "check", str(file))
    assert ran.code == Exit.OK
    assert ran.answers[0]["verdict"] != "fail"


async def test_the_kind_is_a_translation_unless_it_is_told(tmp_path: Path) -> None:
    record = {name: value for name, value in _PAIR.items() if name != "kind"}
    part = {**record, "id": 2, "target": "它在 $\\alpha$-bench 上达到93.5%。"}
    ran = await lab(environment(tmp_path), "check", given=lines([record, part]))
    assert ran.code == Exit.OK
    assert [one["verdict"] == "fail" for one in ran.answers] == [False, True]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"language": "tlh"}, "\"language\" is 'tlh'; known are en, ja,"),
        ({"language": ""}, "\"language\" is ''"),
        ({"kind": "poem"}, "\"kind\" is 'poem'; it can be translation, summary"),
        ({"target": None}, '"target" is not a text'),
        ({"id": 1.5}, '"id" is missing or neither a text nor a whole number'),
    ],
)
async def test_a_wrong_field_names_its_line(
    tmp_path: Path, change: dict[str, object], problem: str
) -> None:
    ran = await lab(environment(tmp_path), "check", given=lines([_PAIR, {**_PAIR, **change}]))
    assert (ran.code, len(ran.answers)) == (Exit.USAGE, 1)
    assert ran.err.startswith(f"paperboy lab: line 2: {problem}")


async def test_hostile_texts_are_checked_in_time(tmp_path: Path) -> None:
    hostile = ["$" * 100_000, "1," * 50_000, "三分之" * 40_000, "(" * 100_000, "a. " * 60_000]
    records = [
        {**_PAIR, "id": at, "source": text, "target": text} for at, text in enumerate(hostile)
    ]
    ran = await lab(environment(tmp_path), "check", given=lines(records))
    assert (ran.code, len(ran.answers)) == (Exit.OK, len(hostile))
