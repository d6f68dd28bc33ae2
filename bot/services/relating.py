"""Papers that are like one paper: those of the archive, and those that a service recommends."""

from collections.abc import Sequence
from dataclasses import replace

from bot.enrich.rest import Trouble
from bot.models import Paper, RelatedPaper
from bot.protocols import SimilarityIndex
from bot.services.recommending import Recommending
from bot.store.papers import PaperStore

BONUS = 10
"""A recommended paper stands in the list as if it were by so much (of 100) more alike."""

_ENOUGH = 200


class Relating:
    """Papers that are like one paper. `recommending` is None where no service is asked."""

    def __init__(
        self,
        *,
        index: SimilarityIndex,
        store: PaperStore,
        recommending: Recommending | None = None,
    ) -> None:
        self._index = index
        self._store = store
        self._recommending = recommending
        self.pages_shown: dict[str, int] = {}
        """The page that a person turned to, of lists that still wait for the service, by key."""

    @property
    def source(self) -> str:
        """The name of the service that recommends papers; empty if none is asked."""
        return self._recommending.name if self._recommending is not None else ""

    @property
    def trouble(self) -> Trouble | None:
        """What is the matter with that service; None for nothing."""
        return self._recommending.trouble if self._recommending is not None else None

    async def aclose(self) -> None:
        """Stop asking the service."""
        if self._recommending is not None:
            await self._recommending.aclose()

    async def related(self, paper: Paper, limit: int = 25) -> list[RelatedPaper]:
        """The most similar papers of the archive, best first."""
        return await self._index.related(paper, limit=limit)

    async def recommended(self, paper: Paper) -> list[RelatedPaper]:
        """What the service recommends, best first, compared with the paper as the archive's are.

        Empty if it has nothing for this paper (yet), as is usual for a new one. Raises
        SourceRefused, SourceUnavailable or SourceGarbled.
        """
        if self._recommending is None:
            return []
        papers = await self._recommending.papers(paper)
        compared = await self._index.compared(paper, papers) if papers else []
        return [replace(one, source=self.source) for one in compared]

    async def few(self) -> int | None:
        """How many papers the archive holds, if those are too few to say what is related."""
        held = await self._store.count(most=_ENOUGH)
        return held if held < _ENOUGH else None


def merged(
    local: Sequence[RelatedPaper], recommended: Sequence[RelatedPaper]
) -> list[RelatedPaper]:
    """Both lists as one without duplicates; nothing of either is left out.

    The score decides, and a recommendation is worth `BONUS` of it; among equals the archive's
    papers stand first, and the order within each list is kept.
    """
    papers = {one.paper.id: one for one in local}
    for one in recommended:
        known = papers.get(one.paper.id, one)
        papers[one.paper.id] = replace(known, source=one.source)
    return sorted(papers.values(), key=_place)


def _place(related: RelatedPaper) -> int:
    return -(related.score + (BONUS if related.source else 0))
