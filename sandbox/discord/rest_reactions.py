"""Routes of reactions."""

from aiohttp import web

from sandbox.discord.payloads import user_payload
from sandbox.discord.rest import Call, Route, answer, no_content


def _target(call: Call) -> tuple[int, int, int]:
    return call.me.id, call.id("channel_id"), call.id("message_id")


def _emoji(call: Call) -> str:
    return call.request.match_info["emoji_name"]


async def add(call: Call) -> web.Response:
    """React."""
    call.world.reactions.add(*_target(call), _emoji(call))
    return no_content()


async def remove_own(call: Call) -> web.Response:
    """Take back the bot's reaction."""
    call.world.reactions.remove(*_target(call), _emoji(call))
    return no_content()


async def remove_users(call: Call) -> web.Response:
    """Take away someone's reaction."""
    user_id = call.id("user_id")
    call.world.reactions.remove(*_target(call), _emoji(call), user_id=user_id)
    return no_content()


async def list_users(call: Call) -> web.Response:
    """Who reacted, by rising id, paged."""
    query = call.query()
    limit = query.integer("limit", least=1, most=100) or 25
    after = query.snowflake("after")
    burst = query.integer("type", least=0, most=1) == 1
    query.problems.raise_if_any()
    found = call.world.reactions.users(*_target(call), _emoji(call), after=after, limit=limit)
    # There are no burst reactions here.
    shown = [] if burst else found
    return answer([user_payload(call.world.user(user_id)) for user_id in shown])


async def clear(call: Call) -> web.Response:
    """Remove all reactions."""
    call.world.reactions.clear(*_target(call))
    return no_content()


async def clear_emoji(call: Call) -> web.Response:
    """Remove all reactions with one emoji."""
    call.world.reactions.clear(*_target(call), _emoji(call))
    return no_content()


_ALL = "/channels/{channel_id}/messages/{message_id}/reactions"
_ONE = f"{_ALL}/{{emoji_name}}"
_WRITE = "reaction.write"

ROUTES = (
    Route("DELETE", _ALL, clear, _WRITE),
    Route("GET", _ONE, list_users, "reaction.list"),
    Route("DELETE", _ONE, clear_emoji, _WRITE),
    Route("PUT", f"{_ONE}/@me", add, _WRITE),
    Route("DELETE", f"{_ONE}/@me", remove_own, _WRITE),
    Route("DELETE", f"{_ONE}/{{user_id}}", remove_users, _WRITE),
)
