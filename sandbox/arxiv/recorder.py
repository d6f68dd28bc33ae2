"""A file of every request with its answer, one JSON object a line."""

import asyncio
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

_SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization"})


class Recorder:
    """Appends exchanges to a file, whole lines in the order of the answers."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = asyncio.Lock()

    async def write(
        self,
        *,
        at: datetime,
        method: str,
        path: str,
        request_headers: Mapping[str, str],
        request_body: bytes,
        status: int | None,
        headers: Mapping[str, str],
        body: bytes,
    ) -> None:
        """Append one exchange. `status` is None if the connection was closed without an answer."""
        kept = {k: v for k, v in request_headers.items() if k.casefold() not in _SECRET_HEADERS}
        exchange = {
            "at": at.astimezone(UTC).isoformat(),
            "request": {
                "method": method,
                "path": path,
                "headers": kept,
                "body": request_body.decode(errors="replace"),
            },
            "response": {
                "status": status,
                "headers": dict(headers),
                "body": body.decode(errors="replace"),
            },
        }
        async with self._lock:
            await asyncio.to_thread(self._append, exchange)

    def _append(self, exchange: object) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(exchange, ensure_ascii=False) + "\n")
