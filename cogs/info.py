"""`/status`, `/help` and `/about`: for everybody, everywhere."""

import math

from discord import app_commands
from discord.ext import commands

from bot import __version__
from bot.client import PaperboyClient
from bot.ui.answers import Interaction, answer
from bot.ui.help_views import about_view, help_view
from bot.ui.info_views import status_view
from bot.ui.presses import in_time


class Info(commands.Cog):
    """What the bot does and how it is doing."""

    def __init__(self, bot: PaperboyClient) -> None:
        self._bot = bot
        self._services = bot.services

    @app_commands.command(description="See when arXiv announced papers last, and how I am doing")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def status(self, interaction: Interaction) -> None:
        owner = interaction.user.id in self._services.settings.owner_ids
        status = await in_time(
            interaction,
            self._services.status.status(interaction.guild_id, everything=owner),
        )
        # Before the first heartbeat was answered the library gives no number.
        latency = self._bot.latency if self._bot.latencies else math.nan
        known = latency if math.isfinite(latency) else None
        now = self._services.clock.now()
        await answer(interaction, status_view(status, known, now, details=owner))

    @app_commands.command(description="What I can do for you, by task")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def help(self, interaction: Interaction) -> None:
        await answer(interaction, help_view())

    @app_commands.command(description="What this bot is, whom it thanks, and its license")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def about(self, interaction: Interaction) -> None:
        await answer(interaction, about_view(__version__))


async def setup(bot: PaperboyClient) -> None:
    """Load the commands of this module."""
    await bot.add_cog(Info(bot))
