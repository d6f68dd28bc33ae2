"""Interaction answers and followups, held against Discord's official description."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import discord
from discord import app_commands, ui
from openapi import OpenApi
from sandbox_stage import Bot, connected, stage

Interaction = discord.Interaction[Any]


class Name(ui.Modal, title="Name"):
    """A modal."""

    name: ui.TextInput[Any] = ui.TextInput(label="Name")

    async def on_submit(self, interaction: Interaction) -> None:
        """Answer with a message."""
        await interaction.response.send_message(self.name.value)


class Buttons(ui.View):
    """A button for each kind of answer."""

    @ui.button(label="Update")
    async def update(self, interaction: Interaction, _: ui.Button[Any]) -> None:
        """Change the message."""
        await interaction.response.edit_message(content="changed")

    @ui.button(label="Quiet")
    async def quiet(self, interaction: Interaction, _: ui.Button[Any]) -> None:
        """Acknowledge, read and change the message, then say more."""
        await interaction.response.defer()
        await interaction.original_response()
        said = await interaction.followup.send("more", ephemeral=True, wait=True)
        await said.edit(content="even more")
        await said.delete()
        await interaction.edit_original_response(content="done")

    @ui.button(label="Modal")
    async def modal(self, interaction: Interaction, _: ui.Button[Any]) -> None:
        """Open the modal."""
        await interaction.response.send_modal(Name())


def prepare(bot: Bot) -> None:
    """Commands for each kind of answer."""

    @bot.tree.command(description="A message with an embed, a file and buttons")
    @app_commands.describe(word="A word")
    async def rich(interaction: Interaction, word: str = "") -> None:
        file = discord.File(BytesIO(b"text"), filename="test.txt")
        embed = discord.Embed(title="Title", description=word or "-")
        await interaction.response.send_message("content", embed=embed, file=file, view=Buttons())

    @rich.autocomplete("word")
    async def words(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=typed, value=typed)]

    @bot.tree.command(description="A deferred layout")
    async def layout(interaction: Interaction) -> None:
        await interaction.response.defer(thinking=True)
        view = ui.LayoutView()
        text: ui.TextDisplay[ui.LayoutView] = ui.TextDisplay("## Title")
        line: ui.Separator[ui.LayoutView] = ui.Separator()
        box: ui.Container[ui.LayoutView] = ui.Container(text, line, accent_color=0xFF8800)
        view.add_item(box)
        await interaction.edit_original_response(view=view)
        await interaction.delete_original_response()


async def test_every_exchange_is_as_described(shared_data: Path, tmp_path: Path) -> None:
    record = tmp_path / "record.jsonl"
    async with stage(record=record) as made, connected(made, prepare):
        reader, channel = made.reader, made.channel_id
        await reader.autocomplete("rich", "word", "abc", channel=channel)
        shown = (await reader.run("rich", channel=channel, word="abc")).message
        assert shown is not None
        await reader.press(shown, "Update")
        outcome = await reader.press(shown, "Quiet")
        await reader.follow(outcome, lambda now: now.text.startswith("done"))
        opened = await reader.press(shown, "Modal")
        assert (await reader.submit(opened, {"Name": "Ada"})).text == "Ada"
        outcome = await reader.run("layout", channel=channel)
        await reader.follow(outcome, lambda now: now.settled and now.message is None)
    description = OpenApi.load(shared_data / "discord" / "openapi.json")
    exchanges = [json.loads(line) for line in record.read_text().splitlines()]
    routes = {(entry["method"], entry["route"]) for entry in exchanges}
    callback = "/interactions/{interaction_id}/{interaction_token}/callback"
    webhook = "/webhooks/{webhook_id}/{webhook_token}"
    assert {
        ("POST", callback),
        ("POST", webhook),
        ("GET", f"{webhook}/messages/@original"),
        ("PATCH", f"{webhook}/messages/@original"),
        ("DELETE", f"{webhook}/messages/@original"),
        ("PATCH", webhook + "/messages/{message_id}"),
        ("DELETE", webhook + "/messages/{message_id}"),
    } <= routes
    for entry in exchanges:
        assert description.validate_exchange(entry) == [], (entry["method"], entry["path"])
