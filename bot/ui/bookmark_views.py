"""A person's bookmarks as they see them: the list, one of them, what clearing would remove."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from bot.export.citations import Entry
from bot.export.formats import ExportFile, Format
from bot.i18n import number, t, tn
from bot.models import Bookmark, Paper
from bot.services.bookmarking import no_bookmarks
from bot.store.bookmarks import BookmarkCount
from bot.text.safety import plain, shorten
from bot.ui import custom_ids
from bot.ui.panels import DANGER, INK, CustomId, button, note, panel
from bot.ui.paper_facts import authors_line, linked
from bot.ui.paper_lists import ListEntry, list_view
from bot.ui.views import Item, PostedView, posted, row, text
from bot.ui.words import moment, safe, title_in_list

_TITLE = 300
_AUTHORS = 5
_NOTE_IN_LIST = 200
_NOTE = 3_000  # a note's 1,000 characters with everything in them escaped
_CHOICE = 100


@dataclass(frozen=True, slots=True)
class Place:
    """A page (from 0) of a private list, to which a panel leads back; by default there is none."""

    list_key: str = custom_ids.NO_KEY
    page: int = 0

    @property
    def is_list(self) -> bool:
        return self.list_key != custom_ids.NO_KEY


@dataclass(frozen=True, slots=True)
class BookmarksPage:
    """What a page of the list shows: its entries, how many the list has, and of how many in all.

    `query` is what was searched for; empty for all bookmarks.
    """

    entries: Sequence[Entry]
    total: int
    of: int
    query: str = ""


def bookmarks_view(found: BookmarksPage, place: Place, *, said: str = "") -> PostedView:
    """A page of a person's bookmarks, the newest first. `said` tells what was done just now."""
    if not found.total:
        parts = [said, _nothing(found)]
        return note("\n".join(part for part in parts if part))
    heading = f"### {_heading(found)}"
    entries = [ListEntry(paper, tuple(_lines(bookmark))) for bookmark, paper in found.entries]
    return list_view(
        f"{said}\n{heading}" if said else heading,
        entries,
        place.page,
        found.total,
        lambda page, spot: custom_ids.list_page(place.list_key, page, spot),
        footer="" if found.query else _saving(),
        extra=[_chooser(found.entries, place)] if found.entries else [],
    )


def _heading(found: BookmarksPage) -> str:
    if not found.query:
        return tn("{n} bookmark", "{n} bookmarks", found.total)
    return tn(
        "{n} of your {all} bookmarks matches “{words}”",
        "{n} of your {all} bookmarks match “{words}”",
        found.total,
        all=number(found.of),
        words=safe(found.query, 100),
    )


def _saving() -> str:
    return "-# " + t("`/bookmarks export` saves all of them for a reference manager, or to read.")


def _nothing(found: BookmarksPage) -> str:
    if not found.of:
        return no_bookmarks()
    return t(
        "None of your bookmarks matches “{words}”. Fewer or shorter words find more; I look into "
        "titles, abstracts, authors, ids and your notes.",
        words=safe(found.query, 100),
    )


def _lines(bookmark: Bookmark) -> list[str]:
    written = safe(bookmark.note, _NOTE_IN_LIST)
    return [_bookmarked(bookmark), *([f"📝 {written}"] if written else [])]


def _bookmarked(bookmark: Bookmark) -> str:
    return t(
        "arXiv:{id} · bookmarked {when}",
        id=f"{bookmark.paper_id}v{bookmark.version}",
        when=moment(bookmark.created_at, "D"),
    )


def _chooser(entries: Sequence[Entry], place: Place) -> Item:
    options = [
        discord.SelectOption(
            label=title_in_list(paper.title, _CHOICE),
            value=paper.id,
            description=_choice_text(bookmark, paper) or None,
        )
        for bookmark, paper in entries
    ]
    chooser: ui.Select[Any] = ui.Select(
        custom_id=custom_ids.choose_bookmark(place.list_key, place.page),
        placeholder=t("Write a note, or remove one…"),
        options=options,
    )
    return chooser


def _choice_text(bookmark: Bookmark, paper: Paper) -> str:
    if bookmark.note:
        return shorten(f"📝 {plain(bookmark.note)}", _CHOICE)
    return shorten(plain(authors_line(paper, 2).replace("\\", "")), _CHOICE)


def bookmark_view(entry: Entry, place: Place, *, said: str = "", accent: int = INK) -> PostedView:
    """One bookmark with its whole note, and what can be done with it."""
    bookmark, paper = entry
    about = [
        f"### {linked(paper.title, paper.abs_url, _TITLE)}",
        authors_line(paper, _AUTHORS),
        f"-# {_bookmarked(bookmark)}",
    ]
    writing = t("Change the note") if bookmark.note else t("Write a note")
    back = place.list_key, place.page
    buttons: list[Item] = [
        button(t("Open"), custom_ids.open_paper(paper.versioned_id)),
        button(writing, custom_ids.bookmark_note(paper.id, *back), emoji="📝"),
        button(t("Remove"), custom_ids.drop_bookmark(paper.id, *back), discord.ButtonStyle.danger),
    ]
    if place.is_list:
        buttons.append(button(t("◀ Back"), custom_ids.list_page(*back, "b")))
    parts = [*text(said), *text(*about), *_note_in_full(bookmark.note)]
    return posted([*parts, *row(buttons)], accent=accent)


def _note_in_full(written: str) -> list[Item]:
    lines = [safe(line, _NOTE) for line in written.splitlines()]
    said = shorten("\n".join(f"> {line}" for line in lines), _NOTE)
    return [ui.Separator(), *text(said)] if any(lines) else []


def removed_in_words(paper: Paper) -> str:
    """What is said after a bookmark was removed."""
    return t(
        "{title} is no longer among your bookmarks.",
        title=linked(paper.title, paper.abs_url, _TITLE),
    )


def clearing_view(counts: BookmarkCount, custom_id: CustomId) -> PostedView:
    """Asks before all bookmarks are removed, and offers to save them first."""
    many = tn(
        "You have {n} bookmark. It will be removed, and cannot be brought back.",
        "You have {n} bookmarks. All of them will be removed, and cannot be brought back.",
        counts.total,
    )
    noted = (
        tn("{n} of them has a note of yours.", "{n} of them have a note of yours.", counts.noted)
        if counts.noted
        else ""
    )
    formats: ui.Select[Any] = ui.Select(
        custom_id=custom_id("export"),
        placeholder=t("Save them as a file first…"),
        options=[discord.SelectOption(label=one.label, value=one.value) for one in Format],
    )
    confirm = tn("Remove {n} bookmark", "Remove {n} bookmarks", counts.total)
    return panel(
        [t("### Remove all bookmarks?") + f"\n{many}", noted],
        [
            [formats],
            [
                button(confirm, custom_id("clear"), discord.ButtonStyle.danger),
                button(t("Cancel"), custom_id("cancel")),
            ],
        ],
        accent=DANGER,
    )


def export_text(made: ExportFile, format_: Format) -> str:
    """What stands over an exported file."""
    said = tn(
        "Your {n} bookmark as {format}. Only you see this file.",
        "Your {n} bookmarks as {format}. Only you see this file.",
        made.count,
        format=format_.label,
    )
    packed = t("It is packed, as it would have been too large for Discord.")
    return f"{said} {packed}" if made.zipped else said
