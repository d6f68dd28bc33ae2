"""The feeds: what they hold on which day, relative types, validators, troubles, and real shapes."""

from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path

import pytest
from arxiv_data import (
    MONDAY,
    NS,
    SATURDAY,
    TUESDAY,
    Client,
    Reply,
    asking,
    attribute_names,
    child_order,
    noon,
    parse,
    record,
    root_tag,
)

from sandbox.arxiv.feeds import RESULT_LIMIT, listed_type
from sandbox.arxiv.papers import PaperFile
from sandbox.arxiv.sample import sample_papers


def types(reply: Reply) -> dict[str, str]:
    """Announce type by versioned identifier, in the feed's order."""
    if reply.root.tag == "rss":
        ids = reply.texts("channel/item/guid")
        kinds = reply.texts("channel/item/arxiv:announce_type")
    else:
        ids = reply.texts("atom:entry/atom:id")
        kinds = reply.texts("atom:entry/arxiv:announce_type")
    return {i.removeprefix("oai:arXiv.org:"): kind for i, kind in zip(ids, kinds, strict=True)}


CROSSED = record(categories=["cs.AI", "cs.CL"], primary_category="cs.AI")


async def test_types_are_relative_to_the_requested_set() -> None:
    async with asking(PaperFile.from_records([CROSSED]), MONDAY) as client:
        assert types(await client.get("/rss/cs.AI")) == {"2606.90901v1": "new"}
        assert types(await client.get("/rss/cs.CL")) == {"2606.90901v1": "cross"}
        assert types(await client.get("/rss/cs.AI+cs.CL")) == {"2606.90901v1": "new"}
        assert types(await client.get("/rss/cs")) == {"2606.90901v1": "new"}
        assert types(await client.get("/rss/cs.LG")) == {}


def test_a_paper_has_no_type_where_it_is_not_announced() -> None:
    crossed = {**CROSSED, "announced_on": "2026-06-09", "announce_type": "cross"}
    papers = PaperFile.from_records([CROSSED, {**crossed, "categories": ["cs.AI", "cs.IR"]}])
    (new,), (cross,) = papers.announced(MONDAY), papers.announced(TUESDAY)
    assert listed_type(new, frozenset({"cs.LG"})) is None
    assert listed_type(cross, frozenset({"cs.AI"})) is None
    assert listed_type(cross, frozenset({"cs.AI", "cs.IR"})) == "cross"


async def test_replacements_are_relative_too_and_stop_before_version_six() -> None:
    replaced = {**CROSSED, "announce_type": "replace-cross"}
    papers = PaperFile.from_records(
        [
            {**replaced, "version": 5},
            {**replaced, "id": "2606.90902", "version": 6},
            {**replaced, "id": "2606.90903", "version": 2, "announce_type": "replace"},
        ]
    )
    async with asking(papers, MONDAY) as client:
        assert types(await client.get("/rss/cs.AI")) == {
            "2606.90901v5": "replace",
            "2606.90903v2": "replace",
        }
        assert set(types(await client.get("/rss/cs.CL")).values()) == {"replace-cross"}


async def test_aliases_are_one_category() -> None:
    papers = PaperFile.from_records(
        [record(categories=["eess.SY", "cs.SY"], primary_category="eess.SY")]
    )
    async with asking(papers, MONDAY) as client:
        for name in ("cs.SY", "eess.SY", "eess", "EESS.sy"):
            assert types(await client.get(f"/rss/{name}")) == {"2606.90901v1": "new"}


async def test_new_papers_come_first_and_each_type_by_identifier() -> None:
    async with asking() as client:
        reply = await client.get("/rss/cs+stat+math+q-bio")
    kinds = list(types(reply).values())
    order = ["new", "cross", "replace", "replace-cross"]
    assert kinds == sorted(kinds, key=order.index)
    new = [i for i, kind in types(reply).items() if kind == "new"]
    assert new == sorted(new)


async def test_an_overflow_drops_new_papers_and_keeps_replacements() -> None:
    new = [record(id=f"2606.{n}") for n in range(10_000, 10_000 + RESULT_LIMIT)]
    old = [
        record(id=f"2605.{n}", version=2, announce_type="replace") for n in range(10_000, 10_003)
    ]
    async with asking(PaperFile.from_records([*new, *old]), MONDAY) as client:
        found = types(await client.get("/rss/cs.CL"))
    assert len(found) == RESULT_LIMIT
    assert list(found.values()).count("replace") == 3
    assert "2606.10000v1" not in found  # of the new ones, the lowest identifiers are dropped
    assert f"2606.{10_000 + RESULT_LIMIT - 1}v1" in found


