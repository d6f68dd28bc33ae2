"""Bookmarks for BibTeX and biblatex."""

import re
from collections.abc import Iterator

from bot.export.citations import Citation, lines_of
from bot.export.latex import escape, latex_title
from bot.text.names import AuthorName
from bot.text.safety import plain

_AND = re.compile(r"\band\b|,", re.IGNORECASE)
_NOT_IN_DOI = re.compile(r"[^!-~]|[\\{}%\"]")
_MONTHS = (
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
)  # fmt: skip


def bibtex_entry(one: Citation) -> str:
    """An entry. The person's note is `annote`, which bibliographies do not print."""
    kind = "article" if one.is_published else "misc"
    fields = "".join(f"  {name} = {value},\n" for name, value in _fields(one))
    return f"@{kind}{{{one.key},\n{fields}}}\n"


def _fields(one: Citation) -> Iterator[tuple[str, str]]:
    paper, journal = one.paper, one.journal
    if one.authors:
        yield "author", f"{{{' and '.join(map(_name, one.authors))}}}"
    yield "title", f"{{{latex_title(plain(paper.title))}}}"
    if journal is not None:
        yield "journal", f"{{{escape(journal.name)}}}"
        for name, value in (("volume", journal.volume), ("number", journal.number)):
            if value:
                yield name, f"{{{escape(value)}}}"
        if journal.pages:
            yield "pages", f"{{{escape(journal.pages).replace('-', '--')}}}"
    yield "year", f"{{{one.issued[0]}}}"
    if len(one.issued) > 1:
        yield "month", _MONTHS[one.issued[1] - 1]
    if one.doi:
        yield "doi", f"{{{_NOT_IN_DOI.sub(_percent, one.doi)}}}"
    yield "eprint", f"{{{paper.id}}}"
    yield "archivePrefix", "{arXiv}"
    if paper.primary_category:
        yield "primaryClass", f"{{{escape(plain(paper.primary_category))}}}"
    yield "url", f"{{{one.url}}}"
    if paper.withdrawn:
        yield "note", "{Withdrawn}"
    if lines := lines_of(one.bookmark.note):
        yield "annote", f"{{{escape(' '.join(lines))}}}"


def _name(author: AuthorName) -> str:
    """`Last, Jr., First`; what has no parts is in braces, so that it is not taken apart."""
    surname = escape(author.surname)
    if author.collaboration or (not author.given and " " in author.surname):
        return f"{{{surname}}}"
    parts = [_kept(author.surname), author.suffix and _kept(author.suffix)]
    given = " ".join(_kept(part) for part in author.given)
    return ", ".join(part for part in (*parts, given) if part)


def _kept(part: str) -> str:
    """A part of a name, in braces if something in it would divide the list of names."""
    written = escape(part)
    return f"{{{written}}}" if _AND.search(part) else written


def _percent(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found.group().encode())
