"""Files in answers to interactions, and answers that the library learns the message of."""

from io import BytesIO
from typing import Any

import aiohttp
import discord
import pytest
from discord import ui
from sandbox_stage import Bot, connected, stage

Interaction = discord.Interaction[Any]
LARGEST = 10 * 1024 * 1024


def file(name: str, data: bytes = b"text") -> discord.File:
    """A file to upload."""
    return discord.File(BytesIO(data), name)


class Trade(ui.View):
    """A button that exchanges the message's files."""

    @ui.button(label="Trade")
    async def trade(self, interaction: Interaction, _: ui.Button[Any]) -> None:
        """Keep the first file, drop the others, add one."""
        assert interaction.message is not None
        kept = interaction.message.attachments[:1]
        await interaction.response.edit_message(attachments=[*kept, file("c.csv", b"c")])

    @ui.button(label="Clear")
    async def clear(self, interaction: Interaction, _: ui.Button[Any]) -> None:
        """Drop all files."""
        await interaction.response.edit_message(content="none", attachments=[])


def prepare(bot: Bot) -> None:
    """Commands that answer with files at every stage."""

    @bot.tree.command(description="At once")
    async def export(interaction: Interaction, size: int = 4) -> None:
        files = [file("a.bib", b"a" * size), file("b.ris", b"b")]
        told = await interaction.response.send_message(
            "two files", files=files, view=Trade(), ephemeral=True
        )
        message = told.resource
        assert isinstance(message, discord.InteractionMessage)
        await interaction.followup.send(
            " ".join(f"{each.filename}={each.size}" for each in message.attachments),
            file=file("d.md", b"d"),
            ephemeral=True,
        )

    @bot.tree.command(description="Later")
    async def later(interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True)
        try:
            await interaction.edit_original_response(
                attachments=[file("big.bib", b"x" * (LARGEST + 1))]
            )
        except discord.HTTPException as error:
            code = error.code
        else:
            code = 0
        answer = await interaction.edit_original_response(
            content=str(code), attachments=[file("ok.bib", b"ok")]
        )
        assert answer.flags.ephemeral
        assert await answer.attachments[0].read() == b"ok"

    @bot.tree.command(description="In a layout")
    async def layout(interaction: Interaction) -> None:
        view: ui.LayoutView = ui.LayoutView()
        shown: ui.File[ui.LayoutView] = ui.File("attachment://refs.bib")
        view.add_item(ui.Container(ui.TextDisplay("Your export"), shown))
        await interaction.response.send_message(
            view=view, file=file("refs.bib", b"@misc{x}"), ephemeral=True
        )


async def test_files_are_read_by_the_one_they_are_for() -> None:
    async with stage() as made, connected(made, prepare):
        outcome = await made.reader.run("export", channel=made.channel_id)
        outcome = await made.reader.follow(outcome, lambda now: bool(now.followups))
        assert outcome.message is not None
        first, second = outcome.message.files
        assert (first.name, first.size) == ("a.bib", 4)
        assert await made.reader.download(first) == b"aaaa"
        assert await made.reader.download(second) == b"b"
        (more,) = outcome.followups
        assert more.text == "a.bib=4 b.ris=1"
        assert [each.name for each in more.files] == ["d.md"]
        assert await made.owner.read(made.channel_id) == []


async def test_an_edit_keeps_the_files_that_it_lists() -> None:
    async with stage() as made, connected(made, prepare):
        shown = (await made.reader.run("export", channel=made.channel_id)).message
        assert shown is not None
        traded = (await made.reader.press(shown, "Trade")).message
        assert traded is not None
        assert [each.name for each in traded.files] == ["a.bib", "c.csv"]
        assert await made.reader.download(traded.files[1]) == b"c"
        with pytest.raises(Exception, match="404"):
            await made.reader.download(shown.files[1])
        cleared = (await made.reader.press(traded, "Clear")).message
        assert cleared is not None
        assert cleared.files == []


async def test_a_file_that_is_too_large_is_refused_and_the_answer_still_possible() -> None:
    async with stage() as made, connected(made, prepare):
        outcome = await made.reader.run("later", channel=made.channel_id)
        assert outcome.text == "40005"
        assert outcome.message is not None
        assert [each.name for each in outcome.message.files] == ["ok.bib"]


async def test_a_file_in_a_layout() -> None:
    async with stage() as made, connected(made, prepare):
        outcome = await made.reader.run("layout", channel=made.channel_id)
        assert outcome.message is not None
        (shown,) = [c for c in outcome.message.every_component if c["type"] == 13]
        assert (shown["name"], shown["size"]) == ("refs.bib", 8)
        async with aiohttp.ClientSession() as session, session.get(shown["file"]["url"]) as got:
            assert await got.read() == b"@misc{x}"
