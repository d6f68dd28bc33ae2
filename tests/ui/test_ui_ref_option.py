"""What is offered for a paper while somebody types."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from e2e.commands_stage import CommandsStage, commands_stage
from structlog.testing import capture_logs
from ui_samples import paper

from bot.models import Paper
from bot.store.search import SqlArchiveSearch
from bot.ui.ref_option import ref_choices

COMMANDS = (("paper", "ref"), ("related", "ref"), ("translate", "ref"), ("why", "paper"))


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[CommandsStage]:
    async with commands_stage(tmp_path) as made:
        await made.core.papers.enrich([paper(title="On red dogs")], made.clock.now())
        yield made


async def offered(stage: CommandsStage, command: str, option: str, typed: str) -> list[str]:
    """The papers that a reader is offered."""
    choices = await stage.reader.autocomplete(command, option, typed, channel=stage.channel_id)
    return [choice["value"] for choice in choices]


async def test_titles_are_looked_up_once_in_a_minute_whoever_types_where(
    stage: CommandsStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    titled = SqlArchiveSearch.titled

    async def counted(self: SqlArchiveSearch, typed: str, *, limit: int) -> list[Paper]:
        looked.append(typed)
        return await titled(self, typed, limit=limit)

    monkeypatch.setattr(SqlArchiveSearch, "titled", counted)
    for command, option in COMMANDS:
        assert await offered(stage, command, option, "red d") == ["2606.01234"]
        assert await offered(stage, command, option, "  Red D ") == ["2606.01234"]
    assert looked == ["red d"]
    stage.clock.advance(timedelta(minutes=2))
    await offered(stage, "paper", "ref", "red d")
    assert len(looked) == 2


async def test_a_slow_archive_offers_nothing_within_a_second(
    stage: CommandsStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hanging(self: SqlArchiveSearch, typed: str, *, limit: int) -> list[Paper]:
        await asyncio.Event().wait()
        return []

    monkeypatch.setattr(SqlArchiveSearch, "titled", hanging)
    started = time.perf_counter()
    with capture_logs() as logs:
        assert await offered(stage, "paper", "ref", "red") == []
    assert time.perf_counter() - started < 2.5, "Discord gives up after three seconds"
    assert {"event": "suggestions_slow", "seconds": 1.0, "log_level": "warning"} in logs


async def test_whatever_is_typed_is_answered_in_time(stage: CommandsStage) -> None:
    """And what is offered has its words; nothing that is typed is taken for syntax."""
    for typed in ("red dog", "RED  do", "on réd", "dogs on", '"red'):
        assert await offered(stage, "paper", "ref", typed) == ["2606.01234"], typed
    nothing = (
        "redd", "red -dogs xq", "' OR 1=1 --", "red AND NOT birds", "NEAR(red dogs)",
        "title:red^2 {", "red\x00 xq", "𝔯𝔢𝔡 zzz", "الكلاب", "כלבים", "z̷̢̧̛̖̪̗e̸",
        "zq " * 160, "x" * 500, "$x^{" * 120,
    )  # fmt: skip
    wordless = ("*", '"', "🦓", "%%__\\")
    for typed in nothing + wordless:
        started = time.perf_counter()
        choices = await offered(stage, "paper", "ref", typed)
        assert time.perf_counter() - started < 1.0, typed
        assert choices == ([] if typed in nothing else ["2606.01234"]), typed


@pytest.mark.parametrize("piece", ["$x^{", "$^{^{", r"\emph{\textbf{x", "👨‍👩‍👧"])
def test_hostile_titles_are_short_and_quick(piece: str) -> None:
    found = [paper(id=f"2606.{n:05}", title=piece * (100_000 // len(piece))) for n in range(25)]
    started = time.perf_counter()
    choices = ref_choices("x", found)
    assert time.perf_counter() - started < 0.5, "far longer than what is shown was read"
    assert len(choices) == 25
    assert all(0 < len(choice.name) <= 100 for choice in choices)
