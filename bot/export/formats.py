"""The formats in which bookmarks can be taken along."""

import io
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.export.bibtex import bibtex_entry
from bot.export.citations import Citation, Entry, citation
from bot.export.csl import csl_item
from bot.export.markdown import markdown_heading, markdown_item
from bot.export.ris import ris_record
from bot.export.table import csv_head, csv_row


class Format(StrEnum):
    """A format of files; the value is the file's extension."""

    BIBTEX = "bib"
    RIS = "ris"
    CSL_JSON = "json"
    CSV = "csv"
    MARKDOWN = "md"

    @property
    def label(self) -> str:
        """Its own name, the same in every language."""
        return _LABELS[self]


_LABELS = {
    Format.BIBTEX: "BibTeX",
    Format.RIS: "RIS",
    Format.CSL_JSON: "CSL-JSON",
    Format.CSV: "CSV",
    Format.MARKDOWN: "Markdown",
}


@dataclass(frozen=True, slots=True)
class _Layout:
    """How a file is put together; `head` is given the number of bookmarks."""

    item: Callable[[Citation], str]
    head: Callable[[int], str] = lambda _: ""
    between: str = ""
    tail: str = ""


_LAYOUTS: Mapping[Format, _Layout] = {
    Format.BIBTEX: _Layout(bibtex_entry, between="\n"),
    Format.RIS: _Layout(ris_record),
    Format.CSL_JSON: _Layout(csl_item, lambda _: "[\n", ",\n", "\n]\n"),
    Format.CSV: _Layout(csv_row, lambda _: csv_head()),
    Format.MARKDOWN: _Layout(markdown_item, markdown_heading),
}


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A file with `count` bookmarks. `zipped` says that it had to be packed to be small enough."""

    name: str
    data: bytes
    count: int
    zipped: bool = False


class FileMaker:
    """Makes a file from bookmarks that come in parts.

    So nothing but bytes is kept of them: thousands of objects at once would keep the garbage
    collector busy, which stops everything. Its methods take a while: for a thread.
    """

    def __init__(self, format_: Format) -> None:
        self._format = format_
        self._layout = _LAYOUTS[format_]
        self._count = 0
        self._parts: list[bytes] = []

    def add(self, entries: Iterable[Entry]) -> None:
        """Add some of the bookmarks."""
        for entry in entries:
            said = self._layout.item(citation(entry))
            self._parts.append(_bytes(self._layout.between + said if self._count else said))
            self._count += 1

    def finish(self, day: date, *, most_bytes: int) -> ExportFile:
        """The file, packed if it would pass `most_bytes`."""
        name = f"bookmarks-{day.isoformat()}.{self._format.value}"
        head = _bytes(self._layout.head(self._count))
        data = b"".join([head, *self._parts, _bytes(self._layout.tail)])
        if len(data) <= most_bytes:
            return ExportFile(name, data, self._count)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, data)
        return ExportFile(f"{name}.zip", packed.getvalue(), self._count, zipped=True)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")
