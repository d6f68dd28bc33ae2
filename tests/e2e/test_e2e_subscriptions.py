"""`/subscriptions` as an admin meets it."""

from collections.abc import AsyncIterator
from datetime import time, timedelta
from pathlib import Path

import pytest
from commands_stage import CommandsStage, commands_stage

from bot.models import Include, Layout, QuietDays, SubscriptionState
from bot.ui.sessions import LIFETIME
from sandbox.discord.models import Overwrite
from sandbox.discord.permissions import Permission
from sandbox.discord.person import ControlRefusedError
from sandbox.discord.sightings import SeenMessage


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[CommandsStage]:
    async with commands_stage(tmp_path) as made:
        yield made


async def _opened(stage: CommandsStage, number: int) -> SeenMessage:
    return await stage.choose(await stage.run("subscriptions"), number, ":open")


async def test_an_empty_server(stage: CommandsStage) -> None:
    assert "no subscriptions" in (await stage.run("subscriptions")).text


async def test_the_list_in_pages(stage: CommandsStage) -> None:
    for category in ("cs.LG", "cs.CL", "hep-th", "math.CO", "quant-ph", "stat.ML"):
        await stage.subscribe(category, keywords=f'word "{category} phrase"')
    first = await stage.run("subscriptions")
    assert "6 subscriptions in channels that you manage" in first.text
    assert "Page 1 of 2" in first.text
    assert "cs.LG · “word”, “cs.LG phrase” · new papers only" in first.text
    assert f"<#{stage.channel_id}>" in first.text
    assert "stat.ML" not in first.text
    second = await stage.press(first, "Next ▶")
    assert second.id == first.id
    assert "stat.ML" in second.text
    assert "quant-ph" not in second.text
    back = await stage.press(second, "◀ Previous")
    assert "quant-ph" in back.text


async def test_editing_the_rules_and_the_time(stage: CommandsStage) -> None:
    made = await stage.subscribe(keywords="old", exclude="survey")
    detail = await _opened(stage, made.id)
    assert f"Subscription {made.id} in <#{stage.channel_id}>" in detail.text
    saved = await stage.fill(
        detail,
        "Edit",
        {
            "Categories": "cs.CL, cs.LG",
            "Keywords": 'new "long context" -review',
            "Authors": "D. Knuth",
            "Time and time zone": "18:00 America/New_York",
            "Papers in a digest": "7",
        },
    )
    assert "✅ Saved." in saved.text
    (stored,) = await stage.subscriptions()
    rules = stored.draft.rules
    assert stored.id == made.id
    assert rules.categories == ("cs.CL", "cs.LG")
    assert rules.keywords == ("new", "long context")
    assert rules.exclusions == ("review",)
    assert rules.authors == ("D. Knuth",)
    assert (stored.draft.at, stored.draft.timezone) == (time(18), "America/New_York")
    assert stored.draft.max_papers == 7
    assert f"<t:{int(stored.next_due_at.timestamp())}:R>" in saved.text


async def test_a_wrong_edit_changes_nothing_and_keeps_what_was_typed(stage: CommandsStage) -> None:
    made = await stage.subscribe()
    detail = await _opened(stage, made.id)
    refused = await stage.fill(detail, "Edit", {"Categories": "cs.NOPE", "Keywords": "graphs"})
    assert "“cs.NOPE” is not an arXiv category" in refused.text
    assert "Nothing was changed" in refused.text
    assert await stage.subscriptions() == [made]
    again = await stage.admin.press(refused, "Edit")
    assert "cs.NOPE" in str(again.modal)
    assert "graphs" in str(again.modal)
    await stage.fill(refused, "Edit", {"Categories": "cs.CL"})
    (stored,) = await stage.subscriptions()
    assert stored.draft.rules.categories == ("cs.CL",)
    assert stored.draft.rules.keywords == ("graphs",)


async def test_the_settings_that_are_chosen(stage: CommandsStage) -> None:
    made = await stage.subscribe()
    view = await stage.press(await _opened(stage, made.id), "More settings")
    for value, menu in (("cross", ":include"), ("thread", ":layout"), ("line", ":quiet")):
        view = await stage.choose(view, value, menu)
        assert "✅ Saved." in view.text
    (stored,) = await stage.subscriptions()
    assert stored.draft.rules.include is Include.CROSS
    assert stored.draft.layout is Layout.THREAD
    assert stored.draft.quiet_days is QuietDays.LINE
    detail = await stage.press(view, "Done")
    assert "new papers and cross-lists" in detail.text


async def test_a_thread_layout_needs_the_bots_permissions(stage: CommandsStage) -> None:
    made = await stage.subscribe()
    denied = Overwrite(stage.bot_role_id, 0, 0, int(Permission.CREATE_PUBLIC_THREADS))
    stage.world.rooms.set_overwrite(stage.channel_id, denied)
    view = await stage.press(await _opened(stage, made.id), "More settings")
    refused = await stage.choose(view, "thread", ":layout")
    assert "Create Public Threads" in refused.text
    assert await stage.subscriptions() == [made]


