"""The command line as an operator meets it: real processes, their exit codes and their words."""

import asyncio
import os
import re
import signal
import sys
import time
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from cli_stage import (
    PATIENCE_S,
    SECOND_DAY,
    CliStage,
    bare_environment,
    cli_stage,
    damage,
    ended,
    paperboy,
    start,
)
from click.testing import CliRunner

from bot.__main__ import main
from bot.exits import Exit
from bot.models import Rules
from sandbox.arxiv.faults import FaultRule
from sandbox.discord.models import Message

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcdE.ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijkl"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncGenerator[CliStage]:
    async with cli_stage(tmp_path) as made:
        yield made


# --- Settings and usage --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "variable", "value", "problem"),
    [
        (["run"], "PAPERBOY_POLL_INTERVAL", "soon", "'soon' cannot be used"),
        (["check"], "PAPERBOY_DISCORD_TOKN", "x", "did you mean PAPERBOY_DISCORD_TOKEN"),
        (["digest", "--preview", "1"], "PAPERBOY_ARXIV_INTERVAL", "1", "3 s between requests"),
        (["health"], "PAPERBOY_DATABASE_URL", "mysql://x", "only a SQLite file"),
        (["run"], "PAPERBOY_DISCORD_TOKEN", f"Bot {TOKEN}", "bare bot token"),
    ],
)
async def test_a_wrong_setting_is_named(
    tmp_path: Path, arguments: list[str], variable: str, value: str, problem: str
) -> None:
    ran = await paperboy(bare_environment(tmp_path) | {variable: value}, *arguments)
    assert ran.code == Exit.SETTINGS == 3
    assert ran.err.startswith(f"paperboy: {variable}: ")
    assert problem in ran.err
    assert len(ran.said.splitlines()) == 1  # a sentence, and no traceback
    assert TOKEN not in ran.said


async def test_a_missing_token_is_said_with_where_to_find_it(tmp_path: Path) -> None:
    ran = await paperboy(bare_environment(tmp_path), "run")
    assert ran.code == Exit.SETTINGS
    assert "PAPERBOY_DISCORD_TOKEN: it is not set" in ran.err
    assert "developer portal" in ran.err
    assert "Traceback" not in ran.said


async def test_a_replays_clock_that_is_not_there_is_said(tmp_path: Path) -> None:
    environ = bare_environment(tmp_path, discord_token="x.y", clock_url="http://127.0.0.1:9/")
    ran = await paperboy(environ, "run")
    assert ran.code == Exit.SETTINGS
    assert "PAPERBOY_CLOCK_URL: no clock answers" in ran.err
    assert "Traceback" not in ran.said


@pytest.mark.parametrize("style", ["console", "json"])
async def test_a_wrong_token_ends_the_bot_and_is_not_repeated(stage: CliStage, style: str) -> None:
    ran = await stage.run("run", discord_token=TOKEN, log_format=style, log_level="debug")
    assert ran.code == Exit.TOKEN == 4
    assert "token_refused" in ran.err
    assert "developer portal" in ran.err
    for part in (TOKEN, *TOKEN.split(".")[1:]):
        assert part not in ran.said


async def test_usage_errors_have_the_usual_code(tmp_path: Path) -> None:
    for arguments in (["fly"], ["digest", "--preview", "none"], ["demo", "--days", "2"]):
        ran = await paperboy(bare_environment(tmp_path), *arguments)
        assert ran.code == Exit.USAGE == 2, arguments
        assert "Usage: " in ran.err
        assert "Traceback" not in ran.err


@pytest.mark.parametrize("command", [[], *([name] for name in sorted(main.commands))])
def test_every_command_has_help(command: list[str]) -> None:
    result = CliRunner().invoke(main, [*command, "--help"])
    assert result.exit_code == 0
    assert "Usage: " in result.output
    explanation = result.output.split("\n\n")[1]
    assert len(explanation.strip()) > 20
    options = re.findall(r"^  (-.*)$", result.output, re.MULTILINE)
    assert options
    assert all(re.search(r"\S  +\S", option) or len(option) > 20 for option in options)


async def test_the_console_script_is_the_same(tmp_path: Path) -> None:
    script = Path(sys.executable).with_name("paperboy")
    if not script.exists():
        pytest.skip("the package is not installed in this environment")
    environ = bare_environment(tmp_path)
    said = await _said(environ, str(script), "--version")
    assert said.startswith("paperboy, version ")
    assert said == (await paperboy(environ, "--version")).out


# --- The data folder -----------------------------------------------------------------------------


async def test_a_file_that_is_no_database_is_refused(stage: CliStage) -> None:
    stage.folder.mkdir()
    stage.database.write_bytes(b"These are my notes, and no database at all. " * 200)
    for arguments in (["run"], ["digest", "--preview", "1"]):
        ran = await stage.run(*arguments)
        assert ran.code == Exit.DATABASE == 5
        assert f"The database {stage.database} cannot be opened" in ran.err
        assert "Traceback" not in ran.said


async def test_a_damaged_database_ends_the_bot_with_a_sentence(stage: CliStage) -> None:
    async with stage.core() as core:
        await stage.digest(core, 1)
    damage(stage.database, "deliveries")
    ran = await stage.run("run")
    assert ran.code == Exit.DATABASE
    assert f"The database {stage.database} is damaged" in ran.err
    assert "restore the last backup" in ran.err
    assert "Traceback" not in ran.said


