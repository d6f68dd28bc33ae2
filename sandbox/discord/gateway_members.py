"""The answer to Request Guild Members: lists of members in chunks.

Source: Discord's "Gateway Events", Request Guild Members.
"""

from typing import Any, cast

from sandbox.discord.gateway_intents import Intent
from sandbox.discord.gateway_session import Session
from sandbox.discord.models import Guild, Member
from sandbox.discord.payloads import member_payload
from sandbox.discord.state import State
from sandbox.discord.validate import parse_snowflake

_MEMBERS_PER_CHUNK = 1000
_MOST_SEARCHED_MEMBERS = 100
_LONGEST_NONCE_BYTES = 32


def send_members(state: State, session: Session, form: dict[str, Any]) -> bool:
    """Dispatch the chunks that `form` asks for.

    False, and nothing is sent, if it asks for all members without the GUILD_MEMBERS intent. A
    guild that the bot is not in is answered with silence.
    """
    guild = state.guilds.get(parse_snowflake(form.get("guild_id")) or 0)
    if guild is None or session.bot_id not in guild.members:
        return True
    query, user_ids = form.get("query"), form.get("user_ids")
    missing: list[str] = []
    if user_ids is not None:
        wanted = cast("list[object]", user_ids if isinstance(user_ids, list) else [user_ids])
        ids = [parse_snowflake(item) or 0 for item in wanted[:_MOST_SEARCHED_MEMBERS]]
        found = [guild.members[item] for item in ids if item in guild.members]
        missing = [str(item) for item in ids if item not in guild.members]
    elif query:
        limit = form.get("limit")
        most = limit if isinstance(limit, int) and limit > 0 else _MOST_SEARCHED_MEMBERS
        found = _search(state, guild, str(query))[: min(most, _MOST_SEARCHED_MEMBERS)]
    elif session.intents & Intent.GUILD_MEMBERS:
        found = list(guild.members.values())
    else:
        return False
    extra: dict[str, Any] = {"not_found": missing}
    nonce = form.get("nonce")
    if isinstance(nonce, str) and len(nonce.encode()) <= _LONGEST_NONCE_BYTES:
        extra["nonce"] = nonce
    if form.get("presences") is True:
        extra["presences"] = []
    _send(state, session, guild, found, extra)
    return True


def _search(state: State, guild: Guild, prefix: str) -> list[Member]:
    folded = prefix.casefold()
    return [
        member
        for member in guild.members.values()
        if (member.nick or "").casefold().startswith(folded)
        or state.user(member.user_id).name.casefold().startswith(folded)
    ]


def _send(
    state: State, session: Session, guild: Guild, found: list[Member], extra: dict[str, Any]
) -> None:
    count = max(1, -(-len(found) // _MEMBERS_PER_CHUNK))
    for index in range(count):
        chunk = found[index * _MEMBERS_PER_CHUNK : (index + 1) * _MEMBERS_PER_CHUNK]
        session.dispatch(
            "GUILD_MEMBERS_CHUNK",
            {
                "guild_id": str(guild.id),
                "members": [member_payload(state, member) for member in chunk],
                "chunk_index": index,
                "chunk_count": count,
                **extra,
            },
        )
