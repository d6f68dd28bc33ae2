"""Guilds, channels and threads over real HTTP."""

from datetime import timedelta
from typing import Any

import pytest
from rest_server import RestServer, error_codes

from sandbox.discord.errors import DiscordError
from sandbox.discord.models import ChannelType, Overwrite
from sandbox.discord.permissions import Permission


def hide(rest: RestServer, channel_id: int) -> None:
    bits = int(Permission.VIEW_CHANNEL)
    rest.world.rooms.set_overwrite(channel_id, Overwrite(rest.guild.id, 0, deny=bits))


async def test_the_guild_and_what_is_in_it(rest: RestServer) -> None:
    base = f"/guilds/{rest.guild.id}"
    _, guild = await rest.call("GET", base, params={"with_counts": "true"})
    assert (guild["name"], guild["approximate_member_count"]) == ("Reading group", 3)
    assert guild["roles"][1]["tags"] == {"bot_id": str(rest.bot.id)}
    _, channels = await rest.call("GET", f"{base}/channels")
    assert [channel["name"] for channel in channels] == ["general", "news"]
    _, roles = await rest.call("GET", f"{base}/roles")
    assert [role["name"] for role in roles] == ["@everyone", "Paperboy"]
    _, members = await rest.call("GET", f"{base}/members", params={"limit": "2"})
    assert [member["user"]["username"] for member in members] == ["olga", "rita"]
    after = {"limit": "5", "after": members[-1]["user"]["id"]}
    _, others = await rest.call("GET", f"{base}/members", params=after)
    assert [member["user"]["id"] for member in others] == [str(rest.bot.id)]
    status, answer = await rest.call("GET", f"{base}/members/5")
    assert (status, answer["code"]) == (404, 10007)
    _, mine = await rest.call("GET", "/users/@me/guilds")
    assert [found["id"] for found in mine] == [str(rest.guild.id)]


async def test_guilds_of_others_are_closed(rest: RestServer) -> None:
    other = rest.world.servers.create(rest.owner.id, "Elsewhere")
    room = rest.world.rooms.create(other.id, "secret")
    for path in (f"/guilds/{other.id}", f"/channels/{room.id}", f"/channels/{room.id}/messages"):
        status, answer = await rest.call("GET", path)
        assert (status, answer["code"]) == (403, 50001)


async def test_leaving_a_guild(rest: RestServer) -> None:
    assert await rest.call("DELETE", f"/users/@me/guilds/{rest.guild.id}") == (204, None)
    assert rest.bot.id not in rest.guild.members
    assert list(rest.guild.roles) == [rest.guild.id]
    (gone,) = rest.named("GUILD_DELETE")
    assert (gone.only_users, gone.data) == ({rest.bot.id}, {"id": str(rest.guild.id)})
    status, answer = await rest.call("GET", f"/guilds/{rest.guild.id}")
    assert (status, answer["code"]) == (403, 50001)


async def test_joining_brings_the_whole_guild(rest: RestServer) -> None:
    other = rest.world.servers.create(rest.owner.id, "Elsewhere")
    room = rest.world.rooms.create(other.id, "papers")
    rest.events.clear()
    rest.world.servers.add_bot(other.id, rest.bot.id, permissions=8)
    (event,) = rest.named("GUILD_CREATE")
    assert event.only_users == {rest.bot.id}
    assert [channel["id"] for channel in event.data["channels"]] == [str(room.id)]
    assert [member["user"]["id"] for member in event.data["members"]] == [str(rest.bot.id)]


async def test_the_own_nickname(rest: RestServer) -> None:
    path = f"/guilds/{rest.guild.id}/members/@me"
    status, member = await rest.call("PATCH", path, {"nick": "Press"})
    assert (status, member["nick"]) == (200, "Press")
    assert [e.only_users for e in rest.named("GUILD_MEMBER_UPDATE")][-1] == {rest.bot.id}
    status, answer = await rest.call("PATCH", path, {"nick": "x" * 33})
    assert error_codes(answer) == {"nick": ["BASE_TYPE_MAX_LENGTH"]}


