"""The dialog of `/bookmarks clear`."""

from datetime import datetime

from bot.export.formats import Format
from bot.i18n import t, tn
from bot.services import Services
from bot.ui.answers import Interaction, answer, tell, update
from bot.ui.bookmark_export import export
from bot.ui.bookmark_views import BookmarksPage, Place, bookmarks_view, clearing_view
from bot.ui.panels import GOOD, note
from bot.ui.presses import in_time
from bot.ui.sessions import Dialog, Press, Session


class ClearingDialog(Dialog):
    """Says what would go, offers to save it, and removes it once that is confirmed.

    What is bookmarked after the question was asked stays.
    """

    def __init__(self, services: Services, session: Session, asked_at: datetime) -> None:
        self._bookmarks = services.bookmarks
        self._session = session
        self._asked_at = asked_at

    async def begin(self, interaction: Interaction) -> None:
        """Ask, as the answer of a command."""
        counts = await in_time(interaction, self._bookmarks.counts(self._session.user_id))
        if not counts.total:
            self._session.close()
            await answer(interaction, bookmarks_view(BookmarksPage((), 0, 0), Place()))
            return
        self._session.bind(self)
        await answer(interaction, clearing_view(counts, self._session.custom_id))

    async def press(self, press: Press) -> None:
        if press.action == "export" and press.values:
            await export(press.interaction, Format(press.values[0]))
        elif press.action == "cancel":
            self._session.close()
            await update(press.interaction, note(t("Nothing was removed.")))
        elif press.action == "clear":
            self._session.close()
            clearing = self._bookmarks.clear_all(self._session.user_id, self._asked_at)
            gone = await in_time(press.interaction, clearing, edits=True)
            said = tn("{n} bookmark was removed.", "{n} bookmarks were removed.", gone)
            await update(press.interaction, note(said, accent=GOOD))

    async def refuse(self, interaction: Interaction, sentence: str) -> None:
        await tell(interaction, sentence)
