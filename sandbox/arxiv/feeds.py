"""The announcement feeds: `/rss/{names}` and `/atom/{names}`.

A feed holds one Eastern day, today's, and is empty under today's header when nothing was
announced. Sources: arXiv's help pages on its feeds, real feeds, and arXiv's open feed service,
which also decides what the pages leave open:
- names are joined by `+`, in any case; an archive stands for all its categories;
- the type is relative to the requested set; replacements from version 6 on are left out;
- at most 2,000 items are taken, replacements before cross-lists before new papers, and then
  shown the other way round: new papers first, each type by rising identifier;
- a name that does not exist gives HTTP 400 and a feed that says "Feed error" in its title.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.utils import format_datetime

from sandbox.arxiv.days import eastern_day, eastern_midnight
from sandbox.arxiv.markup import Answer, XmlWriter
from sandbox.arxiv.papers import PaperFile
from sandbox.arxiv.records import AnnounceType, PaperVersion
from sandbox.arxiv.taxonomy import ARCHIVES, canonical, expand

RESULT_LIMIT = 2000
REPLACEMENTS_BELOW_VERSION = 6

_LISTING_ORDER = (
    AnnounceType.REPLACE_CROSS,
    AnnounceType.REPLACE,
    AnnounceType.CROSS,
    AnnounceType.NEW,
)
_RSS_NAMESPACES = {
    "xmlns:arxiv": "http://arxiv.org/schemas/atom",
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
    "xmlns:atom": "http://www.w3.org/2005/Atom",
    "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
    "version": "2.0",
}
_ATOM_NAMESPACES = {
    "xmlns:arxiv": "http://arxiv.org/schemas/atom",
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
    "xmlns": "http://www.w3.org/2005/Atom",
    "xml:lang": "en-us",
}


class FeedNameError(Exception):
    """A feed was asked for by a name that arXiv does not have."""


@dataclass(frozen=True, slots=True)
class FeedRequest:
    """The archives and categories of a feed, as arXiv spells and orders them."""

    names: tuple[str, ...]
    categories: frozenset[str]

    @classmethod
    def parse(cls, spec: str) -> "FeedRequest":
        """Read `cs.CL`, `cs` or `cs.CL+q-bio.NC`. Raises FeedNameError."""
        names: list[str] = []
        for part in spec.split("+"):
            name = canonical(part.strip())
            if name is None:
                raise FeedNameError(f"There is no archive or subject class named '{part}'.")
            if name not in names:
                names.append(name)
        names.sort(key=lambda name: name not in ARCHIVES)  # archives come first
        return cls(tuple(names), expand(names))


@dataclass(frozen=True, slots=True)
class Late:
    """A feed whose items come late: all but the first `keep` are missing before `until`."""

    until: datetime
    keep: int = 0


@dataclass(slots=True)
class FeedTroubles:
    """Troubles that arXiv's feeds were seen to have, by category (or archive) name.

    `stale`: under today's header stand the items of the last announcement day before today.
    `late`: items appear only after an instant. A combined feed has the trouble of any of its
    names. `changed_at` is when a trouble last began or ended, for Last-Modified.
    """

    stale: set[str] = field(default_factory=set[str])
    late: dict[str, Late] = field(default_factory=dict[str, Late])
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed holds at an instant. `built_at` is when its content last changed."""

    request: FeedRequest
    day: date
    built_at: datetime
    items: tuple[tuple[AnnounceType, PaperVersion], ...]


def listed_type(paper: PaperVersion, categories: frozenset[str]) -> AnnounceType | None:
    """The announce type of a paper relative to a set of categories, or None if it is not shown."""
    if categories.isdisjoint(paper.announced_in):
        return None
    if paper.type is AnnounceType.CROSS:
        return AnnounceType.CROSS
    primary = paper.primary_category in categories
    if paper.type.is_replacement:
        if paper.version >= REPLACEMENTS_BELOW_VERSION:
            return None
        return AnnounceType.REPLACE if primary else AnnounceType.REPLACE_CROSS
    return AnnounceType.NEW if primary else AnnounceType.CROSS


def listing(
    papers: PaperFile, day: date, categories: frozenset[str]
) -> tuple[tuple[AnnounceType, PaperVersion], ...]:
    """A day's items in the order of a feed, cut to the limit."""
    items = [
        (kind, paper)
        for paper in papers.announced(day, categories)
        if (kind := listed_type(paper, categories)) is not None
    ]
    items.sort(key=lambda item: item[1].id, reverse=True)
    items.sort(key=lambda item: _LISTING_ORDER.index(item[0]))
    return tuple(reversed(items[:RESULT_LIMIT]))


def make_feed(
    papers: PaperFile, request: FeedRequest, now: datetime, troubles: FeedTroubles
) -> Feed:
    """The feed as it stands at `now`."""
    day = eastern_day(now)
    built_at = eastern_midnight(day)
    if troubles.changed_at is not None:
        built_at = max(built_at, min(troubles.changed_at, now))
    shown: date | None = day
    if troubles.stale.intersection(request.names):
        shown = papers.day_before(day)
    items = listing(papers, shown, request.categories) if shown else ()
    for name in request.names:
        if late := troubles.late.get(name):
            if now < late.until:
                items = items[: late.keep]
            elif eastern_day(late.until) == day:
                built_at = max(built_at, late.until)
    return Feed(request, day, built_at, items)


