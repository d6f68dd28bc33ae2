"""`/translate` and the buttons of a translation, as a reader meets them."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from commands_stage import SECOND_DAY, CommandsStage, commands_stage
from sqlalchemy import update
from translate_stage import ABOUT, CHINESE, JAPANESE, PAPER, store_papers, write_memory

from bot.enrich.translate.calls import TranslatorCalls
from bot.errors import SourceUnavailable
from bot.models import AnnounceType, BatchSource, FeedEntry, Finding
from bot.store.schema import subscriptions
from bot.ui import custom_ids
from bot.ui.custom_ids import TRANSLATION
from sandbox.discord.sightings import SeenMessage


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[CommandsStage]:
    memory = await asyncio.to_thread(write_memory, tmp_path / "memory")
    async with commands_stage(tmp_path / "data", translation_memory=str(memory)) as made:
        await store_papers(made)
        yield made


@pytest.fixture
async def bare(tmp_path: Path) -> AsyncIterator[CommandsStage]:
    """Without a provider."""
    async with commands_stage(tmp_path) as made:
        await store_papers(made)
        yield made


async def _translate(stage: CommandsStage, **options: object) -> SeenMessage:
    return await stage.run("translate", by=stage.reader, options={"ref": PAPER.id, **options})


async def test_sentence_by_sentence_beside_the_original(stage: CommandsStage) -> None:
    said = await _translate(stage, language="ja")
    assert "O(n²) 回の比較による疎な検索" in said.text
    assert f"](https://arxiv.org/abs/{PAPER.versioned_id})" in said.text
    assert "70%高速になる。\n-# It is 70% faster." in said.text
    assert "Into Japanese by translation memory" in said.text
    assert f"<t:{int(stage.clock.now().timestamp())}:D>" in said.text
    assert "passed my checks" in said.text
    assert ABOUT in said.text
    assert said.buttons == ["Both", "Translation", "Original", "PDF", "arXiv"]
    assert [seen for seen in await stage.admin.read(stage.channel_id) if seen.ephemeral] == []


async def test_a_button_switches_what_is_shown_also_after_a_restart(stage: CommandsStage) -> None:
    both = await _translate(stage, language="Japanese")
    only = await stage.press(both, "Translation", by=stage.reader)
    assert only.id == both.id
    assert "大規模言語モデルを用いた検索は遅い。30億パラメータ" in only.text
    assert "Retrieval with large" not in only.text
    await stage.stop()
    await stage.start()
    original = await stage.press(only, "Original", by=stage.reader)
    assert "is slow. We train a 3B model" in original.text
    assert "検索" not in original.text
    again = await stage.press(original, "Both", by=stage.reader)
    assert "70%高速になる。\n-# It is 70% faster." in again.text


async def test_a_gap_is_shown_in_the_original_and_marked(stage: CommandsStage) -> None:
    stored = {"2606.00044": "It is 70% faster. Nobody has translated this sentence yet."}
    for paper_id, abstract in stored.items():
        paper = type(PAPER)(paper_id, 1, PAPER.title, abstract, (), ("cs.IR",), "cs.IR")
        await stage.core.papers.enrich([paper], stage.clock.now())
    said = await stage.run("translate", by=stage.reader, ref="2606.00044", language="ja")
    assert "70%高速になる。" in said.text
    assert "⚠️ Nobody has translated this sentence yet." in said.text
    assert "A sentence was not translated; it is shown in the original." in said.text
    assert "passed my checks" not in said.text


async def test_what_fails_the_checks_is_never_shown(stage: CommandsStage) -> None:
    said = await _translate(stage, language="zh-CN")
    assert "did not pass my checks" in said.text
    assert re.search(r"A number (is missing|was changed)\.", said.text)
    assert "We train a 3B model on 1,200 documents." in said.text
    assert not any(text in said.text for text in CHINESE.values())
    assert said.buttons == ["Try again", "PDF", "arXiv"]
    again = await stage.press(said, "Try again", by=stage.reader)
    assert again.id == said.id
    assert "did not pass my checks" in again.text


def _language_of(said: SeenMessage) -> set[str]:
    """The languages in the custom ids, which are the same whatever the bot speaks."""
    return {found["language"] for one in said.custom_ids if (found := TRANSLATION.fullmatch(one))}


async def test_the_language_is_the_persons_then_discords_then_the_channels(
    stage: CommandsStage,
) -> None:
    assert "in English already" in (await _translate(stage)).text
    await stage.subscribe()
    async with stage.core.database.write() as connection:
        await connection.execute(update(subscriptions).values(language="ja"))
    assert _language_of(await _translate(stage)) == {"ja"}
    await stage.reader.set_locale("zh-CN")
    assert _language_of(await _translate(stage)) == {"zh-CN"}
    await stage.run("language", by=stage.reader, language="ja")
    assert _language_of(await _translate(stage)) == {"ja"}
    # For once, the option counts before all of them.
    assert _language_of(await _translate(stage, language="zh-CN")) == {"zh-CN"}


async def test_language_shows_sets_and_forgets(stage: CommandsStage) -> None:
    shown = await stage.run("language", by=stage.reader)
    assert "You have chosen no language" in shown.text
    assert "**English**" in shown.text
    chosen = await stage.run("language", by=stage.reader, language="日本語")
    assert "You read papers in **日本語 · Japanese**." in chosen.text
    assert "cannot be translated" not in chosen.text
    unknown = await stage.run("language", by=stage.reader, language="fr")
    assert "You read papers in **Français · French**." in unknown.text
    assert "cannot be translated into it here" in unknown.text
    wrong = await stage.run("language", by=stage.reader, language="xx-klingon")
    assert "I do not know the language" in wrong.text
    assert await stage.core.services.readers.language(stage.reader_id) == "fr"
    offered = await stage.reader.autocomplete(
        "language", "language", "auto", channel=stage.channel_id
    )
    assert [choice["value"] for choice in offered] == ["automatic"]
    cleared = await stage.run("language", by=stage.reader, language="automatic")
    assert "You have chosen no language" in cleared.text
    assert await stage.core.services.readers.language(stage.reader_id) is None


async def test_the_cards_button_and_a_digest_in_the_channels_language(
    stage: CommandsStage,
) -> None:
    await stage.subscribe(max_papers=1)
    async with stage.core.database.write() as connection:
        await connection.execute(update(subscriptions).values(language="ja"))
    entries = [FeedEntry(PAPER, AnnounceType.NEW)]
    await stage.core.ledger_store.record(
        "cs.LG", SECOND_DAY, entries, now=stage.clock.now(), source=BatchSource.FEED
    )
    await stage.run("digest now")
    _, card = await stage.posts(2)
    assert "O(n²) 回の比較による疎な検索" in card.text
    button = custom_ids.translate(PAPER, "x")[: -len("x")]
    (pressed,) = [one for one in card.custom_ids if one.startswith(button)]
    outcome = await stage.reader.press(card, custom_id=pressed)
    assert outcome.message is not None
    assert outcome.ephemeral
    assert "70%高速になる。" in outcome.text


async def test_a_language_that_is_not_offered(stage: CommandsStage) -> None:
    said = await _translate(stage, language="German")
    assert "I cannot translate into German here." in said.text
    assert "Japanese or Simplified Chinese" in said.text


async def test_without_a_provider_everybody_reads_why_and_an_admin_what_to_set(
    bare: CommandsStage,
) -> None:
    said = await _translate(bare, language="ja")
    assert "no translation service is set up" in said.text
    assert "PAPERBOY_" not in said.text
    told = await bare.run("translate", by=bare.admin, ref=PAPER.id, language="ja")
    assert "`PAPERBOY_TRANSLATOR`" in told.text
    assert "`paperboy models add`" in told.text


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"language": "Klingon"}, "I do not know the language “Klingon”"),
        ({"language": "an"}, "may be several languages"),
        ({"language": "@everyone"}, "I do not know the language"),
        ({"ref": "2606.99999"}, "arXiv has no paper 2606.99999"),
    ],
)
async def test_what_cannot_be_translated(
    stage: CommandsStage, options: dict[str, str], sentence: str
) -> None:
    said = await _translate(stage, **{"language": "ja", **options})
    assert sentence in said.text


async def test_papers_and_languages_are_offered_while_typing(stage: CommandsStage) -> None:
    papers = await stage.reader.autocomplete(
        "translate", "ref", "sparse ret", channel=stage.channel_id
    )
    assert [choice["value"] for choice in papers] == [PAPER.id]
    languages = await stage.reader.autocomplete(
        "translate", "language", "日本", channel=stage.channel_id
    )
    assert languages == [{"name": "日本語 · Japanese", "value": "ja"}]


async def test_it_works_in_direct_messages(stage: CommandsStage) -> None:
    room = await stage.reader.open_dm(stage.application.id)
    said = await stage.run("translate", by=stage.reader, at=room, ref=PAPER.id, language="ja")
    assert "70%高速になる。" in said.text
    switched = await stage.press(said, "Translation", by=stage.reader)
    assert "70%高速になる。" in switched.text


class _Moody:
    """A provider that hangs until it is let go, or fails."""

    name = "moody"
    label = ""
    paid = False

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.fails = False
        self.calls = 0

    def offers(self, language: str) -> bool:
        return language == "ja"

    async def translate(
        self,
        sentences: Sequence[str],
        language: str,
        *,
        glossary: Mapping[str, str],
        context: str = "",
        remarks: Sequence[Finding] = (),
    ) -> list[str]:
        self.calls += 1
        if self.fails:
            raise SourceUnavailable(self.name, "refused", status=503)
        await self.go.wait()
        return [JAPANESE[sentence] for sentence in sentences]

    async def aclose(self) -> None:
        """Nothing is open."""


@pytest.fixture
async def moody(tmp_path: Path) -> AsyncIterator[tuple[CommandsStage, _Moody]]:
    async with commands_stage(tmp_path, reader_patience="0.3") as made:
        await store_papers(made)
        provider = _Moody()
        translations: Any = made.core.translations
        translations._calls = TranslatorCalls(provider, made.core.budget, made.clock)
        yield made, provider


async def test_a_slow_provider_is_named_and_the_wait_goes_on(
    moody: tuple[CommandsStage, _Moody],
) -> None:
    stage, provider = moody
    said = await _translate(stage, language="ja")
    assert "moody is slow just now" in said.text
    assert said.buttons == ["Try again"]
    provider.go.set()
    done = await stage.press(said, "Try again", by=stage.reader)
    assert done.id == said.id
    assert "70%高速になる。" in done.text
    assert provider.calls == 1


async def test_a_failing_provider_can_be_asked_again(
    moody: tuple[CommandsStage, _Moody],
) -> None:
    stage, provider = moody
    provider.fails = True
    said = await _translate(stage, language="ja")
    assert "moody did not answer as it should" in said.text
    provider.fails = False
    provider.go.set()
    done = await stage.press(said, "Try again", by=stage.reader)
    assert "70%高速になる。" in done.text
