"""The sample batch: forty papers over two announcement days, for a demo without a network.

All of it is invented: papers, people, results, identifiers, links and references. Every record in
`sample_papers.jsonl` says so (`"invented": true`). The identifiers are of arXiv's form with
sequence numbers from 90000 on, which arXiv does not reach in a month; DOIs have Crossref's prefix
for examples, 10.5555. A record's `day` is 0 or 1 instead of a date. Two papers of day 0 come again
on day 1 with a new version, one of them withdrawn, and one is cross-listed.
"""

import json
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from typing import cast

from sandbox.arxiv.papers import PaperFile

_FILE = "sample_papers.jsonl"


def sample_records() -> Iterator[dict[str, object]]:
    """The records as they stand in the file, with `day` instead of `announced_on`."""
    text = files("sandbox.arxiv").joinpath(_FILE).read_text(encoding="utf-8")
    for line in text.splitlines():
        yield cast("dict[str, object]", json.loads(line))


def sample_papers(first: date, second: date) -> PaperFile:
    """The sample as if it were announced on two days, given by their Eastern dates.

    Raises ValueError if `second` is not after `first`.
    """
    if second <= first:
        raise ValueError(f"the second announcement day, {second}, must be after {first}")
    days = {0: first.isoformat(), 1: second.isoformat()}
    return PaperFile.from_records(
        (
            {**record, "announced_on": days[cast("int", record["day"])]}
            for record in sample_records()
        ),
        _FILE,
    )
