"""Answering an interaction privately, whatever was answered before."""

import discord
import structlog
from discord import ui

from bot.errors import SourceError, TryAgain, UserError
from bot.i18n import t
from bot.logs import incident_id
from bot.ui.panels import WARNING, button, panel

log = structlog.get_logger(__name__)

Interaction = discord.Interaction[discord.Client]


async def answer(interaction: Interaction, view: ui.LayoutView) -> None:
    """Answer a command with a private message, or fill the one that was deferred or sent."""
    if interaction.response.is_done():
        await interaction.edit_original_response(
            view=view, allowed_mentions=discord.AllowedMentions.none()
        )
    else:
        await interaction.response.send_message(
            view=view, ephemeral=True, allowed_mentions=discord.AllowedMentions.none()
        )


async def update(interaction: Interaction, view: ui.LayoutView) -> None:
    """Show something else in the message whose control was pressed."""
    if interaction.response.is_done():
        await interaction.edit_original_response(
            view=view, allowed_mentions=discord.AllowedMentions.none()
        )
    else:
        await interaction.response.edit_message(
            view=view, allowed_mentions=discord.AllowedMentions.none()
        )


async def tell(interaction: Interaction, sentence: str, *, retry: str = "") -> None:
    """Say something privately in a message of its own; `retry` is a button's custom id."""
    rows = [[button(t("Try again"), retry)]] if retry else []
    view = panel([sentence], rows, accent=WARNING)
    mentions = discord.AllowedMentions.none()
    if interaction.response.is_done():
        await interaction.followup.send(view=view, ephemeral=True, allowed_mentions=mentions)
    else:
        await interaction.response.send_message(
            view=view, ephemeral=True, allowed_mentions=mentions
        )


def sentence_of(error: Exception, doing: str) -> str:
    """What to tell a person about an error; an unexpected one is logged with its incident id."""
    if isinstance(error, UserError):
        return error.sentence
    incident = incident_id()
    if isinstance(error, SourceError):
        log.warning("source_failed", incident=incident, doing=doing, error=str(error))
        return t(
            "{source} did not answer as it should (incident `{incident}`). Try again in a while.",
            source=error.source,
            incident=incident,
        )
    log.error("dialog_failed", incident=incident, doing=doing, exc_info=error)
    return t(
        "Something went wrong on my side (incident `{incident}`). "
        "Try again; if it stays, tell whoever runs this bot.",
        incident=incident,
    )


def retry_of(error: Exception) -> str:
    """The custom id of the button that tries again after an error; empty if there is none."""
    return error.retry if isinstance(error, TryAgain) else ""
