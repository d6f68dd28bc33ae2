"""The announcement day that is measured with: real where the data is there, else invented."""

import re
from datetime import date
from pathlib import Path
from typing import cast

from sandbox.arxiv.papers import PaperFile
from sandbox.arxiv.sample import sample_records

DAY = date(2026, 6, 16)
_REAL = Path(__file__).resolve().parents[2] / "shared" / "data" / "arxiv" / "batches.jsonl.gz"
_PAPERS = 560
_SENTENCE = re.compile(r"(?<=[.!?]) ")


def big_day() -> tuple[PaperFile, str]:
    """A file with a day of 560 papers (`DAY`), and where they are from. Reads a file: blocks."""
    if _REAL.is_file():
        file = PaperFile.load(_REAL)
        return file, f"the {len(file.announced(DAY))} real papers of {DAY}"
    return PaperFile.from_records(_perturbed()), f"{_PAPERS} papers mixed from the invented sample"


def _perturbed() -> list[dict[str, object]]:
    """Papers of the sample's halves: each with the title and people of one, abstracts of two."""
    samples = [record for record in sample_records() if record["version"] == 1]
    made: list[dict[str, object]] = []
    for number in range(_PAPERS):
        one = samples[number % len(samples)]
        other = samples[(number * 7 + number // len(samples)) % len(samples)]
        first, second = (
            _SENTENCE.split(cast("str", record["abstract"])) for record in (one, other)
        )
        halves = [*first[: len(first) // 2 + 1], *second[len(second) // 2 :]]
        made.append(
            {
                **one,
                "id": f"2606.{10_000 + number}",
                "title": f"{one['title']} ({number})",
                "abstract": " ".join(halves),
                "announce_type": "new",
                "announced_on": DAY.isoformat(),
            }
        )
    return made
