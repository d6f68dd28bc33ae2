"""`lab related`: what `/related` finds without a network, in an archive that is given."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import cast

from bot.lab.archive_reading import bar, load_archive, pieces
from bot.lab.archives import Archive, Kept
from bot.lab.lines import LineError, Record, usable
from bot.models import RelatedPaper
from bot.relate.comparer import Comparer

# Papers that are encoded, within a tenth of a second, before Ctrl-C is heard.
_AT_ONCE = 100
# The smallest step between two scores, so that they can be sorted by.
_STEP = 0.0001


@dataclass(frozen=True, slots=True)
class _Asked:
    id: str | int
    candidates: tuple[str | int, ...] | None


class Relating:
    """Answers records. Made by `async with Relating.open(archive, limit)`."""

    def __init__(self, archive: Archive, limit: int) -> None:
        self._archive = archive
        self._limit = limit
        self._comparer = Comparer()

    @staticmethod
    @asynccontextmanager
    async def open(source: str, limit: int) -> "AsyncGenerator[Relating]":
        """Over the papers of a file. Raises ArchiveLineError and OSError."""
        relating = Relating(await load_archive(source), limit)
        await relating._encode()
        yield relating

    async def answers(self, records: Sequence[Record]) -> AsyncGenerator[Mapping[str, object]]:
        """The answers in the records' order. Raises LineError after those before the line."""
        wanted, error = usable(records, _read)
        for asked in wanted:
            yield await asyncio.to_thread(self._answer, asked)
        if error is not None:
            raise error

    async def _encode(self) -> None:
        with bar("Comparing the archive", len(self._archive)) as advance:
            for some in pieces(enumerate(self._archive, 1), _AT_ONCE):
                await asyncio.to_thread(self._add, some)
                advance(len(some))

    def _add(self, some: Sequence[tuple[int, Kept]]) -> None:
        comparer = self._comparer
        for seq, kept in some:
            paper = kept.paper
            features = comparer.features(paper.title, paper.abstract)
            if features is not None:
                comparer.add([(seq, paper.id, comparer.model.version, *features)])

    def _answer(self, asked: _Asked) -> Mapping[str, object]:
        kept = self._archive.get(asked.id)
        answer: dict[str, object] = {"id": asked.id, "related": []}
        unknown: list[str | int] = [] if kept else [asked.id]
        candidates: dict[str, Kept] = {}
        for paper_id in asked.candidates or ():
            candidate = self._archive.get(paper_id)
            if candidate is None:
                unknown.append(paper_id)
            else:
                candidates[candidate.paper.id] = candidate
        if kept is not None:
            among = None if asked.candidates is None else list(candidates.values())
            answer["related"] = self._related(kept, among)
        if unknown:
            answer["unknown"] = unknown
        return answer

    def _related(self, kept: Kept, among: Sequence[Kept] | None) -> list[Mapping[str, object]]:
        paper, comparer = kept.paper, self._comparer
        if among is None:
            alike = comparer.alike(paper, self._limit)
        else:
            alike = comparer.ranked(paper, [one.paper for one in among])
        found = [(self._kept(one.paper_id).paper, one.likeness) for one in alike]
        explained = comparer.explained(paper, found)
        scores = falling([100 * one.likeness for one in alike])
        return [
            {"id": self._kept(one.paper.id).id, "score": score, "why": _why(one)}
            for one, score in zip(explained, scores, strict=True)
        ]

    def _kept(self, paper_id: str) -> Kept:
        kept = self._archive.get(paper_id)
        if kept is None:
            raise KeyError(paper_id)
        return kept


def falling(scores: Sequence[float]) -> list[float]:
    """Scores from 0 to 100 that do not rise, as ones that fall: to sort by them gives the order.

    They change by little more than a step for each score that is the same.
    """
    made = [min(score, 100 - at * _STEP) for at, score in enumerate(scores)]
    for at in range(len(made) - 2, -1, -1):
        made[at] = max(made[at], made[at + 1] + _STEP)
    return [round(score, 4) for score in made]


def _why(related: RelatedPaper) -> Mapping[str, object]:
    return {
        "terms": list(related.terms),
        "authors": list(related.authors),
        "resources": list(related.resources),
    }


def _read(record: Record) -> _Asked:
    given = record.values.get("candidates")
    if given is None:
        return _Asked(record.id, None)
    if not isinstance(given, list):
        raise LineError(record.number, '"candidates" is not a list of ids')
    candidates: list[str | int] = []
    for one in cast("list[object]", given):
        if isinstance(one, bool) or not isinstance(one, str | int):
            problem = '"candidates" holds what is neither a text nor a whole number'
            raise LineError(record.number, problem)
        candidates.append(one)
    return _Asked(record.id, tuple(candidates))
