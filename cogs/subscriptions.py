"""`/subscriptions`: everything about the server's subscriptions."""

from discord import app_commands
from discord.ext import commands

from bot.client import PaperboyClient
from bot.ui.admins import guild_of
from bot.ui.answers import Interaction
from bot.ui.sessions import Sessions
from bot.ui.subscriptions_dialog import SubscriptionsDialog


class Subscriptions(commands.Cog):
    """Looking at and changing subscriptions."""

    def __init__(self, bot: PaperboyClient) -> None:
        self._services = bot.services
        self.sessions = Sessions("subscriptions", "subscriptions", bot.services.clock)

    @app_commands.command(
        description="See, edit, pause, post or remove this server's subscriptions"
    )
    @app_commands.guild_only()
    @app_commands.allowed_installs(guilds=True)
    @app_commands.default_permissions(manage_channels=True)
    async def subscriptions(self, interaction: Interaction) -> None:
        guild = guild_of(interaction)
        session = self.sessions.open(interaction.user.id)
        await SubscriptionsDialog(self._services, session, guild.id).begin(interaction)


async def setup(bot: PaperboyClient) -> None:
    """Load the commands of this module."""
    cog = Subscriptions(bot)
    bot.add_dynamic_items(cog.sessions.item())
    await bot.add_cog(cog)
