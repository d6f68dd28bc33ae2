"""Telling the background loops that something has changed, without them knowing each other."""

import asyncio


class Signals:
    """One event per loop; a loop clears its own before it looks."""

    def __init__(self) -> None:
        self.poll = asyncio.Event()
        self.plan = asyncio.Event()
        self.deliver = asyncio.Event()
        self.flags = asyncio.Event()
        self.index = asyncio.Event()

    def subscriptions_changed(self) -> None:
        """A subscription was made or changed: its feeds and its time may be new."""
        self.poll.set()
        self.plan.set()

    def ledger_changed(self) -> None:
        """A batch arrived: a digest that waited for it may be due, and the indexes lack it."""
        self.plan.set()
        self.index.set()

    def outbox_changed(self) -> None:
        """There is something to deliver."""
        self.deliver.set()

    def flags_asked(self) -> None:
        """A flag reaction asked for a translation."""
        self.flags.set()
