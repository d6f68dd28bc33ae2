"""What the tests of the stand-in for arXiv share: a running one, and how to read its answers."""

import xml.etree.ElementTree as ET
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

import aiohttp
import defusedxml.ElementTree

from sandbox.arxiv.app import ArxivSandbox
from sandbox.arxiv.days import EASTERN
from sandbox.arxiv.papers import PaperFile
from sandbox.arxiv.sample import sample_papers
from sandbox.clock import SandboxClock

MONDAY = date(2026, 6, 8)
TUESDAY = date(2026, 6, 9)
SATURDAY = date(2026, 6, 13)

NS = {
    "atom": "http://www.w3.org/2005/Atom",
    "arxiv": "http://arxiv.org/schemas/atom",
    "dc": "http://purl.org/dc/elements/1.1/",
    "os": "http://a9.com/-/spec/opensearch/1.1/",
    "oai": "http://www.openarchives.org/OAI/2.0/",
    "ax": "http://arxiv.org/OAI/arXiv/",
    "raw": "http://arxiv.org/OAI/arXivRaw/",
    "oai_dc": "http://www.openarchives.org/OAI/2.0/oai_dc/",
}

# defusedxml carries no types; this is the one place that uses it.
_parse = cast("Callable[[bytes], ET.Element]", cast("Any", defusedxml.ElementTree).fromstring)


def parse(body: bytes) -> ET.Element:
    """The root of a document, read as a careful client would."""
    return _parse(body)


def noon(day: date) -> datetime:
    """12:00 Eastern of a day."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=EASTERN)


def record(**fields: object) -> dict[str, object]:
    """A record of a paper file, with what is needed and the given fields."""
    return {
        "id": "2606.90901",
        "version": 1,
        "title": "A title",
        "abstract": "An abstract.",
        "authors": ["Ada Example"],
        "categories": ["cs.CL"],
        "primary_category": "cs.CL",
        "announced_on": MONDAY.isoformat(),
        "announce_type": "new",
        **fields,
    }


@dataclass(slots=True)
class Reply:
    """An answer that was read to its end."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def root(self) -> ET.Element:
        return parse(self.body)

    def texts(self, path: str) -> list[str]:
        """The texts of all elements at a path (prefixes as in NS)."""
        return [element.text or "" for element in self.root.iterfind(path, NS)]


class Client:
    """Asks a sandbox over real HTTP."""

    def __init__(self, sandbox: ArxivSandbox, session: aiohttp.ClientSession) -> None:
        self.sandbox = sandbox
        self._session = session

    async def get(self, path: str, headers: dict[str, str] | None = None) -> Reply:
        return await self.send("GET", path, headers=headers)

    async def query(self, **parameters: object) -> Reply:
        """Ask the query API."""
        named = {name: str(value) for name, value in parameters.items()}
        return await self.send("GET", "/api/query", params=named)

    async def send(self, method: str, path: str, **options: Any) -> Reply:
        async with self._session.request(method, self.sandbox.url + path, **options) as response:
            body = await response.read()
            return Reply(response.status, dict(response.headers), body)


@asynccontextmanager
async def asking(
    papers: PaperFile | None = None, day: date = TUESDAY, **options: Any
) -> AsyncGenerator[Client]:
    """A client of a running sandbox; by default of the sample, announced on MONDAY and TUESDAY."""
    papers = papers or sample_papers(MONDAY, TUESDAY)
    sandbox = ArxivSandbox(papers, SandboxClock(noon(day)), **options)
    await sandbox.start()
    timeout = aiohttp.ClientTimeout(total=20)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session:
            yield Client(sandbox, session)
    finally:
        await sandbox.stop()


def child_order(elements: list[ET.Element]) -> set[tuple[str, str]]:
    """Every pair of child tags (a, b) of which, in some element, an `a` stands before a `b`."""
    pairs: set[tuple[str, str]] = set()
    for element in elements:
        tags = [child.tag for child in element]
        pairs |= {(a, b) for place, a in enumerate(tags) for b in tags[place + 1 :] if a != b}
    return pairs


def attribute_names(elements: list[ET.Element]) -> set[tuple[str, tuple[str, ...]]]:
    """The tags below some elements, each with its attributes' names in their order."""
    return {(child.tag, tuple(child.attrib)) for root in elements for child in root.iter()}


def root_tag(body: bytes) -> str:
    """The start tag of a document's root, with its namespace declarations."""
    start = body.index(b"<", body.index(b"?>"))
    return body[start : body.index(b">", start) + 1].decode()
