"""Harvesting past days over OAI-PMH: records, lists in pages, and the protocol's errors."""

import asyncio
from datetime import UTC, date, datetime

import pytest
from aiohttp import web
from sources_loopback import FakeTime, Handler, Server, answering, capture_log, in_turn, serving

from bot.errors import (
    BadInput,
    SourceError,
    SourceGarbled,
    SourceRefused,
    SourceUnavailable,
)
from bot.models import AnnounceType
from bot.sources import oai_records
from bot.sources.arxiv_oai import ArxivOai, Harvested
from bot.sources.http import ArxivHttp
from bot.sources.limiter import ArxivLimiter
from bot.sources.oai_records import RecordPage

SINCE, UNTIL = date(2026, 6, 8), date(2026, 6, 10)


def record(
    id_: str = "2606.00001",
    *,
    stamp: str = "2026-06-09",
    versions: tuple[str, ...] = ("Mon, 8 Jun 2026 15:00:00 GMT",),
    categories: str = "cs.CL cs.AI",
    extra: str = "",
    source_type: str = "D",
) -> str:
    history = "".join(
        f'<version version="v{number}"><date>{written}</date><size>10kb</size>'
        f"<source_type>{source_type}</source_type></version>"
        for number, written in enumerate(versions, 1)
    )
    return (
        f"<record><header><identifier>oai:arXiv.org:{id_}</identifier>"
        f"<datestamp>{stamp}</datestamp></header><metadata>"
        f'<arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/"><id>{id_}</id>{history}'
        f"<title>A\n  Title</title><authors>Ada Example, Juan Garc\\'{{\\i}}a, Jr. (1)</authors>"
        f"<categories>{categories}</categories>{extra}"
        "<license>http://creativecommons.org/licenses/by/4.0/</license>"
        "<abstract>  An\n abstract. </abstract></arXivRaw></metadata></record>"
    )


def document(content: str) -> str:
    return (
        '<?xml version="1.0"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
        f"<responseDate>2026-06-11T00:00:00Z</responseDate>{content}</OAI-PMH>"
    )


def listing(*records: str, token: str | None = None) -> str:
    end = "" if token is None else f"<resumptionToken>{token}</resumptionToken>"
    return document(f"<ListRecords>{''.join(records)}{end}</ListRecords>")


def failure(code: str) -> str:
    return document(f'<error code="{code}">No.</error>')


def by_token(**pages: str) -> Handler:
    """Answers with `first`, or with the page named by the resumption token."""

    async def handle(request: web.Request) -> web.StreamResponse:
        return web.Response(text=pages[request.query.get("resumptionToken", "first")])

    return handle


async def harvest(
    handler: Handler,
    category: str = "cs.CL",
    *,
    attempts: int = 1,
    limiter: ArxivLimiter | None = None,
) -> tuple[list[Harvested], Server]:
    async with serving(handler) as server, ArxivHttp(limiter or ArxivLimiter(0)) as http:
        oai = ArxivOai(http, f"{server.url}/oai", attempts=attempts)
        return [one async for one in oai.harvest(category, SINCE, UNTIL)], server


async def test_every_field_of_a_record_is_kept() -> None:
    extra = (
        "<comments>12 pages</comments><report-no>R-1</report-no><msc-class>68T50</msc-class>"
        "<journal-ref>J. Sample 1</journal-ref><doi>10.1/x</doi>"
    )
    versions = ("Mon, 1 Jun 2026 15:00:00 GMT", "Mon, 8 Jun 2026 15:00:00 GMT")
    (one,), server = await harvest(answering(listing(record(versions=versions, extra=extra))))
    paper = one.paper
    assert (one.day, one.type) == (date(2026, 6, 9), AnnounceType.REPLACE)
    assert (paper.id, paper.version, paper.title) == ("2606.00001", 2, "A Title")
    assert paper.abstract == "An abstract."
    assert paper.authors == ("Ada Example", "Juan García Jr.")
    assert (paper.categories, paper.primary_category) == (("cs.CL", "cs.AI"), "cs.CL")
    assert paper.published == datetime(2026, 6, 1, 15, tzinfo=UTC)
    assert paper.updated == datetime(2026, 6, 8, 15, tzinfo=UTC)
    assert (paper.comment, paper.doi) == ("12 pages", "10.1/x")
    assert paper.journal_ref == "J. Sample 1"
    assert paper.license == "http://creativecommons.org/licenses/by/4.0/"
    assert not paper.withdrawn
    assert server.seen[0][1] == {
        "verb": "ListRecords",
        "metadataPrefix": "arXivRaw",
        "set": "cs:cs:CL",
        "from": "2026-06-08",
        "until": "2026-06-10",
    }


