"""All tables. A change here needs a migration in `migrations/versions`; a test compares the two.

Instants are stored as UTC without a zone and come back aware. Discord's ids are integers.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)


class Instant(TypeDecorator[datetime]):
    """An aware datetime, stored in UTC. Refuses naive ones: they are always a mistake."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        del dialect
        return None if value is None else value.replace(tzinfo=UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# --- arXiv -------------------------------------------------------------------------------------

# Every version of a paper that was seen. `enriched_at` is set once the API's fields are in.
papers = Table(
    "papers",
    metadata,
    Column("paper_id", String(32), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("title", Text, nullable=False),
    Column("abstract", Text, nullable=False),
    Column("authors", JSON, nullable=False),
    Column("categories", JSON, nullable=False),
    Column("primary_category", String(32), nullable=False),
    Column("published", Instant),
    Column("updated", Instant),
    Column("comment", Text),
    Column("doi", Text),
    Column("journal_ref", Text),
    Column("license", Text),
    Column("withdrawn", Boolean, nullable=False, server_default=text("0")),
    Column("first_seen_at", Instant, nullable=False),
    Column("enriched_at", Instant),
)

# The ledger: one line per category and announcement day.
batches = Table(
    "batches",
    metadata,
    Column("category", String(32), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("state", String(16), nullable=False),
    Column("source", String(8), nullable=False),
    Column("new", Integer, nullable=False, server_default=text("0")),
    Column("cross", Integer, nullable=False, server_default=text("0")),
    Column("replace", Integer, nullable=False, server_default=text("0")),
    Column("replace_cross", Integer, nullable=False, server_default=text("0")),
    Column("late", Integer, nullable=False, server_default=text("0")),
    Column("truncated", Boolean, nullable=False, server_default=text("0")),
    Column("first_seen_at", Instant),
    Column("enriched_at", Instant),
    Index(None, "day"),
)

# Which paper was announced where, when and as what. `seq` is the order of arrival; subscriptions
# remember how far they have come in it.
announcements = Table(
    "announcements",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("category", String(32), nullable=False),
    Column("day", Date, nullable=False),
    Column("paper_id", String(32), nullable=False),
    Column("version", Integer, nullable=False),
    Column("type", String(16), nullable=False),
    Column("late", Boolean, nullable=False, server_default=text("0")),
    UniqueConstraint("category", "day", "paper_id"),
    ForeignKeyConstraint(
        ["paper_id", "version"],
        ["papers.paper_id", "papers.version"],
        name="fk_announcements_paper",
    ),
    Index(None, "category", "seq"),
    Index(None, "paper_id"),
    sqlite_autoincrement=True,
)

# What is known of each category's feed between two polls.
feeds = Table(
    "feeds",
    metadata,
    Column("category", String(32), primary_key=True),
    Column("etag", Text),
    Column("last_modified", Text),
    # The day and length of the feed at the last poll, which "not modified" refers to.
    Column("seen_day", Date),
    Column("seen_count", Integer, nullable=False, server_default=text("0")),
    Column("polled_at", Instant),
    Column("next_poll_at", Instant),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    Column("problem", Text),
)

# --- Subscriptions and digests -----------------------------------------------------------------

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("creator_id", BigInteger, nullable=False),
    Column("rules", JSON, nullable=False),
    Column("at", String(5), nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("max_papers", Integer, nullable=False),
    Column("layout", String(16), nullable=False),
    Column("quiet_days", String(16), nullable=False),
    Column("language", String(16), nullable=False, server_default=text("'en'")),
    Column("state", String(16), nullable=False),
    Column("problem", Text),
    Column("cursor", Integer, nullable=False),
    # From which announcement day on each category counts: {category: ISO day}.
    Column("since", JSON, nullable=False),
    Column("next_due_at", Instant, nullable=False),
    Column("created_at", Instant, nullable=False),
    CheckConstraint("max_papers BETWEEN 1 AND 25", name="max_papers"),
    Index(None, "guild_id"),
    Index(None, "state", "next_due_at"),
    sqlite_autoincrement=True,
)

digests = Table(
    "digests",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", String(24), nullable=False, unique=True),
    # No foreign key: the history of a removed subscription stays readable.
    Column("subscription_id", Integer, nullable=False),
    Column("guild_id", BigInteger, nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("rules", JSON, nullable=False),
    Column("layout", String(16), nullable=False),
    Column("language", String(16), nullable=False, server_default=text("'en'")),
    Column("days", JSON, nullable=False),
    Column("announced", Integer, nullable=False),
    Column("matched", Integer, nullable=False),
    Column("shown", Integer, nullable=False),
    Column("from_seq", Integer, nullable=False),
    Column("to_seq", Integer, nullable=False),
    Column("since", JSON, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("planned_at", Instant, nullable=False),
    Index(None, "subscription_id", "planned_at"),
    Index(None, "guild_id", "planned_at"),
    sqlite_autoincrement=True,
)

# The outbox. A paper is a card at most once per channel, whatever else happens.
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", String(24), nullable=False, unique=True),
    Column("digest_id", Integer, ForeignKey("digests.id"), nullable=False),
    Column("subscription_id", Integer, nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("position", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("paper_id", String(32)),
    Column("version", Integer),
    Column("announce_type", String(16)),
    Column("state", String(16), nullable=False),
    Column("lease_owner", String(32)),
    Column("lease_until", Instant),
    Column("first_claimed_at", Instant),
    Column("not_before", Instant),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("message_id", BigInteger),
    # Where the message stands: the channel, or the digest's thread.
    Column("target_id", BigInteger),
    Column("sent_at", Instant),
    Column("hint_due", Boolean, nullable=False, server_default=text("0")),
    Column("error", Text),
    UniqueConstraint("digest_id", "position"),
    Index(
        "uq_deliveries_paper_per_channel",
        "channel_id",
        "paper_id",
        unique=True,
        sqlite_where=text("kind = 'card' AND state != 'canceled'"),
    ),
    Index(None, "message_id"),
    Index(
        "ix_deliveries_open",
        "channel_id",
        "id",
        sqlite_where=text("state IN ('pending', 'claimed')"),
    ),
    Index("ix_deliveries_hint", "hint_due", sqlite_where=text("hint_due = 1")),
    sqlite_autoincrement=True,
)

# --- Reading -----------------------------------------------------------------------------------

summaries = Table(
    "summaries",
    metadata,
    Column("paper_id", String(32), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("language", String(16), primary_key=True),
    Column("provider", String(64), primary_key=True),
    Column("text", JSON, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("verdict", String(8), nullable=False, server_default=text("'pass'")),
    Column("findings", JSON, nullable=False, server_default=text("'[]'")),
    ForeignKeyConstraint(
        ["paper_id", "version"], ["papers.paper_id", "papers.version"], name="fk_summaries_paper"
    ),
)

# The texts of an extracted summary (the TL;DR, then the takeaways) in another language: pairs,
# the target empty where it failed the checks.
summary_translations = Table(
    "summary_translations",
    metadata,
    Column("paper_id", String(32), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("language", String(16), primary_key=True),
    Column("summarizer", String(64), primary_key=True),
    Column("provider", String(64), primary_key=True),
    Column("glossary", String(64), primary_key=True),
    Column("pairs", JSON, nullable=False),
    Column("created_at", Instant, nullable=False),
    ForeignKeyConstraint(
        ["paper_id", "version"],
        ["papers.paper_id", "papers.version"],
        name="fk_summary_translations_paper",
    ),
)

# What paid services used, by day (UTC); costs in millionths of a US dollar.
spending = Table(
    "spending",
    metadata,
    Column("day", Date, primary_key=True),
    Column("provider", String(64), primary_key=True),
    Column("purpose", String(8), primary_key=True),
    Column("requests", Integer, nullable=False),
    Column("characters", Integer, nullable=False),
    Column("tokens_in", Integer, nullable=False),
    Column("tokens_out", Integer, nullable=False),
    Column("cost", Integer, nullable=False),
)

bookmarks = Table(
    "bookmarks",
    metadata,
    Column("user_id", BigInteger, primary_key=True),
    Column("paper_id", String(32), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("note", Text, nullable=False, server_default=text("''")),
    Index(None, "user_id", "created_at"),
)

# A paper's title and abstract in another language. `glossary` is the hash of the server's terms
# that were applied, empty for none.
translations = Table(
    "translations",
    metadata,
    Column("paper_id", String(32), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("language", String(16), primary_key=True),
    Column("provider", String(64), primary_key=True),
    Column("glossary", String(64), primary_key=True),
    Column("title", JSON, nullable=False),
    Column("sentences", JSON, nullable=False),
    Column("verdict", String(8), nullable=False),
    Column("findings", JSON, nullable=False),
    Column("created_at", Instant, nullable=False),
    ForeignKeyConstraint(
        ["paper_id", "version"],
        ["papers.paper_id", "papers.version"],
        name="fk_translations_paper",
    ),
)

# Cards that people had posted by a command, outside of digests; a reaction finds its paper here.
shown_cards = Table(
    "shown_cards",
    metadata,
    Column("message_id", BigInteger, primary_key=True),
    Column("channel_id", BigInteger, nullable=False),
    Column("guild_id", BigInteger),
    Column("paper_id", String(32), nullable=False),
    Column("version", Integer, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index(None, "guild_id"),
)

# 👍 (1) and 👎 (-1) on cards. Both may stand at once, as reactions do.
votes = Table(
    "votes",
    metadata,
    Column("user_id", BigInteger, primary_key=True),
    Column("paper_id", String(32), primary_key=True),
    Column("channel_id", BigInteger, primary_key=True),
    Column("value", Integer, primary_key=True),
    Column("guild_id", BigInteger),
    Column("created_at", Instant, nullable=False),
    Index(None, "channel_id", "paper_id"),
    Index(None, "guild_id"),
)

# What a flag reaction asked for: one answer per paper, channel and language, for ever. `key` is
# its nonce and stands in its buttons, as with deliveries.
flag_answers = Table(
    "flag_answers",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", String(24), nullable=False, unique=True),
    Column("guild_id", BigInteger),
    Column("channel_id", BigInteger, nullable=False),
    # Where the card stands (the channel, or a thread of it), and the card.
    Column("target_id", BigInteger, nullable=False),
    Column("card_message_id", BigInteger, nullable=False),
    Column("paper_id", String(32), nullable=False),
    Column("version", Integer, nullable=False),
    Column("language", String(16), nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("first_tried_at", Instant),
    Column("not_before", Instant),
    Column("thread_id", BigInteger),
    Column("message_id", BigInteger),
    Column("error", Text),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("channel_id", "paper_id", "language"),
    Index(None, "guild_id"),
    Index("ix_flag_answers_open", "not_before", "id", sqlite_where=text("state = 'pending'")),
    sqlite_autoincrement=True,
)

# --- Finding -----------------------------------------------------------------------------------

# Papers that an index (`search` or `features`) has to read again: new ones, new versions, changed
# texts. `stamp` is another with each change, so that one made while the paper was read is not lost.
index_queue = Table(
    "index_queue",
    metadata,
    Column("index", String(16), primary_key=True),
    Column("paper_id", String(32), primary_key=True),
    Column("stamp", Integer, nullable=False, server_default=text("0")),
)

SEARCH_INDEX = (
    "CREATE VIRTUAL TABLE search_index USING fts5("
    "abstract, title, authors, comment, about, translated_title, translated_abstract, "
    "content = '', tokenize = \"ascii tokenchars '.+#^=_-'\")"
)
"""Makes the search index, as migration 0004 did."""

# What the search index holds of each paper. The index itself is `search_index`, a table of FTS5
# that the migration makes and SQLAlchemy does not know. `number` is the paper's in it (see
# `bot/text/search_ids.py`), `other_id` the identifier if it does not follow from that; `version`
# the one that was indexed, `dated` when the paper was submitted first (seconds since 1970), and
# `translated` the indexed tokens of its translations, compressed.
search_papers = Table(
    "search_papers",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("dated", Integer, nullable=False),
    Column("other_id", Text),
    Column("translated", LargeBinary),
    Index(None, "dated"),
)

# What papers were like when they were indexed, of those that changed since. Written by triggers:
# FTS5 has to be told the old text to forget it.
search_before = Table(
    "search_before",
    metadata,
    Column("paper_id", String(32), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("title", Text, nullable=False),
    Column("abstract", Text, nullable=False),
    Column("authors", JSON, nullable=False),
    Column("categories", JSON, nullable=False),
    Column("comment", Text),
)

# The words of titles and abstracts, and of names (`name` 1), and how many papers have them.
search_words = Table(
    "search_words",
    metadata,
    Column("name", Integer, primary_key=True),
    Column("word", Text, primary_key=True),
    Column("papers", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# In which way the texts in the index were prepared; another way makes it anew.
search_state = Table(
    "search_state",
    metadata,
    Column("prepared", Text, primary_key=True),
)

# What related papers are compared by (`bot/relate`), of the latest version. `seq` grows with each
# change: an index in memory asks for what is above the last one it has.
features = Table(
    "features",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("paper_id", String(32), nullable=False, unique=True),
    Column("model", Integer, nullable=False),
    Column("tokens", LargeBinary, nullable=False),
    Column("latent", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

# Vectors of an embedding model: little-endian 16-bit floats, of unit length.
embeddings = Table(
    "embeddings",
    metadata,
    Column("paper_id", String(32), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("model", String(128), primary_key=True),
    Column("vector", LargeBinary, nullable=False),
    Column("created_at", Instant, nullable=False),
)

# What a service recommended for a paper: arXiv ids, the best first; empty if it has none (yet).
recommendations = Table(
    "recommendations",
    metadata,
    Column("paper_id", String(32), primary_key=True),
    Column("source", String(64), primary_key=True),
    Column("found", JSON, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Index(None, "asked_at"),
)

# Pages of arXiv's answers to searches, each asked for once a day. `key` is a hash of the query.
arxiv_answers = Table(
    "arxiv_answers",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("start", Integer, primary_key=True),
    Column("found", JSON, nullable=False),
    Column("more", Boolean, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Index(None, "asked_at"),
)

# How far `paperboy backfill` has come with a category's papers that were first submitted from
# `since` to `until` (without an end if that is null). The other days are OAI-PMH datestamps: all
# before `reached` were read to their end, and `token` continues the list from `reached` to
# `list_end`. `papers` were new to the archive, `skipped` records could not be read.
backfills = Table(
    "backfills",
    metadata,
    Column("category", String(32), primary_key=True),
    Column("since", Date, primary_key=True),
    Column("until", Date),
    Column("reached", Date, nullable=False),
    Column("token", Text),
    Column("token_at", Instant),
    Column("list_end", Date),
    Column("records", Integer, nullable=False, server_default=text("0")),
    Column("papers", Integer, nullable=False, server_default=text("0")),
    Column("skipped", Integer, nullable=False, server_default=text("0")),
    Column("requests", Integer, nullable=False, server_default=text("0")),
    Column("started_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("list_requests", Integer, nullable=False, server_default=text("0")),
    Column("list_records", Integer, nullable=False, server_default=text("0")),
    Column("list_size", Integer),
)

# --- People and servers ------------------------------------------------------------------------

# A person's reading language, a code of `bot.languages`.
people = Table(
    "people",
    metadata,
    Column("user_id", BigInteger, primary_key=True),
    Column("language", String(16), nullable=False),
    Column("updated_at", Instant, nullable=False),
)

# A server's own translations of terms. `folded` tells terms apart without case and accents.
glossary = Table(
    "glossary",
    metadata,
    Column("guild_id", BigInteger, primary_key=True),
    Column("language", String(16), primary_key=True),
    Column("folded", String(100), primary_key=True),
    Column("term", String(100), nullable=False),
    Column("translation", String(100), nullable=False),
    Column("creator_id", BigInteger, nullable=False),
    Column("created_at", Instant, nullable=False),
)

# Bookmarks that people took off otherwise than by their reaction, which may still stand on a card
# and must not bring them back after a restart. Kept as long as old reactions are looked at.
dropped = Table(
    "dropped",
    metadata,
    Column("user_id", BigInteger, primary_key=True),
    Column("paper_id", String(32), primary_key=True),
    Column("dropped_at", Instant, nullable=False),
    Index(None, "dropped_at"),
)

# Private lists in pages (search results and the like): what their page buttons refer to.
lists = Table(
    "lists",
    metadata,
    Column("key", String(24), primary_key=True),
    Column("user_id", BigInteger, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("state", JSON, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index(None, "user_id"),
    Index(None, "created_at"),
)

# Servers that removed the bot; their settings go some time later.
departures = Table(
    "departures",
    metadata,
    Column("guild_id", BigInteger, primary_key=True),
    Column("left_at", Instant, nullable=False),
)
