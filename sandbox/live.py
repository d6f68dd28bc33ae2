"""Papers for the demo from arXiv itself, where it can be reached."""

import asyncio
import os
import tempfile
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from rich.console import Console

from bot.errors import SourceError
from bot.models import AnnounceType, FeedEntry
from bot.settings import load
from bot.sources import calendar
from bot.sources.bundle import ArxivSources
from sandbox.arxiv.papers import PaperFile

_REACH_S = 10.0
_WHOLE_S = 180.0
_MOST_COMMENTED = 200


async def fetch_live(
    categories: Iterable[str],
    console: Console,
    *,
    environ: Mapping[str, str] = os.environ,
    now: datetime | None = None,
) -> PaperFile | None:
    """arXiv's last announcement day in these categories, or None if it cannot be reached.

    Within arXiv's terms: one request every three seconds. Where the feeds are empty, as on
    weekends, OAI-PMH gives the last day on which there was an announcement.
    """
    kept = {k: v for k, v in environ.items() if k.startswith("PAPERBOY_ARXIV_")}
    with tempfile.TemporaryDirectory(prefix="paperboy-live-") as folder:
        settings = load(kept | {"PAPERBOY_DATA_DIR": folder}, Path(os.devnull))
        sources = ArxivSources.open(settings)
        try:
            async with asyncio.timeout(_WHOLE_S):
                return await _fetch(sources, list(categories), console, now or datetime.now(UTC))
        except (SourceError, TimeoutError) as error:
            reason = str(error) or "no answer in time"
            console.print(f"arXiv cannot be reached: {reason}", markup=False)
            return None
        finally:
            await sources.close()


async def _fetch(
    sources: ArxivSources, categories: list[str], console: Console, now: datetime
) -> PaperFile | None:
    entries: list[FeedEntry] = []
    day: date | None = None
    for number, category in enumerate(categories):
        console.print(f"  today's {category} …")
        async with asyncio.timeout(_REACH_S if number == 0 else _WHOLE_S):
            batch = await sources.feed.fetch(category)
        if batch is not None and batch.entries:
            day = batch.day
            entries += batch.entries
    if not entries:
        console.print("arXiv announces nothing today; asking for the last announcement day …")
        day, entries = await _last_day(sources, categories, now, console)
    if day is None or not entries:
        console.print(
            "arXiv answers, but tells of no paper in these categories, neither for today nor for "
            "the last announcement day."
        )
        return None
    console.print(f"  comments of the {min(len(entries), _MOST_COMMENTED)} papers …")
    ids = [entry.paper.versioned_id for entry in entries]
    found = await sources.api.papers(ids[:_MOST_COMMENTED])
    comments = {paper.id: paper.comment for paper in found}
    console.print(f"{len(entries)} announcements of {day:%A %d %B %Y} from arXiv itself.")
    return PaperFile.from_records(_records(day, entries, comments), "arXiv")


async def _last_day(
    sources: ArxivSources, categories: list[str], now: datetime, console: Console
) -> tuple[date | None, list[FeedEntry]]:
    today = calendar.eastern_date(now)
    last = calendar.announcement_days(today - timedelta(days=14), today)[-1]
    entries: list[FeedEntry] = []
    for category in categories:
        console.print(f"  {category} of {last:%A %d %B %Y} …")
        harvest = sources.oai.harvest(category, last, last)
        entries += [FeedEntry(record.paper, record.type) async for record in harvest]
    return (last, entries) if entries else (None, [])


def _records(
    day: date, entries: Iterable[FeedEntry], comments: Mapping[str, str | None]
) -> list[Mapping[str, object]]:
    records: dict[str, Mapping[str, object]] = {}
    for entry in entries:
        paper = entry.paper
        again = entry.type in {AnnounceType.REPLACE, AnnounceType.REPLACE_CROSS}
        records[paper.id] = {
            "id": paper.id,
            "version": paper.version,
            "title": paper.title,
            "abstract": paper.abstract,
            "authors": list(paper.authors),
            "categories": list(paper.categories),
            "primary_category": paper.primary_category,
            "published": None,
            "comment": comments.get(paper.id) or paper.comment,
            "doi": paper.doi,
            "journal_ref": paper.journal_ref,
            "license": paper.license,
            "announced_on": day.isoformat(),
            "announce_type": "replace" if again else "new",
        }
    return list(records.values())