@pytest.mark.parametrize(
    ("categories", "versions", "type_"),
    [
        ("cs.CL cs.AI", 1, AnnounceType.NEW),
        ("cs.AI cs.CL", 1, AnnounceType.CROSS),
        ("cs.CL", 2, AnnounceType.REPLACE),
        ("cs.AI cs.CL", 5, AnnounceType.REPLACE_CROSS),
        ("cs.AI cs.CL", 6, None),
        ("cs.AI", 1, None),
    ],
)
async def test_types_are_relative_to_the_category(
    categories: str, versions: int, type_: AnnounceType | None
) -> None:
    history = ("Mon, 8 Jun 2026 15:00:00 GMT",) * versions
    found, _ = await harvest(answering(listing(record(categories=categories, versions=history))))
    assert [one.type for one in found] == ([] if type_ is None else [type_])


async def test_aliases_are_one_category() -> None:
    body = listing(record(categories="cs.NA math.NA"), record("2606.2", categories="cs.NA"))
    (one,), server = await harvest(answering(body), "math.NA")
    assert one.type is AnnounceType.NEW
    assert server.seen[0][1]["set"] == "math:math:NA"


@pytest.mark.parametrize(
    ("submitted", "counts"),
    [
        ("Mon, 8 Jun 2026 15:00:00 GMT", True),
        ("Tue, 26 May 2026 15:00:00 GMT", True),
        ("Mon, 25 May 2026 15:00:00 GMT", False),
        ("Mon, 8 Jun 2015 15:00:00 GMT", False),
    ],
)
async def test_a_change_of_metadata_is_no_announcement(submitted: str, counts: bool) -> None:
    found, _ = await harvest(answering(listing(record(versions=(submitted,)))))
    assert bool(found) is counts


async def test_withdrawn_by_the_type_of_its_source_or_by_its_comment() -> None:
    twice = ("Mon, 1 Jun 2026 15:00:00 GMT", "Mon, 8 Jun 2026 15:00:00 GMT")
    gone = record("2606.00001", versions=twice, source_type="I")
    told = record("2606.00002", extra="<comments>This paper has been withdrawn</comments>")
    found, _ = await harvest(answering(listing(gone, told, record("2606.00003"))))
    assert [one.paper.withdrawn for one in found] == [True, True, False]


async def test_deleted_and_unreadable_records_are_skipped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    logs = capture_log(monkeypatch, oai_records)
    deleted = '<record><header status="deleted"><identifier>x</identifier></header></record>'
    body = listing(
        deleted,
        record("junk"),
        record("2606.00003", versions=()),
        record("2606.00004", versions=("someday",)),
        record("2606.00005", stamp="yesterday"),
        record("2606.00006", categories="68T50"),
        record("2606.00007"),
        record("2606.00008", stamp="2026-06-11"),
    )
    found, _ = await harvest(answering(body))
    assert [one.paper.id for one in found] == ["2606.00007"]
    assert [line["event"] for line in logs] == ["oai_record_skipped"] * 5


