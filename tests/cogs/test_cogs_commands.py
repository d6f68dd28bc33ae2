"""Every command as members meet it: who is refused, what answers where, what is completed."""

import re
from collections.abc import AsyncIterator, Mapping
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from cogs_table import (
    COMMANDS,
    COMPLETED,
    IN_PRIVATE,
    IN_SERVERS,
    MENUS,
    SAMPLE_ID,
    WITH_THE_BOT,
    Row,
)
from e2e.commands_stage import CommandsStage, commands_stage
from structlog.testing import capture_logs

from bot.i18n import ENGLISH, LOCALES
from bot.models import Paper, Rules, Subscription, SubscriptionDraft
from sandbox.discord.person import ControlRefusedError, Person
from sandbox.discord.sightings import Outcome

ALL: Mapping[str, Row] = {**COMMANDS, **MENUS}
ADMIN = {command: row for command, row in COMMANDS.items() if row.who is not None}
SPOKEN = ["en-US" if locale == ENGLISH else locale for locale in LOCALES]
# What only a text in this language has, even if papers' titles stay in English.
_LETTERS = {
    "en-US": re.compile("[a-z]{3}"),
    "ja": re.compile("[ぁ-ヿ]"),
    "zh-CN": re.compile("[一-鿿]"),
}
BAD = {"error", "critical"}
MOST_CHOICES, LONGEST_CHOICE = 25, 100
HOSTILE = "@everyone **[x](<#1> \u202e👩‍👩‍👧‍👦 é `|| "
TYPED = {
    "nothing": "",
    "a letter": "e",
    "spaces": " \t\n ",
    "as long as a choice": "a" * 100,
    "much longer": "cs.LG, " * 800,
    "emoji": "👩‍👩‍👧‍👦🔖🇯🇵",
    "control characters": "\x00\x07\x1b[31m\u202e\u200b\ufeff",
    "marks": "e\u0301\u0489\u0e34" * 30,
    "a query's syntax": "\"' OR NEAR( * -a:b% _ \\ ) ;--",
    "commas": ",,,;,、，",
    "a pattern": "(a+)+$[^",
    "numbers": "٣ ²  +99:99 1e999 -0",
    "a link": "https://arxiv.org/abs/2606.90021v99?x=<@1>#y",
    "many ids": " ".join(f"2606.{n:05}" for n in range(1, 60)),
    "japanese": "日本語の検索",
}


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[CommandsStage]:
    """More of everything than fits into a list, named as badly as people can name it."""
    async with commands_stage(tmp_path, max_subscriptions="60") as made:
        await _fill(made)
        yield made


async def _fill(stage: CommandsStage) -> None:
    services, now = stage.core.services, stage.clock.now()
    papers = [
        Paper(
            f"2606.{n:05}",
            1,
            title if n else "\u200b",
            "Nobody had looked before.",
            ("Ada Invented",),
            ("cs.CL",),
            "cs.CL",
        )
        for n, title in enumerate([f"e {n} {HOSTILE * 20}" for n in range(40)])
    ]
    await stage.core.papers.enrich(papers, now)
    for paper in papers:
        await services.bookmarks.set(stage.reader_id, paper.id, 1)
    for n in range(30):
        for language in ("ja", "de"):
            await services.glossaries.put(
                stage.guild_id,
                stage.admin_id,
                language=language,
                term=f"attention {n}",
                translation=(HOSTILE * 9)[:100].strip(),
            )
        rules = Rules(("cs.LG", "cs.CL"), (f"{n} {HOSTILE}"[:80],))
        await services.subscriptions.subscribe(
            SubscriptionDraft(
                stage.guild_id, stage.channel_id, stage.admin_id, rules, time(9), "Asia/Tokyo"
            )
        )


def _offered_to_everybody(stage: CommandsStage) -> None:
    """What a server's settings may say: that everybody is offered every command."""
    for command in stage.world.commands.listed(stage.application.id, None):
        command.definition["default_member_permissions"] = None


