"""`lab` with a model at a chat endpoint on loopback."""

import os
import pty
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pytest
from lab_stage import PAPER, ROOT, ended, environment, is_empty, lab, lines, sample_paper, started

from bot.enrich.summarize.extractive import ExtractiveSummarizer
from bot.exits import Exit
from sandbox.arxiv.faults import FaultRule
from sandbox.providers.chat import ChatSandbox, Manner
from sandbox.providers.chat_model import RuleModel

_EXTRACT = ExtractiveSummarizer().summarize(PAPER["title"], PAPER["abstract"])


class _Inventive(RuleModel):
    """Says other numbers than the abstract, so many times."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self._times = times
        self.remarks: list[object] = []

    async def answer(self, instructions: str, data: Mapping[str, object]) -> object:
        said = await super().answer(instructions, data)
        papers = cast("list[dict[str, Any]]", data.get("papers", []))
        self.remarks += [paper["remarks"] for paper in papers if "remarks" in paper]
        if self._times <= 0:
            return said
        self._times -= 1
        told = cast("dict[str, list[dict[str, Any]]]", said)
        for paper in told["papers"]:
            paper["tldr"]["text"] = "CatWatch finds 71.2% of all naps of 120 cats."
        return told


def _environ(folder: Path, server: ChatSandbox, **settings: str) -> dict[str, str]:
    given = {"summarizer": "model", "chat_url": f"{server.url}/v1", "chat_model": "tiny"}
    return environment(folder, **given | settings)


async def test_a_models_summaries(tmp_path: Path) -> None:
    records = [{**PAPER, "id": number} for number in range(7)]
    async with ChatSandbox() as server:
        given = lines([*records, {"id": "empty", "abstract": ""}])
        ran = await lab(_environ(tmp_path, server), "summarize", given=given)
        calls = len(server.asked)
    assert (ran.code, ran.err) == (Exit.OK, "")
    assert [answer["id"] for answer in ran.answers] == [*range(7), "empty"]
    *answers, empty = ran.answers
    for answer in answers:
        assert answer["provider"] == "tiny"
        assert answer["language"] == "en"
        assert answer["verdict"] in {"pass", "warn"}
        assert "instead" not in answer
        assert answer["tldr"]
        assert {"text", "role", "sentence"} == set(answer["takeaways"][0])
    assert (empty["tldr"], empty["takeaways"], empty["provider"]) == ("", [], "extractive")
    assert calls <= 7  # several papers in a call, as many as had arrived
    assert is_empty(tmp_path)


async def test_summaries_in_another_language(tmp_path: Path) -> None:
    paper = sample_paper()
    async with ChatSandbox(RuleModel(ROOT / "sandbox/arxiv/translations")) as server:
        environ = _environ(tmp_path, server)
        ran = await lab(environ, "summarize", "--language", "ja-JP", given=lines([paper]))
    (answer,) = ran.answers
    assert (ran.code, answer["provider"], answer["language"]) == (Exit.OK, "tiny", "ja")
    assert answer["verdict"] in {"pass", "warn"}
    assert not answer["tldr"].isascii()


async def test_what_fails_the_checks_is_asked_for_once_more_with_remarks(tmp_path: Path) -> None:
    async with ChatSandbox(model := _Inventive(1)) as server:
        ran = await lab(_environ(tmp_path, server), "summarize", given=lines([PAPER]))
        assert server.answered == 2
    (answer,) = ran.answers
    assert answer["provider"] == "tiny"
    assert answer["verdict"] in {"pass", "warn"}
    assert len(model.remarks) == 1
    assert "71.2" in str(model.remarks)


async def test_what_fails_twice_is_extracted_instead(tmp_path: Path) -> None:
    async with ChatSandbox(_Inventive(9)) as server:
        ran = await lab(_environ(tmp_path, server), "summarize", given=lines([PAPER]))
        assert server.answered == 2
    (answer,) = ran.answers
    assert (ran.code, answer["instead"], answer["provider"]) == (Exit.OK, "checks", "extractive")
    assert answer["tldr"] == _EXTRACT.tldr
    assert answer["verdict"] == "fail"
    assert "71.2" in str(answer["findings"])


@pytest.mark.parametrize(
    "manner", [Manner.DECLINED, Manner.NO_CONTENT, Manner.OTHER_SHAPE, Manner.OBEYING]
)
async def test_a_bad_answer_is_extracted_instead(tmp_path: Path, manner: Manner) -> None:
    async with ChatSandbox() as server:
        server.manners.extend([manner] * 4)
        given = lines([PAPER])
        ran = await lab(_environ(tmp_path, server), "summarize", given=given)
    (answer,) = ran.answers
    assert (ran.code, answer["provider"]) == (Exit.OK, "extractive")
    assert answer["instead"] in {"failed", "checks"}
    assert answer["tldr"] == _EXTRACT.tldr
    assert "@everyone" not in str(answer["takeaways"])


async def test_a_model_that_fails_for_some_papers_goes_on_with_others(tmp_path: Path) -> None:
    async with ChatSandbox() as server:
        server.set_faults([FaultRule("/chat/completions", status=400, times=4, body=b"{}")])
        given = lines([{**PAPER, "id": number} for number in range(40)])
        ran = await lab(_environ(tmp_path, server), "summarize", given=given)
    assert (ran.code, len(ran.answers)) == (Exit.OK, 40)
    failed = [answer for answer in ran.answers if answer.get("instead") == "failed"]
    assert 0 < len(failed) < 40
    assert all(answer["error"] for answer in failed)
    assert all(answer["tldr"] for answer in ran.answers)


async def test_a_refused_key_is_told(tmp_path: Path) -> None:
    async with ChatSandbox(key="right") as server:
        environ = _environ(tmp_path, server, chat_key="wrong-key-5512")
        ran = await lab(environ, "summarize", given=lines([PAPER]))
    (answer,) = ran.answers
    assert (answer["instead"], answer["provider"]) == ("failed", "extractive")
    assert answer["error"]
    assert "wrong-key-5512" not in ran.out + ran.err


async def test_translations_by_a_model_and_what_they_cost(tmp_path: Path) -> None:
    memory = ROOT / "sandbox/arxiv/translations"
    title = "Where Did You Read That? Auditing Attribution in Long-Context Question Answering"
    record = {"id": 1, "title": title, "abstract": "", "language": "ja"}
    seen, terminal = pty.openpty()
    async with ChatSandbox(RuleModel(memory)) as server:
        environ = _environ(tmp_path, server, chat_price_in="1", chat_price_out="2")
        file = tmp_path / "papers.jsonl"
        file.write_bytes(lines([record]))
        try:
            async with started(environ, "translate", str(file), stderr=terminal) as process:
                ran = await ended(process)
        finally:
            os.close(terminal)
            shown = os.read(seen, 65536).decode()
            os.close(seen)
    (answer,) = ran.answers
    assert (ran.code, answer["provider"], answer["verdict"]) == (Exit.OK, "tiny", "pass")
    assert answer["title"]["target"].startswith("それはどこで読んだのか")
    assert f"tiny used {len(title)} characters" in shown
    assert "tokens out, $0.0" in shown


async def test_without_an_endpoint_it_says_what_to_set(tmp_path: Path) -> None:
    ran = await lab(environment(tmp_path, summarizer="model"), "summarize", given=lines([PAPER]))
    assert (ran.code, ran.out) == (Exit.SETTINGS, "")
    assert "PAPERBOY_CHAT_URL" in ran.err
