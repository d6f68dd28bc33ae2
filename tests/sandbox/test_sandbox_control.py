"""The control interface: making things, acting, waiting, and its error answers."""

import asyncio
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from sandbox_stage import NOON, Stage, connected, stage

from sandbox.discord.person import ControlRefusedError


async def refusal(awaitable: Any) -> ControlRefusedError:
    """The error with which the control interface answers."""
    with pytest.raises(ControlRefusedError) as caught:
        await awaitable
    return caught.value


async def test_a_world_is_made_over_http() -> None:
    async with stage() as made:
        admin = made.admin
        owner = await admin.create_user("ann", locale="de", global_name="Ann")
        guild = await admin.create_guild("Lab", owner, locale="de")
        category = await admin.create_channel(guild, "Papers", type="category")
        overwrite = {"id": str(guild), "type": "role", "deny": ["SEND_MESSAGES"]}
        channel = await admin.create_channel(
            guild, "Daily News", parent_id=category, topic="arXiv", overwrites=[overwrite]
        )
        role = await admin.create_role(guild, "Readers", permissions=["MANAGE_CHANNELS"])
        await admin.add_member(guild, made.reader_id, nick="R.", roles=[role])
        bot, token = await admin.create_application("Second", owner, intents=["members"])
        assert token.count(".") == 2
        await admin.add_bot(guild, bot, permissions=["SEND_MESSAGES"])
        state: Any = await admin.call("GET", f"/guilds/{guild}")
        assert (state["name"], state["locale"]) == ("Lab", "de")
        assert {member["user"]["username"] for member in state["members"]} == {
            *("ann", "rita", "Second")
        }
        (shown,) = [c for c in state["channels"] if c["id"] == str(channel)]
        assert (shown["name"], shown["parent_id"], shown["topic"]) == (
            "daily-news",
            str(category),
            "arXiv",
        )
        error = await refusal(made.reader.say(channel, "may I?"))
        assert (error.status, error.code) == (403, 50013)
        await admin.set_overwrite(channel, role, type="role", allow=["SEND_MESSAGES"])
        assert (await made.reader.say(channel, "now I may")).text == "now I may"
        users = await admin.call("GET", "/users")
        assert {"ann", "rita", "olga"} <= {user["username"] for user in users}
        await admin.call("PATCH", f"/users/{owner}", {"locale": "fr", "accepts_dms": False})
        assert made.world.users[owner].locale == "fr"
        await admin.call("PATCH", f"/channels/{channel}", {"topic": "news"})
        assert made.world.channels[channel].topic == "news"
        await admin.call("PATCH", f"/guilds/{guild}/members/{made.reader_id}", {"nick": "Rita"})
        member = made.world.guilds[guild].members[made.reader_id]
        assert (member.nick, member.roles) == ("Rita", [role])
        await admin.call("PATCH", f"/guilds/{guild}/roles/{role}", {"permissions": []})
        assert made.world.guilds[guild].roles[role].permissions == 0
        for path in (
            f"/guilds/{guild}/roles/{role}",
            f"/guilds/{guild}/members/{made.reader_id}",
            f"/channels/{channel}/overwrites/{guild}",
            f"/guilds/{guild}/bots/{bot}",
            f"/guilds/{guild}",
        ):
            await admin.call("DELETE", path)
        assert guild not in made.world.guilds


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "part"),
    [
        ("POST", "/users", {}, 400, "name: is required"),
        ("POST", "/users", {"name": 5}, 400, "name: must be a non-empty string"),
        ("POST", "/users", {"nmae": "x", "name": "x"}, 400, "nmae: unknown field"),
        ("POST", "/users", {"name": "x", "id": "abc"}, 400, "id: must be an id"),
        ("POST", "/guilds", {"name": "x", "owner_id": "1"}, 404, "Unknown User"),
        ("GET", "/guilds/1", None, 404, "Unknown Guild"),
        ("GET", "/guilds/abc", None, 400, "guild_id: must be an id"),
        (
            "POST",
            "/guilds/GUILD/channels",
            {"name": "x", "type": "voice"},
            400,
            "type: must be one",
        ),
        ("POST", "/guilds/GUILD/roles", {"name": "x", "permissions": ["FLY"]}, 400, "'FLY'"),
        ("POST", "/guilds/GUILD/roles", {"name": "x", "color": -1}, 400, "color: must be from 0"),
        ("POST", "/guilds/GUILD/members", {"user_id": "7"}, 404, "Unknown User"),
        ("POST", "/applications", {"name": "x", "owner_id": "OWNER", "intents": ["all"]}, 400, ""),
        ("PUT", "/clock", {"now": "yesterday"}, 400, "now: must be an ISO 8601"),
        ("PUT", "/clock", {"now": "2026-06-03T12:00:00"}, 400, "with a time zone"),
        ("PUT", "/clock", {}, 400, "advance_seconds: is required"),
        ("PATCH", "/settings", {"heartbeat_interval_ms": 1}, 400, "must be from 50"),
        ("PATCH", "/settings", {"limits_enabled": "no"}, 400, "true or false"),
        ("POST", "/gateway/explode", {}, 400, "must be one of drop, reconnect"),
        ("POST", "/faults", {"path": "("}, 400, "regular expression"),
        ("POST", "/faults", {"path": "x", "status": 200}, 400, "status: must be from 400"),
        ("POST", "/users/OWNER/channels/CHANNEL/commands", {"command": "x", "wait": 61}, 400, "60"),
        ("POST", "/users/OWNER/channels/CHANNEL/commands", {"command": "nope"}, 404, "'nope'"),
        ("POST", "/users/OWNER/channels/CHANNEL/messages", {"content": ""}, 400, "empty message"),
        ("GET", "/users/OWNER/channels/1/messages", None, 404, "Unknown Channel"),
        ("GET", "/users/OWNER/interactions/1", None, 404, "no such interaction"),
        ("GET", "/users/OWNER/channels/CHANNEL/messages?limit=x", None, 400, "limit: must be"),
        ("POST", "/users/OWNER/channels/CHANNEL/messages/1/press", {"label": "x"}, 404, "no such"),
    ],
)
async def test_wrong_requests_are_named(
    method: str, path: str, body: dict[str, Any] | None, status: int, part: str
) -> None:
    async with stage() as made:
        ids = {"GUILD": made.guild_id, "OWNER": made.owner_id, "CHANNEL": made.channel_id}
        for word, number in ids.items():
            path = path.replace(word, str(number))
            body = body and {
                key: str(number) if value == word else value for key, value in body.items()
            }
        error = await refusal(made.admin.call(method, path, body))
        assert error.status == status
        assert part in error.message


