"""Routes of guilds: channels, roles, members, active threads."""

from typing import Any

from aiohttp import web

from sandbox.discord import errors
from sandbox.discord.models import Guild
from sandbox.discord.payloads import (
    active_threads,
    channel_payload,
    guild_payload,
    member_payload,
    role_payload,
    thread_member_payload,
)
from sandbox.discord.permissions import Permission
from sandbox.discord.rest import Call, Route, answer
from sandbox.discord.validate import Form, Problems


def _guild(call: Call) -> Guild:
    guild = call.world.guild(call.id("guild_id"))
    call.world.require_guild(call.me.id, guild)
    return guild


async def get_guild(call: Call) -> web.Response:
    """A guild with its roles."""
    return answer(guild_payload(_guild(call), with_counts=call.flag("with_counts")))


async def get_channels(call: Call) -> web.Response:
    """The guild's channels without threads; hidden ones too, as bots get them."""
    guild = _guild(call)
    channels = [channel for channel in guild.channels.values() if channel.thread is None]
    return answer([channel_payload(call.world, channel, call.me.id) for channel in channels])


async def create_channel(call: Call) -> web.Response:
    """A new channel."""
    guild = _guild(call)
    channel = call.world.rooms.create_from(guild.id, await call.json(), actor=call.me.id)
    return answer(channel_payload(call.world, channel, call.me.id), 201)


async def get_roles(call: Call) -> web.Response:
    """The guild's roles."""
    return answer([role_payload(role) for role in _guild(call).roles.values()])


async def get_role(call: Call) -> web.Response:
    """One role."""
    role = _guild(call).roles.get(call.id("role_id"))
    if role is None:
        raise errors.unknown_role()
    return answer(role_payload(role))


async def list_members(call: Call) -> web.Response:
    """The guild's members, by rising user id, paged."""
    guild = _guild(call)
    query = call.query()
    limit = query.integer("limit", least=1, most=1000) or 1
    after = query.snowflake("after") or 0
    query.problems.raise_if_any()
    found = sorted(user_id for user_id in guild.members if user_id > after)[:limit]
    return answer([member_payload(call.world, guild.members[user_id]) for user_id in found])


async def get_member(call: Call) -> web.Response:
    """One member."""
    guild = _guild(call)
    return answer(member_payload(call.world, call.world.member(guild.id, call.id("user_id"))))


async def edit_me(call: Call) -> web.Response:
    """Change the bot's own nickname."""
    guild = _guild(call)
    problems = Problems()
    nick = Form(await call.json(), problems).text("nick", most=32)
    problems.raise_if_any()
    call.world.require_guild(call.me.id, guild, Permission.CHANGE_NICKNAME)
    member = call.world.servers.update_member(guild.id, call.me.id, nick=nick)
    return answer(member_payload(call.world, member))


async def get_active_threads(call: Call) -> web.Response:
    """The threads that are not archived and that the bot can see, newest first."""
    guild = _guild(call)
    for thread in active_threads(guild):
        call.world.threads.settle(thread)
    seen = [t for t in active_threads(guild) if call.world.can_view(call.me.id, t)]
    seen.sort(key=lambda thread: thread.id, reverse=True)
    members: list[dict[str, Any]] = [
        thread_member_payload(thread, call.me.id)
        for thread in seen
        if thread.thread is not None and call.me.id in thread.thread.members
    ]
    threads = [channel_payload(call.world, thread, call.me.id) for thread in seen]
    return answer({"threads": threads, "members": members, "has_more": False})


ROUTES = (
    Route("GET", "/guilds/{guild_id}", get_guild),
    Route("GET", "/guilds/{guild_id}/channels", get_channels),
    Route("POST", "/guilds/{guild_id}/channels", create_channel),
    Route("GET", "/guilds/{guild_id}/roles", get_roles),
    Route("GET", "/guilds/{guild_id}/roles/{role_id}", get_role),
    Route("GET", "/guilds/{guild_id}/members", list_members),
    Route("PATCH", "/guilds/{guild_id}/members/@me", edit_me),
    Route("GET", "/guilds/{guild_id}/members/{user_id}", get_member),
    Route("GET", "/guilds/{guild_id}/threads/active", get_active_threads),
)
