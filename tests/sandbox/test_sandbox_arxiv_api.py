"""The query API over HTTP: paging, sorting, identifiers, errors, real shapes, the real client."""

import asyncio
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

import arxiv  # pyright: ignore[reportMissingTypeStubs] - the package is typed, but unmarked
import pytest
from arxiv_data import (
    MONDAY,
    NS,
    TUESDAY,
    Reply,
    asking,
    attribute_names,
    child_order,
    noon,
    parse,
    record,
    root_tag,
)

from sandbox.arxiv.papers import PaperFile


def ids(reply: Reply) -> list[str]:
    return [
        text.removeprefix("http://arxiv.org/abs/") for text in reply.texts("atom:entry/atom:id")
    ]


def counts(reply: Reply) -> tuple[int, int, int]:
    """(itemsPerPage, totalResults, startIndex)"""
    names = ("itemsPerPage", "totalResults", "startIndex")
    first, second, third = (int(reply.texts(f"os:{name}")[0]) for name in names)
    return first, second, third


async def test_the_newest_announced_version_is_found_and_older_ones_by_name() -> None:
    async with asking() as client:
        asked = "2606.90002,2606.90002v1,2606.90002v9,2606.99999,2605.90307v2"
        reply = await client.query(id_list=asked)
        assert (reply.status, ids(reply)) == (
            200,
            ["2606.90002v2", "2606.90002v1", "2605.90307v2"],
        )
        client.sandbox.clock.set(noon(MONDAY))
        reply = await client.query(id_list=asked)
        assert ids(reply) == ["2606.90002v1"]


async def test_old_identifiers_with_and_without_a_subject_class() -> None:
    papers = PaperFile.from_records([record(id="hep-th/9901001"), record(id="math/0611800")])
    async with asking(papers) as client:
        reply = await client.query(id_list="hep-th/9901001v1,math.CA/0611800")
    assert ids(reply) == ["hep-th/9901001v1", "math/0611800v1"]


async def test_an_id_list_filters_a_query() -> None:
    async with asking() as client:
        both = await client.query(search_query="cat:hep-th", id_list="2606.90007,2606.90008")
        neither = await client.query()
    assert ids(both) == ["2606.90007v1"]
    assert counts(neither) == (10, 0, 0)


async def test_pages_cover_all_results_once_in_one_order() -> None:
    async with asking() as client:
        whole = await client.query(search_query="all:the", max_results=100)
        pages = [
            await client.query(search_query="all:the", start=start, max_results=7)
            for start in range(0, 42, 7)
        ]
        default = await client.query(search_query="all:the")
        beyond = await client.query(search_query="all:the", start=1000)
        none = await client.query(search_query="all:the", max_results=0)
    assert len(ids(whole)) == counts(whole)[1] == 40
    assert [i for page in pages for i in ids(page)] == ids(whole)
    assert counts(pages[2]) == (7, 40, 14)
    assert ids(default) == ids(whole)[:10]
    assert (ids(beyond), counts(beyond)) == ([], (10, 40, 1000))
    assert (ids(none), counts(none)) == ([], (0, 40, 0))


async def test_a_slice_holds_two_thousand_at_most() -> None:
    papers = PaperFile.from_records([record(id=f"2606.{n}") for n in range(10_000, 12_500)])
    async with asking(papers) as client:
        reply = await client.query(search_query="cat:cs.CL", max_results=30_000)
    assert len(ids(reply)) == 2000
    assert counts(reply) == (2000, 2500, 0)


@pytest.mark.parametrize(
    ("sort_by", "field"), [("submittedDate", "published"), ("lastUpdatedDate", "updated")]
)
async def test_results_are_sorted_by_date(sort_by: str, field: str) -> None:
    async with asking() as client:
        for order in ("ascending", "descending"):
            reply = await client.query(
                search_query="the", sortBy=sort_by, sortOrder=order, max_results=50
            )
            dates = reply.texts(f"atom:entry/atom:{field}")
            assert dates == sorted(dates, reverse=order == "descending")
            assert len(set(dates)) > 10


