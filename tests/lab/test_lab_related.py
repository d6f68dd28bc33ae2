"""`lab related`."""

import gzip
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from archive_stage import ARCHIVE, write
from lab_stage import answered, ended, environment, is_empty, lab, lines, started

from bot.exits import Exit
from bot.lab.lines import LineError, Record
from bot.lab.related import Relating, falling


async def _answers(archive: str, queries: Sequence[dict[str, Any]], limit: int = 25) -> Any:
    records = [Record(number, one) for number, one in enumerate(queries, 1)]
    async with Relating.open(archive, limit) as relating:
        return [answer async for answer in relating.answers(records)]


def _ids(answer: dict[str, Any]) -> list[object]:
    return [one["id"] for one in answer["related"]]


async def test_the_likest_come_first_with_score_and_reasons(tmp_path: Path) -> None:
    (answer,) = await _answers(write(tmp_path / "archive.jsonl"), [{"id": "2605.00001"}])
    assert set(answer) == {"id", "related"}
    first = answer["related"][0]
    assert first["id"] == "2605.00002"
    assert set(first) == {"id", "score", "why"}
    assert 0 < first["score"] <= 100
    assert any("nap" in term.lower() for term in first["why"]["terms"])
    assert first["why"]["authors"] == ["Ann Müller"]
    assert any("example/catwatch" in one for one in first["why"]["resources"])
    assert "2605.00001" not in _ids(answer)
    assert "hep-th/9901001" not in _ids(answer)


async def test_all_candidates_are_ranked_once_and_unknown_ones_are_named(tmp_path: Path) -> None:
    asked = {
        "id": "2605.00001v1",
        "candidates": [
            *("hep-th/9901001", "2605.00003", "2605.99999", 17),
            *("2605.00002v3", "2605.00002", "2605.00001"),
        ],
    }
    (answer,) = await _answers(write(tmp_path / "archive.jsonl"), [asked], limit=1)
    assert answer["id"] == "2605.00001v1"
    assert _ids(answer) == ["2605.00001", "2605.00002", "2605.00003", "hep-th/9901001"]
    assert answer["unknown"] == ["2605.99999", 17]
    scores = [one["score"] for one in answer["related"]]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == len(scores)
    assert 99 < scores[0] <= 100


async def test_the_limit_and_an_unknown_query(tmp_path: Path) -> None:
    archive = write(tmp_path / "archive.jsonl")
    queries: list[dict[str, Any]] = [
        {"id": "2605.00002"},
        {"id": "9"},
        {"id": "2605.00001", "candidates": []},
    ]
    first, unknown, none = await _answers(archive, queries, limit=1)
    assert len(first["related"]) == 1
    assert unknown == {"id": "9", "related": [], "unknown": ["9"]}
    assert none == {"id": "2605.00001", "related": []}


async def test_papers_without_a_word_to_compare_by(tmp_path: Path) -> None:
    empty = [{"id": 1, "title": "", "abstract": ""}, {"id": 2, "title": "$x$", "abstract": "。"}]
    archive = write(tmp_path / "archive.jsonl", [*empty, *ARCHIVE])
    queries: list[dict[str, Any]] = [
        {"id": 1},
        {"id": 1, "candidates": ["2605.00001", 2]},
        {"id": "2605.00001"},
    ]
    alone, among, other = await _answers(archive, queries)
    assert alone["related"] == []
    assert sorted(map(str, _ids(among))) == ["2", "2605.00001"]
    assert 1 not in _ids(other)
    (answer,) = await _answers(write(tmp_path / "none.jsonl", []), [{"id": "a"}])
    assert answer == {"id": "a", "related": [], "unknown": ["a"]}


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ({}, '"id" is missing or neither a text nor a whole number'),
        ({"id": "a", "candidates": "b"}, '"candidates" is not a list of ids'),
        (
            {"id": "a", "candidates": ["b", None]},
            '"candidates" holds what is neither a text nor a whole number',
        ),
    ],
)
async def test_a_wrong_query_names_its_line(
    tmp_path: Path, query: dict[str, object], problem: str
) -> None:
    with pytest.raises(LineError) as raised:
        await _answers(write(tmp_path / "archive.jsonl"), [{"id": "2605.00001"}, query])
    assert str(raised.value) == f"line 2: {problem}"


def test_scores_fall_by_little() -> None:
    assert falling([]) == []
    assert falling([80.0, 40.0]) == [80.0, 40.0]
    assert falling([100.0, 100.0, 0.0, 0.0]) == [100.0, 99.9999, 0.0001, 0.0]


async def test_the_command_answers_line_by_line(tmp_path: Path) -> None:
    archive = tmp_path / "archive.jsonl"
    archive.write_bytes(gzip.compress(lines(ARCHIVE)))
    data = tmp_path / "data"
    data.mkdir()
    arguments = ("related", "--archive", str(archive), "--limit", "2")
    async with started(environment(data), *arguments) as process:
        for query in ({"id": "2605.00001"}, {"id": "2605.00002", "candidates": ["2605.00003"]}):
            answer = await answered(process, query)
            assert answer["id"] == query["id"]
            assert answer["related"]
        assert process.stdin is not None
        process.stdin.write(b'{"id": \n')
        process.stdin.close()
        ran = await ended(process)
    assert (ran.code, ran.out) == (Exit.USAGE, "")
    assert ran.err.startswith("paperboy lab: line 3: it is not JSON")
    assert is_empty(data)


async def test_a_wrong_archive_ends_the_command(tmp_path: Path) -> None:
    archive = write(tmp_path / "papers.jsonl", [{"id": 1}])
    ran = await lab(environment(tmp_path), "related", "--archive", archive)
    assert (ran.code, ran.out) == (Exit.USAGE, "")
    assert ran.err == ('paperboy lab: papers.jsonl, line 1: "title" and "abstract" are missing\n')


async def test_queries_from_a_file(tmp_path: Path) -> None:
    archive = write(tmp_path / "archive.jsonl")
    queries = tmp_path / "queries.jsonl"
    queries.write_bytes(lines([{"id": "2605.00003"}, {"id": "2605.99999"}]))
    command = ("related", "--archive", archive, "--limit", "1", "--queries", str(queries))
    # What comes on standard input is not read then.
    ran = await lab(environment(tmp_path / "data"), *command, given=b"nonsense")
    assert (ran.code, ran.err) == (Exit.OK, "")
    first, second = ran.answers
    assert (first["id"], len(first["related"])) == ("2605.00003", 1)
    assert second == {"id": "2605.99999", "related": [], "unknown": ["2605.99999"]}
