"""`/subscribe` as an admin meets it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import time, timedelta
from pathlib import Path

import pytest
from commands_stage import CommandsStage, commands_stage
from sqlalchemy import text

from bot.models import Include, Layout, QuietDays
from bot.ui.sessions import LIFETIME
from sandbox.discord.models import Overwrite
from sandbox.discord.permissions import Permission
from sandbox.discord.person import ControlRefusedError


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[CommandsStage]:
    async with commands_stage(tmp_path) as made:
        yield made


async def test_from_the_command_to_a_stored_subscription(stage: CommandsStage) -> None:
    preview = await stage.run(
        "subscribe",
        categories="cs.LG, stat.ML",
        keywords="learning -survey",
        authors="José García",
        exclude='"position paper"',
        time="9:30",
        timezone="asia/tokyo",
        max_papers=3,
        include="cross",
        layout="thread",
        quiet_days="line",
    )
    assert "Preview" in preview.text
    assert "cs.LG, stat.ML · “learning”" in preview.text
    assert "At 09:30 Asia/Tokyo, up to 3 papers, papers in a thread" in preview.text
    assert "Tue 16 Jun" in preview.text
    assert await stage.subscriptions() == []

    done = await stage.press(preview, "Subscribe")
    (stored,) = await stage.subscriptions()
    assert f"Subscribed: number {stored.id}" in done.text
    assert f"<t:{int(stored.next_due_at.timestamp())}:R>" in done.text
    assert done.buttons == []
    draft = stored.draft
    assert draft.channel_id == stage.channel_id
    assert draft.creator_id == stage.admin_id
    assert draft.rules.categories == ("cs.LG", "stat.ML")
    assert draft.rules.keywords == ("learning",)
    assert set(draft.rules.exclusions) == {"survey", "position paper"}
    assert draft.rules.authors == ("José García",)
    assert draft.rules.include is Include.CROSS
    assert (draft.at, draft.timezone, draft.max_papers) == (time(9, 30), "Asia/Tokyo", 3)
    assert (draft.layout, draft.quiet_days) == (Layout.THREAD, QuietDays.LINE)
    # Nobody else sees any of it.
    assert await stage.reader.read(stage.channel_id) == []


async def test_the_preview_shows_what_arxiv_announced(stage: CommandsStage) -> None:
    preview = await stage.run("subscribe", categories="stat.ML")
    assert "Conformal Prediction Under Slow Drift: Coverage at the Price of δ" in preview.text
    assert preview.buttons == ["Subscribe", "Adjust", "Cancel"]
    asked = stage.arxiv.stats.requests["oai"]
    assert asked > 0
    # The archive holds these days now: arXiv is not asked again.
    await stage.run("subscribe", categories="stat.ML")
    assert stage.arxiv.stats.requests["oai"] == asked


async def test_the_defaults_and_the_last_used_time_zone(stage: CommandsStage) -> None:
    first = await stage.subscribe()
    assert (first.draft.at, first.draft.timezone, first.draft.max_papers) == (time(9), "UTC", 5)
    assert first.draft.rules.include is Include.NEW
    await stage.subscribe("hep-th", timezone="Europe/Berlin")
    third = await stage.subscribe("math.CO")
    assert third.draft.timezone == "Europe/Berlin"


async def test_another_channel_may_be_named(stage: CommandsStage) -> None:
    made = await stage.subscribe(channel=stage.other_id)
    assert made.draft.channel_id == stage.other_id


async def test_autocomplete_keeps_the_list_of_categories(stage: CommandsStage) -> None:
    choices = await stage.admin.autocomplete(
        "subscribe", "categories", "cs.LG, comp", channel=stage.channel_id
    )
    assert "cs.LG, cs.CL" in [choice["value"] for choice in choices]
    zones = await stage.admin.autocomplete(
        "subscribe",
        "timezone",
        "toky",
        channel=stage.channel_id,
        options={"categories": "cs.LG"},
    )
    assert zones[0]["value"] == "Asia/Tokyo"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"categories": "cs.CLL"}, "“cs.CLL” is not an arXiv category. Did you mean cs.CL"),
        ({"categories": "math"}, "math is a whole archive"),
        ({"timezone": "Europe/Berlln"}, "Europe/Berlin"),
        ({"timezone": "Moon/Base"}, "is not a time zone I know"),
        ({"time": "25:99"}, "“25:99” is not a time of day"),
        ({"keywords": '"open phrase'}, "quotation mark"),
        ({"exclude": "learning", "keywords": "learning"}, "both wanted and excluded"),
    ],
)
async def test_what_is_wrong_is_said_in_a_sentence(
    stage: CommandsStage, options: dict[str, str], sentence: str
) -> None:
    outcome = await stage.run("subscribe", options={"categories": "cs.LG", **options})
    assert sentence in outcome.text
    assert outcome.buttons == []
    assert stage.arxiv.stats.requests["oai"] == 0
    assert await stage.subscriptions() == []


async def test_a_channel_the_bot_cannot_post_in(stage: CommandsStage) -> None:
    denied = Permission.SEND_MESSAGES | Permission.ADD_REACTIONS
    overwrite = Overwrite(stage.bot_role_id, 0, 0, int(denied))
    stage.world.rooms.set_overwrite(stage.other_id, overwrite)
    outcome = await stage.run("subscribe", categories="cs.LG", channel=stage.other_id)
    assert "I lack these permissions in #other: Send Messages, Add Reactions." in outcome.text


async def test_a_channel_the_bot_cannot_see(stage: CommandsStage) -> None:
    overwrite = Overwrite(stage.bot_role_id, 0, 0, int(Permission.VIEW_CHANNEL))
    stage.world.rooms.set_overwrite(stage.other_id, overwrite)
    outcome = await stage.run("subscribe", categories="cs.LG", channel=stage.other_id)
    assert "View Channel" in outcome.text


async def test_a_thread_layout_needs_more(stage: CommandsStage) -> None:
    denied = Permission.CREATE_PUBLIC_THREADS | Permission.SEND_MESSAGES_IN_THREADS
    stage.world.rooms.set_overwrite(
        stage.channel_id, Overwrite(stage.bot_role_id, 0, 0, int(denied))
    )
    # In messages it works, in a thread it does not.
    assert (await stage.subscribe()).draft.layout is Layout.MESSAGES
    outcome = await stage.run("subscribe", categories="cs.LG", layout="thread")
    assert "Create Public Threads, Send Messages in Threads" in outcome.text


async def test_an_ordinary_member_is_not_even_offered_it(stage: CommandsStage) -> None:
    with pytest.raises(ControlRefusedError):
        await stage.reader.run("subscribe", channel=stage.channel_id, categories="cs.LG")


async def test_who_manages_one_channel_cannot_subscribe_another(stage: CommandsStage) -> None:
    overwrite = Overwrite(stage.reader_id, 1, int(Permission.MANAGE_CHANNELS), 0)
    stage.world.rooms.set_overwrite(stage.channel_id, overwrite)
    outcome = await stage.run(
        "subscribe", by=stage.reader, categories="cs.LG", channel=stage.other_id
    )
    assert "You need the permission Manage Channels in #other." in outcome.text
    own = await stage.run("subscribe", by=stage.reader, categories="cs.LG")
    assert "Preview" in own.text


async def test_a_permission_that_was_taken_meanwhile_counts_when_subscribing(
    stage: CommandsStage,
) -> None:
    overwrite = Overwrite(stage.reader_id, 1, int(Permission.MANAGE_CHANNELS), 0)
    stage.world.rooms.set_overwrite(stage.channel_id, overwrite)
    preview = await stage.run("subscribe", by=stage.reader, categories="cs.LG")
    stage.world.rooms.delete_overwrite(stage.channel_id, stage.reader_id)
    refused = await stage.press(preview, "Subscribe", by=stage.reader)
    assert "You need the permission Manage Channels in #papers." in refused.text
    assert "Subscribe" in refused.buttons
    assert await stage.subscriptions() == []


async def test_a_lacking_permission_keeps_the_draft(stage: CommandsStage) -> None:
    preview = await stage.run("subscribe", categories="cs.LG")
    denied = Overwrite(stage.bot_role_id, 0, 0, int(Permission.SEND_MESSAGES))
    stage.world.rooms.set_overwrite(stage.channel_id, denied)
    refused = await stage.press(preview, "Subscribe")
    assert "Send Messages" in refused.text
    stage.world.rooms.delete_overwrite(stage.channel_id, stage.bot_role_id)
    await stage.press(refused, "Subscribe")
    assert len(await stage.subscriptions()) == 1


async def test_adjusting_shows_the_new_preview_in_place(stage: CommandsStage) -> None:
    preview = await stage.run("subscribe", categories="stat.ML", keywords="transformers")
    changed = await stage.fill(
        preview,
        "Adjust",
        {
            "Keywords": "conformal",
            "Time and time zone": "17:30 Europe/Berlin",
            "Papers in a digest": "2",
        },
    )
    assert changed.id == preview.id
    assert "“conformal”" in changed.text
    assert "17:30 Europe/Berlin" in changed.text
    assert "up to 2 papers" in changed.text
    assert "Conformal Prediction Under Slow Drift" in changed.text
    await stage.press(changed, "Subscribe")
    (stored,) = await stage.subscriptions()
    assert stored.draft.rules.keywords == ("conformal",)
    assert (stored.draft.at, stored.draft.timezone) == (time(17, 30), "Europe/Berlin")


async def test_what_was_typed_wrongly_is_kept_for_the_next_try(stage: CommandsStage) -> None:
    preview = await stage.run("subscribe", categories="cs.LG")
    refused = await stage.fill(
        preview, "Adjust", {"Keywords": "graphs", "Time and time zone": "half past nine"}
    )
    assert "“half past nine” is not a time of day" in refused.text
    again = await stage.admin.press(refused, "Adjust")
    assert "half past nine" in str(again.modal)
    assert "graphs" in str(again.modal)
    fixed = await stage.fill(refused, "Adjust", {"Time and time zone": "09:30"})
    assert "“graphs”" in fixed.text
    assert "At 09:30 UTC" in fixed.text
    assert "half past nine" not in fixed.text


async def test_cancel_saves_nothing(stage: CommandsStage) -> None:
    preview = await stage.run("subscribe", categories="cs.LG")
    canceled = await stage.press(preview, "Cancel")
    assert canceled.text == "Canceled; nothing was saved."
    assert canceled.buttons == []
    assert await stage.subscriptions() == []


async def test_pressing_twice_makes_one_subscription(stage: CommandsStage) -> None:
    preview = await stage.run("subscribe", categories="cs.LG")
    first, second = await asyncio.gather(
        stage.admin.press(preview, "Subscribe"),
        stage.admin.press(preview, "Subscribe"),
    )
    assert first.error is None
    assert second.error is None
    await stage.admin.wait_until(
        stage.channel_id, lambda seen: any("Subscribed" in message.text for message in seen)
    )
    assert len(await stage.subscriptions()) == 1


async def test_a_dialog_that_is_over_tells_how_to_begin_again(stage: CommandsStage) -> None:
    preview = await stage.run("subscribe", categories="cs.LG")
    stage.clock.advance(LIFETIME + timedelta(seconds=1))
    late = await stage.press(preview, "Subscribe")
    assert "This dialog is over. Run `/subscribe` to begin again." in late.text
    assert await stage.subscriptions() == []


async def test_a_dialog_from_before_a_restart(stage: CommandsStage) -> None:
    preview = await stage.run("subscribe", categories="cs.LG")
    await stage.stop()
    await stage.start()
    late = await stage.press(preview, "Subscribe")
    assert "This dialog is over. Run `/subscribe` to begin again." in late.text
    assert await stage.subscriptions() == []
    assert (await stage.subscribe()).id == 1


async def test_an_error_of_ours_ends_in_an_incident_and_keeps_the_draft(
    stage: CommandsStage,
) -> None:
    preview = await stage.run("subscribe", categories="cs.LG")
    async with stage.core.database.write() as connection:
        await connection.execute(text("ALTER TABLE subscriptions RENAME TO elsewhere"))
    failed = await stage.press(preview, "Subscribe")
    assert "Something went wrong on my side (incident `" in failed.text
    assert "elsewhere" not in failed.text
    async with stage.core.database.write() as connection:
        await connection.execute(text("ALTER TABLE elsewhere RENAME TO subscriptions"))
    await stage.press(failed, "Subscribe")
    assert len(await stage.subscriptions()) == 1


async def test_the_limit_of_a_server(tmp_path: Path) -> None:
    async with commands_stage(tmp_path, max_subscriptions="1") as stage:
        await stage.subscribe()
        preview = await stage.run("subscribe", categories="cs.CL")
        refused = await stage.press(preview, "Subscribe")
        assert "This server has 1 subscription" in refused.text
        assert len(await stage.subscriptions()) == 1


async def test_arxiv_being_down_does_not_stop_a_subscription(stage: CommandsStage) -> None:
    await stage.arxiv.stop()
    preview = await stage.run("subscribe", categories="cs.LG")
    assert "could not be asked" in preview.text
    assert preview.buttons == ["Subscribe", "Try again", "Adjust", "Cancel"]
    await stage.press(preview, "Subscribe")
    assert len(await stage.subscriptions()) == 1


async def test_nothing_of_a_dialog_stays_in_the_library(stage: CommandsStage) -> None:
    preview = await stage.run("subscribe", categories="cs.LG")
    await stage.admin.press(preview, "Adjust")
    await stage.admin.press(preview, "Adjust")
    assert stage.kept_by_library() == (0, 1)
    await stage.fill(preview, "Adjust", {"Keywords": "graphs"})
    assert stage.kept_by_library() == (0, 0)
