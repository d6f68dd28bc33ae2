"""Writing every REST exchange to a JSONL file, without tokens."""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

from sandbox.discord.validate_messages import Upload

_HIDDEN = "<removed>"
_HEADERS = frozenset(("authorization", "cookie", "proxy-authorization"))
_PATHS = (
    re.compile(r"(/webhooks/\d+/)[^/?]+"),
    re.compile(r"(/interactions/\d+/)[^/?]+"),
)


def without_tokens(path: str) -> str:
    """`path` with webhook and interaction tokens taken out."""
    for pattern in _PATHS:
        path = pattern.sub(rf"\g<1>{_HIDDEN}", path)
    return path


def scrub(value: Any) -> Any:
    """A JSON value with what is under `token` taken out, at any depth."""
    if isinstance(value, dict):
        return {
            key: _HIDDEN if key == "token" else scrub(item)
            for key, item in cast("dict[str, Any]", value).items()
        }
    if isinstance(value, list):
        return [scrub(item) for item in cast("list[Any]", value)]
    return value


class Recorder:
    """Appends one line of JSON an exchange; each line is on disk when the answer goes out."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a", encoding="utf-8")

    def write(
        self,
        *,
        method: str,
        path: str,
        route: str | None,
        query: dict[str, str],
        headers: Iterable[tuple[str, str]],
        request_body: Any,
        uploads: Iterable[Upload],
        status: int,
        response_body: Any,
        fault: bool,
    ) -> None:
        """Write one exchange. `route` is the OpenAPI path template, None for unknown paths."""
        entry = {
            "method": method,
            "path": without_tokens(path),
            "route": route,
            "query": query,
            "headers": {k: v for k, v in headers if k.lower() not in _HEADERS},
            "request": scrub(request_body),
            "files": [
                {"field": f"files[{u.key}]", "filename": u.filename, "size": len(u.data)}
                for u in uploads
            ],
            "status": status,
            "response": scrub(response_body),
            "fault": fault,
        }
        self._file.write(json.dumps(entry, ensure_ascii=False) + "\n")
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()
