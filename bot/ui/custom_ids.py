"""Custom ids of the buttons under posted messages: what they open, and the delivery's key.

    pb1:abs:{paper id}v{version}:{key}      the abstract
    pb1:bm:{paper id}v{version}:{key}       the bookmark
    pb1:unbm:{paper id}                     take the bookmark away, in a private answer
    pb1:all:{digest key}:{key}              all matches of a digest
    pb1:allp:{digest key}:{page}:{place}    a page of them, inside the private list

A delivery's key is the last part, so that a posted message can be recognized by it. Messages
stand in channels for ever, and so do these forms: a new form needs a new prefix.
"""

import re

from bot.models import Paper

NO_KEY = "-"
"""Stands for the key in a card outside of digests."""

_KEY = r"[0-9A-Za-z_-]{1,25}"
_VERSIONED = r"(?P<paper>[0-9A-Za-z./-]{1,50})v(?P<version>[1-9]\d{0,3})"

ABSTRACT = re.compile(rf"pb1:abs:{_VERSIONED}:{_KEY}")
BOOKMARK = re.compile(rf"pb1:bm:{_VERSIONED}:{_KEY}")
UNBOOKMARK = re.compile(r"pb1:unbm:(?P<paper>[0-9A-Za-z./-]{1,50})")
ALL_MATCHES = re.compile(rf"pb1:all:(?P<digest>{_KEY}):{_KEY}")
MATCHES_PAGE = re.compile(rf"pb1:allp:(?P<digest>{_KEY}):(?P<page>\d{{1,5}}):[fphnl]")

_POSTED = re.compile(rf"pb1:(?:abs|bm|all):.+:(?P<key>{_KEY})")


def abstract(paper: Paper, key: str) -> str:
    return f"pb1:abs:{paper.versioned_id}:{key}"


def bookmark(paper: Paper, key: str) -> str:
    return f"pb1:bm:{paper.versioned_id}:{key}"


def unbookmark(paper_id: str) -> str:
    return f"pb1:unbm:{paper_id}"


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
