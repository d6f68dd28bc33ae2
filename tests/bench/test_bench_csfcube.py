"""CSFCube through `lab related`: what somebody measures who has only the command."""

import json
from pathlib import Path
from typing import Any

import pytest

from bench.csfcube import Collection, average_precision, evaluate, gain, load, shipped
from bot.lab.lines import Record
from bot.lab.related import Relating
from bot.relate.model import SimilarityModel


async def test_the_command_gives_the_figures_of_the_benchmark(
    shared_data: Path, tmp_path: Path
) -> None:
    whole = load(shared_data / "csfcube")
    # A part is enough to see that they are the same, and quick.
    judged = {key: whole.judged[key] for key in sorted(whole.judged)[::5]}
    ids = {one for key, candidates in judged.items() for one in (key[0], *candidates)}
    collection = Collection({one: whole.papers[one] for one in sorted(ids)}, judged)
    archive = tmp_path / "abstracts.jsonl"
    with archive.open("w", encoding="utf-8") as out:
        for one, (title, abstract) in collection.papers.items():
            out.write(json.dumps({"paper_id": one, "title": title, "abstract": abstract}) + "\n")
    records = [
        Record(number, {"id": key[0], "candidates": sorted(judged[key])})
        for number, key in enumerate(sorted(judged), 1)
    ]
    async with Relating.open(str(archive), limit=1) as relating:
        answers: list[Any] = [answer async for answer in relating.answers(records)]
    rows: list[tuple[float, float]] = []
    for key, answer in zip(sorted(judged), answers, strict=True):
        found = [one["id"] for one in answer["related"]]
        assert set(found) == set(judged[key])
        judgements = [judged[key][one] for one in found]
        rows.append((100 * average_precision(judgements), 100 * gain(judgements)))
    expected = evaluate(collection, shipped(collection, SimilarityModel()))
    assert rows == [pytest.approx(row) for row in expected.tolist()]
