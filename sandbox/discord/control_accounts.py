"""Control endpoints for people and applications."""

from typing import Any

from aiohttp import web

from sandbox.discord.control_errors import missing, wrong
from sandbox.discord.control_input import Input, answering, path_id, query_id, read_locale
from sandbox.discord.models import Application, ApplicationFlag, User
from sandbox.discord.payloads import user_payload
from sandbox.discord.payloads_applications import command_payload
from sandbox.discord.world import World

Json = dict[str, Any]

_INTENT_FLAGS = {
    "presences": ApplicationFlag.GATEWAY_PRESENCE_LIMITED,
    "members": ApplicationFlag.GATEWAY_GUILD_MEMBERS_LIMITED,
    "message_content": ApplicationFlag.GATEWAY_MESSAGE_CONTENT_LIMITED,
}


class AccountsControl:
    """The handlers; each validates its input and answers with what it made."""

    def __init__(self, world: World) -> None:
        self._world = world

    def mount(self, app: web.Application) -> None:
        """Add the routes."""
        application = "/control/applications/{application_id}"
        install = application + "/user-installs/{user_id}"
        for verb, path, handler in (
            ("GET", "/control/users", self.list_users),
            ("POST", "/control/users", self.create_user),
            ("PATCH", "/control/users/{user_id}", self.change_user),
            ("GET", "/control/applications", self.list_applications),
            ("POST", "/control/applications", self.create_application),
            ("GET", application + "/commands", self.list_commands),
            ("PUT", install, self.install_for_user),
            ("DELETE", install, self.uninstall_for_user),
        ):
            app.router.add_route(verb, path, answering(handler))

    async def list_users(self, _: web.Request) -> web.Response:
        """All people and bots."""
        return web.json_response([_user(user) for user in self._world.users.values()])

    async def create_user(self, request: web.Request) -> web.Response:
        """A new person."""
        form = await Input.of(request)
        name, shown = form.text("name"), form.optional_text("global_name")
        locale, user_id = read_locale(form) or "en-US", form.optional_id("id")
        form.done()
        if user_id in self._world.users:
            raise wrong("id", "there already is a user with this id")
        user = self._world.accounts.create_user(
            name, global_name=shown, locale=locale, user_id=user_id
        )
        return web.json_response(_user(user), status=201)

    async def change_user(self, request: web.Request) -> web.Response:
        """Change a person's language, display name or privacy towards bots."""
        user = self._world.user(path_id(request, "user_id"))
        form = await Input.of(request)
        user.locale = read_locale(form) or user.locale
        if form.has("global_name"):
            user.global_name = form.optional_text("global_name")
        user.accepts_dms = form.boolean("accepts_dms", default=user.accepts_dms)
        form.done()
        return web.json_response(_user(user))

    async def list_applications(self, _: web.Request) -> web.Response:
        """All applications with their tokens."""
        return web.json_response([_application(a) for a in self._world.applications.values()])

    async def create_application(self, request: web.Request) -> web.Response:
        """A new application with its bot."""
        form = await Input.of(request)
        name, owner_id = form.text("name"), form.id("owner_id")
        token = form.optional_text("token")
        flags = 0
        for intent in form.list("intents"):
            if intent not in _INTENT_FLAGS:
                raise wrong("intents", f"each must be one of {', '.join(_INTENT_FLAGS)}")
            flags |= _INTENT_FLAGS[intent]
        form.done()
        if token and self._world.application_by_token(token):
            raise wrong("token", "another application has this token")
        application = self._world.accounts.create_application(
            name, owner_id, token=token, flags=int(flags)
        )
        return web.json_response(_application(application), status=201)

    async def list_commands(self, request: web.Request) -> web.Response:
        """The commands that an application has registered, globally or in one server."""
        application = self._world.application(path_id(request, "application_id"))
        guild_id = query_id(request, "guild_id")
        found = self._world.commands.listed(application.id, guild_id)
        return web.json_response([command_payload(command) for command in found])

    async def install_for_user(self, request: web.Request) -> web.Response:
        """Let a person install an application for themselves."""
        application = self._world.application(path_id(request, "application_id"))
        application.user_installs.add(self._world.user(path_id(request, "user_id")).id)
        return web.Response(status=204)

    async def uninstall_for_user(self, request: web.Request) -> web.Response:
        """Take a person's own installation away."""
        application = self._world.application(path_id(request, "application_id"))
        user_id = path_id(request, "user_id")
        if user_id not in application.user_installs:
            raise missing("this person has not installed the application")
        application.user_installs.discard(user_id)
        return web.Response(status=204)


def _user(user: User) -> Json:
    return {
        **user_payload(user),
        "bot": user.bot,
        "locale": user.locale,
        "accepts_dms": user.accepts_dms,
    }


def _application(application: Application) -> Json:
    return {
        "id": str(application.id),
        "name": application.name,
        "token": application.token,
        "owner_id": str(application.owner_id),
        "flags": application.flags,
        "user_installs": [str(user_id) for user_id in sorted(application.user_installs)],
    }
