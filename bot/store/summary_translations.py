"""The texts of summaries in other languages, by summarizer, provider and glossary."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from bot.models import SentencePair
from bot.store.database import Database
from bot.store.schema import summary_translations
from bot.store.translations import Version

_KEY = ("paper_id", "version", "language", "summarizer", "provider", "glossary")

Pairs = tuple[SentencePair, ...]
"""A summary's TL;DR, then its takeaways; the target empty where there is none to be shown."""


class SummaryTranslationStore:
    """Reading and keeping the texts of summaries in other languages."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def get_many(
        self, wanted: Collection[Version], language: str, summarizer: str, provider: str
    ) -> dict[Version, Pairs]:
        """Those that are there."""
        query = select(summary_translations).where(
            summary_translations.c.paper_id.in_({paper_id for paper_id, _, _ in wanted}),
            summary_translations.c.language == language,
            summary_translations.c.summarizer == summarizer,
            summary_translations.c.provider == provider,
        )
        found: dict[Version, Pairs] = {}
        async with self._db.read() as connection:
            for row in (await connection.execute(query)).mappings():
                key = row["paper_id"], row["version"], row["glossary"]
                if key in wanted:
                    found[key] = tuple(SentencePair(*pair) for pair in row["pairs"])
        return found

    async def save(
        self,
        made: Mapping[tuple[Version, str], Sequence[SentencePair]],
        language: str,
        provider: str,
        now: datetime,
    ) -> None:
        """Keep texts by paper version and summarizer; those that are there are replaced."""
        if not made:
            return
        async with self._db.write() as connection:
            for ((paper_id, version, glossary), summarizer), pairs in made.items():
                values = {
                    "pairs": [[pair.source, pair.target] for pair in pairs],
                    "created_at": now,
                }
                statement = insert(summary_translations).values(
                    paper_id=paper_id,
                    version=version,
                    language=language,
                    summarizer=summarizer,
                    provider=provider,
                    glossary=glossary,
                    **values,
                )
                await connection.execute(
                    statement.on_conflict_do_update(index_elements=_KEY, set_=values)
                )
