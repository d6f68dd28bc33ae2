"""The entries of a message's menu (Apps): card, translation, related papers, bookmark."""

import discord
from discord.app_commands import AppCommandContext, AppInstallationType, ContextMenu

from bot.client import PaperboyClient
from bot.ui import menu_answers
from bot.ui.answers import Interaction


async def paper_card(interaction: Interaction, message: discord.Message) -> None:
    await menu_answers.card_of_message(interaction, message)


async def translate(interaction: Interaction, message: discord.Message) -> None:
    await menu_answers.translation_of_message(interaction, message)


async def related_papers(interaction: Interaction, message: discord.Message) -> None:
    await menu_answers.related_of_message(interaction, message)


async def bookmark(interaction: Interaction, message: discord.Message) -> None:
    await menu_answers.bookmark_message(interaction, message)


MENUS = {
    "Paper card": paper_card,
    "Translate": translate,
    "Related papers": related_papers,
    "Bookmark": bookmark,
}
"""What is offered in a message's menu, by its name there."""


async def setup(bot: PaperboyClient) -> None:
    """Load the menu entries of this module."""
    for name, callback in MENUS.items():
        bot.tree.add_command(
            ContextMenu(
                name=name,
                callback=callback,
                allowed_installs=AppInstallationType(guild=True, user=True),
                allowed_contexts=AppCommandContext(
                    guild=True, dm_channel=True, private_channel=True
                ),
            )
        )


async def teardown(bot: PaperboyClient) -> None:
    """Take them away again; the library does so by itself only for cogs."""
    for name in MENUS:
        bot.tree.remove_command(name, type=discord.AppCommandType.message)
