"""Posting into Discord: the `Sender` of the delivery stage over a discord.py client."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator
from datetime import datetime
from typing import Any, TypeVar

import discord
import structlog

from bot.digest.pace import Pacer
from bot.errors import DeliveryError, PermanentDeliveryError
from bot.i18n import kept, speaking
from bot.models import Card, Header, Layout
from bot.ui import custom_ids
from bot.ui.cards import BOOKMARK, card_view, minimal_card_view
from bot.ui.delivery_errors import (
    CONNECTION_ERRORS,
    THREAD_ARCHIVED,
    THREAD_EXISTS,
    sorted_error,
)
from bot.ui.headers import header_view, minimal_header_view
from bot.ui.permissions import READ_HISTORY, VIEW_CHANNEL, missing_permissions
from bot.ui.views import PostedView

log = structlog.get_logger(__name__)

T = TypeVar("T")

# One call may hold, besides the request itself, a wait for the route's bucket and a 429's
# `retry_after`, which the library sleeps off inside, however long. This limit leaves room for an
# ordinary sleep and a slow request, and is well below half of a delivery's lease; a longer sleep
# is cut off and becomes a temporary error, after which the same nonce is tried again.
_CALL_S = 75.0
_PAGE = 100
# Where a busy channel has had more messages since, the search ends with a warning.
_MOST_SEARCHED = 2_000
# Threads stay in the channel's list for a week: 10,080 minutes, Discord's longest.
_ARCHIVE_AFTER_MIN = 10_080


class DiscordSender:
    """Sends what the outbox holds. All its calls keep to the pacer, and end in bounded time."""

    def __init__(
        self,
        client: discord.Client,
        pacer: Pacer,
        *,
        on_unauthorized: Callable[[], object],
    ) -> None:
        self._client = client
        self._pacer = pacer
        self._on_unauthorized = on_unauthorized

    async def send_header(self, channel_id: int, header: Header, *, nonce: str) -> int:
        """Post a digest's header or quiet line. Raises DeliveryError."""
        with speaking(header.language):
            return await self.send_view(
                channel_id,
                lambda: header_view(header),
                lambda: minimal_header_view(header),
                nonce=nonce,
            )

    async def send_card(self, channel_id: int, card: Card, *, key: str, nonce: str) -> int:
        """Post a paper's card. Raises DeliveryError."""
        with speaking(card.language):
            return await self.send_view(
                channel_id,
                lambda: card_view(card, key=key),
                lambda: minimal_card_view(card, key=key),
                nonce=nonce,
            )

    async def send_view(
        self,
        channel_id: int,
        view: Callable[[], PostedView],
        smaller: Callable[[], PostedView],
        *,
        nonce: str,
        reply_to: int | None = None,
    ) -> int:
        """Post a view, or the smaller one if Discord finds the message itself at fault.

        `reply_to` is a message of the same channel. Raises DeliveryError.
        """
        channel = self._client.get_partial_messageable(channel_id)
        mentions = discord.AllowedMentions.none()
        # The library takes None here too, though its signature does not say so.
        replied: Any = None
        if reply_to is not None:
            replied = discord.MessageReference(message_id=reply_to, channel_id=channel_id)

        async def send(make: Callable[[], PostedView]) -> int:
            # On a thread, because a hostile paper takes tens of milliseconds to be made safe.
            made = await asyncio.to_thread(make)
            message = await self._call(
                channel_id,
                lambda: channel.send(
                    view=made, nonce=nonce, allowed_mentions=mentions, reference=replied
                ),
            )
            return message.id

        try:
            return await send(view)
        except PermanentDeliveryError as error:
            if not error.of_message_only:
                raise
            log.error("message_refused", channel=channel_id, nonce=nonce, error=str(error))
        # A refused message was not created, so the same nonce serves both tries.
        return await send(smaller)

    async def edit_view(
        self, channel_id: int, message_id: int, view: Callable[[], PostedView]
    ) -> None:
        """Change one of the bot's messages, also in an archived thread. Raises DeliveryError."""
        message = self._client.get_partial_messageable(channel_id).get_partial_message(message_id)
        made = await asyncio.to_thread(view)

        async def edit() -> None:
            await self._call(
                channel_id,
                lambda: message.edit(view=made, allowed_mentions=discord.AllowedMentions.none()),
            )

        try:
            await edit()
        except PermanentDeliveryError as error:
            if error.code != THREAD_ARCHIVED:
                raise
            await self._call(
                channel_id, lambda: self._client.http.edit_channel(channel_id, archived=False)
            )
            await edit()

    async def open_thread(self, channel_id: int, message_id: int, name: str) -> int:
        """Open a message's thread, or find it open. Raises DeliveryError."""
        try:
            # By the library's own call of this route: its public one wants a cached channel.
            await self._call(
                channel_id,
                lambda: self._client.http.start_thread_with_message(
                    channel_id, message_id, name=name, auto_archive_duration=_ARCHIVE_AFTER_MIN
                ),
            )
        except DeliveryError as error:
            if error.code != THREAD_EXISTS:
                raise
        return message_id  # a message's thread has the message's id

    async def find(self, channel_id: int, keys: Collection[str], since: datetime) -> dict[str, int]:
        """The bot's own messages since then that carry one of `keys`. Raises DeliveryError."""
        self._need_history(channel_id)
        channel = self._client.get_partial_messageable(channel_id)
        me = self._client.user.id if self._client.user else None
        missing = set(keys)
        found: dict[str, int] = {}
        after: datetime | discord.Object = since
        for _ in range(0, _MOST_SEARCHED, _PAGE):
            if not missing:
                return found
            page = await self._call(channel_id, lambda after=after: _page(channel, after))
            for message in page:
                if message.author.id != me:
                    continue
                for key in missing.intersection(_keys(message.components)):
                    found[key] = message.id
                    missing.discard(key)
            if len(page) < _PAGE:
                return found
            after = discord.Object(page[-1].id)
        if missing:
            log.warning("search_ended_early", channel=channel_id, missing=len(missing))
        return found

    async def add_hint(self, channel_id: int, message_id: int) -> None:
        """React to a card with the bookmark. Raises DeliveryError."""
        message = self._client.get_partial_messageable(channel_id).get_partial_message(message_id)
        await self._call(channel_id, lambda: message.add_reaction(BOOKMARK))

    async def tell(self, user_id: int, text: str) -> None:
        """Send somebody a direct message, best effort: closed messages are only logged."""
        try:
            channel = await self._call(0, lambda: self._client.create_dm(discord.Object(user_id)))
            await self._call(
                channel.id,
                lambda: channel.send(text, allowed_mentions=discord.AllowedMentions.none()),
            )
        except DeliveryError as error:
            log.info("direct_message_not_sent", user=user_id, error=str(error))

    async def ask(self, channel_id: int, call: Callable[[], Awaitable[T]]) -> T:
        """A request of the caller's own, by the same rules. Raises DeliveryError."""
        return await self._call(channel_id, call)

    def can_read(self, channel_id: int) -> bool:
        """Whether the bot sees a channel's history, as far as it knows the channel."""
        return not {VIEW_CHANNEL, READ_HISTORY}.intersection(self._lacking(channel_id))

    async def _call(self, channel_id: int, call: Callable[[], Awaitable[T]]) -> T:
        """One request: paced, bounded, its errors sorted."""
        await self._pacer.wait()
        try:
            async with asyncio.timeout(_CALL_S):
                return await call()
        except CONNECTION_ERRORS as error:
            if isinstance(error, TimeoutError):
                self._unlock()
            if isinstance(error, discord.HTTPException) and error.status == 401:
                self._on_unauthorized()
            raise sorted_error(error, self._lacking(channel_id)) from error

    def _unlock(self) -> None:
        """Let requests go on after one was cut off.

        The library closes a gate for all of them while one sleeps off a global 429, and opens it
        only at the end of that sleep: one that is canceled there would leave it closed for ever.
        """
        # The library has no public way to the gate.
        self._client.http._global_over.set()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]

    def _lacking(self, channel_id: int) -> list[str]:
        """The permissions that the bot is known to lack in a channel, by name."""
        channel = self._client.get_channel(channel_id)
        if isinstance(channel, discord.Thread):
            channel = channel.parent
        if not isinstance(channel, discord.abc.GuildChannel):
            return []
        return missing_permissions(channel, channel.guild.me, Layout.MESSAGES, hint=False)

    def _need_history(self, channel_id: int) -> None:
        # Without this permission Discord shows an empty history instead of an error; taking it
        # for empty would post everything twice.
        if READ_HISTORY in self._lacking(channel_id):
            problem = kept(
                "I may not read the channel's history, so after an interruption I cannot tell "
                "what I have posted. Grant my role Read Message History there."
            )
            raise PermanentDeliveryError(problem)


async def _page(
    channel: discord.PartialMessageable, after: datetime | discord.Object
) -> list[discord.Message]:
    history = channel.history(limit=_PAGE, after=after, oldest_first=True)
    return [message async for message in history]


def _keys(components: Iterable[Any]) -> Iterator[str]:
    """The delivery keys in the custom ids of a message's components, however deep."""
    for component in components:
        custom_id = getattr(component, "custom_id", None)
        if custom_id and (key := custom_ids.key_of(custom_id)):
            yield key
        yield from _keys(getattr(component, "children", ()))
        if (accessory := getattr(component, "accessory", None)) is not None:
            yield from _keys((accessory,))
