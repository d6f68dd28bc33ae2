"""The announcement feed: real ones, hostile ones, and what a server may answer instead of one."""

import tracemalloc
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from aiohttp import web
from sources_loopback import Handler, answering, capture_log, hang, item, rss, serving

from bot.errors import SourceGarbled, SourceUnavailable
from bot.models import AnnounceType, FeedBatch, FeedEntry
from bot.sources import arxiv_feed
from bot.sources.arxiv_feed import CUT_OFF, ArxivFeed, parse_feed
from bot.sources.http import ArxivHttp, Timeouts
from bot.sources.limiter import ArxivLimiter


async def fetch(handler: Handler, *, timeouts: Timeouts | None = None) -> FeedBatch | None:
    async with serving(handler) as server, ArxivHttp(ArxivLimiter(0), timeouts=timeouts) as http:
        return await ArxivFeed(http, f"{server.url}/rss").fetch("cs.CL")


def only(*items: str, category: str = "cs.CL") -> FeedEntry:
    (entry,) = parse_feed(category, rss(*items)).entries
    return entry


# --- What a feed says -------------------------------------------------------------------------


def test_every_field_of_an_item_is_kept() -> None:
    extra = (
        "<arxiv:DOI>10.5802/jep.257</arxiv:DOI><arxiv:journal_reference>Journal of\n Samples 11"
        " (2024)</arxiv:journal_reference>"
    )
    entry = only(
        item(
            "oai:arXiv.org:2203.01250v3",
            title="Mass\n  concentration",
            abstract="We consider $x < y$.\n\nAnd more.".replace("<", "&lt;"),
            creator="Ada Example, Juan García, Jr. (1), Ben Sample",
            announce_type="replace-cross",
            categories=("math.AP", "math.OC", "49M41"),
            extra=extra,
        ),
        category="math.OC",
    )
    paper = entry.paper
    assert entry.type is AnnounceType.REPLACE_CROSS
    assert (paper.id, paper.version) == ("2203.01250", 3)
    assert paper.title == "Mass concentration"
    assert paper.abstract == "We consider $x < y$. And more."
    assert paper.authors == ("Ada Example", "Juan García Jr.", "Ben Sample")
    assert (paper.categories, paper.primary_category) == (("math.AP", "math.OC"), "math.AP")
    assert (paper.doi, paper.journal_ref) == ("10.5802/jep.257", "Journal of Samples 11 (2024)")
    assert paper.license == "http://creativecommons.org/licenses/by/4.0/"
    assert paper.comment is None
    assert not paper.withdrawn


@pytest.mark.parametrize(
    ("guid", "id_", "version"),
    [
        ("oai:arXiv.org:2606.26400v2", "2606.26400", 2),
        ("oai:arXiv.org:0704.0001v11", "0704.0001", 11),
        ("oai:arXiv.org:hep-th/9901001v3", "hep-th/9901001", 3),
        ("oai:arXiv.org:math.CA/0611800v2", "math/0611800", 2),
        ("https://arxiv.org/abs/1501.00001v1", "1501.00001", 1),
    ],
)
def test_identifiers_in_the_guid(guid: str, id_: str, version: int) -> None:
    paper = only(item(guid)).paper
    assert (paper.id, paper.version) == (id_, version)


def test_without_a_usable_guid_the_description_or_the_link_tells_the_identifier() -> None:
    text = item("oai:arXiv.org:2606.26400v4").replace("oai:arXiv.org:2606.26400v4", "junk")
    assert only(text).paper.versioned_id == "2606.26400v4"
    text = text.replace("arXiv:2606.26400v4 Announce", "Announce")
    assert only(text).paper.versioned_id == "2606.26400v1"


def test_what_is_new_in_a_category_has_it_as_primary_one() -> None:
    assert only(item(categories=("cs.AI", "cs.CL"))).paper.primary_category == "cs.CL"
    crossed = item(categories=("cs.AI", "cs.CL"), announce_type="cross")
    assert only(crossed).paper.primary_category == "cs.AI"
    alias = item(categories=("cs.SY", "eess.SY"))
    assert only(alias, category="eess.SY").paper.primary_category == "cs.SY"
    assert only(item(categories=())).paper.categories == ("cs.CL",)


