"""Short dialogs: who may press, what two presses do, what errors and time do."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from ui_dialogs import Counter
from ui_stage import EVENING, UiStage, staged

from bot.ui.sessions import LIFETIME, Sessions
from sandbox.clock import SandboxClock
from sandbox.discord.sightings import Outcome, SeenMessage


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[UiStage]:
    async with staged(tmp_path / "data", ("ui_dialogs",)) as made:
        yield made


async def _open(stage: UiStage) -> tuple[SeenMessage, Counter]:
    outcome = await stage.owner.run("dialog", channel=stage.channel_id)
    # The library loads an extension's module anew, so its classes are not those imported here.
    cog: Any = stage.client.get_cog("Dialogs")
    assert outcome.message is not None
    return outcome.message, cog.counter


async def _final(stage: UiStage, outcome: Outcome) -> str:
    done = await stage.owner.follow(
        outcome, lambda now: now.settled and (now.progress != "acknowledged" or bool(now.followups))
    )
    assert done.error is None
    return done.text


def _kept(stage: UiStage) -> tuple[int, int]:
    """How many views and forms the library has in memory; it tells nowhere else."""
    client: Any = stage.client
    store = client._connection._view_store
    return len(store._views), len(store._modals)


async def test_a_press_with_a_value_changes_the_message(stage: UiStage) -> None:
    message, counter = await _open(stage)
    outcome = await stage.owner.press(message, "Add")
    assert "Count 2" in await _final(stage, outcome)
    assert counter.count == 2


async def test_only_the_person_who_opened_it_may_press(stage: UiStage) -> None:
    message, counter = await _open(stage)
    outcome = await stage.reader.press(message, "Add")
    assert outcome.ephemeral
    assert outcome.text == "Only the person who opened this dialog can use it."
    assert counter.count == 0


async def test_a_second_press_meanwhile_does_nothing(stage: UiStage) -> None:
    message, counter = await _open(stage)
    slow = await stage.owner.press(message, "Slow")
    await asyncio.wait_for(counter.entered.wait(), 5)
    for _ in range(3):
        again = await stage.owner.press(message, "Slow")
        assert again.progress == "acknowledged"
    counter.gate.set()
    assert "Count 1" in await _final(stage, slow)
    assert counter.count == 1
    await stage.owner.press(message, "Add")
    assert counter.count == 3


async def test_what_is_wrong_is_told_in_the_dialog(stage: UiStage) -> None:
    message, _ = await _open(stage)
    text = await _final(stage, await stage.owner.press(message, "Bad"))
    assert "That was not good." in text
    assert "Count 0" in text


async def test_an_error_of_ours_gets_an_incident(stage: UiStage) -> None:
    message, counter = await _open(stage)
    text = await _final(stage, await stage.owner.press(message, "Broken"))
    assert "incident `" in text
    assert "Count 0" in text
    assert "secret" not in text
    counter.shows = False
    outcome = await stage.owner.press(message, "Broken")
    assert outcome.ephemeral
    assert "incident `" in outcome.text


async def test_a_form_gives_what_was_typed(stage: UiStage) -> None:
    message, _ = await _open(stage)
    opened = await stage.owner.press(message, "Form")
    assert opened.modal is not None
    assert "old" in str(opened.modal)
    done = await stage.owner.submit(opened, {"A word": "new", "A text": "long\nlines"})
    assert "new/long\nlines" in await _final(stage, done)


async def test_a_form_that_comes_too_late_changes_nothing(stage: UiStage) -> None:
    message, _ = await _open(stage)
    opened = await stage.owner.press(message, "Form")
    stage.sandbox.clock.advance(LIFETIME)
    late = await stage.owner.submit(opened, {"A word": "new"})
    assert late.text == "This dialog is over; nothing was changed."


async def test_the_library_keeps_one_form_at_most_and_no_views(stage: UiStage) -> None:
    message, counter = await _open(stage)
    for _ in range(5):
        await stage.owner.press(message, "Form")
    assert _kept(stage) == (0, 1)
    counter.session.close()
    assert _kept(stage) == (0, 0)


async def test_the_library_keeps_the_template_after_views_and_forms(stage: UiStage) -> None:
    message, _ = await _open(stage)
    await stage.owner.run("other", channel=stage.channel_id)
    opened = await stage.owner.press(message, "Form")
    await stage.owner.submit(opened, {"A word": "new"})
    assert "Count 2" in await _final(stage, await stage.owner.press(message, "Add"))


async def test_an_ended_dialog_says_how_to_begin_again(stage: UiStage) -> None:
    message, counter = await _open(stage)
    stage.sandbox.clock.advance(LIFETIME)
    outcome = await stage.owner.press(message, "Add")
    assert outcome.ephemeral
    assert outcome.text == "This dialog is over. Run `/dialog` to begin again."
    assert counter.count == 0
    fresh, counter = await _open(stage)
    await stage.owner.press(fresh, "Add")
    assert counter.count == 2


def test_sessions_are_bounded_and_the_oldest_goes_first() -> None:
    sessions = Sessions("test", "test", SandboxClock(EVENING), most=3)
    opened = [sessions.open(1) for _ in range(5)]
    assert len(sessions) == 3
    assert [sessions.find(session.token) for session in opened] == [None, None, *opened[2:]]
    assert opened[0].over


def test_expired_sessions_go_when_a_new_one_is_opened() -> None:
    clock = SandboxClock(EVENING)
    sessions = Sessions("test", "test", clock)
    old = sessions.open(1)
    clock.advance(LIFETIME - timedelta(seconds=5))
    assert sessions.find(old.token) is old
    clock.advance(timedelta(seconds=5))
    young = sessions.open(1)
    assert len(sessions) == 1
    assert sessions.find(old.token) is None
    assert sessions.find(young.token) is young


def test_custom_ids_are_short_and_belong_to_their_command() -> None:
    clock = SandboxClock(EVENING)
    session = Sessions("subscriptions", "subscriptions", clock).open(1)
    custom_id = session.custom_id("settings", "include")
    assert len(custom_id) <= 100
    pattern = Sessions("subscriptions", "", clock).item().__discord_ui_compiled_template__
    other = Sessions("subscribe", "", clock).item().__discord_ui_compiled_template__
    found = pattern.fullmatch(custom_id)
    assert found is not None
    assert found["token"] == session.token
    assert (found["action"], found["value"]) == ("settings", "include")
    assert other.fullmatch(custom_id) is None
