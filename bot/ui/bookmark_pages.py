"""The pages of `/bookmarks list` and `/bookmarks search`, as a stored list."""

from typing import Final

from bot.store.lists import StoredList
from bot.ui.answers import answer
from bot.ui.bookmark_views import BookmarksPage, Place, bookmarks_view
from bot.ui.panels import page_count
from bot.ui.paper_lists import PAGE_SIZE
from bot.ui.presses import Interaction, in_time, services_of
from bot.ui.views import PostedView

KIND: Final = "bookmarks"
"""The kind of stored lists; their state is `{"query": what was searched for, or empty}`."""


async def open_list(interaction: Interaction, query: str = "") -> None:
    """Answer a command with the first page. Raises BadInput if the query holds no word."""
    await answer(interaction, await in_time(interaction, _first(interaction, query)))


async def render(
    interaction: Interaction, stored: StoredList, page: int, *, said: str = ""
) -> PostedView:
    """A page (from 0) of a list; a page too far is the last one."""
    query = str(stored.state.get("query", ""))
    found = await _page(interaction, query, page)
    if not found.entries and found.total:  # bookmarks were removed meanwhile
        page = page_count(found.total, PAGE_SIZE) - 1
        found = await _page(interaction, query, page)
    return bookmarks_view(found, Place(stored.key, page), said=said)


async def _first(interaction: Interaction, query: str) -> PostedView:
    services = services_of(interaction)
    found = await _page(interaction, query, 0)
    if not found.total:
        return bookmarks_view(found, Place())
    user_id, now = interaction.user.id, services.clock.now()
    stored = await services.lists.keep(user_id, KIND, {"query": query}, now)
    return bookmarks_view(found, Place(stored.key))


async def _page(interaction: Interaction, query: str, page: int) -> BookmarksPage:
    bookmarks, user_id = services_of(interaction).bookmarks, interaction.user.id
    if not query:
        entries, total = await bookmarks.page(user_id, page, PAGE_SIZE)
        return BookmarksPage(entries, total, total)
    entries, total = await bookmarks.search(
        user_id, query, offset=page * PAGE_SIZE, limit=PAGE_SIZE
    )
    return BookmarksPage(entries, total, (await bookmarks.counts(user_id)).total, query)
