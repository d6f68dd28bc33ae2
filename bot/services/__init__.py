"""What commands and buttons can ask for: subscribing, digests, bookmarks, cards, status."""

from dataclasses import dataclass

from bot.digest.compose import Composer
from bot.protocols import Clock
from bot.services.bookmarking import Bookmarking
from bot.services.digesting import Digesting, DigestMatches
from bot.services.status import FeedStatus, Status, Statuses
from bot.services.subscribing import Backtest, BacktestDay, Subscribing, SubscriptionInfo
from bot.settings import Settings
from bot.store.lists import ListStore

__all__ = [
    "Backtest",
    "BacktestDay",
    "Bookmarking",
    "DigestMatches",
    "Digesting",
    "FeedStatus",
    "Services",
    "Status",
    "Statuses",
    "Subscribing",
    "SubscriptionInfo",
]


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a command or button may use."""

    settings: Settings
    clock: Clock
    subscriptions: Subscribing
    digests: Digesting
    bookmarks: Bookmarking
    composer: Composer
    status: Statuses
    lists: ListStore
