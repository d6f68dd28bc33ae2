"""The recording of exchanges: complete, and without tokens."""

import json
from pathlib import Path
from typing import Any

import aiohttp
from rest_server import running_rest_server

from sandbox.discord.faults import Fault
from sandbox.discord.record import scrub, without_tokens


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


async def test_every_exchange_is_written(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "exchanges.jsonl"
    async with running_rest_server(record=path) as rest:
        await rest.send({"content": "héllo", "nonce": "n"})
        await rest.call("GET", "/users/@me", params={"a": "b"})
        await rest.call("GET", "/nothing")
        rest.faults.add(Fault("/users", status=500))
        await rest.call("GET", "/users/@me")
        token = rest.bot.token
        # Each is on disk before the server stops.
        assert len(lines(path)) == 4
    sent, me, nothing, faulty = lines(path)
    assert (sent["method"], sent["route"]) == ("POST", "/channels/{channel_id}/messages")
    assert sent["path"].endswith(f"/channels/{rest.general.id}/messages")
    assert sent["request"] == {"content": "héllo", "nonce": "n"}
    assert (sent["status"], sent["response"]["content"]) == (200, "héllo")
    assert sent["fault"] is False
    assert me["query"] == {"a": "b"}
    assert (nothing["route"], nothing["status"]) == (None, 404)
    assert faulty["fault"] is True
    text = path.read_text(encoding="utf-8")
    assert token not in text
    assert "authorization" not in text.lower()


async def test_files_are_described_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "exchanges.jsonl"
    async with running_rest_server(record=path) as rest:
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("payload_json", '{"content": "x"}', content_type="application/json")
        form.add_field("files[3]", b"secret bytes", filename="a.txt")
        await rest.call("POST", f"/channels/{rest.general.id}/messages", data=form)
    (line,) = lines(path)
    assert line["request"] == {"content": "x"}
    assert line["files"] == [{"field": "files[3]", "filename": "a.txt", "size": 12}]
    assert "secret bytes" not in path.read_text(encoding="utf-8")


async def test_bodies_that_are_no_json_are_written_as_none(tmp_path: Path) -> None:
    path = tmp_path / "exchanges.jsonl"
    async with running_rest_server(record=path) as rest:
        url = f"{rest.api_base}/channels/{rest.general.id}/messages"
        headers = {"Authorization": f"Bot {rest.bot.token}"}
        async with rest.session.post(url, data=b"{", headers=headers) as response:
            assert response.status == 400
    (line,) = lines(path)
    assert (line["request"], line["status"]) == (None, 400)


def test_tokens_are_taken_out_of_paths_and_bodies() -> None:
    path = "/api/v10/webhooks/12/aW50ZXJhY3Rpb24/messages/@original"
    assert without_tokens(path) == "/api/v10/webhooks/12/<removed>/messages/@original"
    callback = without_tokens("/api/v10/interactions/5/secret/callback")
    assert callback == "/api/v10/interactions/5/<removed>/callback"
    body = {"token": "a", "inner": [{"token": "b", "id": "1"}]}
    assert scrub(body) == {
        "token": "<removed>",
        "inner": [{"token": "<removed>", "id": "1"}],
    }
