"""Bookmarks as a table for spreadsheets: CSV by RFC 4180, in UTF-8 with a byte order mark."""

import csv
import io
import re
from collections.abc import Sequence

from bot.export.citations import Citation, lines_of, readable

COLUMNS = (
    "arxiv_id", "version", "title", "authors", "primary_category", "categories", "submitted",
    "bookmarked", "note", "url", "pdf", "doi", "journal", "withdrawn",
)  # fmt: skip
_BYTE_ORDER_MARK = "\ufeff"  # without it, Excel takes the file for one in an old encoding
# A spreadsheet takes a cell that begins so for a formula, also in full width and after spaces.
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")


def csv_head() -> str:
    """The beginning of the file with the names of the columns."""
    return _BYTE_ORDER_MARK + _row(COLUMNS)


def csv_row(one: Citation) -> str:
    """A bookmark's row. Cells may have lines."""
    return _row([_harmless(cell) for cell in _cells(one)])


def _row(cells: Sequence[str]) -> str:
    file = io.StringIO()
    csv.writer(file, lineterminator="\r\n").writerow(cells)
    return file.getvalue()


def _cells(one: Citation) -> Sequence[str]:
    paper, bookmark = one.paper, one.bookmark
    return (
        paper.id,
        str(paper.version),
        one.title,
        "; ".join(readable(author) for author in paper.authors),
        readable(paper.primary_category),
        " ".join(map(readable, paper.categories)),
        paper.published.date().isoformat() if paper.published else "",
        bookmark.created_at.date().isoformat(),
        "\n".join(lines_of(bookmark.note)),
        paper.abs_url,
        paper.pdf_url,
        one.doi,
        readable(paper.journal_ref or ""),
        "yes" if paper.withdrawn else "",
    )


def _harmless(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell
