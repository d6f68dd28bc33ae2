"""The form in which a person writes a bookmark's note."""

from typing import Any

import discord
from discord import ui

from bot.export.citations import Entry
from bot.i18n import t
from bot.services.bookmarking import LONGEST_NOTE
from bot.ui.answers import answer, update
from bot.ui.bookmark_views import Place, bookmark_view
from bot.ui.panels import GOOD
from bot.ui.presses import Interaction, guarded, in_time, services_of
from bot.ui.views import PostedView
from bot.ui.words import title_in_list

# As long as the interaction that opens it can be answered.
_LIFETIME_S = 14 * 60.0
_HINT = 100


class NoteForm(ui.Modal):
    """One field with the note as it is; sent empty, it removes the note.

    Opened by a button, it changes the message of the button; opened by a command, it is answered
    by a message of its own. The library keeps it until it is sent or its time is over.
    """

    def __init__(self, entry: Entry, place: Place) -> None:
        super().__init__(title=t("Note on a bookmark"), timeout=_LIFETIME_S)
        bookmark, paper = entry
        self._paper_id = paper.id
        self._place = place
        self._text: ui.TextInput[Any] = ui.TextInput(
            custom_id="note",
            style=discord.TextStyle.paragraph,
            default=bookmark.note[:LONGEST_NOTE] or None,
            required=False,
            max_length=LONGEST_NOTE,
        )
        hint = title_in_list(paper.title, _HINT)
        self.add_item(ui.Label(text=t("Your note"), description=hint, component=self._text))

    async def on_submit(self, interaction: Any, /) -> None:
        await guarded(interaction, "bookmark note", self._save)

    async def _save(self, interaction: Interaction) -> None:
        edits = interaction.message is not None
        writing = write_note(interaction, self._paper_id, self._text.value, self._place)
        view = await in_time(interaction, writing, edits=edits)
        await (update if edits else answer)(interaction, view)


async def write_note(
    interaction: Interaction, paper_id: str, text: str, place: Place
) -> PostedView:
    """Write a note and show the bookmark as it is now. Raises BadInput or NotFound."""
    bookmarks, user_id = services_of(interaction).bookmarks, interaction.user.id
    kept = await bookmarks.note(user_id, paper_id, text)
    entry = await bookmarks.entry(user_id, paper_id)
    said = t("Your note is saved.") if kept.note else t("This bookmark has no note now.")
    return bookmark_view(entry, place, said=said, accent=GOOD)