def test_a_withdrawal_in_the_abstract_is_seen() -> None:
    text = item("oai:arXiv.org:2606.26400v2", abstract="This paper has been withdrawn by X.")
    assert only(text).paper.withdrawn


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("Thu, 18 Sep 2025 00:00:00 -0400", date(2025, 9, 18)),
        ("Tue, 13 Jan 2026 00:00:00 -0500", date(2026, 1, 13)),
        ("Tue, 13 Jan 2026 23:30:00 -0500", date(2026, 1, 13)),
        ("Mon, 13 Jan 2026 00:00:00 EST", date(2026, 1, 13)),
    ],
)
def test_the_day_is_the_one_that_is_written(written: str, day: date) -> None:
    assert parse_feed("cs.CL", rss(day=written)).day == day


def test_an_empty_feed_has_a_day_and_no_entries() -> None:
    feed = parse_feed("cs.CL", rss())
    assert (feed.day, feed.entries, feed.items) == (date(2026, 6, 9), (), 0)


def test_of_a_paper_that_stands_twice_the_later_version_counts() -> None:
    versions = [
        item(f"oai:arXiv.org:2606.26400v{number}", announce_type="replace") for number in (2, 4, 3)
    ]
    assert only(*versions).paper.version == 4


@pytest.mark.parametrize(("count", "truncated"), [(CUT_OFF - 1, False), (CUT_OFF, True)])
async def test_a_feed_at_arxivs_limit_is_called_truncated(count: int, truncated: bool) -> None:
    body = rss(*(item(f"oai:arXiv.org:2606.{number:05d}v1") for number in range(count)))
    batch = await fetch(answering(body))
    assert batch is not None
    assert len(batch.entries) == count
    assert batch.truncated is truncated


# --- Hostile and odd items --------------------------------------------------------------------


@pytest.mark.parametrize(
    "broken",
    [
        item("not an id").replace("2606.26400", "x"),
        item(announce_type="surprise"),
        item(title="t" * 100_001),
        item(abstract="a" * 100_001),
        item(creator="A. Example, " * 50_000),
        item(creator="A, " * 10_001),
    ],
    ids=["no id", "unknown type", "long title", "long abstract", "long authors", "many authors"],
)
def test_one_bad_item_is_skipped_with_a_warning_and_loses_no_other(
    monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    logs = capture_log(monkeypatch, arxiv_feed)
    broken = broken.replace("26400", "11111")
    entry = only(broken, item("oai:arXiv.org:2606.00002v1"))
    assert entry.paper.id == "2606.00002"
    assert [line["event"] for line in logs] == ["feed_item_skipped"]
    assert logs[0]["item"] == 0
    assert len(str(logs[0])) < 500


def test_a_feed_of_which_nothing_can_be_read_is_garbled_not_empty() -> None:
    with pytest.raises(SourceGarbled, match="none of its 2 items"):
        parse_feed("cs.CL", rss(item(announce_type="?"), item(announce_type="!")))


def test_three_thousand_authors_and_a_long_abstract_are_fine() -> None:
    names = tuple(f"Forename{n} Q. Surname-of-the-{n}th" for n in range(3000))
    abstract = ("word " * 4000).strip()
    paper = only(item(creator=", ".join(names), abstract=abstract)).paper
    assert paper.authors == names
    assert paper.abstract == abstract


@pytest.mark.parametrize(
    "title",
    [
        "@everyone @here <@&123> read this",
        "**bold** [link](https://evil.example) `code` ||spoiler||",
        "left \u202eright\u202c \u2066isolate\u2069 \u200bzero",
        "<script>alert('x')</script> & co",
        "量子コンピュータ und Straße",
    ],
)
def test_hostile_titles_are_kept_as_they_are(title: str) -> None:
    assert only(item(title=escape(title))).paper.title == title


def test_an_empty_title_is_kept_empty() -> None:
    assert only(item(title="")).paper.title == ""
    assert only(item().replace("<title>A Title</title>", "")).paper.title == ""


# --- What a server may answer -----------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"Rate exceeded.",
        b"<!DOCTYPE html><html><body>Down for maintenance</body></html>",
        b"<html><body>Down for maintenance</body></html>",
        rss(item())[:-40],
        rss(item())[:200],
        b"<feed xmlns='http://www.w3.org/2005/Atom'/>",
        b"<rss version='2.0'/>",
        rss(item()).replace(b"<pubDate>Tue, 09 Jun 2026 00:00:00 -0400</pubDate>", b""),
        rss(item(), day="soon"),
        rss(item(), day=""),
        rss(item(), day="Tue, 99 Jun 2026 00:00:00 -0400"),
        b"<!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" + rss(item(title="&x;"))[39:],
    ],
    ids=["empty", "text", "HTML", "HTML without doctype", "truncated", "very truncated", "Atom",
         "no channel", "no day", "a day in words", "an empty day", "an impossible day", "entity"],
)  # fmt: skip
async def test_whatever_is_no_feed_is_garbled(body: bytes) -> None:
    with pytest.raises(SourceGarbled):
        await fetch(answering(body))


