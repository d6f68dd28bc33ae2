"""Less common requests over real HTTP: files in edits and embeds, odd bodies, refusals."""

import io
import json
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from rest_server import RestServer, error_codes

from sandbox.discord.errors import DiscordError
from sandbox.discord.models import ChannelType, Overwrite
from sandbox.discord.permissions import Permission
from sandbox.discord.validate_options import parse_autocomplete_choices


def with_files(body: dict[str, Any], *names: str) -> aiohttp.FormData:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("payload_json", json.dumps(body), content_type="application/json")
    for number, name in enumerate(names):
        form.add_field(f"files[{number}]", name.encode(), filename=name)
    return form


async def test_an_edit_keeps_adds_and_removes_files(rest: RestServer) -> None:
    path = f"/channels/{rest.general.id}/messages"
    embed = {"title": "t", "image": {"url": "attachment://a.png"}}
    form = with_files({"embeds": [embed]}, "a.png", "b.txt")
    status, sent = await rest.call("POST", path, data=form)
    assert status == 200
    first, second = sent["attachments"]
    assert (first["content_type"], second["content_type"]) == ("image/png", "text/plain")
    assert sent["embeds"][0]["image"]["url"] == first["url"]
    place = f"{path}/{sent['id']}"
    _, added = await rest.call("PATCH", place, data=with_files({}, "c.txt"))
    assert [file["filename"] for file in added["attachments"]] == ["a.png", "b.txt", "c.txt"]
    kept = {"attachments": [{"id": second["id"]}]}
    _, fewer = await rest.call("PATCH", place, data=with_files(kept, "d.txt"))
    assert [file["filename"] for file in fewer["attachments"]] == ["b.txt", "d.txt"]
    _, none = await rest.call("PATCH", place, {"attachments": []})
    assert none["attachments"] == []
    status, answer = await rest.call("PATCH", place, {"embeds": []})
    assert (status, answer["code"]) == (400, 50006)


async def test_at_most_ten_files_of_limited_size(rest: RestServer) -> None:
    path = f"/channels/{rest.general.id}/messages"
    many = with_files({}, *(f"{number}.txt" for number in range(11)))
    status, answer = await rest.call("POST", path, data=many)
    assert (status, error_codes(answer)) == (400, {"files": ["BASE_TYPE_MAX_LENGTH"]})
    form = aiohttp.FormData(quote_fields=False)
    large = io.BytesIO(bytes(10 * 1024 * 1024 + 1))
    form.add_field("files[0]", large, filename="large.bin")
    status, answer = await rest.call("POST", path, data=form)
    assert (status, answer["code"]) == (413, 40005)
    assert rest.general.messages == {}


@pytest.mark.parametrize("payload", ["{", '{"content": 1e999}'])
async def test_a_multipart_body_must_hold_json(rest: RestServer, payload: str) -> None:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("payload_json", payload, content_type="application/json")
    path = f"/channels/{rest.general.id}/messages"
    status, answer = await rest.call("POST", path, data=form)
    assert status == 400
    assert answer["code"] in (50109, 50035)


async def test_a_multipart_body_without_its_boundary_is_refused(rest: RestServer) -> None:
    url = f"{rest.api_base}/channels/{rest.general.id}/messages"
    headers = {
        "Authorization": f"Bot {rest.bot.token}",
        "Content-Type": "multipart/form-data; boundary=x",
    }
    async with rest.session.post(url, data=b"nothing", headers=headers) as response:
        assert response.status == 400
        assert (await response.json())["code"] == 50035


@pytest.mark.parametrize("body", [None, [], "text", 5])
async def test_a_message_must_be_an_object(rest: RestServer, body: Any) -> None:
    url = f"{rest.api_base}/channels/{rest.general.id}/messages"
    headers = {"Authorization": f"Bot {rest.bot.token}", "Content-Type": "application/json"}
    data = json.dumps(body)
    async with rest.session.post(url, data=data, headers=headers) as response:
        assert (response.status, (await response.json())["code"]) == (400, 50035)


async def test_categories_and_forums_take_no_messages(rest: RestServer) -> None:
    for kind in (ChannelType.CATEGORY, ChannelType.FORUM):
        channel = rest.world.rooms.create(rest.guild.id, "x", type=kind)
        status, answer = await rest.send({"content": "x"}, channel.id)
        assert (status, answer["code"]) == (400, 50008)
        threads = f"/channels/{channel.id}/threads"
        status, answer = await rest.call("POST", threads, {"name": "x", "type": 11})
        assert (status, answer["code"]) == (400, 50024)


async def test_system_messages_stay_as_they_are(rest: RestServer) -> None:
    _, sent = await rest.send({"content": "x"})
    base = f"/channels/{rest.general.id}"
    await rest.call("POST", f"{base}/messages/{sent['id']}/threads", {"name": "T"})
    _, (starter,) = await rest.call("GET", f"/channels/{sent['id']}/messages")
    place = f"/channels/{sent['id']}/messages/{starter['id']}"
    status, answer = await rest.call("PATCH", place, {"content": "x"})
    assert (status, answer["code"]) == (403, 50021)
    status, answer = await rest.call("DELETE", place)
    assert (status, answer["code"]) == (403, 50021)
    await rest.call("PUT", f"{base}/messages/pins/{sent['id']}")
    notice = rest.general.message_ids[-1]
    path = f"{base}/messages/{notice}/threads"
    status, answer = await rest.call("POST", path, {"name": "T"})
    assert (status, answer["code"]) == (403, 50021)


