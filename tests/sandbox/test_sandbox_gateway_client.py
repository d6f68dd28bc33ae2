"""discord.py itself, unmodified, over the gateway."""

from typing import Any

import discord
import pytest
from discord.backoff import ExponentialBackoff
from discord.gateway import DiscordWebSocket
from sandbox_stage import PATIENCE, Bot, connected, discord_at, intents, stage

from sandbox.discord.models import ApplicationFlag


def at_once(_: ExponentialBackoff[Any]) -> float:
    """A back-off without waiting."""
    return 0.0


async def test_the_library_sees_the_world() -> None:
    async with stage() as made, connected(made) as bot:
        assert bot.user is not None
        assert bot.user.id == made.application.id
        guild = bot.get_guild(made.guild_id)
        assert guild is not None
        assert (guild.name, guild.member_count, guild.owner_id) == (
            "Reading group",
            3,
            made.owner_id,
        )
        channel = guild.get_channel(made.channel_id)
        assert isinstance(channel, discord.TextChannel)
        assert guild.me.guild_permissions.manage_messages
        assert channel.permissions_for(guild.me).send_messages
        assert bot.shard_count == 1


async def test_the_library_asks_for_stream_compression() -> None:
    async with stage() as made, connected(made) as bot:
        (session,) = await made.admin.sessions()
        # Which one depends on whether this Python has a Zstandard library.
        assert session["compression"] in ("zlib-stream", "zstd-stream")
        assert bot.latency < PATIENCE


async def test_messages_and_reactions_arrive() -> None:
    async with stage() as made, connected(made) as bot:
        message = await made.reader.say(made.channel_id, f"hello <@{made.application.id}>")
        (heard,) = await bot.hears("message")
        assert (heard.id, heard.content) == (message.id, message.text)
        await made.reader.react(message, "🔖")
        (added,) = await bot.hears("raw_reaction_add")
        assert (added.user_id, added.emoji.name) == (made.reader_id, "🔖")
        await made.reader.unreact(message, "🔖")
        (removed,) = await bot.hears("raw_reaction_remove")
        assert removed.message_id == message.id


@pytest.mark.parametrize("action", ["drop", "reconnect"])
async def test_a_lost_connection_is_resumed_with_what_was_missed(action: str) -> None:
    async with stage() as made, connected(made) as bot:
        session = (await made.admin.sessions())[0]["session_id"]
        assert await made.admin.gateway(action) == 1
        message = await made.reader.say(made.channel_id, "while you were away")
        (heard,) = await bot.hears("message")
        await bot.hears("resumed")
        assert heard.id == message.id
        assert [s["session_id"] for s in await made.admin.sessions()] == [session]
        assert len(bot.named("ready")) == 1


async def test_an_invalid_session_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    # The library backs off for seconds before it identifies again; the wait itself is its own.
    monkeypatch.setattr(ExponentialBackoff, "delay", at_once)
    async with stage() as made, connected(made) as bot:
        (before,) = await made.admin.sessions()
        assert await made.admin.gateway("invalidate") == 1
        await bot.hears("ready", 2)
        (after,) = await made.admin.sessions()
        assert after["session_id"] != before["session_id"]
        await made.reader.say(made.channel_id, "still there?")
        await bot.hears("message")


async def test_two_shards_each_hear_of_their_guilds() -> None:
    async with stage() as made:
        other = made.world.servers.create(
            made.owner_id, "Other", guild_id=made.guild_id + (1 << 22)
        )
        made.world.servers.add_bot(other.id, made.application.id)
        channel = made.world.rooms.create(other.id, "papers")
        async with connected(made, shard_count=2) as bot:
            assert sorted(shard for shard in bot.shards) == [0, 1]
            shards = {guild.id: guild.shard_id for guild in bot.guilds}
            assert shards == {
                made.guild_id: (made.guild_id >> 22) % 2,
                other.id: (other.id >> 22) % 2,
            }
            await made.owner.say(channel.id, "to one shard")
            await made.owner.say(made.channel_id, "to the other")
            heard = await bot.hears("message", 2)
            assert {message.guild.id for message in heard} == {made.guild_id, other.id}
            assert len(bot.named("message")) == 2


async def test_joining_and_leaving_a_guild() -> None:
    async with stage() as made, connected(made) as bot:
        fresh = await made.admin.create_guild("Fresh", made.owner_id)
        await made.admin.add_bot(fresh, made.application.id, permissions=["SEND_MESSAGES"])
        (joined,) = await bot.hears("guild_join")
        assert joined.id == fresh
        await made.admin.remove_bot(fresh, made.application.id)
        (left,) = await bot.hears("guild_remove")
        assert left.id == fresh


async def test_a_direct_message_reaches_the_bot() -> None:
    async with stage() as made, connected(made) as bot:
        channel = await made.reader.open_dm(made.application.id)
        await made.reader.say(channel, "psst")
        (heard,) = await bot.hears("message")
        assert isinstance(heard.channel, discord.DMChannel)
        assert heard.content == "psst"
        await heard.channel.send("yes?")
        messages = await made.reader.wait_until(channel, lambda seen: len(seen) == 2)
        assert messages[1].text == "yes?"


async def test_members_are_chunked_for_the_library() -> None:
    async with stage() as made:
        made.application.flags |= ApplicationFlag.GATEWAY_GUILD_MEMBERS_LIMITED
        async with connected(made, wanted=("guilds", "members")) as bot:
            guild = bot.get_guild(made.guild_id)
            assert guild is not None
            assert {member.id for member in guild.members} == {
                made.owner_id,
                made.reader_id,
                made.application.id,
            }


async def test_a_wrong_token_and_a_forbidden_intent_are_told_apart() -> None:
    async with stage() as made:
        with discord_at(made.sandbox):
            async with Bot(intents("guilds")) as bot:
                with pytest.raises(discord.LoginFailure):
                    await bot.start("wrong.token.here")
            async with Bot(intents("guilds", "members")) as bot:
                with pytest.raises(discord.PrivilegedIntentsRequired):
                    await bot.start(made.token)
        assert str(DiscordWebSocket.DEFAULT_GATEWAY) == "wss://gateway.discord.gg/"
