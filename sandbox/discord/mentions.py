"""Whom a message pings: what its text mentions, less what is not allowed.

Rules: Discord's message resource, "Allowed Mentions Object", and the MENTION_EVERYONE permission.
"""

import re
from collections.abc import Iterable
from typing import Any

from sandbox.discord.models import Channel, Mentions
from sandbox.discord.permissions import Permission
from sandbox.discord.state import State
from sandbox.discord.validate_components import TEXT_DISPLAY, walk
from sandbox.discord.validate_messages import AllowedMentions

_CODE = re.compile(r"```.*?```|``.+?``|`[^`]+`", re.DOTALL)
_USER = re.compile(r"<@!?(\d{1,20})>")
_ROLE = re.compile(r"<@&(\d{1,20})>")
_EVERYONE = re.compile(r"@(?:everyone|here)")

_UNRESTRICTED = AllowedMentions()


def pinging_text(content: str, components: Iterable[dict[str, Any]]) -> str:
    """The text in which mentions count: content and text displays, not embeds, not code."""
    texts = [c["content"] for c in walk(components) if c["type"] == TEXT_DISPLAY]
    return _CODE.sub(" ", "\n".join([content, *texts]))


def compute_mentions(
    state: State,
    channel: Channel,
    author_id: int,
    text: str,
    allowed: AllowedMentions | None,
    *,
    replied_to: int | None = None,
) -> Mentions:
    """Whom `text`, written by `author_id` in `channel`, pings.

    `allowed` is None where the request said nothing about it: then everything in the text may
    ping. `replied_to` is the author of the message that this one answers.
    """
    rule = allowed or _UNRESTRICTED
    granted = state.permissions(author_id, channel)
    users = [
        user_id
        for user_id in map(int, _USER.findall(text))
        if user_id in state.users and (rule.users is None or user_id in rule.users)
    ]
    if replied_to is not None and rule.replied_user:
        users.append(replied_to)
    guild = None if channel.guild_id is None else state.guilds[channel.guild_id]
    if guild is None:
        return Mentions(users=tuple(dict.fromkeys(users)))
    may_ping_all = bool(granted & Permission.MENTION_EVERYONE)
    roles = [
        role_id
        for role_id in map(int, _ROLE.findall(text))
        if role_id in guild.roles
        and (guild.roles[role_id].mentionable or may_ping_all)
        and (rule.roles is None or role_id in rule.roles)
    ]
    everyone = may_ping_all and rule.everyone and _EVERYONE.search(text) is not None
    return Mentions(tuple(dict.fromkeys(users)), tuple(dict.fromkeys(roles)), everyone)
