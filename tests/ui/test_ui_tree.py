"""What happens around every command: errors become sentences, nothing stays unanswered."""

import re

import discord
import pytest
from discord import app_commands
from structlog.testing import capture_logs
from ui_stage import UiStage

from bot.errors import BadInput, UserError
from bot.tree import told


async def test_a_command_is_logged_with_its_duration(commanded: UiStage) -> None:
    with capture_logs() as logs:
        outcome = await commanded.owner.run("ping", channel=commanded.channel_id)
    assert outcome.text == "pong"
    (line,) = [entry for entry in logs if entry["event"] == "command"]
    assert line["name"] == "ping"
    assert line["failed"] is False
    assert line["ms"] >= 0


async def test_a_users_error_is_its_sentence(commanded: UiStage) -> None:
    outcome = await commanded.owner.run("refuse", channel=commanded.channel_id)
    assert outcome.ephemeral
    assert "“cs.XX” is not an arXiv category." in outcome.text


async def test_an_error_in_a_check_is_answered_too(commanded: UiStage) -> None:
    outcome = await commanded.owner.run("checked", channel=commanded.channel_id)
    assert outcome.ephemeral
    assert "Manage Channels" in outcome.text


@pytest.mark.parametrize("command", ["broken", "late"])
async def test_a_bug_has_an_incident_id_in_the_log_and_in_the_answer(
    commanded: UiStage, command: str
) -> None:
    with capture_logs() as logs:
        outcome = await commanded.owner.run(command, channel=commanded.channel_id)
    assert outcome.ephemeral
    assert "secret" not in outcome.text
    incident = re.search(r"incident `(\w+)`", outcome.text)
    assert incident is not None
    (entry,) = [entry for entry in logs if entry.get("incident") == incident[1]]
    assert "secret" in str(entry["exc_info"])
    assert [e["failed"] for e in logs if e["event"] == "command"] == [True]


async def test_autocomplete_works_and_a_bug_in_it_offers_nothing(commanded: UiStage) -> None:
    channel = commanded.channel_id
    assert [
        c["value"]
        for c in await commanded.owner.autocomplete("choose", "what", "a", channel=channel)
    ] == ["a"]
    assert await commanded.owner.autocomplete("choose", "what", "bug", channel=channel) == []


async def test_a_command_that_is_no_longer_there(commanded: UiStage) -> None:
    commanded.client.tree.remove_command("ping")
    outcome = await commanded.owner.run("ping", channel=commanded.channel_id)
    assert outcome.ephemeral
    assert "This command has changed" in outcome.text


def test_the_librarys_errors_become_sentences() -> None:
    def sentence(error: Exception) -> str:
        shown = told(error)
        assert isinstance(shown, UserError)
        return shown.sentence

    assert "server only" in sentence(app_commands.NoPrivateMessage())
    lacking = app_commands.MissingPermissions(["manage_channels", "manage_guild"])
    assert "Manage Channels, Manage Server" in sentence(lacking)
    bot = app_commands.BotMissingPermissions(["send_messages"])
    assert "Send Messages" in sentence(bot)
    assert "cannot use" in sentence(app_commands.CheckFailure())
    wait = app_commands.CommandOnCooldown(app_commands.Cooldown(1, 9.0), 4.2)
    assert "5 s" in sentence(wait)  # not too early


def test_a_transformers_error_names_the_value_or_its_own_cause() -> None:
    class Number(app_commands.Transformer):
        async def transform(
            self, interaction: discord.Interaction[discord.Client], value: str, /
        ) -> int:
            return int(value)

    error = app_commands.TransformerError("x" * 300, discord.AppCommandOptionType.string, Number())
    assert "cannot be used" in str(told(error))
    assert len(str(told(error))) < 200
    error.__cause__ = BadInput("Give a number.")
    assert str(told(error)) == "Give a number."