async def test_pages_follow_one_another_until_the_token_is_empty() -> None:
    handler = by_token(
        first=listing(record("2606.00001"), token="a|b c&amp;d"),
        **{
            "a|b c&d": listing(record("2606.00002"), token="second"),
            "second": listing(record("2606.00003"), token=""),
        },
    )
    found, server = await harvest(handler)
    assert [one.paper.id for one in found] == ["2606.00001", "2606.00002", "2606.00003"]
    # The protocol allows nothing else beside a token.
    assert server.seen[1][1] == {"verb": "ListRecords", "resumptionToken": "a|b c&d"}


async def test_records_are_given_while_later_pages_are_still_to_come() -> None:
    reached = asyncio.Event()

    async def second(_request: web.Request) -> web.StreamResponse:
        reached.set()
        return web.Response(text=listing(record("2606.00002")))

    handler = in_turn(answering(listing(record(), token="t")), second)
    async with serving(handler) as server, ArxivHttp(ArxivLimiter(0)) as http:
        records = ArxivOai(http, server.url).harvest("cs.CL", SINCE, UNTIL)
        assert (await anext(records)).paper.id == "2606.00001"
        assert not reached.is_set()
        assert (await anext(records)).paper.id == "2606.00002"
        with pytest.raises(StopAsyncIteration):
            await anext(records)


async def test_an_expired_token_starts_the_list_again_and_repeats_nothing() -> None:
    handler = in_turn(
        answering(listing(record("2606.00001"), record("2606.00002"), token="old")),
        answering(failure("badResumptionToken")),
        answering(listing(record("2606.00001"), record("2606.00002"), token="new")),
        answering(listing(record("2606.00003"))),
    )
    found, server = await harvest(handler)
    assert [one.paper.id for one in found] == ["2606.00001", "2606.00002", "2606.00003"]
    assert [query.get("resumptionToken") for _, query, _ in server.seen] == [
        None, "old", None, "new",
    ]  # fmt: skip


async def test_tokens_that_always_expire_end_in_an_error() -> None:
    handler = by_token(first=listing(record(), token="x"), x=failure("badResumptionToken"))
    with pytest.raises(SourceUnavailable, match="badResumptionToken"):
        await harvest(handler)


async def test_a_list_that_does_not_advance_is_garbled() -> None:
    handler = by_token(first=listing(record(), token="x"), x=listing(record(), token="x"))
    with pytest.raises(SourceGarbled, match="does not advance"):
        await harvest(handler)


async def test_no_records_are_no_error() -> None:
    found, _ = await harvest(answering(failure("noRecordsMatch")))
    assert found == []


@pytest.mark.parametrize(
    ("handler", "error"),
    [
        (answering(failure("badArgument")), SourceUnavailable),
        (answering(failure("badArgument"), status=400), SourceUnavailable),
        (answering("nope", status=400), SourceUnavailable),
        (answering("", status=500), SourceUnavailable),
        (answering(""), SourceGarbled),
        (answering(listing(record())[:-60]), SourceGarbled),
        (answering("Rate exceeded."), SourceGarbled),
        (answering("<html></html>"), SourceGarbled),
        (answering("<rss/>"), SourceGarbled),
        (answering(document("")), SourceGarbled),
        (answering(listing(record("junk"))), SourceGarbled),
    ],
)
async def test_failures_are_errors_and_never_an_empty_list(
    handler: Handler, error: type[SourceError]
) -> None:
    with pytest.raises(error):
        await harvest(handler)


async def test_flow_control_by_503_is_honored_in_the_middle_of_a_list() -> None:
    clock = FakeTime()
    limiter = ArxivLimiter(3, monotonic=clock.monotonic, sleep=clock.sleep)
    handler = in_turn(
        answering(listing(record("2606.00001"), token="t")),
        answering("", status=503, headers={"Retry-After": "30"}),
        answering(listing(record("2606.00002"))),
    )
    found, _ = await harvest(handler, attempts=2, limiter=limiter)
    assert len(found) == 2
    assert clock.slept == [3.0, 30.0]


