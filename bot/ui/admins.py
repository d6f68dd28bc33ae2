"""What an admin's command checks when it runs: the server, the person, the channel, the bot."""

from collections.abc import Callable, Iterable
from typing import TypeVar

import discord

from bot.errors import NotAllowed, NotFound
from bot.i18n import t
from bot.models import Subscription, SubscriptionDraft
from bot.ui.answers import Interaction
from bot.ui.permissions import ensure, permissions_in, require_manage_channels

T = TypeVar("T")


def guild_of(interaction: Interaction) -> discord.Guild:
    """The server an interaction came from. Raises NotAllowed outside of servers."""
    if interaction.guild is None:
        raise NotAllowed(t("This works in a server only."))
    return interaction.guild


def may_manage(interaction: Interaction, channel_id: int) -> bool:
    """Whether the person may see and change what is subscribed for a channel.

    They may with Manage Channels in it, or in the server if the channel was deleted.
    """
    channel = guild_of(interaction).get_channel(channel_id)
    if channel is not None:
        has = permissions_in(interaction, channel)
        return has.view_channel and has.manage_channels
    member = interaction.user
    return isinstance(member, discord.Member) and member.guild_permissions.manage_channels


def require_manager(interaction: Interaction, subscription: Subscription) -> Subscription:
    """The subscription. Raises NotAllowed unless the person may manage its channel."""
    if not may_manage(interaction, subscription.draft.channel_id):
        raise NotAllowed(
            t("You need the permission Manage Channels in this subscription's channel.")
        )
    return subscription


def manageable(
    interaction: Interaction, things: Iterable[T], channel_id: Callable[[T], int]
) -> list[T]:
    """Those of a server's things whose channels the person may manage.

    Raises NotAllowed if that is none of them; where there are none at all, unless the person may
    manage the channel in which they ask, or the server.
    """
    every = list(things)
    found = [thing for thing in every if may_manage(interaction, channel_id(thing))]
    if found or (not every and _manages_somewhere(interaction)):
        return found
    raise NotAllowed(t("You need the permission Manage Channels in a channel with a subscription."))


def _manages_somewhere(interaction: Interaction) -> bool:
    guild_of(interaction)
    member = interaction.user
    return interaction.permissions.manage_channels or (
        isinstance(member, discord.Member) and member.guild_permissions.manage_channels
    )


def channel_of(interaction: Interaction, channel_id: int) -> discord.abc.GuildChannel:
    """A channel of the server. Raises NotFound if it is gone or hidden from the bot."""
    channel = guild_of(interaction).get_channel(channel_id)
    if channel is None:
        raise NotFound(
            t(
                "I cannot see the channel {channel}. "
                "If it was not deleted, give my role View Channel there.",
                channel=f"<#{channel_id}>",
            )
        )
    return channel


def ensure_postable(interaction: Interaction, draft: SubscriptionDraft, *, hint: bool) -> None:
    """Raise NotFound or BotLacksPermission unless the bot can post a subscription's digests."""
    channel = channel_of(interaction, draft.channel_id)
    ensure(guild_of(interaction), channel, draft.layout, hint=hint)


def ensure_subscribable(interaction: Interaction, draft: SubscriptionDraft, *, hint: bool) -> None:
    """Like `ensure_postable`; also raise NotAllowed unless the person may manage the channel."""
    require_manage_channels(interaction, channel_of(interaction, draft.channel_id))
    ensure_postable(interaction, draft, hint=hint)


def channel_name(interaction: Interaction, channel_id: int) -> str | None:
    """A channel's name as the server has it now; None if it was deleted."""
    guild = interaction.guild
    channel = guild.get_channel(channel_id) if guild is not None else None
    return channel.name if channel is not None else None
