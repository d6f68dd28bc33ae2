"""Turning the pages of private lists. A list is in the store, so its buttons survive a restart."""

from collections.abc import Awaitable, Callable, Mapping

from bot.errors import NotFound
from bot.store.lists import StoredList
from bot.ui import bookmark_pages, custom_ids, paper_answers, related_views, search_state
from bot.ui.answers import update
from bot.ui.own_lists import expired, own_list
from bot.ui.posted_buttons import PostedButton
from bot.ui.presses import Interaction, patiently
from bot.ui.search_answers import ask_again, search_corrected, search_page
from bot.ui.views import PostedView

Renderer = Callable[[Interaction, StoredList, int], Awaitable[PostedView]]
"""Makes a page (from 0) of a list; a page too far is the last one.

It may raise a UserError or a SourceError, and may take as long as the setting `reader_patience`:
the press is acknowledged meanwhile.
"""

RENDERERS: Mapping[str, Renderer] = {
    search_state.KIND: search_page,
    related_views.KIND: related_views.related_page,
    paper_answers.SEVERAL: paper_answers.several_page,
    paper_answers.ASKED: paper_answers.asked_again,
    bookmark_pages.KIND: bookmark_pages.render,
}
"""Every kind of list, by the `kind` under which the ListStore keeps it."""

RETRIERS: Mapping[str, Renderer] = {
    search_state.KIND: ask_again,
}
"""The kinds that do more than show the page again when a person presses Try again."""

CORRECTERS: Mapping[str, Callable[[Interaction, StoredList], Awaitable[None]]] = {
    search_state.KIND: search_corrected,
}
"""The kinds whose lists may be replaced, and what shows another list in their place."""


class ListPageButton(PostedButton, template=custom_ids.LIST_PAGE):
    """Turns the page of a private list; only for the person whose list it is."""

    doing = "page of a list"

    async def press(self, interaction: Interaction) -> None:
        key, page = self.found["list"], int(self.found["page"])
        if self.found["place"] == custom_ids.CORRECTED:
            stored = await own_list(interaction, key)
            if stored.kind not in CORRECTERS:
                raise NotFound(expired())
            await CORRECTERS[stored.kind](interaction, stored)
            return
        view = await patiently(
            interaction,
            self._rendered(interaction, key, page),
            source="arXiv",
            retry=custom_ids.list_page(key, page, custom_ids.RETRY),
            edits=True,
        )
        await update(interaction, view)

    async def _rendered(self, interaction: Interaction, key: str, page: int) -> PostedView:
        stored = await own_list(interaction, key)
        render = RENDERERS.get(stored.kind)
        if render is None:
            raise NotFound(expired())
        if self.found["place"] == custom_ids.RETRY:
            render = RETRIERS.get(stored.kind, render)
        return await render(interaction, stored, page)
