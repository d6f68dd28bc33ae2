"""People's bookmarks, by button, command or reaction: kept, noted, found, taken along."""

import asyncio
from datetime import datetime
from typing import Protocol

from bot.errors import BadInput, NotFound
from bot.export.citations import Entry
from bot.export.formats import ExportFile, FileMaker, Format
from bot.i18n import number, t, tn
from bot.models import Bookmark, Paper
from bot.protocols import Clock
from bot.services.bookmark_search import BookmarkSearch, words_of
from bot.store.bookmarks import BookmarkCount, BookmarkStore
from bot.text.ids import find_papers
from bot.text.latex import to_unicode
from bot.text.safety import markdown, plain, shorten

LONGEST_NOTE = 1_000
"""Characters of a note."""

_PART = 100


class PaperSource(Protocol):
    """Gives a paper and sees to it that it is in the archive from then on."""

    async def get(self, paper_id: str, version: int | None = None) -> Paper:
        """Raises NotFound, SourceUnavailable or SourceGarbled."""
        ...


class Bookmarking:
    """People's bookmarks."""

    def __init__(self, *, store: BookmarkStore, papers: PaperSource, clock: Clock) -> None:
        self._store = store
        self._papers = papers
        self._clock = clock
        self._search = BookmarkSearch(store)

    async def set(self, user_id: int, paper_id: str, version: int) -> bool:
        """Bookmark a paper; False if it was bookmarked before.

        A paper that is not in the archive is fetched first: raises what `PaperSource.get` does.
        """
        await self._papers.get(paper_id, version)
        return await self._store.add(user_id, paper_id, version, self._clock.now())

    async def clear(self, user_id: int, paper_id: str, *, by_reaction: bool = False) -> bool:
        """Remove a bookmark; False if there was none.

        Unless it went with the person's reaction, a reaction that still stands does not bring it
        back.
        """
        drop_at = None if by_reaction else self._clock.now()
        return await self._store.remove(user_id, paper_id, drop_at=drop_at)

    async def clear_all(self, user_id: int, until: datetime) -> int:
        """Remove all that a person bookmarked up to `until`; returns how many that were."""
        return await self._store.remove_all(user_id, until, drop_at=self._clock.now())

    async def has(self, user_id: int, paper_id: str) -> bool:
        return await self._store.has(user_id, paper_id)

    async def of(self, user_id: int, paper_id: str) -> Bookmark | None:
        """A person's bookmark of a paper."""
        return await self._store.get(user_id, paper_id)

    async def entry(self, user_id: int, paper_id: str) -> Entry:
        """A person's bookmark of a paper with the paper. Raises NotFound."""
        found = await self._store.of_papers(user_id, [paper_id])
        if not found:
            raise NotFound(_not_bookmarked(paper_id))
        return found[0]

    async def note(self, user_id: int, paper_id: str, text: str) -> Bookmark:
        """Write the note of a bookmark; an empty text removes it.

        Raises BadInput if the text is longer than `LONGEST_NOTE`, NotFound if the paper is not
        bookmarked.
        """
        note = "\n".join(line.rstrip() for line in text.strip().splitlines())
        if len(note) > LONGEST_NOTE:
            raise BadInput(
                t(
                    "A note holds up to {most} characters; this one has {length}.",
                    most=number(LONGEST_NOTE),
                    length=number(len(note)),
                )
            )
        if await self._store.write_note(user_id, paper_id, note):
            kept = await self._store.get(user_id, paper_id)
            if kept is not None:
                return kept
        raise NotFound(_not_bookmarked(paper_id))

    async def counts(self, user_id: int) -> BookmarkCount:
        """How many bookmarks a person has."""
        return await self._store.counts(user_id)

    async def page(self, user_id: int, page: int, size: int = 10) -> tuple[list[Entry], int]:
        """A page (from 0) of a person's bookmarks, the newest first, and how many there are."""
        total = await self._store.count(user_id)
        found = await self._store.page(user_id, offset=page * size, limit=size)
        return found, total

    async def search(
        self, user_id: int, query: str, *, offset: int, limit: int
    ) -> tuple[list[Entry], int]:
        """A part of the bookmarks that a query finds, the newest first, and how many there are.

        Raises BadInput if the query holds no word.
        """
        if not words_of(query):
            raise BadInput(t("Give me a word of the title, the abstract, an author or your note."))
        ids = (await self._search.find(user_id, query)).all
        return await self._store.of_papers(user_id, ids[offset : offset + limit]), len(ids)

    async def suggest(self, user_id: int, typed: str, limit: int = 25) -> list[Entry]:
        """Bookmarks for what a person has typed so far: titles first, then anything else."""
        ids = [one.base for one in find_papers(typed)]
        if not ids and not words_of(typed):
            return await self._store.page(user_id, offset=0, limit=limit)
        if not ids:
            found = await self._search.find(user_id, typed)
            ids = [*found.in_title, *found.elsewhere]
        return await self._store.of_papers(user_id, ids[:limit])

    async def find(self, user_id: int, text: str) -> Entry:
        """The bookmark that a person means: by id, link or words of its title.

        Raises BadInput or NotFound.
        """
        ids = [one.base for one in find_papers(text)]
        if len(ids) > 1:
            raise BadInput(t("There is more than one arXiv id in that; give one at a time."))
        if ids:
            return await self.entry(user_id, ids[0])
        shown = shorten(markdown(plain(text)), 80)
        if not words_of(text):
            raise BadInput(t("Choose one of your bookmarks, or give its title or arXiv id."))
        ids = (await self._search.find(user_id, text)).in_title
        found = await self._store.of_papers(user_id, ids[:25])
        exact = [entry for entry in found if _same_title(entry[1].title, text)]
        if len(exact) == 1 or len(found) == 1:
            return (exact or found)[0]
        if not found:
            raise NotFound(
                t(
                    "None of your bookmarks has “{words}” in its title: "
                    "choose one from the list that appears while you type.",
                    words=shown,
                )
            )
        raise BadInput(
            tn(
                "{n} of your bookmarks has “{words}” in its title: "
                "choose it from the list that appears while you type.",
                "{n} of your bookmarks have “{words}” in their titles: "
                "choose one from the list that appears while you type.",
                len(ids),
                words=shown,
            )
        )

    async def export(self, user_id: int, format_: Format, *, most_bytes: int) -> ExportFile:
        """All bookmarks as a file of at most `most_bytes`, as far as packing it helps.

        Raises NotFound if there are none.
        """
        ids = [kept.paper_id for kept in await self._store.outlines(user_id)]
        if not ids:
            raise NotFound(no_bookmarks())
        maker = FileMaker(format_)
        for start in range(0, len(ids), _PART):
            entries = await self._store.of_papers(user_id, ids[start : start + _PART])
            await asyncio.to_thread(maker.add, entries)
        day = self._clock.now().date()
        return await asyncio.to_thread(maker.finish, day, most_bytes=most_bytes)


def no_bookmarks() -> str:
    """What is said to somebody who has none."""
    return t("You have no bookmarks yet. React with 🔖 to a paper, or press its Bookmark button.")


def _same_title(title: str, text: str) -> bool:
    return words_of(plain(to_unicode(title))) == words_of(text)


def _not_bookmarked(paper_id: str) -> str:
    return t(
        "arXiv:{id} is not among your bookmarks. `/bookmarks list` shows those that are.",
        id=paper_id,
    )
