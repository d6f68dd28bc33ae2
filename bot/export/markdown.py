"""Bookmarks as a Markdown list, to read and to paste into notes."""

import re
from collections.abc import Sequence

from bot.export.citations import Citation, lines_of, readable
from bot.i18n import long_day, t, tn

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>()#!|~$&]")
_LINE_START = re.compile(r"^(\s*)([-+=]|\d+(?=[.)]))")
_SCHEME = re.compile(r"(https?|ftp)(?=:)|www(?=\.)", re.IGNORECASE)
_AUTHORS = 10


def markdown_heading(count: int) -> str:
    """The heading of the list, in the language being spoken."""
    return f"# {tn('{n} bookmark', '{n} bookmarks', count)}\n\n"


def markdown_item(one: Citation) -> str:
    """An item of the list: linked title, authors, day and note."""
    paper = one.paper
    title = _escaped(one.title) or _escaped(paper.id)
    facts = [
        _authors(paper.authors),
        f"arXiv:{paper.versioned_id}",
        t("bookmarked on {day}", day=long_day(one.bookmark.created_at.date())),
    ]
    lines = [f"- [{title}]({paper.abs_url})  ", "  " + " · ".join(fact for fact in facts if fact)]
    # A backslash at the end of a line keeps the line break.
    note = "\\\n  > ".join(_escaped(line) for line in lines_of(one.bookmark.note))
    return "\n".join([*lines, *([f"  > {note}"] if note else []), ""])


def _authors(authors: Sequence[str]) -> str:
    named = [name for author in authors[:_AUTHORS] if (name := _escaped(readable(author)))]
    more = len(authors) - _AUTHORS
    return ", ".join(named) + (f" +{more}" if more > 0 else "")


def _escaped(text: str) -> str:
    safe = _SPECIAL.sub(r"\\\g<0>", text)
    # A zero-width space would travel into people's notes; an entity does not.
    safe = _SCHEME.sub(lambda found: f"{found[0][:-1]}&#{ord(found[0][-1])};", safe)
    return _LINE_START.sub(_guard_start, safe)


def _guard_start(found: re.Match[str]) -> str:
    start = found[2]
    return f"{found[1]}{start}\\" if start.isdigit() else f"{found[1]}\\{start}"
