"""`/glossary`: a server's own translations of terms."""

import asyncio

import discord
from discord import app_commands
from discord.app_commands import Choice
from discord.ext import commands

from bot.client import PaperboyClient
from bot.errors import BadInput, NotAllowed, UserError
from bot.i18n import t
from bot.languages import ENGLISH
from bot.services.reading import LONGEST_TERM
from bot.ui.admins import guild_of
from bot.ui.answers import Interaction, answer
from bot.ui.glossary_views import GlossaryDialog, term_choices, term_in_words
from bot.ui.panels import GOOD, panel
from bot.ui.presses import in_time
from bot.ui.readers import chosen_language, language_choices
from bot.ui.sessions import Sessions
from bot.ui.words import language_name

LanguageOption = app_commands.Range[str, 1, 60]
TermOption = app_commands.Range[str, 1, LONGEST_TERM]


class Glossary(commands.Cog):
    """Looking at and changing a server's glossary."""

    glossary = app_commands.Group(
        name="glossary",
        description="How terms are translated for this server",
        allowed_contexts=app_commands.AppCommandContext(guild=True),
        allowed_installs=app_commands.AppInstallationType(guild=True),
        default_permissions=discord.Permissions(manage_guild=True),
    )

    def __init__(self, bot: PaperboyClient) -> None:
        self._services = bot.services
        self.sessions = Sessions("glossary", "glossary list", bot.services.clock)

    @glossary.command(name="list", description="See this server's terms")
    @app_commands.describe(language="Only the terms of this language")
    async def show(self, interaction: Interaction, language: LanguageOption | None = None) -> None:
        guild = _manager_in(interaction)
        code = chosen_language(language).code if language else None
        session = self.sessions.open(interaction.user.id)
        await GlossaryDialog(self._services, session, guild.id, code).begin(interaction)

    @glossary.command(description="Have a term translated your way from now on")
    @app_commands.describe(
        term="The English term, as abstracts write it",
        translation="What it is called in the other language",
        language="The language of the translation",
    )
    async def add(
        self,
        interaction: Interaction,
        term: TermOption,
        translation: TermOption,
        language: LanguageOption,
    ) -> None:
        guild = _manager_in(interaction)
        code = chosen_language(language).code
        if code == ENGLISH:
            raise BadInput(t("Papers are in English already; choose another language."))
        putting = self._services.glossaries.put(
            guild.id, interaction.user.id, language=code, term=term, translation=translation
        )
        entry, new = await in_time(interaction, putting)
        name = language_name(code)
        said = (
            t("Added to the glossary for {language}:", language=name)
            if new
            else t("Changed in the glossary for {language}:", language=name)
        )
        how = t("Papers with this term are translated anew when somebody asks for them.")
        await answer(
            interaction, panel([f"{said}\n- {term_in_words(entry)}\n-# {how}"], accent=GOOD)
        )

    @glossary.command(description="Take a term out of the glossary")
    @app_commands.describe(
        term="The English term", language="Its language, if it is there for several"
    )
    async def remove(
        self, interaction: Interaction, term: TermOption, language: LanguageOption | None = None
    ) -> None:
        guild = _manager_in(interaction)
        code = chosen_language(language).code if language else None
        entry = await in_time(interaction, self._services.glossaries.remove(guild.id, term, code))
        said = t(
            "Removed from the glossary for {language}:", language=language_name(entry.language)
        )
        await answer(interaction, panel([f"{said}\n- {term_in_words(entry)}"], accent=GOOD))

    @show.autocomplete("language")
    @add.autocomplete("language")
    @remove.autocomplete("language")
    async def complete_language(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        del interaction
        return language_choices(typed, english=False)

    @remove.autocomplete("term")
    async def complete_term(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        guild = _manager_in(interaction)
        code = _language_so_far(interaction)
        terms = await self._services.glossaries.terms(guild.id, code)
        # On a thread, because a glossary of all languages has thousands of terms.
        return await asyncio.to_thread(term_choices, typed, terms, code)


def _manager_in(interaction: Interaction) -> discord.Guild:
    """The server. Raises NotAllowed unless the person may manage it."""
    guild = guild_of(interaction)
    if not interaction.permissions.manage_guild:
        raise NotAllowed(t("You need the permission Manage Server for the glossary."))
    return guild


def _language_so_far(interaction: Interaction) -> str | None:
    """The language that stands in the option while the term is typed; None if none does."""
    typed = getattr(interaction.namespace, "language", None)
    if not isinstance(typed, str) or not typed:
        return None
    try:
        return chosen_language(typed).code
    except UserError:
        return None


async def setup(bot: PaperboyClient) -> None:
    """Load the commands of this module."""
    cog = Glossary(bot)
    bot.add_dynamic_items(cog.sessions.item())
    await bot.add_cog(cog)
