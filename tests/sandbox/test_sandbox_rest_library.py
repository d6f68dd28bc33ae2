"""The unmodified HTTP client of discord.py against the sandbox."""

import asyncio
import io
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import discord
import pytest
from discord.http import Route, handle_message_parameters
from rest_server import RestServer, running_rest_server

from sandbox.discord.faults import Fault
from sandbox.discord.limits import Rule


@asynccontextmanager
async def connected(
    server: RestServer, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[discord.Client]:
    """A client that is logged in over REST, without a gateway."""
    monkeypatch.setattr(Route, "BASE", server.api_base)
    async with discord.Client(intents=discord.Intents.none()) as client:
        await client.login(server.bot.token)
        yield client


@pytest.fixture
async def client(
    rest: RestServer, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[discord.Client]:
    async with connected(rest, monkeypatch) as made:
        yield made


async def test_login_reads_user_and_application(client: discord.Client, rest: RestServer) -> None:
    assert client.user is not None
    assert client.user.id == rest.bot.id
    assert client.application_id == rest.bot.id


async def test_a_wrong_token_is_a_login_failure(
    rest: RestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Route, "BASE", rest.api_base)
    async with discord.Client(intents=discord.Intents.none()) as client:
        with pytest.raises(discord.LoginFailure):
            await client.login("wrong")


async def test_a_channel_is_fetched_and_written_to(
    client: discord.Client, rest: RestServer
) -> None:
    channel = await client.fetch_channel(rest.general.id)
    assert isinstance(channel, discord.TextChannel)
    sent = await channel.send(
        "Hello", nonce="once", allowed_mentions=discord.AllowedMentions.none()
    )
    again = await channel.send("Hello", nonce="once")
    assert again.id == sent.id
    await sent.add_reaction("🔖")
    fetched = await channel.fetch_message(sent.id)
    assert [str(reaction.emoji) for reaction in fetched.reactions] == ["🔖"]
    users = [user.id async for user in fetched.reactions[0].users()]
    assert users == [rest.bot.id]
    thread = await fetched.create_thread(name="Papers", auto_archive_duration=1440)
    assert thread.id == sent.id
    inside = await thread.send("A paper")
    found = [message async for message in thread.history(oldest_first=True)]
    assert found[-1].id == inside.id
    edited = await sent.edit(content="Changed")
    assert edited.content == "Changed"
    await inside.delete()
    with pytest.raises(discord.NotFound):
        await thread.fetch_message(inside.id)


# The component classes are generic in a way that strict typing cannot infer from these calls.
ui: Any = discord.ui


class Card(discord.ui.LayoutView):
    """One of everything that a card may hold."""

    body: Any = ui.Container(
        ui.Section(
            ui.TextDisplay("## Title"),
            accessory=ui.Thumbnail("https://example.org/a.png"),
        ),
        ui.Separator(spacing=discord.SeparatorSpacing.large),
        ui.MediaGallery(discord.MediaGalleryItem("https://example.org/b.png")),
        ui.File("attachment://refs.bib"),
        ui.ActionRow(
            ui.Button(label="Abstract", custom_id="abstract:1"),
            ui.Button(label="PDF", url="https://arxiv.org/pdf/2606.00001"),
        ),
        accent_color=0x445566,
    )
    row: Any = ui.ActionRow(
        ui.Select(custom_id="pick", options=[discord.SelectOption(label="a", value="b")])
    )


async def test_a_layout_goes_there_and_back(client: discord.Client, rest: RestServer) -> None:
    channel = await client.fetch_channel(rest.general.id)
    assert isinstance(channel, discord.TextChannel)
    file = discord.File(io.BytesIO(b"@misc{a}"), "refs.bib")
    sent = await channel.send(view=Card(), file=file)
    fetched = await channel.fetch_message(sent.id)
    container, row = fetched.components
    assert isinstance(container, discord.Container)
    kinds = [child.type for child in container.children]
    assert kinds == [
        discord.ComponentType.section,
        discord.ComponentType.separator,
        discord.ComponentType.media_gallery,
        discord.ComponentType.file,
        discord.ComponentType.action_row,
    ]
    assert isinstance(row, discord.ActionRow)
    view = discord.ui.LayoutView.from_message(fetched)
    assert view.content_length() == len("## Title")


async def test_errors_become_the_librarys_own(client: discord.Client, rest: RestServer) -> None:
    channel = await client.fetch_channel(rest.general.id)
    assert isinstance(channel, discord.TextChannel)
    with pytest.raises(discord.HTTPException) as caught:
        await channel.send("x" * 2001)
    assert caught.value.code == 50035
    assert "In content: Must be 2000 or fewer in length." in caught.value.text
    with pytest.raises(discord.NotFound) as missing:
        await client.fetch_channel(1)
    assert missing.value.code == 10003


async def test_commands_are_synced_and_read_back(client: discord.Client, rest: RestServer) -> None:
    tree = discord.app_commands.CommandTree(client)

    @tree.command(name="subscribe", description="Follow categories")
    @discord.app_commands.describe(categories="Which")
    @discord.app_commands.default_permissions(manage_channels=True)
    async def subscribe(  # pyright: ignore[reportUnusedFunction] (the tree calls it)
        interaction: discord.Interaction, categories: str, limit: int = 5
    ) -> None: ...

    @tree.context_menu(name="Paper card")
    async def card(  # pyright: ignore[reportUnusedFunction] (the tree calls it)
        interaction: discord.Interaction, message: discord.Message
    ) -> None: ...

    synced = await tree.sync()
    fetched = await tree.fetch_commands()
    assert sorted(c.name for c in fetched) == ["Paper card", "subscribe"]
    assert {c.id for c in synced} == {c.id for c in fetched}
    slash = next(c for c in fetched if c.name == "subscribe")
    assert [option.name for option in slash.options] == ["categories", "limit"]
    assert slash.default_member_permissions == discord.Permissions(manage_channels=True)


async def test_the_library_waits_when_it_is_told_to(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running_rest_server(limits=True) as rest, connected(rest, monkeypatch) as client:
        rest.limits.rules["message.create"] = Rule("message.create", 2, 0.3)
        channel = await client.fetch_channel(rest.general.id)
        assert isinstance(channel, discord.TextChannel)
        await asyncio.gather(*(channel.send(str(number)) for number in range(6)))
        assert len(rest.general.messages) == 6
        assert rest.limits.invalid == 0


async def test_without_limits_requests_go_out_at_once(
    client: discord.Client, rest: RestServer
) -> None:
    # The first answer tells the library that it may send many at a time.
    parameters = handle_message_parameters("x")
    await client.http.send_message(rest.general.id, params=parameters)
    rest.faults.add(Fault("/messages$", action=None, delay=0.1, times=None))
    loop = asyncio.get_running_loop()
    started = loop.time()
    await asyncio.gather(
        *(
            client.http.send_message(rest.general.id, params=handle_message_parameters(str(n)))
            for n in range(20)
        )
    )
    assert loop.time() - started < 1.0


async def test_a_lost_answer_does_not_double_a_message(
    client: discord.Client, rest: RestServer
) -> None:
    channel = await client.fetch_channel(rest.general.id)
    assert isinstance(channel, discord.TextChannel)
    rest.faults.add(Fault("/messages$", method="POST", action="drop_after"))
    with pytest.raises(aiohttp.ClientError):
        await channel.send("once", nonce="d-1")
    assert len(rest.general.messages) == 1
    sent = await channel.send("once", nonce="d-1")
    assert list(rest.general.messages) == [sent.id]