async def test_a_parent_must_be_a_category(rest: RestServer) -> None:
    for parent in (rest.news.id, 5):
        body = {"name": "x", "parent_id": str(parent)}
        status, answer = await rest.call("POST", f"/guilds/{rest.guild.id}/channels", body)
        assert (status, error_codes(answer)) == (400, {"parent_id": ["CHANNEL_PARENT_INVALID"]})


async def test_a_deleted_category_frees_its_channels(rest: RestServer) -> None:
    category = rest.world.rooms.create(rest.guild.id, "C", type=ChannelType.CATEGORY)
    inside = rest.world.rooms.create(rest.guild.id, "inside", parent_id=category.id)
    assert (await rest.call("DELETE", f"/channels/{category.id}"))[0] == 200
    assert inside.parent_id is None
    assert rest.named("CHANNEL_UPDATE")[-1].data["parent_id"] is None


async def test_archived_threads_are_paged_by_when(rest: RestServer) -> None:
    names: list[str] = []
    for number in range(4):
        path = f"/channels/{rest.general.id}/threads"
        _, thread = await rest.call("POST", path, {"name": f"t{number}", "type": 11})
        rest.clock.advance(timedelta(minutes=1))
        await rest.call("PATCH", f"/channels/{thread['id']}", {"archived": True})
        names.append(thread["name"])
    path = f"/channels/{rest.general.id}/threads/archived/public"
    _, page = await rest.call("GET", path, params={"limit": "3"})
    assert [thread["name"] for thread in page["threads"]] == names[:0:-1]
    assert page["has_more"] is True
    before = page["threads"][-1]["thread_metadata"]["archive_timestamp"]
    _, rest_of = await rest.call("GET", path, params={"before": before})
    assert [thread["name"] for thread in rest_of["threads"]] == names[:1]
    assert rest_of["has_more"] is False
    status, answer = await rest.call("GET", path, params={"before": "yesterday"})
    assert (status, error_codes(answer)) == (400, {"before": ["DATE_TIME_TYPE_PARSE"]})


async def test_only_some_may_change_a_thread(rest: RestServer) -> None:
    update, threads = rest.world.threads.update, rest.world.threads
    thread = threads.standalone(rest.owner.id, rest.general.id, {"name": "T", "type": 11})
    with pytest.raises(DiscordError) as caught:
        update(rest.reader.id, thread.id, {"name": "mine"})
    assert caught.value.code == 50013
    update(rest.owner.id, thread.id, {"archived": True})
    # Anyone who can write in it may open it again.
    update(rest.reader.id, thread.id, {"archived": False})
    assert thread.thread is not None
    assert thread.thread.archived is False
    update(rest.owner.id, thread.id, {"locked": True})
    with pytest.raises(DiscordError) as caught:
        update(rest.reader.id, thread.id, {"archived": False})
    assert caught.value.code == 160005


async def test_reading_one_message_needs_the_history(rest: RestServer) -> None:
    _, sent = await rest.send({"content": "x"})
    hidden = Overwrite(rest.bot.id, 1, deny=int(Permission.READ_MESSAGE_HISTORY))
    rest.world.rooms.set_overwrite(rest.general.id, hidden)
    path = f"/channels/{rest.general.id}/messages/{sent['id']}"
    status, answer = await rest.call("GET", path)
    assert (status, answer["code"]) == (403, 50001)
    reply = {"content": "x", "message_reference": {"message_id": sent["id"]}}
    status, answer = await rest.send(reply)
    assert (status, answer["code"]) == (400, 160002)
    assert (await rest.call("GET", f"/channels/{rest.general.id}/messages/pins"))[1]["items"] == []


async def test_the_bots_user_and_guilds(rest: RestServer) -> None:
    status, me = await rest.call("PATCH", "/users/@me", {"username": "Press"})
    assert (status, me["username"]) == (200, "Press")
    status, answer = await rest.call("PATCH", "/users/@me", {"avatar": "data:image/png;base64,"})
    assert error_codes(answer) == {"avatar": ["SANDBOX_UNSUPPORTED"]}
    more = [rest.world.servers.create(rest.owner.id, f"g{number}") for number in range(3)]
    for guild in more:
        rest.world.servers.add_bot(guild.id, rest.bot.id)
    _, page = await rest.call("GET", "/users/@me/guilds", params={"after": str(more[0].id)})
    assert [found["name"] for found in page] == ["g1", "g2"]
    params = {"before": str(more[2].id), "limit": "1"}
    _, page = await rest.call("GET", "/users/@me/guilds", params=params)
    assert [found["name"] for found in page] == ["g1"]
    status, answer = await rest.call("POST", "/users/@me/channels", {"recipient_id": "5"})
    assert (status, answer["code"]) == (400, 50033)
    status, answer = await rest.call("DELETE", "/users/@me/guilds/5")
    assert (status, answer["code"]) == (404, 10004)


def test_autocomplete_choices() -> None:
    choices = [{"name": "cs.CL", "value": "cs.CL"}]
    assert parse_autocomplete_choices({"choices": choices}, 3) == choices
    assert parse_autocomplete_choices({"choices": []}, 3) == []
    numbers = [{"name": "a", "value": 1.5}]
    assert parse_autocomplete_choices({"choices": numbers}, 10) == numbers
    for wrong, kind in (
        ([*choices] * 26, 3),
        ([{"name": "x" * 101, "value": "x"}], 3),
        ([{"name": "x", "value": "x" * 101}], 3),
        ([{"name": "x", "value": 1}], 3),
        ([{"name": "x", "value": "x"}], 4),
        ([{"name": "x"}], 10),
    ):
        with pytest.raises(DiscordError) as caught:
            parse_autocomplete_choices({"choices": wrong}, kind)
        assert caught.value.code == 50035
