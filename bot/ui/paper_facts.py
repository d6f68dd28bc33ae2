"""The line of facts about a paper, and the words for its parts."""

import re
from urllib.parse import quote, urlsplit

from bot.i18n import mark, number, t, tn
from bot.models import AnnounceType, Card, Paper
from bot.sources.taxonomy import CATEGORIES
from bot.text.comments import CommentFacts, facts
from bot.text.latex import to_unicode
from bot.ui.words import safe, title_of

_LONGEST_LINK = 300
_AUTHOR, _VENUE = 80, 130
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


def title_text(title: str, limit: int) -> str:
    """A paper's title for a message, its LaTeX as Unicode, `limit` characters at most."""
    return title_of(within(title, _RAW_TITLE), limit)


def link_text(title: str, limit: int) -> str:
    """A paper's title as the text of a link, `limit` characters at most.

    Discord shows a link as raw text when its title holds an address, so those lose their scheme.
    """
    return title_text(_SCHEME.sub("", title), limit)


def linked(title: str, url: str, limit: int) -> str:
    """A paper's title as a link, `limit` characters of title at most."""
    return f"[{link_text(title, limit)}]({url})"


def authors_line(paper: Paper, most: int) -> str:
    """The first `most` authors and how many more there are; empty if arXiv names none."""
    line = ", ".join(author_names(paper, most))
    more = len(paper.authors) - most
    return f"{line} +{number(more)}" if more > 0 else line


def author_names(paper: Paper, most: int) -> list[str]:
    """The names of the first `most` authors, without those that are empty."""
    return [name for author in paper.authors[:most] if (name := author_name(author))]


def author_name(author: str) -> str:
    """An author's name for a message; empty if there is none."""
    return safe(to_unicode(within(author, _RAW_AUTHOR)), _AUTHOR)


def categories_line(paper: Paper, most: int = 5) -> str:
    """`cs.CL Computation and Language · cs.AI …`: the primary first, `most` of them named."""
    others = (c for c in paper.categories if c != paper.primary_category)
    ordered = [category for category in (paper.primary_category, *others) if category]
    parts = [_category(category) for category in ordered[:most]]
    if len(ordered) > most:
        parts.append(f"+{number(len(ordered) - most)}")
    return " · ".join(parts)


def _category(category: str) -> str:
    known = CATEGORIES.get(category)
    return f"{category} {known.name}" if known else safe(category, 40)


def facts_line(card: Card) -> str:
    """What is known of a paper besides its text, in one line; empty if nothing is."""
    paper = card.paper
    said = facts(within(paper.comment or "", _RAW_COMMENT), within(paper.abstract, _RAW_ABSTRACT))
    journal = safe(within(paper.journal_ref or "", _RAW_TITLE), _VENUE)
    parts = [
        *_from_comment(said, journal),
        license_name(paper.license) if paper.license else "",
        _link(t("Code"), said.code_url) if said.code_url else "",
        _link(_data_label(said.data_url), said.data_url) if said.data_url else "",
        _link(t("Project page"), said.project_url) if said.project_url else "",
        _link("DOI", _doi_url(paper.doi)) if paper.doi else "",
        journal,
        f"v{paper.version}" if paper.version > 1 else "",
        t(_ANNOUNCED.get(card.announce_type, "")) if card.announce_type else "",
    ]
    return " · ".join(part for part in parts if part)


_ANNOUNCED = {
    AnnounceType.CROSS: mark("cross-list"),
    AnnounceType.REPLACE: mark("replacement"),
    AnnounceType.REPLACE_CROSS: mark("replacement of a cross-list"),
}


def _from_comment(said: CommentFacts, journal: str) -> list[str]:
    venue = safe(said.venue, _VENUE) if said.venue else ""
    return [
        tn("{n} page", "{n} pages", said.pages) if said.pages else "",
        tn("{n} figure", "{n} figures", said.figures) if said.figures else "",
        "" if venue.casefold() in journal.casefold() else venue,
    ]


def _data_label(url: str) -> str:
    # What else stands at Hugging Face are models, and collections of both.
    other = "huggingface.co/" in url and "/datasets/" not in url
    return "Hugging Face" if other else t("Data")


def license_name(url: str) -> str:
    """`CC BY-NC-SA 4.0`, `CC0 1.0`, `arXiv license`; the host of what is unknown."""
    if found := _CREATIVE_COMMONS.search(url):
        if found["free"]:
            name = "CC0" if found["free"].lower() == "zero" else t("Public domain mark")
        else:
            name = f"CC {found['kind'].upper()}"
        return f"{name} {found['version']}"
    if _ARXIV_LICENSE.search(url):
        return t("arXiv license")
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return t("license: {host}", host=safe(host, 60)) if host else ""


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