async def test_the_day_turns_at_eastern_midnight() -> None:
    async with asking(day=MONDAY) as client:
        clock = client.sandbox.clock
        for instant, day in (
            (datetime(2026, 6, 9, 3, 59, 30, tzinfo=UTC), MONDAY),
            (datetime(2026, 6, 9, 4, 0, 1, tzinfo=UTC), TUESDAY),
        ):
            clock.set(instant)
            reply = await client.get("/rss/cs")
            (header,) = reply.texts("channel/pubDate")
            assert parsedate_to_datetime(header).date() == day
            assert set(types(reply)) == {
                paper.versioned_id
                for paper in client.sandbox.papers.announced(day)
                if any(c.startswith("cs.") for c in paper.announced_in) and paper.version < 6
            }


@pytest.mark.parametrize("form", ["rss", "atom"])
async def test_a_day_without_papers_is_empty_under_its_own_header(form: str) -> None:
    async with asking(day=SATURDAY) as client:
        reply = await client.get(f"/{form}/cs.CL")
    assert reply.status == 200
    assert types(reply) == {}
    if form == "rss":
        assert reply.texts("channel/pubDate") == ["Sat, 13 Jun 2026 00:00:00 -0400"]
    else:
        assert reply.texts("atom:updated") == ["2026-06-13T04:00:00+00:00"]


async def test_combined_names_stand_in_the_header_with_archives_first() -> None:
    async with asking() as client:
        reply = await client.get("/rss/cs.cl+HEP-TH+cs.CL")
    assert reply.texts("channel/title") == ["hep-th, cs.CL updates on arXiv.org"]
    assert reply.texts("channel/link") == ["http://rss.arxiv.org/rss/hep-th+cs.CL"]


@pytest.mark.parametrize("form", ["rss", "atom"])
@pytest.mark.parametrize("name", ["foo", "cs.XX", "cs.CL+", "cs.CL.x", "+"])
async def test_an_unknown_name_is_answered_with_400_and_a_feed(form: str, name: str) -> None:
    async with asking() as client:
        reply = await client.get(f"/{form}/{name}")
    assert reply.status == 400
    assert reply.headers["Content-Type"] == f"application/{form}+xml"
    title = reply.texts("channel/title") if form == "rss" else reply.texts("atom:title")
    assert title[0].startswith("Feed error for query: ")
    assert "ETag" not in reply.headers


async def test_conditional_requests_get_304_until_the_content_changes() -> None:
    async with asking(day=MONDAY) as client:
        first = await client.get("/rss/cs.CL")
        tag, modified = first.headers["Etag"], first.headers["Last-Modified"]
        assert modified == "Mon, 08 Jun 2026 04:00:00 GMT"
        earlier = format_datetime(
            parsedate_to_datetime(modified) - timedelta(seconds=1), usegmt=True
        )
        for headers, status in (
            ({"If-None-Match": tag}, 304),
            ({"If-None-Match": f'"x", W/{tag}'}, 304),
            ({"If-None-Match": "*"}, 304),
            ({"If-None-Match": '"x"'}, 200),
            ({"If-Modified-Since": modified}, 304),
            ({"If-Modified-Since": earlier}, 200),
            ({"If-Modified-Since": "soon"}, 200),
            ({"If-None-Match": '"x"', "If-Modified-Since": modified}, 200),
        ):
            reply = await client.get("/rss/cs.CL", headers)
            assert (reply.status, reply.headers["Etag"]) == (status, tag), headers
            assert bool(reply.body) == (status == 200)
        client.sandbox.clock.set(noon(TUESDAY))
        for headers in ({"If-None-Match": tag}, {"If-Modified-Since": modified}):
            assert (await client.get("/rss/cs.CL", headers)).status == 200


async def test_a_stale_feed_shows_the_day_before_under_todays_header() -> None:
    async with asking() as client:
        fresh = await client.get("/rss/cs.CL")
        client.sandbox.set_stale("cs.CL")
        reply = await client.get(
            "/rss/cs.CL", {"If-Modified-Since": fresh.headers["Last-Modified"]}
        )
        assert reply.status == 200
        assert reply.texts("channel/pubDate") == fresh.texts("channel/pubDate")
        client.sandbox.clock.set(noon(MONDAY))
        client.sandbox.set_stale()
        assert types(reply) == types(await client.get("/rss/cs.CL")) != types(fresh)
        assert types(reply)


