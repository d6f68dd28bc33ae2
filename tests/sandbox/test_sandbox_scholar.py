"""The Semantic Scholar and the embeddings endpoint on loopback: as strict as the real ones."""

from datetime import UTC, date, datetime

import httpx
import pytest

from sandbox.arxiv.sample import sample_papers
from sandbox.clock import SandboxClock
from sandbox.providers.embeddings import EmbeddingsServer
from sandbox.providers.semantic_scholar import SemanticScholarServer, recommending

PATH = "/recommendations/v1/papers/forpaper/"
KNOWN = {"2606.00001": ["2606.00002", "2606.00003"]}


async def got(server: SemanticScholarServer, path: str, **query: str) -> httpx.Response:
    async with httpx.AsyncClient(base_url=server.url) as client:
        return await client.get(path, params=query)


@pytest.mark.parametrize(
    ("path", "query", "status", "said"),
    [
        (PATH + "ARXIV:2606.99999", {}, 404, "ARXIV:2606.99999 not found"),
        (PATH + "DOI:2606.00001", {}, 404, "not found"),
        ("/graph/v1/paper/ARXIV:2606.00001", {}, 404, "Missing Authentication Token"),
        (PATH + "ARXIV:2606.00001", {"fields": "title,arxiv"}, 400, "unsupported fields"),
        (PATH + "ARXIV:2606.00001", {"from": "all"}, 400, "'from'"),
        (PATH + "ARXIV:2606.00001", {"limit": "501"}, 400, "'limit'"),
        (PATH + "ARXIV:2606.00001", {"x": "1"}, 400, "parameters"),
    ],
)
async def test_wrong_requests(path: str, query: dict[str, str], status: int, said: str) -> None:
    async with SemanticScholarServer.of(KNOWN) as server:
        answer = await got(server, path, **query)
    assert answer.status_code == status
    assert said in answer.text


async def test_recommendations_in_the_fields_that_were_asked_for() -> None:
    async with SemanticScholarServer.of(KNOWN) as server:
        server.most = 2
        asked = PATH + "ARXIV:2606.00001"
        answer = await got(server, asked, fields="externalIds,title", limit="1")
        (paper,) = answer.json()["recommendedPapers"]
        assert paper["externalIds"]["ArXiv"] == "2606.00002"
        assert paper.keys() == {"paperId", "externalIds", "title"}
        (bare, _) = (await got(server, asked)).json()["recommendedPapers"]
        assert bare.keys() == {"paperId"}
        assert (await got(server, asked)).status_code == 429


async def test_the_demos_own_knows_what_was_announced() -> None:
    file = sample_papers(date(2026, 6, 16), date(2026, 6, 17))
    clock = SandboxClock(datetime(2026, 6, 16, 12, tzinfo=UTC))
    async with recommending(file, clock) as server:
        first = file.announced(date(2026, 6, 16), ["cs.CL"])[0]
        later = next(paper.id for paper in file.announced(date(2026, 6, 17)) if paper.type == "new")
        answer = await got(server, f"{PATH}ARXIV:{first.id}", fields="externalIds")
        found = [one["externalIds"] for one in answer.json()["recommendedPapers"]]
        ids = [one["ArXiv"] for one in found if "ArXiv" in one]
        assert ids
        assert first.id not in ids
        assert len(ids) < len(found), "some of them are not on arXiv"
        assert (await got(server, f"{PATH}ARXIV:{later}")).status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"model": "tiny-embed", "input": ["a"], "encoding_format": "float"}, 200),
        ({"model": "other", "input": ["a"]}, 404),
        ({"model": "tiny-embed", "input": []}, 400),
        ({"model": "tiny-embed", "input": [""]}, 400),
        ({"model": "tiny-embed", "input": ["a"], "encoding_format": "base64"}, 400),
        ({"model": "tiny-embed", "input": ["a"], "texts": 1}, 400),
    ],
)
async def test_the_embeddings_endpoint(body: dict[str, object], status: int) -> None:
    async with EmbeddingsServer() as server, httpx.AsyncClient(base_url=server.url) as client:
        assert (await client.post("/v1/embeddings", json=body)).status_code == status
