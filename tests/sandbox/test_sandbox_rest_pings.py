"""Nonces, mentions, replies and direct messages over real HTTP."""

from datetime import timedelta
from typing import Any

from rest_server import RestServer

from sandbox.discord.models import Overwrite
from sandbox.discord.permissions import Permission


def deny(rest: RestServer, *permissions: Permission) -> None:
    """Take permissions in `general` from the bot."""
    bits = Permission(0)
    for permission in permissions:
        bits |= permission
    rest.world.rooms.set_overwrite(rest.general.id, Overwrite(rest.bot.id, 1, deny=int(bits)))


async def test_the_same_nonce_makes_one_message(rest: RestServer) -> None:
    body = {"content": "once", "nonce": "d-1", "enforce_nonce": True}
    _, first = await rest.send(body)
    status, second = await rest.send({**body, "content": "twice"})
    assert status == 200
    assert second == first
    assert first["nonce"] == "d-1"
    assert len(rest.general.messages) == len(rest.named("MESSAGE_CREATE")) == 1
    assert rest.named("MESSAGE_CREATE")[0].data["nonce"] == "d-1"
    _, seen = await rest.call("GET", f"/channels/{rest.general.id}/messages/{first['id']}")
    assert "nonce" not in seen


async def test_a_nonce_counts_only_for_three_minutes_its_channel_and_its_author(
    rest: RestServer,
) -> None:
    body = {"content": "x", "nonce": "d-1", "enforce_nonce": True}
    _, first = await rest.send(body)
    _, elsewhere = await rest.send(body, rest.news.id)
    assert elsewhere["id"] != first["id"]
    by_person = rest.world.posts.create(rest.reader.id, rest.general.id, body)
    assert by_person.is_new
    rest.clock.advance(timedelta(minutes=2, seconds=59))
    assert (await rest.send(body))[1]["id"] == first["id"]
    rest.clock.advance(timedelta(seconds=2))
    assert (await rest.send(body))[1]["id"] != first["id"]


async def test_a_nonce_that_is_not_enforced_repeats_the_message(rest: RestServer) -> None:
    body = {"content": "x", "nonce": 7}
    _, first = await rest.send(body)
    _, second = await rest.send(body)
    assert first["id"] != second["id"]


async def test_who_is_pinged(rest: RestServer) -> None:
    role = rest.world.servers.create_role(rest.guild.id, "fans", mentionable=True)
    text = f"@everyone <@{rest.reader.id}> <@!{rest.owner.id}> <@&{role.id}> <@99>"
    _, loud = await rest.send({"content": text})
    # @everyone may ping everyone in a newly made server, so the bot may too.
    assert loud["mention_everyone"] is True
    assert [user["id"] for user in loud["mentions"]] == [str(rest.reader.id), str(rest.owner.id)]
    assert loud["mention_roles"] == [str(role.id)]
    _, quiet = await rest.send({"content": text, "allowed_mentions": {"parse": []}})
    assert (quiet["mention_everyone"], quiet["mentions"], quiet["mention_roles"]) == (False, [], [])
    allowed = {"parse": [], "users": [str(rest.reader.id)]}
    _, one = await rest.send({"content": text, "allowed_mentions": allowed})
    assert [user["id"] for user in one["mentions"]] == [str(rest.reader.id)]
    deny(rest, Permission.MENTION_EVERYONE)
    _, denied = await rest.send({"content": text})
    assert denied["mention_everyone"] is False
    assert denied["mention_roles"] == [str(role.id)]
    _, code = await rest.send({"content": f"`<@{rest.reader.id}>`"})
    assert code["mentions"] == []


async def test_text_displays_ping_and_embeds_do_not(rest: RestServer) -> None:
    text = f"<@{rest.reader.id}>"
    shown = {"type": 17, "components": [{"type": 10, "content": text}]}
    _, card = await rest.send({"flags": 1 << 15, "components": [shown]})
    assert [user["id"] for user in card["mentions"]] == [str(rest.reader.id)]
    _, embed = await rest.send({"embeds": [{"description": text}]})
    assert embed["mentions"] == []


async def test_replies(rest: RestServer) -> None:
    asked = rest.world.posts.create(rest.reader.id, rest.general.id, {"content": "?"}).message
    reference = {"message_id": str(asked.id)}
    quiet: dict[str, Any] = {"replied_user": False, "parse": []}
    _, reply = await rest.send({"content": "!", "message_reference": reference})
    assert reply["type"] == 19
    assert reply["referenced_message"]["id"] == str(asked.id)
    assert [user["id"] for user in reply["mentions"]] == [str(rest.reader.id)]
    _, silent = await rest.send(
        {"content": "!", "message_reference": reference, "allowed_mentions": quiet}
    )
    assert silent["mentions"] == []
    gone = {"message_id": "5", "fail_if_not_exists": False}
    status, plain = await rest.send({"content": "!", "message_reference": gone})
    assert (status, plain["type"]) == (200, 0)


async def test_a_bot_without_the_content_permission_reads_no_text_of_others(
    rest: RestServer,
) -> None:
    create = rest.world.posts.create
    secret = create(rest.reader.id, rest.general.id, {"content": "secret"}).message
    called = create(rest.reader.id, rest.general.id, {"content": f"<@{rest.bot.id}> hi"}).message
    path = f"/channels/{rest.general.id}/messages"
    assert (await rest.call("GET", f"{path}/{secret.id}"))[1]["content"] == ""
    assert "hi" in (await rest.call("GET", f"{path}/{called.id}"))[1]["content"]
    rest.bot.flags |= 1 << 19
    assert (await rest.call("GET", f"{path}/{secret.id}"))[1]["content"] == "secret"


async def test_direct_messages(rest: RestServer) -> None:
    body = {"recipient_id": str(rest.reader.id)}
    status, channel = await rest.call("POST", "/users/@me/channels", body)
    assert status == 200
    assert [user["id"] for user in channel["recipients"]] == [str(rest.reader.id)]
    assert (await rest.call("POST", "/users/@me/channels", body))[1]["id"] == channel["id"]
    assert (await rest.send({"content": "psst"}, int(channel["id"])))[0] == 200
    (event,) = rest.named("MESSAGE_CREATE")
    assert event.only_users == {rest.bot.id, rest.reader.id}
    assert event.intent == "DIRECT_MESSAGES"
    rest.reader.accepts_dms = False
    status, answer = await rest.send({"content": "psst"}, int(channel["id"]))
    assert (status, answer["code"]) == (403, 50007)
    rest.reader.accepts_dms = True
    rest.world.servers.remove_member(rest.guild.id, rest.reader.id)
    status, answer = await rest.send({"content": "psst"}, int(channel["id"]))
    assert (status, answer["code"]) == (403, 50278)
    private = rest.world.accounts.open_dm(
        rest.world.accounts.create_application("Other", rest.owner.id).id, rest.owner.id
    )
    status, answer = await rest.send({"content": "x"}, private.id)
    assert (status, answer["code"]) == (403, 50001)
