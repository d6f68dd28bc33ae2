"""What readers and servers choose about languages: reading languages and glossaries."""

from bot.errors import BadInput, LimitReached, NotFound
from bot.i18n import t
from bot.languages import LANGUAGES
from bot.protocols import Clock
from bot.store.glossary import GlossaryStore, GlossaryTerm
from bot.store.people import PeopleStore
from bot.text.safety import plain

MOST_TERMS = 200
"""Terms that a server may have in one language."""

LONGEST_TERM = 100
"""Characters of a term, and of its translation."""


class Readers:
    """The languages that people read papers in."""

    def __init__(self, *, store: PeopleStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def language(self, user_id: int) -> str | None:
        """The language that a person chose; None if it follows their Discord."""
        return await self._store.language(user_id)

    async def set_language(self, user_id: int, language: str | None) -> None:
        """Keep a person's choice (a code of `bot.languages`), or forget it."""
        if language is None:
            await self._store.clear_language(user_id)
        else:
            await self._store.set_language(user_id, language, self._clock.now())

    async def channel_language(self, channel_id: int) -> str | None:
        """The language of a channel's newest subscription; None if it has none."""
        return await self._store.channel_language(channel_id)


class Glossaries:
    """Servers' own translations of terms. Who may change them is for the caller to check."""

    def __init__(self, *, store: GlossaryStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def terms(self, guild_id: int, language: str | None = None) -> list[GlossaryTerm]:
        """A server's terms, of one language or of all, by language and alphabet."""
        return await self._store.terms(guild_id, language)

    async def put(
        self, guild_id: int, creator_id: int, *, language: str, term: str, translation: str
    ) -> tuple[GlossaryTerm, bool]:
        """Store a term; returns it, and whether it is new. Raises BadInput or LimitReached."""
        entry = GlossaryTerm(language, _clean(term), _clean(translation))
        new = await self._store.put(
            guild_id, entry, creator_id, self._clock.now(), limit=MOST_TERMS
        )
        if new is None:
            raise LimitReached(
                t(
                    "This server's glossary has {limit} terms for {language} already; "
                    "remove one with `/glossary remove` first.",
                    limit=MOST_TERMS,
                    language=LANGUAGES[language].name,
                )
            )
        return entry, new

    async def remove(self, guild_id: int, term: str, language: str | None) -> GlossaryTerm:
        """Remove a term, which must be of one language only if `language` is None.

        Returns what was removed. Raises NotFound or BadInput.
        """
        wanted = _clean(term)
        found = [
            entry
            for entry in await self._store.terms(guild_id, language)
            if GlossaryStore.same(entry.term, wanted)
        ]
        if len(found) > 1:
            raise BadInput(
                t("This term is in the glossary for several languages; choose one of them.")
            )
        for entry in found:
            if await self._store.remove(guild_id, entry.language, entry.term):
                return entry
        raise NotFound(
            t("This term is not in the server's glossary; `/glossary list` shows what is.")
        )


def _clean(text: str) -> str:
    """A term as it is kept. Raises BadInput if nothing is left, or it is too long."""
    clean = plain(text)
    if not clean:
        raise BadInput(t("A term and its translation need at least one visible character each."))
    if len(clean) > LONGEST_TERM:
        raise BadInput(
            t("A term and its translation may have {limit} characters each.", limit=LONGEST_TERM)
        )
    return clean
