"""Which registered commands a person can use in a channel, and on whose authority.

Source: Discord's "Application Commands", sections Contexts and Permissions.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from sandbox.discord.control_errors import ControlError, missing, refused
from sandbox.discord.localizations import shown
from sandbox.discord.models import Application, Channel, Command, User
from sandbox.discord.permissions import ALL, Permission
from sandbox.discord.state import State

Json = dict[str, Any]

GUILD_INSTALL, USER_INSTALL = "0", "1"
CHAT_INPUT, USER_MENU, MESSAGE_MENU = 1, 2, 3


class Context(IntEnum):
    """Where something happens, from an application's point of view."""

    GUILD = 0
    BOT_DM = 1
    PRIVATE_CHANNEL = 2


@dataclass(frozen=True, slots=True)
class Usable:
    """A command together with the installations that allow it here."""

    command: Command
    application: Application
    owners: dict[str, str]


def context_of(channel: Channel, application_id: int) -> Context:
    """Where the channel is for the application."""
    if channel.guild_id is not None:
        return Context.GUILD
    return Context.BOT_DM if application_id in channel.recipients else Context.PRIVATE_CHANNEL


def owners_of(
    state: State, application: Application, channel: Channel, user_id: int, types: list[int]
) -> dict[str, str]:
    """Discord's `authorizing_integration_owners`, limited to the installation `types`."""
    owners: dict[str, str] = {}
    context = context_of(channel, application.id)
    if int(GUILD_INSTALL) in types:
        if channel.guild_id is not None:
            if application.id in state.guilds[channel.guild_id].members:
                owners[GUILD_INSTALL] = str(channel.guild_id)
        elif context is Context.BOT_DM and _share_a_guild(state, application.id, user_id):
            owners[GUILD_INSTALL] = "0"
    if int(USER_INSTALL) in types and user_id in application.user_installs:
        owners[USER_INSTALL] = str(user_id)
    return owners


def _share_a_guild(state: State, first: int, second: int) -> bool:
    return any(first in g.members and second in g.members for g in state.guilds.values())


def usable_commands(state: State, user: User, channel: Channel) -> list[Usable]:
    """The commands that Discord's client would offer to the person in the channel."""
    found: dict[tuple[int, int, str], Usable] = {}
    for command in state.registered.values():
        try:
            usable = _checked(state, command, user, channel)
        except ControlError:
            continue
        key = (command.application_id, command.type, command.name)
        # A server's own command hides the global one of the same name.
        if key not in found or command.guild_id is not None:
            found[key] = usable
    return list(found.values())


def find_command(
    state: State,
    user: User,
    channel: Channel,
    name: str,
    kind: int,
    *,
    application_id: int | None = None,
) -> Usable:
    """The command of that name and type.

    A name may be the command's own or the one that the person sees in their language. Raises
    ControlError where there is none, where Discord's client would not offer it, or where several
    applications have one.
    """
    named = [
        command
        for command in state.registered.values()
        if command.type == kind
        and application_id in (None, command.application_id)
        and command.guild_id in (None, channel.guild_id)
        and name in (command.name, shown(command.definition, "name", user.locale))
    ]
    if not named:
        raise missing(f"no application has registered a command {name!r} of type {kind} for here")
    usable: list[Usable] = []
    reasons: list[ControlError] = []
    for command in named:
        try:
            usable.append(_checked(state, command, user, channel))
        except ControlError as error:
            reasons.append(error)
    if not usable:
        raise reasons[0]
    if len({found.application.id for found in usable}) > 1:
        raise refused(f"several applications have a command {name!r}: give application_id")
    # A server's own command stands before the global one of the same name.
    return max(usable, key=lambda found: found.command.guild_id is not None)


def _checked(state: State, command: Command, user: User, channel: Channel) -> Usable:
    application = state.application(command.application_id)
    definition = command.definition
    if command.guild_id is not None:
        if channel.guild_id != command.guild_id:
            raise missing(f"the command {command.name!r} belongs to another server")
        types, contexts = [int(GUILD_INSTALL)], [int(Context.GUILD)]
    else:
        types, contexts = _types(definition), _contexts(definition)
    context = context_of(channel, application.id)
    if context not in contexts:
        place = context.name.lower().replace("_", " ")
        raise refused(f"the command {command.name!r} is not offered in this context ({place})")
    owners = owners_of(state, application, channel, user.id, types)
    if not owners:
        raise refused(f"{application.name} is not installed here for the command {command.name!r}")
    _check_permissions(state, command, user, channel)
    if definition.get("nsfw") and channel.guild_id is not None and not channel.nsfw:
        raise refused(f"the command {command.name!r} is for age-restricted channels only")
    return Usable(command, application, owners)


def _types(definition: Json) -> list[int]:
    types = definition.get("integration_types")
    return [int(GUILD_INSTALL)] if types is None else list(types)


def _contexts(definition: Json) -> list[int]:
    contexts = definition.get("contexts")
    if contexts is not None:
        return list(contexts)
    if definition.get("dm_permission") is False:
        return [int(Context.GUILD)]
    return [int(context) for context in Context]


def _check_permissions(state: State, command: Command, user: User, channel: Channel) -> None:
    if channel.guild_id is None:
        return
    granted = state.permissions(user.id, channel)
    if granted == ALL:
        return
    if not granted & Permission.USE_APPLICATION_COMMANDS:
        raise refused("the person may not use application commands in this channel")
    needed = command.definition.get("default_member_permissions")
    if needed is None:
        return
    bits = int(needed)
    if bits == 0 or bits & ~granted:
        names = [str(p.name) for p in Permission if bits & p & ~granted] or ["ADMINISTRATOR"]
        raise refused(f"the command {command.name!r} needs {', '.join(names)}")
