"""An HTTP client of the control interface, on which those that act as somebody are built."""

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self, cast

import aiohttp

Json = dict[str, Any]
Options = Mapping[str, object]

LONGEST_POLL_SECONDS = 30.0


class ControlRefusedError(Exception):
    """The control interface said no. `status` is its HTTP status, `field` the wrong field."""

    def __init__(self, status: int, body: Json) -> None:
        super().__init__(f"{status}: {body.get('error')}")
        self.status = status
        self.message = str(body.get("error"))
        self.field: str | None = body.get("field")
        self.code: int | None = body.get("code")
        self.body = body


class ControlClient:
    """An HTTP session with the control interface at `control_url` (ending in `/control`).

    Use it as an async context manager, or call `close`.
    """

    def __init__(self, control_url: str) -> None:
        self.control_url = control_url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def call(
        self,
        method: str,
        path: str,
        body: Options | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Any:
        """One request; gives the answer's JSON, None for an empty one.

        Raises ControlRefusedError for any answer other than success.
        """
        url = self.control_url + path
        async with self._opened().request(method, url, json=body, params=query) as response:
            if response.content_type == "application/json":
                answer: Any = await response.json()
            else:
                # Nothing after a deletion; plain words where the server itself has failed.
                answer = {"error": await response.text()} if response.status >= 400 else None
            if response.status >= 400:
                raise ControlRefusedError(response.status, cast("Json", answer))
            return answer

    async def fetch(self, url: str) -> bytes:
        """What the sandbox serves at `url`, whole. Raises ControlRefusedError if it does not."""
        async with self._opened().get(url) as response:
            if response.status >= 400:
                raise ControlRefusedError(response.status, {"error": await response.text()})
            return await response.read()

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=LONGEST_POLL_SECONDS + 60)
            self._session = aiohttp.ClientSession(timeout=timeout)
        return self._session