async def test_bodies_that_are_not_json_objects() -> None:
    async with stage() as made, aiohttp.ClientSession() as session:
        for data, part in ((b"{", "must be JSON"), (b"[1]", "must be a JSON object")):
            async with session.post(f"{made.control_url}/users", data=data) as answer:
                assert answer.status == 400
                assert part in (await answer.json())["error"]


async def test_the_clock_is_set_and_waited_for() -> None:
    async with stage() as made:
        before = await made.admin.call("GET", "/clock")
        assert await made.admin.now() - NOON < timedelta(minutes=1)
        query = {"after": str(before["revision"]), "wait": "30"}
        waiting = asyncio.create_task(made.admin.call("GET", "/clock", query=query))
        await made.admin.set_clock(NOON + timedelta(days=1))
        after: Any = await asyncio.wait_for(waiting, 5)
        assert after["revision"] == before["revision"] + 1
        await made.admin.advance_clock(timedelta(hours=-24))
        assert await made.admin.now() - NOON < timedelta(minutes=1)


async def test_reading_waits_for_the_next_change() -> None:
    async with stage() as made:
        waiting = asyncio.create_task(
            made.reader.wait_until(made.channel_id, lambda seen: len(seen) == 2, 10)
        )
        await made.owner.say(made.channel_id, "one")
        await made.owner.say(made.channel_id, "two")
        assert [message.text for message in await waiting] == ["one", "two"]
        with pytest.raises(TimeoutError, match="it shows"):
            await made.reader.wait_until(made.channel_id, lambda seen: False, 0.05)


