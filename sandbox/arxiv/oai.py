"""The OAI-PMH 2.0 interface: `/oai`.

Source: the protocol (https://www.openarchives.org/OAI/openarchivesprotocol.html), arXiv's help
page "Open Archives Initiative" and its open OAI-PMH service. Errors come with status 200. A
record is a paper's latest version; its datestamp is the day of its last announcement. A set holds
the papers with any of its categories among all of theirs. An unknown set, a `from` before the
earliest datestamp and an `until` after today (UTC) are badArgument, as at arXiv.

Resumption tokens name the last record given, so that papers announced in between are neither
skipped nor repeated, and end with the UTC day on which they were given.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qsl, urlencode

from sandbox.arxiv.days import eastern_day
from sandbox.arxiv.identifiers import parse_identifier
from sandbox.arxiv.markup import Answer, XmlWriter
from sandbox.arxiv.oai_records import FORMATS, IDENTIFIER_PREFIX, write_header, write_record
from sandbox.arxiv.papers import PaperFile
from sandbox.arxiv.records import PaperVersion
from sandbox.arxiv.taxonomy import categories_of_set, sets

PAGE_SIZE = 1000
EARLIEST = date(2005, 9, 16)

_CONTENT_TYPE = "application/xml"
_NAMESPACES = {
    "xmlns": "http://www.openarchives.org/OAI/2.0/",
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xsi:schemaLocation": (
        "http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd"
    ),
}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LIST_ARGUMENTS = frozenset({"metadataPrefix", "from", "until", "set"})


class OaiError(Exception):
    """A request that the protocol answers with an error element."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class _Selection:
    """What a list request asks for. `after` is the last record (datestamp, id) given before."""

    prefix: str
    since: date
    until: date
    categories: frozenset[str] | None
    after: tuple[date, str] | None = None