def feed_answer(
    papers: PaperFile, form: str, spec: str, now: datetime, troubles: FeedTroubles
) -> Answer:
    """The answer to `/rss/{spec}` or `/atom/{spec}`; `form` is "rss" or "atom"."""
    content_type = f"application/{form}+xml"
    try:
        feed = make_feed(papers, FeedRequest.parse(spec), now, troubles)
    except FeedNameError as error:
        body = _error_document(form, spec, str(error), eastern_midnight(eastern_day(now)))
        return Answer(400, content_type, body)
    body = _rss(feed) if form == "rss" else _atom(feed)
    headers = {
        "ETag": f'"{hashlib.sha256(body).hexdigest()}"',
        "Last-Modified": _http_date(feed.built_at),
    }
    return Answer(200, content_type, body, headers)


def _rss(feed: Feed) -> bytes:
    names = ", ".join(feed.request.names)
    xml = XmlWriter()
    midnight = format_datetime(eastern_midnight(feed.day))
    with xml.element("rss", _RSS_NAMESPACES), xml.element("channel"):
        _rss_header(
            xml,
            "+".join(feed.request.names),
            f"{names} updates on arXiv.org",
            f"{names} updates on the arXiv.org e-print archive.",
            feed.built_at,
            midnight=midnight,
        )
        with xml.element("skipDays"):
            xml.leaf("day", "Sunday")
            xml.leaf("day", "Saturday")
        for kind, paper in feed.items:
            with xml.element("item"):
                xml.leaf("title", paper.title)
                xml.leaf("link", f"https://arxiv.org/abs/{paper.id}")
                xml.leaf("description", _description(kind, paper))
                xml.leaf("guid", f"oai:arXiv.org:{paper.versioned_id}", {"isPermaLink": "false"})
                for category in paper.categories:
                    xml.leaf("category", category)
                xml.leaf("pubDate", midnight)
                xml.leaf("arxiv:announce_type", kind)
                xml.leaf("dc:rights", paper.license)
                xml.optional("arxiv:DOI", paper.doi)
                xml.optional("arxiv:journal_reference", paper.journal_ref)
                xml.leaf("dc:creator", ", ".join(paper.authors))
    return xml.document()


def _rss_header(
    xml: XmlWriter, spec: str, title: str, description: str, built_at: datetime, *, midnight: str
) -> None:
    link = f"http://rss.arxiv.org/rss/{spec}"
    xml.leaf("title", title)
    xml.leaf("link", link)
    xml.leaf("description", description)
    xml.leaf("atom:link", None, {"href": link, "rel": "self", "type": "application/rss+xml"})
    xml.leaf("docs", "http://www.rssboard.org/rss-specification")
    xml.leaf("language", "en-us")
    xml.leaf("lastBuildDate", _http_date(built_at).replace("GMT", "+0000"))
    xml.leaf("managingEditor", "rss-help@arxiv.org")
    xml.leaf("pubDate", midnight)


def _atom(feed: Feed) -> bytes:
    names = ", ".join(feed.request.names)
    xml = XmlWriter()
    with xml.element("feed", _ATOM_NAMESPACES):
        _atom_header(
            xml,
            "+".join(feed.request.names),
            f"{names} updates on arXiv.org",
            f"{names} updates on the arXiv.org e-print archive.",
            feed.built_at,
        )
        for kind, paper in feed.items:
            with xml.element("entry"):
                xml.leaf("id", f"oai:arXiv.org:{paper.versioned_id}")
                xml.leaf("title", paper.title)
                xml.leaf("updated", _utc_text(feed.built_at))
                href = f"https://arxiv.org/abs/{paper.id}"
                xml.leaf("link", None, {"href": href, "rel": "alternate", "type": "text/html"})
                xml.leaf("summary", _description(kind, paper))
                for category in paper.categories:
                    xml.leaf("category", None, {"term": category})
                xml.leaf("published", eastern_midnight(feed.day).isoformat())
                xml.leaf("arxiv:announce_type", kind)
                xml.leaf("dc:rights", paper.license)
                xml.optional("arxiv:journal_reference", paper.journal_ref)
                xml.optional("arxiv:DOI", paper.doi)
                xml.leaf("dc:creator", ", ".join(paper.authors))
    return xml.document()


def _atom_header(xml: XmlWriter, spec: str, title: str, subtitle: str, built_at: datetime) -> None:
    link = f"http://rss.arxiv.org/atom/{spec}"
    xml.leaf("id", link)
    xml.leaf("title", title)
    xml.leaf("updated", _utc_text(built_at))
    xml.leaf("link", None, {"href": link, "rel": "self", "type": "application/atom+xml"})
    xml.leaf("subtitle", subtitle)


def _error_document(form: str, spec: str, problem: str, midnight: datetime) -> bytes:
    xml = XmlWriter()
    title = f"Feed error for query: http://rss.arxiv.org/{form}/{spec}"
    if form == "rss":
        with xml.element("rss", _RSS_NAMESPACES), xml.element("channel"):
            _rss_header(xml, spec, title, problem, midnight, midnight=format_datetime(midnight))
    else:
        with xml.element("feed", _ATOM_NAMESPACES):
            _atom_header(xml, spec, title, problem, midnight)
    return xml.document()


def _description(kind: AnnounceType, paper: PaperVersion) -> str:
    # The space before the line break is arXiv's own.
    return f"arXiv:{paper.versioned_id} Announce Type: {kind} \nAbstract: {paper.abstract}"


def _utc_text(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat()


def _http_date(instant: datetime) -> str:
    return format_datetime(instant.astimezone(UTC), usegmt=True)
