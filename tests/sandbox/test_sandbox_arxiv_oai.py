"""The OAI-PMH interface over HTTP: records, sets, days, resumption, and every error code."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from arxiv_data import MONDAY, NS, TUESDAY, Client, Reply, asking, noon, record

from sandbox.arxiv.oai_records import split_name
from sandbox.arxiv.papers import PaperFile

LIST = {"verb": "ListIdentifiers", "metadataPrefix": "arXiv"}


def ids(reply: Reply) -> list[str]:
    return [text.removeprefix("oai:arXiv.org:") for text in reply.texts(".//oai:identifier")]


def error(reply: Reply) -> str | None:
    element = reply.root.find("oai:error", NS)
    return None if element is None else element.get("code")


async def ask(client: Client, **arguments: str) -> Reply:
    """Ask with arguments; a trailing `_` keeps `from` apart from Python's word."""
    named = {name.rstrip("_"): value for name, value in arguments.items()}
    reply = await client.send("GET", "/oai", params=named)
    assert (reply.status, reply.headers["Content-Type"]) == (200, "application/xml")
    return reply


async def test_identify_names_its_own_address() -> None:
    async with asking() as client:
        reply = await ask(client, verb="Identify")
        assert reply.texts("oai:Identify/oai:baseURL") == [client.sandbox.oai_url]
    assert reply.texts("oai:Identify/oai:granularity") == ["YYYY-MM-DD"]
    assert reply.texts("oai:Identify/oai:earliestDatestamp") == ["2005-09-16"]
    assert reply.texts("oai:responseDate") == ["2026-06-09T16:00:00Z"]


async def test_formats_and_sets_are_listed() -> None:
    async with asking() as client:
        formats = await ask(client, verb="ListMetadataFormats")
        of_item = await ask(
            client, verb="ListMetadataFormats", identifier="oai:arXiv.org:2606.90007"
        )
        listed = await ask(client, verb="ListSets")
    assert formats.texts(".//oai:metadataPrefix") == ["oai_dc", "arXiv", "arXivRaw"]
    assert of_item.texts(".//oai:metadataPrefix") == formats.texts(".//oai:metadataPrefix")
    specs = listed.texts(".//oai:setSpec")
    assert len(specs) == len(set(specs))
    assert {"cs", "cs:cs", "cs:cs:CL", "physics:hep-th", "physics:astro-ph:GA"} <= set(specs)


async def test_a_set_holds_the_papers_of_its_category_among_all_of_theirs() -> None:
    async with asking() as client:
        papers = client.sandbox.papers.latest(TUESDAY)
        for spec, categories in (
            ("cs:cs:CL", {"cs.CL"}),
            ("physics:hep-th", {"hep-th"}),
            ("math:math:ST", {"math.ST", "stat.TH"}),
            ("econ:econ", {"econ.EM", "econ.GN", "econ.TH", "q-fin.EC"}),
            ("q-bio", {"q-bio.PE", "q-bio.NC"}),
        ):
            found = set(ids(await ask(client, **LIST, set=spec)))
            expected = {p.id for p in papers if categories.intersection(p.categories)}
            assert found == expected != set()


async def test_days_select_by_the_last_announcement() -> None:
    async with asking() as client:
        monday = ids(await ask(client, **LIST, from_="2026-06-08", until="2026-06-08"))
        tuesday = ids(await ask(client, **LIST, from_="2026-06-09"))
        everything = ids(await ask(client, **LIST))
        assert sorted(monday + tuesday) == sorted(everything)
        assert len(everything) == 40
        assert "2606.90002" in tuesday  # announced on Monday, replaced on Tuesday
        client.sandbox.clock.set(noon(MONDAY))
        assert "2606.90002" in ids(await ask(client, **LIST, from_="2026-06-08"))
        assert error(await ask(client, **LIST, from_="2026-06-09")) == "badArgument"