async def test_pause_and_resume(stage: CommandsStage) -> None:
    made = await stage.subscribe()
    paused = await stage.press(await _opened(stage, made.id), "Pause")
    assert "⏸️ paused" in paused.text
    assert "nothing is posted" in paused.text.lower()
    assert (await stage.subscriptions())[0].state is SubscriptionState.PAUSED
    resumed = await stage.press(paused, "Resume")
    assert "🟢 active" in resumed.text
    assert (await stage.subscriptions())[0].state is SubscriptionState.ACTIVE


async def test_what_is_broken_says_why_and_resumes_when_it_is_mended(stage: CommandsStage) -> None:
    made = await stage.subscribe()
    denied = Overwrite(stage.bot_role_id, 0, 0, int(Permission.SEND_MESSAGES))
    stage.world.rooms.set_overwrite(stage.channel_id, denied)
    await stage.core.outbox.block(made.id, "I lack Send Messages in this channel.")
    listed = await stage.run("subscriptions")
    assert "🔴 stopped by a problem" in listed.text
    assert "I lack Send Messages in this channel." in listed.text
    detail = await stage.choose(listed, made.id, ":open")
    refused = await stage.press(detail, "Resume")
    assert "I lack these permissions in #papers: Send Messages." in refused.text
    stage.world.rooms.delete_overwrite(stage.channel_id, stage.bot_role_id)
    resumed = await stage.press(refused, "Resume")
    assert "🟢 active" in resumed.text
    assert "I lack" not in resumed.text


async def test_post_now_posts_and_then_has_nothing_new(stage: CommandsStage) -> None:
    made = await stage.subscribe("cs.LG", max_papers=2)
    detail = await _opened(stage, made.id)
    nothing = await stage.press(detail, "Post now")
    assert "nothing to post" in nothing.text
    await stage.announce("cs.LG")
    posting = await stage.press(nothing, "Post now")
    assert "Posting 2 of 2 matching papers" in posting.text
    posts = await stage.posts(3)
    assert "**2** shown" in posts[0].text
    assert "A Good Lawyer Needs No Witness" in posts[1].text
    await stage.delivered()
    again = await stage.press(posting, "Post now")
    assert "no new matching paper since the last digest" in again.text
    assert "Last digest: 2 papers posted" in again.text
    assert len(await stage.posts(3)) == 3


async def test_removing_asks_first(stage: CommandsStage) -> None:
    made = await stage.subscribe()
    question = await stage.press(await _opened(stage, made.id), "Remove")
    assert f"Remove subscription {made.id}" in question.text
    assert len(await stage.subscriptions()) == 1
    kept = await stage.press(question, "Keep it")
    assert "Post now" in kept.buttons
    question = await stage.press(kept, "Remove")
    gone = await stage.press(question, "Remove it")
    assert f"Subscription {made.id} was removed." in gone.text
    assert await stage.subscriptions() == []


async def test_what_somebody_else_removed_is_said(stage: CommandsStage) -> None:
    made = await stage.subscribe()
    detail = await _opened(stage, made.id)
    await stage.core.services.subscriptions.remove(made)
    answer = await stage.press(detail, "Pause")
    assert f"There is no subscription {made.id} in this server" in answer.text


async def test_a_channel_that_was_deleted(stage: CommandsStage) -> None:
    made = await stage.subscribe(channel=stage.other_id)
    stage.world.rooms.delete(stage.other_id)
    listed = await stage.run("subscriptions")
    detail = await stage.choose(listed, made.id, ":open")
    refused = await stage.press(detail, "Post now")
    assert "If it was not deleted, give my role View Channel there." in refused.text
    question = await stage.press(refused, "Remove")
    await stage.press(question, "Remove it")
    assert await stage.subscriptions() == []


async def test_other_servers_see_nothing(stage: CommandsStage) -> None:
    made = await stage.subscribe()
    elsewhere = stage.world.servers.create(stage.admin_id, "Elsewhere").id
    room = stage.world.rooms.create(elsewhere, "general").id
    stage.world.servers.add_bot(elsewhere, stage.application.id)
    assert "no subscriptions" in (await stage.run("subscriptions", at=room)).text
    answer = await stage.run("digest preview", at=room, subscription=str(made.id))
    assert f"There is no subscription {made.id} in this server" in answer.text


def _let_manage(stage: CommandsStage, channel_id: int) -> None:
    """Give the reader Manage Channels in one channel."""
    allowed = Overwrite(stage.reader_id, 1, int(Permission.MANAGE_CHANNELS), 0)
    stage.world.rooms.set_overwrite(channel_id, allowed)


