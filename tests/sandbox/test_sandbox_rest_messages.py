"""Messages over real HTTP: limits, permissions, history, edits, files."""

import json
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import pytest
from rest_server import RestServer, error_codes

from sandbox.discord.errors import DiscordError
from sandbox.discord.models import Overwrite
from sandbox.discord.permissions import Permission
from sandbox.discord.snowflake import snowflake_at


def deny(rest: RestServer, *permissions: Permission) -> None:
    """Take permissions in `general` from the bot."""
    bits = Permission(0)
    for permission in permissions:
        bits |= permission
    rest.world.rooms.set_overwrite(rest.general.id, Overwrite(rest.bot.id, 1, deny=int(bits)))


async def test_a_message_comes_back_as_it_was_sent(rest: RestServer) -> None:
    status, sent = await rest.send({"content": "  Hello  ", "embeds": [{"title": "T"}]})
    assert status == 200
    assert sent["content"] == "Hello"
    assert sent["embeds"] == [{"type": "rich", "title": "T"}]
    assert sent["author"]["id"] == str(rest.bot.id)
    path = f"/channels/{rest.general.id}/messages"
    assert await rest.call("GET", f"{path}/{sent['id']}") == (200, sent)
    assert await rest.call("GET", path) == (200, [sent])
    (event,) = rest.named("MESSAGE_CREATE")
    assert event.intent == "GUILD_MESSAGES"
    assert event.channel_id == rest.general.id
    assert event.data["guild_id"] == str(rest.guild.id)
    assert event.data["member"]["roles"] == [
        str(role) for role in rest.guild.members[rest.bot.id].roles
    ]


@pytest.mark.parametrize(
    ("body", "place", "code"),
    [
        ({"content": "x" * 2001}, "content", "BASE_TYPE_MAX_LENGTH"),
        ({"content": ["x"]}, "content", "STRING_TYPE_CONVERT"),
        ({"content": "x", "nonce": "n" * 26}, "nonce", "BASE_TYPE_MAX_LENGTH"),
        ({"embeds": [{"title": "x"}] * 11}, "embeds", "BASE_TYPE_MAX_LENGTH"),
        ({"embeds": [{"title": "x" * 257}]}, "embeds.0.title", "BASE_TYPE_MAX_LENGTH"),
        ({"embeds": [{"description": "x" * 4097}]}, "embeds.0.description", "BASE_TYPE_MAX_LENGTH"),
        (
            {"embeds": [{"description": "x" * 4000}, {"description": "x" * 2001}]},
            "embeds",
            "MAX_EMBED_SIZE_EXCEEDED",
        ),
        (
            {"embeds": [{"fields": [{"name": "n", "value": ""}]}]},
            "embeds.0.fields.0.value",
            "BASE_TYPE_BAD_LENGTH",
        ),
        (
            {"embeds": [{"title": "x", "url": "javascript:alert(1)"}]},
            "embeds.0.url",
            "URL_TYPE_INVALID_SCHEME",
        ),
        ({"embeds": [{"color": 1 << 24, "title": "x"}]}, "embeds.0.color", "NUMBER_TYPE_MAX"),
        (
            {"embeds": [{"title": "x", "timestamp": "soon"}]},
            "embeds.0.timestamp",
            "DATE_TIME_TYPE_PARSE",
        ),
        (
            {"content": "x", "allowed_mentions": {"parse": ["all"]}},
            "allowed_mentions.parse.0",
            "BASE_TYPE_CHOICES",
        ),
        (
            {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
            "allowed_mentions.users",
            "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
        ),
        (
            {"content": "x", "message_reference": {"message_id": "12"}},
            "message_reference",
            "REPLIES_UNKNOWN_MESSAGE",
        ),
    ],
)
async def test_a_wrong_field_is_named(
    rest: RestServer, body: dict[str, Any], place: str, code: str
) -> None:
    status, answer = await rest.send(body)
    assert (status, answer["code"]) == (400, 50035)
    assert error_codes(answer) == {place: [code]}
    assert rest.general.messages == {}


@pytest.mark.parametrize("body", [{}, {"content": "   "}, {"embeds": []}, {"flags": 1 << 15}])
async def test_an_empty_message_is_refused(rest: RestServer, body: dict[str, Any]) -> None:
    status, answer = await rest.send(body)
    assert (status, answer["code"]) == (400, 50006)


async def test_embeds_may_hold_exactly_6000_characters(rest: RestServer) -> None:
    embeds = [{"description": "x" * 4096}, {"description": "y" * 1904}]
    status, _ = await rest.send({"embeds": embeds})
    assert status == 200


async def test_a_body_that_is_not_json_is_refused(rest: RestServer) -> None:
    url = f"{rest.api_base}/channels/{rest.general.id}/messages"
    headers = {"Authorization": f"Bot {rest.bot.token}", "Content-Type": "application/json"}
    for data in (b"{", b"[" * 100_000, b'{"content": NaN}', b"\xff"):
        async with rest.session.post(url, data=data, headers=headers) as response:
            assert response.status == 400
            assert (await response.json())["code"] == 50109


@pytest.mark.parametrize(
    ("missing", "body", "code"),
    [
        (Permission.VIEW_CHANNEL, {"content": "x"}, 50001),
        (Permission.SEND_MESSAGES, {"content": "x"}, 50013),
        (Permission.EMBED_LINKS, {"embeds": [{"title": "x"}]}, 50013),
    ],
)
async def test_missing_permissions_are_refused(
    rest: RestServer, missing: Permission, body: dict[str, Any], code: int
) -> None:
    deny(rest, missing)
    status, answer = await rest.send(body)
    assert (status, answer["code"]) == (403, code)


async def test_a_person_is_bound_by_the_same_permissions(rest: RestServer) -> None:
    everyone = Overwrite(rest.guild.id, 0, deny=int(Permission.SEND_MESSAGES))
    rest.world.rooms.set_overwrite(rest.general.id, everyone)
    with pytest.raises(DiscordError) as caught:
        rest.world.posts.create(rest.reader.id, rest.general.id, {"content": "x"})
    assert caught.value.code == 50013
    assert rest.world.posts.create(rest.owner.id, rest.general.id, {"content": "x"}).is_new


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/channels/1/messages/2", 10003),
        ("/channels/{general}/messages/2", 10008),
        ("/channels/here/messages/2", 50035),
        ("/users/5", 10013),
        ("/guilds/5", 10004),
    ],
)
async def test_unknown_things_are_named(rest: RestServer, path: str, code: int) -> None:
    status, answer = await rest.call("GET", path.replace("{general}", str(rest.general.id)))
    assert (status, answer["code"]) == (400 if code == 50035 else 404, code)


