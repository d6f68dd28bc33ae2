"""`/paper` and `/related`: one paper, by id, link or title."""

from discord import app_commands
from discord.app_commands import Choice
from discord.ext import commands

from bot.client import PaperboyClient
from bot.ui.answers import Interaction
from bot.ui.paper_answers import RELATED, named, show_card
from bot.ui.ref_option import Ref, complete_ref
from bot.ui.related_views import show_related


class Papers(commands.Cog):
    """Looking at one paper."""

    @app_commands.command(name="paper", description="See a paper's card")
    @app_commands.describe(
        ref="Its title, its arXiv id or a link to it",
        public="Post it for everybody in this channel",
    )
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def paper(self, interaction: Interaction, ref: Ref, public: bool = False) -> None:
        await show_card(interaction, ref, public=public)

    @app_commands.command(name="related", description="Find papers that are like one")
    @app_commands.describe(ref="Its title, its arXiv id or a link to it")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def related(self, interaction: Interaction, ref: Ref) -> None:
        paper = await named(interaction, ref, RELATED)
        await show_related(interaction, paper)

    @paper.autocomplete("ref")
    @related.autocomplete("ref")
    async def complete(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        return await complete_ref(interaction, typed)


async def setup(bot: PaperboyClient) -> None:
    """Load the commands of this module."""
    await bot.add_cog(Papers())
