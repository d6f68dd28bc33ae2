"""Routes of messages and pins."""

from aiohttp import web

from sandbox.discord.models import Message
from sandbox.discord.payloads import timestamp
from sandbox.discord.payloads_messages import message_payload
from sandbox.discord.rest import Call, Route, answer, no_content
from sandbox.discord.validate import Form, Problems, parse_snowflake


def _payload(call: Call, message: Message) -> dict[str, object]:
    return message_payload(call.world, message, call.me.id)


async def create_message(call: Call) -> web.Response:
    """Send a message; a repeated nonce gives the first one again."""
    body = await call.body()
    channel_id = call.id("channel_id")
    posted = call.world.posts.create(call.me.id, channel_id, body.json, body.uploads)
    payload = message_payload(call.world, posted.message, call.me.id, nonce=posted.nonce)
    return answer(payload)


async def list_messages(call: Call) -> web.Response:
    """A page of history, newest first."""
    query = call.query()
    limit = query.integer("limit", least=1, most=100) or 50
    anchors = {name: query.snowflake(name) for name in ("around", "before", "after")}
    query.problems.raise_if_any()
    messages = call.world.posts.history(call.me.id, call.id("channel_id"), limit=limit, **anchors)
    return answer([_payload(call, message) for message in messages])


async def get_message(call: Call) -> web.Response:
    """One message."""
    found = call.world.posts.get(call.me.id, call.id("channel_id"), call.id("message_id"))
    return answer(_payload(call, found))


async def edit_message(call: Call) -> web.Response:
    """Change a message."""
    body = await call.body()
    channel_id, message_id = call.id("channel_id"), call.id("message_id")
    message = call.world.posts.edit(call.me.id, channel_id, message_id, body.json, body.uploads)
    return answer(_payload(call, message))


async def delete_message(call: Call) -> web.Response:
    """Delete a message."""
    call.world.posts.delete(call.me.id, call.id("channel_id"), call.id("message_id"))
    return no_content()


async def bulk_delete(call: Call) -> web.Response:
    """Delete several messages at once."""
    problems = Problems()
    form = Form(await call.json(), problems)
    ids: list[int] = []
    for index, value in enumerate(form.list_of("messages", required=True)):
        parsed = parse_snowflake(value)
        if parsed is None:
            message = f'Value "{value}" is not snowflake.'
            problems.add(("messages", index), "NUMBER_TYPE_COERCE", message)
        else:
            ids.append(parsed)
    problems.raise_if_any()
    call.world.posts.bulk_delete(call.me.id, call.id("channel_id"), ids)
    return no_content()


async def list_pins(call: Call) -> web.Response:
    """Pinned messages with when they were pinned."""
    query = call.query()
    limit = query.integer("limit", least=1, most=50) or 50
    query.problems.raise_if_any()
    pins = call.world.pins.listed(call.me.id, call.id("channel_id"))
    items = [
        {"pinned_at": timestamp(at), "message": _payload(call, message)}
        for at, message in pins[:limit]
    ]
    return answer({"items": items, "has_more": len(pins) > limit})


async def list_pins_plain(call: Call) -> web.Response:
    """Pinned messages in the older form."""
    pins = call.world.pins.listed(call.me.id, call.id("channel_id"))
    return answer([_payload(call, message) for _, message in pins])


async def pin(call: Call) -> web.Response:
    """Pin a message."""
    call.world.pins.pin(call.me.id, call.id("channel_id"), call.id("message_id"))
    return no_content()


async def unpin(call: Call) -> web.Response:
    """Unpin a message."""
    call.world.pins.unpin(call.me.id, call.id("channel_id"), call.id("message_id"))
    return no_content()


_CHANNEL = "/channels/{channel_id}"
_MESSAGES = f"{_CHANNEL}/messages"
_MESSAGE = f"{_MESSAGES}/{{message_id}}"

ROUTES = (
    Route("GET", _MESSAGES, list_messages, "message.history"),
    Route("POST", _MESSAGES, create_message, "message.create"),
    Route("POST", f"{_MESSAGES}/bulk-delete", bulk_delete),
    Route("GET", f"{_MESSAGES}/pins", list_pins),
    Route("PUT", f"{_MESSAGES}/pins/{{message_id}}", pin),
    Route("DELETE", f"{_MESSAGES}/pins/{{message_id}}", unpin),
    Route("GET", f"{_CHANNEL}/pins", list_pins_plain),
    Route("PUT", f"{_CHANNEL}/pins/{{message_id}}", pin),
    Route("DELETE", f"{_CHANNEL}/pins/{{message_id}}", unpin),
    Route("GET", _MESSAGE, get_message, "message.history"),
    Route("PATCH", _MESSAGE, edit_message, "message.edit"),
    Route("DELETE", _MESSAGE, delete_message, "message.delete"),
)
