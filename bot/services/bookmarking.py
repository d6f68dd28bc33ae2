"""People's bookmarks, by button, command or reaction."""

from bot.models import Bookmark, Paper
from bot.protocols import Clock
from bot.store.reading import BookmarkStore, PostedStore


class Bookmarking:
    """People's bookmarks."""

    def __init__(self, *, store: BookmarkStore, posted: PostedStore, clock: Clock) -> None:
        self._store = store
        self._posted = posted
        self._clock = clock

    async def set(self, user_id: int, paper_id: str, version: int) -> bool:
        """Bookmark a paper; False if it was bookmarked before."""
        return await self._store.add(user_id, paper_id, version, self._clock.now())

    async def clear(self, user_id: int, paper_id: str) -> bool:
        """Remove a bookmark; False if there was none."""
        return await self._store.remove(user_id, paper_id)

    async def has(self, user_id: int, paper_id: str) -> bool:
        return await self._store.has(user_id, paper_id)

    async def page(
        self, user_id: int, page: int, size: int = 10
    ) -> tuple[list[tuple[Bookmark, Paper]], int]:
        """A page (from 0) of a person's bookmarks, the newest first, and how many there are."""
        total = await self._store.count(user_id)
        found = await self._store.page(user_id, offset=page * size, limit=size)
        return found, total

    async def reacted(self, user_id: int, message_id: int, *, added: bool) -> None:
        """Follow a bookmark reaction, if it is on a card."""
        card = await self._posted.card(message_id)
        if card is None or card.paper_id is None or card.version is None:
            return
        if added:
            await self.set(user_id, card.paper_id, card.version)
        else:
            await self.clear(user_id, card.paper_id)
