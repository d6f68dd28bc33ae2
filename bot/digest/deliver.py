"""Delivering: working the outbox off into Discord, exactly once and in order.

A claimed delivery is sent with its own key as the nonce, so that a repeat within Discord's window
returns the first message. What a crashed process may have sent is looked for in the channel, by
the key in its buttons, before anything is sent again.
"""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.digest.compose import Composer, thread_name
from bot.digest.moments import moment_of
from bot.errors import PermanentDeliveryError, TemporaryDeliveryError
from bot.i18n import kept
from bot.logs import incident_id
from bot.models import Card, DeliveryKind, Digest, Layout
from bot.protocols import Clock, Sender
from bot.store.outbox import ChannelWork, Outbox
from bot.store.reading import DueHint, PostedStore
from bot.waiting import attended, until_either

log = structlog.get_logger(__name__)

_LEASE = timedelta(minutes=5)
_FIRST_REST = timedelta(seconds=2)
_LONGEST_REST = timedelta(minutes=15)
# This machine's clock may be ahead of Discord's, by which messages are found.
_CLOCK_SLACK = timedelta(hours=1)
_AFTER_ERROR_S = 30.0
# After so many tries of a bug of ours, what cannot be made is given up.
_MOST_BUGGED_TRIES = 10
_HINTS_AT_ONCE = 50
_HINT_FOR = timedelta(hours=6)
# Discord's codes.
_UNKNOWN_CHANNEL = 10003
_UNKNOWN_MESSAGE = 10008


class _ThreadGone(Exception):
    """The thread that a digest's cards belong into, or the message it hangs on, was deleted."""


