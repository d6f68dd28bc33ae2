"""What reactions on cards do: bookmarks, votes, translations."""

from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

import structlog

from bot.languages import BY_FLAG, ENGLISH
from bot.protocols import Clock
from bot.services.bookmarking import Bookmarking
from bot.signals import Signals
from bot.store.flags import FlagStore
from bot.store.reactions import DOWN, UP, PlacedCard, ReactionStore, Votes

log = structlog.get_logger(__name__)

# Emoji's skin tones (Unicode TR51), and the mark that asks for the colored picture.
_SHADES = "🏻🏼🏽🏾🏿\N{VARIATION SELECTOR-16}"

# Each new answer is a message for everybody and work for a translation service.
_PER_PERSON, _PERSONS_SPAN = 10, timedelta(minutes=10)
_PER_CHANNEL, _CHANNELS_SPAN = 60, timedelta(hours=1)
_MOST_COUNTED = 10_000


class Wish(Enum):
    """What a reaction asks for, flags aside."""

    BOOKMARK = "🔖"
    UP = "👍"
    DOWN = "👎"


@dataclass(frozen=True, slots=True)
class Reaction:
    """A reaction that somebody put on a message or took off it.

    `asks` is a wish or the language of a flag. `parent_id` is the channel of the thread that the
    message stands in, None outside of threads.
    """

    user_id: int
    message_id: int
    asks: Wish | str
    added: bool
    parent_id: int | None = None


def asked_by(emoji: str) -> Wish | str | None:
    """What an emoji asks for: a wish, the code of a flag's language, or nothing."""
    bare = emoji.rstrip(_SHADES)
    if any(bare == wish.value for wish in Wish):
        return Wish(bare)
    return BY_FLAG.get(bare)


class Reacting:
    """Follows reactions on cards."""

    def __init__(
        self,
        *,
        store: ReactionStore,
        flags: FlagStore,
        bookmarks: Bookmarking,
        clock: Clock,
        signals: Signals,
    ) -> None:
        self._store = store
        self._flags = flags
        self._bookmarks = bookmarks
        self._clock = clock
        self._signals = signals
        self._persons = Allowance(_PER_PERSON, _PERSONS_SPAN)
        self._channels = Allowance(_PER_CHANNEL, _CHANNELS_SPAN)

    async def reacted(self, reaction: Reaction) -> bool:
        """Follow a reaction; False if its message is not known as a card."""
        card = await self._store.card(reaction.message_id)
        if card is None:
            return False
        if reaction.parent_id is not None:
            card = replace(card, channel_id=reaction.parent_id)
        match reaction.asks:
            case Wish.BOOKMARK if reaction.added:
                await self._bookmarks.set(reaction.user_id, card.paper_id, card.version)
            case Wish.BOOKMARK:
                await self._bookmarks.clear(reaction.user_id, card.paper_id, by_reaction=True)
            case Wish.UP | Wish.DOWN as wish:
                value = UP if wish is Wish.UP else DOWN
                await self._vote(card, reaction.user_id, value, added=reaction.added)
            case str(language) if reaction.added and language != ENGLISH:
                await self._ask(card, reaction.user_id, language)
            case _:
                # A flag that is taken off again (its answer is everybody's), or one of English.
                pass
        return True

    async def votes(self, channel_id: int, paper_ids: Sequence[str]) -> dict[str, Votes]:
        """The votes of a channel on these papers, without those that have none."""
        return await self._store.votes(channel_id, paper_ids)

    async def _vote(self, card: PlacedCard, user_id: int, value: int, *, added: bool) -> None:
        if not added:
            await self._store.unvote(user_id, card.paper_id, card.channel_id, value)
            return
        await self._store.vote(
            user_id,
            card.paper_id,
            card.channel_id,
            value,
            guild_id=card.guild_id,
            now=self._clock.now(),
        )

    async def _ask(self, card: PlacedCard, user_id: int, language: str) -> None:
        if not await self._flags.is_open(card.channel_id, card.paper_id, language):
            return
        now = self._clock.now()
        if not (self._persons.has(user_id, now) and self._channels.has(card.channel_id, now)):
            log.info("flag_ignored", user=user_id, channel=card.channel_id, language=language)
            return
        self._persons.take(user_id, now)
        self._channels.take(card.channel_id, now)
        if await self._flags.ask(card, language, user_id, now):
            self._signals.flags_asked()


class Allowance:
    """How often each of many may do something: `most` times within a `span` that moves along."""

    def __init__(self, most: int, span: timedelta) -> None:
        self._most = most
        self._span = span
        self._taken: OrderedDict[int, deque[datetime]] = OrderedDict()

    def has(self, who: int, now: datetime) -> bool:
        """Whether somebody may do it once more."""
        taken = self._taken.get(who)
        while taken and taken[0] <= now - self._span:
            taken.popleft()
        return taken is None or len(taken) < self._most

    def take(self, who: int, now: datetime) -> None:
        """Count that somebody has done it; of very many, the one longest ago is forgotten."""
        self._taken.setdefault(who, deque()).append(now)
        self._taken.move_to_end(who)
        if len(self._taken) > _MOST_COUNTED:
            self._taken.popitem(last=False)
