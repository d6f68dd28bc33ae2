"""The queue of reactions: in order, and not too early."""

import asyncio

import pytest

from bot.services.reacting import Reaction, Wish
from bot.ui import reactions
from bot.ui.reactions import ReactionQueue


class _Cards:
    """Follows reactions to those messages that are known as cards by now."""

    def __init__(self) -> None:
        self.known: set[int] = set()
        self.done: list[Reaction] = []
        self.asked = 0
        self.was_asked = asyncio.Event()

    async def reacted(self, reaction: Reaction) -> bool:
        self.asked += 1
        self.was_asked.set()
        if reaction.message_id not in self.known:
            return False
        self.done.append(reaction)
        return True

    async def until(self, asked: int) -> None:
        async with asyncio.timeout(5):
            while self.asked < asked:
                self.was_asked.clear()
                await self.was_asked.wait()


def _reaction(message: int = 5, *, added: bool = True, user: int = 1) -> Reaction:
    return Reaction(user, message, Wish.BOOKMARK, added)


@pytest.fixture
def cards() -> _Cards:
    return _Cards()


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction] - autouse
    monkeypatch.setattr(reactions, "_RESTS_S", (0.01, 0.01, 0.01))


async def test_reactions_to_a_message_that_is_not_noted_yet_come_in_their_order(
    cards: _Cards,
) -> None:
    queue = ReactionQueue(cards.reacted)
    queue.start()
    meant = [_reaction(added=turn % 2 == 0) for turn in range(5)]
    for reaction in meant:
        queue.put(reaction)
    queue.put(other := _reaction(6, user=2))
    await cards.until(2)
    cards.known = {5, 6}
    await cards.until(2 + 6)
    assert [r for r in cards.done if r.message_id == 5] == meant
    assert other in cards.done
    await queue.close()


async def test_a_message_that_is_no_card_is_given_up(cards: _Cards) -> None:
    queue = ReactionQueue(cards.reacted)
    queue.start()
    queue.put(_reaction())
    await cards.until(4)  # at once, and after each rest
    await queue.settle()
    cards.known = {5}
    queue.put(later := _reaction(added=False))
    await queue.settle()
    assert cards.done == [later]
    await queue.close()
    assert cards.asked == 5


async def test_removals_from_unknown_messages_are_not_waited_for(cards: _Cards) -> None:
    queue = ReactionQueue(cards.reacted)
    queue.start()
    queue.put(_reaction(added=False))
    queue.put(_reaction(6, added=False))
    await queue.settle()
    await queue.close()
    assert cards.asked == 2


async def test_closing_looks_once_more(cards: _Cards, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reactions, "_RESTS_S", (60.0,))
    queue = ReactionQueue(cards.reacted)
    queue.start()
    queue.put(first := _reaction())
    queue.put(_reaction(7))
    await queue.settle()
    cards.known = {5}
    await queue.close()
    assert cards.done == [first]
