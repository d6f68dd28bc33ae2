"""A small client of the control interface, for tests and for the demo."""

import asyncio
import base64
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import quote

from sandbox.discord.control_client import (
    LONGEST_POLL_SECONDS,
    ControlClient,
    ControlRefusedError,
    Json,
    Options,
)
from sandbox.discord.sightings import Outcome, SeenFile, SeenMessage

__all__ = ["ControlClient", "ControlRefusedError", "Person", "upload"]

_WAIT_SECONDS = 10.0


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
        poll = min(within, LONGEST_POLL_SECONDS)
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

    async def run_menu(
        self,
        name: str,
        message: SeenMessage,
        *,
        timeout: float = _WAIT_SECONDS,  # noqa: ASYNC109 (the server does the waiting)
    ) -> Outcome:
        """Right-click a message, Apps, and `name` as the person's client shows it."""
        return await self.menu(name, channel=message.channel_id, message=message, timeout=timeout)

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
                "wait": f"{min(left, LONGEST_POLL_SECONDS):.3f}",
            }
            path = f"/users/{self.user_id}/interactions/{outcome.id}"
            outcome = Outcome(await self.call("GET", path, query=query))
        return outcome

    async def open_dm(self, other: int | str) -> int:
        """The channel of direct messages with a bot or person; gives its id."""
        answer = await self.call("POST", f"/users/{self.user_id}/dms", {"to": str(other)})
        return int(answer["id"])

    async def open_group_dm(self, *others: int) -> int:
        """A new group of direct messages with these people; gives its id."""
        body: Json = {"with": [str(other) for other in others]}
        return int((await self.call("POST", f"/users/{self.user_id}/group-dms", body))["id"])

    async def set_locale(self, locale: str) -> None:
        """Set the language of the person's client, as one of Discord's locales (`ja`)."""
        await self.call("PATCH", f"/users/{self.user_id}", {"locale": locale})

    async def install(self, application_id: int) -> None:
        """Install an app for oneself: its commands can then be used everywhere."""
        await self.call("PUT", self._installation(application_id))

    async def uninstall(self, application_id: int) -> None:
        """Take one's own installation of an app back."""
        await self.call("DELETE", self._installation(application_id))

    def _installation(self, application_id: int) -> str:
        return f"/applications/{application_id}/user-installs/{self.user_id}"

    async def say(self, channel: int | str, content: str) -> SeenMessage:
        """Send a message."""
        return await self._send(channel, {"content": content})

    async def reply(self, message: SeenMessage, content: str) -> SeenMessage:
        """Send a message as a reply to another."""
        reference = {"message_id": str(message.id)}
        body: Json = {"content": content, "message_reference": reference}
        return await self._send(message.channel_id, body)

    async def forward(self, message: SeenMessage, channel: int | str) -> SeenMessage:
        """Forward a message to another channel: a copy of it as it is now."""
        reference = {
            "type": 1,
            "channel_id": str(message.channel_id),
            "message_id": str(message.id),
        }
        return await self._send(channel, {"message_reference": reference})

    async def _send(self, channel: int | str, body: Json) -> SeenMessage:
        return SeenMessage(await self.call("POST", self._channel(channel) + "/messages", body))

    async def start_thread(self, message: SeenMessage, name: str) -> int:
        """Open a thread under a message; gives its id."""
        body: Json = {"name": name, "message_id": str(message.id)}
        path = self._channel(message.channel_id) + "/threads"
        return int((await self.call("POST", path, body))["id"])

    async def download(self, file: SeenFile) -> bytes:
        """The bytes of a file that the person sees."""
        return await self.fetch(file.url)

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
        """The commands that the person is offered there.

        In Discord's form; commands, options and choices with `shown_name`, and the first two with
        `shown_description`, in the person's language.
        """
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
                "wait": f"{min(left, LONGEST_POLL_SECONDS):.3f}",
            }
            revision, messages = await self._read(channel, query)
        return messages


def _message_id(message: SeenMessage | int | str) -> str:
    return str(message.id if isinstance(message, SeenMessage) else message)


def upload(filename: str, data: bytes) -> Json:
    """A file as a command's option or a modal's field takes it."""
    return {"filename": filename, "content_base64": base64.b64encode(data).decode()}
