"""Serving the files of messages, as Discord's CDN does."""

from aiohttp import web

from sandbox.discord.models import Attachment
from sandbox.discord.state import State


def add_cdn_routes(app: web.Application, state: State) -> None:
    """Mount `/attachments/{channel_id}/{attachment_id}/{filename}`."""

    async def serve(request: web.Request) -> web.Response:
        channel_id = int(request.match_info["channel_id"])
        found = _find(state, channel_id, int(request.match_info["attachment_id"]))
        if found is None or found.filename != request.match_info["filename"]:
            raise web.HTTPNotFound
        return web.Response(
            body=found.data,
            headers={
                "Content-Type": found.content_type,
                # What people uploaded is shown, never run.
                "Content-Security-Policy": "default-src 'none'; sandbox",
                "X-Content-Type-Options": "nosniff",
            },
        )

    path = r"/attachments/{channel_id:\d{1,20}}/{attachment_id:\d{1,20}}/{filename}"
    app.router.add_get(path, serve)


def _find(state: State, channel_id: int, attachment_id: int) -> Attachment | None:
    channel = state.channels.get(channel_id)
    messages = () if channel is None else channel.messages.values()
    private = (m for m in state.ephemeral.values() if m.channel_id == channel_id)
    for message in (*messages, *private):
        for attachment in message.attachments:
            if attachment.id == attachment_id:
                return attachment
    return None
