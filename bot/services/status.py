"""How the bot and its sources are doing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import __version__
from bot.models import Batch, BatchState
from bot.protocols import Clock
from bot.services.providers import Providers, ProvidersStatus
from bot.sources import calendar
from bot.store.ledger import FeedState, LedgerStore
from bot.store.papers import PaperStore
from bot.store.reading import PostedStore
from bot.store.subscriptions import SubscriptionStore


@dataclass(frozen=True, slots=True)
class FeedStatus:
    """How a category's source is doing."""

    category: str
    last: Batch | None
    state: FeedState
    next_poll_at: datetime | None


@dataclass(frozen=True, slots=True)
class Status:
    """How the bot is doing: in all, and by category for those that were asked for.

    `categories` counts those that any server has subscribed, `troubled` those of them whose
    source gave an error last.
    """

    feeds: list[FeedStatus]
    categories: int
    troubled: int
    queue: int
    papers: int
    started_at: datetime
    version: str
    providers: ProvidersStatus | None = None


class Statuses:
    """How the bot and its sources are doing."""

    def __init__(
        self,
        *,
        subscriptions: SubscriptionStore,
        ledger: LedgerStore,
        posted: PostedStore,
        papers: PaperStore,
        providers: Providers,
        clock: Clock,
    ) -> None:
        self._subscriptions = subscriptions
        self._ledger = ledger
        self._posted = posted
        self._papers = papers
        self._providers = providers
        self._clock = clock
        self._started_at = clock.now()

    async def status(self, guild_id: int | None = None, *, everything: bool = False) -> Status:
        """A snapshot of the sources in use, the queue and the archive.

        By category are those that a server has subscribed, or with `everything` those of all.
        """
        active = await self._subscriptions.active()
        used = {c for s in active for c in s.draft.rules.categories}
        here = {c for s in active if s.draft.guild_id == guild_id for c in s.draft.rules.categories}
        categories = sorted(used if everything else here)
        since = calendar.eastern_date(self._clock.now()) - timedelta(days=14)
        last: dict[str, Batch] = {}
        for line in await self._ledger.batches(categories, since):
            if line.state is not BatchState.EXPECTED:
                last[line.category] = line
        states = await self._ledger.feeds()
        feeds = [
            FeedStatus(c, last.get(c), state, state.next_poll_at)
            for c in categories
            for state in [states.get(c, FeedState(c))]
        ]
        return Status(
            feeds,
            len(used),
            sum(category in states and bool(states[category].problem) for category in used),
            await self._posted.queue(),
            await self._papers.count(),
            self._started_at,
            __version__,
            await self._providers.status(),
        )
