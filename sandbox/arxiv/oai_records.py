"""Papers as OAI-PMH records in arXiv's formats: `arXiv`, `arXivRaw` and `oai_dc`.

Source: arXiv's open OAI-PMH service and harvested records. Two of its traits to know:
- in the format `arXiv`, `created` is the day of the version shown, not of version 1; only
  `arXivRaw` has version 1's time, in its list of versions;
- `arXivRaw` names submitter and sizes, which a paper file does not hold: the first author stands
  for the submitter and the sizes are made up from the identifier.
"""

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sandbox.arxiv.markup import XmlWriter
from sandbox.arxiv.records import PaperVersion
from sandbox.arxiv.taxonomy import CATEGORIES, set_specs

IDENTIFIER_PREFIX = "oai:arXiv.org:"

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_SUFFIXES = ("Jr", "Jr.", "Sr", "Sr.", "II", "III", "IV")
_PARTICLES = frozenset(
    {"af", "al", "bin", "da", "de", "del", "della", "den", "der", "di", "do", "dos", "du", "el"}
    | {"la", "le", "ten", "ter", "van", "von", "zu", "zur"}
)


@dataclass(frozen=True, slots=True)
class MetadataFormat:
    """A metadata prefix with its schema and namespace, and how a paper is written in it."""

    schema: str
    namespace: str
    write: Callable[[XmlWriter, Sequence[PaperVersion]], None]


def write_header(xml: XmlWriter, paper: PaperVersion, *, deleted: bool = False) -> None:
    """The header of a record; its datestamp is the day of the paper's last announcement."""
    with xml.element("header", {"status": "deleted"} if deleted else None):
        xml.leaf("identifier", IDENTIFIER_PREFIX + paper.id)
        xml.leaf("datestamp", paper.day.isoformat())
        for spec in set_specs(paper.categories):
            xml.leaf("setSpec", spec)


def write_record(xml: XmlWriter, history: Sequence[PaperVersion], form: MetadataFormat) -> None:
    """A whole record of the paper whose announcements are given, oldest first."""
    with xml.element("record"):
        write_header(xml, history[-1])
        with xml.element("metadata"):
            form.write(xml, history)


def split_name(name: str) -> tuple[str, str, str]:
    """A name as (keyname, forenames, suffix): "Ada van Roo Jr." is ("van Roo", "Ada", "Jr.")."""
    parts = name.split()
    suffix = parts.pop() if len(parts) > 2 and parts[-1] in _SUFFIXES else ""
    start = max(len(parts) - 1, 0)
    while start > 1 and parts[start - 1].casefold() in _PARTICLES:
        start -= 1
    return " ".join(parts[start:]), " ".join(parts[:start]), suffix


def version_times(history: Sequence[PaperVersion]) -> list[datetime]:
    """The submission times, in UTC, of all versions up to the last one.

    Those that the file does not hold are spread evenly between their known neighbours.
    """
    known = {1: history[0].published} | {paper.version: paper.updated for paper in history}
    times: list[datetime] = []
    for version in range(1, history[-1].version + 1):
        low = max(number for number in known if number <= version)
        high = min(number for number in known if number >= version)
        share = (version - low) / (high - low) if high > low else 0.0
        times.append(known[low] + (known[high] - known[low]) * share)
    return times


def _attributes(prefix: str, namespace: str, schema: str) -> dict[str, str]:
    return {
        f"xmlns:{prefix}" if prefix else "xmlns": namespace,
        "xmlns:xsi": _XSI,
        "xsi:schemaLocation": f"{namespace} {schema}",
    }


def _write_arxiv(xml: XmlWriter, history: Sequence[PaperVersion]) -> None:
    paper = history[-1]
    with xml.element("arXiv", _attributes("", _ARXIV.namespace, _ARXIV.schema)):
        xml.leaf("id", paper.id)
        xml.leaf("created", paper.updated.date().isoformat())
        if paper.version > 1:
            xml.leaf("updated", paper.day.isoformat())
        with xml.element("authors"):
            for author in paper.authors:
                keyname, forenames, suffix = split_name(author)
                with xml.element("author"):
                    xml.leaf("keyname", keyname)
                    xml.optional("forenames", forenames)
                    xml.optional("suffix", suffix)
        xml.leaf("title", paper.title)
        xml.leaf("categories", " ".join(paper.categories))
        _write_common(xml, paper)


def _write_raw(xml: XmlWriter, history: Sequence[PaperVersion]) -> None:
    paper = history[-1]
    with xml.element("arXivRaw", _attributes("", _RAW.namespace, _RAW.schema)):
        xml.leaf("id", paper.id)
        xml.leaf("submitter", paper.authors[0] if paper.authors else "Unknown")
        for version, instant in enumerate(version_times(history), 1):
            with xml.element("version", {"version": f"v{version}"}):
                xml.leaf("date", f"{instant.astimezone(UTC):%a, %d %b %Y %H:%M:%S GMT}")
                size = 20 + zlib.crc32(f"{paper.id}v{version}".encode()) % 5000
                withdrawn = paper.withdrawn and version == paper.version
                xml.leaf("size", f"{0 if withdrawn else size}kb")
                xml.leaf("source_type", "I" if withdrawn else "D")
        xml.leaf("title", paper.title)
        xml.leaf("authors", ", ".join(paper.authors))
        xml.leaf("categories", " ".join(paper.categories))
        _write_common(xml, paper)


def _write_common(xml: XmlWriter, paper: PaperVersion) -> None:
    xml.optional("comments", paper.comment)
    xml.optional("report-no", paper.report_no)
    xml.optional("journal-ref", paper.journal_ref)
    xml.optional("doi", paper.doi)
    xml.leaf("license", paper.license)
    xml.optional("abstract", paper.abstract)


def _write_dublin_core(xml: XmlWriter, history: Sequence[PaperVersion]) -> None:
    paper = history[-1]
    attributes = _attributes("oai_dc", _DC.namespace, _DC.schema)
    attributes["xmlns:dc"] = "http://purl.org/dc/elements/1.1/"
    with xml.element("oai_dc:dc", attributes):
        xml.leaf("dc:title", paper.title)
        for author in paper.authors:
            keyname, forenames, suffix = split_name(author)
            family = f"{keyname} {suffix}".strip()
            xml.leaf("dc:creator", f"{family}, {forenames}" if forenames else family)
        for subject in dict.fromkeys(CATEGORIES[c] for c in paper.categories if c in CATEGORIES):
            xml.leaf("dc:subject", subject)
        xml.optional("dc:description", paper.abstract)
        xml.optional("dc:description", paper.comment)
        for day in dict.fromkeys((paper.published.date(), paper.updated.date())):
            xml.leaf("dc:date", day.isoformat())
        xml.leaf("dc:type", "text")
        xml.leaf("dc:identifier", f"http://arxiv.org/abs/{paper.id}")
        xml.optional("dc:identifier", paper.journal_ref)
        if paper.doi:
            xml.leaf("dc:identifier", f"doi:{paper.doi}")


_ARXIV = MetadataFormat(
    "http://arxiv.org/OAI/arXiv.xsd", "http://arxiv.org/OAI/arXiv/", _write_arxiv
)
_RAW = MetadataFormat(
    "http://arxiv.org/OAI/arXivRaw.xsd", "http://arxiv.org/OAI/arXivRaw/", _write_raw
)
_DC = MetadataFormat(
    "http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
    "http://www.openarchives.org/OAI/2.0/oai_dc/",
    _write_dublin_core,
)

FORMATS: dict[str, MetadataFormat] = {"oai_dc": _DC, "arXiv": _ARXIV, "arXivRaw": _RAW}
