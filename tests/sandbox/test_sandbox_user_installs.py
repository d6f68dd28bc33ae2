"""Apps that a person has installed for themselves, where their bot is not and where it is."""

from io import BytesIO
from typing import Any

import discord
import pytest
from discord import app_commands, ui
from sandbox_stage import Bot, Stage, connected, stage

from sandbox.discord.models import Overwrite
from sandbox.discord.permissions import Permission
from sandbox.discord.person import ControlRefusedError, Person

Interaction = discord.Interaction[Any]


def facts(interaction: Interaction) -> str:
    """What the library understood of where an interaction comes from and who allowed it."""
    library: Any = interaction  # which tells the authorizing person's id nowhere else
    context = interaction.context
    places = {"guild": context.guild, "bot": context.dm_channel, "other": context.private_channel}
    place = next((name for name, there in places.items() if there), "nowhere")
    return f"{place} {interaction.guild_id} {library._integration_owners} {interaction.locale}"


class Name(ui.Modal, title="Name"):
    """A modal with a labeled field."""

    name: ui.Label[Any] = ui.Label(text="Your name", component=ui.TextInput())

    async def on_submit(self, interaction: Interaction) -> None:
        """Tell what was typed."""
        field = self.name.component
        assert isinstance(field, ui.TextInput)
        await interaction.response.send_message(f"{field.value} | {facts(interaction)}")


class Buttons(ui.View):
    """Buttons under an answer."""

    @ui.button(label="Again")
    async def again(self, interaction: Interaction, _: ui.Button[Any]) -> None:
        """Change the message."""
        await interaction.response.edit_message(content=f"again | {facts(interaction)}")

    @ui.button(label="More")
    async def more(self, interaction: Interaction, _: ui.Button[Any]) -> None:
        """A private answer."""
        await interaction.response.send_message(f"more | {facts(interaction)}", ephemeral=True)

    @ui.button(label="Form")
    async def form(self, interaction: Interaction, _: ui.Button[Any]) -> None:
        """Open the modal."""
        await interaction.response.send_modal(Name())


def prepare(bot: Bot) -> None:
    """Commands for every installation, for some contexts only, and a menu entry."""

    @bot.tree.command(description="Everywhere")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def anywhere(interaction: Interaction, file: bool = False) -> None:
        files = [discord.File(BytesIO(b"@article{a}"), "refs.bib")] if file else []
        await interaction.response.send_message(facts(interaction), view=Buttons(), files=files)

    @bot.tree.command(description="In servers that have the bot")
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    async def here(interaction: Interaction) -> None:
        await interaction.response.send_message("here")

    @bot.tree.command(description="In the bot's own messages")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=False, dms=True, private_channels=False)
    async def privately(interaction: Interaction) -> None:
        await interaction.response.send_message("privately")

    @bot.tree.context_menu(name="Paper card")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def card(interaction: Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"{message.content} | {facts(interaction)}")


def strange_server(made: Stage, *, deny: int = 0) -> tuple[int, int]:
    """A server without the bot that both people are in; its id and a channel's."""
    guild = made.world.servers.create(made.owner_id, "Elsewhere")
    made.world.servers.add_member(guild.id, made.reader_id)
    overwrites = [Overwrite(guild.id, 0, deny=deny)] if deny else []
    return guild.id, made.world.rooms.create(guild.id, "talk", overwrites=overwrites).id


async def names(person: Person, channel: int) -> set[str]:
    """The commands that the person is offered."""
    return {command["name"] for command in await person.commands(channel)}


async def test_commands_are_offered_where_their_contexts_and_installations_say() -> None:
    async with stage() as made, connected(made, prepare):
        _, elsewhere = strange_server(made)
        with_bot = await made.reader.open_dm(made.application.id)
        with_owner = await made.reader.open_dm(made.owner_id)
        group = await made.reader.open_group_dm(made.owner_id)
        assert await names(made.reader, made.channel_id) == {"anywhere", "here", "Paper card"}
        assert await names(made.reader, elsewhere) == set()
        assert await names(made.reader, with_bot) == {"anywhere", "privately", "Paper card"}
        assert await names(made.reader, with_owner) == set()
        await made.reader.install(made.application.id)
        everywhere = {"anywhere", "Paper card"}
        assert await names(made.reader, elsewhere) == everywhere
        assert await names(made.reader, with_owner) == everywhere
        assert await names(made.reader, group) == everywhere
        assert await names(made.owner, elsewhere) == set()
        with pytest.raises(ControlRefusedError, match="is not installed here"):
            await made.reader.run("here", channel=elsewhere)
        with pytest.raises(ControlRefusedError, match="not offered in this context"):
            await made.reader.run("privately", channel=elsewhere)
        await made.reader.uninstall(made.application.id)
        assert await names(made.reader, elsewhere) == set()


