"""The process dies at each step of answering a flag: the next one ends with one answer."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from commands_stage import PATIENCE_S, CommandsStage, commands_stage
from reactions_stage import (
    JAPANESE,
    answering,
    flag_states,
    post_card,
    react,
    translations_of,
    unreact,
    until_state,
    write_memory,
)

from bot.digest.pace import Pacer
from bot.enrich.translate.service import Translations
from bot.flags import FlagWorker
from bot.ui.flag_posts import FlagPosts
from bot.ui.sender import DiscordSender
from sandbox.discord.sightings import SeenMessage

_STEPS = ("open_thread", "placed", "send_translation", "posted")


class _Dying:
    """Stands before a part of the bot; its work stops for good before or after one call."""

    def __init__(self, part: object, call: str, *, after: bool) -> None:
        self._part = part
        self._call = call
        self._after = after
        self.died = asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._part, name)
        return self._die_at(real) if name == self._call else real

    def _die_at(self, real: Any) -> Any:
        async def die(*arguments: Any, **named: Any) -> None:
            if self._after:
                await real(*arguments, **named)
            self.died.set()
            await asyncio.Event().wait()

        return die


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[CommandsStage]:
    async with commands_stage(tmp_path / "data", bookmark_hint="false") as made:
        yield made


@pytest.fixture
async def translations(stage: CommandsStage, tmp_path: Path) -> AsyncIterator[Translations]:
    made = translations_of(stage, write_memory(tmp_path / "memory", ja=JAPANESE))
    yield made
    await made.close()


async def _die(stage: CommandsStage, translations: Translations, call: str, *, after: bool) -> None:
    """Work on what is asked for until a call, and no further."""
    sender = DiscordSender(stage.client, Pacer(1000), on_unauthorized=lambda: None)
    store: Any = _Dying(stage.core.flags, call, after=after)
    posts: Any = _Dying(FlagPosts(stage.client, sender), call, after=after)
    worker = FlagWorker(
        store=store,
        papers=stage.core.papers,
        translations=translations,
        sender=posts,
        clock=stage.clock,
        wake=stage.core.signals.flags,
    )
    task = asyncio.create_task(worker.run())
    died = [asyncio.create_task(part.died.wait()) for part in (store, posts)]
    done, _ = await asyncio.wait(died, timeout=PATIENCE_S, return_when=asyncio.FIRST_COMPLETED)
    for one in (task, *died):
        one.cancel()
    await asyncio.gather(task, *died, return_exceptions=True)
    assert done, f"{call} was never called"
    assert (await flag_states(stage))["ja"] == ("answered" if (call, after) == ("posted", True)
                                                else "pending")  # fmt: skip
    stage.clock.advance(timedelta(minutes=10))  # the nonce is forgotten by then


async def _only_answer(stage: CommandsStage, card: SeenMessage) -> SeenMessage:
    """The one message of the bot's besides header and card."""
    in_channel = await stage.reader.read(stage.channel_id)
    in_thread = await stage.reader.read(card.id) if in_channel[1].thread_id is not None else []
    (answer,) = [*in_channel[2:], *(message for message in in_thread if message.raw["type"] != 21)]
    return answer


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("call", _STEPS)
@pytest.mark.parametrize("locked", [False, True])
async def test_one_answer(
    stage: CommandsStage, translations: Translations, call: str, after: bool, locked: bool
) -> None:
    _, card = await post_card(stage)
    if locked:
        threads = stage.world.threads
        threads.from_message(stage.admin_id, stage.channel_id, card.id, {"name": "closed"})
        threads.update(stage.admin_id, card.id, {"locked": True})
    await react(stage, card, "🇯🇵")
    await _die(stage, translations, call, after=after and not (locked and call.startswith("send")))
    async with answering(stage, translations):
        await until_state(stage, "ja", "answered")
    answer = await _only_answer(stage, card)
    assert "猫は眠る。" in answer.text
    assert (answer.reply_to == card.id) is locked


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("call", ["edit_translation", "posted"])
async def test_one_answer_where_a_sentence_said_why_there_is_none(
    stage: CommandsStage, translations: Translations, call: str, after: bool
) -> None:
    _, card = await post_card(stage)
    async with answering(stage):
        await react(stage, card, "🇯🇵")
        await until_state(stage, "ja", "told")
    await unreact(stage, card, "🇯🇵")
    await react(stage, card, "🇯🇵")
    await _die(stage, translations, call, after=after)
    async with answering(stage, translations):
        await until_state(stage, "ja", "answered")
    assert "猫は眠る。" in (await _only_answer(stage, card)).text
