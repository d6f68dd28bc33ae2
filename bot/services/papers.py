"""Finding the paper that a person means: by id, by link or by title; here, then at arXiv."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.errors import BadInput, NotFound, SourceError
from bot.flights import Memory, SingleFlight
from bot.i18n import t
from bot.models import Paper
from bot.protocols import ArchiveSearch, Clock
from bot.sources.arxiv_api import ArxivApi
from bot.store.papers import PaperStore
from bot.text.ids import ArxivId, find_papers, parse_id
from bot.text.latex import to_unicode
from bot.text.safety import markdown, plain, shorten
from bot.text.tokens import fold

log = structlog.get_logger(__name__)

_SOURCE = "arXiv"
_WORD = re.compile(r"[^\W_]+")
# Whatever looks like an address or a number is no title, even if no paper can be read from it.
_NO_TITLE = re.compile(r"https?://|\bwww\.|\barxiv\s*[:.]|^[\W\d_]*(?:v\d+\W*)?$", re.IGNORECASE)
_LONGEST_TITLE = 300
_AT_ONCE = 40
_FROM_ARXIV = 10
_CANDIDATES = 50
_SUGGESTED_FOR, _SUGGESTIONS = timedelta(minutes=1), 500
# Fewer words are a part of a title that people look for here, not a title.
_WHOLE_TITLE_WORDS = 4
# So long somebody waits for arXiv, in seconds, when the archive has something that may be meant.
_OTHER_S = 5.0
_MISSING_FOR, _MISSES = timedelta(minutes=10), 2000


@dataclass(frozen=True, slots=True)
class Several:
    """Papers that were asked for together.

    `unknown` are those that arXiv does not have, `unanswered` those for which it did not answer.
    """

    papers: tuple[Paper, ...]
    unknown: tuple[ArxivId, ...]
    unanswered: tuple[ArxivId, ...]


class Papers:
    """The papers of the archive, and of arXiv where the archive lacks one."""

    def __init__(
        self, *, store: PaperStore, archive: ArchiveSearch, api: ArxivApi, clock: Clock
    ) -> None:
        self._store = store
        self._archive = archive
        self._api = api
        self._clock = clock
        self._fetching: SingleFlight[str, Paper] = SingleFlight(_SOURCE, most=_AT_ONCE)
        self._searching: SingleFlight[str, list[Paper]] = SingleFlight(_SOURCE, most=_AT_ONCE)
        self._suggested: Memory[list[Paper]] = Memory(clock, _SUGGESTED_FOR, _SUGGESTIONS)
        # Not papers but what people were told, so that a wrong id asks arXiv once.
        self._missing: Memory[bool] = Memory(clock, _MISSING_FOR, _MISSES)

    async def aclose(self) -> None:
        """Stop asking arXiv."""
        await self._fetching.aclose()
        await self._searching.aclose()

    async def find(self, ref: str) -> Paper:
        """The paper that a person names: an identifier or link in any usual form, or a title.

        A version that is named is honored, otherwise it is the latest one that is known. What
        comes from arXiv is stored. Raises BadInput, NotFound, SourceUnavailable or SourceGarbled.
        """
        found = find_papers(ref)
        if len(found) == 1:
            return await self.get(found[0].base, found[0].version)
        if not _WORD.search(ref):
            raise BadInput(t("Give me a paper's title, its arXiv id or a link to it."))
        if found or _NO_TITLE.search(ref.strip()):
            parse_id(ref)  # raises the sentence about what is wrong with it
        return await self._titled(ref)

    async def get(self, paper_id: str, version: int | None = None) -> Paper:
        """A paper by its base identifier, from the archive or else from arXiv.

        Without a version it is the latest one that is known. Raises NotFound, SourceUnavailable
        or SourceGarbled.
        """
        known = await self._store.get(paper_id, version)
        if known is not None:
            return known
        wanted = paper_id if version is None else f"{paper_id}v{version}"
        return await self._fetching.do(wanted, lambda: self._fetch(paper_id, version))

    async def several(self, wanted: Sequence[ArxivId], *, within: float) -> Several:
        """Up to a hundred papers at once; arXiv is given `within` seconds for what is not here."""
        papers: dict[ArxivId, Paper] = {}
        for one in wanted:
            known = await self._store.get(one.base, one.version)
            if known is not None:
                papers[one] = known
        asked = [one for one in wanted if one not in papers and not self._missing.get(str(one))]
        unanswered: list[ArxivId] = []
        if asked:
            try:
                async with asyncio.timeout(within):
                    found = await self._searching.do(
                        f"id:{','.join(map(str, asked))}", lambda: self._fetch_all(asked)
                    )
            except (SourceError, TimeoutError) as error:
                log.warning("papers_not_fetched", papers=len(asked), error=repr(error))
                unanswered = asked
            else:
                papers |= _matched(asked, found)
        return Several(
            tuple(papers[one] for one in wanted if one in papers),
            tuple(one for one in wanted if one not in papers and one not in unanswered),
            tuple(unanswered),
        )

    async def suggest(self, typed: str, limit: int = 25) -> list[Paper]:
        """Papers of the archive for what a person has typed so far; arXiv is not asked.

        An identifier or link gives that paper alone, anything else papers by their titles, and
        nothing at all the newest ones.
        """
        found = find_papers(typed)
        if found:
            papers = [await self._store.get(one.base, one.version) for one in found[:limit]]
            return [paper for paper in papers if paper is not None]
        key = title_key(typed)
        known = self._suggested.get(key)
        if known is None:
            known = await self._candidates(typed)
            self._suggested.put(key, known)
        return known[:limit]

    async def _candidates(self, typed: str) -> list[Paper]:
        """Papers whose titles hold all words that were typed, first those that begin so."""
        return await self._archive.titled(
            plain(to_unicode(typed[: 2 * _LONGEST_TITLE])), limit=_CANDIDATES
        )

    async def _fetch(self, paper_id: str, version: int | None) -> Paper:
        wanted = paper_id if version is None else f"{paper_id}v{version}"
        if not self._missing.get(wanted):
            found = await self._api.papers([wanted])
            await self._keep(found)
            for paper in found:
                if paper.id == paper_id and version in (None, paper.version):
                    return paper
            self._missing.put(wanted, True)
        if version is not None:
            raise NotFound(
                t(
                    "arXiv has no {id}. Leave the version out to get the latest one.",
                    id=f"{paper_id}v{version}",
                )
            )
        raise NotFound(
            t("arXiv has no paper {id}. Check the number, or give the title.", id=paper_id)
        )

    async def _fetch_all(self, asked: Sequence[ArxivId]) -> list[Paper]:
        found = await self._api.papers([str(one) for one in asked])
        await self._keep(found)
        for one in asked:
            if one not in _matched(asked, found):
                self._missing.put(str(one), True)
        return found

    async def _titled(self, ref: str) -> Paper:
        wanted = title_key(ref)
        shown = shorten(markdown(plain(ref)), 100)
        held = await self._candidates(ref)
        paper = _titled_so(wanted, held)
        if paper is None and held and len(wanted.split()) >= _WHOLE_TITLE_WORDS:
            # Others have its words: `Attention Is Not All You Need` those of another title.
            paper = _meant(wanted, await self._other(ref))
        paper = paper or _meant(wanted, held)
        if paper is not None:
            return paper
        if held:
            raise BadInput(
                t(
                    "Several papers of my archive have “{title}” in their titles: "
                    "choose one from the list that appears while you type.",
                    title=shown,
                )
            )
        found = await self._at_arxiv(ref)
        paper = _meant(wanted, found)
        if paper is not None:
            return paper
        if found:
            raise BadInput(
                t(
                    "Several papers on arXiv have “{title}” in their titles: "
                    "give me the whole title, the arXiv id or a link.",
                    title=shown,
                )
            )
        raise NotFound(
            t(
                "Neither my archive nor arXiv has a paper titled “{title}”. "
                "Check the words, give me its arXiv id or a link, or look with `/search`.",
                title=shown,
            )
        )

    async def _other(self, ref: str) -> list[Paper]:
        """What arXiv has by a title that the archive knows only nearly; nothing if it is slow."""
        try:
            async with asyncio.timeout(_OTHER_S):
                return await self._at_arxiv(ref)
        except (SourceError, BadInput, TimeoutError) as error:
            log.warning("title_not_asked", error=repr(error))
            return []

    async def _at_arxiv(self, ref: str) -> list[Paper]:
        query = " ".join(_WORD.findall(to_unicode(ref)))[:_LONGEST_TITLE]
        return await self._searching.do(query.casefold(), lambda: self._search(query))

    async def _search(self, title: str) -> list[Paper]:
        key = f"ti:{title.casefold()}"
        if self._missing.get(key):
            return []
        # Only letters, digits and spaces are left in the title, so nothing can end the quotes.
        found = await self._api.search(f'ti:"{title}"', max_results=_FROM_ARXIV)
        await self._keep(found)
        if not found:
            self._missing.put(key, True)
        return found

    async def _keep(self, found: Sequence[Paper]) -> None:
        if found:
            await self._store.enrich(found, self._clock.now())


def title_key(title: str) -> str:
    """A title by its words only; titles that people would call the same have the same."""
    return " ".join(_WORD.findall(fold(plain(to_unicode(title[: 2 * _LONGEST_TITLE])))))


def _matched(asked: Sequence[ArxivId], found: Sequence[Paper]) -> dict[ArxivId, Paper]:
    """What arXiv gave, by what it was asked for."""
    versions = {(paper.id, paper.version): paper for paper in found}
    latest = {paper.id: paper for paper in sorted(found, key=lambda paper: paper.version)}
    given = {
        one: versions.get((one.base, one.version)) if one.version else latest.get(one.base)
        for one in asked
    }
    return {one: paper for one, paper in given.items() if paper is not None}


def _meant(wanted: str, found: Sequence[Paper]) -> Paper | None:
    """The one paper with this title, or with these words side by side, or found at all."""
    return _titled_so(wanted, found) or (found[0] if len(found) == 1 else None)


def _titled_so(wanted: str, found: Sequence[Paper]) -> Paper | None:
    keys = [(title_key(paper.title), paper) for paper in found]
    exact = [paper for key, paper in keys if key == wanted]
    beside = exact or [paper for key, paper in keys if f" {wanted} " in f" {key} "]
    return beside[0] if len(beside) == 1 else None
