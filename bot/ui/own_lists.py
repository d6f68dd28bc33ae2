"""The stored list behind a control, for the person whose list it is."""

from bot.errors import NotAllowed, NotFound
from bot.i18n import t
from bot.store.lists import StoredList
from bot.ui.presses import Interaction, services_of


async def own_list(interaction: Interaction, key: str) -> StoredList:
    """Raises NotFound if the list is gone, NotAllowed if it is somebody else's."""
    stored = await services_of(interaction).lists.get(key)
    if stored is None:
        raise NotFound(expired())
    if stored.user_id != interaction.user.id:
        raise NotAllowed(
            t("This list is somebody else's. Run the command yourself to have your own.")
        )
    return stored


def expired() -> str:
    """What somebody reads whose list is gone, or of a kind that this version does not know."""
    return t("This list has expired. Run the command again.")
