"""The pages of `/bookmarks list`."""

from bot.services import Services
from bot.ui.answers import Interaction, answer, tell, update
from bot.ui.bookmark_views import PAGE_SIZE, bookmarks_view
from bot.ui.panels import page_count
from bot.ui.sessions import Dialog, Press, Session
from bot.ui.views import PostedView


class BookmarksDialog(Dialog):
    """A person's bookmarks in pages."""

    def __init__(self, services: Services, session: Session, user_id: int) -> None:
        self._services = services
        self._session = session
        self._user_id = user_id

    async def begin(self, interaction: Interaction) -> None:
        """Show the first page as the answer of a command."""
        self._session.bind(self)
        await answer(interaction, await self._page(0))

    async def press(self, press: Press) -> None:
        number = int(press.value) if press.value.isdecimal() else 0
        await update(press.interaction, await self._page(number))

    async def refuse(self, interaction: Interaction, sentence: str) -> None:
        await tell(interaction, sentence)

    async def _page(self, number: int) -> PostedView:
        bookmarks = self._services.bookmarks
        entries, total = await bookmarks.page(self._user_id, number, PAGE_SIZE)
        last = page_count(total, PAGE_SIZE) - 1
        if number > last:  # bookmarks were removed meanwhile
            number = last
            entries, total = await bookmarks.page(self._user_id, number, PAGE_SIZE)
        return bookmarks_view(entries, number, total, self._session.custom_id)
