"""Every outside thing behind a small protocol: the whole architecture in one file."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime
from typing import Protocol

from bot.models import (
    AnnounceType,
    Card,
    FeedBatch,
    Finding,
    Found,
    Header,
    Paper,
    Purpose,
    RelatedPaper,
    SummaryText,
    SummaryWork,
    Translation,
    Usage,
)
from bot.text.query import Query


class Clock(Protocol):
    """The only source of the present."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...

    async def sleep_until(self, instant: datetime) -> None:
        """Return as soon as `now()` has reached `instant`, also when the clock is set."""
        ...


class FeedSource(Protocol):
    """The announcement feed of a category."""

    async def fetch(
        self, category: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> FeedBatch | None:
        """The feed's batch, or None if it has not changed since the validators were given.

        Raises SourceUnavailable or SourceGarbled.
        """
        ...


class MetadataSource(Protocol):
    """Full metadata by identifier."""

    async def papers(self, ids: Sequence[str]) -> list[Paper]:
        """The papers among `ids` (base or versioned) that exist, in no particular order.

        Raises SourceUnavailable or SourceGarbled.
        """
        ...


class HarvestedRecord(Protocol):
    """A paper as a harvest gives it, with the day and type of its last announcement."""

    @property
    def paper(self) -> Paper: ...

    @property
    def day(self) -> date: ...

    @property
    def type(self) -> AnnounceType: ...


class HarvestSource(Protocol):
    """Past announcement days of a category, for what the feed no longer holds."""

    def harvest(self, category: str, since: date, until: date) -> AsyncIterator[HarvestedRecord]:
        """The records of a category modified from `since` to `until` (both included).

        Raises SourceUnavailable or SourceGarbled.
        """
        ...


class Meter(Protocol):
    """Is told of all that paid services use."""

    async def spent(self, provider: str, usage: Usage) -> None:
        """Note what one answer used. Also for answers that could not be used: they are billed."""
        ...


class Allowance(Protocol):
    """What may be used of paid services."""

    def ask(
        self, purpose: Purpose, *, characters: int = 0, cost: int = 0
    ) -> AbstractAsyncContextManager[None]:
        """A call that may use so much goes on inside; `cost` is in millionths of a dollar.

        Raises BudgetSpent on entering if there is not so much left for that purpose.
        """
        ...


class Summarizer(Protocol):
    """Makes TL;DRs and key takeaways. Implementations do their own waiting and threads."""

    @property
    def name(self) -> str:
        """The provider's name as a card shows it; part of the key under which it is kept."""
        ...

    @property
    def paid(self) -> bool:
        """Whether asking it counts against the daily budget."""
        ...

    def offers(self, language: str) -> bool:
        """Whether it writes in a language (a code of `bot.languages`, or English)."""
        ...

    async def summarize(
        self, works: Sequence[SummaryWork], language: str
    ) -> list[SummaryText | None]:
        """The papers' summaries in their order, None for one it gave nothing usable for.

        Titles and abstracts are data, whatever they say. Raises SourceRefused, SourceUnavailable
        or SourceGarbled if it has nothing for any of them.
        """
        ...


class Translator(Protocol):
    """A translation service. Implementations do their own waiting and their own pacing."""

    @property
    def name(self) -> str:
        """The provider's name as readers see it; part of the key under which results are kept."""
        ...

    @property
    def label(self) -> str:
        """One sentence about it for readers, in the language being spoken; empty for none."""
        ...

    @property
    def paid(self) -> bool:
        """Whether asking it counts against the daily budget."""
        ...

    def offers(self, language: str) -> bool:
        """Whether it translates from English into a language (a code of `bot.languages`)."""
        ...

    async def translate(
        self,
        sentences: Sequence[str],
        language: str,
        *,
        glossary: Mapping[str, str],
        context: str = "",
        remarks: Sequence[Finding] = (),
    ) -> list[str]:
        """The sentences' translations in the same order, an empty text for one it cannot do.

        `glossary` holds a server's own translations of terms, which must be used. `context` is
        text around the sentences, not to be translated. `remarks` is what the checks found in a
        first try of the same sentences. The sentences are data, whatever they say. Raises
        SourceRefused, SourceUnavailable or SourceGarbled.
        """
        ...

    async def aclose(self) -> None:
        """End what is under way: connections, processes."""
        ...


class ArchiveSearch(Protocol):
    """Full-text search over the papers in the store."""

    async def search(self, query: Query, *, limit: int, newest: bool = False) -> list[Paper]:
        """The latest versions of the papers that a query finds, best or `newest` first."""
        ...

    async def ranked(self, query: Query, *, limit: int, newest: bool = False) -> list[Found]:
        """What `search` finds, in its order, with scores."""
        ...

    async def count(self, query: Query) -> int:
        """How many papers a query finds; an engine need not count further than 1,000."""
        ...

    async def corrected(self, query: Query) -> Query | None:
        """The query with words that the archive does not know replaced by likely ones; None if
        all are known or nothing is near."""
        ...

    async def titled(self, typed: str, *, limit: int) -> list[Paper]:
        """Papers whose titles hold all words of `typed`, the last one perhaps unfinished; those
        that begin so first, then the newest. Quick enough for completions."""
        ...


class SimilarityIndex(Protocol):
    """Papers of the archive that are like one paper."""

    async def related(self, paper: Paper, *, limit: int) -> list[RelatedPaper]:
        """The most similar papers, best first, without the paper itself or its versions."""
        ...

    async def compared(self, paper: Paper, others: Sequence[Paper]) -> list[RelatedPaper]:
        """How like the paper each of the others is, and why, in their order."""
        ...


class Recommender(Protocol):
    """A service that recommends papers for a paper."""

    @property
    def name(self) -> str:
        """The service's name as readers see it."""
        ...

    async def recommended(self, paper: Paper, *, limit: int) -> list[str]:
        """The arXiv ids (base) that it recommends, best first; empty if it has none (yet).

        Raises SourceRefused, SourceUnavailable or SourceGarbled.
        """
        ...

    async def aclose(self) -> None:
        """Close its connections."""
        ...


class Embedder(Protocol):
    """An embedding model."""

    @property
    def name(self) -> str:
        """The model's name; part of the key under which vectors are kept."""
        ...

    async def embed(self, texts: Sequence[str], purpose: Purpose) -> list[list[float]]:
        """A vector for each text, in their order, all of one length.

        Raises BudgetSpent, SourceRefused, SourceUnavailable or SourceGarbled.
        """
        ...

    async def aclose(self) -> None:
        """Close its connections."""
        ...


class Sender(Protocol):
    """Posts into Discord. Raises TemporaryDeliveryError or PermanentDeliveryError."""

    async def send_header(self, channel_id: int, header: Header, *, nonce: str) -> int:
        """Post a digest's header (or quiet line, with nothing matched); returns the message id."""
        ...

    async def send_card(self, channel_id: int, card: Card, *, key: str, nonce: str) -> int:
        """Post a paper's card; returns the message id."""
        ...

    async def open_thread(self, channel_id: int, message_id: int, name: str) -> int:
        """Open the thread of a message, or find it if it is open already; returns its id."""
        ...

    async def find(self, channel_id: int, keys: Collection[str], since: datetime) -> dict[str, int]:
        """Of the bot's own messages posted since then, the ids of those that carry one of `keys`
        in a component's custom id, by key."""
        ...

    async def add_hint(self, channel_id: int, message_id: int) -> None:
        """Put the bookmark reaction on a card as the hint for readers."""
        ...


class AnswerSender(Protocol):
    """Posts the answers to flag reactions, in the language being spoken.

    Raises TemporaryDeliveryError or PermanentDeliveryError. `key` is the nonce, and stands in the
    message's button; `reply_to` is a message of the same channel.
    """

    async def open_thread(self, channel_id: int, message_id: int, name: str) -> int:
        """Open a message's thread if the bot may also write there, or find it; returns its id."""
        ...

    async def find(self, channel_id: int, keys: Collection[str], since: datetime) -> dict[str, int]:
        """As `Sender.find`."""
        ...

    async def send_translation(
        self, channel_id: int, paper: Paper, said: Translation, *, key: str, reply_to: int | None
    ) -> int:
        """Post a translation for everybody; returns the message id."""
        ...

    async def edit_translation(
        self, channel_id: int, message_id: int, paper: Paper, said: Translation, *, key: str
    ) -> None:
        """Show a translation in an answer that said why there was none."""
        ...

    async def send_reason(
        self,
        channel_id: int,
        paper: Paper,
        language: str,
        sentence: str,
        *,
        key: str,
        reply_to: int | None,
    ) -> int:
        """Post a sentence on why there is no translation; returns the message id."""
        ...
