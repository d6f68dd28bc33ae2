"""The demo's translations: every invented paper, whole and checked, labeled as what they are."""

from importlib.resources import files
from pathlib import Path
from typing import cast

import pytest

from bot.enrich.check import check
from bot.enrich.translate.memory import MemoryTranslator
from bot.i18n import speaking
from bot.models import SentencePair, Verdict
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


def test_readers_are_told_what_they_are(memory: MemoryTranslator) -> None:
    assert "invented" in memory.label
    assert "written for the demo" in memory.label
    for language, invented in INVENTED.items():
        with speaking(language):
            assert invented in memory.label
