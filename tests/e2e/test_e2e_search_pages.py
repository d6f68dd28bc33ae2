"""`/search` with more at arXiv than its first answer: asked for as the reader turns the pages."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from commands_stage import FIRST_DAY, CommandsStage, commands_stage
from search_stage import API, numbered, store

from bot.services import arxiv_searching
from bot.ui import search_answers
from sandbox.arxiv.faults import FaultRule
from sandbox.arxiv.papers import PaperFile
from sandbox.discord.sightings import SeenMessage

COUNT = 120


def _file() -> PaperFile:
    return PaperFile.from_records(
        {
            "id": f"2606.{90000 + number:05}",
            "version": 1,
            "title": f"Quagga stripes, part {number:03}",
            "abstract": "An invented abstract.",
            "authors": ["Ada Invented"],
            "categories": ["cs.CL"],
            "primary_category": "cs.CL",
            "announced_on": FIRST_DAY.isoformat(),
            "announce_type": "new",
        }
        for number in range(1, COUNT + 1)
    )


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[CommandsStage]:
    async with commands_stage(tmp_path, _file(), reader_patience="2") as made:
        yield made


def _titles(message: SeenMessage) -> list[str]:
    return [part.split("]")[0] for part in message.text.split("** [")[1:]]


async def _search(stage: CommandsStage, query: str, **options: object) -> SeenMessage:
    return await stage.run("search", by=stage.reader, options={"query": query, **options})


async def test_page_after_page_and_each_paper_once(stage: CommandsStage) -> None:
    page = await _search(stage, "quagga", **{"in": "arxiv"})
    assert "More than 50 papers" in page.text
    assert "1 / 10" in page.buttons
    pages = [_titles(page)]
    while len(pages) < COUNT // 5:
        if len(pages) == 5:
            assert stage.arxiv.stats.requests["api"] == 1, "asked before the reader comes near"
        page = await stage.press(page, "▶", by=stage.reader)
        pages.append(_titles(page))
    assert f"{COUNT} papers" in page.text
    assert "More than" not in page.text
    assert stage.arxiv.stats.requests["api"] == 3
    titles = [title for found in pages for title in found]
    ranked = await stage.core.sources.api.search('all:"quagga"', max_results=200)
    assert titles == [paper.title for paper in ranked]
    assert len(set(titles)) == COUNT
    again = await _search(stage, "QUAGGA", **{"in": "arxiv"})
    await stage.press(again, "⏭", by=stage.reader)
    assert stage.arxiv.stats.requests["api"] == 4, "the one of this test"


async def test_what_was_seen_never_moves(stage: CommandsStage) -> None:
    await store(stage, *(numbered(n, f"Zebra and quagga {n:03}") for n in range(1, 31)))
    page = await _search(stage, "quagga")
    assert "More than 80 papers" in page.text
    assert [title[:5] for title in _titles(page)] == ["Zebra", "Quagg", "Zebra", "Quagg", "Zebra"]
    seen = [_titles(page)]
    while "More than" in page.text:
        page = await stage.press(page, "▶", by=stage.reader)
        seen.append(_titles(page))
    assert f"{COUNT + 30} papers" in page.text
    assert len(seen) > 20
    page = await stage.press(page, "⏮", by=stage.reader)
    for titles in seen[:-1]:
        assert _titles(page) == titles
        page = await stage.press(page, "▶", by=stage.reader)
    assert _titles(page) == seen[-1]


async def test_after_a_restart_the_pages_go_on(stage: CommandsStage) -> None:
    page = await _search(stage, "quagga", **{"in": "arxiv"})
    await stage.stop()
    await stage.start()
    page = await stage.press(page, "⏭", by=stage.reader)
    assert "More than 100 papers" in page.text
    assert "10 / 20" in page.buttons


async def test_the_newest_first_in_both(stage: CommandsStage) -> None:
    now = stage.clock.now()
    await store(
        stage,
        numbered(1, "Zebra and quagga, old", published=now.replace(year=2020)),
        numbered(2, "Zebra and quagga, new", published=now),
    )
    page = await _search(stage, "quagga", sort="newest")
    assert _titles(page)[0] == "Zebra and quagga, new"
    while "More than" in page.text:
        page = await stage.press(page, "⏭", by=stage.reader)
    assert f"{COUNT + 2} papers" in page.text
    last = await stage.press(page, "⏭", by=stage.reader)
    assert "newest first" in last.text
    everything = [_titles(last)]
    while "1 / 25" not in last.buttons:
        last = await stage.press(last, "◀", by=stage.reader)
        everything.append(_titles(last))
    assert len({title for titles in everything for title in titles}) == COUNT + 2


@pytest.mark.parametrize("slow", [False, True], ids=["fails", "slow"])
async def test_a_next_page_that_does_not_come(
    stage: CommandsStage, monkeypatch: pytest.MonkeyPatch, slow: bool
) -> None:
    page = await _search(stage, "quagga", **{"in": "arxiv"})
    monkeypatch.setattr(search_answers, "_TOGETHER_S", 0.02 if slow else 5.0)
    refuses = FaultRule(API, times=None, status=400, body=b"no")
    stage.arxiv.set_faults([FaultRule(API, delay=0.5) if slow else refuses])
    page = await stage.press(page, "⏭", by=stage.reader)
    assert "10 / 10" in page.buttons
    if slow:
        assert "arXiv has not sent its further results yet." in page.text
        back = await stage.press(page, "⏮", by=stage.reader)
        assert "not sent" not in back.text
        page = await stage.press(page, "⏭", by=stage.reader)
    else:
        assert "arXiv did not answer as it should when I asked it for more." in page.text
        stage.arxiv.set_faults([])
    page = await stage.press(page, "Ask arXiv for more", by=stage.reader)
    assert "More than 100 papers" in page.text
    assert "10 / 20" in page.buttons
    assert "Ask arXiv for more" not in page.buttons


async def test_pressed_twice_arxiv_is_asked_once(stage: CommandsStage) -> None:
    stage.arxiv.set_faults([FaultRule(API, times=None, status=400, body=b"no")])
    page = await _search(stage, "quagga", **{"in": "arxiv"})
    assert page.buttons == ["Ask arXiv again"]
    stage.arxiv.set_faults([])
    before = stage.arxiv.stats.requests["api"]
    presses = [stage.press(page, "Ask arXiv again", by=stage.reader) for _ in range(2)]
    for again in await asyncio.gather(*presses):
        assert "More than 50 papers" in again.text
    assert stage.arxiv.stats.requests["api"] == before + 1


async def test_after_enough_they_are_the_first_ones(
    stage: CommandsStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arxiv_searching, "MOST_FROM_ARXIV", 100)
    page = await _search(stage, "quagga", **{"in": "arxiv"})
    page = await stage.press(page, "⏭", by=stage.reader)
    assert "The first 100 papers" in page.text
    assert "10 / 20" in page.buttons
