"""How the services beside arXiv are doing, and what they cost today."""

from dataclasses import dataclass

from bot.enrich.budget import Budget, BudgetState
from bot.enrich.embeddings import EmbeddingsClient
from bot.enrich.rest import Trouble
from bot.enrich.summaries import Summaries
from bot.enrich.translate.service import Translations
from bot.services.relating import Relating


@dataclass(frozen=True, slots=True)
class ProvidersStatus:
    """Who summarizes, translates, recommends related papers and embeds papers, by name (empty:
    nobody), and what is the matter with them; None for nothing."""

    summarizer: str
    summarizer_trouble: Trouble | None
    translator: str
    translator_trouble: Trouble | None
    budget: BudgetState
    recommender: str = ""
    recommender_trouble: Trouble | None = None
    embedder: str = ""
    embedder_trouble: Trouble | None = None

    @property
    def troubled(self) -> bool:
        """Whether anything is the matter with one of them."""
        return bool(
            self.summarizer_trouble
            or self.translator_trouble
            or self.recommender_trouble
            or self.embedder_trouble
        )


class Providers:
    """Watches the services beside arXiv. `embedder` is None where there is none."""

    def __init__(
        self,
        summaries: Summaries,
        translations: Translations,
        budget: Budget,
        *,
        related: Relating,
        embedder: EmbeddingsClient | None,
    ) -> None:
        self._summaries = summaries
        self._translations = translations
        self._budget = budget
        self._related = related
        self._embedder = embedder

    async def status(self) -> ProvidersStatus:
        """A snapshot."""
        return ProvidersStatus(
            self._summaries.provider,
            self._summaries.trouble,
            self._translations.provider if self._translations.languages() else "",
            self._translations.trouble,
            await self._budget.state(),
            self._related.source,
            self._related.trouble,
            self._embedder.name if self._embedder else "",
            self._embedder.trouble if self._embedder else None,
        )
