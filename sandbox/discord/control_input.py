"""Reading the requests of the control interface, with an error that names the wrong field."""

import json
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, cast

from aiohttp import web

from sandbox.discord.control_errors import ControlError, wrong
from sandbox.discord.errors import DiscordError
from sandbox.discord.localizations import LOCALES
from sandbox.discord.permissions import Permission
from sandbox.discord.validate import parse_snowflake

Json = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

LONGEST_WAIT_SECONDS = 60.0


def answering(handler: Handler) -> Handler:
    """`handler` with its errors turned into JSON answers."""

    async def wrapped(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except ControlError as error:
            return web.json_response(error.body(), status=error.status)
        except DiscordError as error:
            body: Json = {"error": error.message, "code": error.code}
            if error.errors is not None:
                body["errors"] = error.errors
            return web.json_response(body, status=error.status)

    return wrapped


def path_id(request: web.Request, name: str) -> int:
    """An id in the path."""
    return _snowflake(name, request.match_info[name])


def query_id(request: web.Request, name: str) -> int | None:
    """An id in the query, if it is there."""
    text = request.query.get(name)
    return None if text is None else _snowflake(name, text)


def query_number(request: web.Request, name: str, default: float, most: float) -> float:
    """A number from 0 to `most` in the query."""
    text = request.query.get(name)
    if text is None:
        return default
    try:
        number = float(text)
    except ValueError:
        raise wrong(name, "must be a number") from None
    if not 0 <= number <= most:
        raise wrong(name, f"must be from 0 to {most:g}")
    return number


def query_wait(request: web.Request) -> float:
    """The seconds that the caller is willing to wait, from the query."""
    return query_number(request, "wait", 0, LONGEST_WAIT_SECONDS)


def _snowflake(name: str, value: object) -> int:
    parsed = parse_snowflake(value)
    if parsed is None:
        raise wrong(name, "must be an id (digits, best as a string)")
    return parsed


class Input:
    """The JSON object in a request's body. `done` refuses fields that nobody has read."""

    def __init__(self, fields: Json) -> None:
        self._fields = fields
        self._read: set[str] = set()

    @classmethod
    async def of(cls, request: web.Request) -> "Input":
        """Read the body; an empty one counts as an empty object."""
        try:
            raw = await request.read()
        except web.HTTPRequestEntityTooLarge:
            raise ControlError(413, "the body is too large") from None
        if not raw.strip():
            return cls({})
        try:
            value: Any = json.loads(raw)
        except ValueError:
            raise ControlError(400, "the body must be JSON") from None
        if not isinstance(value, dict):
            raise ControlError(400, "the body must be a JSON object")
        return cls(cast("Json", value))

    def __contains__(self, name: str) -> bool:
        return self._fields.get(name) is not None

    def has(self, name: str) -> bool:
        """Whether the field is there, perhaps as null."""
        return name in self._fields

    def done(self) -> None:
        """Refuse what is left over, which would be a misspelled field."""
        unknown = sorted(set(self._fields) - self._read)
        if unknown:
            known = ", ".join(sorted(self._read)) or "none"
            raise wrong(unknown[0], f"unknown field (known here: {known})")

    def any(self, name: str) -> Any:
        """The field's value as it is; None if absent."""
        self._read.add(name)
        return self._fields.get(name)

    def _required(self, name: str) -> Any:
        value = self.any(name)
        if value is None:
            raise wrong(name, "is required")
        return value

    def text(self, name: str) -> str:
        """A non-empty string."""
        value = self._required(name)
        if not isinstance(value, str) or not value:
            raise wrong(name, "must be a non-empty string")
        return value

    def optional_text(self, name: str) -> str | None:
        """A string, or None."""
        value = self.any(name)
        if value is not None and not isinstance(value, str):
            raise wrong(name, "must be a string")
        return value

    def id(self, name: str) -> int:
        """An id."""
        return _snowflake(name, self._required(name))

    def optional_id(self, name: str) -> int | None:
        """An id, or None."""
        value = self.any(name)
        return None if value is None else _snowflake(name, value)

    def ids(self, name: str) -> list[int]:
        """A list of ids."""
        return [_snowflake(name, item) for item in self.list(name)]

    def list(self, name: str) -> "list[Any]":
        """A list; empty if absent."""
        value = self.any(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise wrong(name, "must be a list")
        return cast("list[Any]", value)

    def object(self, name: str) -> Json:
        """An object; empty if absent."""
        value = self.any(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise wrong(name, "must be an object")
        return cast("Json", value)

    def boolean(self, name: str, *, default: bool = False) -> bool:
        """True or false."""
        value = self.any(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise wrong(name, "must be true or false")
        return value

    def number(self, name: str, *, least: float, most: float) -> float:
        """A number within bounds."""
        value = self._required(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise wrong(name, "must be a number")
        if not least <= value <= most:
            raise wrong(name, f"must be from {least:g} to {most:g}")
        return value

    def integer(self, name: str, *, least: int, most: int, default: int | None = None) -> int:
        """A whole number within bounds."""
        if default is not None and self.any(name) is None:
            return default
        value = self.number(name, least=least, most=most)
        if not isinstance(value, int):
            raise wrong(name, "must be a whole number")
        return value

    def wait(self) -> float:
        """The seconds that the caller is willing to wait."""
        if self.any("wait") is None:
            return 0.0
        return self.number("wait", least=0, most=LONGEST_WAIT_SECONDS)

    def choice(self, name: str, choices: Iterable[str], default: str | None = None) -> str:
        """One of several words."""
        value = self.any(name)
        if value is None and default is not None:
            return default
        allowed = list(choices)
        if value not in allowed:
            raise wrong(name, f"must be one of {', '.join(allowed)}")
        return str(value)

    def permissions(self, name: str) -> int:
        """Permissions: a list of Discord's names, or the bits as a number or digits."""
        value = self.any(name)
        if value is None:
            return 0
        if isinstance(value, list):
            return sum(_permission(name, item) for item in set(cast("list[str]", value)))
        bits = parse_snowflake(value)
        if bits is None:
            raise wrong(name, "must be a list of permission names, or the bits")
        return bits


def read_locale(form: Input) -> str | None:
    """The field `locale`: one of Discord's, or None."""
    locale = form.optional_text("locale")
    if locale is not None and locale not in LOCALES:
        raise wrong("locale", f"must be one of {', '.join(sorted(LOCALES))}")
    return locale


def _permission(field: str, name: object) -> int:
    try:
        return int(Permission[str(name).upper()])
    except KeyError:
        raise wrong(field, f"there is no permission {name!r}") from None
