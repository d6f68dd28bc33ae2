"""What a service recommends for papers: asked once, kept, and found in the archive or at arXiv."""

from collections.abc import Sequence
from datetime import timedelta

import structlog

from bot.enrich.rest import Rest, Trouble
from bot.errors import SourceError
from bot.flights import SingleFlight
from bot.models import Paper
from bot.protocols import Clock, Recommender
from bot.services.papers import Papers
from bot.store.papers import PaperStore
from bot.store.recommendations import KeptRecommendations, RecommendationStore
from bot.text.ids import ArxivId

log = structlog.get_logger(__name__)

MOST = 15
"""How many recommended papers are looked at."""

# New papers come to be recommended with time; what is recommended changes slowly.
_GOOD_FOR, _NONE_FOR = timedelta(days=7), timedelta(days=1)
# When the service fails, an older answer is better than none.
_KEPT_FOR = timedelta(days=30)
# At a request a second, the last of these waits as long as a reader would.
_AT_ONCE = 20
# So long arXiv has to tell about recommended papers that the archive lacks, in seconds.
_ARXIV_S = 5.0


class Recommending:
    """Recommendations of one service."""

    def __init__(
        self,
        recommender: Recommender,
        *,
        kept: RecommendationStore,
        papers: Papers,
        archive: PaperStore,
        clock: Clock,
    ) -> None:
        self._recommender = recommender
        self._kept = kept
        self._papers = papers
        self._archive = archive
        self._clock = clock
        self._rest = Rest("recommendations", clock)
        self._asking: SingleFlight[str, tuple[str, ...]] = SingleFlight(
            recommender.name, most=_AT_ONCE
        )

    @property
    def name(self) -> str:
        """The service's name as readers see it."""
        return self._recommender.name

    @property
    def trouble(self) -> Trouble | None:
        """What is the matter with the service; None for nothing."""
        return self._rest.trouble

    async def aclose(self) -> None:
        """Stop asking."""
        await self._asking.aclose()

    async def papers(self, paper: Paper) -> list[Paper]:
        """The papers that the service recommends for one, best first; none if it has none (yet).

        Those that the archive lacks are asked for at arXiv, all at once, and stored; the ones that
        it does not give in time are left out. Raises SourceRefused, SourceUnavailable or
        SourceGarbled.
        """
        ids = await self._ids(paper)
        known = await self._archive.latest(ids)
        missing = [ArxivId(paper_id) for paper_id in ids if paper_id not in known]
        if missing:
            fetched = await self._papers.several(missing, within=_ARXIV_S)
            known |= {one.id: one for one in fetched.papers}
        found = [known[paper_id] for paper_id in ids if paper_id in known]
        return [one for one in found if not one.withdrawn]

    async def _ids(self, paper: Paper) -> Sequence[str]:
        kept = await self._kept.get(paper.id, self.name)
        if kept is not None and self._is_fresh(kept):
            return kept.ids
        try:
            self._rest.check(patient=False)
            return await self._asking.do(paper.id, lambda: self._ask(paper))
        except SourceError:
            if kept is None or not kept.ids:
                raise
            return kept.ids

    def _is_fresh(self, kept: KeptRecommendations) -> bool:
        # Either way: what a clock that was ahead has dated is not kept until that day.
        age = abs(self._clock.now() - kept.asked_at)
        return age < (_GOOD_FOR if kept.ids else _NONE_FOR)

    async def _ask(self, paper: Paper) -> tuple[str, ...]:
        try:
            ids = tuple(await self._recommender.recommended(paper, limit=MOST))
        except SourceError as error:
            self._rest.failed(error)
            raise
        self._rest.went_well()
        now = self._clock.now()
        await self._kept.put(paper.id, self.name, ids, now, oldest=now - _KEPT_FOR)
        log.info("recommended", source=self.name, paper=paper.id, papers=len(ids))
        return ids
