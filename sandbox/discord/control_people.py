"""Control endpoints that act and look as a person."""

import asyncio
from collections.abc import Callable
from typing import Any

from aiohttp import web

from sandbox.discord.control_errors import missing, refused
from sandbox.discord.control_input import (
    Input,
    answering,
    path_id,
    query_id,
    query_number,
    query_wait,
)
from sandbox.discord.interaction_actions import Actions, Scene
from sandbox.discord.interaction_commands import MESSAGE_MENU, USER_MENU, usable_commands
from sandbox.discord.interaction_model import Interaction
from sandbox.discord.localizations import as_shown
from sandbox.discord.payloads import channel_payload
from sandbox.discord.payloads_applications import command_payload
from sandbox.discord.views import channel_view, interaction_view, seen_message

Json = dict[str, Any]

_MOST_MESSAGES = 1000


class PeopleControl:
    """The handlers. Actions answer with the interaction, after waiting for it if asked to."""

    def __init__(self, actions: Actions) -> None:
        self._actions = actions
        self._interactions = actions.interactions
        self._world = actions.world

    def mount(self, app: web.Application) -> None:
        """Add the routes."""
        person = "/control/users/{user_id}"
        channel = person + "/channels/{channel_id}"
        message = channel + "/messages/{message_id}"
        for method, path, handler in (
            ("POST", person + "/dms", self.open_dm),
            ("POST", person + "/group-dms", self.open_group_dm),
            ("GET", person + "/interactions/{interaction_id}", self.get_interaction),
            ("POST", person + "/interactions/{interaction_id}/submit", self.submit),
            ("GET", channel + "/commands", self.list_commands),
            ("POST", channel + "/commands", self.run),
            ("POST", channel + "/autocomplete", self.autocomplete),
            ("POST", channel + "/menus", self.use_menu),
            ("GET", channel + "/messages", self.read),
            ("POST", channel + "/messages", self.send),
            ("DELETE", message, self.delete),
            ("POST", message + "/press", self.press),
            ("POST", message + "/select", self.select),
            ("PUT", message + "/reactions/{emoji}", self.react),
            ("DELETE", message + "/reactions/{emoji}", self.unreact),
            ("POST", channel + "/threads", self.create_thread),
        ):
            app.router.add_route(method, path, answering(handler))

    def _scene(self, request: web.Request) -> Scene:
        user_id, channel_id = path_id(request, "user_id"), path_id(request, "channel_id")
        return self._actions.scene(user_id, channel_id)

    async def _outcome(self, started: Interaction, wait: float) -> web.Response:
        await self._settled(started, wait)
        return web.json_response(interaction_view(self._interactions, started), status=201)

    async def _settled(self, interaction: Interaction, wait: float) -> None:
        changes = self._interactions.changes
        clock = asyncio.get_running_loop().time
        deadline = clock() + wait
        while not interaction.progress.is_settled:
            revision = changes.revision_of(interaction.id)
            if not await changes.after(interaction.id, revision, deadline - clock()):
                return

    async def open_dm(self, request: web.Request) -> web.Response:
        """Open the direct messages between a person and a bot or another person."""
        form = await Input.of(request)
        other = form.id("to")
        form.done()
        user_id = path_id(request, "user_id")
        channel = self._world.accounts.open_dm(user_id, other)
        return web.json_response(channel_payload(self._world, channel, user_id), status=201)

    async def open_group_dm(self, request: web.Request) -> web.Response:
        """Open a group of direct messages between people."""
        form = await Input.of(request)
        others = form.ids("with")
        form.done()
        user_id = path_id(request, "user_id")
        for member in (user_id, *others):
            if self._world.user(member).bot:
                raise refused("a bot cannot be in a group of direct messages")
        channel = self._world.accounts.open_group_dm(user_id, others)
        return web.json_response(channel_payload(self._world, channel, user_id), status=201)

    async def get_interaction(self, request: web.Request) -> web.Response:
        """An interaction's outcome, perhaps after waiting until it is settled or changes."""
        interaction = self._own_interaction(request)
        wait, after = query_wait(request), request.query.get("after_revision")
        if after is None:
            await self._settled(interaction, wait)
        else:
            revision = int(query_number(request, "after_revision", 0, 1e15))
            await self._interactions.changes.after(interaction.id, revision, wait)
        return web.json_response(interaction_view(self._interactions, interaction))

    def _own_interaction(self, request: web.Request) -> Interaction:
        interaction = self._interactions.get(path_id(request, "interaction_id"))
        if interaction is None or interaction.user_id != path_id(request, "user_id"):
            raise missing("this person has no such interaction")
        return interaction

    async def submit(self, request: web.Request) -> web.Response:
        """Fill in and send the modal that an interaction has opened."""
        opened_by = self._own_interaction(request)
        form = await Input.of(request)
        values, wait = form.object("values"), form.wait()
        form.done()
        scene = self._actions.scene(opened_by.user_id, opened_by.channel_id)
        return await self._outcome(self._actions.submit(scene, opened_by, values), wait)

    async def list_commands(self, request: web.Request) -> web.Response:
        """The commands that the person is offered in the channel, named in their language."""
        scene = self._scene(request)
        found = [
            as_shown(command_payload(usable.command), scene.user.locale)
            for usable in usable_commands(self._world, scene.user, scene.channel)
        ]
        return web.json_response(found)

    async def run(self, request: web.Request) -> web.Response:
        """Run a slash command."""
        scene = self._scene(request)
        form = await Input.of(request)
        command, options = form.text("command"), form.object("options")
        application_id, wait = form.optional_id("application_id"), form.wait()
        form.done()
        started = self._actions.run(scene, command, options, application_id=application_id)
        return await self._outcome(started, wait)

    async def autocomplete(self, request: web.Request) -> web.Response:
        """Type into an option and ask for its choices."""
        scene = self._scene(request)
        form = await Input.of(request)
        command, options, focused = (
            form.text("command"),
            form.object("options"),
            form.text("focused"),
        )
        application_id, wait = form.optional_id("application_id"), form.wait()
        form.done()
        started = self._actions.autocomplete(
            scene, command, options, focused, application_id=application_id
        )
        return await self._outcome(started, wait)

    async def use_menu(self, request: web.Request) -> web.Response:
        """Use an entry of the context menu of a user or message."""
        scene = self._scene(request)
        form = await Input.of(request)
        name, target = form.text("name"), form.id("target_id")
        kind = USER_MENU if form.choice("type", ("user", "message")) == "user" else MESSAGE_MENU
        application_id, wait = form.optional_id("application_id"), form.wait()
        form.done()
        started = self._actions.use_menu(scene, name, kind, target, application_id=application_id)
        return await self._outcome(started, wait)

    async def press(self, request: web.Request) -> web.Response:
        """Press a button of a message."""
        scene, message_id = self._scene(request), path_id(request, "message_id")
        form = await Input.of(request)
        custom_id, label = form.optional_text("custom_id"), form.optional_text("label")
        wait = form.wait()
        form.done()
        started = self._actions.press(scene, message_id, custom_id=custom_id, label=label)
        return await self._outcome(started, wait)

    async def select(self, request: web.Request) -> web.Response:
        """Choose in a select menu of a message."""
        scene, message_id = self._scene(request), path_id(request, "message_id")
        form = await Input.of(request)
        custom_id, label = form.optional_text("custom_id"), form.optional_text("label")
        values, wait = form.any("values"), form.wait()
        form.done()
        started = self._actions.select(scene, message_id, values, custom_id=custom_id, label=label)
        return await self._outcome(started, wait)

    async def read(self, request: web.Request) -> web.Response:
        """The channel as the person sees it, perhaps after waiting for a change."""
        scene = self._scene(request)
        limit = int(query_number(request, "limit", 50, _MOST_MESSAGES))
        before, wait = query_id(request, "before"), query_wait(request)
        if "after_revision" in request.query:
            revision = int(query_number(request, "after_revision", 0, 1e15))
            await self._interactions.changes.after(scene.channel.id, revision, wait)
            # What the person may see can have changed while waiting.
            scene = self._scene(request)
        self._world.threads.settle(scene.channel)
        view = channel_view(
            self._interactions, scene.user.id, scene.channel, limit=limit, before=before
        )
        return web.json_response(view)

    async def send(self, request: web.Request) -> web.Response:
        """Send a message; the body is that of Discord's Create Message."""
        scene = self._scene(request)
        form = await Input.of(request)
        names = ("content", "message_reference", "allowed_mentions", "tts")
        body = {name: form.any(name) for name in names if form.has(name)}
        form.done()
        posted = self._world.posts.create(scene.user.id, scene.channel.id, body)
        view = seen_message(self._world, posted.message, scene.user.id)
        return web.json_response(view, status=201)

    async def delete(self, request: web.Request) -> web.Response:
        """Delete a message: one's own, another's with the permission, or dismiss an ephemeral."""
        scene, message_id = self._scene(request), path_id(request, "message_id")
        message = self._actions.visible_message(scene, message_id)
        if message.ephemeral_to is not None:
            self._world.answers.delete(message)
            self._interactions.changes.touch(scene.channel.id)
        else:
            self._world.posts.delete(scene.user.id, scene.channel.id, message_id)
        return web.Response(status=204)

    async def react(self, request: web.Request) -> web.Response:
        """Add the person's reaction."""
        return self._reacted(request, self._world.reactions.add)

    async def unreact(self, request: web.Request) -> web.Response:
        """Take the person's reaction back."""
        return self._reacted(request, self._world.reactions.remove)

    def _reacted(
        self, request: web.Request, act: Callable[[int, int, int, str], None]
    ) -> web.Response:
        scene, message_id = self._scene(request), path_id(request, "message_id")
        message = self._actions.visible_message(scene, message_id)
        if message.ephemeral_to is not None:
            raise missing("nobody can react to an ephemeral message")
        act(scene.user.id, scene.channel.id, message_id, request.match_info["emoji"])
        return web.Response(status=204)

    async def create_thread(self, request: web.Request) -> web.Response:
        """Open a public thread, under a message if one is named."""
        scene = self._scene(request)
        form = await Input.of(request)
        name, message_id = form.text("name"), form.optional_id("message_id")
        form.done()
        threads, user_id, channel_id = self._world.threads, scene.user.id, scene.channel.id
        if message_id is None:
            thread = threads.standalone(user_id, channel_id, {"name": name, "type": 11})
        else:
            thread = threads.from_message(user_id, channel_id, message_id, {"name": name})
        return web.json_response(channel_payload(self._world, thread, user_id), status=201)
