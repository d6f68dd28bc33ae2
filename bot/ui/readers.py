"""A reader's language: whose it is, and how it is chosen."""

from discord.app_commands import Choice

from bot.errors import BadInput
from bot.i18n import t
from bot.languages import ENGLISH, LANGUAGES, Language, find_languages, language_of
from bot.text.safety import markdown, plain, shorten
from bot.text.tokens import fold
from bot.ui.presses import Interaction, services_of

AUTOMATIC = "automatic"
"""Stands for no choice of one's own."""

_MOST_CHOICES = 25


async def reading_language(interaction: Interaction) -> str:
    """The language in which a person reads papers, as a code of `bot.languages`.

    It is their own choice; else their Discord's language; if that is English or unknown, the
    language of the channel's subscription.
    """
    readers = services_of(interaction).readers
    chosen = await readers.language(interaction.user.id)
    if chosen is not None and chosen in LANGUAGES:
        return chosen
    own = language_of(interaction.locale.value) or ENGLISH
    if own != ENGLISH or interaction.channel_id is None:
        return own
    # A thread belongs to its channel. Where the bot is no member, nothing is known of it.
    parent = getattr(interaction.channel, "parent_id", None)
    channel_id = parent if isinstance(parent, int) else interaction.channel_id
    here = await readers.channel_language(channel_id)
    return here if here is not None and here in LANGUAGES else ENGLISH


def chosen_language(typed: str) -> Language:
    """The language that a person names by code or by name. Raises BadInput."""
    wanted = fold(plain(typed))
    known = language_of(wanted) if len(wanted) > 1 else None
    if known is not None:
        return LANGUAGES[known]
    found = find_languages(plain(typed)) if wanted else []
    exact = [one for one in found if wanted in {fold(one.own_name), fold(one.name)}]
    if len(exact) == 1 or len(found) == 1:
        return (exact or found)[0]
    shown = shorten(markdown(plain(typed)), 60)
    if found:
        raise BadInput(
            t(
                "“{typed}” may be several languages: "
                "choose one from the list that appears while you type.",
                typed=shown,
            )
        )
    raise BadInput(
        t(
            "I do not know the language “{typed}”: "
            "choose one from the list that appears while you type.",
            typed=shown,
        )
    )


def language_choices(
    typed: str, *, automatic: bool = False, english: bool = True
) -> list[Choice[str]]:
    """Languages for what is typed, by their own names and in the language being spoken."""
    choices = [
        Choice(name=shown_in_list(language), value=language.code)
        for language in find_languages(plain(typed), len(LANGUAGES))
        if english or language.code != ENGLISH
    ]
    if automatic:
        name = t("Automatic: as my Discord")
        if fold(typed.strip()) in fold(name):
            choices.insert(0, Choice(name=name[:100], value=AUTOMATIC))
    return choices[:_MOST_CHOICES]


def shown_in_list(language: Language) -> str:
    """`日本語 · Japanese`, or one name where both are the same."""
    if fold(language.own_name) == fold(language.name):
        return language.own_name
    return shorten(f"{language.own_name} · {language.name}", 100)
