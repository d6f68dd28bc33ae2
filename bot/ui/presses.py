"""Answering a press on a button: in time, privately, and whatever goes wrong."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

import aiohttp
import discord
import structlog

from bot.errors import SourceError, TryAgain
from bot.i18n import speaking, t
from bot.logs import incident_id
from bot.services import Services
from bot.ui.answers import retry_of, sentence_of, tell

if TYPE_CHECKING:
    from bot.client import PaperboyClient

log = structlog.get_logger(__name__)

T = TypeVar("T")
Interaction = discord.Interaction[discord.Client]

# Discord gives up after 3 s, network included; a person wonders after a quarter of one.
_PATIENCE_S = 0.15
UNREACHABLE = (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError)
"""What the library raises when Discord does not take an answer."""


def services_of(interaction: discord.Interaction[Any]) -> Services:
    """The services of the client that received an interaction."""
    return cast("PaperboyClient", interaction.client).services


async def in_time(interaction: Interaction, work: Awaitable[T], *, edits: bool = False) -> T:
    """The result of `work`; if it takes longer, Discord is told meanwhile that it is coming.

    Work in several steps may go through here more than once.

    `edits` says that the answer will change the message that was pressed instead of making a
    private one.
    """
    task = asyncio.ensure_future(work)
    try:
        done, _ = await asyncio.wait({task}, timeout=_PATIENCE_S)
        if not done and not interaction.response.is_done():
            await interaction.response.defer(ephemeral=True, thinking=not edits)
        return await task
    finally:
        if not task.done():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def patiently(
    interaction: Interaction,
    work: Awaitable[T],
    *,
    source: str,
    retry: str,
    edits: bool = False,
) -> T:
    """Like `in_time` for work that asks something outside, which may be slow or fail.

    Raises TryAgain, which names `source` and offers the button `retry`, when `work` raises a
    SourceError or takes longer than the setting `reader_patience`.
    """
    limit = services_of(interaction).settings.reader_patience
    try:
        async with asyncio.timeout(limit):
            return await in_time(interaction, work, edits=edits)
    except TimeoutError as error:
        log.warning("source_slow", source=source, seconds=limit)
        sentence = t("{source} is slow just now and has not answered yet.", source=source)
        raise TryAgain(sentence, retry) from error
    except SourceError as error:
        incident = incident_id()
        log.warning("source_failed", incident=incident, source=source, error=str(error))
        sentence = t(
            "{source} did not answer as it should (incident `{incident}`).",
            source=source,
            incident=incident,
        )
        raise TryAgain(sentence, retry) from error


async def guarded(
    interaction: Interaction, doing: str, work: Callable[[Interaction], Awaitable[None]]
) -> None:
    """Run the answer to a press, in the person's language.

    The one place where its errors end: nothing is raised. The person reads a sentence: a
    UserError's own, or one with an incident id that is in the log.
    """
    with speaking(interaction.locale.value):
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
        await tell(interaction, sentence, retry=retry_of(error))
    except UNREACHABLE as unanswered:
        log.warning("interaction_unanswered", doing=doing, error=repr(unanswered))


_UNKNOWN_INTERACTION = 10062
