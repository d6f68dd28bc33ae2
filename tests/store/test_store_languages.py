"""What is kept about languages: reading languages, glossaries, translations."""

from dataclasses import replace
from datetime import timedelta

from store_stage import CHANNEL, NOW, StoreStage, paper

from bot.models import (
    Finding,
    FindingKind,
    SentencePair,
    Severity,
    Translation,
    Verdict,
)
from bot.store.glossary import GlossaryStore, GlossaryTerm
from bot.store.people import PeopleStore
from bot.store.translations import TranslationStore

GUILD, OTHER_GUILD, PERSON = 7, 8, 9


async def test_a_persons_language_is_theirs_and_can_be_forgotten(store: StoreStage) -> None:
    people = PeopleStore(store.database)
    assert await people.language(PERSON) is None
    await people.set_language(PERSON, "ja", NOW)
    await people.set_language(PERSON, "de", NOW + timedelta(days=1))
    assert await people.language(PERSON) == "de"
    assert await people.language(PERSON + 1) is None
    assert await people.clear_language(PERSON)
    assert not await people.clear_language(PERSON)
    assert await people.language(PERSON) is None


async def test_a_channels_language_is_that_of_its_newest_subscription(store: StoreStage) -> None:
    people = PeopleStore(store.database)
    assert await people.channel_language(CHANNEL) is None
    await store.subscribe(language="zh-CN")
    await store.subscribe(language="ja")
    await store.subscribe(language="de", channel_id=CHANNEL + 1)
    assert await people.channel_language(CHANNEL) == "ja"


async def test_a_glossary_is_its_servers_and_has_a_limit(store: StoreStage) -> None:
    glossary = GlossaryStore(store.database)

    async def put(guild: int, term: str, language: str = "ja") -> bool | None:
        return await glossary.put(guild, GlossaryTerm(language, term, "訳"), 1, NOW, limit=2)

    assert await put(GUILD, "Naïve Bayes") is True
    assert await put(GUILD, "naive bayes") is False
    assert await put(GUILD, "attention") is True
    assert await put(GUILD, "graph") is None
    assert await put(GUILD, "graph", "ko") is True
    assert await put(OTHER_GUILD, "graph") is True
    terms = await glossary.terms(GUILD)
    assert [(one.language, one.term) for one in terms] == [
        ("ja", "attention"), ("ja", "naive bayes"), ("ko", "graph"),
    ]  # fmt: skip
    assert [one.term for one in await glossary.terms(GUILD, "ko")] == ["graph"]
    assert await glossary.remove(GUILD, "ja", "NAÏVE BAYES")
    assert not await glossary.remove(GUILD, "ja", "naive bayes")
    assert not await glossary.remove(OTHER_GUILD, "ko", "graph")


async def test_translations_are_kept_by_version_language_provider_and_glossary(
    store: StoreStage,
) -> None:
    translations = TranslationStore(store.database)
    await store.papers.enrich([paper(1)], NOW)
    kept = paper(1)
    made = Translation(
        paper_id=kept.id,
        version=kept.version,
        language="ja",
        provider="memory",
        title=SentencePair("A", "あ"),
        sentences=(SentencePair("B.", "い。"), SentencePair("C.", "")),
        verdict=Verdict.WARN,
        findings=(
            Finding(FindingKind.NUMBER_EXTRA, Severity.MINOR, "", "3"),
            Finding(FindingKind.UNTRANSLATED, Severity.MINOR, "C."),
        ),
        created_at=NOW,
    )
    key = kept.id, kept.version, "hash"
    title_only = replace(made, sentences=())
    await translations.save({key: title_only}, replace=False)
    await translations.save({key: made}, replace=False)
    assert await translations.get(*key[:2], "ja", "memory", "hash") == title_only
    await translations.save({key: made}, replace=True)
    assert await translations.get(*key[:2], "ja", "memory", "hash") == made
    for language, provider, glossary in (
        ("ko", "memory", "hash"),
        ("ja", "other", "hash"),
        ("ja", "memory", ""),
    ):
        assert await translations.get(*key[:2], language, provider, glossary) is None
