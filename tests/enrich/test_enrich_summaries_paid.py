"""What is paid for of a model's summaries: no paper more than twice, no reader before digests."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from chat_stage import memory
from reader_first import reader_first
from summaries_stage import PAPER, PATIENCE_S, Liar, papers, summarizing

from bot.enrich.budget import Amount
from bot.enrich.chat import ChatClient
from bot.enrich.summarize import open_summarizer
from bot.enrich.translate import open_translator
from bot.models import Instead, Purpose, SummaryWork
from bot.settings import load
from sandbox.arxiv.faults import FaultRule
from sandbox.providers.chat import ChatSandbox, Manner
from sandbox.providers.chat_model import RuleModel

ENDPOINT = r"/chat/completions"


class Forgetful:
    """A model that leaves the papers with `title` in their titles out."""

    def __init__(self, rules: RuleModel, title: str) -> None:
        self._rules = rules
        self._title = title

    async def answer(self, instructions: str, data: Mapping[str, object]) -> object:
        said = await self._rules.answer(instructions, data)
        asked = cast("list[dict[str, Any]]", data.get("papers", []))
        told = cast("dict[str, list[Any]]", said)["papers"]
        kept = [
            one
            for paper, one in zip(asked, told, strict=True)
            if self._title not in cast("str", paper["title"])
        ]
        return {"papers": kept}


def _asked_for(stage: Any, title: str) -> int:
    return sum(title in str(one.body) for one in stage.server.asked)


async def test_a_paper_that_the_model_leaves_out_is_asked_for_once_more(tmp_path: Path) -> None:
    left, good = papers(2)
    model: Any = Forgetful(memory(tmp_path), left.title)
    async with summarizing(tmp_path, model) as stage:
        for _ in range(4):
            made = await stage.of(left, good)
            assert [one.instead for one in made] == [Instead.FAILED, None]
        assert _asked_for(stage, left.title) == 2
        assert _asked_for(stage, good.title) == 1


async def test_a_useless_answer_counts_as_the_first_try(tmp_path: Path) -> None:
    async with summarizing(tmp_path, Liar(memory(tmp_path), lies=99)) as stage:
        stage.server.manners.append(Manner.SORRY)
        assert [one.instead for one in await stage.of()] == [Instead.FAILED]
        for _ in range(2):
            assert [one.instead for one in await stage.of()] == [Instead.CHECKS]
        assert len(stage.server.asked) == 2


@pytest.mark.parametrize("fault", [{"drop": True}, {"hang": True}], ids=["cut", "hanging"])
async def test_answers_that_were_lost_may_have_been_paid_for(
    tmp_path: Path, fault: dict[str, Any]
) -> None:
    async with summarizing(tmp_path, timeout="0.2") as stage:
        stage.server.set_faults([FaultRule(ENDPOINT, times=None, **fault)])
        for _ in range(4):
            assert [one.instead for one in await stage.of()] == [Instead.FAILED]
            stage.clock.advance(timedelta(hours=1))
        assert len(stage.server.asked) == 2


async def test_a_digest_gets_what_the_budget_refused_a_reader_at_the_same_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = len(PAPER.abstract) + 100  # half of it is kept for digests
    async with summarizing(tmp_path, limit=Amount(room)) as stage, asyncio.timeout(PATIENCE_S):
        both = [stage.of(purpose=purpose) for purpose in (Purpose.READER, Purpose.DIGEST)]
        (reader,), (digest,) = await reader_first(monkeypatch, stage.budget, *both)
        assert (reader.instead, digest.instead) == (Instead.BUDGET, None)
        assert len(stage.server.asked) == 1


async def test_nothing_is_asked_about_a_withdrawn_paper_or_an_empty_abstract(
    tmp_path: Path,
) -> None:
    gone = replace(PAPER, withdrawn=True)
    empty = replace(papers(2)[1], abstract=" ")
    async with summarizing(tmp_path) as stage:
        made = await stage.of(gone, empty)
        assert [(one.provider, one.instead) for one in made] == [("extractive", None)] * 2
        assert stage.server.asked == []


async def test_summaries_and_translations_share_the_endpoints_limit(tmp_path: Path) -> None:
    async with ChatSandbox(memory(tmp_path)) as server, summarizing(tmp_path) as stage:
        environ = {"URL": f"{server.url}/v1", "MODEL": "tiny", "CONCURRENCY": "1"}
        given = {f"PAPERBOY_CHAT_{name}": value for name, value in environ.items()}
        settings = load(given | {"PAPERBOY_SUMMARIZER": "model"}, None)
        chat = ChatClient.of(settings, stage.clock, stage.budget)
        model = open_summarizer(settings, stage.clock, stage.budget, chat)
        translator = open_translator(settings, stage.clock, stage.budget, chat)
        assert model is not None
        assert translator is not None
        server.set_faults([FaultRule(ENDPOINT, times=None, delay=0.05)])
        work = SummaryWork("Cats", "Cats sleep.", ("Cats sleep.",))
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.gather(
                *(model.summarize([work], "ja") for _ in range(3)),
                *(translator.translate(["Cats sleep."], "ja", glossary={}) for _ in range(3)),
            )
        assert len(server.asked) == 6
        assert server.at_once == 1
        await chat.aclose()