async def test_a_truncated_page_is_asked_for_again() -> None:
    handler = in_turn(
        answering(listing(record("2606.00001"), token="t")),
        answering(listing(record("2606.00002"))[:-100]),
        answering(listing(record("2606.00002"))),
    )
    found, server = await harvest(handler, attempts=2)
    assert [one.paper.id for one in found] == ["2606.00001", "2606.00002"]
    assert [query.get("resumptionToken") for _, query, _ in server.seen] == [None, "t", "t"]


async def test_unknown_categories_and_empty_ranges_make_no_request() -> None:
    async with serving(answering("")) as server, ArxivHttp(ArxivLimiter(0)) as http:
        oai = ArxivOai(http, server.url)
        with pytest.raises(BadInput):
            await anext(oai.harvest("cs", SINCE, UNTIL))
        assert [one async for one in oai.harvest("cs.CL", UNTIL, SINCE)] == []
    assert server.seen == []


async def page(
    handler: Handler, *, until: date | None = UNTIL, token: str | None = None
) -> tuple[RecordPage | None, Server]:
    async with serving(handler) as server, ArxivHttp(ArxivLimiter(0)) as http:
        return await ArxivOai(http, server.url).page("cs.CL", SINCE, until, token=token), server


async def test_a_page_has_all_records_of_the_set_announced_or_not() -> None:
    old = record("2606.00002", versions=("Mon, 8 Jun 2015 15:00:00 GMT",))
    sixth = record("2606.00003", versions=("Mon, 8 Jun 2026 15:00:00 GMT",) * 6)
    body = listing(record(), old, sixth, record("junk"), token="t").replace(
        "<resumptionToken>", '<resumptionToken completeListSize="1200" cursor="0">'
    )
    found, server = await page(answering(body))
    assert found is not None
    assert [one.paper.version for one in found.records] == [1, 1, 6]
    assert (found.token, found.skipped, found.size) == ("t", 1, 1200)
    assert found.answered == date(2026, 6, 11)
    assert server.seen[0][1]["until"] == "2026-06-10"
    _, server = await page(answering(body), until=None)
    assert "until" not in server.seen[0][1]
    _, server = await page(answering(listing(record())), token="t")
    assert server.seen[0][1] == {"verb": "ListRecords", "resumptionToken": "t"}


@pytest.mark.parametrize("size", ["many", "-3", "", "9" * 5000, "٣"])
async def test_a_size_that_is_none_is_not_told(size: str) -> None:
    body = listing(record(), token="t").replace(
        "<resumptionToken>", f'<resumptionToken completeListSize="{size}">'
    )
    found, _ = await page(answering(body.replace("2026-06-11T", "someday")))
    assert found is not None
    assert (found.size, found.answered) == (None, None)


async def test_what_a_page_is_when_there_is_none() -> None:
    none, _ = await page(answering(failure("noRecordsMatch")))
    assert none == RecordPage((), None, answered=date(2026, 6, 11))
    # arXiv's answer when what a token would skip has moved to later days.
    end, _ = await page(answering(failure("noRecordsMatch")), token="t")
    assert end == none
    forgotten, _ = await page(answering(failure("badResumptionToken")), token="t")
    assert forgotten is None
    for code, token in (("badArgument", None), ("badArgument", "t"), ("badResumptionToken", None)):
        with pytest.raises(SourceRefused, match=code):
            await page(answering(failure(code)), token=token)
    with pytest.raises(SourceGarbled, match="does not advance"):
        await page(answering(listing(record(), token="t")), token="t")


async def test_a_stray_record_that_cannot_be_read_does_not_garble_a_page() -> None:
    found, _ = await page(answering(listing(record("junk"))))
    assert found is not None
    assert (found.records, found.skipped) == ((), 1)
    with pytest.raises(SourceGarbled, match="none of its 6 records"):
        await page(answering(listing(*[record("junk")] * 6)))
