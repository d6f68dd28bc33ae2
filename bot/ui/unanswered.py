"""Presses and forms that nothing of the running bot knows any more.

They come from dialogs that ended with an earlier process, or from messages of an old version.
The library drops such interactions silently, and the person would read that the bot failed.
"""

from typing import TYPE_CHECKING, Any

import discord

from bot.i18n import mark, t
from bot.ui.answers import Interaction, tell
from bot.ui.presses import guarded

if TYPE_CHECKING:
    from discord.ui.view import ViewStore

EXPIRED = mark("This has expired. Run its command again to go on.")


def is_known(client: discord.Client, interaction: discord.Interaction[Any]) -> bool:
    """Whether the library will hand a press or a form to something of ours.

    To be asked at the moment when the interaction arrives: forms leave the store when they are
    answered.
    """
    data: Any = interaction.data or {}
    custom_id = str(data.get("custom_id", ""))
    # The library tells nowhere that it found nobody for an interaction; this is how it looks.
    store: ViewStore = client._connection._view_store  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    if interaction.type is discord.InteractionType.modal_submit:
        return custom_id in store._modals  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    if interaction.type is not discord.InteractionType.component:
        return True
    if any(pattern.fullmatch(custom_id) for pattern in store._dynamic_items):  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        return True
    message_id = interaction.message.id if interaction.message else None
    key = (data.get("component_type"), custom_id)
    views = store._views  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    return key in views.get(message_id, {}) or key in views.get(None, {})


async def end_politely(interaction: Interaction) -> None:
    """Tell the person that what they pressed is over; never raises."""
    await guarded(interaction, "expired control", lambda pressed: tell(pressed, t(EXPIRED)))