async def test_resumption_gives_every_record_once() -> None:
    async with asking(oai_page_size=6) as client:
        whole: list[str] = []
        reply = await ask(client, verb="ListRecords", metadataPrefix="arXiv", from_="2026-06-01")
        pages = 1
        while token := (reply.texts(".//oai:resumptionToken") or [""])[0]:
            (element,) = reply.root.iterfind(".//oai:resumptionToken", NS)
            assert element.get("expirationDate") == "2026-06-10T00:00:00Z"
            whole += ids(reply)
            reply = await ask(client, verb="ListRecords", resumptionToken=token)
            pages += 1
        whole += ids(reply)
    assert (pages, len(whole), len(set(whole))) == (7, 40, 40)
    assert reply.texts(".//oai:resumptionToken") == [""]  # the end of a resumed list is marked


async def test_sizes_of_lists_are_told_only_when_asked_for() -> None:
    for told in (False, True):
        async with asking(oai_page_size=15, oai_sizes=told) as client:
            tokens: list[dict[str, str]] = []
            arguments = LIST
            while arguments:
                reply = await ask(client, **arguments)
                (element,) = reply.root.iterfind(".//oai:resumptionToken", NS)
                tokens.append(dict(element.attrib))
                follow = {"verb": "ListIdentifiers", "resumptionToken": element.text or ""}
                arguments = follow if element.text else {}
        sizes = [(one.get("completeListSize"), one.get("cursor")) for one in tokens]
        expected = [("40", "0"), ("40", "15"), ("40", "30")]
        assert sizes == (expected if told else [(None, None)] * 3)
        assert ["expirationDate" in one for one in tokens] == [True, True, False]


async def test_a_deleted_paper_is_a_header_from_that_day_on() -> None:
    async with asking(day=MONDAY) as client:
        client.sandbox.delete("2606.90001", TUESDAY)
        before = await ask(client, verb="ListRecords", metadataPrefix="arXivRaw")
        assert not before.root.findall(".//oai:header[@status]", NS)
        client.sandbox.clock.set(noon(TUESDAY))
        listed = await ask(
            client, verb="ListRecords", metadataPrefix="arXivRaw", from_="2026-06-09"
        )
        names = await ask(client, **LIST, from_="2026-06-09")
        alone = await get_record(client, "2606.90001", "arXiv")
    for reply in (listed, names, alone):
        (header,) = reply.root.findall(".//oai:header[@status='deleted']", NS)
        assert [child.text for child in header][:2] == ["oai:arXiv.org:2606.90001", "2026-06-09"]
    (gone,) = (
        one
        for one in listed.root.iterfind(".//oai:record", NS)
        if one.find("oai:header[@status]", NS) is not None
    )
    assert [child.tag.split("}")[1] for child in gone] == ["header"]
    assert not alone.root.findall(".//oai:metadata", NS)


async def test_papers_announced_during_a_harvest_do_not_disturb_it() -> None:
    async with asking(day=MONDAY, oai_page_size=6) as client:
        client.sandbox.clock.set(datetime(2026, 6, 9, 3, 59, tzinfo=UTC))
        reply = await ask(client, **LIST)
        seen = ids(reply)
        client.sandbox.clock.set(datetime(2026, 6, 9, 4, 1, tzinfo=UTC))
        while token := (reply.texts(".//oai:resumptionToken") or [""])[0]:
            reply = await ask(client, verb="ListIdentifiers", resumptionToken=token)
            seen += ids(reply)
        assert len(seen) - len(set(seen)) <= 3  # only what was announced again may come again
        assert set(seen) == set(client.sandbox.papers.ids)


