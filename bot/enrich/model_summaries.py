"""A model's summaries: each made once per paper version and language, checked and kept."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, replace

import structlog

from bot.enrich.check import check_summary
from bot.enrich.prices import Price
from bot.enrich.rest import Rest, Useless, maybe_paid
from bot.errors import AnswerLost, BudgetSpent, SourceError, SourceGarbled
from bot.flights import GroupFlights
from bot.models import (
    Checked,
    Instead,
    Paper,
    Purpose,
    Summary,
    SummaryText,
    SummaryWork,
    Verdict,
)
from bot.protocols import Allowance, Clock, Summarizer
from bot.store.reading import SummaryStore
from bot.text.sentences import sentence_texts

log = structlog.get_logger(__name__)

# Small enough that what is made is kept soon; the provider takes as many at a time as its window
# allows.
_PAPERS_AT_ONCE = 5
_AT_ONCE = 4
# Of 33,000 papers the longest abstract has 3,488 characters. What is longer is not paid for.
_LONGEST_ABSTRACT = 6_000

_Key = tuple[str, int, str]
"""A paper's id and version, and a language."""


@dataclass(frozen=True, slots=True)
class _Judged:
    """What the model gave for a paper, and what the checks say of it."""

    text: SummaryText
    checked: Checked

    @property
    def failed(self) -> bool:
        return self.checked.verdict is Verdict.FAIL


