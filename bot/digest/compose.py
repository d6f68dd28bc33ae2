"""Composing: from a stored delivery to what its message shows."""

from collections.abc import Sequence

from bot.enrich.summaries import Summaries
from bot.models import Announcement, Card, Delivery, Digest, Header, HeaderItem, Paper
from bot.store.ledger import LedgerStore
from bot.store.papers import PaperStore
from bot.store.reading import PostedStore


class Composer:
    """Gathers what the messages of a digest show."""

    def __init__(
        self,
        *,
        papers: PaperStore,
        posted: PostedStore,
        ledger: LedgerStore,
        summaries: Summaries,
    ) -> None:
        self._papers = papers
        self._posted = posted
        self._ledger = ledger
        self._summaries = summaries

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

    async def cards(self, deliveries: list[Delivery], language: str = "en") -> dict[int, Card]:
        """The cards of these deliveries for a channel of that language, by delivery id."""
        wanted = {d.id: (d.paper_id, d.version) for d in deliveries if d.paper_id and d.version}
        papers = await self._papers.get_many(list(wanted.values()))
        summaries = await self._summaries.of(list(papers.values()))
        types = {d.id: d.announce_type for d in deliveries}
        return {
            number: Card(papers[version], summaries[version], types[number], language=language)
            for number, version in wanted.items()
        }

    async def cards_of(
        self, announcements: Sequence[Announcement], language: str = "en"
    ) -> list[Card]:
        """The cards of these announcements, in their order."""
        papers = [announcement.paper for announcement in announcements]
        summaries = await self._summaries.of(papers)
        return [
            Card(a.paper, summaries[a.paper.id, a.paper.version], a.type, language=language)
            for a in announcements
        ]

    async def card(self, paper_id: str, version: int | None = None) -> Card | None:
        """A paper's card outside of a digest; None if the paper was never seen."""
        paper = await self._papers.get(paper_id, version)
        return await self.card_of(paper) if paper is not None else None

    async def card_of(self, paper: Paper, language: str = "en") -> Card:
        """The card of a stored paper for a reader of that language."""
        summaries = await self._summaries.of([paper])
        return Card(paper, summaries[paper.id, paper.version], language=language)


def thread_name(digest: Digest) -> str:
    """What a digest's thread is called: at most 100 characters (Discord's limit)."""
    days = digest.days
    span = f"{days[0]:%d %b %Y}" if days else f"{digest.planned_at:%d %b %Y}"
    if len(days) > 1:
        span = f"{days[0]:%d %b} to {days[-1]:%d %b %Y}"
    categories = ", ".join(digest.rules.categories)
    return f"arXiv {span}: {categories}"[:100].rstrip(" ,:")
