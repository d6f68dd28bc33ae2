"""All of arXiv's interfaces, opened together behind their one limiter."""

from dataclasses import dataclass

from bot.settings import Settings
from bot.sources.arxiv_api import ArxivApi
from bot.sources.arxiv_feed import ArxivFeed
from bot.sources.arxiv_oai import ArxivOai
from bot.sources.http import ArxivHttp
from bot.sources.limiter import SHARED_FILE, ArxivLimiter


@dataclass(frozen=True, slots=True)
class ArxivSources:
    """arXiv's feed, API and OAI-PMH. `await close()` when done."""

    http: ArxivHttp
    feed: ArxivFeed
    api: ArxivApi
    oai: ArxivOai

    @classmethod
    def open(cls, settings: Settings, *, attempts: int = 3, shared: bool = True) -> "ArxivSources":
        """Clients for the addresses in the settings; nothing is connected yet.

        `shared` keeps the request limit together with other processes on the data folder.
        """
        limiter = ArxivLimiter(
            settings.arxiv_interval, shared=settings.data_dir / SHARED_FILE if shared else None
        )
        http = ArxivHttp(limiter, contact=settings.contact)
        return cls(
            http,
            ArxivFeed(http, settings.arxiv_feed_url),
            ArxivApi(limiter, settings.arxiv_api_url, contact=settings.contact, attempts=attempts),
            ArxivOai(http, settings.arxiv_oai_url, attempts=attempts),
        )

    async def close(self) -> None:
        await self.api.aclose()
        await self.http.aclose()
