"""Composing: from a stored delivery to what its message shows."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from bot.enrich.summaries import Summaries
from bot.enrich.translate.service import Translations
from bot.i18n import commas, plain_day, speaking, t
from bot.models import (
    Announcement,
    Card,
    Delivery,
    Digest,
    Header,
    HeaderItem,
    Paper,
    Purpose,
)
from bot.store.ledger import LedgerStore
from bot.store.papers import PaperStore
from bot.store.reading import PostedStore

# How long titles may take to be translated for a digest, and all of a card while somebody waits,
# in seconds.
_POSTING_S, _WAITING_S = 4.0, 1.5


class Composer:
    """Gathers what the messages of a digest show.

    `model_wait` is how long a digest waits for a model's and a translator's work, in seconds.
    """

    def __init__(
        self,
        *,
        papers: PaperStore,
        posted: PostedStore,
        ledger: LedgerStore,
        summaries: Summaries,
        translations: Translations,
        model_wait: float,
    ) -> None:
        self._papers = papers
        self._posted = posted
        self._ledger = ledger
        self._summaries = summaries
        self._translations = translations
        self._model_wait = model_wait

    async def header(self, digest: Digest, key: str) -> Header:
        """A digest's header, or its quiet line where it shows nothing."""
        cards = await self._posted.cards(digest.id)
        wanted = [(c.paper_id, c.version) for c in cards if c.paper_id and c.version]
        papers = await self._papers.get_many(wanted)
        truncated = False
        if digest.days:
            lines = await self._ledger.batches(digest.rules.categories, min(digest.days))
            truncated = any(line.truncated and line.day in digest.days for line in lines)
        return Header(
            key=key,
            digest_key=digest.key,
            rules=digest.rules,
            days=digest.days,
            announced=digest.announced,
            matched=digest.matched,
            shown=digest.shown,
            items=tuple(HeaderItem(papers[w].title, papers[w]) for w in wanted if w in papers),
            truncated=truncated,
            language=digest.language,
        )

    async def cards(
        self, deliveries: list[Delivery], language: str = "en", guild_id: int | None = None
    ) -> dict[int, Card]:
        """The cards of these deliveries for a channel of that language, by delivery id.

        Takes as long as a digest waits for models and translators; what is late is left out.
        """
        wanted = {d.id: (d.paper_id, d.version) for d in deliveries if d.paper_id and d.version}
        papers = await self._papers.get_many(list(wanted.values()))
        made = await self._cards(list(papers.values()), language, guild_id, Purpose.DIGEST)
        types = {d.id: d.announce_type for d in deliveries}
        return {
            number: replace(made[version], announce_type=types[number])
            for number, version in wanted.items()
        }

    async def cards_of(
        self,
        announcements: Sequence[Announcement],
        language: str = "en",
        guild_id: int | None = None,
    ) -> list[Card]:
        """The cards that a digest of these announcements would have, in their order."""
        papers = [announcement.paper for announcement in announcements]
        made = await self._cards(papers, language, guild_id, Purpose.DIGEST)
        return [
            replace(made[a.paper.id, a.paper.version], announce_type=a.type) for a in announcements
        ]

    async def card(self, paper_id: str, version: int | None = None) -> Card | None:
        """A paper's card outside of a digest; None if the paper was never seen."""
        paper = await self._papers.get(paper_id, version)
        return await self.card_of(paper) if paper is not None else None

    async def card_of(
        self, paper: Paper, language: str = "en", guild_id: int | None = None
    ) -> Card:
        """The card of a stored paper for a reader of that language."""
        made = await self._cards([paper], language, guild_id, Purpose.READER)
        return made[paper.id, paper.version]

    async def _cards(
        self, papers: Sequence[Paper], language: str, guild_id: int | None, purpose: Purpose
    ) -> dict[tuple[str, int], Card]:
        """The papers' cards by (id, version); what takes too long stays extracted, or English."""
        digest = purpose is Purpose.DIGEST
        within = self._model_wait if digest else _WAITING_S
        now = asyncio.get_running_loop().time
        until = now() + within

        async def titles() -> dict[tuple[str, int], str]:
            left = max(until - now(), _POSTING_S if digest else 0.0)
            return await self._translations.titles(
                papers, language, guild_id, within=left, purpose=purpose
            )

        making = self._summaries.of(papers, language, guild_id, purpose=purpose, within=within)
        if self._summaries.written(language):
            made, translated = await asyncio.gather(making, titles())
        else:
            # Most titles come with the summaries' texts, in one call.
            made = await making
            translated = await titles()
        return {
            version: Card(
                paper,
                made[version],
                translated_title=translated.get(version, ""),
                language=language,
            )
            for paper in papers
            for version in [(paper.id, paper.version)]
        }


def thread_name(digest: Digest) -> str:
    """What a digest's thread is called in its channel's language.

    At most 100 characters (Discord's limit).
    """
    days = digest.days or (digest.planned_at.date(),)
    first, last = min(days), max(days)
    with speaking(digest.language):
        categories = commas(digest.rules.categories)
        if first == last:
            name = t("arXiv {day}: {categories}", day=plain_day(first), categories=categories)
        else:
            name = t(
                "arXiv {first} to {last}: {categories}",
                first=plain_day(first),
                last=plain_day(last),
                categories=categories,
            )
    return name[:100].rstrip(" ,:、")