async def test_channels_are_made_changed_and_deleted(rest: RestServer) -> None:
    category = rest.world.rooms.create(rest.guild.id, "Papers", type=ChannelType.CATEGORY)
    body: dict[str, Any] = {
        "name": "Machine Learning",
        "topic": "cs.LG",
        "parent_id": str(category.id),
        "permission_overwrites": [{"id": str(rest.guild.id), "type": 0, "deny": "2048"}],
    }
    status, made = await rest.call("POST", f"/guilds/{rest.guild.id}/channels", body)
    assert (status, made["name"], made["parent_id"]) == (201, "machine-learning", str(category.id))
    assert made["permission_overwrites"][0]["deny"] == "2048"
    path = f"/channels/{made['id']}"
    status, changed = await rest.call("PATCH", path, {"topic": None, "name": "ml"})
    assert (changed["topic"], changed["name"]) == (None, "ml")
    assert rest.named("CHANNEL_UPDATE")[-1].data["name"] == "ml"
    status, answer = await rest.call("PATCH", path, {"name": ""})
    assert error_codes(answer) == {"name": ["BASE_TYPE_BAD_LENGTH"]}
    assert (await rest.call("PATCH", path, {"type": 5}))[1]["type"] == 5
    assert (await rest.call("PATCH", path, {"type": 4}))[1]["code"] == 50024
    status, _ = await rest.call("DELETE", path)
    assert status == 200
    status, answer = await rest.call("GET", path)
    assert (status, answer["code"]) == (404, 10003)
    names = [event.name for event in rest.events]
    assert names.count("CHANNEL_CREATE") == 2
    assert names.count("CHANNEL_DELETE") == 1


async def test_a_guild_holds_500_channels(rest: RestServer) -> None:
    for number in range(498):
        rest.world.rooms.create(rest.guild.id, f"c{number}")
    body = {"name": "one more"}
    status, answer = await rest.call("POST", f"/guilds/{rest.guild.id}/channels", body)
    assert (status, answer["code"]) == (400, 30013)


async def test_overwrites_hide_and_show_a_channel(rest: RestServer) -> None:
    path = f"/channels/{rest.general.id}/permissions/{rest.bot.id}"
    assert await rest.call("PUT", path, {"type": 1, "deny": "2048"}) == (204, None)
    status, answer = await rest.send({"content": "x"})
    assert (status, answer["code"]) == (403, 50013)
    assert await rest.call("DELETE", path) == (204, None)
    assert (await rest.send({"content": "x"}))[0] == 200
    status, answer = await rest.call("DELETE", path)
    assert (status, answer["code"]) == (404, 10009)
    hide(rest, rest.general.id)
    for method, target in (("GET", ""), ("GET", "/messages"), ("POST", "/typing")):
        status, answer = await rest.call(method, f"/channels/{rest.general.id}{target}")
        assert (status, answer["code"]) == (403, 50001)


async def test_managing_needs_permission(rest: RestServer) -> None:
    (role,) = rest.guild.members[rest.bot.id].roles
    rest.world.servers.update_role(rest.guild.id, role, permissions=int(Permission.VIEW_CHANNEL))
    for method, path, body in (
        ("POST", f"/guilds/{rest.guild.id}/channels", {"name": "x"}),
        ("PATCH", f"/channels/{rest.general.id}", {"topic": "x"}),
        ("DELETE", f"/channels/{rest.general.id}", None),
        ("PUT", f"/channels/{rest.general.id}/permissions/1", {"type": 1}),
    ):
        status, answer = await rest.call(method, path, body)
        assert (status, answer["code"]) == (403, 50013), path