async def test_a_token_ends_with_its_day_and_belongs_to_its_verb() -> None:
    async with asking(oai_page_size=6) as client:
        reply = await ask(client, **LIST)
        (token,) = reply.texts(".//oai:resumptionToken")
        other = await ask(client, verb="ListRecords", resumptionToken=token)
        assert error(other) == "badResumptionToken"
        client.sandbox.clock.set(datetime(2026, 6, 9, 23, 59, tzinfo=UTC))
        again = await ask(client, verb="ListIdentifiers", resumptionToken=token)
        assert error(again) is None
        client.sandbox.clock.set(datetime(2026, 6, 10, 0, 0, 1, tzinfo=UTC))
        late = await ask(client, verb="ListIdentifiers", resumptionToken=token)
        assert error(late) == "badResumptionToken"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({}, "badVerb"),
        ({"verb": "Listen"}, "badVerb"),
        ({"verb": "Identify", "set": "cs"}, "badArgument"),
        ({"verb": "ListRecords"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "marc"}, "cannotDisseminateFormat"),
        ({**LIST, "colour": "red"}, "badArgument"),
        ({**LIST, "from": "2026-6-1"}, "badArgument"),
        ({**LIST, "from": "2026-06-31"}, "badArgument"),
        ({**LIST, "from": "2026-06-08T00:00:00Z"}, "badArgument"),
        ({**LIST, "from": "2026-06-08", "until": "2026-06-07"}, "badArgument"),
        ({**LIST, "from": "1999-01-01"}, "badArgument"),
        ({**LIST, "until": "2026-06-10"}, "badArgument"),
        ({**LIST, "set": "cs:cs:XX"}, "badArgument"),
        ({**LIST, "set": "cs.CL"}, "badArgument"),
        ({**LIST, "until": "2026-06-05"}, "noRecordsMatch"),
        ({**LIST, "set": "physics:nucl-ex"}, "noRecordsMatch"),
        ({**LIST, "resumptionToken": "x"}, "badArgument"),
        ({"verb": "ListRecords", "resumptionToken": "x"}, "badResumptionToken"),
        (
            {"verb": "ListRecords", "resumptionToken": "given=2026-06-09&after=2026-06-08+x"},
            "badResumptionToken",
        ),
        ({"verb": "ListSets", "resumptionToken": "x"}, "badResumptionToken"),
        ({"verb": "GetRecord", "metadataPrefix": "arXiv"}, "badArgument"),
        ({"verb": "GetRecord", "identifier": "oai:arXiv.org:2606.90007"}, "badArgument"),
        (
            {"verb": "GetRecord", "metadataPrefix": "x", "identifier": "oai:arXiv.org:2606.90007"},
            "cannotDisseminateFormat",
        ),
        *(
            ({"verb": "GetRecord", "metadataPrefix": "arXiv", "identifier": i}, "idDoesNotExist")
            for i in ("2606.90007", "oai:arXiv.org:2606.99999", "oai:arXiv.org:2606.90007v1")
        ),
        ({"verb": "ListMetadataFormats", "identifier": "oai:arXiv.org:no"}, "idDoesNotExist"),
    ],
)
async def test_every_error_has_its_code(arguments: dict[str, str], code: str) -> None:
    async with asking() as client:
        reply = await ask(client, **arguments)
    assert error(reply) == code
    (request,) = reply.root.iterfind("oai:request", NS)
    shown = {} if code in ("badVerb", "badArgument") else arguments
    assert request.attrib == shown


async def test_repeated_arguments_are_refused() -> None:
    async with asking() as client:
        verbs = await client.send("GET", "/oai?verb=Identify&verb=Identify")
        sets = await client.send(
            "GET", "/oai?verb=ListRecords&metadataPrefix=arXiv&set=cs&set=math"
        )
    assert (error(verbs), error(sets)) == ("badVerb", "badArgument")


async def test_a_request_may_be_posted() -> None:
    async with asking() as client:
        reply = await client.send("POST", "/oai", data={**LIST, "set": "physics:hep-th"})
    assert ids(reply) == ["2606.90007", "2606.90025"]


async def get_record(client: Client, paper_id: str, prefix: str) -> Reply:
    return await ask(
        client, verb="GetRecord", metadataPrefix=prefix, identifier=f"oai:arXiv.org:{paper_id}"
    )


