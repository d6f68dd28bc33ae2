"""The sandbox's REST interface against Discord's own description of it."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from openapi import OpenApi
from rest_server import RestServer, running_rest_server

from sandbox.discord.models import ChannelType


@pytest.fixture(scope="session")
def description(shared_data: Path) -> OpenApi:
    path = shared_data / "discord" / "openapi.json"
    if not path.is_file():
        pytest.skip("Discord's OpenAPI description is not on this machine")
    return OpenApi.load(path)


COMMANDS: list[dict[str, Any]] = [
    {
        "name": "subscribe",
        "type": 1,
        "description": "Follow categories",
        "name_localizations": {"ja": "購読"},
        "default_member_permissions": 16,
        "contexts": [0],
        "integration_types": [0],
        "options": [
            {
                "type": 3,
                "name": "categories",
                "description": "Which",
                "required": True,
                "autocomplete": True,
            },
            {"type": 4, "name": "most", "description": "n", "min_value": 1, "max_value": 25},
            {"type": 7, "name": "channel", "description": "c", "channel_types": [0, 5]},
            {
                "type": 3,
                "name": "layout",
                "description": "l",
                "choices": [{"name": "a", "value": "a", "name_localizations": {"de": "b"}}],
            },
        ],
    },
    {
        "name": "bookmarks",
        "description": "Yours",
        "options": [
            {"type": 1, "name": "list", "description": "l"},
            {
                "type": 2,
                "name": "more",
                "description": "m",
                "options": [
                    {
                        "type": 1,
                        "name": "of",
                        "description": "o",
                        "options": [{"type": 6, "name": "user", "description": "u"}],
                    }
                ],
            },
        ],
    },
    {"name": "Paper card", "type": 3},
]

CARD: dict[str, Any] = {
    "type": 17,
    "accent_color": 3,
    "components": [
        {
            "type": 9,
            "components": [{"type": 10, "content": "Title"}],
            "accessory": {"type": 11, "media": {"url": "https://example.org/a.png"}},
        },
        {"type": 12, "items": [{"media": {"url": "https://example.org/b.png"}}]},
        {"type": 14},
        {
            "type": 1,
            "components": [
                {"type": 2, "style": 5, "url": "https://arxiv.org", "label": "PDF"},
                {"type": 2, "style": 1, "custom_id": "b", "emoji": {"name": "🔖"}},
            ],
        },
    ],
}


async def tour(rest: RestServer) -> None:
    """Call every route at least once, with bodies as full as they come."""

    async def do(method: str, path: str, body: Any = None, **options: Any) -> Any:
        return (await rest.call(method, path, body, **options))[1]

    guild, channel = f"/guilds/{rest.guild.id}", f"/channels/{rest.general.id}"
    commands = f"/applications/{rest.bot.id}/commands"
    rest.world.rooms.create(rest.guild.id, "forum", type=ChannelType.FORUM)
    rest.world.rooms.create(rest.guild.id, "Category", type=ChannelType.CATEGORY)
    for path in ("/gateway", "/gateway/bot", "/users/@me", "/applications/@me"):
        await do("GET", path)
    for path in ("/oauth2/applications/@me", f"/users/{rest.owner.id}", channel, guild):
        await do("GET", path)
    await do("PATCH", "/users/@me", {"username": "Paperboy"})
    await do("GET", "/users/@me/guilds", params={"with_counts": "true", "limit": "3"})
    await do("GET", guild, params={"with_counts": "true"})
    for path in ("/channels", "/roles", "/threads/active", f"/roles/{rest.guild.id}"):
        await do("GET", guild + path)
    await do("GET", f"{guild}/members", params={"limit": "5"})
    await do("GET", f"{guild}/members/{rest.owner.id}")
    await do("PATCH", f"{guild}/members/@me", {"nick": "Press"})
    rows = [
        {"type": 1, "components": [{"type": 2, "style": 1, "label": "x", "custom_id": "y"}]},
        {
            "type": 1,
            "components": [
                {"type": 3, "custom_id": "s", "options": [{"label": "a", "value": "b"}]}
            ],
        },
        {"type": 1, "components": [{"type": 8, "custom_id": "c", "channel_types": [0]}]},
    ]
    embed = {
        "title": "t",
        "description": "d",
        "url": "https://example.org",
        "color": 5,
        "timestamp": "2026-01-01T00:00:00Z",
        "fields": [{"name": "a", "value": "b"}],
        "footer": {"text": "x"},
        "author": {"name": "n", "url": "https://example.org"},
        "image": {"url": "https://example.org/a.png"},
    }
    body = {
        "content": f"hi <@{rest.reader.id}> @everyone",
        "nonce": "abc",
        "enforce_nonce": True,
        "embeds": [embed],
        "components": rows,
        "allowed_mentions": {"parse": [], "users": [str(rest.reader.id)]},
    }
    first = await do("POST", f"{channel}/messages", body)
    message = f"{channel}/messages/{first['id']}"
    card = await do("POST", f"{channel}/messages", {"flags": 1 << 15, "components": [CARD]})
    form = aiohttp.FormData(quote_fields=False)
    payload = {
        "flags": 1 << 15,
        "components": [{"type": 13, "file": {"url": "attachment://a.txt"}}],
        "attachments": [{"id": 0, "filename": "a.txt", "description": "d"}],
    }
    form.add_field("payload_json", json.dumps(payload), content_type="application/json")
    form.add_field("files[0]", b"data", filename="a.txt", content_type="text/plain")
    file = await do("POST", f"{channel}/messages", data=form)
    await do("PATCH", message, {"content": "new"})
    reactions = f"{message}/reactions"
    await do("PUT", f"{reactions}/🔖/@me")
    await do("GET", f"{reactions}/🔖", params={"limit": "3", "after": "0"})
    await do("GET", message)
    await do("POST", f"{message}/threads", {"name": "T", "auto_archive_duration": 60})
    thread = f"/channels/{first['id']}"
    await do("POST", f"{thread}/messages", {"content": "in the thread"})
    reply = {"content": "re", "message_reference": {"message_id": first["id"]}}
    await do("POST", f"{channel}/messages", reply)
    public = await do("POST", f"{channel}/threads", {"name": "T2", "type": 11})
    await do("POST", f"{channel}/threads", {"name": "T3"})
    await do("PATCH", f"/channels/{public['id']}", {"archived": True})
    await do("GET", f"{channel}/threads/archived/public", params={"limit": "5"})
    await do("GET", f"{guild}/threads/active")
    members = f"{thread}/thread-members"
    await do("GET", members)
    for method, who in (
        ("PUT", rest.reader.id),
        ("GET", rest.reader.id),
        ("DELETE", rest.reader.id),
    ):
        await do(method, f"{members}/{who}")
    await do("DELETE", f"{members}/@me")
    await do("PUT", f"{members}/@me")
    await do("GET", f"{channel}/messages", params={"limit": "50"})
    await do("GET", f"{thread}/messages", params={"after": "0"})
    await do("PUT", f"{channel}/messages/pins/{first['id']}")
    await do("GET", f"{channel}/messages/pins")
    await do("GET", f"{channel}/pins")
    await do("DELETE", f"{channel}/messages/pins/{first['id']}")
    await do("PUT", f"{channel}/pins/{first['id']}")
    await do("DELETE", f"{channel}/pins/{first['id']}")
    for path in ("/🔖/@me", "/🔖", f"/🔖/{rest.reader.id}", ""):
        await do("DELETE", reactions + path)
    await do("POST", f"{channel}/typing")
    direct = await do("POST", "/users/@me/channels", {"recipient_id": str(rest.reader.id)})
    await do("POST", f"/channels/{direct['id']}/messages", {"content": "psst"})
    await do("GET", f"/channels/{direct['id']}")
    await do("DELETE", f"/channels/{direct['id']}")
    overwrites = [
        {"id": str(rest.guild.id), "type": 0, "deny": "1024"},
        {"id": str(rest.bot.id), "type": 1, "allow": "1024"},
    ]
    made = await do(
        "POST", f"{guild}/channels", {"name": "New", "type": 0, "permission_overwrites": overwrites}
    )
    place = f"/channels/{made['id']}"
    await do("PATCH", place, {"topic": "x"})
    await do("PUT", f"{place}/permissions/{rest.guild.id}", {"type": 0, "allow": "1024"})
    await do("DELETE", f"{place}/permissions/{rest.guild.id}")
    await do("DELETE", place)
    registered = await do("PUT", commands, COMMANDS)
    await do("GET", commands)
    await do("GET", commands, params={"with_localizations": "true"})
    await do("GET", f"{commands}/{registered[0]['id']}")
    await do("POST", commands, COMMANDS[1])
    await do("PATCH", f"{commands}/{registered[0]['id']}", {"description": "New"})
    await do("DELETE", f"{commands}/{registered[0]['id']}")
    local = f"/applications/{rest.bot.id}{guild}/commands"
    own = await do("POST", local, {"name": "foo", "description": "f"})
    await do("PUT", local, [{"name": "foo", "description": "f"}])
    for path in ("", "/permissions", f"/{own['id']}"):
        await do("GET", local + path)
    await do("PATCH", f"{local}/{own['id']}", {"description": "g"})
    await do("GET", f"{local}/{own['id']}/permissions")
    await do("DELETE", f"{local}/{own['id']}")
    bulk = {"messages": [card["id"], file["id"]]}
    await do("POST", f"{channel}/messages/bulk-delete", bulk)
    await do("DELETE", message)
    # Errors: nested field errors, empty, unknown, unauthorized, limited.
    await do("POST", f"{channel}/messages", {"embeds": [{"title": "x" * 300}]})
    await do("POST", f"{channel}/messages", {})
    await do("GET", "/users/1")
    await do("GET", "/users/@me", token="wrong")
    rest.limits.enabled, rest.limits.global_per_second = True, 0
    await do("GET", "/users/@me")
    rest.limits.enabled = False
    await do("DELETE", f"/users/@me/guilds/{rest.guild.id}")


@pytest.fixture
async def exchanges(tmp_path: Path) -> list[dict[str, Any]]:
    path = tmp_path / "exchanges.jsonl"
    async with running_rest_server(record=path) as rest:
        await tour(rest)
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


async def test_every_exchange_is_as_discord_describes_it(
    exchanges: list[dict[str, Any]], description: OpenApi
) -> None:
    problems = [
        problem for record in exchanges for problem in description.validate_exchange(record)
    ]
    assert problems == []
    statuses = {record["status"] for record in exchanges}
    assert statuses >= {200, 201, 204, 400, 401, 404, 429}


async def test_every_route_is_toured_and_known(
    exchanges: list[dict[str, Any]], description: OpenApi
) -> None:
    from sandbox.discord.rest_service import ROUTES  # noqa: PLC0415 (only this test needs it)

    called = {(record["method"], record["route"]) for record in exchanges}
    assert {(route.method, route.path) for route in ROUTES} <= called


async def test_what_is_wrong_is_found(
    exchanges: list[dict[str, Any]], description: OpenApi
) -> None:
    sent = next(r for r in exchanges if r["route"] == "/channels/{channel_id}/messages")

    def changed(**fields: Any) -> list[str]:
        return description.validate_exchange({**deepcopy(sent), **fields})

    assert changed() == []
    without_author = {k: v for k, v in sent["response"].items() if k != "author"}
    assert "'author' is a required property" in changed(response=without_author)[0]
    assert "is not of type" in changed(response={**sent["response"], "tts": "no"})[0]
    assert "timestamp" in changed(response={**sent["response"], "timestamp": "today"})[0]
    assert "too long" in changed(request={"content": "x" * 5000})[0]
    assert changed(query={"nonsense": "1"}) != []
    assert changed(status=204) != []
    assert changed(route="/made/up") == ["POST /made/up is not a route of the description"]
    assert changed(request=None, files=[]) != []
    assert changed(fault=True, response=None) == []
