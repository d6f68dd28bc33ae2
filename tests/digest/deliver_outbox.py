"""Outboxes for tests of deliveries: one that tells of changes, one whose process dies."""

import asyncio
from typing import Any

from bot.store.database import Database
from bot.store.outbox import ChannelWork, Outbox


class WatchedOutbox(Outbox):
    """An outbox that tells when something in it has changed."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.changed = asyncio.Event()

    async def claim(self, *args: Any, **kwargs: Any) -> list[ChannelWork]:
        claimed = await super().claim(*args, **kwargs)
        if claimed:
            self.changed.set()
        return claimed

    async def sent(self, *args: Any, **kwargs: Any) -> bool:
        goes_on = await super().sent(*args, **kwargs)
        self.changed.set()
        return goes_on

    async def release(self, *args: Any, **kwargs: Any) -> None:
        await super().release(*args, **kwargs)
        self.changed.set()

    async def set_aside(self, *args: Any, **kwargs: Any) -> None:
        await super().set_aside(*args, **kwargs)
        self.changed.set()

    async def cancel(self, *args: Any, **kwargs: Any) -> None:
        await super().cancel(*args, **kwargs)
        self.changed.set()

    async def block(self, *args: Any, **kwargs: Any) -> bool:
        was_active = await super().block(*args, **kwargs)
        self.changed.set()
        return was_active


class DyingOutbox(Outbox):
    """The outbox of a process that dies after so many messages, before it notes the last one."""

    def __init__(self, database: Database, after: int) -> None:
        super().__init__(database)
        self._left = after
        self.dying = asyncio.Event()

    async def sent(self, *args: Any, **kwargs: Any) -> bool:
        self._left -= 1
        if self._left <= 0:
            self.dying.set()
            await asyncio.Event().wait()
        return await super().sent(*args, **kwargs)
