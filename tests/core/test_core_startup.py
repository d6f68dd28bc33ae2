"""Starting while Discord cannot be reached, and two bots on one database."""

import asyncio
from pathlib import Path

from cli_stage import cli_stage, ended, start

from bot.exits import Exit
from sandbox.discord.events import Event
from sandbox.discord.faults import Fault


async def test_a_start_while_discord_is_down_waits_for_it(tmp_path: Path) -> None:
    async with cli_stage(tmp_path) as stage:
        async with stage.core() as core:
            await stage.digest(core, 2)
        posted = asyncio.Event()

        def look(event: Event) -> None:
            if event.name == "MESSAGE_CREATE":
                posted.set()

        stage.world.bus.subscribe(look)
        stage.discord.faults.add(Fault("/users/@me$", action="drop_before", times=2))
        limited = {"message": "slow down", "retry_after": 0.1, "global": False}
        stage.discord.faults.add(Fault("/users/@me$", status=503, body={}, times=1))
        stage.discord.faults.add(Fault("/users/@me$", status=429, body=limited, times=1))
        bot = await start(stage.environ, "run")
        try:
            await asyncio.wait_for(posted.wait(), 30)
        finally:
            bot.terminate()
            ran = await ended(bot)
        assert ran.code == Exit.OK
        assert "discord_unreachable" in ran.said
        assert "Traceback" not in ran.said


async def test_a_second_bot_on_the_same_database_is_refused(tmp_path: Path) -> None:
    async with cli_stage(tmp_path) as stage:
        connected = asyncio.Event()

        def look(event: Event) -> None:
            if event.name == "MESSAGE_CREATE":
                connected.set()

        async with stage.core() as core:
            await stage.digest(core, 1)
        stage.world.bus.subscribe(look)
        first = await start(stage.environ, "run")
        try:
            await asyncio.wait_for(connected.wait(), 30)
            second = await stage.run(
                "run",
                data_dir=str(tmp_path / "elsewhere"),
                database_url=f"sqlite+aiosqlite:///{stage.database}",
            )
            assert second.code == Exit.ALREADY_RUNNING
            assert "Another Paperboy" in second.said
        finally:
            first.terminate()
            assert (await ended(first)).code == Exit.OK
