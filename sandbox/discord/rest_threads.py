"""Routes of threads."""

from datetime import datetime

from aiohttp import web

from sandbox.discord import errors
from sandbox.discord.models import Channel, ThreadInfo
from sandbox.discord.payloads import channel_payload, thread_member_payload
from sandbox.discord.permissions import Permission
from sandbox.discord.rest import Call, Route, answer, no_content
from sandbox.discord.validate import Form


async def from_message(call: Call) -> web.Response:
    """A thread under a message."""
    thread = call.world.threads.from_message(
        call.me.id, call.id("channel_id"), call.id("message_id"), await call.json()
    )
    return answer(channel_payload(call.world, thread, call.me.id), 201)


async def standalone(call: Call) -> web.Response:
    """A thread without a message."""
    body = await call.json()
    thread = call.world.threads.standalone(call.me.id, call.id("channel_id"), body)
    return answer(channel_payload(call.world, thread, call.me.id), 201)


async def add_member(call: Call) -> web.Response:
    """Join a thread, or add someone to it."""
    call.world.threads.join(call.me.id, call.id("channel_id"), call.id("user_id"))
    return no_content()


async def remove_member(call: Call) -> web.Response:
    """Leave a thread, or remove someone from it."""
    call.world.threads.leave(call.me.id, call.id("channel_id"), call.id("user_id"))
    return no_content()


async def join(call: Call) -> web.Response:
    """Join a thread."""
    call.world.threads.join(call.me.id, call.id("channel_id"), call.me.id)
    return no_content()


async def leave(call: Call) -> web.Response:
    """Leave a thread."""
    call.world.threads.leave(call.me.id, call.id("channel_id"), call.me.id)
    return no_content()


async def list_members(call: Call) -> web.Response:
    """Who joined the thread."""
    thread, info = _visible(call)
    return answer([thread_member_payload(thread, user_id) for user_id in sorted(info.members)])


async def get_member(call: Call) -> web.Response:
    """One who joined the thread; raises 10007."""
    thread, info = _visible(call)
    user_id = call.id("user_id")
    if user_id not in info.members:
        raise errors.unknown_member()
    return answer(thread_member_payload(thread, user_id))


async def archived_public(call: Call) -> web.Response:
    """The channel's archived public threads, by when they were archived, latest first."""
    world = call.world
    parent = world.channel(call.id("channel_id"))
    world.require(call.me.id, parent, Permission.READ_MESSAGE_HISTORY)
    query = call.query()
    limit = query.integer("limit", least=2, most=100) or 50
    before = _instant(query)
    query.problems.raise_if_any()
    guild = world.guild(parent.guild_id or 0)
    children = [c for c in guild.channels.values() if c.parent_id == parent.id and c.is_public]
    found: list[tuple[datetime, Channel]] = []
    for thread in children:
        world.threads.settle(thread)
        info = thread.thread
        if info is not None and info.archived:
            at = info.archive_changed_at or info.created_at
            if before is None or at < before:
                found.append((at, thread))
    found.sort(key=lambda entry: (entry[0], entry[1].id), reverse=True)
    shown = [thread for _, thread in found[:limit]]
    members = [
        thread_member_payload(thread, call.me.id)
        for thread in shown
        if thread.thread is not None and call.me.id in thread.thread.members
    ]
    threads = [channel_payload(world, thread, call.me.id) for thread in shown]
    return answer({"threads": threads, "members": members, "has_more": len(found) > limit})


def _instant(query: Form) -> datetime | None:
    text = query.text("before")
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        message = f"Could not parse {text}. Should be ISO8601."
        query.wrong("before", "DATE_TIME_TYPE_PARSE", message)
        return None
    return instant


def _visible(call: Call) -> tuple[Channel, ThreadInfo]:
    thread, info = call.world.threads.thread(call.id("channel_id"))
    call.world.require(call.me.id, thread, Permission.VIEW_CHANNEL)
    return thread, info


_CHANNEL = "/channels/{channel_id}"
_MEMBERS = f"{_CHANNEL}/thread-members"

ROUTES = (
    Route("POST", f"{_CHANNEL}/messages/{{message_id}}/threads", from_message, "thread.create"),
    Route("POST", f"{_CHANNEL}/threads", standalone, "thread.create"),
    Route("GET", f"{_CHANNEL}/threads/archived/public", archived_public),
    Route("GET", _MEMBERS, list_members),
    Route("PUT", f"{_MEMBERS}/@me", join),
    Route("DELETE", f"{_MEMBERS}/@me", leave),
    Route("GET", f"{_MEMBERS}/{{user_id}}", get_member),
    Route("PUT", f"{_MEMBERS}/{{user_id}}", add_member),
    Route("DELETE", f"{_MEMBERS}/{{user_id}}", remove_member),
)
