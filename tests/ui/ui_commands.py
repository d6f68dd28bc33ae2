"""Commands for the tests of the tree and the client; loaded like a module of `cogs`."""

from typing import Any

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.errors import BadInput, NotAllowed
from bot.models import Layout
from bot.ui.permissions import ensure, require_manage_channels
from bot.ui.views import PostedView

Interaction = discord.Interaction[Any]


class Checked(commands.Cog):
    """A cog whose check raises what the library does not expect of a check."""

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        raise NotAllowed("You need the permission Manage Channels.")

    @app_commands.command(description="Never runs")
    async def checked(self, interaction: Interaction) -> None:
        await interaction.response.send_message("ran", ephemeral=True)


@app_commands.command(description="Answers")
async def ping(interaction: Interaction) -> None:
    await interaction.response.send_message("pong", ephemeral=True)


@app_commands.command(description="Refuses what was typed")
async def refuse(interaction: Interaction) -> None:
    raise BadInput("“cs.XX” is not an arXiv category.")


@app_commands.command(description="Has a bug")
async def broken(interaction: Interaction) -> None:
    raise RuntimeError("the secret of the bug")


@app_commands.command(description="Has a bug after it said that it is thinking")
async def late(interaction: Interaction) -> None:
    await interaction.response.defer(ephemeral=True, thinking=True)
    raise RuntimeError("the secret of the bug")


@app_commands.command(description="Offers choices")
async def choose(interaction: Interaction, what: str) -> None:
    await interaction.response.send_message(what, ephemeral=True)


@choose.autocomplete("what")
async def choices(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    if typed == "bug":
        raise RuntimeError("the secret of the bug")
    return [app_commands.Choice(name=typed.upper(), value=typed)]


@app_commands.command(description="Shows a button that nothing answers")
async def stale(interaction: Interaction) -> None:
    view = PostedView()
    old: ui.Button[Any] = ui.Button(label="Old", custom_id="pb1:gone:1")
    view.add_item(ui.ActionRow[Any](old))
    await interaction.response.send_message(view=view)


@app_commands.command(description="Opens a form that is forgotten at once")
async def form(interaction: Interaction) -> None:
    modal = ui.Modal(title="Form", custom_id="gone", timeout=60)
    modal.add_item(ui.TextInput[Any](label="Text", custom_id="text"))
    await interaction.response.send_modal(modal)
    modal.stop()


@app_commands.command(description="Says who may do what in a channel")
@app_commands.guild_only()
async def manage(interaction: Interaction, channel: app_commands.AppCommandChannel) -> None:
    require_manage_channels(interaction, channel)
    assert interaction.guild is not None
    ensure(interaction.guild, channel, Layout.THREAD)
    await interaction.response.send_message("all is well", ephemeral=True)


async def setup(bot: commands.Bot) -> None:
    await bot.add_cog(Checked())
    ours: Any = (ping, refuse, broken, late, choose, stale, form, manage)
    for command in ours:
        bot.tree.add_command(command)
