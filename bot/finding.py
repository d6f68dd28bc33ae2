"""Search and related papers, opened and joined: the archive's indexes and whoever else is asked."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack

from bot.enrich.budget import Budget
from bot.enrich.embeddings import EmbeddingsClient
from bot.protocols import Clock, Recommender, SimilarityIndex
from bot.relate.embedded import EmbeddedSimilarity
from bot.relate.index import RelatedIndex
from bot.services.arxiv_searching import ArxivSearching
from bot.services.papers import Papers
from bot.services.recommending import Recommending
from bot.services.relating import Relating
from bot.services.searching import Searching
from bot.settings import Settings
from bot.sources.arxiv_api import ArxivApi
from bot.sources.semantic_scholar import SemanticScholar
from bot.store.arxiv_answers import ArxivAnswerStore
from bot.store.database import Database
from bot.store.embeddings import EmbeddingStore
from bot.store.index_queue import Index, IndexQueue
from bot.store.papers import PaperStore
from bot.store.recommendations import RecommendationStore
from bot.store.search import SqlArchiveSearch


class Finding:
    """The two indexes over the archive's papers, and the services that find papers.

    Made by `await Finding.open(...)`. `embedder` is None where no endpoint is set up.
    """

    def __init__(
        self,
        clock: Clock,
        database: Database,
        api: ArxivApi,
        *,
        recommender: Recommender | None,
        embedder: EmbeddingsClient | None,
    ) -> None:
        store = PaperStore(database)
        self.embedder = embedder
        self.comparer = ThreadPoolExecutor(1, thread_name_prefix="related")
        self.archive = SqlArchiveSearch(database)
        self.index = RelatedIndex(database, self.comparer)
        self.embedded: EmbeddedSimilarity | None = None
        similarity: SimilarityIndex = self.index
        if embedder is not None:
            vectors = EmbeddingStore(database)
            similarity = self.embedded = EmbeddedSimilarity(similarity, embedder, vectors, clock)
        self.papers = Papers(store=store, archive=self.archive, api=api, clock=clock)
        recommending = None
        if recommender is not None:
            recommending = Recommending(
                recommender,
                kept=RecommendationStore(database),
                papers=self.papers,
                archive=store,
                clock=clock,
            )
        self.related = Relating(index=similarity, store=store, recommending=recommending)
        self.search = Searching(
            archive=self.archive,
            queue=IndexQueue(database, Index.SEARCH),
            arxiv=ArxivSearching(
                papers=store, answers=ArxivAnswerStore(database), api=api, clock=clock
            ),
            papers=store,
            clock=clock,
        )

    @classmethod
    async def open(
        cls,
        settings: Settings,
        closing: AsyncExitStack,
        *,
        clock: Clock,
        database: Database,
        api: ArxivApi,
        budget: Budget,
    ) -> "Finding":
        """With the services that the settings name; `closing` closes all of it in reverse."""
        recommender = SemanticScholar.of(settings, clock)
        if recommender is not None:
            closing.push_async_callback(recommender.aclose)
        # On a thread, because a client reads all the certificates that it will trust.
        embedder = await asyncio.to_thread(EmbeddingsClient.of, settings, clock, budget, budget)
        if embedder is not None:
            closing.push_async_callback(embedder.aclose)
        found = cls(clock, database, api, recommender=recommender, embedder=embedder)
        closing.push_async_callback(found.papers.aclose)
        closing.push_async_callback(found.search.aclose)
        if found.embedded is not None:
            closing.push_async_callback(found.embedded.aclose)
        closing.push_async_callback(found.related.aclose)
        closing.callback(found.comparer.shutdown, wait=True, cancel_futures=True)
        closing.push_async_callback(found.index.aclose)
        return found