async def test_the_format_arxiv_has_license_comment_and_split_names() -> None:
    async with asking() as client:
        reply = await get_record(client, "2606.90017", "arXiv")
        paper = client.sandbox.papers.find("2606.90017", TUESDAY)
        replaced = await get_record(client, "2606.90002", "arXiv")
    assert paper is not None
    (record_,) = reply.root.iterfind(".//ax:arXiv", NS)
    texts = {child.tag.split("}")[1]: child.text for child in record_ if not len(child)}
    assert texts == {
        "id": paper.id,
        "created": "2026-06-05",
        "title": paper.title,
        "categories": "physics.flu-dyn",
        "comments": paper.comment,
        "journal-ref": paper.journal_ref,
        "doi": paper.doi,
        "license": paper.license,
        "abstract": paper.abstract,
    }
    assert reply.texts(".//ax:keyname") == ["Grünwald-Petit", "Boateng-Ruiz", "Shirakawa-Finn"]
    assert reply.texts(".//ax:forenames") == ["Anneliese", "Kofi", "Hideyo"]
    # As at arXiv, `created` is the shown version's day; only arXivRaw has that of version 1.
    assert replaced.texts(".//ax:created") == ["2026-06-08"]
    assert replaced.texts(".//ax:updated") == ["2026-06-09"]


async def test_the_raw_format_lists_every_version() -> None:
    async with asking() as client:
        reply = await get_record(client, "2603.90118", "arXivRaw")
        withdrawn = await get_record(client, "2606.90006", "arXivRaw")
    versions = [v.get("version") for v in reply.root.iterfind(".//raw:version", NS)]
    assert versions == ["v1", "v2", "v3"]
    dates = reply.texts(".//raw:date")
    assert dates[0] == "Thu, 19 Mar 2026 09:41:07 GMT"
    times = [
        datetime.strptime(date, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC) for date in dates
    ]
    assert times == sorted(times)
    assert withdrawn.texts(".//raw:source_type") == ["D", "I"]
    assert "withdrawn by the authors" in withdrawn.texts(".//raw:comments")[0]


async def test_dublin_core_has_names_subjects_and_identifiers() -> None:
    async with asking() as client:
        reply = await get_record(client, "2606.90004", "oai_dc")
    assert reply.texts(".//dc:creator") == ["di Montefalchi, Alessandra", "Linh, Nguyễn Bảo Khánh"]
    assert reply.texts(".//dc:subject") == ["Machine Learning", "Statistics Theory"]
    assert reply.texts(".//dc:identifier") == ["http://arxiv.org/abs/2606.90004"]


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Ada van Roo Jr.", ("van Roo", "Ada", "Jr.")),
        ("Roldao da Rocha", ("da Rocha", "Roldao", "")),
        ("Marie Curie", ("Curie", "Marie", "")),
        ("H1", ("H1", "", "")),
        ("Van Le", ("Le", "Van", "")),
        ("", ("", "", "")),
    ],
)
def test_names_are_split(name: str, parts: tuple[str, str, str]) -> None:
    assert split_name(name) == parts


async def test_a_paper_without_authors_or_known_categories_is_still_a_record() -> None:
    papers = PaperFile.from_records(
        [record(authors=[], categories=["I.2.7"], primary_category="I.2.7", title="")]
    )
    async with asking(papers) as client:
        for prefix in ("arXiv", "arXivRaw", "oai_dc"):
            assert ids(await get_record(client, "2606.90901", prefix)) == ["2606.90901"]


async def test_a_real_week_is_harvested_whole(shared_data: Path) -> None:
    papers = PaperFile.load(shared_data / "arxiv" / "batches.jsonl.gz")
    async with asking(papers, papers.days[-1]) as client:
        seen: list[str] = []
        arguments = {"verb": "ListRecords", "metadataPrefix": "arXivRaw", "set": "cs:cs:CL"}
        while arguments:
            reply = await ask(client, **arguments)
            seen += ids(reply)
            token = (reply.texts(".//oai:resumptionToken") or [""])[0]
            arguments = {"verb": "ListRecords", "resumptionToken": token} if token else {}
    expected = {p.id for p in papers.latest(papers.days[-1]) if "cs.CL" in p.categories}
    assert set(seen) == expected
    assert len(seen) == len(expected) > 500
