"""`/translate` and `/language`: reading papers in one's own language."""

from discord import app_commands
from discord.app_commands import Choice
from discord.ext import commands

from bot.client import PaperboyClient
from bot.i18n import t
from bot.languages import LANGUAGES
from bot.ui.answers import Interaction, answer
from bot.ui.panels import GOOD, INK, panel
from bot.ui.presses import in_time
from bot.ui.readers import (
    AUTOMATIC,
    chosen_language,
    language_choices,
    reading_language,
    shown_in_list,
)
from bot.ui.ref_option import Ref, complete_ref
from bot.ui.translation_buttons import translate_ref

LanguageOption = app_commands.Range[str, 1, 60]


class Translate(commands.Cog):
    """Translations, and the language in which a person reads."""

    def __init__(self, bot: PaperboyClient) -> None:
        self._services = bot.services

    @app_commands.command(description="Read a paper in your language, beside the original")
    @app_commands.describe(
        ref="Its title, its arXiv id or a link to it",
        language="Another language than the one you read in",
    )
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def translate(
        self, interaction: Interaction, ref: Ref, language: LanguageOption | None = None
    ) -> None:
        wanted = chosen_language(language).code if language else None
        await translate_ref(interaction, ref, wanted)

    @translate.autocomplete("ref")
    async def complete_paper(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        return await complete_ref(interaction, typed)

    @translate.autocomplete("language")
    async def complete_language(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        del interaction
        return language_choices(typed)

    @app_commands.command(description="See or choose the language in which you read papers")
    @app_commands.describe(language="The language; leave it out to see which one it is")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def language(
        self, interaction: Interaction, language: LanguageOption | None = None
    ) -> None:
        await in_time(interaction, self._choose(interaction.user.id, language))
        own = await in_time(interaction, self._services.readers.language(interaction.user.id))
        code = await in_time(interaction, reading_language(interaction))
        name = f"**{shown_in_list(LANGUAGES[code])}**"
        if own is not None:
            said = t("You read papers in {language}.", language=name)
            how = t("`/language` with the choice “Automatic” follows your Discord again.")
        else:
            said = t(
                "You have chosen no language, so you read papers in {language}: your Discord's "
                "language, or the channel's if that is English.",
                language=name,
            )
            how = t("`/language` with a language chooses another one, everywhere.")
        lines = [said, f"-# {how}", *self._note(code)]
        await answer(interaction, panel(["\n".join(lines)], accent=GOOD if language else INK))

    @language.autocomplete("language")
    async def complete_own(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        del interaction
        return language_choices(typed, automatic=True)

    async def _choose(self, user_id: int, typed: str | None) -> None:
        if typed is None:
            return
        chosen = None if typed.casefold() == AUTOMATIC else chosen_language(typed).code
        await self._services.readers.set_language(user_id, chosen)

    def _note(self, code: str) -> list[str]:
        """What to know if papers cannot be translated into the language here."""
        if code == "en" or self._services.translations.available(code):
            return []
        note = t("Papers cannot be translated into it here yet, so they stay in English.")
        return [f"-# ⚠️ {note}"]


async def setup(bot: PaperboyClient) -> None:
    """Load the commands of this module."""
    await bot.add_cog(Translate(bot))
