"""Slash commands and menus: discord.py answers, a person asks."""

import asyncio
from datetime import timedelta
from typing import Any

import discord
import pytest
from discord import app_commands
from sandbox_stage import Bot, Stage, connected, stage

from sandbox.discord.models import Overwrite
from sandbox.discord.permissions import Permission
from sandbox.discord.person import ControlRefusedError, upload

Interaction = discord.Interaction[Any]


def echo(bot: Bot) -> None:
    """Commands whose answers show how the library understood the options."""

    @bot.tree.command(description="Everything a slash command can take")
    @app_commands.choices(kind=[app_commands.Choice(name="Only new", value="new")])
    async def everything(  # noqa: PLR0917 (one parameter for each kind of option)
        interaction: Interaction,
        words: app_commands.Range[str, 2, 5],
        count: app_commands.Range[int, 1, 25] = 5,
        ratio: float = 0.5,
        quiet: bool = False,
        kind: str = "all",
        channel: discord.TextChannel | None = None,
        user: discord.Member | None = None,
        role: discord.Role | None = None,
        either: discord.Member | discord.Role | None = None,
        file: discord.Attachment | None = None,
    ) -> None:
        content = None if file is None else (await file.read()).decode()
        seen = (words, count, ratio, quiet, kind, channel, user, role, either, content)
        await interaction.response.send_message("|".join(map(str, seen)))

    group = app_commands.Group(name="bookmarks", description="Bookmarks")

    @group.command(name="list", description="List them")
    async def list_(interaction: Interaction, query: str = "") -> None:
        await interaction.response.send_message(f"bookmarks like {query!r}", ephemeral=True)

    @list_.autocomplete("query")
    async def suggest(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"{current}-{n}", value=f"v{n}") for n in range(3)]

    bot.tree.add_command(group)

    @bot.tree.command(description="For admins")
    @app_commands.default_permissions(manage_channels=True)
    @app_commands.guild_only()
    async def subscribe(interaction: Interaction) -> None:
        granted = interaction.permissions.manage_channels
        own = interaction.app_permissions.manage_messages
        locales = f"{interaction.locale} {interaction.guild_locale}"
        await interaction.response.send_message(f"{granted} {own} {locales}")

    @bot.tree.command(description="Thinks, then answers twice")
    async def slow(interaction: Interaction, fail: bool = False) -> None:
        await interaction.response.defer(ephemeral=True)
        if not fail:
            await interaction.edit_original_response(content="first")
            await interaction.followup.send("second", ephemeral=True)

    @bot.tree.command(description="Never answers")
    async def mute(interaction: Interaction) -> None:
        pass

    @bot.tree.context_menu(name="Paper card")
    async def card(interaction: Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"on {message.content}", ephemeral=True)

    @bot.tree.context_menu(name="Who is this")
    async def who(interaction: Interaction, member: discord.Member) -> None:
        await interaction.response.send_message(f"{member.id} {member.nick}")


async def refusal(awaitable: Any) -> ControlRefusedError:
    """The error with which the control interface answers."""
    with pytest.raises(ControlRefusedError) as caught:
        await awaitable
    return caught.value


async def test_every_kind_of_option_arrives() -> None:
    async with stage() as made, connected(made, echo):
        role = await made.admin.create_role(made.guild_id, "Readers")
        outcome = await made.reader.run(
            "everything",
            channel=made.channel_id,
            options={"channel": str(made.channel_id)},
            words="abc",
            count=7,
            ratio=1.5,
            quiet=True,
            kind="Only new",
            user=str(made.owner_id),
            role=str(role),
            either=str(role),
            file=upload("a.txt", b"content of the file"),
        )
        assert outcome.progress == "answered"
        assert outcome.text == (
            "abc|7|1.5|True|new|papers|olga|Readers|Readers|content of the file"
        )
        assert not outcome.ephemeral
        short = await made.reader.run("everything", channel=made.channel_id, words="ab")
        assert short.text == "ab|5|0.5|False|all|None|None|None|None|None"


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ({}, "required"),
        ({"words": "a"}, "2 to 5 characters"),
        ({"words": "abcdef"}, "2 to 5 characters"),
        ({"words": 3}, "must be a string"),
        ({"words": "abc", "count": 26}, "at most 25"),
        ({"words": "abc", "count": 0}, "at least 1"),
        ({"words": "abc", "count": "5"}, "whole number"),
        ({"words": "abc", "ratio": "x"}, "must be a number"),
        ({"words": "abc", "quiet": "yes"}, "true or false"),
        ({"words": "abc", "kind": "else"}, "one of the choices: Only new"),
        ({"words": "abc", "channel": "123"}, "no such channel"),
        ({"words": "abc", "user": "123"}, "no such user"),
        ({"words": "abc", "role": "123"}, "no such role"),
        ({"words": "abc", "file": "text"}, "filename"),
        ({"words": "abc", "wrods": "abc"}, "no such option"),
    ],
)
async def test_the_client_checks_options_first(options: dict[str, object], part: str) -> None:
    async with stage() as made, connected(made, echo) as bot:
        channel = made.channel_id
        error = await refusal(made.reader.run("everything", channel=channel, options=options))
        assert part in error.message
        assert error.status in (400, 409)
        assert bot.named("interaction") == []


