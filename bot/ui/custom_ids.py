"""Custom ids of the buttons under posted messages: what they open, and the delivery's key.

    pb1:abs:{paper id}v{version}:{key}      the abstract
    pb1:tr:{paper id}v{version}:{key}       the translation into the reader's language
    pb1:rel:{paper id}v{version}:{key}      related papers
    pb1:bm:{paper id}v{version}:{key}       the bookmark
    pb1:au:{paper id}v{version}:{key}       all authors
    pb1:aup:{paper id}v{version}:{page}:{place}     a page of them, inside the private list
    pb1:trp:{paper id}v{version}:{language}:{key}   a posted translation, side by side
    pb1:unbm:{paper id}                     take the bookmark away, in a private answer
    pb1:open:{id}                           the card of a paper, privately; with or without version
    pb1:trv:{paper id}v{version}:{language}:{mode}:{page}:{place}   a page of a translation
    pb1:trr:{id}:{language or -}            the translation of a paper that was not found in time
    pb1:ls:{list key}:{page}:{place}        a page of a private list of papers
    pb1:bms:{list key}:{page}               choose one of the bookmarks on a page of a list
    pb1:bmn:{paper id}:{list key}:{page}    write a bookmark's note; `-` for no list to go back to
    pb1:bmx:{paper id}:{list key}:{page}    remove a bookmark, in its own private panel
    pb1:all:{digest key}:{key}              all matches of a digest
    pb1:allp:{digest key}:{page}:{place}    a page of them, inside the private list

A delivery's key is the last part, so that a posted message can be recognized by it. Messages
stand in channels for ever, and so do these forms: a new form needs a new prefix.
"""

import re

from bot.models import Paper

NO_KEY = "-"
"""Stands for the key in a card outside of digests."""

RETRY, CORRECTED = "r", "d"
"""Places of a private list's buttons: try again, and did you mean."""

NEVER = r"(?!)"
"""The template of buttons that only others are made from: nothing matches it."""

_KEY = r"[0-9A-Za-z_-]{1,25}"
_VERSIONED = r"(?P<paper>[0-9A-Za-z./-]{1,50})v(?P<version>[1-9]\d{0,3})"

_LANGUAGE = r"(?P<language>[a-z]{2,3}(?:-[A-Z]{2})?)"
_PLACE = r"(?P<place>[a-z])"

ABSTRACT = re.compile(rf"pb1:abs:{_VERSIONED}:{_KEY}")
TRANSLATE = re.compile(rf"pb1:tr:{_VERSIONED}:{_KEY}")
RELATED = re.compile(rf"pb1:rel:{_VERSIONED}:{_KEY}")
AUTHORS = re.compile(rf"pb1:au:{_VERSIONED}:{_KEY}")
AUTHORS_PAGE = re.compile(rf"pb1:aup:{_VERSIONED}:(?P<page>\d{{1,5}}):[fphnl]")
POSTED_TRANSLATION = re.compile(rf"pb1:trp:{_VERSIONED}:{_LANGUAGE}:{_KEY}")
OPEN = re.compile(r"pb1:open:(?P<ref>[0-9A-Za-z./-]{1,60})")
TRANSLATION = re.compile(
    rf"pb1:trv:{_VERSIONED}:{_LANGUAGE}:(?P<mode>[bto]):(?P<page>\d{{1,3}}):{_PLACE}"
)
TRANSLATE_REF = re.compile(
    r"pb1:trr:(?P<ref>[0-9A-Za-z./-]{1,60}):(?P<language>-|[a-z]{2,3}(?:-[A-Z]{2})?)"
)
LIST_PAGE = re.compile(rf"pb1:ls:(?P<list>{_KEY}):(?P<page>\d{{1,5}}):{_PLACE}")
BOOKMARK = re.compile(rf"pb1:bm:{_VERSIONED}:{_KEY}")
UNBOOKMARK = re.compile(r"pb1:unbm:(?P<paper>[0-9A-Za-z./-]{1,50})")
CHOOSE_BOOKMARK = re.compile(rf"pb1:bms:(?P<list>{_KEY}):(?P<page>\d{{1,5}})")
BOOKMARK_NOTE = re.compile(
    rf"pb1:bmn:(?P<paper>[0-9A-Za-z./-]{{1,50}}):(?P<list>{_KEY}):(?P<page>\d{{1,5}})"
)
DROP_BOOKMARK = re.compile(
    rf"pb1:bmx:(?P<paper>[0-9A-Za-z./-]{{1,50}}):(?P<list>{_KEY}):(?P<page>\d{{1,5}})"
)
ALL_MATCHES = re.compile(rf"pb1:all:(?P<digest>{_KEY}):{_KEY}")
MATCHES_PAGE = re.compile(rf"pb1:allp:(?P<digest>{_KEY}):(?P<page>\d{{1,5}}):[fphnl]")

