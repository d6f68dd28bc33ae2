"""The controls of a person's bookmarks: choose one in the list, write its note, remove it."""

from discord import ui

from bot.ui import custom_ids
from bot.ui.answers import update
from bot.ui.bookmark_form import NoteForm
from bot.ui.bookmark_pages import render
from bot.ui.bookmark_views import Place, bookmark_view, removed_in_words
from bot.ui.own_lists import own_list
from bot.ui.panels import GOOD, note
from bot.ui.posted_buttons import PostedButton
from bot.ui.presses import Interaction, in_time, services_of
from bot.ui.views import PostedView


class ChooseBookmarkMenu(PostedButton, template=custom_ids.CHOOSE_BOOKMARK):
    """Shows the chosen bookmark in the place of the list."""

    doing = "choose a bookmark"

    async def press(self, interaction: Interaction) -> None:
        chosen = self.item.values if isinstance(self.item, ui.Select) else []
        place = Place(self.found["list"], int(self.found["page"]))
        showing = self._shown(interaction, chosen[0] if chosen else "", place)
        await update(interaction, await in_time(interaction, showing, edits=True))

    async def _shown(self, interaction: Interaction, paper_id: str, place: Place) -> PostedView:
        await own_list(interaction, place.list_key)
        entry = await services_of(interaction).bookmarks.entry(interaction.user.id, paper_id)
        return bookmark_view(entry, place)


class BookmarkNoteButton(PostedButton, template=custom_ids.BOOKMARK_NOTE):
    """Opens the form of the note of one's own bookmark."""

    doing = "bookmark note"

    async def press(self, interaction: Interaction) -> None:
        bookmarks = services_of(interaction).bookmarks
        # Not `in_time`: a form can only be the first answer, and this is one look by key.
        entry = await bookmarks.entry(interaction.user.id, self.found["paper"])
        place = Place(self.found["list"], int(self.found["page"]))
        await interaction.response.send_modal(NoteForm(entry, place))


class DropBookmarkButton(PostedButton, template=custom_ids.DROP_BOOKMARK):
    """Removes one's own bookmark, and shows the list again if it came from there."""

    doing = "remove a bookmark"

    async def press(self, interaction: Interaction) -> None:
        await update(interaction, await in_time(interaction, self._drop(interaction), edits=True))

    async def _drop(self, interaction: Interaction) -> PostedView:
        bookmarks, user_id = services_of(interaction).bookmarks, interaction.user.id
        place = Place(self.found["list"], int(self.found["page"]))
        _, paper = await bookmarks.entry(user_id, self.found["paper"])
        stored = await own_list(interaction, place.list_key) if place.is_list else None
        await bookmarks.clear(user_id, paper.id)
        said = removed_in_words(paper)
        if stored is None:
            return note(said, accent=GOOD)
        return await render(interaction, stored, place.page, said=said)


BOOKMARK_BUTTONS: tuple[type[PostedButton], ...] = (
    ChooseBookmarkMenu,
    BookmarkNoteButton,
    DropBookmarkButton,
)
