"""`/bookmarks`: a person's own bookmarks, everywhere."""

from discord import app_commands
from discord.app_commands import Choice
from discord.ext import commands

from bot.client import PaperboyClient
from bot.export.formats import Format
from bot.services.bookmarking import LONGEST_NOTE
from bot.ui.answers import Interaction, answer
from bot.ui.bookmark_clearing import ClearingDialog
from bot.ui.bookmark_completions import MOST_CHOICES, bookmark_choices
from bot.ui.bookmark_export import export
from bot.ui.bookmark_form import NoteForm, write_note
from bot.ui.bookmark_pages import open_list
from bot.ui.bookmark_views import Place, bookmark_view, removed_in_words
from bot.ui.panels import GOOD, note
from bot.ui.presses import in_time
from bot.ui.sessions import Sessions
from bot.ui.views import PostedView

_FORMATS = [Choice(name=one.label, value=one.value) for one in Format]


class Bookmarks(commands.Cog):
    """Looking at bookmarks, finding, noting, removing and exporting them."""

    bookmarks = app_commands.Group(
        name="bookmarks",
        description="The papers that you bookmarked",
        allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        allowed_contexts=app_commands.AppCommandContext(
            guild=True, dm_channel=True, private_channel=True
        ),
    )

    def __init__(self, bot: PaperboyClient) -> None:
        self._services = bot.services
        self.sessions = Sessions("bookmarks", "bookmarks clear", bot.services.clock)

    @bookmarks.command(name="list", description="See your bookmarks; only you see them")
    async def show(self, interaction: Interaction) -> None:
        await open_list(interaction)

    @bookmarks.command(description="Find bookmarks by words of the paper or of your notes")
    @app_commands.describe(query="Words of the title, abstract, authors or your note")
    async def search(
        self, interaction: Interaction, query: app_commands.Range[str, 1, 300]
    ) -> None:
        await open_list(interaction, query)

    @bookmarks.command(name="note", description="Write a note on a bookmark")
    @app_commands.describe(
        paper="Its title, its arXiv id or a link to it",
        text="The note; leave it out to write it in a form",
    )
    @app_commands.rename(text="note")
    async def write(
        self,
        interaction: Interaction,
        paper: app_commands.Range[str, 1, 500],
        text: app_commands.Range[str, 0, LONGEST_NOTE] | None = None,
    ) -> None:
        if text is not None:
            await answer(
                interaction, await in_time(interaction, self._noted(interaction, paper, text))
            )
            return
        bookmarks, user_id = self._services.bookmarks, interaction.user.id
        entry = await in_time(interaction, bookmarks.find(user_id, paper))
        if interaction.response.is_done():  # that took too long for a form; its button has one
            await answer(interaction, bookmark_view(entry, Place()))
        else:
            await interaction.response.send_modal(NoteForm(entry, Place()))

    @bookmarks.command(description="Take a paper off your bookmarks")
    @app_commands.describe(paper="Its title, its arXiv id or a link to it")
    async def remove(
        self, interaction: Interaction, paper: app_commands.Range[str, 1, 500]
    ) -> None:
        await answer(interaction, await in_time(interaction, self._removed(interaction, paper)))

    @bookmarks.command(name="export", description="Get your bookmarks as a file only you see")
    @app_commands.describe(format_="For a reference manager, a spreadsheet, or to read")
    @app_commands.rename(format_="format")
    @app_commands.choices(format_=_FORMATS)
    async def save(self, interaction: Interaction, format_: str) -> None:
        await export(interaction, Format(format_))

    @bookmarks.command(description="Remove all your bookmarks, after a question")
    async def clear(self, interaction: Interaction) -> None:
        session = self.sessions.open(interaction.user.id)
        now = self._services.clock.now()
        await ClearingDialog(self._services, session, now).begin(interaction)

    @write.autocomplete("paper")
    @remove.autocomplete("paper")
    async def complete_paper(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        bookmarks = self._services.bookmarks
        return bookmark_choices(await bookmarks.suggest(interaction.user.id, typed, MOST_CHOICES))

    async def _noted(self, interaction: Interaction, paper: str, text: str) -> PostedView:
        _, found = await self._services.bookmarks.find(interaction.user.id, paper)
        return await write_note(interaction, found.id, text, Place())

    async def _removed(self, interaction: Interaction, paper: str) -> PostedView:
        bookmarks, user_id = self._services.bookmarks, interaction.user.id
        _, found = await bookmarks.find(user_id, paper)
        await bookmarks.clear(user_id, found.id)
        return note(removed_in_words(found), accent=GOOD)


async def setup(bot: PaperboyClient) -> None:
    """Load the commands of this module."""
    cog = Bookmarks(bot)
    bot.add_dynamic_items(cog.sessions.item())
    await bot.add_cog(cog)