async def test_a_data_folder_that_cannot_be_one_is_refused(stage: CliStage) -> None:
    stage.folder.write_text("in the way")
    ran = await stage.run("run")
    assert ran.code == Exit.DATABASE
    assert "cannot be written" in ran.err
    assert "Traceback" not in ran.said


# --- digest --preview ----------------------------------------------------------------------------


async def test_a_preview_prints_the_plan_and_posts_nothing(stage: CliStage) -> None:
    async with stage.core() as core:
        made = await stage.subscribe(core, Rules(("cs.LG",), keywords=("witness", "attention")))
    ran = await stage.run("digest", "--preview", str(made.id))
    assert ran.code == 0, ran.said
    head, *papers = re.split(r"^(?=\d+\. )", ran.out, flags=re.MULTILINE)
    counts = re.search(
        rf"Subscription {made.id} \(cs\.LG\), 2026-06-16, {SECOND_DAY}: (\d+) announced, "
        r"(\d+) matched, (\d+) would be posted at 2026-06-17 09:00 UTC\.",
        head,
    )
    assert counts is not None, head
    announced, matched, shown = map(int, counts.groups())
    assert announced > matched == shown == len(papers) > 1
    assert "A Good Lawyer Needs No Witness" in ran.out
    for paper in papers:
        assert re.search(r"\[2606\.\d{5}v\d\]", paper)
        assert re.search(r"- (problem|method|result|resource): ", paper)
        assert re.search(r"score [\d.]+: (witness|attention)", paper)
    async with stage.core() as core:
        assert await core.subscriptions.get(made.id) == made
        assert await core.posted.history(stage.guild_id, limit=9) == []
    assert stage.world.channel(stage.channel_id).messages == {}


async def test_a_preview_of_no_subscription_and_without_arxiv(stage: CliStage) -> None:
    ran = await stage.run("digest", "--preview", "7")
    assert ran.code == 1
    assert "There is no subscription 7" in ran.err
    assert "Traceback" not in ran.said
    async with stage.core() as core:
        made = await stage.subscribe(core, Rules(("cs.LG",)))
    stage.arxiv.set_faults([FaultRule(".", times=None, status=404, body=b"gone")])
    ran = await stage.run("digest", "--preview", str(made.id))
    assert ran.code == 0
    assert "Days before today may be missing" in ran.out
    assert "0 announced" in ran.out
    assert "Traceback" not in ran.said


# --- Running -------------------------------------------------------------------------------------


async def test_health_without_a_bot(tmp_path: Path) -> None:
    environ = bare_environment(tmp_path)
    assert (await paperboy(environ, "health")).code == 1
    beat = tmp_path / "health"
    beat.touch()
    assert (await paperboy(environ, "health")).code == 0
    os.utime(beat, (time.time() - 120, time.time() - 120))
    assert (await paperboy(environ, "health")).code == 1


async def test_sigterm_during_deliveries_loses_and_doubles_nothing(stage: CliStage) -> None:
    channels = [stage.new_channel(f"c{number}") for number in range(4)]
    async with stage.core() as core:
        digests = [await stage.digest(core, 6, channel=channel) for channel in channels]
        due = [[card.paper_id for card in await core.posted.cards(d.id)] for d in digests]
    # Slow enough to be hit in the middle: 28 messages take three seconds.
    environ = stage.environ | {"PAPERBOY_REQUESTS_PER_SECOND": "10"}
    process = await start(environ, "run")
    await _until_posted(stage, channels, 4)
    assert (await paperboy(environ, "health")).code == 0
    asked_at = time.monotonic()
    process.send_signal(signal.SIGTERM)
    ran = await ended(process)
    assert ran.code == 0, ran.said
    assert time.monotonic() - asked_at < 10
    assert "Traceback" not in ran.said
    posted = sum(len(_messages(stage, channel)) for channel in channels)
    assert 4 <= posted < 28
    assert (await paperboy(environ, "health")).code == 1
    async with stage.core() as core:
        assert await core.posted.queue() == 28 - posted
    process = await start(stage.environ, "run")
    await _until_posted(stage, channels, 28)
    process.send_signal(signal.SIGINT)  # Ctrl-C is as good
    ran = await ended(process)
    assert ran.code == 0, ran.said
    for channel, papers in zip(channels, due, strict=True):
        found = [_paper(message) for message in _messages(stage, channel)]
        assert found == [None, *papers]


def _messages(stage: CliStage, channel: int) -> list[Message]:
    return list(stage.world.channel(channel).messages.values())


def _paper(message: Message) -> str | None:
    found = re.search(r"pb1:bm:([\d.]+)v1:", str(message.components))
    return found[1] if found else None


async def _until_posted(stage: CliStage, channels: list[int], count: int) -> None:
    """Return as soon as so many messages stand in the channels."""
    changed = asyncio.Event()
    unsubscribe = stage.world.bus.subscribe(lambda _: changed.set())
    try:
        async with asyncio.timeout(PATIENCE_S):
            while sum(len(_messages(stage, channel)) for channel in channels) < count:
                changed.clear()
                await changed.wait()
    finally:
        unsubscribe()


async def _said(environ: dict[str, str], *command: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *command, env=environ, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await asyncio.wait_for(process.communicate(), PATIENCE_S)
    return out.decode()
