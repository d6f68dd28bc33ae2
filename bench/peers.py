"""Other people's ranking (bm25s, rank-bm25) over the same papers, in a process of its own.

`python -m bench.peers PEER DATABASE [--known]` prints JSON. They take the words of titles,
names and abstracts in lower case, without English stop words, as their documentation shows it.
"""

import asyncio
import json
import logging
import random
import re
import sqlite3
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import numpy as np
import psutil
from numpy.typing import NDArray

from bench.archive import made_papers
from bench.queries import Words, parsed, words_of
from bench.search_quality import DEPTH, known_items, plain_words
from bot.text.query import Query

_ASKED = 200
_TOP = 20
_WORD = re.compile(r"\w\w+")

Ranker = Callable[[Sequence[str], int], Sequence[int]]
"""The places of the best papers for some words."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as we and as others are asked it."""

    text: str
    query: Query


@dataclass(frozen=True, slots=True)
class Measured:
    """What a peer took: seconds to make its index, how much resident memory that added,
    milliseconds a query; and the ids that it found, the best first."""

    made_s: float
    memory_mib: float
    ms: Sequence[float]
    found: Sequence[Sequence[str]]


def asked_of_peers(path: Path) -> list[Asked]:
    """Queries of two and three common words; the same ones each time. Blocks."""
    return _asked(words_of(path))


def _asked(words: Words) -> list[Asked]:
    dice = random.Random(3)
    texts = [" ".join(dice.sample(words.common, 2 + at % 2)) for at in range(_ASKED)]
    return [Asked(text, parsed(text)) for text in texts]


async def measure_peer(peer: str, path: Path, *, known: bool = False) -> Measured:
    """Measure a peer on the papers of a database, with `asked_of_peers`, or with the known-item
    queries."""
    command = [sys.executable, "-m", "bench.peers", peer, str(path), *(["--known"] * known)]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"{peer} could not be measured")
    return Measured(**json.loads(out))


def _imported() -> Any:
    """The package, which is slow to load, without its own log."""
    bm25s = import_module("bm25s")
    logging.getLogger("bm25s").setLevel(logging.WARNING)
    return bm25s


def bm25s_scores(texts: Sequence[str], asked: Sequence[str]) -> Sequence[NDArray[np.floating]]:
    """For each text that is asked with: bm25s's scores of all texts."""
    bm25s = _imported()
    index = bm25s.BM25()
    index.index(
        bm25s.tokenize(list(texts), stopwords="en", show_progress=False), show_progress=False
    )
    words = bm25s.tokenize(list(asked), stopwords="en", show_progress=False, return_ids=False)
    return [index.get_scores(one) for one in words]


def _bm25s(texts: Sequence[str]) -> Ranker:
    bm25s = _imported()
    index = bm25s.BM25()
    held = bm25s.tokenize(list(texts), stopwords="en", show_progress=False)
    index.index(held, show_progress=False)

    def best(words: Sequence[str], count: int) -> Sequence[int]:
        asked = bm25s.tokenize([" ".join(words)], stopwords="en", show_progress=False)
        places, scores = index.retrieve(asked, k=count, show_progress=False)
        return [int(place) for place, score in zip(places[0], scores[0], strict=True) if score > 0]

    return best


def _rank_bm25(texts: Sequence[str]) -> Ranker:
    index: Any = import_module("rank_bm25").BM25Okapi(
        [_WORD.findall(text.lower()) for text in texts]
    )

    def best(words: Sequence[str], count: int) -> Sequence[int]:
        scores: NDArray[np.float64] = index.get_scores(list(words))
        return [int(place) for place in np.argsort(-scores)[:count] if scores[place] > 0]

    return best


@click.command()
@click.argument("peer", type=click.Choice(["bm25s", "rank-bm25"]))
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--known", is_flag=True)
def main(peer: str, path: Path, known: bool) -> None:
    """Measure a peer on the papers of the database PATH."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        rows = connection.execute(
            "SELECT paper_id, title, authors, abstract FROM papers ORDER BY rowid"
        ).fetchall()
    ids = [row[0] for row in rows]
    if known:
        texts = [plain_words(item.text) for item in known_items(list(made_papers(len(ids))))]
    else:
        texts = [one.text for one in asked_of_peers(path)]
    papers = [f"{title} {' '.join(json.loads(people))} {text}" for _, title, people, text in rows]
    del rows
    before = psutil.Process().memory_info().rss
    started = time.perf_counter()
    best = (_bm25s if peer == "bm25s" else _rank_bm25)(papers)
    made = time.perf_counter() - started
    grown = (psutil.Process().memory_info().rss - before) / 2**20
    asked = [_WORD.findall(text.lower()) for text in texts]
    for words in asked[:3]:
        best(words, _TOP)
    took: list[float] = []
    found: list[list[str]] = []
    for words in asked:
        started = time.perf_counter()
        places = best(words, DEPTH if known else _TOP)
        took.append(1000 * (time.perf_counter() - started))
        found.append([ids[place] for place in places])
    print(json.dumps(asdict(Measured(made, grown, took, found))))


if __name__ == "__main__":
    main()
