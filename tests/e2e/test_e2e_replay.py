"""`paperboy demo --once`: that it succeeds, and that it would notice what it is there to notice."""

import asyncio
import io
import sys
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from rich.console import Console

from sandbox import replay as replay_module
from sandbox.arxiv.days import eastern_midnight
from sandbox.arxiv.sample import sample_papers
from sandbox.demo_subscriptions import DEMO_SUBSCRIPTIONS
from sandbox.demo_world import DemoWorld, demo_world
from sandbox.expected import Expectation
from sandbox.replay import Steps

ROOT = Path(__file__).resolve().parents[2]
DAYS = FIRST, SECOND = date(2026, 6, 16), date(2026, 6, 17)
PATIENCE_S = 60.0


async def demo(*arguments: str) -> tuple[int, str]:
    """Run the demo to its end; gives its exit code and what it printed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "demo",
        *arguments,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        said, _ = await asyncio.wait_for(process.communicate(), PATIENCE_S)
    except TimeoutError:
        process.kill()
        await process.communicate()
        raise
    return process.returncode or 0, said.decode()


async def test_the_sample_arrives_exactly_once_though_the_bot_is_killed() -> None:
    code, said = await demo("--once", "--kills", "1")
    assert code == 0, said
    assert "exactly once" in said
    assert said.count("SIGKILL after") == 1
    assert "2 announcement days, 40 papers" in said


async def test_real_announcement_days_arrive_exactly_once(shared_data: Path) -> None:
    batches = shared_data / "arxiv" / "batches.jsonl.gz"
    code, said = await demo("--once", "--papers", str(batches), "--days", "2")
    assert code == 0, said
    assert "exactly once" in said
    assert "Monday 08 June 2026" in said
    assert "Tuesday 09 June 2026" in said


async def test_a_file_that_is_no_paper_file_is_said(tmp_path: Path) -> None:
    file = tmp_path / "papers.jsonl"
    file.write_text('{"id": "2606.00001"\n')
    code, said = await demo("--once", "--papers", str(file))
    assert code == 1
    assert "The demo cannot go on" in said
    assert "papers.jsonl" in said
    assert "Traceback" not in said


# --- That it can fail ----------------------------------------------------------------------------


@dataclass
class Checked:
    """A world without a bot, in which all that was due stands, and the check of it."""

    world: DemoWorld
    steps: Steps
    output: io.StringIO

    def post(self, channel_id: int, paper_id: str) -> None:
        """Post a card as the bot does, as far as the check looks at it."""
        button = {"type": 2, "style": 2, "label": "x", "custom_id": f"pb1:bm:{paper_id}v1:key"}
        body = {"content": "card", "components": [{"type": 1, "components": [button]}]}
        self.world.discord.world.posts.create(self.world.application_id, channel_id, body)

    def cards(self, channel: str) -> list[int]:
        """The ids of the messages in a channel."""
        return list(self.world.discord.world.channel(self.world.channels[channel]).messages)

    @property
    def said(self) -> str:
        return self.output.getvalue()


@asynccontextmanager
async def checked(folder: Path, kills: dict[date, int] | None = None) -> AsyncGenerator[Checked]:
    papers = sample_papers(FIRST, SECOND)
    evening_before = eastern_midnight(FIRST) - timedelta(hours=2)
    async with demo_world(papers, evening_before, folder, limits=False) as world:
        expectation, output = Expectation(papers), io.StringIO()
        console = Console(file=output, width=200)
        made = Checked(world, Steps(world, expectation, console, Counter(kills or {})), output)
        for day in DAYS:
            for wanted in DEMO_SUBSCRIPTIONS:
                for paper in expectation.due(wanted, day).papers:
                    made.post(world.channels[wanted.channel], paper)
        yield made


async def test_all_that_was_due_is_found(tmp_path: Path) -> None:
    async with checked(tmp_path) as made:
        assert len(made.cards("mathematics-and-physics")) > 5
        assert made.steps.verify()
        assert "exactly once" in made.said


async def test_a_card_that_is_missing_is_found(tmp_path: Path) -> None:
    async with checked(tmp_path) as made:
        posts, owner = made.world.discord.world.posts, made.world.owner.user_id
        channel = made.world.channels["machine-learning"]
        posts.delete(owner, channel, made.cards("machine-learning")[2])
        assert not made.steps.verify()
        assert "#machine-learning: 2606." in made.said
        assert "was due and is missing" in made.said
        assert "1 problems" in made.said
        assert "exactly once" not in made.said


async def test_a_card_that_is_there_twice_is_found_also_in_a_thread(tmp_path: Path) -> None:
    async with checked(tmp_path) as made:
        channel = made.world.channels["machine-learning"]
        state = made.world.discord.world
        first = state.message(channel, made.cards("machine-learning")[0])
        paper = first.components[0]["components"][0]["custom_id"].split(":")[2][:-2]
        thread = state.threads.from_message(
            made.world.application_id, channel, first.id, {"name": "arXiv"}
        )
        made.post(thread.id, paper)
        assert not made.steps.verify()
        assert f"#machine-learning: {paper} was posted 2 times" in made.said


async def test_a_card_that_nobody_asked_for_is_found(tmp_path: Path) -> None:
    async with checked(tmp_path) as made:
        made.post(made.world.channels["vision"], "2606.00007")
        assert not made.steps.verify()
        assert "#vision: 2606.00007 was posted and was not due" in made.said


async def test_a_bot_that_posts_nothing_is_found_day_by_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay_module, "_STEP_S", 0.05)
    papers = sample_papers(FIRST, SECOND)
    evening_before = eastern_midnight(FIRST) - timedelta(hours=2)
    async with demo_world(papers, evening_before, tmp_path, limits=False) as world:
        output = io.StringIO()
        steps = Steps(world, Expectation(papers), Console(file=output, width=200), Counter())
        await steps.day(FIRST)
        assert not steps.verify()
        assert "nothing more came within" in output.getvalue()
        assert "posted nothing" in output.getvalue()


async def test_a_kill_that_did_not_happen_is_no_success(tmp_path: Path) -> None:
    async with checked(tmp_path, {SECOND: 2}) as made:
        assert not made.steps.verify()
        assert "2 kills did not happen" in made.said
