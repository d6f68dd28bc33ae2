"""The query API: `/api/query`.

Source: arXiv's API user manual and recorded answers of 2026, whose order of elements, namespaces
and error entries are kept. Where they are silent:
- without `search_query` and `id_list` the answer is empty;
- a `max_results` between 2,000 and 30,000 gives the first 2,000;
- a version that the file does not hold is like an unknown identifier: no entry, status 200;
- by relevance, an `id_list` alone comes in its own order, and equal matches newest first.
"""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from sandbox.arxiv.days import eastern_day
from sandbox.arxiv.identifiers import Identifier, parse_identifier
from sandbox.arxiv.markup import Answer, XmlWriter
from sandbox.arxiv.papers import PaperFile
from sandbox.arxiv.query import Query, QueryError, parse_query
from sandbox.arxiv.records import PaperVersion
from sandbox.arxiv.searchtext import SearchText

DEFAULT_RESULTS = 10
SLICE_LIMIT = 2000
RESULT_LIMIT = 30_000

_CONTENT_TYPE = "application/atom+xml; charset=utf-8"
_NAMESPACES = {
    "xmlns:opensearch": "http://a9.com/-/spec/opensearch/1.1/",
    "xmlns:arxiv": "http://arxiv.org/schemas/atom",
    "xmlns": "http://www.w3.org/2005/Atom",
}
_SORT_BY = ("relevance", "lastUpdatedDate", "submittedDate")


class ApiError(Exception):
    """A request that the API answers with HTTP 400."""

    def __init__(self, summary: str, *, anchored: bool = True) -> None:
        super().__init__(summary)
        self.summary = summary
        self.anchor = f"#{summary.replace(' ', '_')}" if anchored else ""


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """The parameters of a request, read and checked."""

    query: Query | None
    ids: tuple[Identifier, ...]
    id_list: str
    start: int
    max_results: int
    sort_by: str
    descending: bool

    @classmethod
    def parse(cls, parameters: Mapping[str, str]) -> "ApiRequest":
        """Read the parameters of a GET or POST request. Raises ApiError."""
        start = _number(parameters, "start", 0)
        max_results = _number(parameters, "max_results", DEFAULT_RESULTS)
        if max_results > RESULT_LIMIT:
            raise ApiError(f"max_results must be at most {RESULT_LIMIT}")
        sort_by = _choice(parameters, "sortBy", _SORT_BY)
        sort_order = _choice(parameters, "sortOrder", ("descending", "ascending"))
        text = parameters.get("search_query", "").strip()
        id_list = parameters.get("id_list", "").strip()
        try:
            query = parse_query(text) if text else None
        except QueryError as error:
            raise ApiError(f"Invalid query string: '{error}'", anchored=False) from error
        return cls(
            query=query,
            ids=_identifiers(id_list),
            id_list=id_list,
            start=start,
            max_results=max_results,
            sort_by=sort_by,
            descending=sort_order == "descending",
        )

    @property
    def query_text(self) -> str:
        """The canonical form of the query, "" if there is none."""
        return self.query.text if self.query else ""


class QueryApi:
    """Answers requests from a paper file; keeps the folded text of papers between requests."""

    def __init__(self, papers: PaperFile) -> None:
        self._papers = papers
        self._texts: dict[tuple[str, int], SearchText] = {}

    def answer(self, parameters: Mapping[str, str], now: datetime) -> Answer:
        """The answer to a request at an instant. CPU work: call it on a thread."""
        try:
            request = ApiRequest.parse(parameters)
        except ApiError as error:
            return Answer(400, _CONTENT_TYPE, _error_feed(error, now))
        found = self._search(request, now)
        size = min(request.max_results, SLICE_LIMIT)
        page = found[request.start : request.start + size]
        return Answer(200, _CONTENT_TYPE, _result_feed(request, page, len(found), now))

    def _search(self, request: ApiRequest, now: datetime) -> list[PaperVersion]:
        today = eastern_day(now)
        if request.ids:
            named = (self._papers.find(i.id, today, i.version) for i in request.ids)
            papers = list({p.versioned_id: p for p in named if p is not None}.values())
        else:
            papers = self._papers.latest(today) if request.query else []
        if request.query:
            scored = [(request.query.score(self._text(p)), p) for p in papers]
        else:
            scored = [(float(-place), p) for place, p in enumerate(papers, -len(papers))]
        scored = [(score, p) for score, p in scored if score > 0]
        scored.sort(key=lambda item: item[1].id, reverse=request.descending)
        scored.sort(key=lambda item: item[1].published, reverse=request.descending)
        if request.sort_by == "relevance":
            scored.sort(key=lambda item: item[0], reverse=request.descending)
        elif request.sort_by == "lastUpdatedDate":
            scored.sort(key=lambda item: item[1].updated, reverse=request.descending)
        return [paper for _, paper in scored]

    def _text(self, paper: PaperVersion) -> SearchText:
        key = (paper.id, paper.version)
        text = self._texts.get(key)
        if text is None:
            text = self._texts[key] = SearchText(paper)
        return text


