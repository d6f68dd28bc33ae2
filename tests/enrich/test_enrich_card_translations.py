"""Titles and extracted summaries in other languages: one call, checked text by text, kept."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from reader_first import reader_first
from translate_samples import (
    GUILD,
    NOW,
    OTHER,
    PAPER,
    ScriptedTranslator,
    TranslationsStage,
    translating,
)

from bot.enrich.budget import Amount
from bot.errors import AnswerLost, SourceGarbled, SourceRefused, SourceUnavailable
from bot.models import Paper, Purpose, Role, Summary, SummaryText, Takeaway
from bot.store.glossary import GlossaryTerm

PATIENCE_S = 10.0
COUNTED = "We count 12 of them."
MADE = Summary(
    PAPER.id,
    1,
    "en",
    "extractive",
    SummaryText("Cats sleep.", 0, (Takeaway(COUNTED, Role.RESULT, 1),)),
)
OTHERS = Summary(OTHER.id, 1, "en", "extractive", SummaryText("Dogs run.", 0, ()))
BOTH = [(PAPER, MADE), (OTHER, OTHERS)]
KEYS = (PAPER.id, 1), (OTHER.id, 1)


@pytest.fixture
def translator() -> ScriptedTranslator:
    return ScriptedTranslator(paid=True)


@pytest.fixture
async def stage(tmp_path: Path, translator: ScriptedTranslator) -> AsyncIterator[TranslationsStage]:
    async with translating(tmp_path, translator) as made:
        yield made


async def _summaries(
    stage: TranslationsStage,
    made: list[tuple[Paper, Summary]] | None = None,
    language: str = "ja",
    guild_id: int | None = None,
    *,
    begin: bool = True,
) -> dict[tuple[str, int], Summary]:
    """Those that are translated; the others say that they are not."""
    found = await stage.translations.summaries(
        BOTH if made is None else made,
        language,
        guild_id,
        within=PATIENCE_S,
        purpose=Purpose.DIGEST,
        begin=begin,
    )
    stayed = [one for one in found.values() if one.language == "en"]
    assert all(one.untranslated for one in stayed)
    return {version: one for version, one in found.items() if one.language == language}


async def test_titles_and_texts_of_several_papers_are_one_call(
    stage: TranslationsStage, translator: ScriptedTranslator
) -> None:
    found = await _summaries(stage)
    assert found[KEYS[0]] == replace(
        MADE,
        language="ja",
        translator="scripted",
        text=SummaryText("猫は眠る。", 0, (Takeaway("12匹を数える。", Role.RESULT, 1),)),
    )
    assert found[KEYS[1]].text.tldr == "犬は走る。"
    assert [asked for asked, _ in translator.calls] == [
        [PAPER.title, "Cats sleep.", COUNTED, OTHER.title, "Dogs run."]
    ]
    # Kept: neither they nor their titles are asked for again.
    assert await _summaries(stage) == found
    titles = await stage.translations.titles([PAPER, OTHER], "ja", within=PATIENCE_S)
    assert titles == {KEYS[0]: "猫の研究", KEYS[1]: "犬の研究"}
    assert len(translator.calls) == 1
    book = await stage.budget.state()
    assert book.used == Amount(sum(map(len, translator.calls[0][0])), 0)


async def test_a_text_that_fails_is_tried_once_more_and_then_stays_in_english(
    stage: TranslationsStage, translator: ScriptedTranslator
) -> None:
    translator.wrong = [{COUNTED: "21匹を数える。"}, {COUNTED: "13匹を数える。"}]
    found = await _summaries(stage, [(PAPER, MADE)])
    assert found[KEYS[0]].text.tldr == "猫は眠る。"
    assert found[KEYS[0]].text.takeaways[0].text == COUNTED
    assert found[KEYS[0]].untranslated
    assert [asked for asked, _ in translator.calls][1:] == [[COUNTED]]
    assert translator.remarks[1]
    assert translator.contexts[0] == PAPER.abstract
    # What failed twice is not paid for a third time.
    assert await _summaries(stage, [(PAPER, MADE)]) == found
    assert len(translator.calls) == 2


async def test_the_second_try_may_be_right(
    stage: TranslationsStage, translator: ScriptedTranslator
) -> None:
    translator.wrong = [{COUNTED: "21匹を数える。"}]
    found = await _summaries(stage, [(PAPER, MADE)])
    assert found[KEYS[0]].text.takeaways[0].text == "12匹を数える。"
    assert not found[KEYS[0]].untranslated


async def test_a_second_try_that_cannot_be_made_keeps_what_is_good(
    tmp_path: Path, translator: ScriptedTranslator
) -> None:
    first = sum(map(len, [PAPER.title, "Cats sleep.", COUNTED]))
    async with translating(tmp_path, translator, limit=Amount(first + 5)) as stage:
        translator.wrong = [{COUNTED: "21匹を数える。"}]
        found = await _summaries(stage, [(PAPER, MADE)])
        assert found[KEYS[0]].text.tldr == "猫は眠る。"
        assert found[KEYS[0]].text.takeaways[0].text == COUNTED
        assert len(translator.calls) == 1


async def test_a_budget_that_is_spent_leaves_them_in_english_and_digests_come_first(
    tmp_path: Path, translator: ScriptedTranslator
) -> None:
    async with translating(tmp_path, translator, limit=Amount(102)) as stage:
        titles = await stage.translations.titles([PAPER], "ja", within=PATIENCE_S)
        assert titles == {KEYS[0]: "猫の研究"}
        # Half is kept for digests, so readers have 36 characters left.
        reader = await stage.translations.summaries([(PAPER, MADE)], "ja", within=PATIENCE_S)
        assert reader == {KEYS[0]: reader[KEYS[0]]}
        refused = await stage.translations.summaries([(OTHER, OTHERS)], "ja", within=1.0)
        assert refused == {KEYS[1]: replace(OTHERS, untranslated=True)}
        assert len(await _summaries(stage, [(OTHER, OTHERS)])) == 1
        assert len(await _summaries(stage, [(PAPER, replace(MADE, provider="new"))])) == 1
        assert len(translator.calls) == 4
        assert await _summaries(stage, language="ko") == {}
        assert len(translator.calls) == 4


async def test_what_is_under_way_is_shared_and_goes_on_when_nobody_waits(
    stage: TranslationsStage, translator: ScriptedTranslator
) -> None:
    translator.go.clear()
    impatient = await stage.translations.summaries(BOTH, "ja", within=0.01, purpose=Purpose.DIGEST)
    assert {one.language for one in impatient.values()} == {"en"}
    asking = [asyncio.create_task(_summaries(stage)) for _ in range(5)]
    joining = asyncio.create_task(_summaries(stage, begin=False))
    titles = asyncio.create_task(stage.translations.titles([PAPER], "ja", within=PATIENCE_S))
    await asyncio.wait_for(translator.asked.wait(), PATIENCE_S)
    translator.go.set()
    done = await asyncio.wait_for(asyncio.gather(*asking, joining), PATIENCE_S)
    assert all(found.keys() == set(KEYS) for found in done)
    assert await titles == {KEYS[0]: "猫の研究"}
    assert len(translator.calls) == 1


async def test_without_begin_nothing_new_is_asked(
    stage: TranslationsStage, translator: ScriptedTranslator
) -> None:
    assert await _summaries(stage, begin=False) == {}
    assert translator.calls == []
    made = await _summaries(stage)
    assert await _summaries(stage, begin=False) == made


async def test_a_servers_terms_are_applied_and_kept_apart(
    stage: TranslationsStage, translator: ScriptedTranslator
) -> None:
    await stage.glossary.put(GUILD, GlossaryTerm("ja", "cats", "ネコ"), 1, NOW, limit=9)
    await _summaries(stage, guild_id=GUILD)
    # The papers do not share their terms, so they are two calls.
    assert sorted(len(glossary) for _, glossary in translator.calls) == [0, 1]
    await _summaries(stage)
    assert [asked for asked, _ in translator.calls[2:]] == [[PAPER.title, "Cats sleep.", COUNTED]]
    assert translator.calls[2][1] == {}


async def test_a_refused_key_is_not_hammered(
    stage: TranslationsStage, translator: ScriptedTranslator
) -> None:
    translator.error = SourceRefused("scripted", "wrong key", status=403)
    for _ in range(3):
        assert await _summaries(stage) == {}
        with pytest.raises(SourceRefused):
            await stage.translations.of(PAPER, "ja")
    assert len(translator.calls) == 1
    assert stage.translations.trouble is not None
    assert stage.translations.trouble.refused
    translator.error = None
    stage.clock.advance(timedelta(minutes=15))
    assert len(await _summaries(stage)) == 2
    assert stage.translations.trouble is None


async def test_a_dead_endpoint_slows_no_digest_but_who_asks_by_name_gets_through(
    stage: TranslationsStage, translator: ScriptedTranslator
) -> None:
    translator.error = SourceUnavailable("scripted", "no connection")
    for _ in range(3):
        assert await _summaries(stage) == {}
    assert len(translator.calls) == 1
    with pytest.raises(SourceUnavailable):
        await stage.translations.of(PAPER, "ja")
    assert len(translator.calls) == 2


async def test_an_answer_of_nonsense_is_paid_for_twice_at_most(
    stage: TranslationsStage, translator: ScriptedTranslator
) -> None:
    translator.error = SourceGarbled("scripted", "nonsense")
    for _ in range(4):
        assert await _summaries(stage) == {}
    assert len(translator.calls) == 2


async def test_a_title_that_a_paid_provider_does_not_give_is_not_asked_for_again(
    stage: TranslationsStage, translator: ScriptedTranslator
) -> None:
    del translator.known[PAPER.title]
    for _ in range(2):
        assert await stage.translations.titles([PAPER], "ja", within=PATIENCE_S) == {}
    assert len(translator.calls) == 1


async def test_another_extraction_is_translated_anew(
    stage: TranslationsStage, translator: ScriptedTranslator
) -> None:
    await _summaries(stage, [(PAPER, MADE)])
    other = replace(MADE, text=SummaryText(COUNTED, 1, ()))
    found = await _summaries(stage, [(PAPER, other)])
    assert found[KEYS[0]].text.tldr == "12匹を数える。"
    assert [asked for asked, _ in translator.calls[1:]] == [[COUNTED]]


async def test_an_abstract_in_another_language_is_left_alone(
    stage: TranslationsStage, translator: ScriptedTranslator
) -> None:
    german = replace(
        PAPER,
        abstract="Wir zählen die Katzen der Stadt und finden, dass es zwölf sind. Sie schlafen "
        "viel, und zwar am liebsten dort, wo die Sonne scheint und niemand sie stört.",
    )
    assert await _summaries(stage, [(german, MADE)]) == {}
    assert translator.calls == []


async def test_what_is_left_of_a_budget_does_for_some_papers(
    tmp_path: Path, translator: ScriptedTranslator
) -> None:
    one = sum(map(len, (OTHER.title, "Dogs run.")))
    async with translating(tmp_path, translator, limit=Amount(one)) as stage:
        assert list(await _summaries(stage)) == [KEYS[1]]
        assert [asked for asked, _ in translator.calls] == [[OTHER.title, "Dogs run."]]


async def test_a_digest_gets_what_the_budget_refused_a_reader_at_the_same_time(
    tmp_path: Path, translator: ScriptedTranslator, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Half is kept for digests, which is too little left for this reader.
    limit = Amount(80)
    async with translating(tmp_path, translator, limit=limit) as stage, asyncio.timeout(PATIENCE_S):
        ofs = [
            stage.translations.summaries([(PAPER, MADE)], "ja", within=PATIENCE_S, purpose=purpose)
            for purpose in (Purpose.READER, Purpose.DIGEST)
        ]
        reader, digest = await reader_first(monkeypatch, stage.budget, *ofs)
        assert (reader[KEYS[0]].language, digest[KEYS[0]].language) == ("en", "ja")
        assert len(translator.calls) == 1


async def test_answers_that_were_lost_may_have_been_paid_for(
    stage: TranslationsStage, translator: ScriptedTranslator
) -> None:
    translator.error = AnswerLost("scripted", "cut")
    for _ in range(4):
        assert await _summaries(stage) == {}
        stage.clock.set(stage.clock.now() + timedelta(hours=1))
    assert len(translator.calls) == 2
