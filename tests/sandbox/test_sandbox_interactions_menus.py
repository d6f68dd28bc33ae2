"""Message menu commands on every kind of message, and forwarded messages."""

from io import BytesIO
from typing import Any

import discord
import pytest
from discord import ui
from sandbox_stage import Bot, Stage, connected, stage

from sandbox.discord.person import ControlRefusedError

Interaction = discord.Interaction[Any]
LINK = "arxiv.org/abs/2606.00001"


def prepare(bot: Bot) -> None:
    """An entry that tells all text of a message, and commands that make messages."""

    @bot.tree.context_menu(name="Paper card")
    async def card(interaction: Interaction, message: discord.Message) -> None:
        parts = [message.content, *(embed.description or "" for embed in message.embeds)]
        parts += [file.filename for file in message.attachments]
        view = ui.LayoutView.from_message(message)
        parts += [item.content for item in view.walk_children() if isinstance(item, ui.TextDisplay)]
        parts += [snapshot.content for snapshot in message.message_snapshots]
        said = " ".join(part for part in parts if part)
        await interaction.response.send_message(f"{said} | {interaction.locale}", ephemeral=True)

    @bot.tree.command(description="An embed and a file")
    async def embed(interaction: Interaction) -> None:
        file = discord.File(BytesIO(b"%PDF"), "paper.pdf")
        shown = discord.Embed(description=LINK)
        await interaction.response.send_message(embed=shown, file=file)

    @bot.tree.command(description="A layout")
    async def layout(interaction: Interaction) -> None:
        view: ui.LayoutView = ui.LayoutView()
        button: ui.Button[ui.LayoutView] = ui.Button(label="Open", custom_id="open")
        section: ui.Section[ui.LayoutView] = ui.Section(LINK, accessory=button)
        box: ui.Container[ui.LayoutView] = ui.Container(section, ui.Separator())
        view.add_item(box)
        await interaction.response.send_message(view=view)

    @bot.tree.command(description="For one person")
    async def secret(interaction: Interaction) -> None:
        await interaction.response.send_message(LINK, ephemeral=True)


async def test_whatever_the_person_sees_reaches_the_bot_with_its_text() -> None:
    async with stage() as made, connected(made, prepare):
        reader, channel = made.reader, made.channel_id
        said = await made.owner.say(channel, f"see {LINK}")
        thread = await made.owner.start_thread(said, "talk")
        messages = [
            said,
            await made.owner.reply(said, f"and {LINK}"),
            await made.owner.say(thread, f"in a thread {LINK}"),
            await reader.say(await reader.open_dm(made.application.id), LINK),
        ]
        for command in ("embed", "layout"):
            answered = (await made.owner.run(command, channel=channel)).message
            assert answered is not None
            messages.append(answered)
        texts = [(await reader.run_menu("Paper card", message)).text for message in messages]
        assert texts == [
            f"see {LINK} | ja",
            f"and {LINK} | ja",
            f"in a thread {LINK} | ja",
            f"{LINK} | ja",
            f"{LINK} paper.pdf | ja",
            f"{LINK} | ja",
        ]


async def test_private_answers_have_no_menu() -> None:
    async with stage() as made, connected(made, prepare):
        hidden = (await made.reader.run("secret", channel=made.channel_id)).message
        assert hidden is not None
        with pytest.raises(ControlRefusedError, match="ephemeral"):
            await made.reader.run_menu("Paper card", hidden)
        with pytest.raises(ControlRefusedError) as unseen:
            await made.owner.run_menu("Paper card", hidden)
        assert unseen.value.status == 404


async def test_a_forward_is_a_copy_that_stays_as_it_was() -> None:
    async with stage() as made, connected(made, prepare) as bot:
        other = made.world.rooms.create(made.guild_id, "other").id
        said = await made.owner.say(made.channel_id, f"see {LINK}")
        shared = await made.reader.forward(said, other)
        assert shared.text == f"see {LINK}"
        assert shared.raw["content"] == ""
        assert shared.raw["message_reference"]["type"] == 1
        assert shared.raw["message_reference"]["channel_id"] == str(made.channel_id)
        again = await made.owner.forward(shared, made.channel_id)
        await made.owner.call(
            "DELETE",
            f"/users/{made.owner_id}/channels/{made.channel_id}/messages/{said.id}",
        )
        (kept,) = await made.reader.read(other)
        assert kept.text == f"see {LINK}"
        for message in (kept, again):
            outcome = await made.reader.run_menu("Paper card", message)
            assert outcome.text == f"see {LINK} | ja"
        # Without the message content intent the bot is told of it, but not what it says.
        heard = [m for m in await bot.hears("message", 3) if m.message_snapshots]
        assert [snapshot.content for m in heard for snapshot in m.message_snapshots] == ["", ""]


async def _refusal(made: Stage, body: dict[str, Any], channel: int) -> ControlRefusedError:
    path = f"/users/{made.reader_id}/channels/{channel}/messages"
    with pytest.raises(ControlRefusedError) as refused:
        await made.admin.call("POST", path, body)
    return refused.value


async def test_only_what_one_sees_can_be_forwarded() -> None:
    async with stage() as made:
        private = await made.owner.open_dm(made.application.id)
        said = await made.owner.say(private, "between us")
        body: dict[str, Any] = {"message_reference": {"type": 1, "message_id": str(said.id)}}
        error = await _refusal(made, body, made.channel_id)
        assert error.code == 50035
        body["message_reference"]["channel_id"] = str(private)
        assert (await _refusal(made, body, made.channel_id)).code == 50001
        seen = await made.owner.say(made.channel_id, "pin me")
        made.world.pins.pin(made.owner_id, made.channel_id, seen.id)
        notice = (await made.reader.read(made.channel_id))[-1]
        body = {
            "message_reference": {
                "type": 1,
                "message_id": str(notice.id),
                "channel_id": str(made.channel_id),
            }
        }
        assert (await _refusal(made, body, made.channel_id)).code == 50068


async def test_a_bot_forwards_what_it_can_read() -> None:
    async with stage() as made, connected(made) as bot:
        channel = bot.get_partial_messageable(made.channel_id)
        own = await channel.send("mine")
        shared = await own.forward(channel)
        assert [snapshot.content for snapshot in shared.message_snapshots] == ["mine"]
        said = await made.owner.say(made.channel_id, "not for bots")
        with pytest.raises(discord.Forbidden) as refused:
            await channel.get_partial_message(said.id).forward(channel)
        assert refused.value.code == 160014
