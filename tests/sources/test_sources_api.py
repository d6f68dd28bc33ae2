"""The query API through the real `arxiv` package: identifiers, searches, recorded answers."""

import json
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import web
from defusedxml.ElementTree import fromstring
from sources_api_server import api_on, atom, by_id, entry, error_feed
from sources_loopback import answering

from bot.errors import BadInput
from bot.sources.arxiv_api import BATCH, Sort

_ATOM = "{http://www.w3.org/2005/Atom}"


# --- Identifiers ------------------------------------------------------------------------------


async def test_batches_of_a_hundred_identifiers() -> None:
    ids = [f"2401.{number:05d}" for number in range(1000, 1250)]
    async with api_on(by_id) as (api, server):
        papers = await api.papers([*ids, ids[0]])
    assert sorted(paper.id for paper in papers) == ids
    assert [len(query["id_list"].split(",")) for _, query, _ in server.seen] == [BATCH, BATCH, 50]
    assert [query["max_results"] for _, query, _ in server.seen] == ["100", "100", "50"]
    assert server.seen[0][2]["User-Agent"].startswith("Paperboy/")


async def test_every_field_of_an_entry_is_kept() -> None:
    extra = (
        "<arxiv:comment>12 pages,\n 3 figures</arxiv:comment><arxiv:doi>10.1/x</arxiv:doi>"
        "<arxiv:journal_ref>J. Sample 1</arxiv:journal_ref>"
        "<author><name>Ben Sample</name><arxiv:affiliation>Here</arxiv:affiliation></author>"
    )
    categories = ("cs.AI", "cs.CL", "I.2.7; F.4", "68T50, 68T07", "stat.ML")
    body = atom(entry("2401.00001v3", categories=categories, extra=extra))
    async with api_on(answering(body)) as (api, _):
        (paper,) = await api.papers(["2401.00001"])
    assert (paper.id, paper.version) == ("2401.00001", 3)
    assert paper.title == "Title of 2401.00001v3"
    assert paper.abstract == "An abstract."
    assert paper.authors == ("Ada Example", "Ben Sample")
    assert paper.primary_category == "cs.CL"
    assert paper.categories == ("cs.CL", "cs.AI", "stat.ML")
    assert (paper.comment, paper.doi) == ("12 pages, 3 figures", "10.1/x")
    assert paper.journal_ref == "J. Sample 1"
    assert paper.published == datetime(2026, 6, 1, 10, tzinfo=UTC)
    assert paper.updated == datetime(2026, 6, 2, 10, tzinfo=UTC)
    assert paper.license is None
    assert not paper.withdrawn


async def test_a_withdrawn_paper_is_seen_by_its_comment() -> None:
    extra = "<arxiv:comment>This paper has been withdrawn by the author</arxiv:comment>"
    async with api_on(answering(atom(entry("2401.00001v2", extra=extra)))) as (api, _):
        (paper,) = await api.papers(["2401.00001"])
    assert paper.withdrawn


async def test_unknown_identifiers_are_simply_absent() -> None:
    async with api_on(by_id) as (api, server):
        assert await api.papers(["2401.40000"]) == []
        assert await api.papers([]) == []
        papers = await api.papers(["2401.40001", "2401.00001v1"])
    assert [paper.versioned_id for paper in papers] == ["2401.00001v1"]
    assert len(server.seen) == 2


async def test_a_rejected_identifier_does_not_lose_the_others() -> None:
    ids = [f"2401.{number:05d}" for number in range(380, 420)]
    async with api_on(by_id) as (api, server):
        papers = await api.papers(ids)
    assert {paper.id for paper in papers} == set(ids) - {"2401.00400"}
    assert len(server.seen) < 14


async def test_what_is_no_identifier_is_never_asked_for() -> None:
    async with api_on(by_id) as (api, server):
        papers = await api.papers(["abc", "2401.00001", "x&search_query=all", ""])
    assert [paper.id for paper in papers] == ["2401.00001"]
    assert server.seen[0][1]["id_list"] == "2401.00001"


async def test_a_page_with_less_than_there_is_is_asked_for_again() -> None:
    async def lazy(request: web.Request) -> web.StreamResponse:
        ids = request.query["id_list"].split(",")
        body = atom(*(entry(f"{id_}v1") for id_ in ids[:4]), total=len(ids))
        return web.Response(text=body, content_type="application/atom+xml")

    ids = [f"2401.{number:05d}" for number in range(10)]
    async with api_on(lazy) as (api, server):
        papers = await api.papers(ids)
    assert [paper.id for paper in papers] == ids
    # One request each: the package's own further pages would not wait for the limiter.
    assert [query["start"] for _, query, _ in server.seen] == ["0", "0", "0"]


async def test_an_unreadable_entry_is_skipped() -> None:
    body = atom(entry("2401.00001v1"), entry("what-is-this"), total=2)
    async with api_on(answering(body)) as (api, _):
        papers = await api.papers(["2401.00001", "2401.00002"])
    assert [paper.id for paper in papers] == ["2401.00001"]


