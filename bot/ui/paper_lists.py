"""Private lists of papers, five to a page, each with a button that opens its card."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from bot.i18n import number, t
from bot.models import Paper
from bot.text.safety import shorten
from bot.ui import custom_ids
from bot.ui.panels import INK, page_count
from bot.ui.paper_facts import authors_line, linked
from bot.ui.views import ROOM, Item, PostedView, posted, row, text

PAGE_SIZE = 5

_TITLE, _NOTES = 200, 300
_HEADING, _REMARKS, _FOOTER = 500, 500, 400
_AUTHORS = 3

PageId = Callable[[int, str], str]
"""The custom id of the button to a page (from 0) at a place: f, p, h, n or l."""


@dataclass(frozen=True, slots=True)
class ListEntry:
    """A paper of a list with lines about it, which must be safe for a message already."""

    paper: Paper
    notes: tuple[str, ...] = ()


def list_view(
    heading: str,
    entries: Sequence[ListEntry],
    page: int,
    total: int,
    page_id: PageId,
    *,
    remarks: Sequence[str] = (),
    footer: str = "",
    extra: Sequence[Item] = (),
    accent: int = INK,
) -> PostedView:
    """Page `page` (from 0) of a list of `total` papers; `entries` are those of the page.

    `remarks` are lines in small print under the heading; `extra` are up to five more buttons, in
    a row of their own.
    """
    small = [shorten(f"-# ⚠️ {remark}", _REMARKS // len(remarks)) for remark in remarks]
    parts: list[Item] = [*text(shorten(heading, _HEADING), *small)]
    room = (ROOM - _HEADING - _FOOTER - (_REMARKS if remarks else 0)) // PAGE_SIZE
    for place, entry in enumerate(entries[:PAGE_SIZE], page * PAGE_SIZE + 1):
        parts += [ui.Separator(), _section(place, entry, room)]
    if footer:
        parts += [ui.Separator(), *text(shorten(footer, _FOOTER))]
    pages = page_count(total, PAGE_SIZE)
    if pages > 1:
        parts += row(page_buttons(page, pages, page_id))
    parts += row(extra)
    return posted(parts, accent=accent)


def page_buttons(page: int, pages: int, page_id: PageId) -> list[Item]:
    """First, previous, where one is, next, last."""
    last = pages - 1
    places = (
        ("f", "⏮", 0, page <= 0),
        ("p", "◀", max(0, page - 1), page <= 0),
        ("n", "▶", min(last, page + 1), page >= last),
        ("l", "⏭", last, page >= last),
    )
    buttons: list[Item] = [
        ui.Button(
            emoji=emoji,
            style=discord.ButtonStyle.secondary,
            disabled=disabled,
            custom_id=page_id(target, place),
        )
        for place, emoji, target, disabled in places
    ]
    here: Item = ui.Button(
        label=f"{number(page + 1)} / {number(pages)}",
        style=discord.ButtonStyle.secondary,
        disabled=True,
        custom_id=page_id(page, "h"),
    )
    return [*buttons[:2], here, *buttons[2:]]


def _section(place: int, entry: ListEntry, room: int) -> Item:
    paper = entry.paper
    title = f"**{place}.** {linked(paper.title, paper.abs_url, _TITLE)}"
    small = [line for line in (authors_line(paper, _AUTHORS), *entry.notes) if line]
    left = room - len(title)
    lines = [title]
    for line in small:
        note = f"-# {shorten(line, _NOTES)}"
        if len(note) + 1 <= left:
            lines.append(note)
            left -= len(note) + 1
    opening: ui.Button[Any] = ui.Button(
        label=t("Open"),
        style=discord.ButtonStyle.secondary,
        custom_id=custom_ids.open_paper(paper.versioned_id),
    )
    said: ui.TextDisplay[Any] = ui.TextDisplay("\n".join(lines))
    section: ui.Section[Any] = ui.Section(said, accessory=opening)
    return section
