"""The line of facts about a paper, and the words for its parts."""

import re
from urllib.parse import quote, urlsplit

from bot.models import AnnounceType, Card, Paper
from bot.sources.taxonomy import CATEGORIES
from bot.text.comments import CommentFacts, facts
from bot.ui.words import count, safe, title_of

_LONGEST_LINK = 300
_AUTHOR = 80
# More than real ones have, LaTeX included: of 33,000 papers the longest title has 240
# characters, the longest abstract 3,488, the longest comment 402.
_RAW_TITLE, _RAW_AUTHOR, _RAW_COMMENT, _RAW_ABSTRACT = 500, 300, 1500, 4000
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_CREATIVE_COMMONS = re.compile(
    r"creativecommons\.org/(?:licenses/(?P<kind>[a-z-]+)|publicdomain/(?P<free>zero|mark))"
    r"/(?P<version>\d\.\d)",
    re.IGNORECASE,
)
_ARXIV_LICENSE = re.compile(r"arxiv\.org/licenses/([a-z-]+)/(\d\.\d)", re.IGNORECASE)


def within(text: str, most: int) -> str:
    """The beginning of a text that is far longer than it should be, to a word's end.

    Reading LaTeX and Unicode takes time by the length, and the event loop must not wait for
    20,000 characters of which 300 are shown.
    """
    if len(text) <= most:
        return text
    return (text[:most].rsplit(maxsplit=1) or [""])[0] + "…"


def link_text(title: str, limit: int) -> str:
    """A paper's title as the text of a link, `limit` characters at most.

    Discord shows a link as raw text when its title holds an address, so those lose their scheme.
    """
    return title_of(_SCHEME.sub("", within(title, _RAW_TITLE)), limit)


def linked(title: str, url: str, limit: int) -> str:
    """A paper's title as a link, `limit` characters of title at most."""
    return f"[{link_text(title, limit)}]({url})"


def authors_line(paper: Paper, most: int) -> str:
    """The first `most` authors and how many more there are; empty if arXiv names none."""
    named = [name for author in paper.authors[:most] if (name := author_name(author))]
    more = len(paper.authors) - most
    line = ", ".join(named)
    return f"{line} +{more:,}" if more > 0 else line


def author_name(author: str) -> str:
    """An author's name for a message; empty if there is none."""
    name = within(author, _RAW_AUTHOR)
    return title_of(name, _AUTHOR) if name.strip() else ""


def categories_line(paper: Paper, most: int = 5) -> str:
    """`cs.CL Computation and Language · cs.AI …`: the primary first, `most` of them named."""
    others = (c for c in paper.categories if c != paper.primary_category)
    ordered = [category for category in (paper.primary_category, *others) if category]
    parts = [_category(category) for category in ordered[:most]]
    if len(ordered) > most:
        parts.append(f"+{len(ordered) - most:,}")
    return " · ".join(parts)


def _category(category: str) -> str:
    known = CATEGORIES.get(category)
    return f"{category} {known.name}" if known else safe(category, 40)


def facts_line(card: Card) -> str:
    """What is known of a paper besides its text, in one line; empty if nothing is."""
    paper = card.paper
    said = facts(within(paper.comment or "", _RAW_COMMENT), within(paper.abstract, _RAW_ABSTRACT))
    parts = [
        *_from_comment(said),
        license_name(paper.license) if paper.license else "",
        _link("Code", said.code_url) if said.code_url else "",
        _link("Project page", said.project_url) if said.project_url else "",
        _link("DOI", _doi_url(paper.doi)) if paper.doi else "",
        safe(within(paper.journal_ref, _RAW_TITLE), 120) if paper.journal_ref else "",
        f"v{paper.version}" if paper.version > 1 else "",
        _ANNOUNCED.get(card.announce_type, "") if card.announce_type else "",
    ]
    return " · ".join(part for part in parts if part)


_ANNOUNCED = {
    AnnounceType.CROSS: "cross-list",
    AnnounceType.REPLACE: "replacement",
    AnnounceType.REPLACE_CROSS: "replacement of a cross-list",
}


def _from_comment(said: CommentFacts) -> list[str]:
    return [
        count(said.pages, "page") if said.pages else "",
        count(said.figures, "figure") if said.figures else "",
        safe(said.venue, 100) if said.venue else "",
    ]


def license_name(url: str) -> str:
    """`CC BY-NC-SA 4.0`, `CC0 1.0`, `arXiv license`; the host of what is unknown."""
    if found := _CREATIVE_COMMONS.search(url):
        if found["free"]:
            name = "CC0" if found["free"].lower() == "zero" else "Public domain mark"
        else:
            name = f"CC {found['kind'].upper()}"
        return f"{name} {found['version']}"
    if _ARXIV_LICENSE.search(url):
        return "arXiv license"
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return f"license: {safe(host, 60)}" if host else ""


def _doi_url(doi: str) -> str:
    # A paper can have several, separated by spaces; the first is its own.
    return "https://doi.org/" + quote((doi.split() or [""])[0], safe="/:;._-")


def _link(label: str, url: str) -> str:
    """A labeled link; nothing if the address is not one that can stand in Discord's markdown."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        return ""
    written = quote(url, safe="/:?#&=%+,;.~_-!$*'[]@").replace("[", "%5B").replace("]", "%5D")
    return f"[{label}]({written})" if len(written) <= _LONGEST_LINK else ""
