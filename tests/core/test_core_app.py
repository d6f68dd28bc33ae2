"""The running bot as a process: what its parts do together."""

import asyncio
import re
import signal
from pathlib import Path

from cli_stage import PATIENCE_S, CliStage, cli_stage, ended, start

from bot.exits import Exit
from bot.models import SubscriptionState
from sandbox.discord.faults import Fault
from sandbox.discord.person import Person
from sandbox.discord.sightings import SeenMessage


async def test_a_lost_permission_is_told_once_and_a_resume_posts_what_was_held_back(
    tmp_path: Path,
) -> None:
    async with cli_stage(tmp_path) as stage:
        async with stage.core() as core:
            digest = await stage.digest(core, 3)
            due = [card.paper_id for card in await core.posted.cards(digest.id)]
        stage.allow(stage.granted & ~stage.granted.SEND_MESSAGES)
        async with Person(f"{stage.discord.url}/control", stage.owner_id) as admin:
            process = await start(stage.environ, "run")
            direct = await admin.open_dm(stage.application.id)
            told = await admin.wait_until(direct, lambda seen: len(seen) == 1, timeout=PATIENCE_S)
            assert f"I had to stop subscription {digest.subscription_id}" in told[0].text
            assert f"<#{stage.channel_id}>" in told[0].text
            assert "Send Messages" in told[0].text
            assert "Then resume it with `/subscriptions`" in told[0].text
            stage.allow(stage.granted)
            await _resume(admin, stage, digest.subscription_id)
            await admin.wait_until(
                stage.channel_id,
                lambda seen: len(_cards(seen)) == len(due),
                timeout=PATIENCE_S,
            )
            process.send_signal(signal.SIGTERM)
            ran = await ended(process)
            assert ran.code == 0, ran.said
            assert _cards(await admin.read(stage.channel_id)) == due
            assert len(await admin.read(direct)) == 1
        async with stage.core() as core:
            resumed = await core.subscriptions.get(digest.subscription_id)
            assert (resumed.state, resumed.problem) == (SubscriptionState.ACTIVE, None)


async def test_a_token_that_is_refused_while_it_runs_ends_the_bot(tmp_path: Path) -> None:
    async with cli_stage(tmp_path) as stage:
        async with stage.core() as core:
            digest = await stage.digest(core, 2)
        gone = {"message": "401: Unauthorized", "code": 0}
        stage.discord.faults.add(Fault("/messages$", "POST", times=None, status=401, body=gone))
        ran = await stage.run("run")
        assert ran.code == Exit.TOKEN
        assert "Traceback" not in ran.said
        async with stage.core() as core:
            # Nothing is wrong with the subscription: with a valid token it goes on.
            kept = await core.subscriptions.get(digest.subscription_id)
            assert kept.state is SubscriptionState.ACTIVE
            assert await core.posted.queue() == 3


async def test_a_reaction_made_while_it_is_off_counts_when_it_is_back(tmp_path: Path) -> None:
    async with cli_stage(tmp_path) as stage:
        async with stage.core() as core:
            await stage.digest(core, 2)
        async with Person(f"{stage.discord.url}/control", stage.owner_id) as admin:
            process = await start(stage.environ, "run")
            seen = await admin.wait_until(
                stage.channel_id, lambda seen: len(_cards(seen)) == 2, timeout=PATIENCE_S
            )
            process.send_signal(signal.SIGTERM)
            assert (await ended(process)).code == 0
            await admin.react(seen[-1], "🔖")
            process = await start(stage.environ, "run")
            async with asyncio.timeout(PATIENCE_S):
                while not await _has_bookmarks(admin, stage.channel_id):
                    pass  # a command each time; nothing else is to be seen of it
            process.send_signal(signal.SIGTERM)
            ran = await ended(process)
            assert ran.code == 0, ran.said
        async with stage.core() as core:
            assert await core.services.bookmarks.has(stage.owner_id, _cards(seen)[-1] or "")


async def _has_bookmarks(person: Person, channel_id: int) -> bool:
    if not await person.commands(channel_id):
        return False
    outcome = await person.run("bookmarks list", channel=channel_id)
    outcome = await person.follow(
        outcome, lambda now: now.error is not None or now.message is not None
    )
    return outcome.message is not None and "1 bookmark" in outcome.message.text


async def _resume(admin: Person, stage: CliStage, subscription_id: int) -> None:
    """Resume a subscription as its admin does, by the command and its buttons."""
    outcome = await admin.run("subscriptions", channel=stage.channel_id)
    assert outcome.message is not None
    menu = next(name for name in outcome.message.custom_ids if name.endswith(":open"))
    outcome = await admin.select(outcome.message, [str(subscription_id)], custom_id=menu)
    assert outcome.message is not None
    outcome = await admin.press(outcome.message, "Resume")
    await admin.follow(
        outcome, lambda now: now.message is not None and "🟢 active" in now.message.text
    )


def _cards(seen: list[SeenMessage]) -> list[str | None]:
    """The papers whose cards stand in a channel."""
    found = [re.search(r"pb1:bm:([\d.]+)v1:", " ".join(message.custom_ids)) for message in seen]
    return [match[1] for match in found if match]
