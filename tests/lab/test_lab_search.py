"""`lab search`."""

import gzip
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from archive_stage import ARCHIVE, write
from lab_stage import answered, ended, environment, is_empty, lab, lines, started

from bot.exits import Exit
from bot.lab.lines import LineError, Record
from bot.lab.searching import Searching


async def _answers(
    archive: str, queries: Sequence[object], limit: int = 25, *, newest: bool = False
) -> list[Any]:
    records = [Record(number, {"query": one}) for number, one in enumerate(queries, 1)]
    async with Searching.open(archive, limit, newest=newest) as searching:
        return [answer async for answer in searching.answers(records)]


def _ids(answer: dict[str, Any]) -> list[object]:
    return [one["id"] for one in answer["results"]]


async def test_the_grammar_of_search(tmp_path: Path) -> None:
    archive = write(tmp_path / "archive.jsonl", [*ARCHIVE, {"id": 17, "title": "On Sloths"}])
    expected: dict[str, list[object]] = {
        "camera naps": ["2605.00001", "2605.00002"],
        '"pose detector" -collar': ["2605.00001"],
        "ti:dogs -ti:cats": ["2605.00003"],
        'au:"A. Muller" collar': ["2605.00002"],
        "cat:eess.* naps": ["2605.00002"],
        "id:hep-th/9901001": ["hep-th/9901001"],
        "naps since:2026-05-10": ["2605.00003"],
        "holes until:1999-12": ["hep-th/9901001"],
        "sloths": [17],
        "unicorns": [],
        "": [],
    }
    answers = await _answers(archive, list(expected))
    assert [answer["query"] for answer in answers] == list(expected)
    assert {answer["query"]: sorted(_ids(answer), key=str) for answer in answers} == expected
    for answer in answers:
        scores = [one["score"] for one in answer["results"]]
        assert scores == sorted(scores, reverse=True)


async def test_newest_first_and_the_limit(tmp_path: Path) -> None:
    archive = write(tmp_path / "archive.jsonl")
    (answer,) = await _answers(archive, ["naps"], limit=2, newest=True)
    assert _ids(answer) == ["2605.00003", "2605.00002"]


async def test_malformed_queries_give_hints(tmp_path: Path) -> None:
    queries = [
        "cats (OR",
        "au:",
        "'; DROP TABLE papers; --",
        'naps NEAR("x',
        "🐈",
        "\x00",
        "א" * 4000,
    ]
    answers = await _answers(write(tmp_path / "archive.jsonl"), [*queries, "naps"])
    assert [answer["query"] for answer in answers] == [*queries, "naps"]
    assert all(answer["hints"] for answer in answers[:2])
    assert len(answers[-1]["results"]) == 3


_NO_WORD = "There is no word in that to search for. Give me a few words of the topic."
_ONLY_NOT = "That only says what to leave out. Add a word that the papers should have."


@pytest.mark.parametrize(
    ("query", "hints"),
    [
        ("", [_NO_WORD]),
        ("  \n", [_NO_WORD]),
        ("🐈", [_NO_WORD]),
        ("\x00", [_NO_WORD]),
        ('"“…', [_NO_WORD]),
        ("-cat", [_ONLY_NOT]),
        ("-cat:cs.CL", [_ONLY_NOT]),
        ("au:", ["Nothing stands after `au:`."]),
        ("au: -cat", ["Nothing stands after `au:`.", _ONLY_NOT]),
    ],
)
async def test_who_asks_for_nothing_is_told_so_in_the_sentence_of_the_command(
    tmp_path: Path, query: str, hints: list[str]
) -> None:
    (answer,) = await _answers(write(tmp_path / "archive.jsonl"), [query])
    assert answer == {"query": query, "results": [], "hints": hints}


async def test_days_or_a_category_alone_are_a_query(tmp_path: Path) -> None:
    queries = ["since:2026-05-09", "cat:hep-th", "-naps cat:cs.*"]
    answers = await _answers(write(tmp_path / "archive.jsonl"), queries)
    assert [_ids(one) for one in answers] == [
        ["2605.00003", "2605.00002"],
        ["hep-th/9901001"],
        [],
    ]
    assert all("hints" not in one for one in answers)


@pytest.mark.parametrize("query", [None, 3, ["naps"]])
async def test_a_query_that_is_no_text_names_its_line(tmp_path: Path, query: object) -> None:
    with pytest.raises(LineError, match='line 2: "query" is'):
        await _answers(write(tmp_path / "archive.jsonl"), ["naps", query])


async def test_the_command_answers_line_by_line(tmp_path: Path) -> None:
    archive = write(tmp_path / "archive.jsonl")
    data = tmp_path / "data"
    data.mkdir()
    async with started(environment(data), "search", "--archive", archive) as process:
        assert _ids(await answered(process, {"query": "sleep"})) == ["2605.00001"]
        again = await answered(process, {"query": "kennels", "id": 5, "other": 1})
        assert (again["id"], again["query"], _ids(again)) == (5, "kennels", ["2605.00003"])
        assert process.stdin is not None
        process.stdin.close()
        ran = await ended(process)
    assert (ran.code, ran.out, ran.err) == (Exit.OK, "", "")
    assert is_empty(data)


async def test_queries_from_a_file(tmp_path: Path) -> None:
    archive = write(tmp_path / "archive.jsonl")
    queries = tmp_path / "queries.jsonl.gz"
    queries.write_bytes(gzip.compress(lines([{"query": "sleep"}, {"query": "-naps", "id": "q2"}])))
    command = ("search", "--archive", archive, "--queries", str(queries))
    # What comes on standard input is not read then.
    ran = await lab(environment(tmp_path / "data"), *command, given=b"nonsense")
    assert (ran.code, ran.err) == (Exit.OK, "")
    assert [_ids(one) for one in ran.answers] == [["2605.00001"], []]
    assert [one.get("hints") for one in ran.answers] == [None, [_ONLY_NOT]]
    queries.write_bytes(lines([{"query": "sleep"}, {"id": 1}]))
    ran = await lab(environment(tmp_path / "data"), *command)
    assert (ran.code, len(ran.answers)) == (Exit.USAGE, 1)
    assert ran.err.startswith('paperboy lab: line 2: "query" is missing')
    missing = str(tmp_path / "none.jsonl")
    ran = await lab(environment(tmp_path / "data"), *command[:-1], missing)
    assert (ran.code, ran.out) == (Exit.USAGE, "")
    assert f"'{missing}' does not exist" in ran.err
