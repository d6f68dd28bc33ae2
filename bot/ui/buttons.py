"""The buttons under posted messages. They work for ever: all they need is in their custom ids.

The library finds them by these templates, whenever the message was sent. What is sent are plain
buttons with the same custom ids (`bot/ui/cards.py`), never these objects: stored views that mix
them with others would unregister the templates.
"""

import re
from abc import abstractmethod
from typing import Any, ClassVar, Self

import discord
from discord import ui

from bot.errors import NotFound
from bot.ui import custom_ids
from bot.ui.answers import answer, update
from bot.ui.panels import GOOD, button, note, panel
from bot.ui.presses import Interaction, guarded, in_time, services_of
from bot.ui.private_pages import abstract_view, matches_view

_NEVER = r"(?!)"


class PostedButton(ui.DynamicItem[ui.Item[Any]], template=_NEVER):
    """A button of a message that may have been posted long ago, pressed by anybody."""

    doing: ClassVar[str]

    def __init__(self, item: ui.Item[Any], found: re.Match[str]) -> None:
        super().__init__(item)
        self.found = found

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        del interaction
        return cls(item, match)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await guarded(interaction, self.doing, self.press)

    @abstractmethod
    async def press(self, interaction: Interaction) -> None:
        """Answer the person who pressed; errors are told to them by `guarded`."""


class AbstractButton(PostedButton, template=custom_ids.ABSTRACT):
    """Shows the abstract privately."""

    doing = "abstract"

    async def press(self, interaction: Interaction) -> None:
        composer = services_of(interaction).composer
        wanted = self.found["paper"], int(self.found["version"])
        card = await in_time(interaction, composer.card(*wanted))
        if card is None:
            raise NotFound(
                "This paper is not in my archive any more; its title links to it on arXiv."
            )
        await answer(interaction, abstract_view(card.paper))


class BookmarkButton(PostedButton, template=custom_ids.BOOKMARK):
    """Bookmarks the paper for the person who pressed; a second press offers to take it off."""

    doing = "bookmark"

    async def press(self, interaction: Interaction) -> None:
        bookmarks = services_of(interaction).bookmarks
        paper, version = self.found["paper"], int(self.found["version"])
        if await in_time(interaction, bookmarks.set(interaction.user.id, paper, version)):
            said = "🔖 Bookmarked. `/bookmarks list` shows yours."
            await answer(interaction, note(said, accent=GOOD))
        else:
            remove = button("Remove", custom_ids.unbookmark(paper))
            await answer(interaction, panel(["🔖 You have bookmarked this already."], [[remove]]))


class UnbookmarkButton(PostedButton, template=custom_ids.UNBOOKMARK):
    """Takes a bookmark away, in the private answer that offers it."""

    doing = "remove bookmark"

    async def press(self, interaction: Interaction) -> None:
        bookmarks = services_of(interaction).bookmarks
        clearing = bookmarks.clear(interaction.user.id, self.found["paper"])
        if await in_time(interaction, clearing, edits=True):
            said = "Removed from your bookmarks."
        else:
            said = "It is not among your bookmarks any more."
        await update(interaction, note(said, accent=GOOD))


class AllMatchesButton(PostedButton, template=custom_ids.ALL_MATCHES):
    """Shows privately all that a digest matched, from the first page."""

    doing = "all matches"

    async def press(self, interaction: Interaction) -> None:
        digests = services_of(interaction).digests
        found = await in_time(interaction, digests.matches(self.found["digest"]))
        await answer(interaction, matches_view(found, 0))


class MatchesPageButton(PostedButton, template=custom_ids.MATCHES_PAGE):
    """Turns the page of that private list."""

    doing = "page of matches"

    async def press(self, interaction: Interaction) -> None:
        digests = services_of(interaction).digests
        found = await in_time(interaction, digests.matches(self.found["digest"]), edits=True)
        await update(interaction, matches_view(found, int(self.found["page"])))


POSTED_BUTTONS: tuple[type[PostedButton], ...] = (
    AbstractButton,
    BookmarkButton,
    UnbookmarkButton,
    AllMatchesButton,
    MatchesPageButton,
)
"""All of them, for the client to register."""
