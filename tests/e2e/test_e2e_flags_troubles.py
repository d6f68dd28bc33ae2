"""Flags while a translation service or Discord is in trouble."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from commands_stage import CommandsStage, commands_stage
from reactions_stage import (
    JAPANESE,
    answering,
    flag_states,
    post_card,
    react,
    translations_by,
    unreact,
    until_state,
)
from structlog.testing import capture_logs

from bot.errors import BudgetSpent, SourceRefused, SourceUnavailable, StoreError
from bot.models import Finding
from sandbox.discord.faults import Fault
from sandbox.discord.sightings import SeenMessage

_MESSAGES = r"/channels/\d+/messages$"
_MESSAGE = r"/channels/\d+/messages/\d+$"
_INVALID: dict[str, Any] = {"code": 50035, "message": "Invalid Form Body", "errors": {}}


class Service:
    """A translation service that fails `failures` times, with `error`, before it works."""

    name = "service"
    label = ""
    paid = False

    def __init__(self, failures: int, error: Exception) -> None:
        self.failures = failures
        self.error = error

    def offers(self, language: str) -> bool:
        return language in {"ja", "de"}

    async def translate(
        self,
        sentences: Sequence[str],
        language: str,
        *,
        glossary: Mapping[str, str],
        context: str = "",
        remarks: Sequence[Finding] = (),
    ) -> list[str]:
        if self.failures > 0:
            self.failures -= 1
            raise self.error
        return [JAPANESE[sentence] for sentence in sentences]

    async def aclose(self) -> None:
        """Nothing is open."""


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[CommandsStage]:
    async with commands_stage(tmp_path, bookmark_hint="false") as made:
        yield made


@asynccontextmanager
async def _served(stage: CommandsStage, service: Service) -> AsyncGenerator[None]:
    translations = translations_by(stage, service)
    async with answering(stage, translations):
        yield
    await translations.close()


async def _put_off(stage: CommandsStage, times: int) -> None:
    """Return when the answer was put off so often."""
    far = stage.clock.now() + timedelta(days=2)
    while [answer.attempts for answer in await stage.core.flags.due(far, busy=(), limit=1)] != [
        times
    ]:
        pass  # a query of the database each time


async def _answer(stage: CommandsStage, card: SeenMessage) -> SeenMessage:
    """The one answer in a card's thread."""
    seen = await stage.reader.read(card.id)
    (answer,) = [message for message in seen if message.raw["type"] != 21]
    return answer


async def test_a_service_that_fails_twice_is_waited_for(stage: CommandsStage) -> None:
    _, card = await post_card(stage)
    async with _served(stage, Service(2, SourceUnavailable("service", "busy"))):
        await react(stage, card, "🇯🇵")
        for tries in (1, 2):
            await _put_off(stage, tries)
            stage.clock.advance(timedelta(seconds=30))
        await until_state(stage, "ja", "answered")
    assert "猫は眠る。" in (await _answer(stage, card)).text


async def test_a_service_that_stays_away_is_told_of_and_asked_again_later(
    stage: CommandsStage,
) -> None:
    _, card = await post_card(stage)
    service = Service(3, SourceUnavailable("service", "busy"))
    async with _served(stage, service):
        await react(stage, card, "🇯🇵")
        for tries in (1, 2):
            await _put_off(stage, tries)
            stage.clock.advance(timedelta(seconds=30))
        await until_state(stage, "ja", "told")
        told = await _answer(stage, card)
        assert "猫は眠る。" not in told.text
        stage.world.reactions.remove(stage.reader_id, stage.channel_id, card.id, "🇯🇵")
        await react(stage, card, "🇯🇵")
        await until_state(stage, "ja", "answered")
    answer = await _answer(stage, card)
    assert answer.id == told.id
    assert "猫は眠る。" in answer.text


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (SourceRefused("service", "wrong key", status=403), "does not serve me just now"),
        (BudgetSpent("Today's budget is used up."), "Today's budget is used up."),
    ],
)
async def test_what_waiting_does_not_help_is_told_at_once(
    stage: CommandsStage, error: Exception, sentence: str
) -> None:
    _, card = await post_card(stage)
    async with _served(stage, Service(1, error)):
        await react(stage, card, "🇩🇪")
        await until_state(stage, "de", "told")
    said = (await _answer(stage, card)).text
    assert sentence in said
    assert "403" not in said


async def test_a_bug_is_logged_with_an_incident_and_given_up_in_the_end(
    stage: CommandsStage,
) -> None:
    _, card = await post_card(stage)
    with capture_logs() as logs:
        async with _served(stage, Service(100, RuntimeError("a bug"))):
            await react(stage, card, "🇯🇵")
            for tries in range(1, 5):
                await _put_off(stage, tries)
                stage.clock.advance(timedelta(hours=1))
            await until_state(stage, "ja", "failed")
    failed = [entry for entry in logs if entry["event"] == "flag_failed"]
    assert len(failed) == 5
    assert all("incident" in entry for entry in failed)