async def test_people_react_delete_and_open_threads() -> None:
    async with stage() as made:
        message = await made.owner.say(made.channel_id, "hello")
        await made.reader.react(message, "🔖")
        await made.owner.react(message, "🔖")
        (seen,) = await made.reader.read(made.channel_id)
        assert seen.reactions == {"🔖": 2}
        await made.reader.unreact(message, "🔖")
        (seen,) = await made.reader.read(made.channel_id)
        assert seen.reactions == {"🔖": 1}
        error = await refusal(made.reader.react(message, "not an emoji"))
        assert error.code == 10014
        base = f"/users/{made.reader_id}/channels/{made.channel_id}"
        thread: Any = await made.admin.call(
            "POST", f"{base}/threads", {"name": "Talk", "message_id": str(message.id)}
        )
        (seen,) = await made.reader.read(made.channel_id)
        assert seen.thread_id == int(thread["id"]) == message.id
        error = await refusal(made.admin.call("DELETE", f"{base}/messages/{message.id}"))
        assert error.code == 50013
        owned = base.replace(str(made.reader_id), str(made.owner_id))
        await made.admin.call("DELETE", f"{owned}/messages/{message.id}")
        assert await made.owner.read(made.channel_id) == []


async def test_faults_and_limits_are_set_over_http() -> None:
    async def create(made: Stage, session: aiohttp.ClientSession) -> tuple[int, Any]:
        url = f"{made.sandbox.api_base}/channels/{made.channel_id}/messages"
        headers = {"Authorization": f"Bot {made.token}"}
        async with session.post(url, json={"content": "x"}, headers=headers) as answer:
            return answer.status, await answer.json()

    async with stage() as made, aiohttp.ClientSession() as session:
        await made.admin.fault("/messages$", method="POST", status=503, body={"message": "down"})
        assert len(await made.admin.call("GET", "/faults")) == 1
        assert await create(made, session) == (503, {"message": "down"})
        assert (await create(made, session))[0] == 200
        await made.admin.fault("/messages$", times=None)
        assert [(await create(made, session))[0] for _ in range(2)] == [500, 500]
        await made.admin.clear_faults()
        await made.admin.fault("/messages$", action="drop_after")
        with pytest.raises(aiohttp.ClientError):
            await create(made, session)
        assert len(await made.owner.read(made.channel_id)) == 2
        settings = await made.admin.settings(limits_enabled=True, global_per_second=50)
        assert settings["limits_enabled"] is True
        statuses = [(await create(made, session))[0] for _ in range(7)]
        assert statuses[0] == 200
        assert statuses[-1] == 429


async def test_registered_commands_are_listed() -> None:
    def prepare(bot: Any) -> None:
        @bot.tree.command(description="Say hello")
        async def hello(interaction: Any) -> None:
            await interaction.response.send_message("hello")

    async with stage() as made, connected(made, prepare):
        (command,) = await made.admin.commands(made.application.id)
        assert (command["name"], command["description"]) == ("hello", "Say hello")
        assert await made.admin.commands(made.application.id, made.guild_id) == []
        (offered,) = await made.reader.commands(made.channel_id)
        assert offered["shown_name"] == "hello"


async def test_those_who_wait_are_let_go_at_the_end() -> None:
    async with stage() as made:
        query = {"after_revision": "999999", "wait": "60"}
        path = f"/users/{made.owner_id}/channels/{made.channel_id}/messages"
        waiting = asyncio.create_task(made.admin.call("GET", path, query=query))
        clock = asyncio.create_task(
            made.reader.call("GET", "/clock", query={"after": "1", "wait": "60"})
        )
        # Both requests are being served once this one, sent after them, is answered.
        await made.owner.read(made.channel_id)
        async with asyncio.timeout(5):
            await made.sandbox.stop()
            answers = await asyncio.gather(waiting, clock, return_exceptions=True)
        assert len(answers) == 2
