"""Bookmarks as RIS, which reference managers of every age read."""

from collections.abc import Iterator

from bot.export.citations import Citation, lines_of, readable
from bot.text.names import AuthorName

_END = "\r\n"


def ris_record(one: Citation) -> str:
    """A record. The person's note is N1; the abstract is there too."""
    lines = "".join(f"{tag}  - {value}{_END}" for tag, value in _tags(one) if value)
    return f"{lines}ER  - {_END}{_END}"


def _tags(one: Citation) -> Iterator[tuple[str, str]]:
    paper, journal = one.paper, one.journal
    yield "TY", "JOUR" if one.is_published else "UNPB"
    yield "ID", one.key
    for author in one.authors:
        yield "AU", _name(author)
    yield "TI", one.title
    if journal is not None:
        first, _, last = journal.pages.partition("-")
        yield "T2", journal.name
        yield "VL", journal.volume
        yield "IS", journal.number
        yield "SP", first
        yield "EP", last
    year, *rest = one.issued
    yield "PY", str(year)
    yield "DA", "/".join([str(year), *(f"{part:02}" for part in rest)] + [""] * (3 - len(rest)))
    if not one.is_published:
        yield "PB", "arXiv"
    yield "DO", one.doi
    yield "UR", one.url
    yield "L1", f"https://arxiv.org/pdf/{paper.id}"
    yield "M1", f"arXiv:{paper.id}"
    for category in paper.categories:
        yield "KW", readable(category)
    if paper.withdrawn:
        yield "N1", "Withdrawn"
    yield "N1", " / ".join(lines_of(one.bookmark.note))
    yield "AB", readable(paper.abstract)


def _name(author: AuthorName) -> str:
    """`Last, First, Jr.`"""
    given = " ".join(author.given)
    if author.suffix:
        return f"{author.surname}, {given}, {author.suffix}"
    return f"{author.surname}, {given}" if given else author.surname
