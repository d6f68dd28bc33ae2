"""Digests of channels in other languages, as readers see them: by every kind of provider."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from commands_stage import CommandsStage, commands_stage

import sandbox.arxiv
from bot.i18n import speaking, t
from sandbox.arxiv.faults import FaultRule
from sandbox.discord.sightings import SeenMessage
from sandbox.providers.chat import ChatSandbox
from sandbox.providers.chat_model import RuleModel

SAMPLE = Path(sandbox.arxiv.__file__).parent / "translations"
KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa]")
ENDPOINT = r"/chat/completions"


@pytest.fixture
async def memory(tmp_path: Path) -> AsyncIterator[CommandsStage]:
    """A bot that translates from the sample's translations."""
    async with commands_stage(tmp_path, translation_memory=str(SAMPLE)) as made:
        yield made


async def _digest(stage: CommandsStage, papers: int = 2) -> list[SeenMessage]:
    """The cards of a digest for a Japanese channel."""
    await stage.announce("cs.LG")
    await stage.subscribe(max_papers=papers, language="ja")
    await stage.run("digest now")
    _, *cards = await stage.posts(papers + 1)
    return cards


def _summary_of(card: SeenMessage) -> list[str]:
    """The TL;DR and the takeaways of a card."""
    return [line for line in card.text.splitlines() if line.startswith(("**", "- "))]


async def test_titles_and_summaries_are_in_the_channels_language(memory: CommandsStage) -> None:
    for card in await _digest(memory):
        assert re.search(r"^-# 🌐 .*[\u3041-\u30fa]", card.text, re.MULTILINE), card.text
        tldr, _, *takeaways = _summary_of(card)
        assert takeaways
        translated = [line for line in (tldr, *takeaways) if KANA.search(line.split("**")[-1])]
        assert len(translated) > len(takeaways) / 2, card.text
        assert "extractive" not in card.text


async def test_a_readers_card_is_in_their_language_and_lists_cost_nothing(
    tmp_path: Path,
) -> None:
    async with AsyncExitStack() as closing:
        server = await closing.enter_async_context(ChatSandbox(RuleModel(SAMPLE), key="sk-test"))
        stage = await closing.enter_async_context(
            commands_stage(
                tmp_path,
                summarizer="model",
                chat_url=f"{server.url}/v1",
                chat_model="tiny",
                chat_key="sk-test",
            )
        )
        await stage.announce("cs.LG")
        await stage.run("search", by=stage.reader, query="the")
        found = await stage.run("search", by=stage.reader, query="learning")
        paper = re.search(r"\d{4}\.\d{5}", found.text + " ".join(found.custom_ids))
        assert paper is not None
        await stage.run("related", by=stage.reader, ref=paper.group())
        await stage.run("why", paper=paper.group())
        await stage.run("status", by=stage.reader)
        await stage.subscribe()
        await stage.run("digest preview")
        assert server.asked == []
        await stage.run("language", by=stage.reader, language="ja")
        card = await stage.run("paper", by=stage.reader, ref=paper.group())
        assert "Summary by tiny" in card.text
        assert KANA.search(card.text)
        book = await stage.core.budget.state()
        assert book.requests == len(server.asked) == 2  # a summary and a title
        status = await stage.run("status", by=stage.reader)
        assert "Summaries: tiny" in status.text
        assert "Sent to paid services today" in status.text


async def test_a_model_writes_the_digests_summaries_in_the_language(tmp_path: Path) -> None:
    async with AsyncExitStack() as closing:
        server = await closing.enter_async_context(ChatSandbox(RuleModel(SAMPLE)))
        stage = await closing.enter_async_context(
            commands_stage(
                tmp_path, summarizer="model", chat_url=f"{server.url}/v1", chat_model="tiny"
            )
        )
        cards = await _digest(stage)
        assert all("tiny" in card.text for card in cards)
        for card in cards:
            assert re.search(r"^-# 🌐 .*[\u3041-\u30fa]", card.text, re.MULTILINE), card.text
            assert "$" not in card.text
        # Titles and summaries, second tries, and the texts of what failed: never one by one.
        assert len(server.asked) <= 5


