"""What a press on a posted message shows privately: an abstract, or all matches of a digest."""

import discord
from discord import ui

from bot.models import Digest, Match, Paper
from bot.services import DigestMatches
from bot.text.latex import to_unicode
from bot.ui import custom_ids
from bot.ui.cards import ARXIV_RED, accent
from bot.ui.panels import note
from bot.ui.paper_facts import author_name, linked, within
from bot.ui.views import ROOM, Item, PostedView, posted, row, text
from bot.ui.words import count, days_in_words, reasons_in_words, safe

PAGE = 10
"""Matches on a page of the private list."""

_TITLE = 300
# arXiv takes abstracts of up to 1,920 characters; the rest of the room is for the authors.
_ABSTRACT, _RAW_ABSTRACT = 3000, 5000
_TITLE_IN_LIST, _REASONS = 140, 120


def abstract_view(paper: Paper) -> PostedView:
    """A paper's abstract in full, with all authors that fit.

    An abstract too long for a message ends at a word with "…"; the title links to all of it.
    """
    title = f"### {linked(paper.title, paper.abs_url, _TITLE)}"
    gone = "⛔ **WITHDRAWN**" if paper.withdrawn else ""
    body = (
        safe(to_unicode(within(paper.abstract, _RAW_ABSTRACT)), _ABSTRACT)
        or "arXiv gives no abstract for this paper."
    )
    source = f"-# arXiv:{paper.versioned_id}"
    room = ROOM - sum(len(part) + 2 for part in (title, gone, body, source))
    authors = _authors(paper, room)
    parts = [*text(title, gone, authors), *text(body), *text(source)]
    buttons: list[Item] = [ui.Button(label="Abstract page", url=paper.abs_url)]
    if not paper.withdrawn:
        buttons.append(ui.Button(label="PDF", url=paper.pdf_url))
    return posted([*parts, *row(buttons)], accent=accent(paper))


def _authors(paper: Paper, room: int) -> str:
    """As many authors as `room` characters hold, and how many more there are."""
    line = ""
    for number, author in enumerate(paper.authors):
        name = author_name(author)
        longer = f"{line}, {name}" if line and name else line or name
        more = len(paper.authors) - number - 1
        if len(longer) + (len(f" and {more:,} more") if more else 0) > room:
            return f"{line} and {more + 1:,} more" if line else ""
        line = longer
    return line


def matches_view(found: DigestMatches, page: int) -> PostedView:
    """A page (from 0) of a digest's matches, each with its reasons; a page too far is the last."""
    if not found.matches:
        return note(_nothing(found.digest))
    total = len(found.matches)
    last = max(0, (total - 1) // PAGE)
    page = min(page, last)
    digest = found.digest
    counted = f"{count(total, 'match', 'matches')} of {digest.announced:,} announced"
    marked = "✅ is posted in the channel. " if found.shown else ""
    top = f"### {counted}, {days_in_words(digest.days)}\n-# {marked}Best match first."
    start = page * PAGE
    lines = [
        _entry(number, match, found.shown)
        for number, match in enumerate(found.matches[start : start + PAGE], start + 1)
    ]
    buttons = _page_buttons(digest.key, page, last) if last else []
    return posted([*text(top), *text("\n".join(lines)), *row(buttons)], accent=ARXIV_RED)


def _nothing(digest: Digest) -> str:
    """One sentence on a digest without a match."""
    if not digest.days:
        return "arXiv announced nothing between this digest and the one before."
    days = days_in_words(digest.days)
    if not digest.announced:
        return f"arXiv announced nothing for the rules of this digest on {days}."
    papers = count(digest.announced, "announced paper")
    return f"None of the {papers} of {days} matches the rules of this digest."


def _entry(number: int, match: Match, shown: frozenset[str]) -> str:
    paper = match.announcement.paper
    mark = "✅ " if paper.id in shown else ""
    told = reasons_in_words(match.reasons, _REASONS)
    entry = f"{number}. {mark}{linked(paper.title, paper.abs_url, _TITLE_IN_LIST)}"
    return f"{entry}\n-# {told}" if told else entry


def _page_buttons(digest_key: str, page: int, last: int) -> list[Item]:
    places = (
        ("f", "⏮", 0, page == 0),
        ("p", "◀", max(0, page - 1), page == 0),
        ("n", "▶", min(last, page + 1), page == last),
        ("l", "⏭", last, page == last),
    )
    buttons: list[Item] = [
        ui.Button(
            emoji=emoji,
            style=discord.ButtonStyle.secondary,
            disabled=disabled,
            custom_id=custom_ids.matches_page(digest_key, target, place),
        )
        for place, emoji, target, disabled in places
    ]
    here: Item = ui.Button(
        label=f"{page + 1} / {last + 1}",
        style=discord.ButtonStyle.secondary,
        disabled=True,
        custom_id=custom_ids.matches_page(digest_key, page, "h"),
    )
    return [*buttons[:2], here, *buttons[2:]]
