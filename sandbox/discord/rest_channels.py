"""Routes of channels: reading, changing, deleting, overwrites, typing."""

from aiohttp import web

from sandbox.discord.message_events import publish_in
from sandbox.discord.payloads import channel_payload, member_payload
from sandbox.discord.permissions import Permission
from sandbox.discord.rest import Call, Route, answer, no_content
from sandbox.discord.validate_channels import parse_overwrite


async def get_channel(call: Call) -> web.Response:
    """A channel, thread or direct message that the bot can see."""
    channel = call.world.channel(call.id("channel_id"))
    call.world.require(call.me.id, channel, Permission.VIEW_CHANNEL)
    call.world.threads.settle(channel)
    return answer(channel_payload(call.world, channel, call.me.id))


async def edit_channel(call: Call) -> web.Response:
    """Change a channel or thread."""
    channel_id = call.id("channel_id")
    body = await call.json()
    if call.world.channel(channel_id).thread is not None:
        channel = call.world.threads.update(call.me.id, channel_id, body)
    else:
        channel = call.world.rooms.update(channel_id, body, actor=call.me.id)
    return answer(channel_payload(call.world, channel, call.me.id))


async def delete_channel(call: Call) -> web.Response:
    """Delete a channel or thread, or close a direct message."""
    channel = call.world.rooms.delete(call.id("channel_id"), actor=call.me.id)
    return answer(channel_payload(call.world, channel, call.me.id))


async def put_overwrite(call: Call) -> web.Response:
    """Set what a role or member may do in a channel."""
    overwrite = parse_overwrite(await call.json(), call.id("overwrite_id"))
    call.world.rooms.set_overwrite(call.id("channel_id"), overwrite, actor=call.me.id)
    return no_content()


async def delete_overwrite(call: Call) -> web.Response:
    """Remove a role's or member's overwrite."""
    target = call.id("overwrite_id")
    call.world.rooms.delete_overwrite(call.id("channel_id"), target, actor=call.me.id)
    return no_content()


async def start_typing(call: Call) -> web.Response:
    """Show for ten seconds that the bot is writing."""
    world = call.world
    channel = world.channel(call.id("channel_id"))
    world.require(call.me.id, channel, Permission.SEND_MESSAGES)
    data: dict[str, object] = {
        "channel_id": str(channel.id),
        "user_id": str(call.me.id),
        "timestamp": int(world.clock.now().timestamp()),
    }
    if channel.guild_id is not None:
        data["member"] = member_payload(world, world.member(channel.guild_id, call.me.id))
    publish_in(world, "TYPING_START", channel, data, kind="MESSAGE_TYPING")
    return no_content()


_CHANNEL = "/channels/{channel_id}"

ROUTES = (
    Route("GET", _CHANNEL, get_channel),
    Route("PATCH", _CHANNEL, edit_channel),
    Route("DELETE", _CHANNEL, delete_channel),
    Route("PUT", f"{_CHANNEL}/permissions/{{overwrite_id}}", put_overwrite),
    Route("DELETE", f"{_CHANNEL}/permissions/{{overwrite_id}}", delete_overwrite),
    Route("POST", f"{_CHANNEL}/typing", start_typing, "typing"),
)
