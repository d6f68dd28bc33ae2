"""The gateway's rules, over a bare websocket."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest
from sandbox_stage import RawClient, Stage, stage

from sandbox.discord.gateway_intents import Intent
from sandbox.discord.models import ApplicationFlag, ChannelType, Overwrite
from sandbox.discord.permissions import Permission
from sandbox.discord.servers import Servers


def say(made: Stage, text: str, *, channel_id: int | None = None) -> int:
    """A message by the owner."""
    channel = channel_id or made.channel_id
    return made.world.posts.create(made.owner_id, channel, {"content": text}).message.id


async def test_ready_then_the_guild() -> None:
    async with stage() as made, RawClient(made) as client:
        gateway = await client.connect()
        hello = await gateway.receive()
        assert hello == {
            "op": 10,
            "d": {"heartbeat_interval": 41_250, "_trace": []},
            "s": None,
            "t": None,
        }
        ready = await gateway.identify(made.token, shard=[0, 1])
        assert ready["v"] == 10
        assert ready["user"]["id"] == str(made.application.id)
        assert ready["guilds"] == [{"id": str(made.guild_id), "unavailable": True}]
        assert ready["resume_gateway_url"] == made.sandbox.gateway_url
        assert ready["shard"] == [0, 1]
        assert ready["application"] == {"id": str(made.application.id), "flags": 0}
        guild = await gateway.until("GUILD_CREATE")
        assert guild["member_count"] == 3
        assert [member["user"]["id"] for member in guild["members"]] == [str(made.application.id)]
        assert [channel["id"] for channel in guild["channels"]] == [str(made.channel_id)]


async def test_heartbeats_are_acknowledged_before_and_after_identifying() -> None:
    async with stage() as made, RawClient(made) as client:
        gateway = await client.opened()
        await gateway.send(1, None)
        assert (await gateway.receive())["op"] == 11
        await gateway.identify(made.token)
        await gateway.send(1, 1)
        while (packet := await gateway.receive())["op"] == 0:
            pass
        assert packet["op"] == 11


async def test_a_client_without_heartbeats_is_cut_off_and_can_resume() -> None:
    async with stage() as made, RawClient(made) as client:
        await made.admin.settings(heartbeat_interval_ms=50, heartbeat_grace_ms=50)
        gateway = await client.opened()
        ready = await gateway.identify(made.token)
        assert await gateway.close_code() == 4000
        again = await client.opened()
        resume = {"token": made.token, "session_id": ready["session_id"], "seq": 2}
        await again.send(6, resume)
        assert await again.until("RESUMED") == {"_trace": []}


@pytest.mark.parametrize(
    ("packets", "code"),
    [
        ([{"op": 2, "d": {"token": "no such token", "intents": 1}}], 4004),
        ([{"op": 6, "d": {"token": "no such token", "session_id": "x", "seq": 1}}], 4004),
        ([{"op": 2, "d": {"token": "TOKEN", "intents": 1 << 30}}], 4013),
        ([{"op": 2, "d": {"token": "TOKEN"}}], 4013),
        ([{"op": 2, "d": {"token": "TOKEN", "intents": 1 << 1}}], 4014),
        ([{"op": 2, "d": {"token": "TOKEN", "intents": 1 << 15}}], 4014),
        ([{"op": 2, "d": {"token": "TOKEN", "intents": 1, "shard": [1, 1]}}], 4010),
        ([{"op": 2, "d": {"token": "TOKEN", "intents": 1, "shard": "0/1"}}], 4010),
        ([{"op": 2, "d": {"token": "TOKEN", "intents": 1}}] * 2, 4005),
        ([{"op": 2, "d": "TOKEN"}], 4002),
        ([{"op": 8, "d": {"guild_id": "1", "query": "", "limit": 0}}], 4003),
        ([{"op": 99, "d": None}], 4001),
        ([{"op": "2", "d": None}], 4001),
        (["not JSON"], 4002),
        ([[1, 2]], 4002),
        ([{"op": 1, "d": "x" * 5000}], 4002),
        ([{"op": 1, "d": None}] * 121, 4008),
    ],
)
async def test_wrong_packets_close_with_the_documented_code(packets: list[Any], code: int) -> None:
    async with stage() as made, RawClient(made) as client:
        gateway = await client.opened()
        for packet in packets:
            text = packet if isinstance(packet, str) else json.dumps(packet)
            await gateway.socket.send_str(text.replace("TOKEN", made.token))
        assert await gateway.close_code() == code


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("v=6&encoding=json", 4012),
        ("v=10&encoding=etf", 4002),
        ("v=10&encoding=json&compress=brotli", 4002),
    ],
)
async def test_addresses_that_cannot_be_served(query: str, code: int) -> None:
    async with stage() as made, RawClient(made) as client:
        assert await (await client.connect(query)).close_code() == code


async def test_the_stream_compression_shares_one_context() -> None:
    async with stage() as made, RawClient(made) as client:
        gateway = await client.opened("v=10&encoding=json&compress=zlib-stream")
        await gateway.identify(made.token, 1 | Intent.GUILD_MESSAGES)
        await gateway.until("GUILD_CREATE")
        for _ in range(2):
            say(made, "the same words again and again")
            event = await gateway.until("MESSAGE_CREATE")
            assert event["channel_id"] == str(made.channel_id)
        # With a context of its own the second message would be as long as the first.
        assert gateway.sizes[-1] < gateway.sizes[-2] / 2


async def test_payload_compression_compresses_the_long_packets() -> None:
    async with stage() as made, RawClient(made) as client:
        gateway = await client.opened()
        await gateway.identify(made.token, compress=True)
        assert (await gateway.until("GUILD_CREATE"))["id"] == str(made.guild_id)
        assert gateway.sizes
        await gateway.send(1, None)
        assert (await gateway.socket.receive()).type is aiohttp.WSMsgType.TEXT


async def test_a_resume_replays_what_was_missed_in_order() -> None:
    async with stage() as made, RawClient(made) as client:
        gateway = await client.opened()
        ready = await gateway.identify(made.token, Intent.GUILDS | Intent.GUILD_MESSAGES)
        await gateway.until("GUILD_CREATE")
        seen = gateway.sequence
        assert await made.admin.gateway("drop") == 1
        await gateway.close_code()
        missed = [say(made, text) for text in ("one", "two")]
        again = await client.opened()
        resume = {"token": made.token, "session_id": ready["session_id"], "seq": seen}
        await again.send(6, resume)
        packets = [await again.receive() for _ in range(3)]
        assert [packet["t"] for packet in packets] == ["MESSAGE_CREATE"] * 2 + ["RESUMED"]
        assert [int(packet["d"]["id"]) for packet in packets[:2]] == missed
        assert seen is not None
        assert [packet["s"] for packet in packets] == [seen + 1, seen + 2, seen + 3]
        say(made, "three")
        assert (await again.receive())["s"] == seen + 4


async def test_a_session_that_cannot_be_resumed_is_invalid() -> None:
    async with stage() as made, RawClient(made) as client:
        await made.admin.settings(keep_events=2)
        gateway = await client.opened()
        await gateway.send(6, {"token": made.token, "session_id": "unknown", "seq": 1})
        invalid = {"op": 9, "d": False, "s": None, "t": None}
        assert await gateway.receive() == invalid
        # The connection stays open for an Identify.
        ready = await gateway.identify(made.token, Intent.GUILDS | Intent.GUILD_MESSAGES)
        await gateway.until("GUILD_CREATE")
        await made.admin.gateway("drop")
        await gateway.close_code()
        for text in ("one", "two", "three"):
            say(made, text)
        again = await client.opened()
        resume = {"token": made.token, "session_id": ready["session_id"], "seq": 2}
        await again.send(6, resume)
        assert await again.receive() == invalid


async def test_a_sequence_from_the_future_is_refused() -> None:
    async with stage() as made, RawClient(made) as client:
        gateway = await client.opened()
        ready = await gateway.identify(made.token)
        await made.admin.gateway("drop")
        again = await client.opened()
        resume = {"token": made.token, "session_id": ready["session_id"], "seq": 999}
        await again.send(6, resume)
        assert await again.close_code() == 4007


async def test_sessions_end_with_a_goodbye_and_after_their_time() -> None:
    async with stage() as made, RawClient(made) as client:
        gateway = await client.opened()
        await gateway.identify(made.token)
        await gateway.socket.close(code=1000)
        second = await client.opened()
        ready = await second.identify(made.token)
        sessions = await made.admin.sessions()
        assert [session["session_id"] for session in sessions] == [ready["session_id"]]
        await made.admin.settings(keep_session_seconds=0)
        await made.admin.gateway("drop")
        await second.close_code()
        third = await client.opened()
        await third.send(6, {"token": made.token, "session_id": ready["session_id"], "seq": 2})
        assert (await third.receive())["op"] == 9


async def test_a_second_identify_may_have_to_wait() -> None:
    async with stage() as made, RawClient(made) as client:
        await made.admin.settings(identify_interval_seconds=3600)
        await (await client.opened()).identify(made.token)
        early = await client.opened()
        await early.send(2, {"token": made.token, "intents": 1})
        assert await early.receive() == {"op": 9, "d": False, "s": None, "t": None}


async def test_a_bot_with_too_many_guilds_must_shard() -> None:
    async with stage() as made, RawClient(made) as client:
        await made.admin.settings(most_guilds_per_shard=1)
        second = Servers(made.world).create(made.owner_id, "Second")
        made.world.servers.add_bot(second.id, made.application.id)
        gateway = await client.opened()
        await gateway.send(2, {"token": made.token, "intents": 1})
        assert await gateway.close_code() == 4011


async def test_shards_get_their_own_guilds() -> None:
    async with stage() as made, RawClient(made) as client:
        other = made.world.servers.create(
            made.owner_id, "Other", guild_id=made.guild_id + (1 << 22)
        )
        made.world.servers.add_bot(other.id, made.application.id)
        for guild_id in (made.guild_id, other.id):
            number = (guild_id >> 22) % 2
            gateway = await client.opened()
            ready = await gateway.identify(made.token, shard=[number, 2])
            assert [guild["id"] for guild in ready["guilds"]] == [str(guild_id)]


async def test_intents_and_visibility_decide_what_is_heard() -> None:
    async with stage() as made, RawClient(made) as client:
        hidden = made.world.rooms.create(
            made.guild_id,
            "hidden",
            overwrites=[Overwrite(made.guild_id, 0, deny=int(Permission.VIEW_CHANNEL))],
        )
        reacting = Intent.GUILDS | Intent.GUILD_MESSAGE_REACTIONS
        gateway = await client.opened()
        await gateway.identify(made.token, reacting)
        await gateway.until("GUILD_CREATE")
        first = say(made, "not heard: no GUILD_MESSAGES intent")
        out_of_sight = say(made, "hidden", channel_id=hidden.id)
        world = made.world
        world.reactions.add(made.owner_id, hidden.id, out_of_sight, "🔖")
        world.reactions.add(made.owner_id, made.channel_id, first, "🔖")
        packet = await gateway.receive()
        assert packet["t"] == "MESSAGE_REACTION_ADD"
        assert packet["d"]["message_id"] == str(first)
        world.servers.create(made.owner_id, "A guild without the bot")
        world.rooms.create(made.guild_id, "fresh", type=ChannelType.TEXT)
        assert (await gateway.receive())["t"] == "CHANNEL_CREATE"


@pytest.mark.parametrize("allowed", [True, False])
async def test_message_content_is_for_those_who_may_read_it(allowed: bool) -> None:
    async with stage() as made, RawClient(made) as client:
        wanted = Intent.GUILDS | Intent.GUILD_MESSAGES
        if allowed:
            made.application.flags |= ApplicationFlag.GATEWAY_MESSAGE_CONTENT_LIMITED
            wanted |= Intent.MESSAGE_CONTENT
        gateway = await client.opened()
        await gateway.identify(made.token, wanted)
        say(made, "private thoughts")
        say(made, f"hello <@{made.application.id}>")
        texts = [(await gateway.until("MESSAGE_CREATE"))["content"] for _ in range(2)]
        private = "private thoughts" if allowed else ""
        assert texts == [private, f"hello <@{made.application.id}>"]


async def test_members_are_listed_on_request() -> None:
    async with stage() as made, RawClient(made) as client:
        made.application.flags |= ApplicationFlag.GATEWAY_GUILD_MEMBERS_LIMITED
        gateway = await client.opened()
        await gateway.identify(made.token, Intent.GUILDS | Intent.GUILD_MEMBERS)
        guild = str(made.guild_id)
        await gateway.send(8, {"guild_id": guild, "query": "", "limit": 0, "nonce": "n1"})
        chunk = await gateway.until("GUILD_MEMBERS_CHUNK")
        assert (len(chunk["members"]), chunk["chunk_count"], chunk["nonce"]) == (3, 1, "n1")
        await gateway.send(8, {"guild_id": guild, "query": "RI", "limit": 5})
        chunk = await gateway.until("GUILD_MEMBERS_CHUNK")
        assert [member["user"]["username"] for member in chunk["members"]] == ["rita"]
        await gateway.send(8, {"guild_id": guild, "user_ids": [str(made.owner_id), "12345"]})
        chunk = await gateway.until("GUILD_MEMBERS_CHUNK")
        assert chunk["not_found"] == ["12345"]
        assert [member["user"]["username"] for member in chunk["members"]] == ["olga"]


async def test_listing_everybody_needs_the_intent() -> None:
    async with stage() as made, RawClient(made) as client:
        gateway = await client.opened()
        await gateway.identify(made.token)
        await gateway.send(8, {"guild_id": str(made.guild_id), "query": "", "limit": 0})
        assert await gateway.close_code() == 4014


async def test_stopping_closes_websockets_at_once() -> None:
    async with stage() as made, RawClient(made) as client:
        gateway = await client.opened()
        await gateway.identify(made.token)
        reader = asyncio.create_task(gateway.close_code())
        async with asyncio.timeout(1.5):
            await made.sandbox.stop()
        assert await reader == 1001
