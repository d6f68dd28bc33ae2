"""The option `ref`: a paper by its id, a link to it or its title; completed from the archive."""

import asyncio
from collections.abc import Sequence

import structlog
from discord import app_commands
from discord.app_commands import Choice

from bot.models import Paper
from bot.text.ids import find_papers
from bot.text.safety import shorten
from bot.ui.answers import Interaction
from bot.ui.completions import LONGEST_CHOICE, MOST_CHOICES
from bot.ui.paper_facts import within
from bot.ui.presses import services_of
from bot.ui.words import title_in_list

log = structlog.get_logger(__name__)

Ref = app_commands.Range[str, 1, 500]
"""The type of the option in a command."""

# Discord waits for three seconds; whoever types has gone on after one.
_PATIENCE_S = 1.0
# More than a choice shows, LaTeX included.
_RAW_TITLE = 500


async def complete_ref(interaction: Interaction, typed: str) -> list[Choice[str]]:
    """Choices for what is typed, out of the archive; nothing if that takes too long."""
    papers = services_of(interaction).papers
    try:
        async with asyncio.timeout(_PATIENCE_S):
            found = await papers.suggest(typed, MOST_CHOICES)
            # On a thread, because hostile titles take tens of milliseconds to be read.
            return await asyncio.to_thread(ref_choices, typed, found)
    except TimeoutError:
        log.warning("suggestions_slow", seconds=_PATIENCE_S)
        return ref_choices(typed, [])


def ref_choices(typed: str, found: Sequence[Paper]) -> list[Choice[str]]:
    """The choices for these papers. What is typed as an id or link is offered as such, so that
    a long link becomes a short one and a version that was named stays."""
    named = find_papers(typed)
    if not named:
        return [Choice(name=_name(paper), value=paper.id) for paper in found[:MOST_CHOICES]]
    known = {paper.id: paper for paper in found}
    choices: list[Choice[str]] = []
    for one in named[:MOST_CHOICES]:
        paper = known.get(one.base)
        name = f"{one} · {_name(paper)}" if paper is not None else f"arXiv:{one}"
        choices.append(Choice(name=shorten(name, LONGEST_CHOICE), value=str(one)))
    return choices


def _name(paper: Paper) -> str:
    return title_in_list(within(paper.title, _RAW_TITLE), LONGEST_CHOICE)
