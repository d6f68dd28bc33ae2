"""Permissions by the names of Discord's settings page, of the bot and of people."""

import pytest
from ui_stage import GRANTED, UiStage

from bot.errors import BotLacksPermission
from bot.models import Layout
from bot.ui.permissions import ensure, missing_permissions
from sandbox.discord.models import Overwrite
from sandbox.discord.permissions import Permission

_SEEING = Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY


async def _granted(stage: UiStage, permissions: Permission) -> None:
    heard = stage.client.wait_for("guild_role_update", timeout=5)
    stage.allow(permissions)
    await heard


def _missing(stage: UiStage, layout: Layout, *, hint: bool = True) -> list[str]:
    guild = stage.client.get_guild(stage.guild_id)
    assert guild is not None
    channel = guild.get_channel(stage.channel_id)
    assert channel is not None
    return missing_permissions(channel, guild.me, layout, hint=hint)


async def test_nothing_is_missing_with_the_invites_permissions(stage: UiStage) -> None:
    assert _missing(stage, Layout.MESSAGES) == []
    assert _missing(stage, Layout.THREAD) == []


@pytest.mark.parametrize(
    ("granted", "layout", "hint", "missing"),
    [
        (Permission(0), Layout.THREAD, True, ["View Channel"]),
        (_SEEING, Layout.MESSAGES, True, ["Send Messages", "Add Reactions"]),
        (_SEEING, Layout.MESSAGES, False, ["Send Messages"]),
        (
            GRANTED & ~Permission.CREATE_PUBLIC_THREADS & ~Permission.SEND_MESSAGES_IN_THREADS,
            Layout.THREAD,
            True,
            ["Create Public Threads", "Send Messages in Threads"],
        ),
    ],
)
async def test_missing_ones_are_named(
    stage: UiStage, granted: Permission, layout: Layout, *, hint: bool, missing: list[str]
) -> None:
    await _granted(stage, granted)
    assert _missing(stage, layout, hint=hint) == missing


async def test_the_channels_own_settings_count(stage: UiStage) -> None:
    heard = stage.client.wait_for("guild_channel_update", timeout=5)
    denied = int(Permission.READ_MESSAGE_HISTORY)
    stage.world.rooms.set_overwrite(stage.channel_id, Overwrite(stage.bot_role_id, 0, deny=denied))
    await heard
    assert _missing(stage, Layout.MESSAGES) == ["Read Message History"]


async def test_ensure_names_channel_and_permissions(stage: UiStage) -> None:
    await _granted(stage, _SEEING)
    guild = stage.client.get_guild(stage.guild_id)
    assert guild is not None
    channel = guild.get_channel(stage.channel_id)
    assert channel is not None
    with pytest.raises(BotLacksPermission) as caught:
        ensure(guild, channel, Layout.MESSAGES, hint=False)
    assert caught.value.missing == ("Send Messages",)
    assert "#papers" in caught.value.sentence
    await _granted(stage, GRANTED)
    ensure(guild, channel, Layout.MESSAGES)


async def test_a_person_needs_manage_channels_in_that_channel(commanded: UiStage) -> None:
    here = commanded.channel_id
    elsewhere = commanded.world.rooms.create(commanded.guild_id, "elsewhere")
    runs = GRANTED | Permission.USE_APPLICATION_COMMANDS
    commanded.world.servers.update_role(
        commanded.guild_id, commanded.readers_role_id, permissions=int(runs)
    )
    outcome = await commanded.reader.run("manage", channel=here, options={"channel": elsewhere.id})
    assert "You need the permission Manage Channels in #elsewhere" in outcome.text
    allowed = Overwrite(
        commanded.reader_id, 1, allow=int(Permission.MANAGE_CHANNELS | Permission.VIEW_CHANNEL)
    )
    commanded.world.rooms.set_overwrite(elsewhere.id, allowed)
    outcome = await commanded.reader.run("manage", channel=here, options={"channel": elsewhere.id})
    assert outcome.text == "all is well"
    outcome = await commanded.reader.run("manage", channel=here, options={"channel": here})
    assert "Manage Channels in #papers" in outcome.text


async def test_a_channel_that_the_bot_cannot_see_is_told(commanded: UiStage) -> None:
    heard = commanded.client.wait_for("guild_channel_update", timeout=5)
    hidden = Overwrite(commanded.bot_role_id, 0, deny=int(Permission.VIEW_CHANNEL))
    commanded.world.rooms.set_overwrite(commanded.channel_id, hidden)
    await heard
    outcome = await commanded.owner.run(
        "manage", channel=commanded.channel_id, options={"channel": commanded.channel_id}
    )
    assert "I lack these permissions in #papers: View Channel" in outcome.text
