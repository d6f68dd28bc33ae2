"""How the services that summarize and translate are doing, and what they cost today."""

from dataclasses import dataclass

from bot.enrich.budget import Budget, BudgetState
from bot.enrich.rest import Trouble
from bot.enrich.summaries import Summaries
from bot.enrich.translate.service import Translations


@dataclass(frozen=True, slots=True)
class ProvidersStatus:
    """Who summarizes and who translates, by name (empty: nobody), and what is the matter with
    them; None for nothing."""

    summarizer: str
    summarizer_trouble: Trouble | None
    translator: str
    translator_trouble: Trouble | None
    budget: BudgetState

    @property
    def troubled(self) -> bool:
        """Whether anything is the matter with one of them."""
        return bool(self.summarizer_trouble or self.translator_trouble)


class Providers:
    """Watches the services that summarize and translate."""

    def __init__(self, summaries: Summaries, translations: Translations, budget: Budget) -> None:
        self._summaries = summaries
        self._translations = translations
        self._budget = budget

    async def status(self) -> ProvidersStatus:
        """A snapshot."""
        return ProvidersStatus(
            self._summaries.provider,
            self._summaries.trouble,
            self._translations.provider if self._translations.languages() else "",
            self._translations.trouble,
            await self._budget.state(),
        )