async def test_an_entry_without_a_real_category_is_skipped() -> None:
    odd = entry("2401.00001v1", categories=("68T50",)).replace('term="cs.CL"', 'term="68T50"')
    primary = entry("2401.00002v1", categories=("cs.AI",)).replace('term="cs.CL"', 'term="na"')
    async with api_on(answering(atom(odd, primary))) as (api, _):
        (paper,) = await api.papers(["2401.00001", "2401.00002"])
    assert (paper.id, paper.primary_category, paper.categories) == (
        "2401.00002",
        "cs.AI",
        ("cs.AI",),
    )


async def test_an_entry_with_absurdly_many_authors_is_skipped() -> None:
    crowd = entry("2401.00001v1", extra="<author><name>A</name></author>" * 10_000)
    async with api_on(answering(atom(crowd, entry("2401.00002v1")))) as (api, _):
        papers = await api.papers(["2401.00001", "2401.00002"])
    assert [paper.id for paper in papers] == ["2401.00002"]


# --- Searches ---------------------------------------------------------------------------------


async def test_a_search_is_one_request_of_the_size_asked_for() -> None:
    body = atom(*(entry(f"2401.0000{number}v1") for number in range(3)), total=5000)
    async with api_on(answering(body)) as (api, server):
        papers = await api.search('all:"chain of thought"', max_results=3, sort=Sort.SUBMITTED)
        more = await api.search("cat:cs.CL", max_results=10)
    assert [paper.id for paper in papers] == ["2401.00000", "2401.00001", "2401.00002"]
    assert len(more) == 3
    assert len(server.seen) == 2
    query = server.seen[0][1]
    assert query["search_query"] == 'all:"chain of thought"'
    assert (query["max_results"], query["sortBy"]) == ("3", "submittedDate")
    assert server.seen[1][1]["max_results"] == "10"


@pytest.mark.parametrize(("wanted", "asked"), [(0, "1"), (-5, "1"), (10**6, "2000")])
async def test_a_search_never_asks_for_everything(wanted: int, asked: str) -> None:
    async with api_on(answering(atom())) as (api, server):
        assert await api.search("x", max_results=wanted) == []
    assert server.seen[0][1]["max_results"] == asked


@pytest.mark.parametrize(
    ("total", "sent", "more"), [(53, 3, False), (54, 3, True), (53, 2, True), (50, 0, False)]
)
async def test_a_later_page_and_whether_there_is_more(total: int, sent: int, more: bool) -> None:
    body = atom(*(entry(f"2401.0000{n}v1") for n in range(sent)), total=total, start=50)
    async with api_on(answering(body)) as (api, server):
        page = await api.search_page("x", start=50, size=3)
    assert len(page.papers) == sent
    assert page.more is more
    assert [(query["start"], query["max_results"]) for _, query, _ in server.seen] == [("50", "3")]


@pytest.mark.parametrize("status", [200, 400])
async def test_a_malformed_search_is_bad_input(status: int) -> None:
    body = error_feed("Invalid query string: '('")
    async with api_on(answering(body, status=status)) as (api, _):
        with pytest.raises(BadInput, match="Invalid query string"):
            await api.search("(")


# --- Recorded answers -------------------------------------------------------------------------


def recordings(shared_data: Path) -> list[tuple[dict[str, list[str]], int, int, bytes]]:
    """What was asked, the status, the number of entries, and the body of each recorded answer."""
    folder = shared_data / "arxiv" / "api"
    index: list[dict[str, str]] = json.loads((folder / "INDEX.json").read_text())
    return [
        (
            parse_qs(urlsplit(one["url"]).query),
            int(one["status"]),
            int(one["entries"]),
            (folder / one["file"]).read_bytes(),
        )
        for one in index
    ]


async def test_recorded_answers_come_through_the_real_package(shared_data: Path) -> None:
    requests = 0
    for asked, status, _, body in recordings(shared_data):
        if "id_list" not in asked:
            continue
        expected = [
            one
            for one in fromstring(body).findall(f"{_ATOM}entry")
            if "/api/errors" not in (one.findtext(f"{_ATOM}id") or "")
        ]
        async with api_on(answering(body, status=status)) as (api, server):
            papers = await api.papers(asked["id_list"][0].split(","))
            requests += len(server.seen)
        assert [paper.versioned_id for paper in papers] == [
            (one.findtext(f"{_ATOM}id") or "").split("/abs/")[1] for one in expected
        ]
        for paper, one in zip(papers, expected, strict=True):
            assert paper.title.split() == (one.findtext(f"{_ATOM}title") or "").split()
            assert paper.abstract.split() == (one.findtext(f"{_ATOM}summary") or "").split()
            assert len(paper.authors) == len(one.findall(f"{_ATOM}author"))
            assert paper.published is not None
    assert requests >= 6


async def test_recorded_searches_come_through_the_real_package(shared_data: Path) -> None:
    searches = 0
    for asked, _, entries, body in recordings(shared_data):
        if asked.get("search_query") != ["testing"]:
            continue
        searches += 1
        start, size = int(asked["start"][0]), int(asked["max_results"][0])
        async with api_on(answering(body)) as (api, server):
            page = await api.search_page("testing", start=start, size=size)
        assert len(page.papers) == entries
        assert page.more
        assert server.seen[0][1]["max_results"] == str(size)
        assert server.seen[0][1]["start"] == str(start)
        assert all(paper.primary_category in paper.categories for paper in page.papers)
    assert searches >= 10
