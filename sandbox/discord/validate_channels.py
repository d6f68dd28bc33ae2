"""The bodies that make and change channels and threads.

Limits: Discord's channel resource.
"""

import re
from dataclasses import dataclass
from typing import Any

from sandbox.discord.models import Channel, ChannelType, Overwrite
from sandbox.discord.permissions import ALL
from sandbox.discord.validate import Form, Problems

ARCHIVE_MINUTES = (60, 1440, 4320, 10080)
MAX_SLOWMODE_SECONDS = 21_600
GUILD_CHANNEL_TYPES = (
    ChannelType.TEXT,
    ChannelType.CATEGORY,
    ChannelType.ANNOUNCEMENT,
    ChannelType.FORUM,
)
_SETTABLE_BITS = int(ALL)


@dataclass(frozen=True, slots=True)
class ThreadBody:
    """What a new thread is to be. `type` is None where the channel decides."""

    name: str
    auto_archive_minutes: int | None
    slowmode_seconds: int
    type: ChannelType | None
    invitable: bool


def channel_name(name: str, kind: ChannelType) -> str:
    """The name as the service keeps it: text channels have no capitals and no spaces."""
    if kind is ChannelType.CATEGORY:
        return name
    return re.sub(r"\s+", "-", name.strip()).lower()


def parse_thread(body: object) -> ThreadBody:
    """A new thread's body. Raises 50035."""
    problems = Problems()
    form = Form(body, problems)
    kind = form.choice("type", (10, 11, 12))
    parsed = ThreadBody(
        name=form.text("name", least=1, most=100, required=True) or "",
        auto_archive_minutes=form.choice("auto_archive_duration", ARCHIVE_MINUTES),
        slowmode_seconds=form.integer("rate_limit_per_user", least=0, most=MAX_SLOWMODE_SECONDS)
        or 0,
        type=None if kind is None else ChannelType(kind),
        invitable=form.boolean("invitable", default=True),
    )
    problems.raise_if_any()
    return parsed


def parse_channel(body: object, guild_id: int) -> dict[str, Any]:
    """A new channel's body as keyword arguments of `Rooms.create`. Raises 50035."""
    problems = Problems()
    form = Form(body, problems)
    kind = form.choice("type", tuple(int(kind) for kind in GUILD_CHANNEL_TYPES)) or 0
    parsed = {
        "name": form.text("name", least=1, most=100, required=True),
        "type": ChannelType(kind),
        "topic": form.text("topic", most=1024),
        "parent_id": form.snowflake("parent_id"),
        "nsfw": form.boolean("nsfw"),
        "slowmode_seconds": _slowmode(form) or 0,
        "auto_archive_minutes": form.choice("default_auto_archive_duration", ARCHIVE_MINUTES),
        "overwrites": parse_overwrites(form, guild_id),
    }
    problems.raise_if_any()
    return parsed


def parse_channel_changes(body: object, channel: Channel) -> dict[str, Any]:
    """The fields of `channel` that a body changes, by their names in the model. Raises 50035."""
    problems = Problems()
    form = Form(body, problems)
    readers = {
        "name": ("name", lambda: form.text("name", least=1, most=100, required=True)),
        "topic": ("topic", lambda: form.text("topic", most=1024)),
        "position": ("position", lambda: form.integer("position", least=0) or 0),
        "nsfw": ("nsfw", lambda: form.boolean("nsfw")),
        "parent_id": ("parent_id", lambda: form.snowflake("parent_id")),
        "rate_limit_per_user": ("slowmode_seconds", lambda: _slowmode(form) or 0),
        "default_auto_archive_duration": (
            "auto_archive_minutes",
            lambda: form.choice("default_auto_archive_duration", ARCHIVE_MINUTES),
        ),
        "permission_overwrites": (
            "overwrites",
            lambda: {o.id: o for o in parse_overwrites(form, channel.guild_id or 0)},
        ),
    }
    changes = {field: read() for name, (field, read) in readers.items() if name in form}
    problems.raise_if_any()
    return changes


def requested_type(body: object) -> int | None:
    """The channel type that a body asks for."""
    problems = Problems()
    kind = Form(body, problems).integer("type")
    problems.raise_if_any()
    return kind


def parse_thread_changes(body: object) -> dict[str, Any]:
    """The fields of a thread that a body changes, by their names in the body. Raises 50035."""
    problems = Problems()
    form = Form(body, problems)
    changes: dict[str, Any] = {}
    if "name" in form:
        changes["name"] = form.text("name", least=1, most=100, required=True)
    if "auto_archive_duration" in form:
        chosen = form.choice("auto_archive_duration", ARCHIVE_MINUTES, required=True)
        changes["auto_archive_duration"] = chosen
    if "rate_limit_per_user" in form:
        changes["rate_limit_per_user"] = _slowmode(form) or 0
    for name in ("archived", "locked", "invitable"):
        if name in form:
            changes[name] = form.boolean(name)
    problems.raise_if_any()
    return changes


def parse_overwrite(body: object, target_id: int) -> Overwrite:
    """The overwrite for one role or member. Raises 50035."""
    problems = Problems()
    overwrite = _overwrite(Form(body, problems), target_id)
    problems.raise_if_any()
    return overwrite


def parse_overwrites(form: Form, guild_id: int) -> tuple[Overwrite, ...]:
    """The list under `permission_overwrites`; an entry for the guild's own id is @everyone's."""
    parsed: list[Overwrite] = []
    for item in form.forms("permission_overwrites", most=100):
        target = item.snowflake("id", required=True)
        overwrite = _overwrite(item, target or 0)
        overwrite.kind = 0 if target == guild_id else overwrite.kind
        parsed.append(overwrite)
    return tuple(parsed)


def _overwrite(form: Form, target_id: int) -> Overwrite:
    kind = form.choice("type", (0, 1, "role", "member"), required=True)
    bits = {
        name: (form.integer(name, least=0, most=(1 << 63) - 1) or 0) & _SETTABLE_BITS
        for name in ("allow", "deny")
    }
    return Overwrite(target_id, 1 if kind in (1, "member") else 0, bits["allow"], bits["deny"])


def _slowmode(form: Form) -> int | None:
    return form.integer("rate_limit_per_user", least=0, most=MAX_SLOWMODE_SECONDS)
