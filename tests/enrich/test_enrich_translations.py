"""Translations are made once, checked, kept, and shared by all who ask."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from translate_samples import (
    GUILD,
    NOW,
    OTHER,
    PAPER,
    ScriptedTranslator,
    TranslationsStage,
    translating,
)

from bot.errors import NotSetUp, SourceGarbled, SourceUnavailable
from bot.models import SentencePair, Severity, Verdict
from bot.store.glossary import GlossaryTerm

PATIENCE_S = 10.0
WRONG = {"We count 12 of them.": "21匹を数える。"}


@pytest.fixture
def translator() -> ScriptedTranslator:
    return ScriptedTranslator()


@pytest.fixture
async def stage(tmp_path: Path, translator: ScriptedTranslator) -> AsyncIterator[TranslationsStage]:
    async with translating(tmp_path, translator) as made:
        yield made


async def test_it_is_made_sentence_by_sentence_and_kept(
    stage: TranslationsStage, translator: ScriptedTranslator
) -> None:
    made = await stage.translations.of(PAPER, "ja")
    assert made.title == SentencePair("A Study of Cats", "猫の研究")
    assert made.sentences == (
        SentencePair("Cats sleep.", "猫は眠る。"),
        SentencePair("We count 12 of them.", "12匹を数える。"),
    )
    assert (made.verdict, made.findings) == (Verdict.PASS, ())
    assert made.provider == "scripted"
    assert NOW <= made.created_at <= stage.clock.now()
    assert await stage.translations.of(PAPER, "ja") == made
    assert len(translator.calls) == 1
    await stage.papers.enrich([replace(PAPER, version=2)], NOW)
    await stage.translations.of(replace(PAPER, version=2), "ja")
    assert len(translator.calls) == 2


async def test_all_who_ask_share_one_call_and_one_who_leaves_stops_nothing(
    stage: TranslationsStage, translator: ScriptedTranslator
) -> None:
    translator.go.clear()
    asking = [asyncio.create_task(stage.translations.of(PAPER, "ja")) for _ in range(20)]
    await asyncio.wait_for(translator.asked.wait(), PATIENCE_S)
    asking[0].cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking[0]
    translator.go.set()
    made = await asyncio.wait_for(asyncio.gather(*asking[1:]), PATIENCE_S)
    assert len(translator.calls) == 1
    assert all(one == made[0] for one in made)
    assert made[0].verdict is Verdict.PASS


async def test_what_everybody_gave_up_on_is_there_later(
    stage: TranslationsStage, translator: ScriptedTranslator
) -> None:
    translator.go.clear()
    asking = asyncio.create_task(stage.translations.of(PAPER, "ja"))
    await asyncio.wait_for(translator.asked.wait(), PATIENCE_S)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    translator.go.set()
    assert (await stage.translations.of(PAPER, "ja")).verdict is Verdict.PASS
    assert len(translator.calls) == 1


async def test_a_failed_one_is_tried_once_more(
    stage: TranslationsStage, translator: ScriptedTranslator
) -> None:
    translator.wrong = [WRONG]
    assert (await stage.translations.of(PAPER, "ja")).verdict is Verdict.PASS
    # Only what failed is asked for again, with what was found.
    assert [asked for asked, _ in translator.calls] == [
        [PAPER.title, "Cats sleep.", "We count 12 of them."],
        ["We count 12 of them."],
    ]
    assert translator.remarks[0] == ()
    assert {one.severity for one in translator.remarks[1]} == {Severity.MAJOR}
    assert translator.contexts == ["", f"{PAPER.title}\nCats sleep.\nWe count 12 of them."]


async def test_one_that_fails_twice_is_kept_as_failed_until_asked_for_again(
    stage: TranslationsStage, translator: ScriptedTranslator
) -> None:
    translator.wrong = [WRONG, WRONG]
    failed = await stage.translations.of(PAPER, "ja")
    assert failed.verdict is Verdict.FAIL
    assert {one.severity for one in failed.findings} == {Severity.MAJOR}
    assert await stage.translations.of(PAPER, "ja") == failed
    assert len(translator.calls) == 2
    good = await stage.translations.of(PAPER, "ja", again=True)
    assert good.verdict is Verdict.PASS
    assert await stage.translations.of(PAPER, "ja") == good
    # What is good is not made once more.
    assert await stage.translations.of(PAPER, "ja", again=True) == good
    assert len(translator.calls) == 3


async def test_errors_come_to_who_asked_and_nothing_is_kept(
    stage: TranslationsStage, translator: ScriptedTranslator
) -> None:
    translator.error = SourceUnavailable("scripted", "refused", status=503)
    with pytest.raises(SourceUnavailable):
        await stage.translations.of(PAPER, "ja")
    translator.error = None
    assert (await stage.translations.of(PAPER, "ja")).verdict is Verdict.PASS


async def test_an_answer_of_another_length_is_garbled(tmp_path: Path) -> None:
    class Short(ScriptedTranslator):
        async def translate(self, *args: object, **more: object) -> list[str]:
            return ["猫"]

    async with translating(tmp_path, Short()) as stage:
        with pytest.raises(SourceGarbled, match="1 translations of 3 sentences"):
            await stage.translations.of(PAPER, "ja")


async def test_a_servers_terms_are_its_own(
    stage: TranslationsStage, translator: ScriptedTranslator
) -> None:
    for term, translation in (("cats", "ネコ"), ("quark", "クォーク")):
        entry = GlossaryTerm("ja", term, translation)
        await stage.glossary.put(GUILD, entry, 1, NOW, limit=9)
    await stage.translations.of(PAPER, "ja")
    await stage.translations.of(PAPER, "ja", GUILD)
    await stage.translations.of(PAPER, "ja", GUILD + 1)
    await stage.translations.of(PAPER, "ja", GUILD)
    # Only terms that occur count, so servers without them share one translation.
    assert [glossary for _, glossary in translator.calls] == [{}, {"cats": "ネコ"}]
    await stage.translations.of(OTHER, "ja", GUILD)
    await stage.translations.of(OTHER, "ja")
    assert len(translator.calls) == 3


async def test_who_cannot_translate_says_so(tmp_path: Path) -> None:
    async with translating(tmp_path, None) as stage:
        with pytest.raises(NotSetUp, match="no translation service") as error:
            await stage.translations.of(PAPER, "ja")
        assert error.value.setting == "PAPERBOY_TRANSLATOR"
        assert await stage.translations.titles([PAPER], "ja", within=1) == {}
        assert stage.translations.languages() == []


async def test_a_language_that_is_not_offered(stage: TranslationsStage) -> None:
    with pytest.raises(NotSetUp, match="into German here"):
        await stage.translations.of(PAPER, "de")
    assert stage.translations.languages() == ["ja", "ko"]


async def test_titles_are_made_in_one_call_and_kept(
    stage: TranslationsStage, translator: ScriptedTranslator
) -> None:
    wanted = {(PAPER.id, 1): "猫の研究", (OTHER.id, 1): "犬の研究"}
    assert await stage.translations.titles([PAPER, OTHER], "ja", within=PATIENCE_S) == wanted
    assert await stage.translations.titles([PAPER, OTHER], "ja", within=PATIENCE_S) == wanted
    assert [asked for asked, _ in translator.calls] == [["A Study of Cats", "A Study of Dogs"]]
    # The rest is made without the title.
    assert (await stage.translations.of(PAPER, "ja")).title.target == "猫の研究"
    assert translator.calls[1][0] == ["Cats sleep.", "We count 12 of them."]
    assert await stage.translations.titles([PAPER], "ja", within=PATIENCE_S) == {
        (PAPER.id, 1): "猫の研究"
    }
    assert len(translator.calls) == 2


async def test_titles_that_are_slow_failing_or_wrong_are_left_out(
    stage: TranslationsStage, translator: ScriptedTranslator
) -> None:
    translator.known["A Study of Dogs"] = "A Study of 12 Dogs and many more animals of this kind"
    found = await stage.translations.titles([PAPER, OTHER], "ja", within=PATIENCE_S)
    assert found == {(PAPER.id, 1): "猫の研究"}
    # An abstract that fails does not take the title away.
    translator.wrong = [WRONG, WRONG]
    assert (await stage.translations.of(PAPER, "ja")).verdict is Verdict.FAIL
    found = await stage.translations.titles([PAPER], "ja", within=PATIENCE_S)
    assert found == {(PAPER.id, 1): "猫の研究"}
    translator.error = SourceUnavailable("scripted", "refused")
    assert await stage.translations.titles([PAPER], "ko", within=PATIENCE_S) == {}
    translator.error = None
    translator.go.clear()
    assert await stage.translations.titles([PAPER], "ko", within=0.01) == {}


async def test_closing_ends_what_hangs(
    stage: TranslationsStage, translator: ScriptedTranslator
) -> None:
    translator.go.clear()
    asking = asyncio.create_task(stage.translations.of(PAPER, "ja"))
    await asyncio.wait_for(translator.asked.wait(), PATIENCE_S)
    await stage.translations.titles([OTHER], "ja", within=0.01)
    await asyncio.wait_for(stage.translations.close(), PATIENCE_S)
    with pytest.raises(SourceUnavailable):
        await asyncio.wait_for(asking, PATIENCE_S)
