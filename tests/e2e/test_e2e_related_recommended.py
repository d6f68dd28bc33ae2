"""`/related` with what Semantic Scholar recommends: together, late, marked, or not at all."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from commands_stage import CommandsStage, commands_stage
from search_stage import changed, numbered, store
from sqlalchemy import select

from bot.store.schema import lists
from bot.ui import related_views
from bot.ui.related_state import Service
from sandbox.arxiv.faults import FaultRule
from sandbox.providers.embeddings import EmbeddingsServer
from sandbox.providers.semantic_scholar import SemanticScholarServer

MARK = "Recommended by Semantic Scholar"
CREDIT = "With data from [Semantic Scholar](https://www.semanticscholar.org)"
STILL_ASKING = "⏳ Still asking Semantic Scholar what it recommends…"
SLOW = "Semantic Scholar has not answered yet."
BUSY = "Semantic Scholar takes no more questions for a while, so this is what my archive has."
NONE = "Semantic Scholar recommends nothing for this paper yet."
FAILED = "Semantic Scholar did not answer as it should, so this is what my archive has."
ASKED, LAST = "2606.00001", "2606.00012"
# A paper that arXiv has and the archive has not; and one that nobody has.
ELSEWHERE, NOWHERE = "2606.90021", "2606.54321"


class Stage:
    def __init__(self, bot: CommandsStage, server: SemanticScholarServer) -> None:
        self.bot = bot
        self.server = server


@asynccontextmanager
async def stage(
    folder: Path, *rules: FaultRule, recommended: Sequence[str] = (), **settings: str
) -> AsyncGenerator[Stage]:
    """Twelve papers on zebras, the first of which is asked for."""
    async with SemanticScholarServer.of({ASKED: recommended}) as server:
        server.set_faults(rules)
        options = {
            "semantic_scholar": "true",
            "semantic_scholar_url": server.url,
            "reader_patience": "1.5",
        }
        async with commands_stage(folder, None, **(options | settings)) as made:
            papers = [
                numbered(n, f"Zebra herds {n}", abstract=f"Zebra stripes of herd number{n * n}.")
                for n in range(1, 12)
            ]
            cold = numbered(12, "Cold neutron stars", abstract="Matter cools at high density.")
            await store(made, *papers, cold)
            yield Stage(made, server)


def always(**what: object) -> FaultRule:
    return FaultRule("/", times=None, **what)  # type: ignore[arg-type]


async def test_recommended_papers_are_merged_and_marked(tmp_path: Path) -> None:
    given = ["2606.00003", LAST, ELSEWHERE, NOWHERE, ASKED, "2606.00003"]
    async with stage(tmp_path, recommended=given) as on:
        seen = await on.bot.run("related", by=on.bot.reader, ref=ASKED)
        first = seen.text
        assert "**1.** [Zebra herds 3](" in first, "what both say comes first"
        texts = [first]
        await on.bot.stop()
        await on.bot.start()
        while "▶" in seen.buttons and len(texts) < 3:
            seen = await on.bot.press(seen, "▶", by=on.bot.reader)
            texts.append(seen.text)
        everything = "\n".join(texts)
        assert everything.count("[Zebra herds 3](") == 1
        assert everything.count(MARK) == 3
        assert "[Cold neutron stars](" in everything
        assert ELSEWHERE in everything
        assert NOWHERE not in everything
        assert all(CREDIT in text for text in texts)
        assert await on.bot.core.papers.get(ELSEWHERE) is not None
        await on.bot.run("related", by=on.bot.admin, ref=ASKED)
        assert len(on.server.asked) == 1, "it is kept"


@pytest.mark.parametrize(
    "rule",
    [
        always(status=404, body=b'{"error": "not found"}'),
        always(status=404, body=b"<html>"),
        always(status=200, body=b'{"recommendedPapers": []}'),
    ],
    ids=["404", "404 of a proxy", "empty"],
)
async def test_a_new_paper_has_none_there(tmp_path: Path, rule: FaultRule) -> None:
    async with stage(tmp_path, rule) as on:
        seen = await on.bot.run("related", by=on.bot.reader, ref=ASKED)
        assert "[Zebra herds 2](" in seen.text
        assert NONE in seen.text
        assert FAILED not in seen.text
        assert CREDIT not in seen.text
        status = await on.bot.run("status")
        assert "It stopped answering well" not in status.text, "that is no trouble"


async def test_what_comes_late_is_added_to_the_same_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(related_views, "_TOGETHER_S", 0.05)
    async with stage(tmp_path, always(delay=0.6), recommended=[LAST]) as on:
        seen = await on.bot.run("related", by=on.bot.reader, ref=ASKED)
        assert STILL_ASKING in seen.text
        second = await on.bot.press(seen, "▶", by=on.bot.reader)
        assert STILL_ASKING in second.text
        later = await changed(on.bot, seen, CREDIT)
        assert STILL_ASKING not in later.text
        assert "2 / 3" in later.buttons, "the page that somebody turned to stays"
        assert on.bot.core.services.related.pages_shown == {}


async def test_who_never_answers_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(related_views, "_TOGETHER_S", 0.05)
    async with stage(tmp_path, always(hang=True), reader_patience="0.8") as on:
        seen = await on.bot.run("related", by=on.bot.reader, ref=ASKED)
        assert STILL_ASKING in seen.text
        told = await changed(on.bot, seen, SLOW)
        assert "[Zebra herds 2](" in told.text
        assert SLOW in (await on.bot.press(told, "▶", by=on.bot.reader)).text


async def test_a_list_that_waited_when_the_bot_was_restarted(tmp_path: Path) -> None:
    async with stage(tmp_path, recommended=[LAST]) as on:
        seen = await on.bot.run("related", by=on.bot.reader, ref=ASKED)
        async with on.bot.core.database.read() as connection:
            key = (await connection.execute(select(lists.c.key))).scalar_one()
        kept = await on.bot.core.services.lists.get(key)
        assert kept is not None
        waiting = {**kept.state, "service": Service.ASKING}
        # A press that read the list while it waited, and comes to the page when it does no more.
        by: Any = SimpleNamespace(client=on.bot.client)
        late = await related_views.related_page(by, replace(kept, state=waiting), 1)
        assert STILL_ASKING not in str(late.to_components())
        assert SLOW not in str(late.to_components())
        await on.bot.core.services.lists.change(key, waiting)
        assert SLOW in (await on.bot.press(seen, "▶", by=on.bot.reader)).text


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (always(status=429, headers={"Retry-After": "600"}), BUSY),
        (always(status=429, body=b"slow down"), BUSY),
        (always(status=503), FAILED),
        (always(status=403, body=b'{"message": "Forbidden"}'), FAILED),
        (always(status=200, body=b"<html>Be right back</html>"), FAILED),
        (always(status=200, body=b"[1, 2]"), FAILED),
        (always(status=200, body=b"\xff\x00\xfe"), FAILED),
        (always(drop=True), FAILED),
    ],
    ids=["429", "429 alone", "503", "403", "html", "another shape", "bytes", "dropped"],
)
async def test_a_failing_service_is_one_line(tmp_path: Path, rule: FaultRule, said: str) -> None:
    async with stage(tmp_path, rule) as on:
        for _ in range(2):  # the second time while it rests, or a second later
            seen = await on.bot.run("related", by=on.bot.reader, ref=ASKED)
            seen = await changed(on.bot, seen, said)
            assert "[Zebra herds 2](" in seen.text
            assert [line for line in seen.text.splitlines() if "Semantic" in line][1:] == []
            assert f"-# {said}" in seen.text.splitlines()
            assert CREDIT not in seen.text
        if rule.status in {429, 403}:
            status = await on.bot.run("status")
            assert "Recommendations: Semantic Scholar" in status.text
            assert "⚠️ It stopped answering well" in status.text


async def test_nothing_here_and_something_there(tmp_path: Path) -> None:
    async with stage(tmp_path, always(hang=True)) as on:
        lonely = numbered(40, "Acoustic counting", abstract="Bicycles are counted by ear.")
        await store(on.bot, lonely)
        seen = await on.bot.run("related", by=on.bot.reader, ref=lonely.id)
        assert "I found nothing like [Acoustic counting](" in seen.text
    async with stage(tmp_path / "other", recommended=[ASKED]) as on:
        seen = await on.bot.run("related", by=on.bot.reader, ref="2606.77777")
        assert "arXiv has no paper 2606.77777." in seen.text
        assert on.server.asked == []


async def test_the_bots_own_limit_is_told_as_what_it_is(tmp_path: Path) -> None:
    async with stage(tmp_path, recommended=[LAST]) as on:
        service: Any = on.bot.core.services.related._recommending  # pyright: ignore[reportPrivateUsage]
        now = on.bot.clock.now()
        service._recommender._asked.extend([now] * 30)
        for ref in (ASKED, "2606.00003"):  # the second one while it rests
            seen = await on.bot.run("related", by=on.bot.reader, ref=ref)
            assert BUSY in seen.text
        assert on.server.asked == []


async def test_its_troubles_in_the_readers_language(tmp_path: Path) -> None:
    busy = always(status=429, headers={"Retry-After": "600"})
    for rule, said in (
        (
            busy,
            {
                "ja": "Semantic Scholarがしばらく問い合わせを受け付けない",
                "zh-CN": "暂时不接受更多查询",
            },
        ),
        (always(status=404), {"ja": "おすすめがまだありません", "zh-CN": "还没有为这篇论文推荐"}),
        (always(status=500), {"ja": "正しい応答がなかったため", "zh-CN": "没有正常响应"}),
    ):
        folder = tmp_path / str(rule.status)
        folder.mkdir()
        async with stage(folder, rule) as on:
            for locale, sentence in said.items():
                await on.bot.reader.set_locale(locale)
                seen = await on.bot.run("related", by=on.bot.reader, ref=ASKED)
                assert sentence in seen.text


async def test_switched_off_nothing_is_asked(tmp_path: Path) -> None:
    async with stage(tmp_path, recommended=[LAST], semantic_scholar="false") as on:
        seen = await on.bot.run("related", by=on.bot.reader, ref=ASKED)
        assert "[Zebra herds 2](" in seen.text
        assert "Semantic Scholar" not in seen.text
        assert on.server.asked == []


async def test_with_embeddings(tmp_path: Path) -> None:
    async with EmbeddingsServer() as embeddings:
        settings = {"embeddings_url": f"{embeddings.url}/v1", "embeddings_model": "tiny-embed"}
        async with stage(tmp_path, recommended=[LAST], **settings) as on:
            seen = await on.bot.run("related", by=on.bot.reader, ref=ASKED)
            assert "[Zebra herds 2](" in seen.text
            assert embeddings.embedded >= 12
            status = await on.bot.run("status")
            assert "Embeddings: tiny-embed" in status.text