async def test_a_feed_of_100_mb_is_refused_without_its_memory() -> None:
    async def flood(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/rss+xml"})
        await response.prepare(request)
        await response.write(rss()[:-20])
        block = item().encode() * 100
        for _ in range(100 * 2**20 // len(block)):
            await response.write(block)
        return response

    tracemalloc.start()
    try:
        with pytest.raises(SourceGarbled, match="larger than 32 MiB"):
            await fetch(flood)
        assert tracemalloc.get_traced_memory()[1] < 80 * 2**20
    finally:
        tracemalloc.stop()


async def test_a_server_that_hangs_is_unavailable() -> None:
    with pytest.raises(SourceUnavailable):
        await fetch(hang, timeouts=Timeouts(read=0.05))


async def test_conditional_requests() -> None:
    async def handle(request: web.Request) -> web.StreamResponse:
        if request.headers.get("If-None-Match") == '"abc"':
            assert request.headers["If-Modified-Since"] == "Tue, 09 Jun 2026 04:00:00 GMT"
            return web.Response(status=304)
        headers = {"ETag": '"abc"', "Last-Modified": "Tue, 09 Jun 2026 04:00:00 GMT"}
        return web.Response(body=rss(item()), headers=headers)

    async with serving(handle) as server, ArxivHttp(ArxivLimiter(0)) as http:
        feed = ArxivFeed(http, f"{server.url}/rss/")
        first = await feed.fetch("cs.CL")
        assert first is not None
        again = await feed.fetch("cs.CL", etag=first.etag, last_modified=first.last_modified)
    assert (first.category, first.day, len(first.entries)) == ("cs.CL", date(2026, 6, 9), 1)
    assert again is None
    assert [path for path, _, _ in server.seen] == ["/rss/cs.CL", "/rss/cs.CL"]


async def test_not_modified_without_having_asked_is_an_error() -> None:
    with pytest.raises(SourceUnavailable):
        await fetch(answering("", status=304))


async def test_a_category_cannot_leave_its_place_in_the_address() -> None:
    async with serving(answering(rss())) as server, ArxivHttp(ArxivLimiter(0)) as http:
        await ArxivFeed(http, server.url).fetch("../x?y=1")
    path, query, _ = server.seen[0]
    assert (path, query) == ("/../x?y=1", {})


# --- Real feeds -------------------------------------------------------------------------------


@pytest.mark.parametrize("category", ["cs.AI", "cs.CL", "cs.LG", "stat.ML"])
async def test_real_feeds(
    shared_data: Path, monkeypatch: pytest.MonkeyPatch, category: str
) -> None:
    logs = capture_log(monkeypatch, arxiv_feed)
    body = (shared_data / "arxiv" / "feeds" / f"{category}.rss.xml").read_bytes()
    async with serving(answering(body)) as server, ArxivHttp(ArxivLimiter(0)) as http:
        batch = await ArxivFeed(http, server.url).fetch(category)
    assert logs == []
    assert batch is not None
    assert batch.day == date(2025, 9, 18)
    assert len(batch.entries) == body.count(b"<item>")
    for entry in batch.entries:
        paper = entry.paper
        assert f"{paper.versioned_id}</guid>".encode() in body
        assert len(paper.abstract) > 100
        assert not paper.abstract.startswith(("arXiv:", "Abstract"))
        assert paper.authors
        assert paper.license is not None
        assert category in paper.categories
        new_here = entry.type in {AnnounceType.NEW, AnnounceType.REPLACE}
        assert not new_here or paper.primary_category == category


async def test_a_real_feed_of_a_weekend(shared_data: Path) -> None:
    path = shared_data / "arxiv" / "feeds" / "empty_weekend_cs.GL.rss.xml"
    batch = await fetch(answering(path.read_bytes()))
    assert batch is not None
    assert batch.entries == ()
