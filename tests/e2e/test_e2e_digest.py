"""`/digest` as an admin meets it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from commands_stage import CommandsStage, commands_stage

from sandbox.discord.models import Overwrite
from sandbox.discord.permissions import Permission


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[CommandsStage]:
    async with commands_stage(tmp_path) as made:
        yield made


async def test_preview_shows_what_would_come_and_posts_nothing(stage: CommandsStage) -> None:
    made = await stage.subscribe("cs.LG", keywords='witness "attention heads"')
    before = await stage.run("digest preview")
    assert "arXiv has announced nothing since the last digest." in before.text
    await stage.announce("cs.LG")
    preview = await stage.run("digest preview", subscription=str(made.id))
    assert f"Preview of subscription {made.id}" in preview.text
    assert "Wednesday 17 June 2026: 7 announced, 2 matches" in preview.text
    assert "2. 📄 [A Good Lawyer Needs No Witness" in preview.text
    assert "“witness” in the title" in preview.text
    assert "1. 📄 [∇-Pruning" in preview.text
    assert await stage.reader.read(stage.channel_id) == []


async def test_a_preview_in_which_nothing_matches(stage: CommandsStage) -> None:
    await stage.subscribe("cs.LG", keywords="xylophones")
    await stage.announce("cs.LG")
    preview = await stage.run("digest preview")
    assert "7 announced, 0 matches" in preview.text
    assert "Nothing would be posted so far." in preview.text


async def test_now_posts_and_history_tells_of_it(stage: CommandsStage) -> None:
    made = await stage.subscribe("cs.LG", max_papers=1, layout="thread")
    assert "No digest was made in this server so far." in (await stage.run("digest history")).text
    nothing = await stage.run("digest now")
    assert "no matching paper was announced since the subscription" in nothing.text
    await stage.announce("cs.LG")
    posting = await stage.run("digest now", subscription=str(made.id))
    assert "Posting 1 of 2 matching papers" in posting.text
    (header,) = await stage.posts(1)
    thread = header.thread_id
    if thread is None:
        seen = await stage.reader.wait_until(
            stage.channel_id, lambda now: any(message.thread_id for message in now)
        )
        thread = next(message.thread_id for message in seen if message.thread_id)
    await stage.posts(1, thread)
    await stage.delivered()
    history = await stage.run("digest history")
    assert f"subscription {made.id}, by hand" in history.text
    assert "Wed 17 Jun: 7 announced, 2 matched, 1 paper posted" in history.text
    again = await stage.run("digest now")
    assert "no new matching paper since the last digest" in again.text


async def test_now_where_the_bot_may_not_post(stage: CommandsStage) -> None:
    await stage.subscribe("cs.LG")
    await stage.announce("cs.LG")
    denied = Overwrite(stage.bot_role_id, 0, 0, int(Permission.SEND_MESSAGES))
    stage.world.rooms.set_overwrite(stage.channel_id, denied)
    refused = await stage.run("digest now")
    assert "I lack these permissions in #papers: Send Messages." in refused.text
    assert "No digest was made" in (await stage.run("digest history")).text


async def test_choosing_the_subscription(stage: CommandsStage) -> None:
    assert "no subscriptions" in (await stage.run("digest preview")).text
    first = await stage.subscribe("cs.LG", keywords="witness")
    second = await stage.subscribe("hep-th")
    several = await stage.run("digest preview")
    assert "several subscriptions" in several.text
    choices = await stage.admin.autocomplete(
        "digest preview", "subscription", "hep", channel=stage.channel_id
    )
    assert choices == [
        {"name": f"{second.id} #papers: hep-th · new papers only", "value": str(second.id)}
    ]
    everything = await stage.admin.autocomplete(
        "digest now", "subscription", "", channel=stage.channel_id
    )
    assert [choice["value"] for choice in everything] == [str(first.id), str(second.id)]
    by_name = await stage.run("digest preview", subscription=f"#{first.id}")
    assert f"Preview of subscription {first.id}" in by_name.text
    unknown = await stage.run("digest preview", subscription="99")
    assert "There is no subscription 99 in this server" in unknown.text
    nonsense = await stage.run("digest now", subscription="the first one")
    assert "Choose the subscription from the list" in nonsense.text


async def test_a_channels_only_subscription_need_not_be_chosen(stage: CommandsStage) -> None:
    first = await stage.subscribe("cs.LG", keywords="witness")
    await stage.subscribe("hep-th", channel=stage.other_id)
    third = await stage.subscribe("cs.CL", channel=stage.other_id)
    here = await stage.run("digest preview")
    assert f"Preview of subscription {first.id}" in here.text
    there = await stage.run("digest preview", at=stage.other_id)
    assert "several subscriptions" in there.text
    message = await stage.admin.say(stage.channel_id, "What comes next?")
    thread = await stage.admin.start_thread(message, "Next")
    inside = await stage.run("digest preview", at=thread)
    assert f"Preview of subscription {first.id}" in inside.text
    named = await stage.run("digest preview", subscription=str(third.id))
    assert f"Preview of subscription {third.id}" in named.text


def _let_manage(stage: CommandsStage, channel_id: int) -> None:
    """Give the reader Manage Channels in one channel."""
    allowed = Overwrite(stage.reader_id, 1, int(Permission.MANAGE_CHANNELS), 0)
    stage.world.rooms.set_overwrite(channel_id, allowed)


@pytest.mark.parametrize("command", ["digest preview", "digest now", "digest history"])
async def test_only_managers_of_a_subscribed_channel(stage: CommandsStage, command: str) -> None:
    made = await stage.subscribe("cs.LG", channel=stage.other_id)
    await stage.announce("cs.LG")
    await stage.run("digest now", subscription=str(made.id))
    _let_manage(stage, stage.channel_id)  # where nothing is subscribed
    refused = await stage.run(command, by=stage.reader)
    assert "You need the permission Manage Channels" in refused.text
    if command != "digest history":
        named = await stage.run(command, by=stage.reader, subscription=str(made.id))
        assert "Manage Channels in this subscription's channel" in named.text
    choices = await stage.reader.autocomplete(
        "digest preview", "subscription", "", channel=stage.channel_id
    )
    assert choices == []


async def test_a_manager_of_one_channel_works_with_its_subscription(stage: CommandsStage) -> None:
    own = await stage.subscribe("cs.LG")
    other = await stage.subscribe("cs.LG", channel=stage.other_id)
    await stage.announce("cs.LG")
    await stage.run("digest now", subscription=str(other.id))
    _let_manage(stage, stage.channel_id)
    choices = await stage.reader.autocomplete(
        "digest now", "subscription", "", channel=stage.channel_id
    )
    assert [choice["value"] for choice in choices] == [str(own.id)]
    preview = await stage.run("digest preview", by=stage.reader)
    assert f"Preview of subscription {own.id}" in preview.text
    posting = await stage.run("digest now", by=stage.reader)
    assert f"to <#{stage.channel_id}> now" in posting.text
    history = await stage.run("digest history", by=stage.reader)
    assert f"subscription {own.id}" in history.text
    assert f"subscription {other.id}" not in history.text
    assert f"<#{stage.other_id}>" not in history.text
