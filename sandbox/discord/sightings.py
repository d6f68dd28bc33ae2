"""What a person's actions lead to and what they see, as the control interface tells it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

Json = dict[str, Any]


def _walk(components: list[Json]) -> Iterator[Json]:
    for component in components:
        yield component
        yield from _walk(component.get("components", []))
        if "accessory" in component:
            yield from _walk([component["accessory"]])


@dataclass(frozen=True, slots=True)
class SeenFile:
    """A file of a message; `Person.download` gives its bytes."""

    raw: Json

    @property
    def name(self) -> str:
        """The file's name."""
        return self.raw["filename"]

    @property
    def size(self) -> int:
        """Its length in bytes."""
        return self.raw["size"]

    @property
    def url(self) -> str:
        """Where it can be downloaded."""
        return self.raw["url"]

    @property
    def content_type(self) -> str | None:
        """Its media type."""
        return self.raw.get("content_type")


@dataclass(frozen=True, slots=True)
class SeenMessage:
    """A message as a person sees it; `raw` is Discord's message payload and a little more."""

    raw: Json

    @property
    def id(self) -> int:
        """The message's id."""
        return int(self.raw["id"])

    @property
    def channel_id(self) -> int:
        """The id of its channel."""
        return int(self.raw["channel_id"])

    @property
    def author_id(self) -> int:
        """The id of its author."""
        return int(self.raw["author"]["id"])

    @property
    def text(self) -> str:
        """All text of content, embeds and text displays."""
        return self.raw["text"]

    @property
    def ephemeral(self) -> bool:
        """Whether only this person sees it."""
        return self.raw["ephemeral"]

    @property
    def loading(self) -> bool:
        """Whether it only says that the bot is thinking."""
        return self.raw["loading"]

    @property
    def components(self) -> list[Json]:
        """Its components, top level."""
        return self.raw["components"]

    @property
    def every_component(self) -> list[Json]:
        """Its components of all levels, parents before their children."""
        return list(_walk(self.components))

    @property
    def custom_ids(self) -> list[str]:
        """The ids of everything in it that can be used."""
        return [c["custom_id"] for c in self.every_component if c.get("custom_id")]

    @property
    def buttons(self) -> list[str]:
        """The labels (or emojis) of its buttons."""
        buttons = [c for c in self.every_component if c["type"] == 2]
        return [
            b.get("label") or cast("Json", b.get("emoji") or {}).get("name", "") for b in buttons
        ]

    @property
    def reactions(self) -> dict[str, int]:
        """How often each emoji was given."""
        return {r["emoji"]["name"]: r["count"] for r in self.raw.get("reactions", [])}

    @property
    def files(self) -> list[SeenFile]:
        """The files that came with it."""
        return [SeenFile(attachment) for attachment in self.raw["attachments"]]

    @property
    def reply_to(self) -> int | None:
        """The id of the message that it replies to."""
        reference: Json = self.raw.get("message_reference") or {}
        return int(reference["message_id"]) if self.raw["type"] == 19 else None

    @property
    def thread_id(self) -> int | None:
        """The id of the thread under it."""
        thread = self.raw.get("thread")
        return None if thread is None else int(thread["id"])


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of running a command, pressing, choosing or submitting.

    `raw` is the control interface's answer. `progress` is one of pending, thinking (deferred),
    acknowledged (deferred update), answered, updated, suggested, modal, failed.
    """

    raw: Json

    @property
    def id(self) -> int:
        """The interaction's id."""
        return int(self.raw["id"])

    @property
    def name(self) -> str:
        """What was used."""
        return self.raw["name"]

    @property
    def progress(self) -> str:
        """How far it has come."""
        return self.raw["progress"]

    @property
    def answered_after(self) -> float | None:
        """Seconds of real time until the first answer; None if there was none."""
        return self.raw["answered_after"]

    @property
    def settled(self) -> bool:
        """Whether the person waits for nothing more."""
        return self.raw["settled"]

    @property
    def revision(self) -> int:
        """For waiting for the next change."""
        return self.raw["revision"]

    @property
    def error(self) -> str | None:
        """What Discord's client says where the bot did not answer in time."""
        return self.raw["error"]

    @property
    def message(self) -> SeenMessage | None:
        """The answer: a new message, or the changed one that the component is part of."""
        return None if self.raw["message"] is None else SeenMessage(self.raw["message"])

    @property
    def followups(self) -> list[SeenMessage]:
        """Further messages."""
        return [SeenMessage(message) for message in self.raw["followups"]]

    @property
    def text(self) -> str:
        """All text of the answer and its followups."""
        answers = ([self.message] if self.message else []) + self.followups
        return "\n".join(answer.text for answer in answers)

    @property
    def components(self) -> list[Json]:
        """The answer's components."""
        return [] if self.message is None else self.message.components

    @property
    def ephemeral(self) -> bool:
        """Whether only this person sees the answer."""
        return self.message is not None and self.message.ephemeral

    @property
    def choices(self) -> list[Json]:
        """What autocomplete suggested."""
        return self.raw["choices"] or []

    @property
    def modal(self) -> Json | None:
        """The modal that was opened."""
        return self.raw["modal"]
