"""A small client of the control interface, for tests and for the demo."""

import asyncio
import base64
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Any, Self, cast
from urllib.parse import quote

import aiohttp

from sandbox.discord.sightings import Outcome, SeenMessage

Json = dict[str, Any]
Options = Mapping[str, object]

_WAIT_SECONDS = 10.0
_LONGEST_POLL_SECONDS = 30.0


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
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=_LONGEST_POLL_SECONDS + 60)
            self._session = aiohttp.ClientSession(timeout=timeout)
        url = self.control_url + path
        async with self._session.request(method, url, json=body, params=query) as response:
            if response.content_type == "application/json":
                answer: Any = await response.json()
            else:
                # Nothing after a deletion; plain words where the server itself has failed.
                answer = {"error": await response.text()} if response.status >= 400 else None
            if response.status >= 400:
                raise ControlRefusedError(response.status, cast("Json", answer))
            return answer


class Person(ControlClient):
    """Acts as one person. Channels and messages are given by id, messages also as seen.

    Actions wait at most `timeout` seconds for the bot's final answer and raise TimeoutError then;
    what Discord's client would not let the person do raises ControlRefusedError.
    """

    def __init__(self, control_url: str, user_id: int | str) -> None:
        super().__init__(control_url)
        self.user_id = int(user_id)

    def _channel(self, channel: int | str) -> str:
        return f"/users/{self.user_id}/channels/{channel}"

    async def _act(self, path: str, body: Json, within: float) -> Outcome:
        poll = min(within, _LONGEST_POLL_SECONDS)
        outcome = Outcome(await self.call("POST", path, {**body, "wait": poll}))
        return await self.follow(outcome, lambda now: now.settled, timeout=within)

    async def run(
        self,
        command: str,
        /,
        *,
        channel: int | str,
        options: Options | None = None,
        timeout: float = _WAIT_SECONDS,  # noqa: ASYNC109 (the server does the waiting)
        **more: object,
    ) -> Outcome:
        """Run a slash command (`"bookmarks list"`); options by keyword or in `options`."""
        body: Json = {"command": command, "options": {**(options or {}), **more}}
        return await self._act(self._channel(channel) + "/commands", body, timeout)

    async def autocomplete(
        self,
        command: str,
        focused: str,
        typed: str,
        /,
        *,
        channel: int | str,
        options: Options | None = None,
        timeout: float = _WAIT_SECONDS,  # noqa: ASYNC109 (the server does the waiting)
    ) -> list[Json]:
        """The choices ({name, value}) offered while `typed` stands in the option `focused`."""
        body: Json = {
            "command": command,
            "focused": focused,
            "options": {**(options or {}), focused: typed},
        }
        outcome = await self._act(self._channel(channel) + "/autocomplete", body, timeout)
        return outcome.choices

    async def menu(
        self,
        name: str,
        /,
        *,
        channel: int | str,
        message: SeenMessage | int | str | None = None,
        user: int | str | None = None,
        timeout: float = _WAIT_SECONDS,  # noqa: ASYNC109 (the server does the waiting)
    ) -> Outcome:
        """Use an entry of a message's or a user's context menu."""
        if (message is None) == (user is None):
            raise ValueError("give either a message or a user")
        kind = "user" if message is None else "message"
        target = str(user) if message is None else _message_id(message)
        body: Json = {"name": name, "type": kind, "target_id": target}
        return await self._act(self._channel(channel) + "/menus", body, timeout)

    async def press(
        self,
        message: SeenMessage,
        button: str | None = None,
        *,
        custom_id: str | None = None,
        timeout: float = _WAIT_SECONDS,  # noqa: ASYNC109 (the server does the waiting)
    ) -> Outcome:
        """Press the button with this label or emoji, or with this `custom_id`."""
        path = f"{self._channel(message.channel_id)}/messages/{message.id}/press"
        return await self._act(path, {"label": button, "custom_id": custom_id}, timeout)

    async def select(
        self,
        message: SeenMessage,
        values: Iterable[object],
        *,
        placeholder: str | None = None,
        custom_id: str | None = None,
        timeout: float = _WAIT_SECONDS,  # noqa: ASYNC109 (the server does the waiting)
    ) -> Outcome:
        """Choose values (or visible labels, or ids) in a select menu."""
        path = f"{self._channel(message.channel_id)}/messages/{message.id}/select"
        body: Json = {
            "values": [str(value) for value in values],
            "label": placeholder,
            "custom_id": custom_id,
        }
        return await self._act(path, body, timeout)

    async def submit(
        self,
        opened_by: Outcome,
        values: Options,
        *,
        timeout: float = _WAIT_SECONDS,  # noqa: ASYNC109 (the server does the waiting)
    ) -> Outcome:
        """Send the modal that an action opened; `values` by label or custom_id."""
        path = f"/users/{self.user_id}/interactions/{opened_by.id}/submit"
        return await self._act(path, {"values": dict(values)}, timeout)

    async def follow(
        self,
        outcome: Outcome,
        until: Callable[[Outcome], bool],
        *,
        timeout: float = _WAIT_SECONDS,  # noqa: ASYNC109 (the server does the waiting)
    ) -> Outcome:
        """Wait until the outcome of an action satisfies `until`, and give the later outcome."""
        clock = asyncio.get_running_loop().time
        deadline = clock() + timeout
        while not until(outcome):
            left = deadline - clock()
            if left <= 0:
                raise TimeoutError(f"{outcome.name} is still {outcome.progress}: {outcome.text!r}")
            query = {
                "after_revision": str(outcome.revision),
                "wait": f"{min(left, _LONGEST_POLL_SECONDS):.3f}",
            }
            path = f"/users/{self.user_id}/interactions/{outcome.id}"
            outcome = Outcome(await self.call("GET", path, query=query))
        return outcome

    async def open_dm(self, other: int | str) -> int:
        """The channel of direct messages with a bot or person; gives its id."""
        answer = await self.call("POST", f"/users/{self.user_id}/dms", {"to": str(other)})
        return int(answer["id"])

    async def say(self, channel: int | str, content: str) -> SeenMessage:
        """Send a message."""
        path = self._channel(channel) + "/messages"
        return SeenMessage(await self.call("POST", path, {"content": content}))

    async def react(self, message: SeenMessage, emoji: str) -> None:
        """Add a reaction."""
        await self.call("PUT", self._reaction(message, emoji))

    async def unreact(self, message: SeenMessage, emoji: str) -> None:
        """Take a reaction back."""
        await self.call("DELETE", self._reaction(message, emoji))

    def _reaction(self, message: SeenMessage, emoji: str) -> str:
        channel = self._channel(message.channel_id)
        return f"{channel}/messages/{message.id}/reactions/{quote(emoji, safe='')}"

    async def commands(self, channel: int | str) -> list[Json]:
        """The commands that the person is offered there."""
        return await self.call("GET", self._channel(channel) + "/commands")

    async def read(self, channel: int | str, *, limit: int = 50) -> list[SeenMessage]:
        """The latest messages that the person sees in the channel, oldest first."""
        _, messages = await self._read(channel, {"limit": str(limit)})
        return messages

    async def _read(
        self, channel: int | str, query: Mapping[str, str]
    ) -> tuple[int, list[SeenMessage]]:
        view = await self.call("GET", self._channel(channel) + "/messages", query=query)
        return int(view["revision"]), [SeenMessage(message) for message in view["messages"]]

    async def wait_until(
        self,
        channel: int | str,
        predicate: Callable[[list[SeenMessage]], bool],
        timeout: float = _WAIT_SECONDS,  # noqa: ASYNC109 (the server does the waiting)
        *,
        limit: int = 100,
    ) -> list[SeenMessage]:
        """Read the channel again at each change until `predicate` holds; raises TimeoutError."""
        clock = asyncio.get_running_loop().time
        deadline = clock() + timeout
        revision, messages = await self._read(channel, {"limit": str(limit)})
        while not predicate(messages):
            left = deadline - clock()
            if left <= 0:
                seen = [message.text for message in messages]
                raise TimeoutError(f"channel {channel} did not come to it; it shows {seen}")
            query = {
                "limit": str(limit),
                "after_revision": str(revision),
                "wait": f"{min(left, _LONGEST_POLL_SECONDS):.3f}",
            }
            revision, messages = await self._read(channel, query)
        return messages


def _message_id(message: SeenMessage | int | str) -> str:
    return str(message.id if isinstance(message, SeenMessage) else message)


def upload(filename: str, data: bytes) -> Json:
    """A file as a command's option or a modal's field takes it."""
    return {"filename": filename, "content_base64": base64.b64encode(data).decode()}
