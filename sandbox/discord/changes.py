"""Numbers what changes, so that somebody can wait for the next change instead of polling."""

import asyncio
from collections.abc import Callable

from sandbox.discord.events import Event
from sandbox.discord.state import State


class Changes:
    """The revision at which each channel and each interaction last changed.

    Every change raises one common number; a thing's revision is that number at its last change.
    """

    def __init__(self, state: State) -> None:
        self.revision = 0
        self._last: dict[int, int] = {}
        self._happened = asyncio.Event()
        self._closed = False
        self._state = state
        state.bus.subscribe(self._follow)

    def touch(self, *ids: int) -> None:
        """The things with these ids (of channels or interactions) have changed."""
        self.revision += 1
        for thing in ids:
            self._last[thing] = self.revision
        self._happened.set()
        self._happened = asyncio.Event()

    def revision_of(self, thing: int) -> int:
        """The revision of the last change to `thing`; 0 if it never changed."""
        return self._last.get(thing, 0)

    async def after(self, thing: int, revision: int, within: float) -> bool:
        """Wait at most `within` seconds until `thing` has changed after `revision`."""
        return await self._until(lambda: self.revision_of(thing) > revision, within)

    async def any_after(self, revision: int, within: float) -> bool:
        """Wait at most `within` seconds until anything has changed after `revision`."""
        return await self._until(lambda: self.revision > revision, within)

    async def _until(self, has_changed: Callable[[], bool], within: float) -> bool:
        deadline = asyncio.get_running_loop().time() + within
        while not has_changed():
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0 or self._closed:
                return False
            try:
                await asyncio.wait_for(self._happened.wait(), left)
            except TimeoutError:
                return False
        return True

    def close(self) -> None:
        """Let everybody who waits go, and nobody wait again."""
        self._closed = True
        self._happened.set()

    def _follow(self, event: Event) -> None:
        touched = {event.channel_id, _id(event.data.get("channel_id"))}
        if event.name.startswith(("CHANNEL_", "THREAD_")):
            touched |= {_id(event.data.get("id")), _id(event.data.get("parent_id"))}
        self.touch(*(thing for thing in touched if thing is not None))


def _id(value: object) -> int | None:
    return int(value) if isinstance(value, str) and value.isdigit() else None
