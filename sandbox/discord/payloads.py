"""Users, members, roles, channels and guilds as JSON, with all fields that Discord requires."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sandbox.discord.models import (
    Channel,
    ChannelType,
    Guild,
    Member,
    MessageType,
    Overwrite,
    Role,
    ThreadInfo,
    User,
)
from sandbox.discord.state import State

Json = dict[str, Any]


def timestamp(instant: datetime) -> str:
    """`instant` in the way Discord writes it (ISO 8601 with microseconds and offset)."""
    return instant.isoformat(timespec="microseconds")


def user_payload(user: User) -> Json:
    """A user as others see it."""
    payload: Json = {
        "id": str(user.id),
        "username": user.name,
        "global_name": user.global_name,
        "discriminator": "0000" if user.bot else "0",
        "avatar": None,
        "avatar_decoration_data": None,
        "collectibles": None,
        "banner": None,
        "accent_color": None,
        "public_flags": 0,
        "flags": 0,
        "primary_guild": None,
    }
    if user.bot:
        payload["bot"] = True
    return payload


def own_user_payload(user: User) -> Json:
    """A user as it sees itself."""
    return {
        **user_payload(user),
        "mfa_enabled": user.bot,
        "locale": user.locale,
        "premium_type": 0,
        "email": None,
        "verified": True,
        "bio": "",
    }


def member_payload(state: State, member: Member, *, with_user: bool = True) -> Json:
    """A member; messages carry it without the user."""
    payload: Json = {
        "avatar": None,
        "avatar_decoration_data": None,
        "banner": None,
        "collectibles": None,
        "communication_disabled_until": None,
        "flags": 0,
        "joined_at": timestamp(member.joined_at),
        "nick": member.nick,
        "pending": False,
        "premium_since": None,
        "roles": [str(role) for role in member.roles],
        "mute": False,
        "deaf": False,
    }
    if with_user:
        payload["user"] = user_payload(state.user(member.user_id))
    return payload


def role_payload(role: Role) -> Json:
    """A role."""
    payload: Json = {
        "id": str(role.id),
        "name": role.name,
        "description": None,
        "permissions": str(role.permissions),
        "position": role.position,
        "color": role.color,
        "colors": {"primary_color": role.color, "secondary_color": None, "tertiary_color": None},
        "hoist": role.hoist,
        "managed": role.bot_id is not None,
        "mentionable": role.mentionable,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }
    if role.bot_id is not None:
        payload["tags"] = {"bot_id": str(role.bot_id)}
    return payload


def overwrite_payload(overwrite: Overwrite) -> Json:
    """A permission overwrite."""
    return {
        "id": str(overwrite.id),
        "type": overwrite.kind,
        "allow": str(overwrite.allow),
        "deny": str(overwrite.deny),
    }


def optional_id(value: int | None) -> str | None:
    """An id as a payload has it."""
    return None if value is None else str(value)


def thread_member_payload(thread: Channel, user_id: int) -> Json:
    """One who joined the thread; the thread must have that member."""
    info = _thread_info(thread)
    return {
        "id": str(thread.id),
        "user_id": str(user_id),
        "join_timestamp": timestamp(info.members[user_id]),
        "flags": 1,
    }


def channel_payload(state: State, channel: Channel, viewer: int | None = None) -> Json:
    """A channel, thread or direct message.

    `viewer` decides whom a direct message is with, and a thread's own-membership field.
    """
    payload: Json = {
        "id": str(channel.id),
        "type": int(channel.type),
        "flags": 0,
        "last_message_id": optional_id(channel.last_message_id),
        "last_pin_timestamp": channel.last_pin_at and timestamp(channel.last_pin_at),
    }
    if channel.guild_id is None:
        others = [state.user(user_id) for user_id in sorted(channel.recipients - {viewer})]
        payload["recipients"] = [user_payload(user) for user in others]
        if channel.owner_id is not None:
            payload |= {"name": None, "icon": None, "owner_id": optional_id(channel.owner_id)}
        return payload
    payload |= {
        "guild_id": str(channel.guild_id),
        "name": channel.name,
        "parent_id": optional_id(channel.parent_id),
        "rate_limit_per_user": channel.slowmode_seconds,
    }
    if channel.thread is not None:
        return payload | _thread_fields(channel, channel.thread, viewer)
    payload |= {
        "position": channel.position,
        "permission_overwrites": [overwrite_payload(o) for o in channel.overwrites.values()],
        "nsfw": channel.nsfw,
    }
    if channel.type is not ChannelType.CATEGORY:
        payload["topic"] = channel.topic
        if channel.auto_archive_minutes is not None:
            payload["default_auto_archive_duration"] = channel.auto_archive_minutes
    if channel.type is ChannelType.FORUM:
        payload |= {
            "available_tags": [],
            "default_reaction_emoji": None,
            "default_sort_order": None,
            "default_forum_layout": 0,
        }
    return payload


def _thread_info(thread: Channel) -> ThreadInfo:
    if thread.thread is None:
        raise ValueError("the channel is not a thread")
    return thread.thread


def _thread_fields(thread: Channel, info: ThreadInfo, viewer: int | None) -> Json:
    fields: Json = {
        "owner_id": str(info.owner_id),
        "message_count": _message_count(thread),
        "member_count": min(len(info.members), 50),
        "total_message_sent": info.total_sent,
        "thread_metadata": {
            "archived": info.archived,
            "archive_timestamp": timestamp(info.archive_changed_at or info.created_at),
            "auto_archive_duration": info.auto_archive_minutes,
            "locked": info.locked,
            "create_timestamp": timestamp(info.created_at),
        },
    }
    if thread.type is ChannelType.PRIVATE_THREAD:
        fields["thread_metadata"]["invitable"] = info.invitable
    if viewer is not None and viewer in info.members:
        fields["member"] = thread_member_payload(thread, viewer)
    return fields


def _message_count(thread: Channel) -> int:
    # The first message of a thread that was started from a message only points to that one.
    ids = thread.message_ids
    points_back = bool(ids) and (thread.messages[ids[0]].type is MessageType.THREAD_STARTER_MESSAGE)
    return len(ids) - points_back


def guild_payload(guild: Guild, *, with_counts: bool = False) -> Json:
    """A guild as GET /guilds/{id} gives it: with roles, without channels and members."""
    payload: Json = {
        "id": str(guild.id),
        "name": guild.name,
        "icon": None,
        "description": None,
        "home_header": None,
        "splash": None,
        "discovery_splash": None,
        "features": [],
        "banner": None,
        "owner_id": str(guild.owner_id),
        "application_id": None,
        "region": "us-east",
        "afk_channel_id": None,
        "afk_timeout": 300,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "widget_enabled": False,
        "widget_channel_id": None,
        "verification_level": 0,
        "roles": [role_payload(role) for role in guild.roles.values()],
        "default_message_notifications": 0,
        "mfa_level": 0,
        "explicit_content_filter": 0,
        "max_presences": None,
        "max_members": 250_000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "vanity_url_code": None,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "preferred_locale": guild.locale,
        "rules_channel_id": None,
        "safety_alerts_channel_id": None,
        "public_updates_channel_id": None,
        "premium_progress_bar_enabled": False,
        "nsfw": False,
        "nsfw_level": 0,
        "emojis": [],
        "stickers": [],
        "incidents_data": None,
    }
    if with_counts:
        payload["approximate_member_count"] = len(guild.members)
        payload["approximate_presence_count"] = len(guild.members)
    return payload


def guild_create_payload(
    state: State, guild: Guild, user_id: int, members: Iterable[Member]
) -> Json:
    """A guild as GUILD_CREATE gives it to `user_id`, with the given members.

    All channels are in it, also hidden ones: only what is said in them is withheld from a bot.
    Threads are the active ones that it can see.
    """
    channels = [channel for channel in guild.channels.values() if channel.thread is None]
    own = guild.members[user_id]
    return {
        **guild_payload(guild),
        "joined_at": timestamp(own.joined_at),
        "large": len(guild.members) > 250,
        "unavailable": False,
        "member_count": len(guild.members),
        "members": [member_payload(state, member) for member in members],
        "channels": [channel_payload(state, channel, user_id) for channel in channels],
        "threads": [
            channel_payload(state, thread, user_id)
            for thread in active_threads(guild)
            if state.can_view(user_id, thread)
        ],
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def active_threads(guild: Guild) -> list[Channel]:
    """The guild's threads that are not archived."""
    return [
        channel
        for channel in guild.channels.values()
        if channel.thread is not None and not channel.thread.archived
    ]
