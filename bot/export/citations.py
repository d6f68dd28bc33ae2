"""What all formats tell of a bookmark: names, dates, the publication, a key that stays."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.export.journals import Journal, parse_journal
from bot.models import Bookmark, Paper
from bot.text.latex import to_unicode
from bot.text.names import AuthorName
from bot.text.safety import plain

Entry = tuple[Bookmark, Paper]
"""A bookmark and its paper, at the version that was bookmarked."""

_LETTERS = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Citation:
    """A bookmark as reference managers see it.

    `key` is the paper's own, whatever else is bookmarked: `garcia-2606.01234`, or
    `witten-hep-th-9802150` with an identifier of the old form. `title` has its LaTeX as Unicode.
    `doi` is the publication's. `issued` holds the year, and the month and day of the submission
    where there is no publication.
    """

    key: str
    bookmark: Bookmark
    paper: Paper
    title: str
    authors: tuple[AuthorName, ...]
    journal: Journal | None
    doi: str
    issued: tuple[int, ...]

    @property
    def is_published(self) -> bool:
        """Whether it appeared in a journal or the like, as far as arXiv knows."""
        return self.journal is not None or bool(self.doi)

    @property
    def url(self) -> str:
        """The abstract page of the latest version."""
        return f"https://arxiv.org/abs/{self.paper.id}"


def readable(text: str) -> str:
    """A paper's text on one line, with its LaTeX as Unicode."""
    return plain(to_unicode(text))


def lines_of(note: str) -> list[str]:
    """The lines of a person's note that hold something."""
    return [line for line in map(plain, note.splitlines()) if line]


def named(authors: Iterable[str]) -> tuple[AuthorName, ...]:
    """Authors taken apart; one of whom nothing is left is left out."""
    found: list[AuthorName] = []
    for author in authors:
        name = AuthorName.parse(plain(author))
        literal = readable(author)
        if not name.surname and literal:
            name = AuthorName(literal)
        if name.surname:
            found.append(name)
    return tuple(found)


def citation(entry: Entry) -> Citation:
    """A bookmark as reference managers see it."""
    bookmark, paper = entry
    journal = parse_journal(paper.journal_ref)
    doi = plain((paper.doi or "").split(maxsplit=1)[0]) if (paper.doi or "").strip() else ""
    return Citation(
        key=_key(paper),
        bookmark=bookmark,
        paper=paper,
        title=readable(paper.title),
        authors=named(paper.authors),
        journal=journal,
        doi=doi,
        issued=_issued(paper, journal),
    )


def _issued(paper: Paper, journal: Journal | None) -> tuple[int, ...]:
    if journal is not None and journal.year is not None:
        return (journal.year,)
    if paper.published is not None:
        day: date = paper.published.date()
        return (day.year, day.month, day.day)
    return _submitted(paper.id)


def _submitted(paper_id: str) -> tuple[int, int]:
    """The year and month in an identifier: 2606.01234, hep-th/9901001."""
    number = paper_id.rpartition("/")[2]
    year, month = int(number[:2]), int(number[2:4])
    return (1900 if year >= 91 else 2000) + year, month


def _key(paper: Paper) -> str:
    """The first author's surname and the identifier, in a-z, 0-9, dots and hyphens.

    The identifier is whole and follows the first hyphen, so no two papers share a key. Its slash
    would be legal in BibTeX, but what names files after keys stumbles over it.
    """
    first = AuthorName.parse(plain(paper.authors[0])) if paper.authors else AuthorName("")
    surname = "".join(_LETTERS.findall("".join(first.core)))[:40]
    return f"{surname or 'anon'}-{paper.id.replace('/', '-')}"
