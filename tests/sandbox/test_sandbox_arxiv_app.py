"""The server: the rate limit, faults, counting, recording, controls, and stopping."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from arxiv_data import MONDAY, TUESDAY, asking, noon

from sandbox.arxiv.app import ArxivSandbox
from sandbox.arxiv.faults import FaultRule
from sandbox.arxiv.sample import sample_papers
from sandbox.clock import SandboxClock


async def test_addresses_lead_to_their_endpoints() -> None:
    async with asking() as client:
        sandbox = client.sandbox
        for url in (
            f"{sandbox.feed_url}/cs.CL",
            sandbox.api_url,
            f"{sandbox.oai_url}?verb=Identify",
        ):
            assert (await client.send("GET", url.removeprefix(sandbox.url))).status == 200
        assert sandbox.stats.requests == {"rss": 1, "api": 1, "oai": 1}
        assert (await client.get("/elsewhere")).status == 404


@pytest.mark.parametrize("status", [429, 200])
async def test_too_fast_requests_are_refused_over_all_endpoints(status: int) -> None:
    async with asking(min_interval=60.0, rate_status=status) as client:
        assert (await client.get("/rss/cs.CL")).body.startswith(b"<?xml")
        for path in ("/rss/cs.LG", "/atom/cs.LG", "/api/query", "/oai"):
            reply = await client.get(path)
            assert (reply.status, reply.body) == (status, b"Rate exceeded.")
            assert reply.headers["Content-Type"].startswith("text/plain")
            if status == 429:
                assert 58 <= int(reply.headers["Retry-After"]) <= 60
        assert client.sandbox.stats.refused == 4
        assert (await client.get("/control/arxiv/stats")).status == 200


async def test_a_patient_client_is_never_refused() -> None:
    async with asking(min_interval=0.05) as client:
        for _ in range(4):
            assert (await client.query()).status == 200
            await asyncio.sleep(0.1)  # the time that a patient client lets pass
        assert client.sandbox.stats.refused == 0


async def test_connections_and_requests_at_once_are_counted() -> None:
    async with asking() as client:
        client.sandbox.set_faults([FaultRule("/rss/", times=None, delay=0.2)])
        await asyncio.gather(*(client.get("/rss/cs.CL") for _ in range(3)))
        stats = json.loads((await client.get("/control/arxiv/stats")).body)
        assert stats == {
            "requests": {"rss": 3},
            "refused": 0,
            "connections": 3,
            "concurrent": 3,
        }
    async with asking() as client:
        for _ in range(3):
            await client.get("/rss/cs.CL")
        assert (client.sandbox.stats.connections, client.sandbox.stats.concurrent) == (1, 1)


async def test_a_fault_replaces_the_answer_as_often_as_it_says() -> None:
    page = b"<html>Sorry</html>"
    html = {"content-type": "text/html", "X-Mark": "1"}
    rule = FaultRule(r"^/api/query\?id_list=", times=2, status=503, headers=html, body=page)
    async with asking() as client:
        client.sandbox.set_faults([rule])
        assert (await client.query()).status == 200
        for _ in range(2):
            reply = await client.query(id_list="2606.90007")
            assert (reply.status, reply.body) == (503, page)
            assert (reply.headers["Content-Type"], reply.headers["X-Mark"]) == ("text/html", "1")
            assert client.sandbox.unused_faults() in ([rule], [])
        assert client.sandbox.unused_faults() == []
        assert (await client.query(id_list="2606.90007")).status == 200


async def test_a_truncated_answer_looks_complete_or_breaks_off() -> None:
    async with asking() as client:
        whole = (await client.get("/rss/cs.LG")).body
        client.sandbox.set_faults([FaultRule("/rss/", truncate=700)])
        assert (await client.get("/rss/cs.LG")).body == whole[:700]
        client.sandbox.set_faults([FaultRule("/rss/", truncate=700, drop=True)])
        with pytest.raises(aiohttp.ClientPayloadError):
            await client.get("/rss/cs.LG")
        assert (await client.get("/rss/cs.LG")).body == whole


async def test_a_dropped_connection_gives_no_answer() -> None:
    async with asking() as client:
        client.sandbox.set_faults([FaultRule("/oai", drop=True, times=2)])  # aiohttp tries twice
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await client.get("/oai?verb=Identify")
        client.sandbox.set_faults([])
        assert (await client.get("/oai?verb=Identify")).status == 200


async def test_a_hanging_request_ends_with_the_sandbox() -> None:
    async with asking() as client:
        client.sandbox.set_faults([FaultRule("/rss/", hang=True)])
        waiting = asyncio.create_task(client.get("/rss/cs.CL"))
        while not json.loads((await client.get("/control/arxiv/stats")).body)["requests"]:
            pass
        began = asyncio.get_running_loop().time()
        await client.sandbox.stop()
        with pytest.raises(aiohttp.ClientError):
            await waiting
        assert asyncio.get_running_loop().time() - began < 5


async def test_faults_and_feed_troubles_can_be_set_over_http() -> None:
    async with asking() as client:
        rules = [{"path": "/rss/cs.CL", "status": 500, "body": "Ō no", "times": None}]
        assert (await client.send("PUT", "/control/arxiv/faults", json=rules)).status == 204
        reply = await client.get("/rss/cs.CL")
        assert (reply.status, reply.body.decode()) == (500, "Ō no")
        await client.send("PUT", "/control/arxiv/faults", json=[])
        fresh = (await client.get("/rss/cs.CL")).body
        settings = {
            "stale": ["cs.CL"],
            "late": {"cs.LG": {"until": (noon(TUESDAY) + timedelta(hours=1)).isoformat()}},
        }
        assert (await client.send("PUT", "/control/arxiv/feeds", json=settings)).status == 204
        assert (await client.get("/rss/cs.CL")).body != fresh
        assert (await client.get("/rss/cs.LG")).texts("channel/item/guid") == []
        assert (await client.send("PUT", "/control/arxiv/feeds", json={})).status == 204
        assert (await client.get("/rss/cs.LG")).texts("channel/item/guid") != []


@pytest.mark.parametrize(
    ("path", "body", "named"),
    [
        ("faults", [{"path": "("}], "regular expression"),
        ("faults", [{"status": 500}], "path"),
        ("faults", [{"path": "x", "status": 99}], "status"),
        ("faults", [{"path": "x", "colour": 1}], "colour"),
        ("faults", {}, "list"),
        ("feeds", {"stale": ["cs.XX"]}, "cs.XX"),
        ("feeds", {"late": {"cs.CL": {"until": "2026-06-09T10:00:00"}}}, "until"),
        ("feeds", {"slow": []}, "slow"),
    ],
)
async def test_a_wrong_setting_is_named(path: str, body: object, named: str) -> None:
    async with asking() as client:
        reply = await client.send("PUT", f"/control/arxiv/{path}", json=body)
    assert reply.status == 400
    assert named in json.loads(reply.body)["error"]


async def test_every_exchange_is_written_down_without_secrets(tmp_path: Path) -> None:
    path = tmp_path / "exchanges.jsonl"
    async with asking(record=path) as client:
        reply = await client.get("/rss/cs.CL", {"Authorization": "secret", "Accept": "text/xml"})
        await client.send("POST", "/api/query", data={"id_list": "abc"})
        client.sandbox.set_faults([FaultRule("/oai", drop=True, times=2)])
        with pytest.raises(aiohttp.ClientError):
            await client.get("/oai?verb=Identify")
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [line["request"]["path"] for line in lines[:3]] == [
        "/rss/cs.CL",
        "/api/query",
        "/oai?verb=Identify",
    ]
    assert [line["response"]["status"] for line in lines[:3]] == [200, 400, None]
    assert lines[0]["response"]["body"] == reply.body.decode()
    assert lines[0]["response"]["headers"]["Content-Type"] == "application/rss+xml"
    assert lines[0]["at"].startswith("2026-06-09T16:00:")
    assert lines[1]["request"]["body"] == "id_list=abc"
    assert lines[0]["request"]["headers"]["Accept"] == "text/xml"
    assert "secret" not in path.read_text(encoding="utf-8")


async def test_starting_on_a_taken_port_fails_and_leaves_nothing() -> None:
    async with asking() as client:
        port = int(client.sandbox.url.rsplit(":", 1)[1])
        other = ArxivSandbox(sample_papers(MONDAY, TUESDAY), SandboxClock())
        with pytest.raises(OSError, match="address already in use"):
            await other.start(port=port)
        await other.stop()


async def test_a_sandbox_can_be_started_again() -> None:
    sandbox = ArxivSandbox(sample_papers(MONDAY, TUESDAY), SandboxClock(noon(MONDAY)))
    for _ in range(2):
        await sandbox.start()
        async with aiohttp.ClientSession() as session, session.get(sandbox.api_url) as response:
            assert response.status == 200
        await sandbox.stop()
        await sandbox.stop()


async def test_the_loop_stays_free_while_a_large_answer_is_made(shared_data: Path) -> None:
    from sandbox.arxiv.papers import PaperFile  # noqa: PLC0415 - only this test needs real papers

    papers = PaperFile.load(shared_data / "arxiv" / "batches.jsonl.gz")
    async with asking(papers, papers.days[-1]) as client:
        loop = asyncio.get_running_loop()
        answers = asyncio.create_task(client.query(search_query="all:language", max_results=2000))
        turns = 0
        while not answers.done():
            await asyncio.sleep(0)
            turns += 1
        assert (await answers).status == 200
        assert turns > 50
        assert loop.is_running()
