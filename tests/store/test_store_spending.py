"""What is kept of providers: spending, verdicts on summaries, the texts of translated ones."""

from dataclasses import replace
from datetime import timedelta

from store_stage import DAY, NOW, StoreStage, paper

from bot.models import (
    Finding,
    FindingKind,
    Purpose,
    SentencePair,
    Severity,
    Spent,
    Summary,
    SummaryText,
    Usage,
    Verdict,
)
from bot.store.reading import SummaryStore
from bot.store.spending import SpendingStore
from bot.store.summary_translations import SummaryTranslationStore


async def test_what_is_used_adds_up_by_day_service_and_purpose(store: StoreStage) -> None:
    book = SpendingStore(store.database)
    usage = Usage(characters=100, tokens_in=30, tokens_out=20, cost=7)
    spent = Spent(DAY, "DeepL", Purpose.DIGEST, 1, usage)
    later = replace(spent, day=DAY + timedelta(days=1))
    others = (
        replace(spent, provider="m" * 100),
        replace(spent, purpose=Purpose.READER),
        later,
    )
    for one in (spent, spent, *others):
        await book.add(one)
    assert await book.since(DAY) == [
        replace(spent, requests=2, usage=Usage(200, 60, 40, 14)),
        replace(spent, purpose=Purpose.READER),
        replace(spent, provider="m" * 64),
        later,
    ]
    assert await book.since(DAY + timedelta(days=1)) == [later]


async def test_a_summary_is_kept_with_its_verdict(store: StoreStage) -> None:
    summaries = SummaryStore(store.database)
    await store.papers.enrich([paper(1)], NOW)
    key = paper(1).id, 1
    findings = (Finding(FindingKind.NUMBER_CHANGED, Severity.MAJOR, "3B", "3亿"),)
    made = Summary(*key, "ja", "model", SummaryText("短い。", 0, ()), Verdict.FAIL, findings)
    await summaries.save([made], NOW)
    assert await summaries.get([key], "ja", "model") == {key: made}
    assert await summaries.get([key], "en", "model") == {}


async def test_translated_texts_are_kept_by_summarizer_provider_and_glossary(
    store: StoreStage,
) -> None:
    texts = SummaryTranslationStore(store.database)
    await store.papers.enrich([paper(1)], NOW)
    version = paper(1).id, 1, "terms"
    pairs = (SentencePair("A.", "あ。"), SentencePair("B.", ""))
    await texts.save({(version, "extractive"): pairs[:1]}, "ja", "DeepL", NOW)
    await texts.save({(version, "extractive"): pairs}, "ja", "DeepL", NOW)
    assert await texts.get_many([version], "ja", "extractive", "DeepL") == {version: pairs}
    for language, summarizer, provider in (
        ("ko", "extractive", "DeepL"),
        ("ja", "model", "DeepL"),
        ("ja", "extractive", "memory"),
    ):
        assert await texts.get_many([version], language, summarizer, provider) == {}
    assert await texts.get_many([(*version[:2], "")], "ja", "extractive", "DeepL") == {}
