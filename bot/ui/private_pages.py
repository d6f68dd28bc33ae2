"""What a press on a posted message shows privately: an abstract, all authors, all matches."""

from bot.i18n import number, t, tn
from bot.models import Digest, Match, Paper
from bot.services import DigestMatches
from bot.text.latex import to_unicode
from bot.ui import custom_ids
from bot.ui.cards import ARXIV_RED, accent, authors_block, link_buttons
from bot.ui.panels import note
from bot.ui.paper_facts import author_names, linked, within
from bot.ui.paper_lists import page_buttons
from bot.ui.views import ROOM, PostedView, posted, row, text
from bot.ui.words import days_in_words, reasons_in_words, safe

PAGE = 10
"""Matches on a page of the private list."""

_TITLE = 300
# arXiv's longest abstracts have some 3,500 characters.
_RAW_ABSTRACT = 5000
# Kept free of the abstract: for a name, with a button to all of them.
_ONE_AUTHOR = 90
# Authors above an abstract; a button opens the list of all.
_AUTHORS = 20
_MOST_AUTHORS = 20_000
_TITLE_IN_LIST, _REASONS = 140, 120


def abstract_view(paper: Paper) -> PostedView:
    """A paper's abstract in full under its title and first authors.

    An abstract too long for a message ends at a word with "…"; the title links to all of it.
    """
    title = f"### {linked(paper.title, paper.abs_url, _TITLE)}"
    gone = f"⛔ **{t('WITHDRAWN')}**" if paper.withdrawn else ""
    source = f"-# arXiv:{paper.versioned_id}"
    room = ROOM - sum(len(part) + 2 for part in (title, gone, source)) - _ONE_AUTHOR
    body = safe(to_unicode(within(paper.abstract, _RAW_ABSTRACT)), room) or t(
        "arXiv gives no abstract for this paper."
    )
    names = author_names(paper, _AUTHORS)
    room += _ONE_AUTHOR - len(body) - 2
    while names and len(", ".join(names)) > room:
        names.pop()
    parts = [
        *text(gone, title),
        *authors_block(paper, names, "", custom_ids.NO_KEY),
        *text(body),
        *text(source),
    ]
    return posted([*parts, *row(link_buttons(paper))], accent=accent(paper))


def authors_view(paper: Paper, page: int) -> PostedView:
    """A page (from 0) of a paper's authors; a page too far is the last."""
    total = len(paper.authors)
    counted = tn("{n} author", "{n} authors", total)
    top = f"### {counted}\n-# {linked(paper.title, paper.abs_url, _TITLE)}"
    names = author_names(paper, _MOST_AUTHORS)
    if not names:
        return note(t("arXiv names no author of this paper."))
    starts = _page_starts(names, ROOM - len(top) - len(str(total)))
    page = min(page, len(starts) - 1)
    shown = names[starts[page] : starts[page + 1] if page + 1 < len(starts) else None]
    parts = [*text(top), *text(", ".join(shown))]
    if len(starts) > 1:
        parts += row(
            page_buttons(
                page,
                len(starts),
                lambda target, place: custom_ids.authors_page(paper, target, place),
            )
        )
    return posted(parts, accent=accent(paper))


def _page_starts(names: list[str], room: int) -> list[int]:
    """Where the pages of a list of names begin, each of at most `room` characters."""
    starts = [0]
    used = 0
    for place, name in enumerate(names):
        if used + len(name) > room:
            starts.append(place)
            used = 0
        used += len(name) + 2
    return starts


def matches_view(found: DigestMatches, page: int) -> PostedView:
    """A page (from 0) of a digest's matches, each with its reasons; a page too far is the last."""
    if not found.matches:
        return note(_nothing(found.digest))
    total = len(found.matches)
    pages = (total - 1) // PAGE + 1
    page = min(page, pages - 1)
    digest = found.digest
    counted = tn(
        "{n} match of {announced} announced, {days}",
        "{n} matches of {announced} announced, {days}",
        total,
        announced=number(digest.announced),
        days=days_in_words(digest.days),
    )
    order = (
        t("✅ is posted in the channel. Best match first.")
        if found.shown
        else t("Best match first.")
    )
    start = page * PAGE
    lines = [
        _entry(place, match, found.shown)
        for place, match in enumerate(found.matches[start : start + PAGE], start + 1)
    ]
    parts = [*text(f"### {counted}", f"-# {order}"), *text("\n".join(lines))]
    if pages > 1:
        parts += row(
            page_buttons(
                page,
                pages,
                lambda target, place: custom_ids.matches_page(digest.key, target, place),
            )
        )
    return posted(parts, accent=ARXIV_RED)


def _nothing(digest: Digest) -> str:
    """One sentence on a digest without a match."""
    if not digest.days:
        return t("arXiv announced nothing between this digest and the one before.")
    days = days_in_words(digest.days)
    if not digest.announced:
        return t("arXiv announced nothing for the rules of this digest on {days}.", days=days)
    return tn(
        "The one announced paper of {days} does not match the rules of this digest.",
        "None of the {n} announced papers of {days} matches the rules of this digest.",
        digest.announced,
        days=days,
    )


def _entry(place: int, match: Match, shown: frozenset[str]) -> str:
    paper = match.announcement.paper
    posted_mark = "✅ " if paper.id in shown else ""
    told = reasons_in_words(match.reasons, _REASONS)
    entry = f"{place}. {posted_mark}{linked(paper.title, paper.abs_url, _TITLE_IN_LIST)}"
    return f"{entry}\n-# {told}" if told else entry