async def test_other_flags_are_answered_meanwhile(stage: CommandsStage) -> None:
    _, card = await post_card(stage)
    stage.discord.faults.add(Fault(_MESSAGES, "POST", status=503, body={"message": "busy"}))
    async with _served(stage, Service(0, RuntimeError())):
        await react(stage, card, "🇯🇵")
        await _put_off(stage, 1)
        await react(stage, card, "🇩🇪")
        await until_state(stage, "de", "told")
        assert (await flag_states(stage))["ja"] == "pending"
        stage.clock.advance(timedelta(seconds=5))
        await until_state(stage, "ja", "answered")


async def test_a_translation_that_discord_refuses_becomes_a_way_to_it(
    stage: CommandsStage,
) -> None:
    _, card = await post_card(stage)
    stage.discord.faults.add(Fault(_MESSAGES, "POST", status=400, body=_INVALID))
    async with _served(stage, Service(0, RuntimeError())):
        await react(stage, card, "🇯🇵")
        await until_state(stage, "ja", "answered")
    answer = await _answer(stage, card)
    assert "猫は眠る。" not in answer.text
    assert answer.custom_ids[0].startswith("pb1:trp:2606.00001v1:ja:")


async def _told(stage: CommandsStage, card: SeenMessage) -> SeenMessage:
    """The sentence that a flag got which no service answers; the flag is off again."""
    async with answering(stage):
        await react(stage, card, "🇯🇵")
        await until_state(stage, "ja", "told")
    await unreact(stage, card, "🇯🇵")
    return await _answer(stage, card)


async def test_a_change_that_discord_refuses_leaves_one_message_with_a_way_to_it(
    stage: CommandsStage,
) -> None:
    _, card = await post_card(stage)
    told = await _told(stage, card)
    stage.discord.faults.add(Fault(_MESSAGE, "PATCH", status=400, body=_INVALID))
    async with _served(stage, Service(0, RuntimeError())):
        await react(stage, card, "🇯🇵")
        await until_state(stage, "ja", "answered")
    answer = await _answer(stage, card)
    assert answer.id == told.id
    assert answer.text != told.text
    assert "猫は眠る。" not in answer.text
    assert answer.custom_ids[0].startswith("pb1:trp:2606.00001v1:ja:")


async def test_a_change_that_is_forbidden_for_a_while_makes_no_second_message(
    stage: CommandsStage,
) -> None:
    _, card = await post_card(stage)
    told = await _told(stage, card)
    forbidden = {"code": 50001, "message": "Missing Access"}
    stage.discord.faults.add(Fault(_MESSAGE, "PATCH", status=403, body=forbidden))
    async with _served(stage, Service(0, RuntimeError())):
        await react(stage, card, "🇯🇵")
        await until_state(stage, "ja", "failed")
        await unreact(stage, card, "🇯🇵")
        await react(stage, card, "🇯🇵")
        await until_state(stage, "ja", "answered")
    answer = await _answer(stage, card)
    assert answer.id == told.id
    assert "猫は眠る。" in answer.text


async def test_an_answer_whose_thread_was_deleted_comes_anew(stage: CommandsStage) -> None:
    _, card = await post_card(stage)
    await _told(stage, card)
    hearing = stage.client.wait_for("raw_thread_delete", timeout=10)
    stage.world.rooms.delete(card.id)
    await hearing
    async with _served(stage, Service(0, RuntimeError())):
        await react(stage, card, "🇯🇵")
        await until_state(stage, "ja", "answered")
    # A message gets no second thread.
    answer = (await stage.reader.read(stage.channel_id))[-1]
    assert "猫は眠る。" in answer.text
    assert answer.reply_to == card.id


async def test_a_damaged_database_is_not_the_flags_fault(
    stage: CommandsStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, card = await post_card(stage)
    looked = asyncio.Event()

    async def damaged(*_: object) -> None:
        looked.set()
        raise StoreError("The database is damaged")

    with monkeypatch.context() as patched, capture_logs() as logs:
        patched.setattr(stage.core.papers, "get", damaged)
        async with _served(stage, Service(0, RuntimeError())):
            await react(stage, card, "🇯🇵")
            await asyncio.wait_for(looked.wait(), 10)
            await react(stage, card, "🇩🇪")
        assert {entry["event"] for entry in logs if "flag" in entry["event"]} == {"flag_not_noted"}
    answers = await stage.core.flags.due(stage.clock.now(), busy=(), limit=9)
    assert [(answer.language, answer.attempts) for answer in answers] == [("ja", 0), ("de", 0)]