class Deliverer:
    """Sends what the outbox holds: many channels at once, each in its own order."""

    def __init__(
        self,
        *,
        outbox: Outbox,
        posted: PostedStore,
        composer: Composer,
        sender: Sender,
        clock: Clock,
        workers: int,
        wake: asyncio.Event,
        on_blocked: Callable[[int, str], object],
    ) -> None:
        self._outbox = outbox
        self._posted = posted
        self._composer = composer
        self._sender = sender
        self._clock = clock
        self._workers = workers
        self._on_blocked = on_blocked
        self._owner = secrets.token_hex(8)
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._wake = wake
        self._stop = asyncio.Event()

    @property
    def busy(self) -> bool:
        """Whether messages are being sent."""
        return bool(self._busy)

    async def run(self) -> None:
        """Deliver until `stop` is called. Digests under way are then left at a message's end."""
        try:
            while not self._stop.is_set():
                self._wake.clear()
                now = self._clock.now()
                try:
                    if not await self._start_some(now):
                        await self._rest(now)
                except SQLAlchemyError:
                    # A full disk, a locked file: what is in the outbox stays there meanwhile.
                    log.exception("outbox_unusable", incident=incident_id())
                    await until_either(
                        self._wake, self._clock, now + timedelta(seconds=_AFTER_ERROR_S)
                    )
            await asyncio.gather(*self._busy.values(), return_exceptions=True)
        finally:
            # After an error or a cancellation, nobody else waits for what is under way.
            for task in self._busy.values():
                task.cancel()
            await asyncio.gather(*self._busy.values(), return_exceptions=True)

    def stop(self) -> None:
        """Ask `run` to end after the messages that are being sent."""
        self._stop.set()
        self._wake.set()

    async def add_hints(self) -> bool:
        """Put the bookmark reaction on sent cards that lack it; returns whether there were any.

        Several channels at once: within one, Discord takes four reactions a second.
        """
        lanes: dict[int, list[DueHint]] = {}
        since = self._clock.now() - _HINT_FOR
        for hint in await self._posted.due_hints(_HINTS_AT_ONCE, sent_after=since):
            lanes.setdefault(hint.target_id, []).append(hint)
        done: list[int] = []
        await asyncio.gather(*(self._hints(lane, done) for lane in lanes.values()))
        if done:
            await self._posted.hinted(done)
        return bool(done)

    async def _hints(self, lane: Sequence[DueHint], done: list[int]) -> None:
        """One channel's hints, noted in `done`; after a temporary error the rest is left."""
        for hint in lane:
            if self._stop.is_set():
                return
            try:
                await self._sender.add_hint(hint.target_id, hint.message_id)
            except TemporaryDeliveryError as error:
                log.info("hint_put_off", error=str(error))
                return
            except PermanentDeliveryError as error:
                # A hint is a courtesy: a deleted card or a missing permission ends it.
                log.info("hint_left_out", error=str(error))
            done.append(hint.delivery_id)

    async def _start_some(self, now: datetime) -> bool:
        """Start on the channels that are due, as far as workers are free; False if on none."""
        free = self._workers - len(self._busy)
        if free <= 0:
            return False
        claimed = await self._outbox.claim(
            self._owner, now=now, until=now + _LEASE, limit=free, busy=list(self._busy)
        )
        for work in claimed:
            task = asyncio.create_task(self._channel(work), name="deliver")
            self._busy[work.digest.channel_id] = task
            task.add_done_callback(lambda _, channel=work.digest.channel_id: self._done(channel))
        return bool(claimed)

    def _done(self, channel_id: int) -> None:
        del self._busy[channel_id]
        self._wake.set()

    async def _rest(self, now: datetime) -> None:
        """Wait for news, or until the time of a delivery comes that was not due at `now`."""
        until = await self._outbox.next_wake(now) or now + _LONGEST_REST
        await until_either(self._wake, self._clock, until)

    async def _channel(self, work: ChannelWork) -> None:
        digest = work.digest
        try:
            await self._send_all(work)
        except TemporaryDeliveryError as error:
            await self._put_off(work, error)
        except PermanentDeliveryError as error:
            await self._give_up(digest, error)
        except _ThreadGone:
            # Somebody deleted the thread: this digest is not wanted, the next one is.
            log.info("thread_deleted", digest=digest.id)
            await self._outbox.cancel(digest.id, "the digest's thread was deleted")
        except Exception as error:
            incident = incident_id()
            log.exception("delivery_failed", incident=incident, digest=digest.id)
            if max(d.attempts for d in work.deliveries) >= _MOST_BUGGED_TRIES:
                problem = kept("A bug of mine stops it (incident {incident}).", incident=incident)
                await self._give_up(digest, PermanentDeliveryError(problem))
            else:
                problem = f"{error!r} (incident {incident})"
                await self._put_off(work, TemporaryDeliveryError(problem))

    async def _send_all(self, work: ChannelWork) -> None:
        digest = work.digest
        header_id = work.header_message_id
        cards = await self._composed(work)
        leased_until = self._clock.now() + _LEASE
        # What was stopped or removed meanwhile is not begun.
        if cards is None or not await self._outbox.extend(digest.id, self._owner, leased_until):
            await self._outbox.release(digest.id, self._owner, not_before=None, error=None)
            return
        already = await self._already_sent(work) if work.taken_over else {}
        for delivery in work.deliveries:
            if self._stop.is_set():
                await self._outbox.release(digest.id, self._owner, not_before=None, error=None)
                return
            if self._clock.now() > leased_until - _LEASE / 2:
                leased_until = self._clock.now() + _LEASE
                await self._outbox.extend(digest.id, self._owner, leased_until)
            target = digest.channel_id
            if digest.layout is Layout.THREAD and delivery.kind is DeliveryKind.CARD and header_id:
                target = header_id  # a message's thread has the message's id
            message_id = already.get(delivery.key)
            if message_id is None:
                if delivery.kind is DeliveryKind.CARD:
                    try:
                        message_id = await self._sender.send_card(
                            target, cards[delivery.id], key=delivery.key, nonce=delivery.key
                        )
                    except PermanentDeliveryError as error:
                        if target != digest.channel_id and error.code == _UNKNOWN_CHANNEL:
                            raise _ThreadGone from error
                        if not error.of_message_only:
                            raise
                        log.error("card_refused", paper=delivery.paper_id, error=str(error))
                        await self._outbox.set_aside(delivery, str(error))
                        continue
                elif delivery.kind is DeliveryKind.THREAD:
                    try:
                        message_id = await self._sender.open_thread(
                            target, header_id or 0, thread_name(digest)
                        )
                    except PermanentDeliveryError as error:
                        if error.code == _UNKNOWN_MESSAGE:
                            raise _ThreadGone from error
                        raise
                else:
                    header = await self._composer.header(digest, delivery.key)
                    message_id = await self._sender.send_header(target, header, nonce=delivery.key)
            if delivery.kind is DeliveryKind.HEADER:
                header_id = message_id
            goes_on = await self._outbox.sent(
                delivery, message_id=message_id, target_id=target, now=self._clock.now()
            )
            if not goes_on:
                return

    async def _composed(self, work: ChannelWork) -> dict[int, Card] | None:
        """The digest's cards, whose making may wait for a model; None if told to stop first.

        Meanwhile the lease is kept.
        """
        digest = work.digest
        cards = [d for d in work.deliveries if d.kind is DeliveryKind.CARD]

        async def keep() -> None:
            await self._outbox.extend(digest.id, self._owner, self._clock.now() + _LEASE)

        return await attended(
            self._composer.cards(cards, digest.language, digest.guild_id),
            keep,
            every=_LEASE / 3,
            stop=self._stop,
            clock=self._clock,
        )

    async def _already_sent(self, work: ChannelWork) -> dict[str, int]:
        """What an earlier try has put into the channel without noting it."""
        tried = [d for d in work.deliveries if d.first_claimed_at is not None]
        since = min((d.first_claimed_at for d in tried if d.first_claimed_at), default=None)
        if since is None:
            return {}
        since -= _CLOCK_SLACK
        if work.header_message_id is not None:
            # Nothing of a digest is older than its header, by Discord's own clock.
            since = moment_of(work.header_message_id)
        flat = work.digest.layout is Layout.MESSAGES
        keys = [d.key for d in tried if flat or d.kind is not DeliveryKind.CARD]
        found = await self._sender.find(work.digest.channel_id, keys, since)
        header_id = work.header_message_id or next(
            (found[d.key] for d in tried if d.kind is DeliveryKind.HEADER and d.key in found), None
        )
        if work.digest.layout is Layout.THREAD and header_id is not None:
            in_thread = [d.key for d in tried if d.kind is DeliveryKind.CARD]
            try:
                found |= await self._sender.find(header_id, in_thread, since)
            except PermanentDeliveryError as error:
                if error.code != _UNKNOWN_CHANNEL:
                    raise
                # Without its thread there is nothing to find in it; opening it comes next.
                log.debug("no_thread_yet", error=str(error))
        if found:
            log.info("found_already_sent", digest=work.digest.id, messages=len(found))
        return found

    async def _put_off(self, work: ChannelWork, error: TemporaryDeliveryError) -> None:
        tries = max(delivery.attempts for delivery in work.deliveries)
        rest = min(_FIRST_REST * 2 ** min(tries - 1, 12), _LONGEST_REST)
        if error.retry_after is not None:
            rest = max(rest, timedelta(seconds=min(error.retry_after, 86_400)))
        log.warning(
            "delivery_put_off", digest=work.digest.id, tries=tries, rest=rest, error=str(error)
        )
        await self._outbox.release(
            work.digest.id,
            self._owner,
            not_before=self._clock.now() + rest,
            error=str(error),
        )

    async def _give_up(self, digest: Digest, error: PermanentDeliveryError) -> None:
        log.warning("subscription_broken", subscription=digest.subscription_id, error=str(error))
        if await self._outbox.block(digest.subscription_id, error.problem):
            self._on_blocked(digest.subscription_id, error.problem)