async def test_relevance_prefers_titles_and_can_be_reversed() -> None:
    papers = PaperFile.from_records(
        [record(id="2606.90001", abstract="A glass."), record(id="2606.90002", title="Glass")]
    )
    async with asking(papers) as client:
        best = await client.query(search_query="glass")
        worst = await client.query(search_query="glass", sortOrder="ascending")
    assert ids(best) == ["2606.90002v1", "2606.90001v1"]
    assert ids(worst) == ids(best)[::-1]


@pytest.mark.parametrize(
    ("parameters", "summary"),
    [
        ({"id_list": "abc"}, "incorrect id format for abc"),
        ({"id_list": "2606.90001,cond—mat/0709123"}, "incorrect id format for cond—mat/0709123"),
        ({"id_list": "2606.90001,"}, "incorrect id format for "),
        ({"search_query": "("}, "Invalid query string: '('"),
        ({"search_query": "foo:bar"}, "Invalid query string: 'foo:bar'"),
        ({"start": "not_an_int"}, "start must be an integer"),
        ({"start": "-1"}, "start must be non-negative"),
        ({"max_results": "1.5"}, "max_results must be an integer"),
        ({"max_results": "-1"}, "max_results must be non-negative"),
        ({"max_results": "30001"}, "max_results must be at most 30000"),
        ({"sortBy": "date"}, "sortBy must be in: relevance, lastUpdatedDate, submittedDate"),
        ({"sortOrder": "up"}, "sortOrder must be in: descending, ascending"),
    ],
)
async def test_a_wrong_request_is_answered_with_400_and_an_error_entry(
    parameters: dict[str, str], summary: str
) -> None:
    async with asking() as client:
        reply = await client.query(**parameters)
    assert reply.status == 400
    assert reply.headers["Content-Type"].startswith("application/atom+xml")
    assert reply.texts("atom:entry/atom:title") == ["Error"]
    assert reply.texts("atom:entry/atom:summary") == [summary]
    assert counts(reply) == (1, 1, 0)


async def test_a_request_may_be_posted() -> None:
    async with asking() as client:
        reply = await client.send("POST", "/api/query", data={"id_list": "2606.90007"})
    assert ids(reply) == ["2606.90007v1"]


async def test_an_entry_carries_every_field() -> None:
    async with asking() as client:
        reply = await client.query(id_list="2606.90028")
        (paper,) = client.sandbox.papers.history("2606.90028", TUESDAY)
    (entry,) = reply.root.iterfind("atom:entry", NS)
    assert entry.findtext("arxiv:comment", namespaces=NS) == paper.comment
    assert entry.findtext("arxiv:journal_ref", namespaces=NS) == paper.journal_ref
    assert entry.findtext("arxiv:doi", namespaces=NS) == paper.doi
    assert entry.findtext("atom:summary", namespaces=NS) == paper.abstract
    links = {link.get("title"): link.get("href") for link in entry.iterfind("atom:link", NS)}
    assert links == {
        None: "https://arxiv.org/abs/2606.90028v1",
        "pdf": "https://arxiv.org/pdf/2606.90028v1",
        "doi": f"https://doi.org/{paper.doi}",
    }
    terms = [element.get("term") for element in entry.iterfind("atom:category", NS)]
    assert tuple(terms) == paper.categories


