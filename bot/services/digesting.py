"""Looking at digests and making one now."""

from dataclasses import dataclass

from bot.digest.plan import Outlook, Planner
from bot.errors import NotFound
from bot.i18n import t
from bot.models import Digest, DigestKind, Match, Subscription
from bot.signals import Signals
from bot.store.reading import PostedDigest, PostedStore


@dataclass(frozen=True, slots=True)
class DigestMatches:
    """All that a digest matched, best first, and the ids of the papers that it showed."""

    digest: Digest
    matches: list[Match]
    shown: frozenset[str]


class Digesting:
    """Looking at and making digests."""

    def __init__(
        self,
        *,
        planner: Planner,
        posted: PostedStore,
        signals: Signals,
    ) -> None:
        self._planner = planner
        self._posted = posted
        self._signals = signals

    async def preview(self, subscription: Subscription) -> Outlook:
        """What the next digest would hold if it were made now."""
        return await self._planner.outlook(subscription)

    async def post_now(self, subscription: Subscription) -> Digest | None:
        """Post what is new now; None if nothing is. The daily time stays as it is."""
        outlook = await self._planner.outlook(subscription)
        if not outlook.matches:
            return None
        planned = await self._planner.plan([subscription], DigestKind.MANUAL)
        self._signals.outbox_changed()
        return next((digest for digest in planned if digest.shown), None)

    async def history(self, guild_id: int, limit: int = 10) -> list[PostedDigest]:
        """A server's last digests, the newest first."""
        return await self._posted.history(guild_id, limit=limit)

    async def matches(self, digest_key: str) -> DigestMatches:
        """All that a digest matched. Raises NotFound."""
        digest = await self._posted.digest(digest_key)
        if digest is None:
            raise NotFound(
                t("This digest is not in my records any more. Look for its papers with `/search`.")
            )
        matches = await self._planner.matches_of(digest)
        shown = {card.paper_id for card in await self._posted.cards(digest.id) if card.paper_id}
        return DigestMatches(digest, matches, frozenset(shown))
