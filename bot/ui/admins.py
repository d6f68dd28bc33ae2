"""What an admin's command checks when it runs: the server, the person, the channel, the bot."""

import discord

from bot.errors import NotAllowed, NotFound
from bot.models import SubscriptionDraft
from bot.ui.answers import Interaction
from bot.ui.permissions import ensure, require_manage_channels


def guild_of(interaction: Interaction) -> discord.Guild:
    """The server an interaction came from. Raises NotAllowed outside of servers."""
    if interaction.guild is None:
        raise NotAllowed("This works in a server only.")
    return interaction.guild


def require_manager(interaction: Interaction) -> None:
    """Raise NotAllowed unless the person has Manage Channels in the server as a whole."""
    guild_of(interaction)
    member = interaction.user
    if not isinstance(member, discord.Member) or not member.guild_permissions.manage_channels:
        raise NotAllowed("You need the permission Manage Channels in this server.")


def channel_of(interaction: Interaction, channel_id: int) -> discord.abc.GuildChannel:
    """A channel of the server. Raises NotFound if it is gone or hidden from the bot."""
    channel = guild_of(interaction).get_channel(channel_id)
    if channel is None:
        raise NotFound(f"I cannot see the channel <#{channel_id}>; perhaps it was deleted.")
    return channel


def ensure_postable(interaction: Interaction, draft: SubscriptionDraft, *, hint: bool) -> None:
    """Raise NotFound or BotLacksPermission unless the bot can post a subscription's digests."""
    channel = channel_of(interaction, draft.channel_id)
    ensure(guild_of(interaction), channel, draft.layout, hint=hint)


def ensure_subscribable(interaction: Interaction, draft: SubscriptionDraft, *, hint: bool) -> None:
    """Like `ensure_postable`; also raise NotAllowed unless the person may manage the channel."""
    require_manage_channels(interaction, channel_of(interaction, draft.channel_id))
    ensure_postable(interaction, draft, hint=hint)


def channel_name(interaction: Interaction, channel_id: int) -> str:
    """A channel's name as the server has it now."""
    guild = interaction.guild
    channel = guild.get_channel(channel_id) if guild is not None else None
    return channel.name if channel is not None else "deleted-channel"
