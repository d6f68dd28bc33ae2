"""`/search`: papers by words, names and categories, here and on arXiv itself."""

from typing import Literal

from discord import app_commands
from discord.app_commands import Choice
from discord.ext import commands

from bot.client import PaperboyClient
from bot.services.search_lists import Search, Where
from bot.sources.taxonomy import find
from bot.text.safety import shorten
from bot.ui.answers import Interaction
from bot.ui.completions import LONGEST_CHOICE, MOST_CHOICES
from bot.ui.search_answers import answer_search


class SearchCommand(commands.Cog, name="Search"):
    """Looking for papers."""

    def __init__(self, bot: PaperboyClient) -> None:
        self._search = bot.services.search

    @app_commands.command(description="Search papers in my archive and on arXiv; only you see it")
    @app_commands.describe(
        query="Words, “phrases”, -not, au:name, ti:word, abs:word, cat:cs.CL",
        category="Only papers of this category",
        author="Only papers by this author",
        since="Only papers submitted since: 2026, 2026-06-18, 7d, 3m, 1y",
        sort="Which papers come first",
        where="Where to search",
    )
    @app_commands.rename(where="in")
    @app_commands.choices(
        sort=[
            Choice(name="Best match first", value="relevance"),
            Choice(name="Newest first", value="newest"),
        ],
        where=[
            Choice(name="My archive and arXiv", value="both"),
            Choice(name="My archive only", value="archive"),
            Choice(name="arXiv only", value="arxiv"),
        ],
    )
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def search(  # noqa: PLR0917 - the library passes a command's options by name
        self,
        interaction: Interaction,
        query: app_commands.Range[str, 1, 6000],  # the most that Discord takes
        category: app_commands.Range[str, 1, 100] = "",
        author: app_commands.Range[str, 1, 100] = "",
        since: app_commands.Range[str, 1, 40] = "",
        sort: Literal["relevance", "newest"] = "relevance",
        where: Literal["both", "archive", "arxiv"] = "both",
    ) -> None:
        parsed = self._search.read(query, category=category, author=author, since=since)
        wanted = Search(parsed.query, Where(where), newest=sort == "newest")
        await answer_search(interaction, wanted, parsed.hints)

    @search.autocomplete("category")
    async def complete_category(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        del interaction
        return [
            Choice(name=shorten(f"{found.id} {found.name}", LONGEST_CHOICE), value=found.id)
            for found in find(typed[:LONGEST_CHOICE], MOST_CHOICES)
        ]


async def setup(bot: PaperboyClient) -> None:
    """Load the commands of this module."""
    await bot.add_cog(SearchCommand(bot))