async def test_history_is_paged_by_ids_and_by_instants(rest: RestServer) -> None:
    ids: list[str] = []
    instants: list[datetime] = []
    for number in range(6):
        rest.clock.advance(timedelta(hours=1))
        instants.append(rest.clock.now())
        ids.append((await rest.send({"content": str(number)}))[1]["id"])
    path = f"/channels/{rest.general.id}/messages"

    async def page(**params: str) -> list[str]:
        status, messages = await rest.call("GET", path, params=params)
        assert status == 200
        return [message["content"] for message in messages]

    assert await page() == ["5", "4", "3", "2", "1", "0"]
    assert await page(limit="2") == ["5", "4"]
    assert await page(before=ids[2]) == ["1", "0"]
    assert await page(after=ids[2], limit="2") == ["4", "3"]
    assert await page(around=ids[2], limit="3") == ["3", "2", "1"]
    assert await page(after=str(snowflake_at(instants[3]) - 1), limit="100") == ["5", "4", "3"]
    status, answer = await rest.call("GET", path, params={"limit": "101"})
    assert (status, error_codes(answer)) == (400, {"limit": ["NUMBER_TYPE_MAX"]})
    deny(rest, Permission.READ_MESSAGE_HISTORY)
    assert await page() == []


async def test_edits(rest: RestServer) -> None:
    _, sent = await rest.send({"content": "old", "embeds": [{"title": "E"}]})
    path = f"/channels/{rest.general.id}/messages/{sent['id']}"
    status, edited = await rest.call("PATCH", path, {"content": "new"})
    assert status == 200
    assert (edited["content"], edited["embeds"]) == ("new", sent["embeds"])
    assert edited["edited_timestamp"] is not None
    assert rest.named("MESSAGE_UPDATE")[-1].data["content"] == "new"
    status, answer = await rest.call("PATCH", path, {"content": "", "embeds": []})
    assert (status, answer["code"]) == (400, 50006)
    theirs = rest.world.posts.create(rest.reader.id, rest.general.id, {"content": "mine"})
    other = f"/channels/{rest.general.id}/messages/{theirs.message.id}"
    status, answer = await rest.call("PATCH", other, {"content": "not yours"})
    assert (status, answer["code"]) == (403, 50005)
    status, suppressed = await rest.call("PATCH", other, {"flags": 4})
    assert (status, suppressed["flags"]) == (200, 4)


