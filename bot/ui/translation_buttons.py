"""The buttons that lead to a translation, and those inside one."""

from bot.models import Paper
from bot.text.ids import find_papers
from bot.ui import custom_ids
from bot.ui.paper_answers import TRANSLATION, named
from bot.ui.posted_buttons import PostedButton
from bot.ui.presses import Interaction, patiently, services_of
from bot.ui.translation_views import show_translation

_SOURCE = "arXiv"


class TranslateButton(PostedButton, template=custom_ids.TRANSLATE):
    """Shows a card's paper in the language of whoever pressed, privately."""

    doing = "translation"

    async def press(self, interaction: Interaction) -> None:
        await show_translation(interaction, await _paper(self, interaction))


class TranslationButton(PostedButton, template=custom_ids.TRANSLATION):
    """Turns the page or changes what is shown, in the private answer; or tries again."""

    doing = "page of a translation"

    async def press(self, interaction: Interaction) -> None:
        await show_translation(
            interaction,
            await _paper(self, interaction, edits=True),
            self.found["language"],
            mode=self.found["mode"],
            page=int(self.found["page"]),
            edits=True,
            again=self.found["place"] == "r",
        )


class PostedTranslationButton(PostedButton, template=custom_ids.POSTED_TRANSLATION):
    """Opens a posted translation beside the original, privately."""

    doing = "posted translation"

    async def press(self, interaction: Interaction) -> None:
        await show_translation(interaction, await _paper(self, interaction), self.found["language"])


class TranslateRefButton(PostedButton, template=custom_ids.TRANSLATE_REF):
    """Tries again to find a paper and to translate it, in the private answer that offers it."""

    doing = "translation of an id"

    async def press(self, interaction: Interaction) -> None:
        language = self.found["language"]
        await translate_ref(
            interaction,
            self.found["ref"],
            None if language == custom_ids.NO_KEY else language,
            edits=True,
        )


async def _paper(pressed: PostedButton, interaction: Interaction, *, edits: bool = False) -> Paper:
    """The paper of a button, from the archive or arXiv. Raises NotFound or TryAgain."""
    found = pressed.found
    return await patiently(
        interaction,
        services_of(interaction).papers.get(found["paper"], int(found["version"])),
        source=_SOURCE,
        retry=found.group(),
        edits=edits,
    )


async def translate_ref(
    interaction: Interaction, ref: str, language: str | None, *, edits: bool = False
) -> None:
    """Answer with the translation of the paper that a person names by id, link or title.

    Raises UserError.
    """
    ids = find_papers(ref)
    if len(ids) != 1 and language is None:
        paper = await named(interaction, ref, TRANSLATION)
    else:
        paper = await patiently(
            interaction,
            services_of(interaction).papers.find(ref),
            source=_SOURCE,
            retry=custom_ids.translate_ref(str(ids[0]), language) if len(ids) == 1 else "",
            edits=edits,
        )
    await show_translation(interaction, paper, language, edits=edits)
