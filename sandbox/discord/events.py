"""What happens in the world, as gateway events on a bus."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """One dispatch, before it is filtered for a connection.

    `data` is the payload under `d`; receivers must not change it. `guild_id` is None for direct
    messages and for things outside of guilds. `channel_id` is set where only those who can view
    that channel may hear of it. `only_users`, if set, names the only receivers, who need not be
    members (any more). `intent` is the name of the gateway intent that covers it (such as
    `GUILD_MESSAGES`), or None if it needs none.
    """

    name: str
    data: dict[str, Any]
    guild_id: int | None = None
    channel_id: int | None = None
    only_users: frozenset[int] | None = None
    intent: str | None = None


Subscriber = Callable[[Event], None]


class Bus:
    """Hands every event to every subscriber at once, in the order of publishing."""

    def __init__(self) -> None:
        self._subscribers: list[Subscriber] = []

    def publish(self, event: Event) -> None:
        """Hand `event` to all subscribers; they must return quickly and must not raise."""
        for subscriber in tuple(self._subscribers):
            subscriber(event)

    def subscribe(self, callback: Subscriber) -> Callable[[], None]:
        """Call `callback` for every event from now on; the returned function ends that."""
        self._subscribers.append(callback)

        def unsubscribe() -> None:
            if callback in self._subscribers:
                self._subscribers.remove(callback)

        return unsubscribe
