"""`paperboy check` on the services that help with related papers."""

import pytest

from bot.checkup_findings import Finding, Verdict
from bot.checkup_providers import provider_findings
from bot.settings import load
from sandbox.arxiv.faults import FaultRule
from sandbox.providers.embeddings import EmbeddingsServer
from sandbox.providers.semantic_scholar import SemanticScholarServer

KNOWN = {"1706.03762": ["1810.04805"]}


async def findings(**settings: str) -> dict[str, Finding]:
    given = {"translator": "none", **settings}
    environ = {f"PAPERBOY_{name.upper()}": value for name, value in given.items()}
    found = [finding async for finding in provider_findings(load(environ, None))]
    return {finding.subject: finding for finding in found}


async def asked(*rules: FaultRule, server: SemanticScholarServer | None = None) -> Finding:
    async with server or SemanticScholarServer.of(KNOWN) as scholar:
        scholar.set_faults(rules)
        found = await findings(semantic_scholar_url=scholar.url)
    return found["related"]


def always(**what: object) -> FaultRule:
    return FaultRule("/", times=None, **what)  # type: ignore[arg-type]


async def test_semantic_scholar_answers() -> None:
    assert await asked() == Finding("related", Verdict.OK, "Semantic Scholar answers.")
    assert "related" not in await findings(semantic_scholar="false")


@pytest.mark.parametrize(
    ("rule", "verdict", "said"),
    [
        (always(status=429), Verdict.WARNING, "PAPERBOY_SEMANTIC_SCHOLAR_KEY"),
        (always(status=503), Verdict.WARNING, "Look at PAPERBOY_SEMANTIC_SCHOLAR_URL"),
        (always(status=404), Verdict.FAILED, "it recommends nothing for arXiv:1706.03762"),
        (always(status=200, body=b"<html>"), Verdict.FAILED, "web page"),
    ],
    ids=["429", "503", "404", "html"],
)
async def test_semantic_scholar_in_trouble(rule: FaultRule, verdict: Verdict, said: str) -> None:
    finding = await asked(rule)
    assert finding.verdict is verdict
    assert said in finding.detail
    assert "Related papers come from the archive alone meanwhile" in finding.detail
    assert finding.detail.endswith("PAPERBOY_SEMANTIC_SCHOLAR=false leaves it at that.")


async def test_a_key_that_is_refused() -> None:
    finding = await asked(server=SemanticScholarServer.of(KNOWN, key="another"))
    assert finding.verdict is Verdict.FAILED
    assert "and at the account" in finding.detail


async def test_embeddings() -> None:
    async with EmbeddingsServer(key="sk-right-key") as server:
        settings = {
            "semantic_scholar": "false",
            "embeddings_url": f"{server.url}/v1",
            "embeddings_model": "tiny-embed",
        }
        found = await findings(embeddings_key="sk-right-key", **settings)
        detail = "tiny-embed answers with 64 values a text."
        assert found["embeddings"] == Finding("embeddings", Verdict.OK, detail)
        assert "tiny-embed may cost money" in found["budget"].detail
        refused = (await findings(embeddings_key="sk-wrong-key", **settings))["embeddings"]
        assert refused.verdict is Verdict.FAILED
        assert "Look at PAPERBOY_EMBEDDINGS_URL" in refused.detail
        assert "sk-wrong-key" not in refused.detail
