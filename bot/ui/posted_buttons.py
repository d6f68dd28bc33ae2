"""The kind of button that works for ever, because all it needs is in its custom id.

The library finds such buttons by their templates, whenever the message was sent. What is sent are
plain buttons with the same custom ids, never these objects: stored views that mix them with
others would unregister the templates. All kinds of them are listed in `bot/ui/buttons.py`.
"""

import re
from abc import abstractmethod
from typing import Any, ClassVar, Self

import discord
from discord import ui

from bot.ui import custom_ids
from bot.ui.presses import Interaction, guarded


class PostedButton(ui.DynamicItem[ui.Item[Any]], template=custom_ids.NEVER):
    """A button of a message that may have been posted long ago, pressed by anybody."""

    doing: ClassVar[str]

    def __init__(self, item: ui.Item[Any], found: re.Match[str]) -> None:
        super().__init__(item)
        self.found = found

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        del interaction
        return cls(item, match)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await guarded(interaction, self.doing, self.press)

    @abstractmethod
    async def press(self, interaction: Interaction) -> None:
        """Answer the person who pressed; errors are told to them by `guarded`."""
