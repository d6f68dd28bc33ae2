"""`paperboy check`: what is fine, and what is broken with what to do about it."""

import sqlite3
from collections.abc import AsyncGenerator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from cli_stage import (
    SECOND_DAY,
    CliStage,
    cli_stage,
    damage,
)

from bot.models import Rules
from sandbox.arxiv.faults import FaultRule
from sandbox.discord.models import Overwrite
from sandbox.discord.permissions import Permission

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcdE.ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijkl"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncGenerator[CliStage]:
    async with cli_stage(tmp_path) as made:
        yield made


def verdicts(text: str) -> dict[str, list[str]]:
    """The verdicts by what was looked at."""
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        found.setdefault(line[8:20].strip(), []).append(line[:8].strip())
    return found


async def test_check_with_everything_fine(stage: CliStage) -> None:
    async with stage.core() as core:
        await stage.subscribe(core, Rules(("cs.CL",)))
    ran = await stage.run("check")
    assert ran.code == 0, ran.said
    assert verdicts(ran.out) == {
        name: ["ok"]
        for name in (
            "data folder", "database", "token", "permissions",
            "arXiv feed", "arXiv API", "arXiv OAI", "translator", "clock",
        )
    }  # fmt: skip
    assert "1 subscriptions, 1 active" in ran.out
    assert "It belongs to Paperboy" in ran.out
    assert f"cs.CL of {SECOND_DAY} holds 4 papers" in ran.out
    assert "Traceback" not in ran.said


async def test_check_before_the_first_run(stage: CliStage) -> None:
    ran = await stage.run("check")
    assert ran.code == 0, ran.said
    assert "the first run makes it" in ran.out


async def break_token(stage: CliStage) -> str:
    stage.environ["PAPERBOY_DISCORD_TOKEN"] = TOKEN
    return "Discord refuses the token"


async def lose_token(stage: CliStage) -> str:
    del stage.environ["PAPERBOY_DISCORD_TOKEN"]
    return "PAPERBOY_DISCORD_TOKEN: it is not set"


async def lose_discord(stage: CliStage) -> str:
    stage.environ["PAPERBOY_DISCORD_API_BASE"] = "http://127.0.0.1:9/api/v10"
    return "http://127.0.0.1:9/api/v10 does not answer"


async def take_permissions(stage: CliStage) -> str:
    denied = int(Permission.SEND_MESSAGES | Permission.ADD_REACTIONS)
    stage.world.rooms.set_overwrite(stage.channel_id, Overwrite(stage.bot_role_id, 0, deny=denied))
    return "grant Send Messages, Add Reactions in #papers"


async def delete_channel(stage: CliStage) -> str:
    stage.world.rooms.delete(stage.channel_id)
    return "its channel is gone"


async def damage_database(stage: CliStage) -> str:
    damage(stage.database, "deliveries")
    return "is damaged"


async def overwrite_database(stage: CliStage) -> str:
    stage.database.write_bytes(b"notes " * 5000)
    return "restore the last backup"


async def break_feed(stage: CliStage) -> str:
    stage.arxiv.set_faults([FaultRule("/rss/", times=None, body=b"<html><body>Oops</body></html>")])
    return "Digests wait for it; nothing is lost"


async def break_api(stage: CliStage) -> str:
    stage.arxiv.set_faults([FaultRule("/api/", times=None, status=404, body=b"gone")])
    return "Digests wait for it"


async def break_oai(stage: CliStage) -> str:
    stage.environ["PAPERBOY_ARXIV_OAI_URL"] = stage.arxiv.api_url
    return "Digests wait for it"


@pytest.mark.parametrize(
    ("spoil", "subject"),
    [
        (break_token, "token"),
        (lose_token, "token"),
        (lose_discord, "discord"),
        (take_permissions, "permissions"),
        (delete_channel, "permissions"),
        (damage_database, "database"),
        (overwrite_database, "database"),
        (break_feed, "arXiv feed"),
        (break_api, "arXiv API"),
        (break_oai, "arXiv OAI"),
    ],
)
async def test_check_says_what_is_broken_and_looks_at_all_else(
    stage: CliStage, spoil: Any, subject: str
) -> None:
    async with stage.core() as core:
        await stage.subscribe(core, Rules(("cs.CL",)))
    sentence = await spoil(stage)
    ran = await stage.run("check")
    assert ran.code == 1, ran.said
    found = verdicts(ran.out)
    assert found[subject] == ["failed"]
    (line,) = (line for line in ran.out.splitlines() if line.startswith("failed"))
    assert sentence in line
    assert {"data folder", "database", "arXiv feed", "arXiv API", "arXiv OAI", "clock"} <= set(
        found
    )
    assert "Traceback" not in ran.said
    assert TOKEN not in ran.said


async def test_check_has_a_damaged_search_index_made_anew(stage: CliStage) -> None:
    async with stage.core() as core:
        await stage.subscribe(core, Rules(("cs.CL",)))
    with closing(sqlite3.connect(stage.database)) as connection:
        connection.execute("DELETE FROM search_index_data")
        connection.commit()
    ran = await stage.run("check")
    assert verdicts(ran.out)["database"] == ["warning"], ran.said
    assert "its search index was damaged: the running bot makes it anew" in ran.out
