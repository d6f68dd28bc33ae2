"""`/digest`: what would be posted now, posting it, and what was posted."""

import re
from functools import partial

import discord
from discord import app_commands
from discord.app_commands import Choice
from discord.ext import commands

from bot.client import PaperboyClient
from bot.errors import BadInput, NotFound
from bot.i18n import t
from bot.models import Subscription
from bot.services import SubscriptionInfo
from bot.ui.admins import (
    channel_name,
    ensure_postable,
    guild_of,
    manageable,
    may_manage,
    require_manager,
)
from bot.ui.answers import Interaction, answer
from bot.ui.completions import subscription_choices
from bot.ui.digest_views import (
    history_view,
    nothing_new_in_words,
    posting_in_words,
    preview_view,
)
from bot.ui.panels import GOOD, note

SubscriptionOption = app_commands.Range[str, 1, 100]
_HISTORY = 10
# Among so many of the server's last digests, those of the person's channels are looked for.
_SEARCHED = 200


class Digest(commands.Cog):
    """Digests outside of their daily time."""

    digest = app_commands.Group(
        name="digest",
        description="Look at digests, or post one now",
        allowed_installs=app_commands.AppInstallationType(guild=True),
        allowed_contexts=app_commands.AppCommandContext(guild=True),
        default_permissions=discord.Permissions(manage_channels=True),
    )

    def __init__(self, bot: PaperboyClient) -> None:
        self._services = bot.services

    @digest.command(description="See what the next digest would hold now; only you see it")
    @app_commands.describe(subscription="Which subscription; may be left out if there is one here")
    async def preview(
        self, interaction: Interaction, subscription: SubscriptionOption = ""
    ) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        chosen = await self._chosen(interaction, subscription)
        outlook = await self._services.digests.preview(chosen)
        await answer(interaction, preview_view(chosen, outlook))

    @digest.command(description="Post what is new now, without waiting for the daily time")
    @app_commands.describe(subscription="Which subscription; may be left out if there is one here")
    async def now(self, interaction: Interaction, subscription: SubscriptionOption = "") -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        chosen = await self._chosen(interaction, subscription)
        hint = self._services.settings.bookmark_hint
        ensure_postable(interaction, chosen.draft, hint=hint)
        digest = await self._services.digests.post_now(chosen)
        if digest is not None:
            await answer(interaction, note(posting_in_words(chosen, digest), accent=GOOD))
            return
        infos = await self._services.subscriptions.of_guild(chosen.draft.guild_id)
        last = next((info.last for info in infos if info.subscription.id == chosen.id), None)
        await answer(interaction, note(nothing_new_in_words(last)))

    @digest.command(description="See what was posted in this server lately, and when")
    async def history(self, interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        found = await self._services.digests.history(guild_of(interaction).id, _SEARCHED)
        found = manageable(interaction, found, lambda posted: posted.digest.channel_id)
        await answer(interaction, history_view(found[:_HISTORY]))

    @preview.autocomplete("subscription")
    @now.autocomplete("subscription")
    async def complete_subscription(
        self, interaction: Interaction, typed: str
    ) -> list[Choice[str]]:
        infos = await self._services.subscriptions.of_guild(guild_of(interaction).id)
        return subscription_choices(
            typed,
            [info for info in infos if may_manage(interaction, _channel_id(info))],
            partial(channel_name, interaction),
        )

    async def _chosen(self, interaction: Interaction, text: str) -> Subscription:
        """The subscription that was named, or the only one of this channel or of all channels
        that the person manages.

        Raises a UserError.
        """
        guild = guild_of(interaction)
        if text.strip():
            number = re.match(r"\s*#?(\d{1,18})(?!\d)", text)
            if number is None:
                raise BadInput(
                    t("Choose the subscription from the list that appears while you type.")
                )
            found = await self._services.subscriptions.get(int(number[1]), guild.id)
            return require_manager(interaction, found)
        infos = await self._services.subscriptions.of_guild(guild.id)
        infos = manageable(interaction, infos, _channel_id)
        if not infos:
            raise NotFound(t("This server has no subscriptions. Begin with `/subscribe`."))
        here = [info for info in infos if _channel_id(info) == _asked_in(interaction)]
        for found in (here, infos):
            if len(found) == 1:
                return found[0].subscription
        raise BadInput(
            t("There are several subscriptions: choose one with the option `subscription`.")
        )


def _asked_in(interaction: Interaction) -> int | None:
    """The channel in which a command was used; of a thread, the one that it belongs to."""
    channel = interaction.channel
    return channel.parent_id if isinstance(channel, discord.Thread) else interaction.channel_id


def _channel_id(info: SubscriptionInfo) -> int:
    return info.subscription.draft.channel_id


async def setup(bot: PaperboyClient) -> None:
    """Load the commands of this module."""
    await bot.add_cog(Digest(bot))
