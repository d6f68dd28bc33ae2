"""Permissions as Discord computes them: base, overwrites in their order, threads, implicit ones."""

from datetime import UTC, datetime

import pytest

from sandbox.discord.models import Channel, ChannelType, Guild, Member, Overwrite, Role
from sandbox.discord.permissions import (
    ALL,
    NONE,
    Permission,
    base_permissions,
    channel_permissions,
)

P = Permission
GUILD, OWNER, MEMBER, RED, BLUE = 1, 10, 11, 20, 21
VIEWER = P.VIEW_CHANNEL | P.SEND_MESSAGES | P.EMBED_LINKS | P.MENTION_EVERYONE


def guild(everyone: Permission = VIEWER, red: Permission = NONE) -> Guild:
    joined = datetime(2026, 1, 1, tzinfo=UTC)
    made = Guild(GUILD, "g", OWNER)
    made.roles = {
        GUILD: Role(GUILD, "@everyone", int(everyone)),
        RED: Role(RED, "red", int(red)),
        BLUE: Role(BLUE, "blue", 0),
    }
    made.members = {
        OWNER: Member(OWNER, joined),
        MEMBER: Member(MEMBER, joined, roles=[RED, BLUE]),
    }
    return made


def room(
    *overwrites: Overwrite, kind: ChannelType = ChannelType.TEXT, parent: int | None = None
) -> Channel:
    by_id = {overwrite.id: overwrite for overwrite in overwrites}
    return Channel(5, kind, "room", GUILD, parent, overwrites=by_id)


def granted(server: Guild, channel: Channel) -> Permission:
    return channel_permissions(server, channel, server.members[MEMBER])


def test_the_owner_can_do_everything() -> None:
    server = guild(everyone=NONE)
    everyone = Overwrite(GUILD, 0, deny=int(ALL))
    assert channel_permissions(server, room(everyone), server.members[OWNER]) == ALL


def test_an_administrator_passes_every_overwrite() -> None:
    server = guild(red=P.ADMINISTRATOR)
    assert base_permissions(server, server.members[MEMBER]) == ALL
    assert granted(server, room(Overwrite(MEMBER, 1, deny=int(ALL)))) == ALL


def test_roles_add_up() -> None:
    server = guild(everyone=P.VIEW_CHANNEL, red=P.SEND_MESSAGES)
    assert base_permissions(server, server.members[MEMBER]) == P.VIEW_CHANNEL | P.SEND_MESSAGES


@pytest.mark.parametrize(
    ("overwrites", "can_send"),
    [
        ([Overwrite(GUILD, 0, deny=int(P.SEND_MESSAGES))], False),
        (
            [
                Overwrite(GUILD, 0, deny=int(P.SEND_MESSAGES)),
                Overwrite(RED, 0, allow=int(P.SEND_MESSAGES)),
            ],
            True,
        ),
        (
            # Among roles an allowance wins over a denial, whatever their positions.
            [
                Overwrite(RED, 0, deny=int(P.SEND_MESSAGES)),
                Overwrite(BLUE, 0, allow=int(P.SEND_MESSAGES)),
            ],
            True,
        ),
        (
            [
                Overwrite(BLUE, 0, allow=int(P.SEND_MESSAGES)),
                Overwrite(MEMBER, 1, deny=int(P.SEND_MESSAGES)),
            ],
            False,
        ),
        (
            [
                Overwrite(GUILD, 0, deny=int(P.SEND_MESSAGES)),
                Overwrite(RED, 0, deny=int(P.SEND_MESSAGES)),
                Overwrite(MEMBER, 1, allow=int(P.SEND_MESSAGES)),
            ],
            True,
        ),
        (
            [Overwrite(MEMBER, 1, allow=int(P.SEND_MESSAGES), deny=int(P.SEND_MESSAGES))],
            True,
        ),
    ],
)
def test_overwrites_apply_in_order(overwrites: list[Overwrite], can_send: bool) -> None:
    assert bool(granted(guild(), room(*overwrites)) & P.SEND_MESSAGES) is can_send


def test_a_hidden_channel_allows_nothing() -> None:
    hidden = room(Overwrite(GUILD, 0, deny=int(P.VIEW_CHANNEL)))
    assert granted(guild(), hidden) == NONE


def test_without_sending_there_are_no_links_files_or_pings() -> None:
    muted = room(Overwrite(GUILD, 0, deny=int(P.SEND_MESSAGES)))
    assert granted(guild(), muted) == P.VIEW_CHANNEL


@pytest.mark.parametrize(
    ("in_channel", "in_threads", "expected"),
    [(True, False, False), (False, True, True), (True, True, True), (False, False, False)],
)
def test_in_a_thread_the_right_to_send_is_its_own(
    in_channel: bool, in_threads: bool, expected: bool
) -> None:
    bits = P.VIEW_CHANNEL
    bits |= P.SEND_MESSAGES if in_channel else NONE
    bits |= P.SEND_MESSAGES_IN_THREADS if in_threads else NONE
    server = guild(everyone=bits)
    parent = room()
    server.channels[parent.id] = parent
    thread = Channel(6, ChannelType.PUBLIC_THREAD, "t", GUILD, parent.id)
    assert bool(granted(server, thread) & P.SEND_MESSAGES) is expected
    assert bool(granted(server, parent) & P.SEND_MESSAGES) is in_channel


def test_a_thread_goes_by_its_parents_overwrites() -> None:
    server = guild()
    parent = room(Overwrite(GUILD, 0, deny=int(P.VIEW_CHANNEL)))
    server.channels[parent.id] = parent
    thread = Channel(6, ChannelType.PUBLIC_THREAD, "t", GUILD, parent.id)
    assert granted(server, thread) == NONE
