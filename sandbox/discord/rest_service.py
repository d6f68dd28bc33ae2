"""Serving the REST interface: versions, tokens, rate limits, faults, error answers, recording."""

import asyncio
import json
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from aiohttp import web
from aiohttp.typedefs import Handler as AiohttpHandler

from sandbox.discord import (
    errors,
    rest_channels,
    rest_commands,
    rest_guilds,
    rest_messages,
    rest_reactions,
    rest_threads,
    rest_users,
)
from sandbox.discord.bodies import read_body
from sandbox.discord.errors import DiscordError, RateLimited
from sandbox.discord.faults import Fault, Faults
from sandbox.discord.limits import Limits
from sandbox.discord.models import Application
from sandbox.discord.record import Recorder
from sandbox.discord.rest import API_PREFIXES, Call, Route, answer
from sandbox.discord.world import World

_log = logging.getLogger(__name__)

ROUTES: tuple[Route, ...] = (
    *rest_users.ROUTES,
    *rest_commands.ROUTES,
    *rest_guilds.ROUTES,
    *rest_channels.ROUTES,
    *rest_threads.ROUTES,
    *rest_messages.ROUTES,
    *rest_reactions.ROUTES,
)
_BUCKETS = {(route.method, route.path): route.bucket for route in ROUTES if route.bucket}
_VERSION = re.compile(r"/api/v(\d+)(?:/|$)")
_PREFIX = re.compile(r"^/api(?:/v\d+)?")


class Service(Protocol):
    """What the REST interface needs of the sandbox that it is mounted in."""

    @property
    def world(self) -> World: ...
    @property
    def limits(self) -> Limits: ...
    @property
    def faults(self) -> Faults: ...
    @property
    def recorder(self) -> Recorder | None: ...
    @property
    def gateway_url(self) -> str: ...


def authenticate(world: World, request: web.Request) -> Application:
    """The application whose bot token the request carries. Raises 401."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    application = world.application_by_token(token) if scheme == "Bot" else None
    if application is None:
        raise errors.unauthorized()
    return application


def add_rest_routes(app: web.Application, service: Service) -> None:
    """Mount every route below each of `API_PREFIXES`."""

    async def get_gateway(_: web.Request) -> web.Response:
        return answer({"url": service.gateway_url})

    for prefix in API_PREFIXES:
        app.router.add_get(f"{prefix}/gateway", get_gateway)
        for route in ROUTES:
            app.router.add_route(route.method, prefix + route.path, _bound(route, service))


def _bound(
    route: Route, service: Service
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handle(request: web.Request) -> web.StreamResponse:
        me = authenticate(service.world, request)
        return await route.handler(Call(request, service.world, me, service.gateway_url))

    return handle


def rest_middleware(service: Service) -> Any:
    """What happens around every request below `/api`, whoever serves it."""

    @web.middleware
    async def around(request: web.Request, handler: AiohttpHandler) -> web.StreamResponse:
        if not request.path.startswith("/api"):
            return await handler(request)
        fault = service.faults.take(request.method, request.path)
        if fault is not None and fault.delay > 0:
            await asyncio.sleep(fault.delay)
        if fault is None or fault.action in (None, "drop_after"):
            response = await _execute(service, request, handler)
        else:
            response = _fault_answer(fault)
        # discord.py takes a 429 without it for a block by the service's proxy.
        response.headers.setdefault("Via", "1.1 sandbox")
        if service.recorder is not None:
            await _record(service.recorder, request, response, fault)
        if fault is not None and fault.action in ("drop_before", "drop_after"):
            transport = request.transport
            if transport is not None:
                transport.abort()
        return response

    return around


async def _execute(
    service: Service, request: web.Request, handler: AiohttpHandler
) -> web.StreamResponse:
    template = _template(request)
    bucket = _bucket(request.method, template)
    who = request.headers.get("Authorization") or request.remote or ""
    headers: Mapping[str, str] = {}
    try:
        if bucket is not None:
            headers = service.limits.take(
                who,
                bucket,
                _major(request),
                counts_globally=template is None or not template.startswith("/webhooks/"),
            )
        response = await handler(request)
    except RateLimited as error:
        headers = service.limits.headers_of(error, bucket or "")
        response = answer(error.body(), error.status)
    except DiscordError as error:
        response = answer(error.body(), error.status)
    except web.HTTPException as error:
        response = _translated(request, error)
    except Exception:  # noqa: BLE001 (a fault of the sandbox is answered like one of the service)
        _log.exception("the sandbox failed at %s %s", request.method, request.path)
        response = answer({"message": "500: Internal Server Error", "code": 0}, 500)
    response.headers.update(headers)
    service.limits.count_invalid(response.status)
    return response


def _template(request: web.Request) -> str | None:
    resource = request.match_info.route.resource
    return None if resource is None else _PREFIX.sub("", resource.canonical)


def _bucket(method: str, template: str | None) -> str | None:
    """The limit that a request falls under; answers to interactions are not limited."""
    if template is None or template.startswith("/interactions/"):
        return None
    if template.startswith("/webhooks/"):
        return "webhook"
    return _BUCKETS.get((method, template), f"{method} {template}")


def _major(request: web.Request) -> str:
    names = ("channel_id", "guild_id", "webhook_id", "webhook_token")
    return "+".join(request.match_info[name] for name in names if name in request.match_info)


def _translated(request: web.Request, error: web.HTTPException) -> web.Response:
    version = _VERSION.match(request.path)
    if error.status == 404 and version is not None and version[1] not in ("9", "10"):
        wrong = errors.of_code(50041)
    elif error.status == 404:
        wrong = errors.unknown_route()
    elif error.status == 405:
        wrong = errors.method_not_allowed()
    elif error.status == 413:
        wrong = errors.of_code(40005)
    else:
        wrong = DiscordError(error.status, 0, f"{error.status}: {error.reason}")
    return answer(wrong.body(), wrong.status)


def _fault_answer(fault: Fault) -> web.Response:
    if isinstance(fault.body, str):
        response = web.Response(text=fault.body, status=fault.status)
    else:
        default = {"message": f"{fault.status}: injected fault", "code": 0}
        response = answer(default if fault.body is None else fault.body, fault.status)
    response.headers.update(fault.headers)
    return response


async def _record(
    recorder: Recorder, request: web.Request, response: web.StreamResponse, fault: Fault | None
) -> None:
    try:
        body = await read_body(request)
        value, uploads = body.json, body.uploads
    except (DiscordError, web.HTTPException):
        value, uploads = None, ()
    sent = response.body if isinstance(response, web.Response) else None
    is_json = isinstance(sent, bytes) and response.content_type == "application/json"
    recorder.write(
        method=request.method,
        path=request.path,
        route=_template(request),
        query=dict(request.query),
        headers=request.headers.items(),
        request_body=value,
        uploads=uploads,
        status=response.status,
        response_body=json.loads(sent) if is_json and isinstance(sent, bytes) else None,
        fault=fault is not None and fault.action is not None,
    )
