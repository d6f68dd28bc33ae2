"""The command tree: what happens around every command, whichever it is."""

import math
import time
from typing import Any

import discord
import structlog
from discord import app_commands

from bot.errors import UserError
from bot.i18n import commas, number, speaking, t
from bot.ui.presses import UNREACHABLE, apologize
from bot.ui.words import safe

log = structlog.get_logger(__name__)

Interaction = discord.Interaction[Any]


class PaperboyTree(app_commands.CommandTree[Any]):
    """Logs every command with its duration, and answers every error with a sentence."""

    async def _call(self, interaction: Interaction) -> None:
        # The one place around checks, conversion of options and callbacks alike: the library
        # passes only its own errors to `on_error` and loses those that a check raises.
        started = time.perf_counter()
        with speaking(interaction.locale.value):
            try:
                await super()._call(interaction)
            except Exception as error:  # noqa: BLE001 - whatever a check raises gets its answer
                interaction.command_failed = True
                await self._fail(interaction, error)
        if interaction.type is discord.InteractionType.autocomplete:
            await _no_choices(interaction)
            return
        log.info(
            "command",
            name=_name(interaction),
            ms=round((time.perf_counter() - started) * 1000),
            failed=interaction.command_failed,
            guild=interaction.guild_id,
            user=interaction.user.id,
        )

    async def on_error(
        self, interaction: Interaction, error: app_commands.AppCommandError, /
    ) -> None:
        await self._fail(interaction, error)

    async def _fail(self, interaction: Interaction, error: Exception) -> None:
        if interaction.type is discord.InteractionType.autocomplete:
            log.error("autocomplete_failed", name=_name(interaction), exc_info=error)
            return
        await apologize(interaction, told(error), f"/{_name(interaction)}")


def told(error: Exception) -> Exception:
    """The error that a person should read of: as a UserError wherever there is a sentence."""
    if isinstance(error, app_commands.CommandInvokeError):
        return error.original
    if isinstance(error, app_commands.TransformerError):
        cause = error.__cause__
        if isinstance(cause, UserError):
            return cause
        typed = safe(str(error.value), 100)
        return UserError(
            t("“{typed}” cannot be used for this option. Give another value.", typed=typed)
        )
    if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
        return UserError(
            t(
                "This command has changed since your Discord loaded it. "
                "Reload Discord (Ctrl+R) and try again."
            )
        )
    if isinstance(error, app_commands.NoPrivateMessage):
        return UserError(t("This command works in a server only."))
    if isinstance(error, app_commands.MissingPermissions):
        names = _names(error.missing_permissions)
        return UserError(t("You need these permissions: {names}.", names=names))
    if isinstance(error, app_commands.BotMissingPermissions):
        names = _names(error.missing_permissions)
        return UserError(
            t(
                "I lack these permissions here: {names}. Grant them to my role, then try again.",
                names=names,
            )
        )
    if isinstance(error, app_commands.CommandOnCooldown):
        seconds = number(math.ceil(error.retry_after))
        return UserError(t("That was too quick. Try again in {seconds} s.", seconds=seconds))
    if isinstance(error, app_commands.CheckFailure):
        return UserError(t("You cannot use this command here. `/help` tells what you can do."))
    return error


def _names(flags: list[str]) -> str:
    """Permissions as Discord's settings page writes them."""
    english = (flag.replace("_", " ").replace("guild", "server").title() for flag in flags)
    return commas([t(name) for name in english])


def _name(interaction: Interaction) -> str:
    command = interaction.command
    if command is not None:
        return command.qualified_name
    data: Any = interaction.data or {}
    return str(data.get("name", "?"))


async def _no_choices(interaction: Interaction) -> None:
    """Answer an autocomplete that failed or forgot to, so that Discord shows no error."""
    if interaction.response.is_done():
        return
    try:
        await interaction.response.autocomplete([])
    except UNREACHABLE as error:
        log.info("autocomplete_unanswered", error=repr(error))
