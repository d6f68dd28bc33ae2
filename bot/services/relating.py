"""Papers that are like one paper."""

from bot.models import Paper, RelatedPaper
from bot.protocols import SimilarityIndex
from bot.store.papers import PaperStore

_ENOUGH = 200


class Relating:
    """Papers that are like one paper."""

    def __init__(self, *, index: SimilarityIndex, store: PaperStore) -> None:
        self._index = index
        self._store = store

    async def related(self, paper: Paper, limit: int = 25) -> list[RelatedPaper]:
        """The most similar papers that are known, best first. May take seconds."""
        return await self._index.related(paper, limit=limit)

    async def few(self) -> int | None:
        """How many papers the archive holds, if those are too few to say what is related."""
        held = await self._store.count()
        return held if held < _ENOUGH else None