async def test_admins_commands_ask_for_the_permission_when_they_run(stage: CommandsStage) -> None:
    for command, row in ADMIN.items():
        with pytest.raises(ControlRefusedError):
            await stage.run(command, by=stage.reader, options=row.example)
    _offered_to_everybody(stage)
    before = await _kept(stage)
    for command, row in ADMIN.items():
        for at in (stage.channel_id, stage.other_id):
            refused = await stage.run(command, by=stage.reader, at=at, options=row.example)
            assert "You need the permission Manage" in refused.text, command
            assert "everyone" not in refused.text, command
            assert refused.buttons == [], command
    assert await _kept(stage) == before
    assert [m for m in await stage.admin.read(stage.channel_id) if not m.ephemeral] == []


async def test_completion_tells_a_member_nothing_that_is_the_admins(stage: CommandsStage) -> None:
    _offered_to_everybody(stage)
    for command, option in COMPLETED:
        if command not in ADMIN:
            continue
        for typed in ("", "1", "attention", "everyone"):
            choices = await _completed(stage, command, option, typed, stage.reader)
            shown = " ".join(str(choice["name"]) for choice in choices)
            assert "everyone" not in shown, command
            assert "attention" not in shown, command


@pytest.mark.parametrize("locale", SPOKEN)
async def test_completion_answers_whatever_is_typed(stage: CommandsStage, locale: str) -> None:
    for person in (stage.admin, stage.reader):
        await person.set_locale(locale)
    with capture_logs() as logs:
        for command, option in COMPLETED:
            person = stage.admin if command in ADMIN else stage.reader
            for name, typed in TYPED.items():
                about = f"/{command} {option}: {name}"
                choices = await _completed(stage, command, option, typed, person)
                assert len(choices) <= MOST_CHOICES, about
                assert choices or typed, about
                assert len({choice["value"] for choice in choices}) == len(choices), about
                for choice in choices:
                    assert 1 <= len(choice["name"].strip()) <= LONGEST_CHOICE, about
                    assert 1 <= len(choice["value"]) <= LONGEST_CHOICE, about
    # What fails, and choices that Discord refuses, are answered with no choices, and logged.
    assert [entry for entry in logs if entry["log_level"] in BAD] == []


async def _completed(
    stage: CommandsStage, command: str, option: str, typed: str, person: Person
) -> list[dict[str, Any]]:
    return await person.autocomplete(command, option, typed, channel=stage.channel_id)


@pytest.mark.parametrize("locale", SPOKEN)
async def test_every_command_answers_wherever_it_is_offered(
    stage: CommandsStage, locale: str
) -> None:
    reader = stage.reader
    await reader.install(stage.application.id)
    places = {
        IN_SERVERS: stage.channel_id,
        WITH_THE_BOT: await reader.open_dm(stage.application.id),
        IN_PRIVATE: await reader.open_group_dm(stage.admin_id),
    }
    for context, place in places.items():
        # In a server, what needs a permission is run by who has it.
        person = stage.admin if context == IN_SERVERS else reader
        await person.set_locale(locale)
        rows = {name: row for name, row in ALL.items() if context in row.contexts}
        listed = await person.commands(place)
        in_ascii = {command["shown_name"].isascii() for command in listed}
        assert in_ascii == {locale == "en-US"}, "names of another language"
        offered = {command["name"] for command in listed}
        assert offered == {name if name in MENUS else name.split()[0] for name in rows}
        message = await person.say(place, f"look at arxiv.org/abs/{SAMPLE_ID}")
        for name, row in rows.items():
            await stage.core.services.bookmarks.set(person.user_id, SAMPLE_ID, 1)
            with capture_logs() as logs:
                if name in MENUS:
                    outcome = await person.run_menu(name, message)
                else:
                    outcome = await person.run(name, channel=place, options=row.example)
                answered = await person.follow(outcome, _said_all)
            assert answered.error is None, name
            assert _LETTERS[locale].search(answered.text), f"{name}: {answered.text}"
            assert answered.ephemeral, name
            assert [entry for entry in logs if entry["log_level"] in BAD] == [], name
            assert [entry for entry in logs if "incident" in entry] == [], name


def _said_all(outcome: Outcome) -> bool:
    acknowledged = outcome.progress == "acknowledged" and not outcome.followups
    return outcome.settled and not acknowledged


async def _kept(stage: CommandsStage) -> tuple[list[Subscription], object]:
    glossary = await stage.core.services.glossaries.terms(stage.guild_id)
    return await stage.subscriptions(), glossary
