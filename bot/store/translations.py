"""Translations, each kept once per paper version, language, provider and glossary."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from bot.models import SentencePair, Translation, Verdict
from bot.store import rows
from bot.store.database import Database
from bot.store.index_queue import Index, enqueue
from bot.store.rows import Row
from bot.store.schema import translations

_KEY = ("paper_id", "version", "language", "provider", "glossary")

Version = tuple[str, int, str]
"""A paper's id and version, and the hash of the glossary terms that were applied."""


class TranslationStore:
    """Reading and keeping translations. `glossary` is the hash of the terms applied, or empty.

    A translation without sentences is one of the title only.
    """

    def __init__(self, database: Database) -> None:
        self._db = database

    async def get(
        self, paper_id: str, version: int, language: str, provider: str, glossary: str
    ) -> Translation | None:
        wanted = (paper_id, version, glossary)
        return (await self.get_many([wanted], language, provider)).get(wanted)

    async def get_many(
        self, wanted: Collection[Version], language: str, provider: str
    ) -> dict[Version, Translation]:
        """Those that are there."""
        query = select(translations).where(
            translations.c.paper_id.in_({paper_id for paper_id, _, _ in wanted}),
            translations.c.language == language,
            translations.c.provider == provider,
        )
        found: dict[Version, Translation] = {}
        async with self._db.read() as connection:
            for row in (await connection.execute(query)).mappings():
                key = row["paper_id"], row["version"], row["glossary"]
                if key in wanted:
                    found[key] = _translation(row)
        return found

    async def save(self, made: Mapping[Version, Translation], *, replace: bool) -> None:
        """Keep translations; those that are there already are replaced, or stay."""
        if not made:
            return
        async with self._db.write() as connection:
            for (paper_id, version, glossary), translation in made.items():
                values = _values(translation)
                statement = insert(translations).values(
                    paper_id=paper_id,
                    version=version,
                    language=translation.language,
                    provider=translation.provider,
                    glossary=glossary,
                    **values,
                )
                await connection.execute(
                    statement.on_conflict_do_update(index_elements=_KEY, set_=values)
                    if replace
                    else statement.on_conflict_do_nothing()
                )
            await enqueue(connection, (paper_id for paper_id, _, _ in made), [Index.SEARCH])


def _values(translation: Translation) -> dict[str, Any]:
    return {
        "title": [translation.title.source, translation.title.target],
        "sentences": [[pair.source, pair.target] for pair in translation.sentences],
        "verdict": translation.verdict.value,
        "findings": rows.finding_values(translation.findings),
        "created_at": translation.created_at,
    }


def _translation(row: Row) -> Translation:
    return Translation(
        paper_id=row["paper_id"],
        version=row["version"],
        language=row["language"],
        provider=row["provider"],
        title=SentencePair(*row["title"]),
        sentences=tuple(SentencePair(*pair) for pair in row["sentences"]),
        verdict=Verdict(row["verdict"]),
        findings=rows.findings(row["findings"]),
        created_at=row["created_at"],
    )