class OaiInterface:
    """Answers OAI-PMH requests from a paper file."""

    def __init__(self, papers: PaperFile, page_size: int = PAGE_SIZE) -> None:
        self._papers = papers
        self._page_size = page_size
        self._verbs: dict[str, Callable[[XmlWriter, Mapping[str, str], datetime, str], None]] = {
            "Identify": self._identify,
            "ListMetadataFormats": self._list_formats,
            "ListSets": self._list_sets,
            "ListIdentifiers": self._list,
            "ListRecords": self._list,
            "GetRecord": self._get_record,
        }

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
        _allow(arguments)
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
        _allow(arguments, "identifier")
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
        _allow(arguments, "resumptionToken")
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
        _allow(arguments, "identifier", "metadataPrefix")
        for name in ("identifier", "metadataPrefix"):
            if name not in arguments:
                raise OaiError("badArgument", f"{name} is missing.")
        paper = self._find(arguments["identifier"], now)
        form = FORMATS[_known_prefix(arguments["metadataPrefix"])]
        with xml.element("GetRecord"):
            write_record(xml, self._papers.history(paper.id, eastern_day(now)), form)

    def _find(self, identifier: str, now: datetime) -> PaperVersion:
        parsed = parse_identifier(identifier.removeprefix(IDENTIFIER_PREFIX))
        if identifier.startswith(IDENTIFIER_PREFIX) and parsed and parsed.version is None:
            paper = self._papers.find(parsed.id, eastern_day(now))
            if paper is not None:
                return paper
        raise OaiError("idDoesNotExist", f"There is no item with the identifier {identifier}.")

    def _list(
        self, xml: XmlWriter, arguments: Mapping[str, str], now: datetime, _base_url: str
    ) -> None:
        verb = arguments["verb"]
        resumed = "resumptionToken" in arguments
        selection = _resume(arguments, now) if resumed else _select(arguments, now)
        found = self._selected(selection, eastern_day(now))
        if not found:
            raise OaiError("noRecordsMatch", "No record matches the request.")
        page = found[: self._page_size]
        with xml.element(verb):
            for paper in page:
                if verb == "ListIdentifiers":
                    write_header(xml, paper)
                else:
                    history = self._papers.history(paper.id, eastern_day(now))
                    write_record(xml, history, FORMATS[selection.prefix])
            if len(found) > len(page):
                expires = _end_of_utc_day(now)
                xml.leaf(
                    "resumptionToken",
                    _token(arguments, selection, page[-1], now),
                    {"expirationDate": f"{expires:%Y-%m-%dT%H:%M:%SZ}"},
                )
            elif resumed:
                xml.leaf("resumptionToken")  # the protocol's mark for the last part of a list

    def _selected(self, selection: _Selection, today: date) -> list[PaperVersion]:
        found = [
            paper
            for paper in self._papers.latest(today)
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


def _allow(arguments: Mapping[str, str], *allowed: str) -> None:
    for name in arguments:
        if name != "verb" and name not in allowed:
            raise OaiError("badArgument", f"{name} is not an argument of this verb.")


def _known_prefix(prefix: str) -> str:
    if prefix not in FORMATS:
        raise OaiError("cannotDisseminateFormat", f"There is no metadata format {prefix}.")
    return prefix


def _select(arguments: Mapping[str, str], now: datetime) -> _Selection:
    """The selection of a first request. Raises OaiError."""
    _allow(arguments, *_LIST_ARGUMENTS)
    if "metadataPrefix" not in arguments:
        raise OaiError("badArgument", "metadataPrefix is missing.")
    prefix = _known_prefix(arguments["metadataPrefix"])
    today = now.astimezone(UTC).date()
    since = _parse_day(arguments, "from", EARLIEST)
    until = _parse_day(arguments, "until", today)
    if since > until:
        raise OaiError("badArgument", "from is later than until.")
    if since < EARLIEST:
        raise OaiError("badArgument", f"from is earlier than {EARLIEST}, the earliest datestamp.")
    if until > today:
        raise OaiError("badArgument", "until is later than today.")
    categories = None
    if "set" in arguments:
        categories = categories_of_set(arguments["set"])
        if categories is None:
            raise OaiError("badArgument", f"There is no set {arguments['set']}.")
    return _Selection(prefix, since, until, categories)


def _parse_day(arguments: Mapping[str, str], name: str, default: date) -> date:
    text = arguments.get(name)
    if text is None:
        return default
    try:
        if not _DAY.fullmatch(text):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError as error:
        raise OaiError("badArgument", f"{name} is not a day of the form YYYY-MM-DD.") from error


def _token(
    arguments: Mapping[str, str], selection: _Selection, last: PaperVersion, now: datetime
) -> str:
    request = dict(parse_qsl(arguments.get("resumptionToken", ""))) or arguments
    kept = {name: value for name, value in request.items() if name in {*_LIST_ARGUMENTS, "verb"}}
    kept["until"] = selection.until.isoformat()  # frozen at the first request
    kept["given"] = now.astimezone(UTC).date().isoformat()
    kept["after"] = f"{last.day.isoformat()} {last.id}"
    return urlencode(kept)


def _resume(arguments: Mapping[str, str], now: datetime) -> _Selection:
    """The selection that a resumption token stands for. Raises OaiError."""
    if set(arguments) != {"verb", "resumptionToken"}:
        raise OaiError("badArgument", "Beside resumptionToken only the verb is allowed.")
    kept = dict(parse_qsl(arguments["resumptionToken"]))
    given, after = kept.pop("given", ""), kept.pop("after", "")
    try:
        day, identifier = after.split(" ")
        place = (date.fromisoformat(day), identifier)
        if kept.get("verb") != arguments["verb"] or date.fromisoformat(given) != (
            now.astimezone(UTC).date()
        ):
            raise ValueError(given)
        selection = _select(kept, now)
    except (ValueError, OaiError) as error:
        message = "The resumption token is not one of this verb's, or it has expired."
        raise OaiError("badResumptionToken", message) from error
    return _Selection(
        selection.prefix, selection.since, selection.until, selection.categories, place
    )


def _end_of_utc_day(now: datetime) -> datetime:
    day = now.astimezone(UTC).date() + timedelta(days=1)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
