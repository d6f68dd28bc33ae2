"""Permissions, checked when something is done: the bot's own in a channel, and a person's.

Names are those of Discord's settings page, so that an admin finds them there; the English one
stands for a permission until it is shown.
"""

from typing import Any

import discord
from discord import app_commands

from bot.errors import BotLacksPermission, NotAllowed
from bot.i18n import mark, t
from bot.models import Layout
from bot.ui.words import safe

Channel = discord.abc.GuildChannel | discord.Thread | app_commands.AppCommandChannel

VIEW_CHANNEL = mark("View Channel")
READ_HISTORY = mark("Read Message History")
_ALWAYS = (
    ("view_channel", VIEW_CHANNEL),
    ("send_messages", mark("Send Messages")),
    ("read_message_history", READ_HISTORY),
)
_THREADS = (
    ("create_public_threads", mark("Create Public Threads")),
    ("send_messages_in_threads", mark("Send Messages in Threads")),
)
_HINT = (("add_reactions", mark("Add Reactions")),)


def missing_permissions(
    channel: discord.abc.GuildChannel | discord.Thread,
    me: discord.Member,
    layout: Layout,
    *,
    hint: bool = True,
) -> list[str]:
    """What the bot lacks in a channel for digests of this layout, in the settings page's order.

    Reading the history is needed to post exactly once: after an interruption the bot looks there
    for what it has sent. `hint` says whether the bot reacts to its cards.
    """
    has = channel.permissions_for(me)
    if not has.view_channel:
        return [VIEW_CHANNEL]  # without it, Discord takes all others away too
    wanted = [*_ALWAYS]
    if layout is Layout.THREAD:
        wanted += _THREADS
    if hint:
        wanted += _HINT
    return [name for flag, name in wanted if not getattr(has, flag)]


def ensure(guild: discord.Guild, channel: Channel, layout: Layout, *, hint: bool = True) -> None:
    """Raise BotLacksPermission if the bot lacks something for digests in a channel."""
    known = guild.get_channel_or_thread(channel.id)
    if known is None:  # Discord does not tell the bot of it
        raise BotLacksPermission(_named(channel), [VIEW_CHANNEL])
    if missing := missing_permissions(known, guild.me, layout, hint=hint):
        raise BotLacksPermission(_named(channel), missing)


def permissions_in(interaction: discord.Interaction[Any], channel: Channel) -> discord.Permissions:
    """What the person may do in a channel of the server they are in. Raises NotAllowed outside."""
    member = interaction.user
    if not isinstance(member, discord.Member) or interaction.guild_id is None:
        raise NotAllowed(t("This works in a server only."))
    if isinstance(channel, app_commands.AppCommandChannel):
        return channel.permissions  # as Discord computed them for the person and this channel
    if channel.id == interaction.channel_id:
        return interaction.permissions
    return channel.permissions_for(member)


def require_manage_channels(interaction: discord.Interaction[Any], channel: Channel) -> None:
    """Raise NotAllowed unless the person may manage this channel of the server they are in."""
    if not permissions_in(interaction, channel).manage_channels:
        raise NotAllowed(
            t("You need the permission Manage Channels in {channel}.", channel=_named(channel))
        )


def _named(channel: Channel) -> str:
    return f"#{safe(channel.name, 100)}"