async def test_a_components_message_stays_one(rest: RestServer) -> None:
    text = [{"type": 10, "content": "a"}]
    _, sent = await rest.send({"flags": 1 << 15, "components": text})
    path = f"/channels/{rest.general.id}/messages/{sent['id']}"
    status, answer = await rest.call("PATCH", path, {"flags": 0, "components": text})
    assert error_codes(answer) == {"flags": ["MESSAGE_CANNOT_REMOVE_COMPONENTS_V2_FLAG"]}
    status, answer = await rest.call("PATCH", path, {"content": "x"})
    assert error_codes(answer) == {
        "content": ["MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"]
    }
    changed = [{"type": 10, "content": "b"}]
    status, edited = await rest.call("PATCH", path, {"components": changed})
    assert (status, edited["components"][0]["content"]) == (200, "b")
    assert edited["flags"] == 1 << 15
    _, plain = await rest.send({"content": "text"})
    path = f"/channels/{rest.general.id}/messages/{plain['id']}"
    status, answer = await rest.call("PATCH", path, {"flags": 1 << 15, "components": text})
    assert status == 400
    cleared = {"flags": 1 << 15, "components": text, "content": None}
    status, edited = await rest.call("PATCH", path, cleared)
    assert (status, edited["content"], edited["flags"]) == (200, "", 1 << 15)


async def test_deleting(rest: RestServer) -> None:
    _, sent = await rest.send({"content": "x"})
    path = f"/channels/{rest.general.id}/messages/{sent['id']}"
    assert await rest.call("DELETE", path) == (204, None)
    status, answer = await rest.call("DELETE", path)
    assert (status, answer["code"]) == (404, 10008)
    assert rest.named("MESSAGE_DELETE")[0].data["id"] == sent["id"]
    several = [(await rest.send({"content": str(n)}))[1]["id"] for n in range(3)]
    bulk = f"/channels/{rest.general.id}/messages/bulk-delete"
    status, answer = await rest.call("POST", bulk, {"messages": several[:1]})
    assert (status, answer["code"]) == (400, 50016)
    assert await rest.call("POST", bulk, {"messages": several[:2]}) == (204, None)
    assert list(rest.general.messages) == [int(several[2])]
    rest.clock.advance(timedelta(days=15))
    recent = (await rest.send({"content": "y"}))[1]["id"]
    status, answer = await rest.call("POST", bulk, {"messages": [several[2], recent]})
    assert (status, answer["code"]) == (400, 50034)
    theirs = rest.world.posts.create(rest.owner.id, rest.general.id, {"content": "x"}).message
    with pytest.raises(DiscordError) as caught:
        rest.world.posts.delete(rest.reader.id, rest.general.id, theirs.id)
    assert caught.value.code == 50013


async def test_files_are_kept_and_served(rest: RestServer) -> None:
    form = aiohttp.FormData(quote_fields=False)
    body = {
        "flags": 1 << 15,
        "components": [
            {"type": 13, "file": {"url": "attachment://my refs.bib"}},
            {"type": 12, "items": [{"media": {"url": "https://example.org/a.png"}}]},
        ],
        "attachments": [{"id": 0, "filename": "my refs.bib", "description": "entries"}],
    }
    form.add_field("payload_json", json.dumps(body), content_type="application/json")
    form.add_field("files[0]", b"@misc{a}", filename="x.bin", content_type="text/plain")
    path = f"/channels/{rest.general.id}/messages"
    status, sent = await rest.call("POST", path, data=form)
    assert status == 200
    (attachment,) = sent["attachments"]
    assert (attachment["filename"], attachment["size"]) == ("my_refs.bib", 8)
    assert attachment["description"] == "entries"
    assert sent["components"][0]["file"]["url"] == attachment["url"]
    assert sent["components"][0]["size"] == 8
    async with rest.session.get(attachment["url"]) as response:
        assert await response.read() == b"@misc{a}"
    async with rest.session.get(attachment["url"] + "x") as response:
        assert response.status == 404
    absent = {"flags": 1 << 15, "components": [{"type": 13, "file": {"url": "attachment://a.b"}}]}
    status, answer = await rest.call("POST", path, absent)
    assert list(error_codes(answer)) == ["components"]
    deny(rest, Permission.ATTACH_FILES)
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("files[0]", b"x", filename="x.bin")
    status, answer = await rest.call("POST", path, data=form)
    assert (status, answer["code"]) == (403, 50013)


async def test_pins(rest: RestServer) -> None:
    _, sent = await rest.send({"content": "keep"})
    base = f"/channels/{rest.general.id}"
    assert await rest.call("PUT", f"{base}/messages/pins/{sent['id']}") == (204, None)
    _, pins = await rest.call("GET", f"{base}/messages/pins")
    assert [item["message"]["id"] for item in pins["items"]] == [sent["id"]]
    assert [message["type"] for message in (await rest.call("GET", f"{base}/messages"))[1]] == [
        6,
        0,
    ]
    assert await rest.call("DELETE", f"{base}/pins/{sent['id']}") == (204, None)
    assert (await rest.call("GET", f"{base}/pins"))[1] == []
