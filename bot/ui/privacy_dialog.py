"""Confirming that everything about a person goes."""

from bot.i18n import t
from bot.services.privacy import Privacy
from bot.ui.answers import Interaction, answer, tell, update
from bot.ui.panels import note
from bot.ui.presses import in_time
from bot.ui.privacy_views import delete_view, deleted_view
from bot.ui.sessions import Dialog, Press, Session


class DeleteDialog(Dialog):
    """Says what would go, and deletes it when that is confirmed."""

    def __init__(self, privacy: Privacy, session: Session) -> None:
        self._privacy = privacy
        self._session = session

    async def begin(self, interaction: Interaction) -> None:
        """Show what is held, as the answer of a command."""
        self._session.bind(self)
        counts = await in_time(interaction, self._privacy.counts(self._session.user_id))
        await answer(interaction, delete_view(counts, self._session.custom_id))

    async def press(self, press: Press) -> None:
        if press.action == "confirm":
            deleting = self._privacy.delete(self._session.user_id)
            removed = await in_time(press.interaction, deleting, edits=True)
            self._session.close()
            await update(press.interaction, deleted_view(removed))
        else:
            self._session.close()
            await update(press.interaction, note(t("Nothing was deleted.")))

    async def refuse(self, interaction: Interaction, sentence: str) -> None:
        await tell(interaction, sentence)
