"""Routes of application commands, global and per guild."""

from typing import cast

from aiohttp import web

from sandbox.discord import errors
from sandbox.discord.models import Command
from sandbox.discord.payloads_applications import command_payload
from sandbox.discord.rest import Call, Route, answer, no_content
from sandbox.discord.validate import Problems


def _scope(call: Call) -> tuple[int, int | None]:
    """The application and guild of the path; raises 20012 for others', 50001 for strangers."""
    application_id = call.id("application_id")
    if application_id != call.me.id:
        raise errors.of_code(20012)
    if "guild_id" not in call.request.match_info:
        return application_id, None
    guild_id = call.id("guild_id")
    guild = call.world.guilds.get(guild_id)
    if guild is None or call.me.id not in guild.members:
        raise errors.missing_access()
    return application_id, guild_id


def _own(call: Call) -> Command:
    return call.world.commands.get(*_scope(call), call.id("command_id"))


async def list_commands(call: Call) -> web.Response:
    """The commands of a scope; with localizations only on request."""
    commands = call.world.commands.listed(*_scope(call))
    full = call.flag("with_localizations")
    return answer([command_payload(command, with_localizations=full) for command in commands])


async def get_command(call: Call) -> web.Response:
    """One command."""
    return answer(command_payload(_own(call)))


async def create_command(call: Call) -> web.Response:
    """Register a command: 201, or 200 where it replaces one of the same name."""
    command, is_new = call.world.commands.upsert(*_scope(call), await call.json())
    return answer(command_payload(command), 201 if is_new else 200)


async def edit_command(call: Call) -> web.Response:
    """Change a command."""
    scope = _scope(call)
    body = await call.json()
    return answer(command_payload(call.world.commands.change(*scope, call.id("command_id"), body)))


async def delete_command(call: Call) -> web.Response:
    """Remove a command."""
    call.world.commands.delete(*_scope(call), call.id("command_id"))
    return no_content()


async def overwrite_commands(call: Call) -> web.Response:
    """Make the scope hold exactly the given commands."""
    scope = _scope(call)
    body = await call.json()
    if not isinstance(body, list):
        problems = Problems()
        problems.add((), "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
        problems.raise_if_any()
    commands = call.world.commands.overwrite(*scope, cast("list[object]", body))
    return answer([command_payload(command) for command in commands])


async def get_all_permissions(call: Call) -> web.Response:
    """No command has permissions of its own here."""
    _scope(call)
    return answer([])


async def get_permissions(call: Call) -> web.Response:
    """Raises 10066: no command has permissions of its own here."""
    _scope(call)
    if call.world.registered.get(call.id("command_id")) is None:
        raise errors.unknown_command()
    raise errors.of_code(10066)


_GLOBAL = "/applications/{application_id}/commands"
_GUILD = "/applications/{application_id}/guilds/{guild_id}/commands"
_WRITE = "command.write"

ROUTES = (
    Route("GET", f"{_GUILD}/permissions", get_all_permissions),
    Route("GET", f"{_GUILD}/{{command_id}}/permissions", get_permissions),
    *(
        route
        for base in (_GLOBAL, _GUILD)
        for route in (
            Route("GET", base, list_commands),
            Route("POST", base, create_command, _WRITE),
            Route("PUT", base, overwrite_commands, _WRITE),
            Route("GET", f"{base}/{{command_id}}", get_command),
            Route("PATCH", f"{base}/{{command_id}}", edit_command, _WRITE),
            Route("DELETE", f"{base}/{{command_id}}", delete_command, _WRITE),
        )
    ),
)