async def test_a_budget_that_is_spent_is_told_on_the_cards_and_in_status(tmp_path: Path) -> None:
    async with AsyncExitStack() as closing:
        server = await closing.enter_async_context(ChatSandbox(RuleModel(SAMPLE), key="sk-test"))
        stage = await closing.enter_async_context(
            commands_stage(
                tmp_path,
                summarizer="model",
                chat_url=f"{server.url}/v1",
                chat_model="tiny",
                chat_key="sk-test",
                budget_characters="600",
            )
        )
        cards = await _digest(stage)
        assert all(_summary_of(card) for card in cards)
        why = _japanese("A model was to write it, but the day's budget was spent.")
        assert all(why in card.text for card in cards)
        status = await stage.run("status", by=stage.reader)
        assert re.search(r"Budget today: [\d,]+ of 600 characters", status.text)
        assert "It starts anew <t:" in status.text
        said = await stage.run("translate", by=stage.reader, ref=_paper(cards[0]), language="de")
        assert "budget for paid services" in said.text


async def test_a_refused_key_is_told_without_details_and_not_hammered(
    tmp_path: Path,
) -> None:
    async with AsyncExitStack() as closing:
        server = await closing.enter_async_context(ChatSandbox(RuleModel(SAMPLE), key="sk-other"))
        stage = await closing.enter_async_context(
            commands_stage(
                tmp_path,
                summarizer="model",
                chat_url=f"{server.url}/v1",
                chat_model="tiny",
                chat_key="sk-test",
            )
        )
        cards = await _digest(stage)
        why = _japanese("A model was to write it, but did not answer as it should.")
        assert all(why in card.text for card in cards)
        said = await stage.run("translate", by=stage.reader, ref=_paper(cards[0]), language="de")
        assert "does not serve me just now" in said.text
        assert "HTTP" not in said.text
        asked = len(server.asked)
        await stage.run("translate", by=stage.reader, ref=_paper(cards[1]), language="de")
        assert len(server.asked) == asked
        status = await stage.run("status", by=stage.reader)
        assert status.text.count("It stopped answering well <t:") == 2
        assert "401" not in status.text
        assert "sk-test" not in status.text


async def test_what_fails_the_checks_is_shown_as_failed_with_the_original(tmp_path: Path) -> None:
    async with AsyncExitStack() as closing:
        server = await closing.enter_async_context(ChatSandbox())
        stage = await closing.enter_async_context(
            commands_stage(tmp_path, chat_url=f"{server.url}/v1", chat_model="tiny")
        )
        cards = await _digest(stage)
        # This model answers in English: nothing of that is shown as Japanese.
        assert not any("🌐" in card.text.split("TL;DR")[0] for card in cards)
        said = await stage.run("translate", by=stage.reader, ref=_paper(cards[0]), language="ja")
        assert "did not pass my checks" in said.text
        assert "Try again" in said.buttons
        before = len(server.asked)
        for _ in range(5):
            said = await stage.press(said, "Try again", by=stage.reader)
        assert len(server.asked) - before == 3


def _japanese(sentence: str) -> str:
    """A sentence of the bot's as it stands in a Japanese channel."""
    with speaking("ja"):
        return t(sentence)


def _paper(card: SeenMessage) -> str:
    found = re.search(r"arxiv\.org/abs/(\d{4}\.\d{5})", card.text)
    assert found is not None
    return found[1]


async def test_a_hanging_model_holds_no_button_up(tmp_path: Path) -> None:
    async with AsyncExitStack() as closing:
        server = await closing.enter_async_context(ChatSandbox(RuleModel(SAMPLE)))
        stage = await closing.enter_async_context(
            commands_stage(
                tmp_path, summarizer="model", chat_url=f"{server.url}/v1", chat_model="tiny"
            )
        )
        await stage.announce("cs.LG")
        server.set_faults([FaultRule(ENDPOINT, times=None, hang=True)])
        found = await stage.run("search", by=stage.reader, query="learning")
        paper = re.search(r"\d{4}\.\d{5}", found.text + " ".join(found.custom_ids))
        assert paper is not None
        async with asyncio.timeout(5):
            card = await stage.run("paper", by=stage.reader, ref=paper.group())
        assert "did not answer in time" in card.text
        assert _summary_of(card)
