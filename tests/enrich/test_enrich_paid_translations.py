"""Translations that cost money: within the budget, nothing twice, and the good part is kept."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from translate_samples import PAPER, ScriptedTranslator, TranslationsStage, translating

from bot.enrich.budget import Amount
from bot.errors import BudgetSpent, SourceRefused, SourceUnavailable
from bot.models import Severity, Verdict
from bot.store.spending import SpendingStore

COUNTED = "We count 12 of them."
WRONG = {COUNTED: "21匹を数える。"}
WHOLE = [PAPER.title, "Cats sleep.", COUNTED]
CHARACTERS = sum(map(len, WHOLE))


@pytest.fixture
def translator() -> ScriptedTranslator:
    return ScriptedTranslator(paid=True)


@pytest.fixture
async def stage(tmp_path: Path, translator: ScriptedTranslator) -> AsyncIterator[TranslationsStage]:
    async with translating(tmp_path, translator) as made:
        yield made


def _asked(translator: ScriptedTranslator) -> list[list[str]]:
    return [texts for texts, _ in translator.calls]


async def test_the_budget_is_asked_before_the_provider(
    tmp_path: Path, translator: ScriptedTranslator
) -> None:
    # Half of it is kept for digests.
    async with translating(tmp_path, translator, limit=Amount(2 * CHARACTERS - 2)) as stage:
        with pytest.raises(BudgetSpent, match="kept for digests"):
            await stage.translations.of(PAPER, "ja")
        assert translator.calls == []
        stage.clock.advance(timedelta(days=1))
    async with translating(tmp_path, translator, limit=Amount(2 * CHARACTERS)) as stage:
        assert (await stage.translations.of(PAPER, "ja")).verdict is Verdict.PASS
        assert (await stage.translations.of(PAPER, "ja")).verdict is Verdict.PASS
        (spent,) = await SpendingStore(stage.database).since(stage.clock.now().date())
        assert (spent.requests, spent.usage.characters) == (1, CHARACTERS)


async def test_the_good_sentences_are_kept_when_somebody_tries_again(
    stage: TranslationsStage, translator: ScriptedTranslator
) -> None:
    translator.wrong = [WRONG, WRONG]
    failed = await stage.translations.of(PAPER, "ja")
    assert failed.verdict is Verdict.FAIL
    assert _asked(translator) == [WHOLE, [COUNTED]]
    assert (await stage.translations.of(PAPER, "ja", again=True)).verdict is Verdict.PASS
    assert _asked(translator)[2:] == [[COUNTED]]
    assert {one.severity for one in translator.remarks[2]} == {Severity.MAJOR}


async def test_nobody_can_try_again_for_ever(
    stage: TranslationsStage, translator: ScriptedTranslator
) -> None:
    translator.wrong = [WRONG] * 50
    for _ in range(6):
        failed = await stage.translations.of(PAPER, "ja", again=True)
        assert failed.verdict is Verdict.FAIL
    # The first two tries, and three more that somebody asked for.
    assert len(translator.calls) == 5
    stage.clock.advance(timedelta(days=1))
    await stage.translations.of(PAPER, "ja", again=True)
    assert len(translator.calls) == 6


async def test_what_the_first_try_gave_is_kept_if_the_second_cannot_be_made(
    stage: TranslationsStage, translator: ScriptedTranslator, monkeypatch: pytest.MonkeyPatch
) -> None:
    translator.wrong = [WRONG]
    translate = translator.translate

    async def once(*args: object, **more: object) -> list[str]:
        if translator.calls:
            raise SourceUnavailable("scripted", "the connection is gone")
        return await translate(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(translator, "translate", once)
    failed = await stage.translations.of(PAPER, "ja")
    assert failed.verdict is Verdict.FAIL
    assert await stage.translations.of(PAPER, "ja") == failed
    assert _asked(translator) == [WHOLE]


async def test_a_document_that_fails_as_a_whole_is_asked_for_as_a_whole(
    stage: TranslationsStage, translator: ScriptedTranslator
) -> None:
    translator.known = {}
    failed = await stage.translations.of(PAPER, "ja")
    assert failed.verdict is Verdict.FAIL
    assert _asked(translator) == [WHOLE, WHOLE]


async def test_a_refused_key_is_told_and_left_alone(
    stage: TranslationsStage, translator: ScriptedTranslator
) -> None:
    translator.error = SourceRefused("scripted", "no credit", status=402)
    for _ in range(3):
        with pytest.raises(SourceRefused):
            await stage.translations.of(PAPER, "ja")
    assert len(translator.calls) == 1
    translator.error = None
    stage.clock.advance(timedelta(minutes=15))
    assert (await stage.translations.of(PAPER, "ja")).verdict is Verdict.PASS
