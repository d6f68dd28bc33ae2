"""Reading OAI-PMH answers with records in arXiv's `arXivRaw` format."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from xml.etree.ElementTree import Element

import structlog

from bot.errors import SourceGarbled
from bot.models import Paper
from bot.sources.names import decode_name, split_authors
from bot.sources.records import bounded, says_withdrawn, split_id
from bot.sources.taxonomy import keep_categories
from bot.sources.xml import parse, text_of

log = structlog.get_logger(__name__)

SOURCE = "arXiv OAI-PMH"

_OAI = "{http://www.openarchives.org/OAI/2.0/}"
_RAW = "{http://arxiv.org/OAI/arXivRaw/}"
# arXiv's source type of a version that has nothing to read any more.
_NOTHING_TO_READ = "I"


@dataclass(frozen=True, slots=True)
class RawRecord:
    """A paper at its last version, and the day on which its record last changed."""

    paper: Paper
    datestamp: date


@dataclass(frozen=True, slots=True)
class RecordPage:
    """One page of a list. `token` asks for the next one; without it the list is complete.

    `skipped` records could not be read. `size` is how many records the whole list has and
    `answered` the server's day (UTC) at the time of the answer; both are None where not told.
    """

    records: tuple[RawRecord, ...]
    token: str | None
    skipped: int = 0
    size: int | None = None
    answered: date | None = None


class OaiFailure(Exception):
    """OAI-PMH's own error answer; `code` is one of the protocol's codes (badArgument, …).

    `answered` is the server's day, as for a RecordPage.
    """

    def __init__(self, code: str, text: str, answered: date | None = None) -> None:
        self.code = code
        self.answered = answered
        super().__init__(f"{code}: {text}")


def parse_page(body: bytes, *, stray: int = 0) -> RecordPage:
    """Read a ListRecords answer. Deleted records are left out, unreadable ones with a warning.

    Raises OaiFailure for the protocol's error answers and SourceGarbled for anything else, which
    a page is too if more than `stray` records are in it and none could be read.
    """
    root = parse(SOURCE, body)
    if root.tag != f"{_OAI}OAI-PMH":
        raise SourceGarbled(SOURCE, f"not OAI-PMH: its root is {root.tag[:60]!r}")
    error = root.find(f"{_OAI}error")
    if error is not None:
        text = (error.text or "").strip()[:300]
        raise OaiFailure(error.get("code", ""), text, _answered(root))
    listed = root.find(f"{_OAI}ListRecords")
    if listed is None:
        raise SourceGarbled(SOURCE, "an answer without records and without an error")
    elements = listed.findall(f"{_OAI}record")
    records = tuple(_records(elements))
    skipped = len(elements) - _deleted(elements) - len(records)
    if skipped > stray and not records:
        raise SourceGarbled(SOURCE, f"none of its {len(elements)} records could be read")
    token = (text_of(listed, f"{_OAI}resumptionToken") or "").strip()
    return RecordPage(records, token or None, skipped, _size(listed), _answered(root))


def _size(listed: Element) -> int | None:
    """The optional number of records in the whole list."""
    token = listed.find(f"{_OAI}resumptionToken")
    told = "" if token is None else token.get("completeListSize", "").strip()
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 10 else None


def _answered(root: Element) -> date | None:
    told = (text_of(root, f"{_OAI}responseDate") or "").strip()
    try:
        return date.fromisoformat(told[:10])
    except ValueError:
        return None


def _is_deleted(record: Element) -> bool:
    header = record.find(f"{_OAI}header")
    return header is not None and header.get("status") == "deleted"


def _deleted(elements: list[Element]) -> int:
    return sum(map(_is_deleted, elements))


def _records(elements: list[Element]) -> Iterator[RawRecord]:
    for element in elements:
        if _is_deleted(element):
            continue
        try:
            yield _record(element)
        except (ValueError, TypeError, IndexError, OverflowError) as error:
            name = (text_of(element, f"{_OAI}header/{_OAI}identifier") or "")[:80]
            log.warning("oai_record_skipped", identifier=name, reason=str(error))


def _record(element: Element) -> RawRecord:
    raw = element.find(f"{_OAI}metadata/{_RAW}arXivRaw")
    if raw is None:
        raise ValueError("no metadata")
    datestamp = (text_of(element, f"{_OAI}header/{_OAI}datestamp") or "").strip()
    return RawRecord(_paper(raw), date.fromisoformat(datestamp[:10]))


def _paper(raw: Element) -> Paper:
    this = split_id(_field(raw, "id"))
    if this is None:
        raise ValueError("no arXiv identifier")
    versions = sorted(_versions(raw))
    if not versions:
        raise ValueError("no versions")
    categories = keep_categories(_field(raw, "categories").split())
    if not categories:
        raise ValueError("no category")
    abstract = _field(raw, "abstract")
    comment = _field(raw, "comments") or None
    version, updated, source_type = versions[-1]
    return Paper(
        id=this[0],
        version=version,
        title=_field(raw, "title"),
        abstract=abstract,
        authors=tuple(
            decode_name(name) for name in split_authors(text_of(raw, f"{_RAW}authors") or "")
        ),
        categories=categories,
        primary_category=categories[0],
        published=versions[0][1],
        updated=updated,
        comment=comment,
        doi=_field(raw, "doi") or None,
        journal_ref=_field(raw, "journal-ref") or None,
        license=_field(raw, "license") or None,
        withdrawn=source_type == _NOTHING_TO_READ
        or says_withdrawn(comment=comment, abstract=abstract),
    )


def _field(raw: Element, name: str) -> str:
    return bounded(text_of(raw, f"{_RAW}{name}"), name)


def _versions(raw: Element) -> Iterator[tuple[int, datetime, str]]:
    """Number, time of submission in UTC, and type of the source, of each version."""
    for version in raw.findall(f"{_RAW}version"):
        number = int(version.get("version", "").removeprefix("v"))
        written = (text_of(version, f"{_RAW}date") or "").strip()
        instant = parsedate_to_datetime(written)
        # "GMT" is read as a zone, "-0000" as none.
        aware = instant if instant.tzinfo is not None else instant.replace(tzinfo=UTC)
        kind = (text_of(version, f"{_RAW}source_type") or "").strip()
        yield number, aware.astimezone(UTC), kind
