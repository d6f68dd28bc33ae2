"""The buttons of a paper's card: its abstract, all its authors, the bookmark; and opening a card.

Translations and related papers have modules of their own.
"""

import asyncio
from collections.abc import Callable

from bot.i18n import t
from bot.models import Bookmark, Card, Paper
from bot.text.ids import parse_id
from bot.ui import custom_ids
from bot.ui.answers import answer, update
from bot.ui.cards import BOOKMARK, card_view
from bot.ui.panels import GOOD, button, note, panel
from bot.ui.posted_buttons import PostedButton
from bot.ui.presses import Interaction, in_time, patiently, services_of
from bot.ui.private_pages import abstract_view, authors_view
from bot.ui.readers import reading_language
from bot.ui.views import Item, PostedView
from bot.ui.words import moment, safe

_ARXIV = "arXiv"
_NOTE = 1_000


class PaperButton(PostedButton, template=custom_ids.NEVER):
    """A button that shows something of the paper in its custom id.

    The paper comes from the archive, or else from arXiv, where one may have to try again.
    """

    async def show(
        self, interaction: Interaction, view: Callable[[Paper], PostedView], *, edits: bool = False
    ) -> None:
        """Answer with the view of the paper, or change the message if the answer `edits` it."""

        async def made() -> PostedView:
            papers = services_of(interaction).papers
            paper = await papers.get(self.found["paper"], int(self.found["version"]))
            # On a thread, because a hostile paper takes tens of milliseconds to be made safe.
            return await asyncio.to_thread(view, paper)

        shown = await patiently(
            interaction, made(), source=_ARXIV, retry=self.found.string, edits=edits
        )
        await (update if edits else answer)(interaction, shown)


class AbstractButton(PaperButton, template=custom_ids.ABSTRACT):
    """Shows the abstract privately."""

    doing = "abstract"

    async def press(self, interaction: Interaction) -> None:
        await self.show(interaction, abstract_view)


class AuthorsButton(PaperButton, template=custom_ids.AUTHORS):
    """Shows all authors privately, from the first page."""

    doing = "authors"

    async def press(self, interaction: Interaction) -> None:
        await self.show(interaction, lambda paper: authors_view(paper, 0))


class AuthorsPageButton(PaperButton, template=custom_ids.AUTHORS_PAGE):
    """Turns the page of that private list."""

    doing = "page of authors"

    async def press(self, interaction: Interaction) -> None:
        page = int(self.found["page"])
        await self.show(interaction, lambda paper: authors_view(paper, page), edits=True)


class OpenButton(PostedButton, template=custom_ids.OPEN):
    """Opens a paper's card privately, in the language that the person reads."""

    doing = "open card"

    async def press(self, interaction: Interaction) -> None:
        shown = await patiently(
            interaction, self._made(interaction), source=_ARXIV, retry=self.found.string
        )
        await answer(interaction, shown)

    async def _made(self, interaction: Interaction) -> PostedView:
        services = services_of(interaction)
        ref = parse_id(self.found["ref"])
        paper = await services.papers.get(ref.base, ref.version)
        language = await reading_language(interaction)
        card = await services.composer.card_of(paper, language)
        return await asyncio.to_thread(private_card, card)


def private_card(card: Card) -> PostedView:
    """A card as an answer to one person, outside of any digest."""
    return card_view(card, key=custom_ids.NO_KEY)


class BookmarkButton(PostedButton, template=custom_ids.BOOKMARK):
    """Bookmarks the paper for the person who pressed; if it is bookmarked already, says since when.

    Both answers offer to take it off.
    """

    doing = "bookmark"

    async def press(self, interaction: Interaction) -> None:
        setting = bookmarked(interaction, self.found["paper"], int(self.found["version"]))
        view = await patiently(interaction, setting, source=_ARXIV, retry=self.found.string)
        await answer(interaction, view)


async def bookmarked(interaction: Interaction, paper_id: str, version: int) -> PostedView:
    """Bookmark a paper for the person, and what to answer."""
    bookmarks = services_of(interaction).bookmarks
    reader = interaction.user.id
    added = await bookmarks.set(reader, paper_id, version)
    known = None if added else await bookmarks.of(reader, paper_id)
    return known_bookmark_view(known) if known is not None else bookmarked_view(paper_id)


def bookmarked_view(paper_id: str) -> PostedView:
    """What somebody reads who has just bookmarked a paper."""
    said = t(
        "{mark} Bookmarked. `/bookmarks list` shows yours, `/bookmarks note` adds a note.",
        mark=BOOKMARK,
    )
    return panel([said], [[_remove(paper_id)]], accent=GOOD)


def known_bookmark_view(bookmark: Bookmark) -> PostedView:
    """What somebody reads who bookmarks a paper again."""
    said = t(
        "{mark} You bookmarked this on {date}.",
        mark=BOOKMARK,
        date=moment(bookmark.created_at, "D"),
    )
    if bookmark.note:
        more = t("Your note: {note}", note=safe(bookmark.note, _NOTE))
    else:
        more = "-# " + t("`/bookmarks note` adds a note to it.")
    return panel([f"{said}\n{more}"], [[_remove(bookmark.paper_id)]])


class UnbookmarkButton(PostedButton, template=custom_ids.UNBOOKMARK):
    """Takes a bookmark away, in the private answer that offers it."""

    doing = "remove bookmark"

    async def press(self, interaction: Interaction) -> None:
        bookmarks = services_of(interaction).bookmarks
        clearing = bookmarks.clear(interaction.user.id, self.found["paper"])
        if await in_time(interaction, clearing, edits=True):
            said = t("Removed from your bookmarks.")
        else:
            said = t("It is not among your bookmarks any more.")
        await update(interaction, note(said, accent=GOOD))


def _remove(paper_id: str) -> Item:
    return button(t("Remove"), custom_ids.unbookmark(paper_id))
