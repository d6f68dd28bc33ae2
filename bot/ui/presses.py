"""Answering a press on a button: in time, privately, and whatever goes wrong."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

import aiohttp
import discord
import structlog

from bot.services import Services
from bot.ui.answers import sentence_of, tell

if TYPE_CHECKING:
    from bot.client import PaperboyClient

log = structlog.get_logger(__name__)

T = TypeVar("T")
Interaction = discord.Interaction[discord.Client]

# Discord gives up after 3 s, network included.
_PATIENCE_S = 0.8
UNREACHABLE = (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError)
"""What the library raises when Discord does not take an answer."""


def services_of(interaction: discord.Interaction[Any]) -> Services:
    """The services of the client that received an interaction."""
    return cast("PaperboyClient", interaction.client).services


async def in_time(interaction: Interaction, work: Awaitable[T], *, edits: bool = False) -> T:
    """The result of `work`; if it takes longer, Discord is told meanwhile that it is coming.

    `edits` says that the answer will change the message that was pressed instead of making a
    private one.
    """
    task = asyncio.ensure_future(work)
    try:
        done, _ = await asyncio.wait({task}, timeout=_PATIENCE_S)
        if not done:
            await interaction.response.defer(ephemeral=True, thinking=not edits)
        return await task
    finally:
        if not task.done():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def guarded(
    interaction: Interaction, doing: str, work: Callable[[Interaction], Awaitable[None]]
) -> None:
    """Run the answer to a press. The one place where its errors end: nothing is raised.

    The person reads a sentence: a UserError's own, or one with an incident id that is in the log.
    """
    try:
        await work(interaction)
    except Exception as error:  # noqa: BLE001 - whatever went wrong, the press gets its answer
        await apologize(interaction, error, doing)


async def apologize(interaction: Interaction, error: Exception, doing: str) -> None:
    """Tell a person privately what went wrong; never raises."""
    if isinstance(error, discord.NotFound) and error.code == _UNKNOWN_INTERACTION:
        # Too late for any answer. The library's reconnecting and busy machines cause this.
        log.warning("interaction_too_late", doing=doing)
        return
    sentence = sentence_of(error, doing)
    try:
        await tell(interaction, sentence)
    except UNREACHABLE as unanswered:
        log.warning("interaction_unanswered", doing=doing, error=repr(unanswered))


_UNKNOWN_INTERACTION = 10062
