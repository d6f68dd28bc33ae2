"""What commands and buttons can ask for: subscribing, digests, bookmarks, cards, status."""

from dataclasses import dataclass

from bot.digest.compose import Composer
from bot.enrich.translate.service import Translations
from bot.protocols import Clock
from bot.services.bookmarking import Bookmarking
from bot.services.departing import Departing
from bot.services.digesting import Digesting, DigestMatches
from bot.services.explaining import Explaining
from bot.services.papers import Papers
from bot.services.privacy import Privacy
from bot.services.reacting import Reacting
from bot.services.reading import Glossaries, Readers
from bot.services.relating import Relating
from bot.services.searching import Searching
from bot.services.status import FeedStatus, Status, Statuses
from bot.services.subscribing import Backtest, BacktestDay, Subscribing, SubscriptionInfo
from bot.settings import Settings
from bot.store.lists import ListStore
from bot.store.reactions import ShownCards

__all__ = [
    "Backtest",
    "BacktestDay",
    "Bookmarking",
    "DigestMatches",
    "Digesting",
    "FeedStatus",
    "Glossaries",
    "Papers",
    "Readers",
    "Relating",
    "Searching",
    "Services",
    "Status",
    "Statuses",
    "Subscribing",
    "SubscriptionInfo",
    "Translations",
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
    translations: Translations
    readers: Readers
    glossaries: Glossaries
    papers: Papers
    related: Relating
    status: Statuses
    lists: ListStore
    search: Searching
    shown_cards: ShownCards
    reactions: Reacting
    departures: Departing
    privacy: Privacy
    explaining: Explaining