class ModelSummaries:
    """A model behind its store, its allowance and its rest. `longest` bounds a call in seconds."""

    def __init__(
        self,
        model: Summarizer,
        store: SummaryStore,
        allowance: Allowance,
        clock: Clock,
        *,
        price: Price | None = None,
        longest: float = 300.0,
    ) -> None:
        self._model = model
        self._store = store
        self._allowance = allowance
        self._clock = clock
        self._price = price or Price()
        self._longest = longest
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._flights: GroupFlights[_Key, Summary | Instead] = GroupFlights("summaries")
        self._useless: Useless[_Key] = Useless(clock)
        self.rest = Rest("summaries", clock)

    @property
    def name(self) -> str:
        """The model's name as a card shows it."""
        return self._model.name

    def offers(self, language: str) -> bool:
        """Whether it writes in a language."""
        return self._model.offers(language)

    async def of(
        self, papers: Sequence[Paper], language: str, purpose: Purpose, *, within: float
    ) -> dict[tuple[str, int], Summary | Instead]:
        """The papers' summaries by (id, version), or why there is none.

        What is not kept is made; what takes longer than `within` seconds is LATE, and is there
        for who asks later.
        """
        by_version = {(paper.id, paper.version): paper for paper in papers}
        kept = await self._store.get(list(by_version), language, self.name)
        found = {version: _shown(summary) for version, summary in kept.items()}
        missing = {
            (*version, language): paper
            for version, paper in by_version.items()
            if version not in found
        }
        for key in [key for key in missing if self._useless.given_up(key)]:
            found[key[:2]] = Instead.FAILED
            del missing[key]
        if missing:

            async def work(keys: Sequence[_Key]) -> dict[_Key, Summary | Instead]:
                return await self._made({key: missing[key] for key in keys}, language, purpose)

            keys = list(missing)
            until = asyncio.get_running_loop().time() + within
            made = await self._flights.do(_groups(keys), work, within=within)
            refused = [key for key in keys if made.get(key) is Instead.BUDGET]
            if refused and purpose is Purpose.DIGEST:
                # The budget may have refused a reader, whose question was under way already.
                left = until - asyncio.get_running_loop().time()
                made |= await self._flights.do(_groups(refused), work, within=left)
            for key in keys:
                late = Instead.LATE if self._flights.under_way(key) else Instead.FAILED
                found[key[:2]] = made.get(key, late)
        return found

    async def close(self) -> None:
        """End the calls that are under way."""
        await self._flights.aclose()

    async def _made(
        self, papers: Mapping[_Key, Paper], language: str, purpose: Purpose
    ) -> dict[_Key, Summary | Instead]:
        """Summaries from the model, those that fail asked for once more with what was found."""
        # Another flight may have landed since: what it has made is not paid for again.
        kept = await self._store.get([key[:2] for key in papers], language, self.name)
        landed = {(*version, language): _shown(one) for version, one in kept.items()}
        papers = {key: paper for key, paper in papers.items() if key not in landed}
        return landed | (await self._new(papers, language, purpose) if papers else {})

    async def _new(
        self, papers: Mapping[_Key, Paper], language: str, purpose: Purpose
    ) -> dict[_Key, Summary | Instead]:
        works = {key: await asyncio.to_thread(work_of, paper) for key, paper in papers.items()}
        try:
            judged = await self._judged(works, language, purpose)
        except BudgetSpent:
            if len(papers) == 1:
                return dict.fromkeys(papers, Instead.BUDGET)
            # What is left may do for some of them.
            keys = list(papers)
            found: dict[_Key, Summary | Instead] = {}
            for part in (keys[: len(keys) // 2], keys[len(keys) // 2 :]):
                found |= await self._new({key: papers[key] for key in part}, language, purpose)
            return found
        except SourceError:  # the log has it from the rest
            return dict.fromkeys(papers, Instead.FAILED)
        found = await self._kept(judged, language, final=False)
        bad = {
            key: replace(work, remarks=judged[key].checked.findings if key in judged else ())
            for key, work in works.items()
            if key not in found and not self._useless.given_up(key)
        }
        if bad:
            log.info("summaries_tried_again", papers=len(bad), language=language)
            try:
                judged |= await self._judged(bad, language, purpose)
            except (BudgetSpent, SourceError) as error:
                log.warning("no_second_try", language=language, error=str(error))
        failed = {key: one for key, one in judged.items() if key not in found}
        found |= await self._kept(failed, language, final=True)
        return dict.fromkeys(papers, Instead.FAILED) | found

    async def _judged(
        self, works: Mapping[_Key, SummaryWork], language: str, purpose: Purpose
    ) -> dict[_Key, _Judged]:
        """One call, and the checks of what it gave. Raises BudgetSpent and SourceError."""
        self.rest.check(patient=False)
        async with self._turns, self._reserved(list(works.values()), purpose):
            self.rest.check(patient=False)
            try:
                texts = await self._ask(list(works.values()), language)
            except SourceError as error:
                self.rest.failed(error)
                if maybe_paid(error):
                    self._useless.note(works)
                raise
            self.rest.went_well()
        given = {
            key: text
            for key, text in zip(works, texts, strict=True)
            if text is not None and text.tldr.strip()
        }
        judged = {
            key: _Judged(text, await asyncio.to_thread(check_text, works[key], text, language))
            for key, text in given.items()
        }
        self._useless.note(key for key in works if key not in judged or judged[key].failed)
        return judged

    async def _ask(self, works: Sequence[SummaryWork], language: str) -> list[SummaryText | None]:
        try:
            async with asyncio.timeout(self._longest):
                texts = await self._model.summarize(works, language)
        except TimeoutError as error:
            raise AnswerLost(self.name, f"no answer within {self._longest:.0f} s") from error
        if len(texts) != len(works):
            raise SourceGarbled(self.name, f"{len(texts)} summaries of {len(works)} papers")
        return texts

    async def _kept(
        self, judged: Mapping[_Key, _Judged], language: str, *, final: bool
    ) -> dict[_Key, Summary | Instead]:
        """Keep summaries at once; in the end those that fail too, which are not paid for again."""
        made = {
            key: Summary(
                *key[:2],
                language,
                self.name,
                one.text,
                one.checked.verdict,
                one.checked.findings,
            )
            for key, one in judged.items()
            if final or not one.failed
        }
        await self._store.save(list(made.values()), self._clock.now())
        for key, summary in made.items():
            if summary.verdict is Verdict.FAIL:
                kinds = [finding.kind.value for finding in summary.findings]
                log.warning("summary_given_up", paper=f"{key[0]}v{key[1]}", findings=kinds)
        return {key: _shown(summary) for key, summary in made.items()}

    def _reserved(
        self, works: Collection[SummaryWork], purpose: Purpose
    ) -> AbstractAsyncContextManager[None]:
        if not self._model.paid:
            return nullcontext()
        characters = sum(len(work.title) + len(work.abstract) for work in works)
        cost = self._price.of(characters, len(works))
        return self._allowance.ask(purpose, characters=characters, cost=cost)


def _groups(keys: Sequence[_Key]) -> list[Sequence[_Key]]:
    return [keys[start : start + _PAPERS_AT_ONCE] for start in range(0, len(keys), _PAPERS_AT_ONCE)]


def _shown(summary: Summary) -> Summary | Instead:
    """A kept summary, or that it is not shown."""
    return Instead.CHECKS if summary.verdict is Verdict.FAIL else summary


def work_of(paper: Paper) -> SummaryWork:
    """The work that a paper is for a summarizer."""
    abstract = paper.abstract
    if len(abstract) > _LONGEST_ABSTRACT:
        abstract = (abstract[:_LONGEST_ABSTRACT].rsplit(maxsplit=1) or [""])[0]
    return SummaryWork(paper.title, abstract, tuple(sentence_texts(abstract)))


def check_text(work: SummaryWork, text: SummaryText, language: str) -> Checked:
    """The checks of a model's summary against the paper's abstract. Takes milliseconds."""
    texts = [text.tldr, *(takeaway.text for takeaway in text.takeaways)]
    return check_summary(work.abstract, texts, language)
