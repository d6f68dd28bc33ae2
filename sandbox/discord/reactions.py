"""Reactions to messages.

Rules: Discord's message resource. A bot or person needs READ_MESSAGE_HISTORY to react, and
ADD_REACTIONS where nobody has used that emoji on the message yet.
"""

from typing import Any

from sandbox.discord import errors
from sandbox.discord.message_events import publish_in
from sandbox.discord.models import Channel, Message, Reaction
from sandbox.discord.payloads import member_payload
from sandbox.discord.payloads_messages import emoji_payload
from sandbox.discord.permissions import Permission
from sandbox.discord.state import State
from sandbox.discord.threads import Threads
from sandbox.discord.validate_controls import is_unicode_emoji

MAX_EMOJIS = 20


def parse_reaction_emoji(text: str) -> str:
    """The emoji of a path; custom ones do not exist here. Raises 10014."""
    if not is_unicode_emoji(text):
        raise errors.unknown_emoji()
    return text


class Reactions:
    """Adds, removes and lists reactions on behalf of an actor."""

    def __init__(self, state: State, threads: Threads) -> None:
        self._state = state
        self._threads = threads

    def add(self, actor: int, channel_id: int, message_id: int, emoji: str) -> None:
        """React; doing it again changes nothing. Raises 30010 beyond 20 different emojis."""
        channel, message, granted = self._target(actor, channel_id, message_id)
        name = parse_reaction_emoji(emoji)
        self._threads.require_open(channel)
        reaction = _find(message, name)
        if reaction is None:
            if not granted & Permission.ADD_REACTIONS:
                raise errors.missing_permissions()
            if len(message.reactions) >= MAX_EMOJIS:
                raise errors.of_code(30010)
            reaction = Reaction(name)
            message.reactions.append(reaction)
        if actor in reaction.users:
            return
        reaction.users[actor] = None
        data = self._event_data(channel, message, reaction, actor)
        data["message_author_id"] = str(message.author_id)
        if channel.guild_id is not None:
            member = self._state.member(channel.guild_id, actor)
            data["member"] = member_payload(self._state, member)
        self._publish("MESSAGE_REACTION_ADD", channel, data)

    def remove(
        self,
        actor: int,
        channel_id: int,
        message_id: int,
        emoji: str,
        *,
        user_id: int | None = None,
    ) -> None:
        """Take back one's own reaction, or with MANAGE_MESSAGES that of `user_id`.

        A reaction that is not there is no error.
        """
        channel, message, granted = self._target(actor, channel_id, message_id)
        whose = actor if user_id is None else user_id
        if whose != actor and not granted & Permission.MANAGE_MESSAGES:
            raise errors.missing_permissions()
        self._state.user(whose)
        name = parse_reaction_emoji(emoji)
        self._threads.require_open(channel)
        reaction = _find(message, name)
        if reaction is None or whose not in reaction.users:
            return
        del reaction.users[whose]
        if not reaction.users:
            message.reactions.remove(reaction)
        data = self._event_data(channel, message, reaction, whose)
        self._publish("MESSAGE_REACTION_REMOVE", channel, data)

    def clear(self, actor: int, channel_id: int, message_id: int, emoji: str | None = None) -> None:
        """Remove all reactions, or all with one emoji; needs MANAGE_MESSAGES."""
        channel, message, granted = self._target(actor, channel_id, message_id)
        if not granted & Permission.MANAGE_MESSAGES:
            raise errors.missing_permissions()
        self._threads.require_open(channel)
        data = {"channel_id": str(channel_id), "message_id": str(message_id)}
        if emoji is None:
            message.reactions.clear()
            self._publish("MESSAGE_REACTION_REMOVE_ALL", channel, data)
            return
        reaction = _find(message, parse_reaction_emoji(emoji))
        if reaction is not None:
            message.reactions.remove(reaction)
            full = {**data, "emoji": emoji_payload(reaction)}
            self._publish("MESSAGE_REACTION_REMOVE_EMOJI", channel, full)

    def users(
        self,
        actor: int,
        channel_id: int,
        message_id: int,
        emoji: str,
        *,
        after: int | None = None,
        limit: int = 25,
    ) -> list[int]:
        """The ids of up to `limit` users who reacted, by rising id, beyond `after`."""
        _, message, _ = self._target(actor, channel_id, message_id)
        reaction = _find(message, parse_reaction_emoji(emoji))
        found = sorted(reaction.users) if reaction else []
        return [user for user in found if after is None or user > after][:limit]

    def _target(
        self, actor: int, channel_id: int, message_id: int
    ) -> tuple[Channel, Message, Permission]:
        channel = self._state.channel(channel_id)
        granted = self._state.require(actor, channel, Permission.READ_MESSAGE_HISTORY)
        return channel, self._state.message(channel_id, message_id), granted

    def _event_data(
        self, channel: Channel, message: Message, reaction: Reaction, user_id: int
    ) -> dict[str, Any]:
        return {
            "user_id": str(user_id),
            "channel_id": str(channel.id),
            "message_id": str(message.id),
            "emoji": emoji_payload(reaction),
            "burst": False,
            "type": 0,
        }

    def _publish(self, name: str, channel: Channel, data: dict[str, Any]) -> None:
        publish_in(self._state, name, channel, data, kind="MESSAGE_REACTIONS")


def _find(message: Message, name: str) -> Reaction | None:
    return next((reaction for reaction in message.reactions if reaction.emoji_name == name), None)
