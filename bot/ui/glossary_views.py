"""A server's glossary as `/glossary` shows it: in pages, and as choices while somebody types."""

from collections.abc import Sequence

from discord.app_commands import Choice

from bot.i18n import number, t, tn
from bot.services import Services
from bot.store.glossary import GlossaryTerm
from bot.text.safety import plain, shorten
from bot.text.tokens import fold
from bot.ui.answers import Interaction, answer, tell, update
from bot.ui.panels import CustomId, note, page_buttons, page_count, panel
from bot.ui.presses import in_time
from bot.ui.sessions import Dialog, Press, Session
from bot.ui.translation_pages import directed
from bot.ui.views import PostedView
from bot.ui.words import language_name, safe

PAGE_SIZE = 15
_MOST_CHOICES = 25
# A term has 100 characters at most; escaped it may have twice as many.
_SHOWN = 200


class GlossaryDialog(Dialog):
    """A server's terms in pages, of one language or of all."""

    def __init__(
        self, services: Services, session: Session, guild_id: int, language: str | None
    ) -> None:
        self._services = services
        self._session = session
        self._guild_id = guild_id
        self._language = language

    async def begin(self, interaction: Interaction) -> None:
        """Show the first page as the answer of a command."""
        self._session.bind(self)
        await answer(interaction, await in_time(interaction, self._page(0)))

    async def press(self, press: Press) -> None:
        page = int(press.value) if press.value.isdecimal() else 0
        view = await in_time(press.interaction, self._page(page), edits=True)
        await update(press.interaction, view)

    async def refuse(self, interaction: Interaction, sentence: str) -> None:
        await tell(interaction, sentence)

    async def _page(self, page: int) -> PostedView:
        terms = await self._services.glossaries.terms(self._guild_id, self._language)
        return glossary_view(terms, page, self._session.custom_id)


def glossary_view(terms: Sequence[GlossaryTerm], page: int, custom_id: CustomId) -> PostedView:
    """A page (from 0) of a glossary; a page too far is the last."""
    if not terms:
        return note(
            t(
                "No term is in this glossary yet. `/glossary add` makes translations use your "
                "server's word for one."
            )
        )
    pages = page_count(len(terms), PAGE_SIZE)
    page = max(0, min(page, pages - 1))
    shown = terms[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    heading = tn(
        "This server's glossary: {n} term", "This server's glossary: {n} terms", len(terms)
    )
    lines: list[str] = []
    language = ""
    for entry in shown:
        if entry.language != language:
            language = entry.language
            lines.append(f"**{language_name(language)}**")
        lines.append(f"- {term_in_words(entry)}")
    where = t("Page {page} of {pages}", page=number(page + 1), pages=number(pages))
    blocks = [f"### {heading}", "\n".join(lines), f"-# {where}" if pages > 1 else ""]
    return panel(blocks, [page_buttons(custom_id, page, pages)])


def term_in_words(entry: GlossaryTerm) -> str:
    """`large language model → 大規模言語モデル`, for a message."""
    translation = directed(safe(entry.translation, _SHOWN), entry.language)
    return f"{safe(entry.term, _SHOWN)} → {translation}"


def term_choices(
    typed: str, terms: Sequence[GlossaryTerm], language: str | None
) -> list[Choice[str]]:
    """Terms by a part of them or of their translations; a choice's value is the term."""
    wanted = fold(plain(typed))
    found = [
        entry for entry in terms if wanted in fold(entry.term) or wanted in fold(entry.translation)
    ]
    if language is None:  # a term of several languages is offered once
        found = list({fold(entry.term): entry for entry in reversed(found)}.values())[::-1]
    return [
        Choice(name=shorten(f"{entry.term} → {entry.translation}", 100), value=entry.term)
        for entry in found[:_MOST_CHOICES]
    ]