async def test_a_late_feed_fills_at_its_instant() -> None:
    until = noon(TUESDAY) + timedelta(hours=1)
    async with asking() as client:
        whole = types(await client.get("/rss/cs.LG"))
        client.sandbox.set_late("cs.LG", until)
        early = await client.get("/rss/cs.LG")
        assert types(early) == {}
        client.sandbox.set_late("cs.LG", until, keep=2)
        assert types(await client.get("/rss/cs.LG")) == dict(list(whole.items())[:2])
        assert types(await client.get("/rss/cs.CV"))
        client.sandbox.clock.set(until + timedelta(seconds=1))
        late = await client.get("/rss/cs.LG", {"If-None-Match": early.headers["Etag"]})
        assert types(late) == whole
        assert parsedate_to_datetime(late.headers["Last-Modified"]) == until


@pytest.mark.parametrize("form", ["rss", "atom"])
async def test_every_field_of_a_paper_is_in_its_item(form: str) -> None:
    async with asking(day=MONDAY) as client:
        reply = await client.get(f"/{form}/physics.flu-dyn")
    paper = next(
        p for p in client.sandbox.papers.announced(MONDAY) if "physics.flu-dyn" in p.categories
    )
    item = reply.root.find("channel/item" if form == "rss" else "atom:entry", NS)
    assert item is not None

    def text(path: str) -> str | None:
        return item.findtext(path, namespaces=NS)

    assert text("arxiv:DOI") == paper.doi
    assert text("arxiv:journal_reference") == paper.journal_ref
    assert text("dc:rights") == paper.license
    assert text("dc:creator") == ", ".join(paper.authors)
    description = text("description" if form == "rss" else "atom:summary")
    assert description == (
        f"arXiv:{paper.versioned_id} Announce Type: new \nAbstract: {paper.abstract}"
    )


async def test_markup_and_control_characters_of_papers_do_not_break_the_feed() -> None:
    title = 'A <b> & "c" ]]> \x00\x0b\ud800 \u202e@everyone'
    papers = PaperFile.from_records([record(title=title, authors=["A & B", "<C>"])])
    async with asking(papers, MONDAY) as client:
        reply = await client.get("/rss/cs.CL")
        entry = await client.query(id_list="2606.90901")
    assert reply.texts("channel/item/title") == ['A <b> & "c" ]]>  \u202e@everyone']
    assert entry.texts("atom:entry/atom:author/atom:name") == ["A & B", "<C>"]


async def replies_of_all_feeds(client: Client, form: str) -> list[Reply]:
    names = ("cs.AI", "cs.CL", "cs.LG", "stat.ML", "physics.flu-dyn")
    return [await client.get(f"/{form}/{name}") for name in names]


async def test_the_shape_is_that_of_real_feeds(shared_data: Path) -> None:
    folder = shared_data / "arxiv" / "feeds"
    real = [path.read_bytes() for path in sorted(folder.glob("*.rss.xml"))]
    async with asking(sample_papers(date(2026, 6, 8), date(2026, 6, 9)), MONDAY) as client:
        ours = [reply.body for reply in await replies_of_all_feeds(client, "rss")]
    assert {root_tag(body) for body in ours} == {root_tag(body) for body in real}
    assert {body[:38] for body in ours} == {body[:38] for body in real}
    for path in ("channel", "channel/item"):
        expected = [e for body in real for e in parse(body).iterfind(path)]
        found = [e for body in ours for e in parse(body).iterfind(path)]
        assert found
        # What real feeds put before something else, ours never put after it.
        wrong = {(b, a) for a, b in child_order(expected)} & child_order(found)
        assert wrong <= child_order(expected)
        extra = attribute_names(found) - attribute_names(expected)
        # The recorded items are few: none of them has a journal reference (help page: optional).
        assert extra <= {(f"{{{NS['arxiv']}}}journal_reference", ())}


async def test_a_real_day_is_whole_in_the_feeds(shared_data: Path) -> None:
    papers = PaperFile.load(shared_data / "arxiv" / "batches.jsonl.gz")
    day = papers.days[1]
    async with asking(papers, day) as client:
        found: set[str] = set()
        for category in {c for paper in papers.announced(day) for c in paper.categories}:
            found |= set(types(await client.get(f"/rss/{category}")))
    assert found == {paper.versioned_id for paper in papers.announced(day)}
