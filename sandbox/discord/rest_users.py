"""Routes of users, the own application and the gateway's address."""

from typing import Any

from aiohttp import web

from sandbox.discord import errors
from sandbox.discord.payloads import channel_payload, guild_payload, own_user_payload, user_payload
from sandbox.discord.payloads_applications import application_payload
from sandbox.discord.rest import Call, Route, answer, no_content
from sandbox.discord.validate import Form, Problems


async def get_gateway_bot(call: Call) -> web.Response:
    """The gateway's address with how many shards to use: one per 1,000 guilds."""
    guilds = sum(call.me.id in guild.members for guild in call.world.guilds.values())
    limit = {"total": 1000, "remaining": 1000, "reset_after": 86_400_000, "max_concurrency": 16}
    shards = max(1, -(-guilds // 1000))
    return answer({"url": call.gateway_url, "shards": shards, "session_start_limit": limit})


async def get_me(call: Call) -> web.Response:
    """The bot's own user."""
    return answer(own_user_payload(call.world.user(call.me.id)))


async def patch_me(call: Call) -> web.Response:
    """Rename the bot; pictures are not kept here."""
    problems = Problems()
    form = Form(await call.json(), problems)
    name = form.text("username", least=2, most=32)
    for picture in ("avatar", "banner"):
        if form.value.get(picture):
            form.wrong(picture, "SANDBOX_UNSUPPORTED", "The sandbox keeps no pictures.")
    problems.raise_if_any()
    user = call.world.user(call.me.id)
    user.name = name or user.name
    return answer(own_user_payload(user))


async def get_user(call: Call) -> web.Response:
    """Any user."""
    return answer(user_payload(call.world.user(call.id("user_id"))))


async def get_my_guilds(call: Call) -> web.Response:
    """The guilds that the bot is in, by rising id, paged."""
    query = call.query()
    after, before = query.snowflake("after"), query.snowflake("before")
    limit = query.integer("limit", least=1, most=200)
    query.problems.raise_if_any()
    mine = [g for _, g in sorted(call.world.guilds.items()) if call.me.id in g.members]
    if before is not None:
        found = [guild for guild in mine if guild.id < before][-(limit or 200) :]
    else:
        found = [guild for guild in mine if guild.id > (after or 0)][: limit or 200]
    counted = call.flag("with_counts")
    counts = ("approximate_member_count", "approximate_presence_count") if counted else ()
    kept = ("id", "name", "icon", "banner", "features", *counts)
    payloads: list[dict[str, Any]] = []
    for guild in found:
        full = guild_payload(guild, with_counts=counted)
        granted = call.world.guild_permissions(call.me.id, guild)
        payloads.append(
            {key: full[key] for key in kept}
            | {"owner": guild.owner_id == call.me.id, "permissions": str(int(granted))}
        )
    return answer(payloads)


async def leave_guild(call: Call) -> web.Response:
    """Leave a guild."""
    guild_id = call.id("guild_id")
    if call.me.id not in call.world.guild(guild_id).members:
        raise errors.unknown_guild()
    call.world.servers.remove_member(guild_id, call.me.id)
    return no_content()


async def open_dm(call: Call) -> web.Response:
    """Open a direct message channel."""
    problems = Problems()
    form = Form(await call.json(), problems)
    recipient = form.snowflake("recipient_id", required=True)
    problems.raise_if_any()
    if recipient not in call.world.users:
        raise errors.of_code(50033)
    channel = call.world.accounts.open_dm(call.me.id, recipient)
    return answer(channel_payload(call.world, channel, call.me.id))


async def get_application(call: Call) -> web.Response:
    """The bot's own application."""
    return answer(application_payload(call.world, call.me))


ROUTES = (
    Route("GET", "/gateway/bot", get_gateway_bot, "gateway"),
    Route("GET", "/users/@me", get_me),
    Route("PATCH", "/users/@me", patch_me),
    Route("GET", "/users/@me/guilds", get_my_guilds),
    Route("DELETE", "/users/@me/guilds/{guild_id}", leave_guild),
    Route("POST", "/users/@me/channels", open_dm),
    Route("GET", "/users/{user_id}", get_user),
    Route("GET", "/applications/@me", get_application),
    Route("GET", "/oauth2/applications/@me", get_application),
)
