"""The routes by which a bot answers interactions.

They need no bot token: the interaction's own token in the path is the authority.
"""

from typing import Protocol

from aiohttp import web

from sandbox.discord.bodies import read_body
from sandbox.discord.changes import Changes
from sandbox.discord.interaction_answers import InteractionAnswers, callback_response
from sandbox.discord.interaction_registry import Interactions
from sandbox.discord.models import Message
from sandbox.discord.payloads_messages import message_payload
from sandbox.discord.rest import API_PREFIXES, answer, no_content, snowflake_of
from sandbox.discord.world import World

INTERACTIONS = web.AppKey("interactions", Interactions)


class HasWorld(Protocol):
    """What interactions need of the sandbox that they are mounted in."""

    @property
    def world(self) -> World:
        """Everything that exists."""
        ...


class _Routes:
    def __init__(self, interactions: Interactions) -> None:
        self._interactions = interactions
        self._answers = InteractionAnswers(interactions)
        self._world = interactions.world

    def mount(self, app: web.Application) -> None:
        webhook = "/webhooks/{webhook_id}/{webhook_token}"
        for prefix in API_PREFIXES:
            app.router.add_post(
                prefix + "/interactions/{interaction_id}/{interaction_token}/callback",
                self.acknowledge,
            )
            app.router.add_post(prefix + webhook, self.follow_up)
            for which in ("@original", "{message_id}"):
                path = f"{prefix}{webhook}/messages/{which}"
                app.router.add_get(path, self.get)
                app.router.add_patch(path, self.edit)
                app.router.add_delete(path, self.delete)
        app.router.add_get(
            r"/ephemeral-attachments/{attachment_id:\d{1,20}}/{filename}", self.download
        )

    async def acknowledge(self, request: web.Request) -> web.Response:
        """The first answer."""
        body = await read_body(request)
        interaction_id = snowflake_of("interaction_id", request.match_info["interaction_id"])
        token = request.match_info["interaction_token"]
        interaction, message = self._answers.acknowledge(
            interaction_id, token, body.json, body.uploads
        )
        if request.query.get("with_response", "").lower() not in ("true", "1"):
            return no_content()
        payload = message and message_payload(self._world, message, interaction.application_id)
        return answer(callback_response(interaction, payload))

    def _path(self, request: web.Request) -> tuple[int, str]:
        webhook_id = snowflake_of("webhook_id", request.match_info["webhook_id"])
        return webhook_id, request.match_info["webhook_token"]

    def _message(self, request: web.Request, message: Message) -> web.Response:
        application_id = self._path(request)[0]
        return answer(message_payload(self._world, message, application_id))

    async def follow_up(self, request: web.Request) -> web.Response:
        """A further message."""
        body = await read_body(request)
        message = self._answers.follow_up(*self._path(request), body.json, body.uploads)
        return self._message(request, message)

    async def get(self, request: web.Request) -> web.Response:
        """An answer as it is now."""
        which = request.match_info.get("message_id", "@original")
        _, message = self._answers.find(*self._path(request), which)
        return self._message(request, message)

    async def edit(self, request: web.Request) -> web.Response:
        """Change an answer."""
        body = await read_body(request)
        which = request.match_info.get("message_id", "@original")
        message = self._answers.edit(*self._path(request), which, body.json, body.uploads)
        return self._message(request, message)

    async def delete(self, request: web.Request) -> web.Response:
        """Remove an answer."""
        which = request.match_info.get("message_id", "@original")
        self._answers.delete(*self._path(request), which)
        return no_content()

    async def download(self, request: web.Request) -> web.Response:
        """A file that a person gave to a command or a modal."""
        attachment = self._interactions.attachments.get(int(request.match_info["attachment_id"]))
        if attachment is None or attachment.filename != request.match_info["filename"]:
            raise web.HTTPNotFound
        return web.Response(
            body=attachment.data,
            headers={
                "Content-Type": attachment.content_type,
                "Content-Security-Policy": "default-src 'none'; sandbox",
                "X-Content-Type-Options": "nosniff",
            },
        )


def add_interaction_routes(app: web.Application, sandbox: HasWorld) -> None:
    """Mount the routes; those who wait for changes are let go when `app` shuts down."""
    changes = Changes(sandbox.world)
    interactions = Interactions(sandbox.world, changes)
    app[INTERACTIONS] = interactions
    _Routes(interactions).mount(app)

    async def close(_: web.Application) -> None:
        changes.close()
        interactions.close()

    app.on_shutdown.append(close)