async def test_subcommands_and_autocomplete() -> None:
    async with stage() as made, connected(made, echo):
        choices = await made.reader.autocomplete(
            "bookmarks list", "query", "neu", channel=made.channel_id
        )
        assert choices == [{"name": f"neu-{n}", "value": f"v{n}"} for n in range(3)]
        outcome = await made.reader.run("bookmarks list", channel=made.channel_id, query="v1")
        assert (outcome.text, outcome.ephemeral) == ("bookmarks like 'v1'", True)
        for command, part in (
            ("bookmarks", "a subcommand is needed, one of: list"),
            ("bookmarks drop", "no subcommand 'drop'"),
            ("unknown", "no application has registered"),
        ):
            error = await refusal(made.reader.run(command, channel=made.channel_id))
            assert part in error.message
        error = await refusal(
            made.reader.autocomplete("everything", "words", "a", channel=made.channel_id)
        )
        assert "does not offer autocomplete" in error.message


async def test_default_permissions_and_contexts_hide_commands() -> None:
    async with stage() as made, connected(made, echo):
        error = await refusal(made.reader.run("subscribe", channel=made.channel_id))
        assert (error.status, "MANAGE_CHANNELS" in error.message) == (409, True)
        offered = {command["name"] for command in await made.reader.commands(made.channel_id)}
        assert "subscribe" not in offered
        assert {"everything", "bookmarks", "Paper card", "Who is this"} <= offered
        outcome = await made.owner.run("subscribe", channel=made.channel_id)
        assert outcome.text == "True True en-US en-US"
        dm = await made.owner.open_dm(made.application.id)
        error = await refusal(made.owner.run("subscribe", channel=dm))
        assert "context" in error.message
        assert (
            await made.reader.run("slow", channel=await made.reader.open_dm(made.application.id))
        ).text == "first"


async def test_a_deferred_answer_stays_ephemeral_and_is_followed_up() -> None:
    async with stage() as made, connected(made, echo):
        outcome = await made.reader.run("slow", channel=made.channel_id)
        outcome = await made.reader.follow(outcome, lambda now: bool(now.followups))
        assert outcome.text == "first\nsecond"
        assert outcome.ephemeral
        assert [message.text for message in await made.reader.read(made.channel_id)] == [
            "first",
            "second",
        ]
        assert await made.owner.read(made.channel_id) == []


async def test_an_answer_that_is_thinking_for_ever() -> None:
    async with stage() as made, connected(made, echo):
        with pytest.raises(TimeoutError):
            await made.reader.run("slow", channel=made.channel_id, fail=True, timeout=0.2)
        (message,) = await made.reader.read(made.channel_id)
        assert (message.loading, message.ephemeral) == (True, True)


async def test_three_seconds_without_an_answer_fail() -> None:
    async with stage() as made, connected(made, echo):
        await made.admin.settings(answer_within_seconds=0.05)
        outcome = await made.reader.run("mute", channel=made.channel_id)
        assert (outcome.progress, outcome.error) == ("failed", "The application did not respond")


async def test_late_second_and_expired_answers_are_refused() -> None:
    heard: asyncio.Queue[Interaction] = asyncio.Queue()

    def prepare(bot: Bot) -> None:
        @bot.tree.command(description="Hands the interaction to the test")
        async def hand(interaction: Interaction) -> None:
            heard.put_nowait(interaction)

    async def start(made: Stage) -> Interaction:
        running = asyncio.create_task(made.reader.run("hand", channel=made.channel_id))
        try:
            return await heard.get()
        finally:
            started.append(running)

    started: list[asyncio.Task[Any]] = []
    async with stage() as made, connected(made, prepare):
        await made.admin.settings(answer_within_seconds=0.05)
        late = await start(made)
        await started[0]
        with pytest.raises(discord.NotFound) as caught:
            await late.response.send_message("too late")
        assert caught.value.code == 10062
        await made.admin.settings(answer_within_seconds=3)
        twice = await start(made)
        await twice.response.send_message("once")
        again = discord.InteractionResponse(twice)
        with pytest.raises(discord.HTTPException) as refused:
            await again.send_message("twice")
        assert refused.value.code == 40060
        await made.admin.advance_clock(timedelta(minutes=14))
        await twice.edit_original_response(content="still good")
        await made.admin.advance_clock(timedelta(minutes=2))
        with pytest.raises(discord.HTTPException) as expired:
            await twice.edit_original_response(content="expired")
        assert expired.value.code == 50027
        await asyncio.gather(*started)
        assert [m.text for m in await made.owner.read(made.channel_id)] == ["still good"]


