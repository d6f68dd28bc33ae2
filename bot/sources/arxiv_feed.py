"""arXiv's announcement feed of one category (RSS 2.0), which holds one Eastern day only."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from email.utils import parsedate_to_datetime
from functools import partial
from urllib.parse import quote
from xml.etree.ElementTree import Element

import structlog

from bot.errors import SourceGarbled
from bot.models import AnnounceType, FeedBatch, FeedEntry, Paper
from bot.sources.http import ArxivHttp
from bot.sources.names import MAX_AUTHORS_CHARS, split_authors
from bot.sources.records import bounded, says_withdrawn, split_id
from bot.sources.taxonomy import canonical, keep_categories
from bot.sources.xml import parse, run_parser, text_of

log = structlog.get_logger(__name__)

FEED_URL = "https://rss.arxiv.org/rss"
SOURCE = "arXiv feed"
# arXiv cuts its feeds off here, newest papers first to go (its RSS help page).
CUT_OFF = 2000

_DC = "{http://purl.org/dc/elements/1.1/}"
_ARXIV = "{http://arxiv.org/schemas/atom}"
_ABSTRACT_HEAD = re.compile(r"^arXiv:(\S+) Announce Type: ?(\S+) ?(?:Abstract: ?)?")


class ArxivFeed:
    """Reads feeds by HTTP. Implements FeedSource."""

    def __init__(self, http: ArxivHttp, base: str = FEED_URL) -> None:
        self._http = http
        self._base = base.rstrip("/")

    async def fetch(
        self, category: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> FeedBatch | None:
        """The feed of one category, or None if it did not change since the validators were given.

        Announce types are relative to what is asked for, so only single categories give the
        types that the category's readers see. Raises SourceUnavailable or SourceGarbled.
        """
        validators: dict[str, str] = {}
        if etag:
            validators["If-None-Match"] = etag
        if last_modified:
            validators["If-Modified-Since"] = last_modified
        answer = await self._http.get(
            SOURCE,
            f"{self._base}/{quote(category, safe='')}",
            headers=validators,
            accept=frozenset({200, 304}) if validators else frozenset({200}),
        )
        if answer.status == 304:
            return None
        feed = await run_parser(partial(parse_feed, category), answer.body)
        return FeedBatch(
            category=category,
            day=feed.day,
            entries=feed.entries,
            truncated=feed.items >= CUT_OFF,
            etag=answer.headers.get("etag"),
            last_modified=answer.headers.get("last-modified"),
        )


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """The day that a feed states, its readable entries, and how many items it had in all."""

    day: date
    entries: tuple[FeedEntry, ...]
    items: int


def parse_feed(category: str, body: bytes) -> ParsedFeed:
    """Read a feed's document. An unreadable item is left out with a warning.

    Raises SourceGarbled if the document as a whole is not a feed with a day.
    """
    root = parse(SOURCE, body)
    channel = root.find("channel")
    if root.tag != "rss" or channel is None:
        raise SourceGarbled(SOURCE, f"not an RSS feed: its root is {root.tag[:60]!r}")
    day = _day(text_of(channel, "pubDate"))
    items = channel.findall("item")
    best: dict[str, FeedEntry] = {}
    for entry in _entries(category, items):
        known = best.get(entry.paper.id)
        if known is None or known.paper.version < entry.paper.version:
            best[entry.paper.id] = entry
    if items and not best:
        raise SourceGarbled(SOURCE, f"none of its {len(items)} items could be read")
    return ParsedFeed(day, tuple(best.values()), len(items))


def _day(written: str | None) -> date:
    """The date as the feed writes it: its zone is US Eastern, so no conversion is wanted."""
    if not written:
        raise SourceGarbled(SOURCE, "it does not state its day (no pubDate)")
    try:
        return parsedate_to_datetime(written.strip()).date()
    except (ValueError, TypeError, IndexError, OverflowError) as error:
        raise SourceGarbled(SOURCE, f"unreadable pubDate: {written[:60]!r}") from error


def _entries(category: str, items: list[Element]) -> Iterator[FeedEntry]:
    for number, item in enumerate(items):
        try:
            yield _entry(category, item)
        except ValueError as error:
            guid = (text_of(item, "guid") or "")[:80]
            log.warning(
                "feed_item_skipped", category=category, item=number, guid=guid, reason=str(error)
            )


def _entry(category: str, item: Element) -> FeedEntry:
    description = bounded(text_of(item, "description"), "description")
    head = _ABSTRACT_HEAD.match(description)
    id_, version = _identifier(item, head[1] if head else "")
    written_type = bounded(text_of(item, f"{_ARXIV}announce_type"), "announce_type")
    if not written_type and head:
        written_type = head[2]
    try:
        type_ = AnnounceType(written_type)
    except ValueError:
        raise ValueError(f"unknown announce type {written_type[:40]!r}") from None
    abstract = description[head.end() :] if head else description
    categories = keep_categories(
        bounded(child.text, "category") for child in item.findall("category")
    ) or (category,)
    paper = Paper(
        id=id_,
        version=version,
        title=bounded(text_of(item, "title"), "title"),
        abstract=abstract,
        authors=_authors(item),
        categories=categories,
        primary_category=_primary(category, type_, categories),
        doi=bounded(text_of(item, f"{_ARXIV}DOI"), "DOI") or None,
        journal_ref=bounded(text_of(item, f"{_ARXIV}journal_reference"), "journal reference")
        or None,
        license=bounded(text_of(item, f"{_DC}rights"), "rights") or None,
        withdrawn=says_withdrawn(abstract=abstract),
    )
    return FeedEntry(paper, type_)


def _identifier(item: Element, described: str) -> tuple[str, int]:
    """Identifier and version from the guid, else from the link or the description's first words."""
    texts = (text_of(item, "guid"), described, text_of(item, "link"))
    found = [this for text in texts if text and (this := split_id(text[:200]))]
    if not found:
        raise ValueError("no arXiv identifier")
    for id_, version in found:
        if version is not None:
            return id_, version
    return found[0][0], 1


def _authors(item: Element) -> tuple[str, ...]:
    """Authors of one `dc:creator` with commas, as arXiv writes it, or of several."""
    names: list[str] = []
    for creator in item.findall(f"{_DC}creator"):
        names.extend(split_authors(creator.text or ""))
    if sum(map(len, names)) > MAX_AUTHORS_CHARS:
        raise ValueError(f"{len(names)} authors in all")
    return tuple(names)


def _primary(category: str, type_: AnnounceType, categories: tuple[str, ...]) -> str:
    """The primary category: what is new in a category has it as its primary one.

    For the others it is the first, as arXiv orders them.
    """
    if type_ in {AnnounceType.NEW, AnnounceType.REPLACE}:
        for one in categories:
            if canonical(one) == canonical(category):
                return one
    return categories[0]