def _number(parameters: Mapping[str, str], name: str, default: int) -> int:
    text = parameters.get(name, "")
    if not text:
        return default
    try:
        number = int(text)
    except ValueError as error:
        raise ApiError(f"{name} must be an integer") from error
    if number < 0:
        raise ApiError(f"{name} must be non-negative")
    return number


def _choice(parameters: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    value = parameters.get(name, "") or allowed[0]
    if value not in allowed:
        raise ApiError(f"{name} must be in: {', '.join(allowed)}")
    return value


def _identifiers(id_list: str) -> tuple[Identifier, ...]:
    found: list[Identifier] = []
    for part in id_list.split(",") if id_list else []:
        identifier = parse_identifier(part.strip())
        if identifier is None:
            raise ApiError(f"incorrect id format for {part.strip()}")
        found.append(identifier)
    return tuple(found)


def _result_feed(
    request: ApiRequest, page: Iterable[PaperVersion], total: int, now: datetime
) -> bytes:
    query, ids = request.query_text, request.id_list
    title = (
        f"arXiv Query: search_query={query}&id_list={ids}"
        f"&start={request.start}&max_results={request.max_results}"
    )
    href = (
        f"https://arxiv.org/api/query?search_query={quote(query, safe=':/()*')}"
        f"&start={request.start}&max_results={request.max_results}&id_list={quote(ids, safe=',/')}"
    )
    # arXiv's identifiers of queries have this form: a SHA-1 in Base64 without its padding.
    digest = base64.b64encode(hashlib.sha1(title.encode(), usedforsecurity=False).digest())
    xml = XmlWriter()
    with xml.element("feed", _NAMESPACES):
        xml.leaf("id", f"https://arxiv.org/api/{digest.decode().rstrip('=')}")
        xml.leaf("title", title)
        xml.leaf("updated", _instant(now))
        xml.leaf("link", None, {"href": href, "type": "application/atom+xml"})
        xml.leaf("opensearch:itemsPerPage", str(min(request.max_results, SLICE_LIMIT)))
        xml.leaf("opensearch:totalResults", str(total))
        xml.leaf("opensearch:startIndex", str(request.start))
        for paper in page:
            _entry(xml, paper)
    return xml.document()


def _entry(xml: XmlWriter, paper: PaperVersion) -> None:
    versioned = paper.versioned_id
    with xml.element("entry"):
        xml.leaf("id", f"http://arxiv.org/abs/{versioned}")
        xml.leaf("title", paper.title)
        xml.leaf("updated", _instant(paper.updated))
        abs_href = f"https://arxiv.org/abs/{versioned}"
        xml.leaf("link", None, {"href": abs_href, "rel": "alternate", "type": "text/html"})
        pdf_href = f"https://arxiv.org/pdf/{versioned}"
        attributes = {"href": pdf_href, "rel": "related", "type": "application/pdf", "title": "pdf"}
        xml.leaf("link", None, attributes)
        xml.leaf("summary", paper.abstract)
        for category in paper.categories:
            scheme = "http://arxiv.org/schemas/atom"
            xml.leaf("category", None, {"term": category, "scheme": scheme})
        xml.leaf("published", _instant(paper.published))
        xml.optional("arxiv:comment", paper.comment)
        xml.leaf("arxiv:primary_category", None, {"term": paper.primary_category})
        xml.optional("arxiv:journal_ref", paper.journal_ref)
        for author in paper.authors:
            with xml.element("author"):
                xml.leaf("name", author)
        if paper.doi:
            xml.leaf("arxiv:doi", paper.doi)
            doi_href = f"https://doi.org/{paper.doi}"
            xml.leaf("link", None, {"rel": "related", "href": doi_href, "title": "doi"})


def _error_feed(error: ApiError, now: datetime) -> bytes:
    link = f"https://arxiv.org/api/errors{error.anchor}"
    xml = XmlWriter()
    with xml.element("feed", _NAMESPACES):
        xml.leaf("id", "https://arxiv.org/")
        xml.leaf("title", "arXiv Search Results")
        xml.leaf("updated", _instant(now))
        xml.leaf("opensearch:itemsPerPage", "1")
        xml.leaf("opensearch:totalResults", "1")
        xml.leaf("opensearch:startIndex", "0")
        with xml.element("entry"):
            xml.leaf("id", link)
            xml.leaf("title", "Error")
            xml.leaf("updated", _instant(now))
            xml.leaf("link", None, {"href": link, "rel": "alternate", "type": "text/html"})
            xml.leaf("summary", error.summary)
            with xml.element("author"):
                xml.leaf("name", "arXiv api core")
    return xml.document()


def _instant(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
