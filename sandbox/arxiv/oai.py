"""The OAI-PMH 2.0 interface: `/oai`.

Source: the protocol (https://www.openarchives.org/OAI/openarchivesprotocol.html), arXiv's help
page "Open Archives Initiative" and its open OAI-PMH service. Errors come with status 200. A
record is a paper's latest version; its datestamp is the day of its last announcement. A set holds
the papers with any of its categories among all of theirs. An unknown set, a `from` before the
earliest datestamp and an `until` after today (UTC) are badArgument, as at arXiv.

Resumption tokens name the last record given, so that papers announced in between are neither
skipped nor repeated, and end with the UTC day on which they were given. As at arXiv they come
without the optional completeListSize and cursor, unless these are asked for.

A paper file knows no deletions; a paper can be named as deleted, and has then a header only.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

from sandbox.arxiv.days import eastern_day
from sandbox.arxiv.identifiers import parse_identifier
from sandbox.arxiv.markup import Answer, XmlWriter
from sandbox.arxiv.oai_lists import (
    EARLIEST,
    OaiError,
    Selection,
    allow,
    end_of_utc_day,
    known_prefix,
    resume,
    select,
    token_after,
)
from sandbox.arxiv.oai_records import (
    FORMATS,
    IDENTIFIER_PREFIX,
    MetadataFormat,
    write_header,
    write_record,
)
from sandbox.arxiv.papers import PaperFile
from sandbox.arxiv.records import PaperVersion
from sandbox.arxiv.taxonomy import sets

PAGE_SIZE = 1000

_CONTENT_TYPE = "application/xml"
_NAMESPACES = {
    "xmlns": "http://www.openarchives.org/OAI/2.0/",
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xsi:schemaLocation": (
        "http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd"
    ),
}


class OaiInterface:
    """Answers OAI-PMH requests from a paper file; with `sizes`, tokens tell how long a list is."""

    def __init__(
        self, papers: PaperFile, page_size: int = PAGE_SIZE, *, sizes: bool = False
    ) -> None:
        self._papers = papers
        self._page_size = page_size
        self._sizes = sizes
        self._deleted: dict[str, date] = {}
        self._verbs: dict[str, Callable[[XmlWriter, Mapping[str, str], datetime, str], None]] = {
            "Identify": self._identify,
            "ListMetadataFormats": self._list_formats,
            "ListSets": self._list_sets,
            "ListIdentifiers": self._list,
            "ListRecords": self._list,
            "GetRecord": self._get_record,
        }

    def delete(self, paper_id: str, day: date) -> None:
        """Let a paper be deleted from a day on."""
        self._deleted[paper_id] = day

    def answer(self, arguments: list[tuple[str, str]], now: datetime, base_url: str) -> Answer:
        """The answer to a request at an instant. CPU work: call it on a thread."""
        named = dict(arguments)
        try:
            verb = named.get("verb", "")
            if verb not in self._verbs or sum(name == "verb" for name, _ in arguments) > 1:
                raise OaiError("badVerb", "The verb is missing, repeated or not one of OAI-PMH.")
            if len(named) != len(arguments):
                raise OaiError("badArgument", "An argument is repeated.")
            xml = XmlWriter()
            with xml.element("OAI-PMH", _NAMESPACES):
                _write_request(xml, now, base_url, named)
                self._verbs[verb](xml, named, now, base_url)
            return Answer(200, _CONTENT_TYPE, xml.document())
        except OaiError as error:
            # The protocol leaves the attributes out where they are what is wrong.
            shown = {} if error.code in ("badVerb", "badArgument") else named
            xml = XmlWriter()
            with xml.element("OAI-PMH", _NAMESPACES):
                _write_request(xml, now, base_url, shown)
                xml.leaf("error", error.message, {"code": error.code})
            return Answer(200, _CONTENT_TYPE, xml.document())

    def _identify(
        self, xml: XmlWriter, arguments: Mapping[str, str], _now: datetime, base_url: str
    ) -> None:
        allow(arguments)
        with xml.element("Identify"):
            xml.leaf("repositoryName", "arXiv")
            xml.leaf("baseURL", base_url)
            xml.leaf("protocolVersion", "2.0")
            xml.leaf("adminEmail", "help@arxiv.org")
            xml.leaf("earliestDatestamp", EARLIEST.isoformat())
            xml.leaf("deletedRecord", "persistent")
            xml.leaf("granularity", "YYYY-MM-DD")

    def _list_formats(
        self, xml: XmlWriter, arguments: Mapping[str, str], now: datetime, _base_url: str
    ) -> None:
        allow(arguments, "identifier")
        if "identifier" in arguments:
            self._find(arguments["identifier"], now)
        with xml.element("ListMetadataFormats"):
            for prefix, form in FORMATS.items():
                with xml.element("metadataFormat"):
                    xml.leaf("metadataPrefix", prefix)
                    xml.leaf("schema", form.schema)
                    xml.leaf("metadataNamespace", form.namespace)

    def _list_sets(
        self, xml: XmlWriter, arguments: Mapping[str, str], _now: datetime, _base_url: str
    ) -> None:
        allow(arguments, "resumptionToken")
        if "resumptionToken" in arguments:
            raise OaiError("badResumptionToken", "The list of sets is never given in parts.")
        with xml.element("ListSets"):
            for spec, name in sets().items():
                with xml.element("set"):
                    xml.leaf("setSpec", spec)
                    xml.leaf("setName", name)

    def _get_record(
        self, xml: XmlWriter, arguments: Mapping[str, str], now: datetime, _base_url: str
    ) -> None:
        allow(arguments, "identifier", "metadataPrefix")
        for name in ("identifier", "metadataPrefix"):
            if name not in arguments:
                raise OaiError("badArgument", f"{name} is missing.")
        paper = self._find(arguments["identifier"], now)
        form = FORMATS[known_prefix(arguments["metadataPrefix"])]
        with xml.element("GetRecord"):
            self._write(xml, paper, eastern_day(now), form)

    def _find(self, identifier: str, now: datetime) -> PaperVersion:
        parsed = parse_identifier(identifier.removeprefix(IDENTIFIER_PREFIX))
        if identifier.startswith(IDENTIFIER_PREFIX) and parsed and parsed.version is None:
            paper = self._papers.find(parsed.id, eastern_day(now))
            if paper is not None:
                return self._stamped(paper, eastern_day(now))
        raise OaiError("idDoesNotExist", f"There is no item with the identifier {identifier}.")

    def _list(
        self, xml: XmlWriter, arguments: Mapping[str, str], now: datetime, _base_url: str
    ) -> None:
        verb = arguments["verb"]
        resumed = "resumptionToken" in arguments
        selection = resume(arguments, now) if resumed else select(arguments, now)
        found = self._selected(selection, eastern_day(now))
        if not found:
            raise OaiError("noRecordsMatch", "No record matches the request.")
        page = found[: self._page_size]
        with xml.element(verb):
            for paper in page:
                if verb == "ListIdentifiers":
                    deleted = self._deletion(paper.id, eastern_day(now)) is not None
                    write_header(xml, paper, deleted=deleted)
                else:
                    self._write(xml, paper, eastern_day(now), FORMATS[selection.prefix])
            given = selection.cursor + len(page)
            size = selection.size or len(found)
            told = {"completeListSize": str(size), "cursor": str(selection.cursor)}
            sizes = told if self._sizes else {}
            if len(found) > len(page):
                expires = end_of_utc_day(now)
                xml.leaf(
                    "resumptionToken",
                    token_after(arguments, selection, page[-1], now, cursor=given, size=size),
                    {"expirationDate": f"{expires:%Y-%m-%dT%H:%M:%SZ}", **sizes},
                )
            elif resumed:
                # The protocol's mark for the last part of a list.
                xml.leaf("resumptionToken", None, sizes)

    def _write(
        self, xml: XmlWriter, paper: PaperVersion, today: date, form: MetadataFormat
    ) -> None:
        if self._deletion(paper.id, today) is None:
            write_record(xml, self._papers.history(paper.id, today), form)
        else:
            with xml.element("record"):
                write_header(xml, paper, deleted=True)

    def _deletion(self, paper_id: str, today: date) -> date | None:
        """The day on which a paper was deleted, if that has come."""
        day = self._deleted.get(paper_id)
        return day if day is not None and day <= today else None

    def _stamped(self, paper: PaperVersion, today: date) -> PaperVersion:
        """The paper with its datestamp as its day: a deletion is a change too."""
        return replace(paper, day=self._deletion(paper.id, today) or paper.day)

    def _selected(self, selection: Selection, today: date) -> list[PaperVersion]:
        found = [
            paper
            for paper in (self._stamped(known, today) for known in self._papers.latest(today))
            if selection.since <= paper.day <= selection.until
            and (
                selection.categories is None
                or not selection.categories.isdisjoint(paper.categories)
            )
            and (selection.after is None or (paper.day, paper.id) > selection.after)
        ]
        return sorted(found, key=lambda paper: (paper.day, paper.id))


def _write_request(
    xml: XmlWriter, now: datetime, base_url: str, arguments: Mapping[str, str]
) -> None:
    xml.leaf("responseDate", f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")
    xml.leaf("request", base_url, arguments)
