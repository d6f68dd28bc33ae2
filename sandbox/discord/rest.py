"""What every REST route shares: who calls, ids and query of the path, JSON answers."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.discord import errors
from sandbox.discord.bodies import Body, read_body
from sandbox.discord.models import Application
from sandbox.discord.validate import Form, Problems, parse_snowflake
from sandbox.discord.world import World

API_PREFIXES = ("/api/v10", "/api/v9", "/api")


@dataclass(frozen=True, slots=True)
class Call:
    """One authenticated request: `me` is the application whose bot token came with it."""

    request: web.Request
    world: World
    me: Application
    gateway_url: str

    def id(self, name: str) -> int:
        """The id in the path's part `name`; `@me` is the caller. Raises 50035."""
        text = self.request.match_info[name]
        if text == "@me":
            return self.me.id
        return snowflake_of(name, text)

    async def body(self) -> Body:
        """The body with its files."""
        return await read_body(self.request)

    async def json(self) -> Any:
        """The body's JSON; None where there is none."""
        return (await read_body(self.request)).json

    def query(self) -> Form:
        """The query's parameters, to be read like a body's fields."""
        return Form(dict(self.request.query), Problems())

    def flag(self, name: str) -> bool:
        """A boolean of the query: `true`, `True` or `1`."""
        return self.request.query.get(name, "").lower() in ("true", "1")


Handler = Callable[[Call], Awaitable[web.Response]]


@dataclass(frozen=True, slots=True)
class Route:
    """A route below the API's base. `bucket` names the rule in `limits` that it falls under."""

    method: str
    path: str
    handler: Handler
    bucket: str | None = None


def answer(data: Any, status: int = 200) -> web.Response:
    """A JSON answer whose content type is exactly `application/json`, as clients expect."""
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    return web.Response(body=body, status=status, content_type="application/json")


def no_content() -> web.Response:
    """204."""
    return web.Response(status=204)


def snowflake_of(name: str, text: str) -> int:
    """The id that a part of a path or query is. Raises 50035."""
    value = parse_snowflake(text)
    if value is None:
        problems = Problems()
        problems.add((name,), "NUMBER_TYPE_COERCE", f'Value "{text}" is not snowflake.')
        problems.raise_if_any()
        raise errors.of_code(50035)  # not reached: there is a problem
    return value
