"""The running bot and a model, as processes: killed or ended while a digest waits."""

import asyncio
import re
import signal
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from cli_stage import PATIENCE_S, CliStage, cli_stage, ended, start

from sandbox.arxiv.faults import FaultRule
from sandbox.discord.person import Person
from sandbox.discord.sightings import SeenMessage
from sandbox.providers.chat import ChatSandbox

ENDPOINT = r"/chat/completions"


def _use(stage: CliStage, server: ChatSandbox) -> None:
    stage.environ |= {
        "PAPERBOY_SUMMARIZER": "model",
        "PAPERBOY_CHAT_URL": f"{server.url}/v1",
        "PAPERBOY_CHAT_MODEL": "tiny",
        "PAPERBOY_CHAT_KEY": "sk-test",
    }


def _stored(stage: CliStage) -> int:
    """How many of the model's summaries are in the database of the running bot."""
    with closing(sqlite3.connect(stage.database, timeout=PATIENCE_S)) as connection:
        query = "SELECT count(*) FROM summaries WHERE provider = 'tiny'"
        return connection.execute(query).fetchone()[0]


async def _until_stored(stage: CliStage, count: int) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while await asyncio.to_thread(_stored, stage) < count:
            pass  # another process's database tells nobody


def _cards(seen: Sequence[SeenMessage]) -> list[SeenMessage]:
    return [one for one in seen if any(re.match(r"pb1:bm:", name) for name in one.custom_ids)]


async def test_a_bot_killed_while_a_model_works_pays_for_nothing_twice_that_was_stored(
    tmp_path: Path,
) -> None:
    async with (
        cli_stage(tmp_path) as stage,
        ChatSandbox(key="sk-test") as server,
        Person(f"{stage.discord.url}/control", stage.owner_id) as reader,
    ):
        _use(stage, server)
        async with stage.core() as core:
            await stage.digest(core, 8)
        # The first five papers are answered at once, the call for the others hangs.
        server.set_faults([FaultRule(ENDPOINT, delay=0.2), FaultRule(ENDPOINT, hang=True)])
        process = await start(stage.environ, "run")
        await asyncio.wait_for(server.arrived.wait(), PATIENCE_S)
        await _until_stored(stage, 3)
        assert server.answered == 1
        stored = _stored(stage)
        process.kill()
        await ended(process)
        assert _cards(await reader.read(stage.channel_id)) == []
        server.set_faults([])
        process = await start(stage.environ, "run")
        seen = await reader.wait_until(
            stage.channel_id, lambda seen: len(_cards(seen)) == 8, timeout=PATIENCE_S
        )
        assert all("Summary by tiny" in card.text for card in _cards(seen))
        process.send_signal(signal.SIGTERM)
        ran = await ended(process)
        assert ran.code == 0, ran.said
        assert server.answered == 2
        last = str(server.asked[-1].body)
        assert last.count("Paper ") == 8 - stored
        with closing(sqlite3.connect(stage.database)) as connection:
            book = connection.execute(
                "SELECT provider, purpose, sum(requests) FROM spending GROUP BY 1, 2"
            ).fetchall()
        assert book == [("tiny", "digest", 2)]


async def test_a_bot_told_to_end_does_not_wait_for_a_hanging_model(tmp_path: Path) -> None:
    async with cli_stage(tmp_path) as stage, ChatSandbox(key="sk-test") as server:
        _use(stage, server)
        async with stage.core() as core:
            await stage.digest(core, 2)
        server.set_faults([FaultRule(ENDPOINT, times=None, hang=True)])
        process = await start(stage.environ, "run")
        await asyncio.wait_for(server.arrived.wait(), PATIENCE_S)
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        ran = await ended(process)
        assert ran.code == 0, ran.said
        assert time.monotonic() - begun < 9  # `docker stop` kills after ten seconds
        assert "Traceback" not in ran.said
        async with stage.core() as core:
            assert await core.posted.queue() == 3
