"""`/bookmarks`: a person's own bookmarks, in servers and in direct messages."""

import asyncio

from discord import app_commands
from discord.app_commands import Choice
from discord.ext import commands

from bot.client import PaperboyClient
from bot.errors import BadInput, NotFound
from bot.models import Bookmark, Paper
from bot.text.ids import find_ids
from bot.ui.answers import Interaction, answer
from bot.ui.bookmarks_dialog import BookmarksDialog
from bot.ui.completions import bookmark_choices, matching_bookmarks
from bot.ui.panels import GOOD, note
from bot.ui.paper_facts import linked
from bot.ui.sessions import Sessions
from bot.ui.words import safe

# Titles are searched among the newest ones; by its id any bookmark can be removed.
_MOST_SEARCHED = 500
_TITLE_LIMIT = 200


class Bookmarks(commands.Cog):
    """Looking at and removing bookmarks."""

    bookmarks = app_commands.Group(
        name="bookmarks",
        description="The papers that you bookmarked",
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True),
    )

    def __init__(self, bot: PaperboyClient) -> None:
        self._services = bot.services
        self.sessions = Sessions("bookmarks", "`/bookmarks list`", bot.services.clock)

    @bookmarks.command(name="list", description="See your bookmarks; only you see them")
    async def show(self, interaction: Interaction) -> None:
        session = self.sessions.open(interaction.user.id)
        await BookmarksDialog(self._services, session, interaction.user.id).begin(interaction)

    @bookmarks.command(description="Take a paper off your bookmarks")
    @app_commands.describe(paper="Its title, its arXiv id or a link to it")
    async def remove(
        self, interaction: Interaction, paper: app_commands.Range[str, 1, 500]
    ) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        user_id = interaction.user.id
        entries = await self._all(user_id)
        paper_id, name = await asyncio.to_thread(_named, paper, entries)
        if not await self._services.bookmarks.clear(user_id, paper_id):
            raise NotFound(f"{name} is not among your bookmarks.")
        await answer(interaction, note(f"{name} is no longer among your bookmarks.", accent=GOOD))

    @remove.autocomplete("paper")
    async def complete_paper(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        entries = await self._all(interaction.user.id)
        return await asyncio.to_thread(bookmark_choices, typed, entries)

    async def _all(self, user_id: int) -> list[tuple[Bookmark, Paper]]:
        entries, _ = await self._services.bookmarks.page(user_id, 0, _MOST_SEARCHED)
        return entries


def _named(text: str, entries: list[tuple[Bookmark, Paper]]) -> tuple[str, str]:
    """The paper that a person means and its name for a message. Raises a UserError."""
    ids = list(dict.fromkeys(found.base for found in find_ids(text)))
    if len(ids) > 1:
        raise BadInput("There is more than one arXiv id in that; give one at a time.")
    if ids:
        kept = next((paper for _, paper in entries if paper.id == ids[0]), None)
        return ids[0], _link(kept) if kept is not None else f"arXiv:{ids[0]}"
    matching = matching_bookmarks(text, entries)
    if not matching:
        raise NotFound(f"None of your bookmarks has “{safe(text, 80)}” in its title.")
    if len(matching) > 1:
        raise BadInput(
            f"{len(matching)} of your bookmarks have “{safe(text, 80)}” in their titles: "
            "choose one from the list that appears while you type."
        )
    paper = matching[0][1]
    return paper.id, _link(paper)


def _link(paper: Paper) -> str:
    return linked(paper.title, paper.abs_url, _TITLE_LIMIT)


async def setup(bot: PaperboyClient) -> None:
    """Load the commands of this module."""
    cog = Bookmarks(bot)
    bot.add_dynamic_items(cog.sessions.item())
    await bot.add_cog(cog)