async def test_only_managers_of_a_subscribed_channel(stage: CommandsStage) -> None:
    await stage.subscribe(channel=stage.other_id)
    with pytest.raises(ControlRefusedError):
        await stage.run("subscriptions", by=stage.reader)
    _let_manage(stage, stage.channel_id)
    refused = await stage.run("subscriptions", by=stage.reader)
    assert "You need the permission Manage Channels" in refused.text
    assert "cs.LG" not in refused.text


async def test_a_manager_of_one_channel_sees_and_changes_its_subscriptions(
    stage: CommandsStage,
) -> None:
    own = await stage.subscribe("cs.LG")
    await stage.subscribe("hep-th", channel=stage.other_id)
    _let_manage(stage, stage.channel_id)
    listed = await stage.run("subscriptions", by=stage.reader)
    assert "1 subscription in channels that you manage" in listed.text
    assert "hep-th" not in listed.text
    custom_id = next(known for known in listed.custom_ids if known.endswith(":open"))
    await stage.reader.select(listed, [own.id], custom_id=custom_id)
    detail = (await stage.reader.read(stage.channel_id))[-1]
    await stage.press(detail, "Pause", by=stage.reader)
    states = {made.id: made.state for made in await stage.subscriptions()}
    assert states.pop(own.id) is SubscriptionState.PAUSED
    assert list(states.values()) == [SubscriptionState.ACTIVE]


async def test_a_channel_that_a_manager_cannot_see_is_not_theirs(stage: CommandsStage) -> None:
    await stage.subscribe("cs.LG")
    await stage.subscribe("hep-th", channel=stage.other_id)
    role = stage.world.servers.create_role(
        stage.guild_id, "managers", permissions=int(Permission.MANAGE_CHANNELS)
    )
    stage.world.servers.update_member(stage.guild_id, stage.reader_id, roles=[role.id])
    hidden = Overwrite(stage.reader_id, 1, 0, int(Permission.VIEW_CHANNEL))
    stage.world.rooms.set_overwrite(stage.other_id, hidden)
    listed = await stage.run("subscriptions", by=stage.reader)
    assert "cs.LG" in listed.text
    assert "hep-th" not in listed.text


async def test_what_is_left_of_a_deleted_channel_is_the_servers(stage: CommandsStage) -> None:
    await stage.subscribe("cs.LG")
    left = await stage.subscribe("hep-th", channel=stage.other_id)
    _let_manage(stage, stage.channel_id)
    stage.world.rooms.delete(stage.other_id)
    assert "hep-th" not in (await stage.run("subscriptions", by=stage.reader)).text
    listed = await stage.run("subscriptions")
    assert "⚠️ its channel was deleted" in listed.text
    detail = await stage.choose(listed, left.id, ":open")
    assert "⚠️ its channel was deleted" in detail.text
    await stage.press(await stage.press(detail, "Remove"), "Remove it")
    assert left.id not in {made.id for made in await stage.subscriptions()}


async def test_a_permission_that_was_taken_meanwhile_ends_it(stage: CommandsStage) -> None:
    made = await stage.subscribe(keywords="secret")
    _let_manage(stage, stage.channel_id)
    listed = await stage.run("subscriptions", by=stage.reader)
    custom_id = next(known for known in listed.custom_ids if known.endswith(":open"))
    await stage.reader.select(listed, [made.id], custom_id=custom_id)
    stage.world.rooms.delete_overwrite(stage.channel_id, stage.reader_id)
    seen = await stage.reader.read(stage.channel_id)
    refused = await stage.press(seen[-1], "Pause", by=stage.reader)
    assert refused.text == (
        "You need the permission Manage Channels in this subscription's channel."
    )
    assert refused.custom_ids == []
    assert (await stage.subscriptions())[0].state is SubscriptionState.ACTIVE


async def test_a_permission_that_was_taken_meanwhile_ends_the_list(stage: CommandsStage) -> None:
    for category in ("cs.LG", "cs.CL", "hep-th", "math.CO", "quant-ph", "stat.ML"):
        await stage.subscribe(category)
    _let_manage(stage, stage.channel_id)
    listed = await stage.run("subscriptions", by=stage.reader)
    stage.world.rooms.delete_overwrite(stage.channel_id, stage.reader_id)
    refused = await stage.press(listed, "Next ▶", by=stage.reader)
    assert "You need the permission Manage Channels" in refused.text
    assert "cs.LG" not in refused.text
    assert refused.custom_ids == []


async def test_a_dialog_that_is_over(stage: CommandsStage) -> None:
    made = await stage.subscribe()
    detail = await _opened(stage, made.id)
    stage.clock.advance(LIFETIME - timedelta(seconds=30))
    paused = await stage.press(detail, "Pause")  # a press keeps it open
    stage.clock.advance(LIFETIME - timedelta(seconds=30))
    resumed = await stage.press(paused, "Resume")
    stage.clock.advance(LIFETIME + timedelta(seconds=1))
    late = await stage.press(resumed, "Pause")
    assert "This dialog is over. Run `/subscriptions` to begin again." in late.text
    assert (await stage.subscriptions())[0].state is SubscriptionState.ACTIVE
