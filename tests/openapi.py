"""Checking recorded REST exchanges against Discord's official OpenAPI description.

`OpenApi.load(path).validate_exchange(record)` takes one line of a recording (see
`sandbox.discord.record`) and gives what is wrong with it, an empty list if nothing is.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import jsonschema_rs
from jsonschema import Draft202012Validator, FormatChecker, exceptions
from jsonschema.exceptions import ValidationError
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

Json = dict[str, Any]

_BASE = "urn:discord"


@dataclass(frozen=True, slots=True)
class Deviation:
    """Where the description is stricter than the service: the value at `pointer` becomes `value`.

    `pointer` is the path of keys from the document's root.
    """

    pointer: tuple[str, ...]
    value: Any
    reason: str


_PUT_OVERWRITE = ("paths", "/channels/{channel_id}/permissions/{overwrite_id}", "put")
_BITS = {"type": ["string", "integer", "null"], "pattern": "^[0-9]+$"}
_BITS_REASON = "the reference says that permission bits are sent as a string of digits"

DEVIATIONS = (
    Deviation(
        ("components", "schemas", "MessageAttachmentRequest", "properties", "id"),
        {"oneOf": [{"$ref": "#/components/schemas/SnowflakeType"}, {"type": "integer"}]},
        "the reference numbers the files of an upload with integers",
    ),
    *(
        Deviation((*owner, "properties", name), _BITS, _BITS_REASON)
        for owner in (
            ("components", "schemas", "ChannelPermissionOverwriteRequest"),
            (*_PUT_OVERWRITE, "requestBody", "content", "application/json", "schema"),
        )
        for name in ("allow", "deny")
    ),
    Deviation(
        ("components", "schemas", "InnerErrors", "properties", "_errors", "items"),
        {
            "type": "object",
            "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
            "required": ["code", "message"],
        },
        "the codes in the tree of field errors are names, as in the reference's examples",
    ),
    Deviation(
        ("components", "schemas", "ChannelTypes"),
        {"type": "integer", "enum": [0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15, 16]},
        "the reference's channel types have GUILD_MEDIA, 16, which discord.py sends",
    ),
    Deviation(
        ("components", "schemas", "CreatePrivateChannelRequest", "properties", "recipient_id"),
        {"oneOf": [{"$ref": "#/components/schemas/SnowflakeType"}, {"type": "integer"}]},
        "discord.py sends a number: the reference takes ids as strings or integers",
    ),
    Deviation(
        ("components", "schemas", "MessageReferenceType"),
        {"type": "integer", "enum": [0, 1]},
        "the reference's message references have FORWARD, 1",
    ),
    *(
        Deviation(
            ("components", "schemas", "MessageReferenceRequest", "properties", name),
            {"oneOf": [{"$ref": "#/components/schemas/SnowflakeType"}, {"type": "integer"}]},
            "discord.py sends a number: the reference takes ids as strings or integers",
        )
        for name in ("guild_id", "channel_id", "message_id")
    ),
    Deviation(
        ("components", "schemas", "RatelimitedResponse", "allOf"),
        [
            {
                "type": "object",
                "properties": {
                    "message": {"type": "string"},
                    "retry_after": {"type": "number"},
                    "global": {"type": "boolean"},
                    "code": {"type": "integer"},
                },
                "required": ["message", "retry_after", "global"],
            }
        ],
        "the reference makes the code of a 429 answer optional, and its examples have none",
    ),
)

formats = FormatChecker(())


@formats.checks("date-time")
def _is_moment(value: object) -> bool:
    if not isinstance(value, str):
        return True
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


@formats.checks("uri")
def _is_address(value: object) -> bool:
    return not isinstance(value, str) or bool(urlsplit(value).scheme)


class OpenApi:
    """The description, ready to validate exchanges."""

    def __init__(self, document: Json) -> None:
        for deviation in DEVIATIONS:
            _replace(document, deviation)
        self._document = document
        resource = Resource.from_contents(document, default_specification=DRAFT202012)
        self._registry = Registry[Any]().with_resource(_BASE, resource)
        self._paths: dict[str, str] = {_shape(path): path for path in document["paths"]}
        self._validators: dict[str, Draft202012Validator] = {}
        self._quick_registry = jsonschema_rs.Registry([(_BASE, document)])
        self._quick: dict[str, jsonschema_rs.Draft202012Validator] = {}

    @classmethod
    def load(cls, path: Path) -> "OpenApi":
        """Read the description from the official `openapi.json`."""
        return cls(json.loads(path.read_text(encoding="utf-8")))

    def validate_exchange(self, record: Json) -> list[str]:
        """What is wrong with the exchange: its path, query, request body or answer.

        Answers that a fault made up are not looked at, and of refused requests only the answer is:
        the request may have been wrong on purpose.
        """
        if record["fault"] or (record["route"] is None and record["status"] == 404):
            return []
        path = self._paths.get(_shape(record["route"] or ""))
        method = record["method"].lower()
        if path is None or method not in self._document["paths"][path]:
            if record["status"] in (404, 405):
                return []
            return [f"{record['method']} {record['route']} is not a route of the description"]
        where = f"{record['method']} {path}"
        found: list[str] = []
        if record["status"] < 400:
            found += self._query_problems(path, method, record, where)
            found += self._request_problems(path, method, record, where)
        found += self._answer_problems(path, method, record, where)
        return found

    def validate_request(self, method: str, path: str, body: Json) -> list[str]:
        """What is wrong with a JSON body for a path of the description, such as `/users/@me`."""
        method = method.lower()
        content = ("requestBody", "content", "application/json", "schema")
        return self._problems(("paths", path, method, *content), body, f"{method} {path}")

    def _request_problems(self, path: str, method: str, record: Json, where: str) -> list[str]:
        operation = self._document["paths"][path][method]
        content = operation.get("requestBody", {}).get("content", {})
        if record["request"] is None:
            if operation.get("requestBody", {}).get("required") and not record["files"]:
                return [f"{where}: the request has no body"]
            return []
        if "application/json" not in content:
            # A client may send an empty object where none is expected.
            return [] if record["request"] == {} else [f"{where}: a body is not expected"]
        pointer = ("paths", path, method, "requestBody", "content", "application/json", "schema")
        return self._problems(pointer, record["request"], f"{where}: request")

    def _query_problems(self, path: str, method: str, record: Json, where: str) -> list[str]:
        item = self._document["paths"][path]
        known: dict[str, tuple[str, ...]] = {}
        for level in (("parameters",), (method, "parameters")):
            holder: Any = item
            for key in level:
                holder = holder.get(key, [])
            for index, parameter in enumerate(cast("list[Json]", holder)):
                if parameter.get("in") == "query":
                    pointer = ("paths", path, *level, str(index), "schema")
                    known[parameter["name"]] = pointer
        found: list[str] = []
        for name, text in record["query"].items():
            if name not in known:
                found.append(f"{where}: the query parameter {name} is not in the description")
                continue
            readings = (text, *_readings(text))
            if all(self._problems(known[name], value, "") for value in readings):
                found.append(f"{where}: the query parameter {name} cannot be {text!r}")
        return found

    def _answer_problems(self, path: str, method: str, record: Json, where: str) -> list[str]:
        responses = self._document["paths"][path][method]["responses"]
        status = str(record["status"])
        key = next((k for k in (status, f"{status[0]}XX") if k in responses), None)
        if key is None:
            return [f"{where}: the status {status} is not in the description"]
        pointer = ("paths", path, method, "responses", key)
        target = responses[key]
        if "$ref" in target:
            pointer = tuple(target["$ref"].removeprefix("#/").split("/"))
            target = self._document
            for part in pointer:
                target = target[part]
        content = target.get("content")
        if not content:
            return [] if record["response"] is None else [f"{where}: {status} has no body"]
        full = (*pointer, "content", "application/json", "schema")
        return self._problems(full, record["response"], f"{where}: {status} answer")

    def _problems(self, pointer: tuple[str, ...], value: Any, where: str) -> list[str]:
        reference = f"{_BASE}#/{'/'.join(_escaped(pointer))}"
        # Twenty times as fast; the other one is asked for what is wrong.
        quick = self._quick.get(reference)
        if quick is None:
            quick = self._quick[reference] = jsonschema_rs.Draft202012Validator(
                {"$ref": reference},
                registry=self._quick_registry,
                formats={"date-time": _is_moment, "uri": _is_address},
                validate_formats=True,
            )
        if quick.is_valid(value):
            return []
        validator = self._validators.get(reference)
        if validator is None:
            validator = Draft202012Validator(
                {"$ref": reference}, registry=self._registry, format_checker=formats
            )
            self._validators[reference] = validator
        errors = cast("Iterable[ValidationError]", validator.iter_errors(value))  # pyright: ignore[reportUnknownMemberType] (jsonschema's stubs leave the instance open)
        return [_described(error, where) for error in errors]


def _described(error: ValidationError, where: str) -> str:
    """The problem at its deepest place: behind a choice of schemas the nearest one's."""
    # jsonschema's stubs leave the type of what it finds open.
    find: Any = exceptions.best_match  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] (see above)
    deepest: ValidationError = find([error]) or error
    path: Iterable[str | int] = deepest.absolute_path
    place = "/".join(str(part) for part in path)
    message: str = deepest.message
    if len(message) > 300:
        message = f"{message[:150]} … {message[-150:]}"
    return f"{where}: at {place or 'the top'}: {message}"


def _shape(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path)


def _escaped(pointer: Iterable[str]) -> list[str]:
    escaped = (part.replace("~", "~0").replace("/", "~1") for part in pointer)
    return [part.replace("%", "%25").replace("{", "%7B").replace("}", "%7D") for part in escaped]


def _readings(text: str) -> list[Any]:
    """What else a query's text may stand for."""
    readings: list[Any] = [[text]]
    if re.fullmatch(r"-?\d+", text):
        readings.append(int(text))
    if text.lower() in ("true", "false", "1", "0"):
        readings.append(text.lower() in ("true", "1"))
    return readings


def _replace(document: Json, deviation: Deviation) -> None:
    holder: Any = document
    for part in deviation.pointer[:-1]:
        holder = holder[part]
    if deviation.pointer[-1] not in holder:
        raise KeyError(f"nothing at {'/'.join(deviation.pointer)}: remove the deviation")
    holder[deviation.pointer[-1]] = deviation.value
