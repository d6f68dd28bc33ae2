"""`/why`: which rule posted or skipped a paper in a channel."""

import discord
from discord import app_commands
from discord.app_commands import AppCommandChannel, Choice
from discord.ext import commands

from bot.client import PaperboyClient
from bot.errors import BadInput, NotAllowed, NotFound
from bot.i18n import t
from bot.text.ids import find_ids
from bot.ui.admins import guild_of
from bot.ui.answers import Interaction, answer
from bot.ui.permissions import permissions_in
from bot.ui.presses import in_time
from bot.ui.ref_option import complete_ref
from bot.ui.why_views import never_seen_view, why_view
from bot.ui.words import safe


class Why(commands.Cog):
    """Explaining what a channel's subscriptions did about a paper."""

    def __init__(self, bot: PaperboyClient) -> None:
        self._services = bot.services

    @app_commands.command(description="Why a paper was posted in a channel, or was not")
    @app_commands.describe(
        paper="Its title, its arXiv id or a link to it",
        channel="Which channel; here if you leave it out",
    )
    @app_commands.guild_only()
    @app_commands.allowed_installs(guilds=True)
    async def why(
        self,
        interaction: Interaction,
        paper: app_commands.Range[str, 1, 500],
        channel: AppCommandChannel | None = None,
    ) -> None:
        guild = guild_of(interaction)
        channel_id = _channel_id(interaction, channel)
        paper_id = await in_time(interaction, self._paper_id(paper))
        found = await in_time(
            interaction, self._services.explaining.why(guild.id, channel_id, paper_id)
        )
        if found.paper is None:
            await answer(interaction, never_seen_view(paper_id))
            return
        votes = await in_time(interaction, self._services.reactions.votes(channel_id, [paper_id]))
        view = why_view(found, found.paper, guild.id, channel_id, votes.get(paper_id))
        await answer(interaction, view)

    @why.autocomplete("paper")
    async def complete_paper(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        return await complete_ref(interaction, typed)

    async def _paper_id(self, ref: str) -> str:
        """The id that was given, seen or not, or that of a seen paper by its title.

        Raises NotFound; arXiv is not asked, because what it tells was never looked at here.
        """
        ids = list(dict.fromkeys(found.base for found in find_ids(ref)))
        if len(ids) > 1:
            raise BadInput(t("There is more than one arXiv id in that; give one at a time."))
        if ids:
            return ids[0]
        seen = await self._services.papers.suggest(ref, limit=1)
        if not seen:
            raise NotFound(
                t(
                    "I have seen no paper with “{title}” in its title. Give its arXiv id, or "
                    "choose one from the list that appears while you type.",
                    title=safe(ref, 80),
                )
            )
        return seen[0].id


def _channel_id(interaction: Interaction, channel: AppCommandChannel | None) -> int:
    """The channel that was meant: the one named or the one of the command, a thread's parent.

    Raises NotAllowed if the person does not see it.
    """
    if channel is not None:
        if not permissions_in(interaction, channel).view_channel:
            raise NotAllowed(t("You cannot see that channel. Choose one that you can see."))
        return channel.id
    here = interaction.channel
    if isinstance(here, discord.Thread):
        return here.parent_id
    return interaction.channel_id or 0


async def setup(bot: PaperboyClient) -> None:
    """Load the commands of this module."""
    await bot.add_cog(Why(bot))
