"""An archive of many papers to measure with: real ones repeated and perturbed.

`python -m bench.archive FILE [--papers N]` writes one into a new database, as the bot's own
stores do: every paper waits for the indexes. Papers go by date over 2019 to June 2026, with
identifiers, versions and dates of arXiv's forms; every fortieth has a Chinese translation where
the data is there.
"""

import asyncio
import gzip
import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import click

from bench.perturbing import Mixer, Text, text_of
from bot.models import Paper, SentencePair, Translation, Verdict
from bot.store import papers as paper_rows
from bot.store.database import Database
from bot.store.translations import TranslationStore
from sandbox.arxiv.sample import sample_records

FULL = 200_000
FOLDER = "BENCH_FOLDER"
"""The environment variable that names the folder where a run of the benchmark keeps archives."""
NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
"""When the archive was made; no paper is newer."""

_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
PAPERS = _DATA / "arxiv" / "papers-30k.jsonl.gz"
TRANSLATIONS = _DATA / "translation" / "en-zh-llm-1500.jsonl.gz"
_SEED = 20_190_101
_FIRST_YEAR, _MONTHS = 2019, 90
# As many papers as arXiv gets in a busy month: numbers are spread over this range.
_A_MONTH = 20_000
_VERSIONS = (1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 4)
_TRANSLATED = 40
_AT_ONCE = 1000

_Item = TypeVar("_Item")


def source() -> str:
    """Where the papers of `made_papers` are from, for a figure's condition."""
    if PAPERS.is_file():
        return "mixed from 30,000 real ones"
    return "mixed from the invented sample"


def made_papers(count: int, *, seed: int = _SEED) -> Iterator[Paper]:
    """`count` papers, the oldest first; the same ones each time. Reads a file: blocks.

    Each real paper is there unchanged once, if `count` allows, and else with sentences, words,
    names and rare terms of others of its category.
    """
    bases = list(_texts())
    dice = random.Random(seed)
    rounds = -(-count // len(bases))
    mixer = Mixer(bases, seed) if rounds > 1 else None
    order: list[int] = []
    for number in range(count):
        turn, at = divmod(number, len(bases))
        if at == 0:
            order = list(range(len(bases)))
            dice.shuffle(order)
        base = bases[order[at]]
        text = base if mixer is None or order[at] % rounds == turn else mixer.mixed(base)
        yield _paper(number, count, text, dice)


def made_translations(papers: Sequence[Paper]) -> Iterator[Translation]:
    """A Chinese title and abstract for every fortieth of the papers, each of two real ones.

    Nothing where the data is absent.
    """
    if not TRANSLATIONS.is_file():
        return
    lines = [line for line in _lines(TRANSLATIONS) if line["title_zh"] and line["abstract_zh"]]
    dice = random.Random(len(papers))
    for paper in papers[::_TRANSLATED]:
        one, other = dice.choice(lines), dice.choice(lines)
        first, second = (line["abstract_zh"].split("。") for line in (one, other))
        mixed = [*first[: len(first) // 2], *second[len(second) // 2 :]]
        yield Translation(
            paper_id=paper.id,
            version=paper.version,
            language="zh-CN",
            provider="bench",
            title=SentencePair(paper.title, one["title_zh"]),
            sentences=tuple(SentencePair("", f"{part}。") for part in mixed if part),
            verdict=Verdict.PASS,
            findings=(),
            created_at=NOW,
        )


async def write_archive(path: Path, count: int) -> None:
    """Write `count` papers and their translations into a new database."""
    database = await Database.open(f"sqlite+aiosqlite:///{path}")
    try:
        papers: list[Paper] = []
        made = made_papers(count)
        while some := await asyncio.to_thread(_next, made, _AT_ONCE):
            await store(database, some)
            papers += some
        translations = {(one.paper_id, one.version, ""): one for one in made_translations(papers)}
        await TranslationStore(database).save(translations, replace=True)
    finally:
        await database.close()


async def store(database: Database, papers: Sequence[Paper]) -> None:
    """Store papers in one transaction, as enriching does."""
    async with database.write() as connection:
        await paper_rows.upsert(connection, papers, NOW, enriched=True)


def _next(items: Iterator[_Item], most: int) -> list[_Item]:
    return list(islice(items, most))


def _paper(number: int, count: int, text: Text, dice: random.Random) -> Paper:
    month, at = divmod(number * _MONTHS, count)
    year, in_year = _FIRST_YEAR + month // 12, month % 12 + 1
    first, following = (place * _A_MONTH // count for place in (at, at + _MONTHS))
    serial = 1 + first + int(dice.random() * (following - first))
    share = at / count  # of the month that has passed
    published = datetime(year, in_year, 1, tzinfo=UTC) + timedelta(days=28 * share)
    version = dice.choice(_VERSIONS)
    updated = min(NOW, published + timedelta(days=(version - 1) * dice.uniform(2, 200)))
    return Paper(
        id=f"{year % 100:02}{in_year:02}.{serial:05}",
        version=version,
        title=" ".join(text.title),
        abstract=text.abstract,
        authors=text.authors,
        categories=text.categories,
        primary_category=text.category,
        published=published,
        updated=updated,
        comment=text.comment,
    )


def _texts() -> Iterator[Text]:
    records: Iterable[Mapping[str, Any]] = _lines(PAPERS) if PAPERS.is_file() else sample_records()
    for record in records:
        text = text_of(record)
        if text is not None:
            yield text


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for line in stream:
            yield json.loads(line)


@click.command()
@click.argument("file", type=click.Path(exists=False, dir_okay=False, path_type=Path))
@click.option("--papers", default=FULL, show_default=True, help="How many papers.")
def main(file: Path, papers: int) -> None:
    """Write an archive of papers to measure with into FILE, a new SQLite database."""
    asyncio.run(write_archive(file, papers))


if __name__ == "__main__":
    main()