async def test_menus_of_messages_and_people() -> None:
    async with stage() as made, connected(made, echo):
        message = await made.owner.say(made.channel_id, "see arxiv.org/abs/2606.00001")
        outcome = await made.reader.menu("Paper card", channel=made.channel_id, message=message)
        # The bot has no message content intent; a message command shows it the text anyway.
        assert outcome.text == "on see arxiv.org/abs/2606.00001"
        outcome = await made.reader.menu("Who is this", channel=made.channel_id, user=made.owner_id)
        assert outcome.text == f"{made.owner_id} None"
        error = await refusal(
            made.reader.menu("Paper card", channel=made.channel_id, message=12345)
        )
        assert error.status == 404


async def test_only_who_sees_a_channel_can_use_it() -> None:
    async with stage() as made, connected(made, echo):
        deny = Overwrite(made.guild_id, 0, deny=int(Permission.USE_APPLICATION_COMMANDS))
        quiet = made.world.rooms.create(made.guild_id, "quiet", overwrites=[deny])
        error = await refusal(made.reader.run("mute", channel=quiet.id))
        assert "may not use application commands" in error.message
        deny = Overwrite(made.guild_id, 0, deny=int(Permission.VIEW_CHANNEL))
        hidden = made.world.rooms.create(made.guild_id, "hidden", overwrites=[deny])
        assert (await refusal(made.reader.run("mute", channel=hidden.id))).status == 404
        assert (await refusal(made.reader.read(hidden.id))).status == 404


async def test_a_person_installs_the_app_for_themselves() -> None:
    def prepare(bot: Bot) -> None:
        @bot.tree.command(description="Everywhere")
        @app_commands.allowed_installs(guilds=False, users=True)
        @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
        async def anywhere(interaction: Interaction) -> None:
            place = interaction.context
            places = (bool(place.guild), bool(place.private_channel))
            await interaction.response.send_message(f"{interaction.is_user_integration()} {places}")

    async with stage() as made, connected(made, prepare):
        error = await refusal(made.reader.run("anywhere", channel=made.channel_id))
        assert "is not installed" in error.message
        await made.admin.install_for_user(made.application.id, made.reader_id)
        assert (
            await made.reader.run("anywhere", channel=made.channel_id)
        ).text == "True (True, False)"
        private = await made.reader.open_dm(made.owner_id)
        assert (await made.reader.run("anywhere", channel=private)).text == "True (False, True)"


async def test_an_answer_wakes_an_archived_thread() -> None:
    async with stage() as made, connected(made, echo):
        world = made.world
        message = await made.owner.say(made.channel_id, "a thread begins here")
        thread = world.threads.from_message(
            made.application.id, made.channel_id, message.id, {"name": "Talk"}
        )
        await made.admin.advance_clock(timedelta(days=30))
        await made.reader.read(thread.id)
        assert thread.thread is not None
        assert thread.thread.archived
        outcome = await made.reader.run("everything", channel=thread.id, words="abc")
        assert outcome.progress == "answered"
        assert not thread.thread.archived


async def test_a_servers_own_command_hides_the_global_one() -> None:
    def prepare(bot: Bot) -> None:
        @bot.tree.command(description="Global")
        async def twice(interaction: Interaction) -> None:
            await interaction.response.send_message(f"in {interaction.command_id}")

    async with stage() as made, connected(made, prepare):
        body = {"name": "twice", "description": "Of this server", "type": 1}
        own, _ = made.world.commands.upsert(made.application.id, made.guild_id, body)
        offered = await made.reader.commands(made.channel_id)
        assert [command["id"] for command in offered] == [str(own.id)]
        outcome = await made.reader.run("twice", channel=made.channel_id)
        assert outcome.text == f"in {own.id}"
        dm = await made.reader.open_dm(made.application.id)
        (registered,) = await made.admin.commands(made.application.id)
        assert (await made.reader.run("twice", channel=dm)).text == f"in {registered['id']}"
