"""Giving a person their bookmarks as a file that only they see."""

import io

import discord
from discord import ui

from bot.export.formats import ExportFile, Format
from bot.ui.bookmark_views import export_text
from bot.ui.panels import INK
from bot.ui.presses import Interaction, in_time, services_of
from bot.ui.views import posted


async def export(interaction: Interaction, format_: Format) -> None:
    """Answer a command or a press with a private message that holds the file.

    Raises NotFound if there are no bookmarks.
    """
    bookmarks = services_of(interaction).bookmarks
    making = bookmarks.export(interaction.user.id, format_, most_bytes=interaction.filesize_limit)
    await _answer(interaction, await in_time(interaction, making), format_)


async def _answer(interaction: Interaction, made: ExportFile, format_: Format) -> None:
    file = discord.File(io.BytesIO(made.data), made.name)
    view = posted([ui.TextDisplay(export_text(made, format_)), ui.File(file)], accent=INK)
    nobody = discord.AllowedMentions.none()
    if interaction.response.is_done():
        await interaction.edit_original_response(
            view=view, attachments=[file], allowed_mentions=nobody
        )
    else:
        await interaction.response.send_message(
            view=view, file=file, ephemeral=True, allowed_mentions=nobody
        )
