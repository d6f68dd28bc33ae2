"""Reading a request's body: JSON, or multipart with `payload_json` and `files[n]`."""

import json
import re
from dataclasses import dataclass
from typing import Any

from aiohttp import BodyPartReader, web

from sandbox.discord import errors
from sandbox.discord.validate_messages import Upload

MAX_BODY_BYTES = 26 * 1024 * 1024
MAX_FILE_BYTES = 10 * 1024 * 1024

_FILE_PART = re.compile(r"files\[(\d{1,3})\]")


@dataclass(frozen=True, slots=True)
class Body:
    """A request's JSON (None where there is no body) and the files that came with it."""

    json: Any = None
    uploads: tuple[Upload, ...] = ()


# Read once, then kept with the request: the recording looks at it after the handler did.
_KEY = web.RequestKey("discord_body", Body)


async def read_body(request: web.Request) -> Body:
    """The body, read once. Raises 50109 for what is not JSON, 40005 for too large a file."""
    body = request.get(_KEY)
    if body is None:
        if request.content_type == "multipart/form-data":
            body = await _read_multipart(request)
        else:
            body = Body(parse_json(await request.read()))
        request[_KEY] = body
    return body


def parse_json(data: bytes) -> Any:
    """The JSON value in `data`, None for nothing. Raises 50109."""
    if not data.strip():
        return None
    try:
        return json.loads(data, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise errors.of_code(50109) from None


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


async def _read_multipart(request: web.Request) -> Body:
    value: Any = {}  # files alone are a body too
    uploads: list[Upload] = []
    try:
        reader = await request.multipart()
        while (part := await reader.next()) is not None:
            if not isinstance(part, BodyPartReader):
                continue
            data = bytes(await part.read(decode=True))
            found = _FILE_PART.fullmatch(part.name or "")
            if found:
                if len(data) > MAX_FILE_BYTES:
                    raise errors.of_code(40005)
                kind = part.headers.get("Content-Type", "application/octet-stream")
                name = part.filename or "file"
                uploads.append(Upload(int(found[1]), name, data, kind))
            elif part.name == "payload_json":
                value = parse_json(data)
    except (ValueError, AssertionError):
        raise errors.of_code(50035) from None
    return Body(value, tuple(uploads))