async def test_a_thread_has_its_messages_id(rest: RestServer) -> None:
    _, header = await rest.send({"content": "Digest"})
    path = f"/channels/{rest.general.id}/messages/{header['id']}/threads"
    body = {"name": "Papers", "auto_archive_duration": 1440}
    status, thread = await rest.call("POST", path, body)
    assert status == 201
    assert (thread["id"], thread["type"]) == (header["id"], 11)
    assert thread["parent_id"] == str(rest.general.id)
    assert thread["thread_metadata"]["auto_archive_duration"] == 1440
    assert (thread["message_count"], thread["member_count"]) == (0, 1)
    assert rest.named("THREAD_CREATE")[0].data["newly_created"] is True
    status, answer = await rest.call("POST", path, body)
    assert (status, answer["code"]) == (400, 160004)
    status, paper = await rest.send({"content": "A paper"}, int(thread["id"]))
    assert (status, paper["position"]) == (200, 1)
    _, history = await rest.call("GET", f"/channels/{thread['id']}/messages")
    assert [message["type"] for message in history] == [0, 21]
    assert history[1]["referenced_message"]["id"] == header["id"]
    where = f"/channels/{rest.general.id}/messages/{header['id']}"
    _, parent = await rest.call("GET", where)
    assert parent["flags"] & 1 << 5
    assert parent["thread"]["message_count"] == 1
    _, active = await rest.call("GET", f"/guilds/{rest.guild.id}/threads/active")
    assert [found["id"] for found in active["threads"]] == [thread["id"]]


@pytest.mark.parametrize(
    ("body", "place", "code"),
    [
        ({"name": ""}, "name", "BASE_TYPE_BAD_LENGTH"),
        ({"name": "x" * 101}, "name", "BASE_TYPE_BAD_LENGTH"),
        ({}, "name", "BASE_TYPE_REQUIRED"),
        ({"name": "x", "auto_archive_duration": 61}, "auto_archive_duration", "BASE_TYPE_CHOICES"),
        ({"name": "x", "rate_limit_per_user": 21601}, "rate_limit_per_user", "NUMBER_TYPE_MAX"),
    ],
)
async def test_a_wrong_thread_is_named(
    rest: RestServer, body: dict[str, Any], place: str, code: str
) -> None:
    _, header = await rest.send({"content": "Digest"})
    path = f"/channels/{rest.general.id}/messages/{header['id']}/threads"
    status, answer = await rest.call("POST", path, body)
    assert (status, error_codes(answer)) == (400, {place: [code]})


async def test_threads_of_announcement_channels_and_standing_alone(rest: RestServer) -> None:
    _, header = await rest.send({"content": "Digest"}, rest.news.id)
    path = f"/channels/{rest.news.id}/messages/{header['id']}/threads"
    assert (await rest.call("POST", path, {"name": "T"}))[1]["type"] == 10
    alone = f"/channels/{rest.general.id}/threads"
    _, private = await rest.call("POST", alone, {"name": "Private"})
    assert private["type"] == 12
    with pytest.raises(DiscordError) as caught:
        rest.world.posts.create(rest.reader.id, int(private["id"]), {"content": "x"})
    assert caught.value.code == 50001
    joined = f"/channels/{private['id']}/thread-members/{rest.reader.id}"
    assert await rest.call("PUT", joined) == (204, None)
    assert rest.world.posts.create(rest.reader.id, int(private["id"]), {"content": "x"}).is_new
    _, public = await rest.call("POST", alone, {"name": "Public", "type": 11})
    assert public["type"] == 11
    assert rest.named("MESSAGE_CREATE")[-1].data["type"] == 18


