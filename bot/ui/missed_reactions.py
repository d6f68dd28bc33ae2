"""Reactions made while the bot heard of none, picked up from the messages themselves.

Whenever Discord begins a session anew, the cards of the last days are looked at again. What people
do meanwhile is heard as ever and counts for more than what a message showed a moment before.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Literal, TypeVar, cast

import discord
import structlog

from bot.client import PaperboyClient
from bot.digest.pace import Pacer
from bot.errors import DeliveryError, PermanentDeliveryError, TemporaryDeliveryError
from bot.languages import ENGLISH
from bot.logs import incident_id
from bot.protocols import Clock
from bot.services.reacting import Reaction, Wish, asked_by
from bot.store.reactions import DOWN, UP, PlacedCard, ReactionStore
from bot.ui.reactions import Change
from bot.ui.sender import DiscordSender

log = structlog.get_logger(__name__)

T = TypeVar("T")

Json = Mapping[str, Any]

# Digests are read on the days after they came; an outage is rarely longer.
_LOOK_BACK = timedelta(days=7)
# At two requests a second these take less than an hour, even if each has three reactions.
_MOST_CARDS = 2_000
_PAGE = 100  # Discord's most, of messages and of people
# Five thousand people; a single card must not take the round for itself.
_MOST_PAGES = 50
# Seconds between tries while Discord is not well.
_RESTS_S = (5.0, 30.0, 120.0)
_LONGEST_REST_S = 300.0
_UNKNOWN_MESSAGE, _UNKNOWN_EMOJI = 10008, 10014
_Kind = Literal[0, 1]  # Discord's types of reactions
_NORMAL: _Kind = 0
_BURST: _Kind = 1
_VALUES = {Wish.UP: UP, Wish.DOWN: DOWN}

_Counted = tuple[int, str]  # a channel and a paper: what votes are counted by


@dataclass(slots=True)
class _Round:
    """What one look at the cards has seen. `changes` are the reactions heard of since it began."""

    changes: Collection[Change]
    read: set[int] = field(default_factory=set[int])
    cards: dict[_Counted, PlacedCard] = field(default_factory=dict[_Counted, PlacedCard])
    votes: defaultdict[_Counted, set[tuple[int, int]]] = field(
        default_factory=lambda: defaultdict[_Counted, set[tuple[int, int]]](set)
    )
    channels: dict[int, int] = field(default_factory=dict[int, int])


class MissedReactions:
    """Looks for reactions that nobody told of. Keeps to `pacer` besides the sender's own."""

    def __init__(
        self,
        *,
        client: PaperboyClient,
        sender: DiscordSender,
        store: ReactionStore,
        clock: Clock,
        pacer: Pacer,
        rests: Sequence[float] = _RESTS_S,
    ) -> None:
        self._client = client
        self._sender = sender
        self._store = store
        self._clock = clock
        self._pacer = pacer
        self._rests = rests

    async def run(self) -> None:
        """Look once for each new session, until canceled."""
        while True:
            await self._client.new_session.wait()
            self._client.new_session.clear()
            try:
                await self.round()
            except Exception:
                log.exception("missed_reactions_failed", incident=incident_id())

    async def round(self) -> None:
        """Look at all cards of the last days once, and put what is new behind what was heard."""
        since = discord.utils.time_snowflake(self._clock.now() - _LOOK_BACK)
        with self._client.reactions.noting() as changes:
            seen = _Round(changes)
            places: defaultdict[int, list[PlacedCard]] = defaultdict(list)
            for card in await self._store.newest(since, _MOST_CARDS):
                places[card.target_id].append(card)
            for place, cards in places.items():
                try:
                    await self._read_place(seen, place, cards)
                except DeliveryError as error:
                    log.warning("reactions_not_read", channel=place, reason=str(error))
            for counted in seen.cards:
                await self._take_back(seen, counted)
        log.info("missed_reactions_read", cards=len(seen.read), places=len(places))

    async def _read_place(self, seen: _Round, place: int, cards: Sequence[PlacedCard]) -> None:
        guild_id = cards[0].guild_id
        if guild_id is not None and self._client.get_guild(guild_id) is None:
            return  # the bot was removed, or a person has it for themselves there
        channel_id = await self._channel_of(place, cards[0])
        seen.channels[place] = channel_id
        # Without the permission a history looks empty. A thread not known has its channel's.
        if not (self._sender.can_read(place) and self._sender.can_read(channel_id)):
            log.warning("reactions_not_read", channel=place, reason="no Read Message History")
            return
        left: dict[int, PlacedCard] = {
            card.message_id: replace(card, channel_id=channel_id) for card in cards
        }
        while left:
            # From the newest card on: what others have written since is passed over.
            before = max(left) + 1
            page = await self._page(place, before)
            for message in page:
                if (card := left.pop(int(message["id"]), None)) is not None:
                    await self._read_card(seen, card, message.get("reactions", ()))
            if len(page) < _PAGE:
                return
            # Whatever the page has passed without showing it was deleted.
            oldest = int(page[-1]["id"])
            left = {message_id: card for message_id, card in left.items() if message_id < oldest}

    async def _read_card(self, seen: _Round, card: PlacedCard, reactions: Sequence[Json]) -> None:
        try:
            whole = [await self._read_reaction(seen, card, reaction) for reaction in reactions]
        except PermanentDeliveryError as error:
            if error.code not in {_UNKNOWN_MESSAGE, _UNKNOWN_EMOJI}:
                raise
            return  # deleted just now
        if all(whole):
            seen.read.add(card.message_id)
            seen.cards[card.channel_id, card.paper_id] = card

    async def _read_reaction(self, seen: _Round, card: PlacedCard, reaction: Json) -> bool:
        """Put who is new among those who reacted with one emoji; False if not all were read."""
        emoji = reaction["emoji"]
        asks = asked_by(emoji["name"] or "") if emoji["id"] is None else None
        if asks is None or asks == ENGLISH:
            return True
        if isinstance(asks, str) and await self._store.asked(card.channel_id, card.paper_id, asks):
            return True
        # Super reactions are counted and listed apart from the others.
        burst = reaction.get("count_details", {}).get("burst", 0)
        others: dict[_Kind, int] = {
            _NORMAL: reaction["count"] - burst - bool(reaction["me"]),
            _BURST: burst - bool(reaction.get("me_burst")),
        }
        whole = True
        for kind, count in others.items():
            if count > 0:
                whole &= await self._read_people(seen, card, emoji["name"], asks, kind)
        return whole

    async def _read_people(
        self, seen: _Round, card: PlacedCard, emoji: str, asks: Wish | str, kind: _Kind
    ) -> bool:
        after: int | None = None
        for _ in range(_MOST_PAGES):
            people = await self._people(card, emoji, after, kind)
            users = [int(person["id"]) for person in people if not person.get("bot")]
            known = await self._known(seen, card, asks, users)
            # From here to the last `put` nothing is awaited, so what is heard comes behind.
            for user_id in users:
                if user_id not in known and (user_id, card.message_id, asks) not in seen.changes:
                    self._put(card, user_id, asks, added=True)
            if len(people) < _PAGE:
                return True
            after = int(people[-1]["id"])
            await self._client.reactions.settle()  # who reacts now shall not wait for long
        log.warning("reactions_not_read_whole", channel=card.target_id, message=card.message_id)
        return False

    async def _known(
        self, seen: _Round, card: PlacedCard, asks: Wish | str, users: Sequence[int]
    ) -> set[int]:
        """Who of these people has what they ask for."""
        if asks is Wish.BOOKMARK:
            return await self._store.bookmarkers(card.paper_id, users)
        if not isinstance(asks, Wish):
            return set()
        value = _VALUES[asks]
        seen.votes[card.channel_id, card.paper_id].update((user, value) for user in users)
        voters = await self._store.voters(card.channel_id, card.paper_id)
        return {user_id for user_id, voted in voters if voted == value}

    async def _take_back(self, seen: _Round, counted: _Counted) -> None:
        """Take back the votes whose reactions are gone, if all cards they may be on were read."""
        channel_id, paper_id = counted
        gone = await self._store.voters(channel_id, paper_id) - seen.votes[counted]
        if not gone:
            return
        card = seen.cards[counted]
        cards = await self._store.cards_of(paper_id, channel_id, card.guild_id)
        messages = [
            one.message_id for one in cards if self._may_count_in(channel_id, seen, one.target_id)
        ]
        if not seen.read.issuperset(messages):
            return
        for user_id, value in gone:
            wish = Wish.UP if value == UP else Wish.DOWN
            if not any((user_id, message, wish) in seen.changes for message in messages):
                self._put(card, user_id, wish, added=False)

    def _may_count_in(self, channel_id: int, seen: _Round, place: int) -> bool:
        if place in seen.channels:
            return seen.channels[place] == channel_id
        channel = self._client.get_channel(place)
        return channel is None or channel_id in {channel.id, getattr(channel, "parent_id", None)}

    def _put(self, card: PlacedCard, user_id: int, asks: Wish | str, *, added: bool) -> None:
        parent_id = card.channel_id if card.channel_id != card.target_id else None
        self._client.reactions.put(
            Reaction(user_id, card.message_id, asks, added, parent_id=parent_id)
        )

    async def _channel_of(self, place: int, card: PlacedCard) -> int:
        """The channel that a card's votes count in: the place itself, or the thread's channel."""
        if card.channel_id != place or card.guild_id is None:
            return card.channel_id
        channel = self._client.get_channel(place)
        if channel is not None:
            return channel.parent_id if isinstance(channel, discord.Thread) else place
        # The bot is not told of archived threads.
        http = self._client.http
        found: Json = await self._ask(place, lambda: cast("Any", http.get_channel(place)))
        return int(found["parent_id"]) if "thread_metadata" in found else place

    # The library's own calls of these routes: its public ones make objects of a hundred messages
    # at once, of which nobody needs more than the counts.

    async def _page(self, channel_id: int, before: int) -> Sequence[Json]:
        def call() -> Awaitable[Any]:
            return self._client.http.logs_from(channel_id, _PAGE, before=before)

        return await self._ask(channel_id, call)

    async def _people(
        self, card: PlacedCard, emoji: str, after: int | None, kind: _Kind
    ) -> Sequence[Json]:
        place, message_id = card.target_id, card.message_id

        def call() -> Awaitable[Any]:
            return self._client.http.get_reaction_users(
                place, message_id, emoji, _PAGE, after, kind
            )

        return await self._ask(place, call)

    async def _ask(self, channel_id: int, call: Callable[[], Awaitable[T]]) -> T:
        for rest in self._rests:
            await self._pacer.wait()
            try:
                return await self._sender.ask(channel_id, call)
            except TemporaryDeliveryError as error:
                await asyncio.sleep(min(max(rest, error.retry_after or 0), _LONGEST_REST_S))
        await self._pacer.wait()
        return await self._sender.ask(channel_id, call)
