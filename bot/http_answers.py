"""Reading the answers of HTTP servers: bodies bounded in size, JSON, errors, `Retry-After`."""

import json
import re
import zlib
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, cast

import httpx

from bot.errors import SourceGarbled

_GZIP_WINDOW = 16 + zlib.MAX_WBITS
_LONGEST_ERROR = 1200
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


async def read_body(source: str, response: httpx.Response, max_bytes: int) -> bytes:
    """The body, never holding much more than `max_bytes` of it, compressed or not.

    The request must have asked for no encoding but gzip, whose expansion is bounded here.
    `source` names the sender in errors. Raises SourceGarbled for a body that is too large or
    wrongly compressed, and httpx's errors.
    """
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in {"identity", "gzip", "x-gzip", ""}:
        raise SourceGarbled(source, f"an unasked-for compression: {encoding[:40]!r}")
    inflater = zlib.decompressobj(_GZIP_WINDOW) if "gzip" in encoding else None
    stated = response.headers.get("content-length", "")
    if stated.isdecimal() and int(stated[:18]) > max_bytes:
        raise _too_large(source, max_bytes)
    body = bytearray()
    async with aclosing(cast("AsyncGenerator[bytes]", response.aiter_raw())) as chunks:
        async for chunk in chunks:
            # `max_length` keeps a small bomb from becoming a large buffer in one step.
            room = max_bytes - len(body) + 1
            try:
                if inflater is not None and inflater.eof:
                    raise SourceGarbled(source, "something follows the compressed answer")
                body += inflater.decompress(chunk, room) if inflater else chunk
            except zlib.error as error:
                raise SourceGarbled(source, f"broken compression: {error}") from error
            if len(body) > max_bytes:
                raise _too_large(source, max_bytes)
    if inflater is not None and not inflater.eof:
        raise SourceGarbled(source, "the compressed answer ends too early")
    return bytes(body)


def _too_large(source: str, max_bytes: int) -> SourceGarbled:
    return SourceGarbled(source, f"the answer is larger than {max_bytes / 2**20:g} MiB")


def retry_after_seconds(headers: Mapping[str, str]) -> float | None:
    """The wait in seconds that `Retry-After` asks for, as seconds or as a date; None without one.

    A date is measured from the answer's own `Date`, so that a wrong clock here does not matter.
    `headers` must find names in any case (httpx and requests both do).
    """
    value = headers.get("Retry-After", "").strip()
    if value.isdecimal() and value.isascii():
        return float(value[:9])
    instant = _http_date(value)
    if instant is None:
        return None
    start = _http_date(headers.get("Date", "")) or datetime.now(UTC)
    return max((instant - start).total_seconds(), 0.0)


def _http_date(value: str) -> datetime | None:
    try:
        parsed = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return parsed if parsed.tzinfo is not None else parsed.replace(tzinfo=UTC)


def parse_json(text: str | bytes, *, strict: bool = True) -> object:
    """JSON that can be stored whatever it holds: halves of surrogate pairs become U+FFFD.

    If not `strict`, strings may hold line breaks. Raises ValueError for everything that is no JSON,
    also for too deep a nesting.
    """
    try:
        value: object = json.loads(text, strict=strict)
        return _whole(value) if _escapes_surrogates(text) else value
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _escapes_surrogates(text: str | bytes) -> bool:
    if isinstance(text, bytes):
        return b"\\u" in text
    return "\\u" in text or _LONE_SURROGATE.search(text) is not None


def _whole(value: object) -> object:
    if isinstance(value, str):
        return _LONE_SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_whole(item) for item in cast("list[object]", value)]
    if isinstance(value, dict):
        items = cast("dict[str, object]", value).items()
        return {_LONE_SURROGATE.sub("\ufffd", key): _whole(item) for key, item in items}
    return value


def error_text(body: bytes) -> str:
    """What a service says is wrong, on one line: in OpenAI's shape, FastAPI's, or as text."""
    try:
        told = parse_json(body)
    except ValueError:
        text = body.decode("utf-8", "replace")
        return "" if text.lstrip().startswith("<") else _one_line(text)
    return error_in(told)


def error_in(told: object) -> str:
    """`error_text` of an answer that was parsed already."""
    try:
        return _one_line(_said(told))
    except RecursionError:  # it was parsed where the stack was less deep
        return ""


def _said(told: object) -> str:
    if isinstance(told, list) and told:
        told = cast("list[object]", told)[0]  # Google's shape
    if not isinstance(told, dict):
        return str(cast("object", told))
    answer = cast("dict[str, Any]", told)
    inner = answer.get("error", answer)
    if not isinstance(inner, dict):
        return str(inner)
    error = cast("dict[str, Any]", inner)
    said = next(
        (error[name] for name in ("message", "detail", "msg") if error.get(name)), ""
    ) or json.dumps(error, ensure_ascii=False)
    notes = [str(error[name]) for name in ("param", "code", "type") if error.get(name)]
    return str(said) + (f" ({', '.join(notes)})" if notes else "")


def _one_line(text: str) -> str:
    shown = "".join(sign if sign.isprintable() else " " for sign in text[:_LONGEST_ERROR])
    return " ".join(shown.split())
