"""`/privacy`: a person's own data, everywhere."""

import io

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.client import PaperboyClient
from bot.ui.answers import Interaction
from bot.ui.panels import INK
from bot.ui.privacy_dialog import DeleteDialog
from bot.ui.privacy_views import export_text
from bot.ui.sessions import Sessions
from bot.ui.views import posted


class Privacy(commands.Cog):
    """Getting all that is held about oneself, and having it deleted."""

    privacy = app_commands.Group(
        name="privacy",
        description="What I hold about you",
        allowed_contexts=app_commands.AppCommandContext(
            guild=True, dm_channel=True, private_channel=True
        ),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
    )

    def __init__(self, bot: PaperboyClient) -> None:
        self._service = bot.services.privacy
        self.sessions = Sessions("privacy", "privacy delete", bot.services.clock)

    @privacy.command(description="Get everything I hold about you as one file")
    async def export(self, interaction: Interaction) -> None:
        # A file takes its time to be sent, so Discord is told at once that it is coming.
        await interaction.response.defer(ephemeral=True, thinking=True)
        user_id = interaction.user.id
        counts = await self._service.counts(user_id)
        made = await self._service.export(user_id, interaction.filesize_limit)
        file = discord.File(io.BytesIO(made.data), made.name)
        parts: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay(export_text(counts)), ui.File(file)]
        await interaction.edit_original_response(
            view=posted(parts, accent=INK),
            attachments=[file],
            allowed_mentions=discord.AllowedMentions.none(),
        )

    @privacy.command(description="Delete everything I hold about you, after a confirmation")
    async def delete(self, interaction: Interaction) -> None:
        session = self.sessions.open(interaction.user.id)
        await DeleteDialog(self._service, session).begin(interaction)


async def setup(bot: PaperboyClient) -> None:
    """Load the commands of this module."""
    cog = Privacy(bot)
    bot.add_dynamic_items(cog.sessions.item())
    await bot.add_cog(cog)