_POSTED = re.compile(rf"pb1:(?:abs|tr|rel|bm|au|trp|all):.+:(?P<key>{_KEY})")


def abstract(paper: Paper, key: str) -> str:
    return f"pb1:abs:{paper.versioned_id}:{key}"


def bookmark(paper: Paper, key: str) -> str:
    return f"pb1:bm:{paper.versioned_id}:{key}"


def translate(paper: Paper, key: str) -> str:
    return f"pb1:tr:{paper.versioned_id}:{key}"


def related(paper: Paper, key: str) -> str:
    return f"pb1:rel:{paper.versioned_id}:{key}"


def authors(paper: Paper, key: str) -> str:
    return f"pb1:au:{paper.versioned_id}:{key}"


def authors_page(paper: Paper, page: int, place: str) -> str:
    """`page` and `place` as for `matches_page`."""
    return f"pb1:aup:{paper.versioned_id}:{page}:{place}"


def posted_translation(paper: Paper, language: str, key: str) -> str:
    return f"pb1:trp:{paper.versioned_id}:{language}:{key}"


def open_paper(ref: str) -> str:
    """`ref` is an identifier, with or without a version."""
    return f"pb1:open:{ref}"


def translation(versioned_id: str, language: str, mode: str, page: int, place: str) -> str:
    """`mode`: b for both, t for the translation, o for the original; `page` counts from 0."""
    return f"pb1:trv:{versioned_id}:{language}:{mode}:{page}:{place}"


def translate_ref(ref: str, language: str | None) -> str:
    """`ref` is an identifier, with or without a version; no language is the reader's own."""
    return f"pb1:trr:{ref}:{language or NO_KEY}"


def list_page(key: str, page: int, place: str) -> str:
    """`page` counts from 0; `place` as for `matches_page`, or `RETRY`, or `CORRECTED`."""
    return f"pb1:ls:{key}:{page}:{place}"


def unbookmark(paper_id: str) -> str:
    return f"pb1:unbm:{paper_id}"


def choose_bookmark(list_key: str, page: int) -> str:
    return f"pb1:bms:{list_key}:{page}"


def bookmark_note(paper_id: str, list_key: str = NO_KEY, page: int = 0) -> str:
    """`list_key` and `page` are the private list to go back to, if there is one."""
    return f"pb1:bmn:{paper_id}:{list_key}:{page}"


def drop_bookmark(paper_id: str, list_key: str = NO_KEY, page: int = 0) -> str:
    """`list_key` and `page` as for `bookmark_note`."""
    return f"pb1:bmx:{paper_id}:{list_key}:{page}"


def all_matches(digest_key: str, key: str) -> str:
    return f"pb1:all:{digest_key}:{key}"


def matches_page(digest_key: str, page: int, place: str) -> str:
    """`page` counts from 0; `place` is one of f, p, h, n, l (first, previous, here, next, last).

    Two buttons of one message may lead to the same page, but must not share a custom id.
    """
    return f"pb1:allp:{digest_key}:{page}:{place}"


def key_of(custom_id: str) -> str | None:
    """The delivery's key in a posted message's custom id; None if there is none."""
    found = _POSTED.fullmatch(custom_id)
    return found["key"] if found and found["key"] != NO_KEY else None
