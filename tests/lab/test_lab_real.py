"""`lab` on real papers and real translations."""

import gzip
import json
from itertools import islice
from pathlib import Path
from typing import Any

from lab_stage import environment, lab, lines

from bot.exits import Exit
from bot.text.sentences import sentence_texts

_PAPERS, _PAIRS = 300, 100


def _read(path: Path, most: int) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        return [json.loads(line) for line in islice(stream, most)]


async def test_real_papers_are_summarized(shared_data: Path, tmp_path: Path) -> None:
    papers = _read(shared_data / "arxiv" / "batches.jsonl.gz", _PAPERS)
    ran = await lab(environment(tmp_path), "summarize", given=lines(papers))
    assert (ran.code, ran.err) == (Exit.OK, "")
    assert [answer["id"] for answer in ran.answers] == [paper["id"] for paper in papers]
    for paper, answer in zip(papers, ran.answers, strict=True):
        assert answer["tldr"]
        places = [takeaway["sentence"] for takeaway in answer["takeaways"]]
        assert places == sorted(places)
        assert all(0 <= place < len(sentence_texts(paper["abstract"])) for place in places)


async def test_real_translations_are_checked(shared_data: Path, tmp_path: Path) -> None:
    known = _read(shared_data / "translation" / "en-zh-llm-1500.jsonl.gz", _PAIRS)
    records = [
        {"id": at, "source": one["abstract"], "target": one["abstract_zh"], "language": "zh-CN"}
        for at, one in enumerate(known)
    ]
    ran = await lab(environment(tmp_path), "check", given=lines(records))
    assert (ran.code, len(ran.answers)) == (Exit.OK, _PAIRS)
    failed = sum(answer["verdict"] == "fail" for answer in ran.answers)
    assert failed < _PAIRS // 5  # they are mostly right
    for one, answer in zip(known, ran.answers, strict=True):
        for finding in answer["findings"]:
            assert finding["severity"] in {"minor", "major"}
            assert finding["source"] or finding["target"]
            assert len(finding["target"]) <= len(one["abstract_zh"])
