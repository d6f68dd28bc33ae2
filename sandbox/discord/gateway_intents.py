"""Gateway intents: which events a session hears of, and what of a message's text.

Source: Discord's "Gateway", section Gateway Intents.
"""

from enum import IntFlag
from typing import Any

from sandbox.discord.events import Event
from sandbox.discord.models import Application, ApplicationFlag
from sandbox.discord.payloads_messages import redacted


class Intent(IntFlag):
    """Discord's gateway intents, by Discord's names."""

    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_MODERATION = 1 << 2
    GUILD_EXPRESSIONS = 1 << 3
    GUILD_INTEGRATIONS = 1 << 4
    GUILD_WEBHOOKS = 1 << 5
    GUILD_INVITES = 1 << 6
    GUILD_VOICE_STATES = 1 << 7
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    GUILD_MESSAGE_REACTIONS = 1 << 10
    GUILD_MESSAGE_TYPING = 1 << 11
    DIRECT_MESSAGES = 1 << 12
    DIRECT_MESSAGE_REACTIONS = 1 << 13
    DIRECT_MESSAGE_TYPING = 1 << 14
    MESSAGE_CONTENT = 1 << 15
    GUILD_SCHEDULED_EVENTS = 1 << 16
    AUTO_MODERATION_CONFIGURATION = 1 << 20
    AUTO_MODERATION_EXECUTION = 1 << 21
    GUILD_MESSAGE_POLLS = 1 << 24
    DIRECT_MESSAGE_POLLS = 1 << 25


KNOWN = sum(Intent)

_PRIVILEGED = {
    Intent.GUILD_PRESENCES: (
        ApplicationFlag.GATEWAY_PRESENCE | ApplicationFlag.GATEWAY_PRESENCE_LIMITED
    ),
    Intent.GUILD_MEMBERS: (
        ApplicationFlag.GATEWAY_GUILD_MEMBERS | ApplicationFlag.GATEWAY_GUILD_MEMBERS_LIMITED
    ),
    Intent.MESSAGE_CONTENT: (
        ApplicationFlag.GATEWAY_MESSAGE_CONTENT | ApplicationFlag.GATEWAY_MESSAGE_CONTENT_LIMITED
    ),
}

_WITH_MESSAGE = ("MESSAGE_CREATE", "MESSAGE_UPDATE")


def disallowed(intents: int, application: Application) -> list[str]:
    """The privileged intents in `intents` that the application has not switched on."""
    return [
        str(intent.name)
        for intent, flags in _PRIVILEGED.items()
        if intents & intent and not application.flags & flags
    ]


def covers(intents: int, event: Event, bot_id: int) -> bool:
    """Whether a session of `bot_id` with these intents hears of `event`."""
    if event.intent is None or intents & Intent[event.intent]:
        return True
    # A bot always hears of changes to its own membership.
    if event.name == "GUILD_MEMBER_UPDATE":
        return event.data.get("user", {}).get("id") == str(bot_id)
    if event.name == "THREAD_MEMBERS_UPDATE" and intents & Intent.GUILDS:
        added = {member.get("user_id") for member in event.data.get("added_members", [])}
        return str(bot_id) in added | set(event.data.get("removed_member_ids", []))
    return False


def readable(intents: int, event: Event, bot_id: int) -> dict[str, Any]:
    """The event's data, without the text that MESSAGE_CONTENT would be needed for.

    A bot reads its own messages, direct messages and messages that mention it in any case.
    """
    data = event.data
    if event.name not in _WITH_MESSAGE or intents & Intent.MESSAGE_CONTENT:
        return data
    own_id = str(bot_id)
    if (
        event.guild_id is None
        or data.get("author", {}).get("id") == own_id
        or data.get("application_id") == own_id
        or any(user.get("id") == own_id for user in data.get("mentions", []))
    ):
        return data
    return redacted(data)
