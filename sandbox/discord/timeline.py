"""The order of messages within a channel."""

from bisect import bisect_left, bisect_right

from sandbox.discord.models import Channel, Message


def insert_message(channel: Channel, message: Message) -> None:
    """Append a message, whose id must be the newest of the channel."""
    channel.messages[message.id] = message
    channel.message_ids.append(message.id)
    channel.last_message_id = message.id


def remove_message(channel: Channel, message_id: int) -> None:
    """Take a message out; `last_message_id` stays, as it does on Discord."""
    del channel.messages[message_id]
    del channel.message_ids[bisect_left(channel.message_ids, message_id)]


def page(
    channel: Channel,
    *,
    before: int | None = None,
    after: int | None = None,
    around: int | None = None,
    limit: int = 50,
) -> list[Message]:
    """Up to `limit` messages, newest first: the ones next to the given id, or the newest."""
    ids = channel.message_ids
    if around is not None:
        start = max(0, bisect_left(ids, around) - limit // 2)
        chosen = ids[start : start + limit]
    elif after is not None:
        start = bisect_right(ids, after)
        chosen = ids[start : start + limit]
    else:
        end = len(ids) if before is None else bisect_left(ids, before)
        chosen = ids[max(0, end - limit) : end]
    return [channel.messages[message_id] for message_id in reversed(chosen)]