async def test_the_shape_is_that_of_recorded_answers(shared_data: Path) -> None:
    folder = shared_data / "arxiv" / "api"
    index = json.loads((folder / "INDEX.json").read_text())
    bodies = {item["file"]: (folder / item["file"]).read_bytes() for item in index}
    real = [parse(body) for body in bodies.values()]
    async with asking() as client:
        good = await client.query(search_query="all:the", max_results=100)
        empty = await client.query(id_list="0000.0000")
        wrong = await client.query(id_list="abc")
    ours = [reply.root for reply in (good, empty, wrong)]
    assert {root_tag(r.body) for r in (good, empty, wrong)} == {
        root_tag(b) for b in bodies.values()
    }
    for path in (".", "atom:entry"):
        expected = child_order([e for root in real for e in root.iterfind(path, NS)])
        found = child_order([e for root in ours for e in root.iterfind(path, NS)])
        assert {pair for pair in found if pair[::-1] in expected} <= expected
        assert found <= expected
    assert attribute_names(ours) <= attribute_names(real)


def _comparable(body: bytes) -> str:
    """An answer without its times and digests."""
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "TIME", body.decode())
    return re.sub(r"/api/[\w+/]{27}<", "/api/DIGEST<", text).strip()


async def test_recorded_requests_get_the_recorded_answers(shared_data: Path) -> None:
    """Empty answers and errors do not depend on the papers: they are the same, byte by byte."""
    folder = shared_data / "arxiv" / "api"
    compared = 0
    async with asking() as client:
        for item in json.loads((folder / "INDEX.json").read_text()):
            parameters = parse_qsl(urlsplit(str(item["url"])).query, keep_blank_values=True)
            reply = await client.send("GET", "/api/query", params=parameters)
            assert reply.status == item["status"]
            real = (folder / item["file"]).read_bytes()
            head = "atom:title"
            assert reply.texts(head) == Reply(200, {}, real).texts(head)
            if item["entries"] == 0 or item["status"] != 200:
                assert _comparable(reply.body) == _comparable(real)
                compared += 1
    assert compared == 3


def _ask_with_the_real_client(url: str, search: arxiv.Search, page_size: int) -> list[arxiv.Result]:
    client = arxiv.Client(page_size=page_size, delay_seconds=0, num_retries=0)
    client.query_url_format = url + "?{}"
    try:
        return list(client.results(search))
    finally:
        cast("Any", client)._session.close()  # the package has no public way to do so


async def test_the_real_arxiv_package_reads_every_field() -> None:
    async with asking() as client:
        url, papers = client.sandbox.api_url, client.sandbox.papers
        search = arxiv.Search(query="all:the", max_results=None)
        found = await asyncio.to_thread(_ask_with_the_real_client, url, search, 12)
    assert len(found) == 40
    for result in found:
        identifier, version = result.get_short_id().rsplit("v", 1)
        paper = papers.find(identifier, TUESDAY, int(version))
        assert paper is not None
        assert result.title == paper.title
        assert result.summary == paper.abstract
        assert tuple(str(author) for author in result.authors) == paper.authors
        assert tuple(result.categories) == paper.categories
        assert result.primary_category == paper.primary_category
        assert (result.comment, result.doi) == (paper.comment, paper.doi)
        assert result.journal_ref == paper.journal_ref
        assert abs(result.published - paper.published) < timedelta(seconds=1)
        assert abs(result.updated - paper.updated) < timedelta(seconds=1)
        assert result.pdf_url == f"https://arxiv.org/pdf/{paper.versioned_id}"


async def test_the_real_arxiv_package_raises_for_a_wrong_identifier() -> None:
    async with asking() as client:
        search = arxiv.Search(id_list=["abc"])
        with pytest.raises(arxiv.HTTPError) as caught:
            await asyncio.to_thread(_ask_with_the_real_client, client.sandbox.api_url, search, 100)
    assert caught.value.status == 400


async def test_real_papers_come_back_whole(shared_data: Path) -> None:
    papers = PaperFile.load(shared_data / "arxiv" / "batches.jsonl.gz")
    day = papers.days[3]
    wanted = [paper.versioned_id for paper in papers.announced(day)]
    async with asking(papers, day) as client:
        search = arxiv.Search(id_list=wanted, max_results=None)
        found = await asyncio.to_thread(
            _ask_with_the_real_client, client.sandbox.api_url, search, 300
        )
    assert [result.get_short_id() for result in found] == wanted
