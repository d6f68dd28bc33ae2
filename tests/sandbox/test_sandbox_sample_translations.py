"""The demo's translations: every invented paper, whole and checked, labeled as what they are."""

from importlib.resources import files
from pathlib import Path
from typing import cast

import pytest

from bot.enrich.check import check
from bot.enrich.summarize.extractive import ExtractiveSummarizer
from bot.enrich.translate.cards import Wanted
from bot.enrich.translate.memory import MemoryTranslator
from bot.enrich.translate.work import work_of
from bot.i18n import speaking
from bot.models import Paper, SentencePair, Summary, Verdict
from bot.text.sentences import sentence_texts
from sandbox.arxiv.sample import sample_records

INVENTED = {"ja": "架空", "zh-CN": "虚构"}


@pytest.fixture(scope="module")
def memory() -> MemoryTranslator:
    return MemoryTranslator(Path(str(files("sandbox.arxiv").joinpath("translations"))))


@pytest.mark.parametrize("language", INVENTED)
async def test_every_sentence_of_the_sample_is_translated_and_passes_the_checks(
    memory: MemoryTranslator, language: str
) -> None:
    for record in sample_records():
        title, abstract = (" ".join(cast("str", record[n]).split()) for n in ("title", "abstract"))
        sources = [title, *sentence_texts(abstract)]
        targets = await memory.translate(sources, language, glossary={})
        missing = [source for source, target in zip(sources, targets, strict=True) if not target]
        assert missing == [], record["id"]
        pairs = [SentencePair(*pair) for pair in zip(sources, targets, strict=True)]
        checked = check(pairs, language)
        assert checked.verdict is Verdict.PASS, (record["id"], checked.findings)


def _card_texts() -> list[tuple[str, tuple[str, ...]]]:
    """For each version of each paper: title, TL;DR and takeaways, as a card asks for them."""
    summarizer = ExtractiveSummarizer()
    found: list[tuple[str, tuple[str, ...]]] = []
    for record in sample_records():
        paper = Paper(
            id=cast("str", record["id"]),
            version=cast("int", record["version"]),
            title=cast("str", record["title"]),
            abstract=cast("str", record["abstract"]),
            authors=tuple(cast("list[str]", record["authors"])),
            categories=tuple(cast("list[str]", record["categories"])),
            primary_category=cast("str", record["primary_category"]),
        )
        work = work_of(paper, {})
        text = summarizer.summarize(paper.title, paper.abstract)
        summary = Summary(paper.id, paper.version, "en", summarizer.name, text)
        found.append((paper.versioned_id, (work.title, *Wanted.of(work, summary).texts)))
    return found


@pytest.mark.parametrize("language", INVENTED)
async def test_every_text_of_the_samples_cards_is_translated_and_passes_the_checks(
    memory: MemoryTranslator, language: str
) -> None:
    missing: list[tuple[str, str]] = []
    failing: list[object] = []
    for name, texts in _card_texts():
        assert len(texts) > 1, name
        for text, said in zip(
            texts, await memory.translate(texts, language, glossary={}), strict=True
        ):
            if not said:
                missing.append((name, text))
            # A card's texts are checked one by one.
            elif (found := check([SentencePair(text, said)], language)).verdict is not Verdict.PASS:
                failing.append((name, text, found.findings))
    assert missing == []
    assert failing == []


def test_readers_are_told_what_they_are(memory: MemoryTranslator) -> None:
    assert "invented" in memory.label
    assert "written for the demo" in memory.label
    for language, invented in INVENTED.items():
        with speaking(language):
            assert invented in memory.label
