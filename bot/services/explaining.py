"""Why a paper is, or is not, in a channel."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.digest.explain import Miss, Missed, missed
from bot.digest.plan import Planner
from bot.models import (
    Announcement,
    DeliveryState,
    Digest,
    Match,
    Paper,
    Rules,
    Subscription,
    SubscriptionState,
)
from bot.store.history import HistoryStore, PlannedCard
from bot.store.papers import PaperStore
from bot.store.subscriptions import SubscriptionStore


class Outcome(StrEnum):
    """What a subscription did about a paper.

    POSTED      its card is in the channel
    WAITING     its card is planned and not sent yet
    HELD_BACK   its card waits for an admin, because the subscription was stopped by an error
    NOT_SENT    its card was planned and given up
    NOT_BEST    it matched, and others ranked higher up to the subscription's limit
    HAD         it matched, and the channel had it already
    NEXT        it matches, and the next digest will look at it
    PAUSED      it matches, and the subscription is paused
    MISSED      the rules leave it out
    """

    POSTED = "posted"
    WAITING = "waiting"
    HELD_BACK = "held back"
    NOT_SENT = "not sent"
    NOT_BEST = "not best"
    HAD = "had"
    NEXT = "next"
    PAUSED = "paused"
    MISSED = "missed"


_BY_STATE = {
    DeliveryState.SENT: Outcome.POSTED,
    DeliveryState.PENDING: Outcome.WAITING,
    DeliveryState.CLAIMED: Outcome.WAITING,
    DeliveryState.BLOCKED: Outcome.HELD_BACK,
    DeliveryState.CANCELED: Outcome.NOT_SENT,
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """What one subscription did about a paper, and why.

    `rank` (from 1) is the paper's place among the `matched` papers, of which at most `limit` are
    shown. `digest` is the one that looked at it; None if that is still to come, or will never.
    """

    subscription_id: int
    rules: Rules
    outcome: Outcome
    digest: Digest | None = None
    match: Match | None = None
    rank: int = 0
    matched: int = 0
    limit: int | None = None
    missed: Missed | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Why:
    """Everything about a paper in a channel.

    `paper` is None if it was never seen. `card` is its card there, whatever became of it;
    `explanations` has one entry for each subscription, the one that posted it first.
    """

    paper: Paper | None
    announcements: tuple[Announcement, ...]
    card: PlannedCard | None
    explanations: tuple[Explanation, ...]


class Explaining:
    """Finds out why a paper is, or is not, in a channel."""

    def __init__(
        self,
        *,
        history: HistoryStore,
        papers: PaperStore,
        subscriptions: SubscriptionStore,
        planner: Planner,
    ) -> None:
        self._history = history
        self._papers = papers
        self._subscriptions = subscriptions
        self._planner = planner

    async def why(self, guild_id: int, channel_id: int, paper_id: str) -> Why:
        """What happened to a paper in a channel of a server."""
        paper = await self._papers.get(paper_id)
        if paper is None:
            return Why(None, (), None, ())
        announced = await self._history.announcements_of(paper_id)
        card = await self._history.card(channel_id, paper_id)
        looked = await self._history.digests_over(channel_id, {a.seq for a in announced})
        of_channel = [
            s
            for s in await self._subscriptions.of_guild(guild_id)
            if s.draft.channel_id == channel_id
        ]
        found: dict[int, Explanation] = {}
        for digest in looked:
            posted = card is not None and card.delivery.digest_id == digest.id
            if digest.subscription_id in found and not posted:
                continue  # a newer digest of the same subscription has told already
            limit = next(
                (s.draft.max_papers for s in of_channel if s.id == digest.subscription_id), None
            )
            own = card if posted else None
            had = card is not None and card.delivery.state is not DeliveryState.CANCELED
            told = await self._of_digest(digest, announced, own, limit, had=had)
            known = found.get(digest.subscription_id)
            if posted or known is None:
                found[digest.subscription_id] = told
        for subscription in of_channel:
            if subscription.id not in found:
                found[subscription.id] = await self._not_yet(subscription, announced)
        order = list(Outcome)
        told_all = sorted(found.values(), key=lambda e: (order.index(e.outcome), e.subscription_id))
        return Why(paper, tuple(announced), card, tuple(told_all))

    async def _of_digest(
        self,
        digest: Digest,
        announced: list[Announcement],
        card: PlannedCard | None,
        limit: int | None,
        *,
        had: bool,
    ) -> Explanation:
        """What a digest did about the paper, by the rules that it had.

        `card` is the one that this digest planned; `had` says that the channel has another.
        """
        paper_id = announced[0].paper.id
        matches = await self._planner.matches_of(digest)
        place = _place(matches, paper_id)
        if place is None:
            taken = [a for a in announced if digest.from_seq < a.seq <= digest.to_seq]
            why = await asyncio.to_thread(missed, digest.rules, taken, digest.since)
            return Explanation(
                digest.subscription_id,
                digest.rules,
                Outcome.MISSED if card is None else _BY_STATE[card.delivery.state],
                digest,
                missed=why or Missed(Miss.TERMS),
                matched=len(matches),
            )
        if card is not None:
            outcome = _BY_STATE[card.delivery.state]
        else:
            outcome = Outcome.HAD if had else Outcome.NOT_BEST
        return Explanation(
            digest.subscription_id,
            digest.rules,
            outcome,
            digest,
            match=matches[place],
            rank=place + 1,
            matched=len(matches),
            limit=limit,
        )

    async def _not_yet(
        self, subscription: Subscription, announced: list[Announcement]
    ) -> Explanation:
        """What a subscription would do about a paper at which no digest of it has looked."""
        draft = subscription.draft
        open_ = [a for a in announced if a.seq > subscription.cursor]
        why = await asyncio.to_thread(missed, draft.rules, open_ or announced, subscription.since)
        if why is not None or not open_:
            # What lies behind the cursor without a digest came before the subscription began.
            return Explanation(
                subscription.id,
                draft.rules,
                Outcome.MISSED,
                missed=why or Missed(Miss.SINCE),
            )
        outlook = await self._planner.outlook(subscription)
        place = _place(outlook.matches, announced[0].paper.id)
        active = subscription.state is SubscriptionState.ACTIVE
        return Explanation(
            subscription.id,
            draft.rules,
            Outcome.NEXT if active else Outcome.PAUSED,
            match=outlook.matches[place] if place is not None else None,
            rank=place + 1 if place is not None else 0,
            matched=len(outlook.matches),
            limit=draft.max_papers,
            due_at=subscription.next_due_at if active else None,
        )


def _place(matches: "tuple[Match, ...] | list[Match]", paper_id: str) -> int | None:
    """The paper's place (from 0) among matches."""
    return next(
        (n for n, match in enumerate(matches) if match.announcement.paper.id == paper_id), None
    )
