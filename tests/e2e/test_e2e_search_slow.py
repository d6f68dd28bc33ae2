"""`/search` while arXiv is slow, silent, or talks nonsense."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from commands_stage import CommandsStage, commands_stage
from search_stage import API, HANGS, changed, numbered, store

from bot.ui import search_answers
from sandbox.arxiv.faults import FaultRule

STILL_ASKING = "⏳ Still asking arXiv…"
SLOW = "arXiv is slow just now, so this is what my archive has."
FAILED = "arXiv did not answer as it should, so this is what my archive has."


@pytest.fixture
async def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[CommandsStage]:
    monkeypatch.setattr(search_answers, "_TOGETHER_S", 0.05)
    async with commands_stage(tmp_path, reader_patience="1.5") as made:
        await store(
            made,
            *(numbered(number, f"Zebra paper {number:03}: a witness") for number in range(1, 8)),
        )
        yield made


async def test_what_comes_late_is_added_to_the_same_message(stage: CommandsStage) -> None:
    stage.arxiv.set_faults([FaultRule(API, delay=0.6)])
    first = await stage.run("search", by=stage.reader, query="witness")
    assert "7 papers" in first.text
    assert STILL_ASKING in first.text
    later = await changed(stage, first, "8 papers")
    assert STILL_ASKING not in later.text
    last = await stage.press(later, "⏭", by=stage.reader)
    assert "A Good Lawyer" in last.text


async def test_the_page_that_somebody_turned_to_stays(stage: CommandsStage) -> None:
    stage.arxiv.set_faults([FaultRule(API, delay=0.8)])
    first = await stage.run("search", by=stage.reader, query="witness")
    second = await stage.press(first, "▶", by=stage.reader)
    assert STILL_ASKING in second.text
    later = await changed(stage, first, "8 papers")
    assert "2 / 2" in later.buttons
    assert "A Good Lawyer" in later.text


async def test_while_arxiv_hangs_the_archive_answers(stage: CommandsStage) -> None:
    stage.arxiv.set_faults([HANGS])
    first = await stage.run("search", by=stage.reader, query="witness")
    assert STILL_ASKING in first.text
    told = await changed(stage, first, SLOW)
    assert "7 papers" in told.text
    assert "Ask arXiv again" in told.buttons
    again = await stage.press(told, "Ask arXiv again", by=stage.reader)
    assert "arXiv is slow just now and has not answered yet." in again.text
    assert again.buttons == ["Try again"]


@pytest.mark.parametrize(
    "fault",
    [
        FaultRule(API, times=None, status=503, body=b"Service Unavailable"),
        FaultRule(API, times=None, status=429, body=b"Rate exceeded."),
        FaultRule(API, times=None, status=200, body=b"<html>Rate exceeded.</html>"),
        FaultRule(API, times=None, truncate=300),
        FaultRule(API, times=None, drop=True),
    ],
    ids=["unavailable", "too-many", "html", "truncated", "dropped"],
)
async def test_a_failing_arxiv_is_one_line_and_a_button(
    stage: CommandsStage, fault: FaultRule
) -> None:
    stage.arxiv.set_faults([fault])
    first = await stage.run("search", by=stage.reader, query="witness")
    told = await changed(stage, first, FAILED)
    assert "7 papers" in told.text
    stage.arxiv.set_faults([])
    again = await stage.press(told, "Ask arXiv again", by=stage.reader)
    assert again.id == first.id
    assert "8 papers" in again.text
    assert FAILED not in again.text
    assert "Ask arXiv again" not in again.buttons


async def test_trying_again_and_again(stage: CommandsStage) -> None:
    refusing = FaultRule(API, times=None, status=503, body=b"Service Unavailable")
    stage.arxiv.set_faults([refusing])
    first = await stage.run("search", by=stage.reader, query="witness")
    told = await changed(stage, first, FAILED)
    for button in ("Ask arXiv again", "Try again"):
        told = await stage.press(told, button, by=stage.reader)
        assert "arXiv did not answer as it should (incident `" in told.text
        assert told.buttons == ["Try again"]
    stage.arxiv.set_faults([])
    again = await stage.press(told, "Try again", by=stage.reader)
    assert again.id == told.id
    assert "8 papers" in again.text


async def test_nothing_here_and_a_hanging_arxiv(stage: CommandsStage) -> None:
    stage.arxiv.set_faults([HANGS])
    first = await stage.run("search", by=stage.reader, query="quagga witness")
    assert "Nothing in my archive so far" in first.text
    told = await changed(stage, first, SLOW)
    assert "- “quagga”: 7 papers" in told.text


async def test_only_arxiv_and_it_hangs(stage: CommandsStage) -> None:
    stage.arxiv.set_faults([HANGS])
    first = await stage.run("search", by=stage.reader, options={"query": "witness", "in": "arxiv"})
    assert "Nothing from arXiv so far" in first.text
    told = await changed(stage, first, "arXiv is slow just now. Ask it again in a while.")
    assert "archive" not in told.text
    assert told.buttons == ["Ask arXiv again"]
    assert stage.core.services.search.pages_shown == {}


async def test_a_restart_while_arxiv_is_asked(stage: CommandsStage) -> None:
    stage.arxiv.set_faults([HANGS])
    first = await stage.run("search", by=stage.reader, query="witness")
    assert STILL_ASKING in first.text
    stage.core.services.search.pages_shown.clear()  # what a new process begins with
    await stage.stop()
    await stage.start()
    second = await stage.press(first, "▶", by=stage.reader)
    assert "2 / 2" in second.buttons
    assert SLOW in second.text