async def test_in_a_server_without_the_bot() -> None:
    async with stage() as made, connected(made, prepare) as bot:
        guild_id, elsewhere = strange_server(made)
        await made.reader.install(made.application.id)
        owner = f"{{1: {made.reader_id}}}"
        outcome = await made.reader.run("anywhere", channel=elsewhere)
        assert outcome.text == f"guild {guild_id} {owner} ja"
        assert not outcome.ephemeral
        (seen,) = await made.owner.read(elsewhere)
        # Whoever presses, the authorizing person is the one who ran the command.
        pressed = await made.owner.press(seen, "More")
        assert pressed.text == f"more | guild {guild_id} {owner} en-US"
        assert pressed.ephemeral
        pressed = await made.reader.press(seen, "Again")
        assert pressed.text == f"again | guild {guild_id} {owner} ja"
        opened = await made.reader.press(seen, "Form")
        sent = await made.reader.submit(opened, {"Your name": "Rita"})
        assert sent.text == f"Rita | guild {guild_id} {owner} ja"
        said = await made.owner.say(elsewhere, "see arxiv.org/abs/2606.00001")
        used = await made.reader.run_menu("Paper card", said)
        assert used.text == f"see arxiv.org/abs/2606.00001 | guild {guild_id} {owner} ja"
        # Apart from the interactions the bot hears nothing of that server.
        assert bot.get_guild(guild_id) is None
        assert [m.channel.id for m in bot.named("message")] == []
        with pytest.raises(discord.Forbidden):
            await bot.http.get_message(elsewhere, seen.id)


async def test_what_a_person_may_not_say_their_app_says_to_them_alone() -> None:
    async with stage() as made, connected(made, prepare):
        await made.reader.install(made.application.id)
        for denied in (Permission.USE_EXTERNAL_APPS, Permission.SEND_MESSAGES):
            _, elsewhere = strange_server(made, deny=int(denied))
            outcome = await made.reader.run("anywhere", channel=elsewhere, options={"file": True})
            assert outcome.ephemeral
            assert await made.owner.read(elsewhere) == []
            assert outcome.message is not None
            (file,) = outcome.message.files
            assert (file.name, await made.reader.download(file)) == ("refs.bib", b"@article{a}")
            pressed = await made.reader.press(outcome.message, "Again")
            assert pressed.text.startswith("again")
            assert pressed.ephemeral


async def test_in_direct_messages_of_all_kinds() -> None:
    async with stage() as made, connected(made, prepare) as bot:
        stranger_id = await made.admin.create_user("sam", locale="de")
        async with made.admin.person(stranger_id) as stranger:
            await stranger.install(made.application.id)
            own = f"{{1: {stranger_id}}}"
            with_bot = await stranger.open_dm(made.application.id)
            outcome = await stranger.run("anywhere", channel=with_bot)
            assert outcome.text == f"bot None {own} de"
            with_reader = await stranger.open_dm(made.reader_id)
            outcome = await stranger.run("anywhere", channel=with_reader)
            assert outcome.text == f"other None {own} de"
            group = await stranger.open_group_dm(made.reader_id, made.owner_id)
            outcome = await stranger.run("anywhere", channel=group)
            assert outcome.text == f"other None {own} de"
            (seen,) = await made.reader.read(group)
            pressed = await made.reader.press(seen, "Again")
            assert pressed.text == f"again | other None {own} ja"
        # One who shares a server with the bot has it in their messages through that server.
        with_bot = await made.reader.open_dm(made.application.id)
        outcome = await made.reader.run("anywhere", channel=with_bot)
        assert outcome.text == "bot None {0: 0} ja"
        await made.reader.install(made.application.id)
        outcome = await made.reader.run("anywhere", channel=with_bot)
        assert outcome.text == f"bot None {{0: 0, 1: {made.reader_id}}} ja"
        # In the bot's own direct messages it hears of its answers, elsewhere it does not.
        assert {m.channel.id for m in await bot.hears("message", 3)} >= {with_bot}
        assert not {m.channel.id for m in bot.named("message")} & {group, with_reader}


async def test_a_group_is_for_people_who_exist() -> None:
    async with stage() as made:
        with pytest.raises(ControlRefusedError, match="a bot cannot be in a group"):
            await made.reader.open_group_dm(made.application.id)
        with pytest.raises(ControlRefusedError) as unknown:
            await made.reader.open_group_dm(12345)
        assert unknown.value.code == 10013
