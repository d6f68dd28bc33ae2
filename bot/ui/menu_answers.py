"""What the entries of a message's menu answer: about the papers that the message is about."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import discord

from bot.errors import NotFound
from bot.i18n import t, tn
from bot.models import Paper
from bot.text.ids import ArxivId
from bot.ui.answers import Interaction, answer
from bot.ui.message_links import papers_of
from bot.ui.panels import GOOD, WARNING, panel
from bot.ui.paper_answers import (
    BOOKMARK,
    MOST,
    RELATED,
    TRANSLATION,
    bookmarked,
    named,
    patience,
    remarks_on,
    show_card,
    show_several,
)
from bot.ui.paper_facts import linked
from bot.ui.presses import in_time, services_of
from bot.ui.related_views import show_related
from bot.ui.translation_views import show_translation
from bot.ui.views import PostedView

# Twenty-five of them with their links fit into a message.
_TITLE = 80


async def card_of_message(interaction: Interaction, message: discord.Message) -> None:
    """The card of the message's paper, or the list of its papers."""
    wanted = _wanted(message)
    if len(wanted) == 1:
        await show_card(interaction, str(wanted[0]))
    else:
        await show_several(interaction, wanted)


async def translation_of_message(interaction: Interaction, message: discord.Message) -> None:
    """The translation of the message's paper, or the list of its papers."""
    await _one_or_several(interaction, message, TRANSLATION, show_translation)


async def related_of_message(interaction: Interaction, message: discord.Message) -> None:
    """What is like the message's paper, or the list of its papers."""
    await _one_or_several(interaction, message, RELATED, show_related)


async def bookmark_message(interaction: Interaction, message: discord.Message) -> None:
    """Bookmark all papers of the message for the person, and say which."""
    wanted = _wanted(message)
    if len(wanted) == 1:
        paper = await named(interaction, str(wanted[0]), BOOKMARK)
        view = await in_time(interaction, bookmarked(interaction, paper))
    else:
        view = await in_time(interaction, _bookmarked(interaction, wanted))
    await answer(interaction, view)


async def _bookmarked(interaction: Interaction, wanted: list[ArxivId]) -> PostedView:
    services = services_of(interaction)
    found = await services.papers.several(wanted[:MOST], within=patience(interaction))
    new: list[Paper] = []
    known: list[Paper] = []
    for paper in found.papers:
        added = await services.bookmarks.set(interaction.user.id, paper.id, paper.version)
        (new if added else known).append(paper)
    blocks = [
        _titles(tn("🔖 Bookmarked {n} paper:", "🔖 Bookmarked {n} papers:", len(new)), new),
        _titles(
            tn(
                "{n} paper was among your bookmarks already:",
                "{n} papers were among your bookmarks already:",
                len(known),
            ),
            known,
        ),
        "\n".join(
            f"-# {remark}" for remark in remarks_on(found.unknown, found.unanswered, len(wanted))
        ),
    ]
    return await asyncio.to_thread(panel, blocks, accent=GOOD if found.papers else WARNING)


def _titles(heading: str, papers: Sequence[Paper]) -> str:
    lines = [f"- {linked(paper.title, paper.abs_url, _TITLE)}" for paper in papers]
    return "\n".join([heading, *lines]) if lines else ""


async def _one_or_several(
    interaction: Interaction,
    message: discord.Message,
    asked: str,
    show: Callable[[Interaction, Paper], Awaitable[None]],
) -> None:
    wanted = _wanted(message)
    if len(wanted) == 1:
        await show(interaction, await named(interaction, str(wanted[0]), asked))
    else:
        await show_several(interaction, wanted)


def _wanted(message: discord.Message) -> list[ArxivId]:
    found = papers_of(message)
    if not found:
        raise NotFound(
            t(
                "I see no arXiv link or id in this message. "
                "Choose a message that has one, or give me a paper with `/paper`."
            )
        )
    return found