async def test_an_idle_thread_is_archived_and_reopened_by_a_message(rest: RestServer) -> None:
    _, header = await rest.send({"content": "Digest"})
    base = f"/channels/{rest.general.id}"
    _, thread = await rest.call(
        "POST",
        f"{base}/messages/{header['id']}/threads",
        {"name": "T", "auto_archive_duration": 60},
    )
    inner = f"/channels/{thread['id']}"
    _, paper = await rest.send({"content": "A paper"}, int(thread["id"]))
    rest.clock.advance(timedelta(minutes=59))
    assert (await rest.call("GET", inner))[1]["thread_metadata"]["archived"] is False
    rest.clock.advance(timedelta(minutes=2))
    assert (await rest.call("GET", inner))[1]["thread_metadata"]["archived"] is True
    assert (await rest.call("GET", f"/guilds/{rest.guild.id}/threads/active"))[1]["threads"] == []
    _, archived = await rest.call("GET", f"{base}/threads/archived/public")
    assert [found["id"] for found in archived["threads"]] == [thread["id"]]
    for method, path, body in (
        ("PUT", f"{inner}/messages/{paper['id']}/reactions/🔖/@me", None),
        ("PATCH", f"{inner}/messages/{paper['id']}", {"content": "x"}),
        ("PATCH", inner, {"name": "x"}),
    ):
        status, answer = await rest.call(method, path, body)
        assert (status, answer["code"]) == (400, 50083), path
    assert (await rest.send({"content": "Another"}, int(thread["id"])))[0] == 200
    assert (await rest.call("GET", inner))[1]["thread_metadata"]["archived"] is False
    status, closed = await rest.call("PATCH", inner, {"archived": True, "locked": True})
    assert closed["thread_metadata"]["locked"] is True
    with pytest.raises(DiscordError) as caught:
        rest.world.posts.create(rest.reader.id, int(thread["id"]), {"content": "x"})
    assert caught.value.code == 160005


async def test_thread_members(rest: RestServer) -> None:
    _, header = await rest.send({"content": "Digest"})
    path = f"/channels/{rest.general.id}/messages/{header['id']}/threads"
    await rest.call("POST", path, {"name": "T"})
    members = f"/channels/{header['id']}/thread-members"
    assert [m["user_id"] for m in (await rest.call("GET", members))[1]] == [str(rest.bot.id)]
    assert await rest.call("DELETE", f"{members}/@me") == (204, None)
    status, answer = await rest.call("GET", f"{members}/{rest.bot.id}")
    assert (status, answer["code"]) == (404, 10007)
    assert await rest.call("PUT", f"{members}/@me") == (204, None)
    updates = rest.named("THREAD_MEMBERS_UPDATE")
    assert updates[0].data["removed_member_ids"] == [str(rest.bot.id)]
    assert updates[1].data["added_members"][0]["user_id"] == str(rest.bot.id)


async def test_threads_need_permission(rest: RestServer) -> None:
    _, header = await rest.send({"content": "Digest"})
    bits = int(Permission.CREATE_PUBLIC_THREADS | Permission.SEND_MESSAGES_IN_THREADS)
    own = Overwrite(rest.bot.id, 1, deny=bits)
    path = f"/channels/{rest.general.id}/messages/{header['id']}/threads"
    rest.world.rooms.set_overwrite(rest.general.id, own)
    status, answer = await rest.call("POST", path, {"name": "T"})
    assert (status, answer["code"]) == (403, 50013)
    thread = rest.world.threads.from_message(
        rest.owner.id, rest.general.id, int(header["id"]), {"name": "T"}
    )
    status, answer = await rest.send({"content": "x"}, thread.id)
    assert (status, answer["code"]) == (403, 50013)


async def test_deleting_a_channel_takes_its_threads_along(rest: RestServer) -> None:
    _, header = await rest.send({"content": "Digest"})
    path = f"/channels/{rest.general.id}/messages/{header['id']}/threads"
    await rest.call("POST", path, {"name": "T"})
    await rest.call("DELETE", f"/channels/{rest.general.id}")
    status, answer = await rest.call("GET", f"/channels/{header['id']}")
    assert (status, answer["code"]) == (404, 10003)
    assert [event.name for event in rest.events[-2:]] == ["THREAD_DELETE", "CHANNEL_DELETE"]


async def test_typing_is_told(rest: RestServer) -> None:
    assert await rest.call("POST", f"/channels/{rest.general.id}/typing") == (204, None)
    assert rest.named("TYPING_START")[0].intent == "GUILD_MESSAGE_TYPING"
