"""The buttons under posted messages, and the list of all kinds of them.

They work for ever: see `bot/ui/posted_buttons.py`.
"""

import asyncio

from bot.ui import custom_ids
from bot.ui.answers import answer, update
from bot.ui.bookmark_buttons import BOOKMARK_BUTTONS
from bot.ui.card_buttons import (
    AbstractButton,
    AuthorsButton,
    AuthorsPageButton,
    BookmarkButton,
    OpenButton,
    UnbookmarkButton,
)
from bot.ui.list_pages import ListPageButton
from bot.ui.posted_buttons import PostedButton
from bot.ui.presses import Interaction, in_time, services_of
from bot.ui.private_pages import matches_view
from bot.ui.related_views import RelatedButton
from bot.ui.translation_buttons import (
    PostedTranslationButton,
    TranslateButton,
    TranslateRefButton,
    TranslationButton,
)
from bot.ui.views import PostedView


class _MatchesButton(PostedButton, template=custom_ids.NEVER):
    async def show(self, interaction: Interaction, page: int, *, edits: bool = False) -> None:
        async def made() -> PostedView:
            digests = services_of(interaction).digests
            found = await digests.matches(self.found["digest"])
            return await asyncio.to_thread(matches_view, found, page)

        shown = await in_time(interaction, made(), edits=edits)
        await (update if edits else answer)(interaction, shown)


class AllMatchesButton(_MatchesButton, template=custom_ids.ALL_MATCHES):
    """Shows privately all that a digest matched, from the first page."""

    doing = "all matches"

    async def press(self, interaction: Interaction) -> None:
        await self.show(interaction, 0)


class MatchesPageButton(_MatchesButton, template=custom_ids.MATCHES_PAGE):
    """Turns the page of that private list."""

    doing = "page of matches"

    async def press(self, interaction: Interaction) -> None:
        await self.show(interaction, int(self.found["page"]), edits=True)


POSTED_BUTTONS: tuple[type[PostedButton], ...] = (
    AbstractButton,
    AuthorsButton,
    AuthorsPageButton,
    OpenButton,
    BookmarkButton,
    UnbookmarkButton,
    AllMatchesButton,
    MatchesPageButton,
    ListPageButton,
    RelatedButton,
    TranslateButton,
    TranslationButton,
    PostedTranslationButton,
    TranslateRefButton,
    *BOOKMARK_BUTTONS,
)
"""All of them, for the client to register."""
