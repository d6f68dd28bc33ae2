"""The papers that a message is about: in its text, embeds, components and what it forwards."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, cast

import discord

from bot.text.ids import ArxivId, find_papers

_OWN_ID = re.compile(r"pb1:(?:abs|tr|rel|bm|au|trp|unbm|open|trv):(?P<ref>[0-9A-Za-z./-]+)")


def papers_of(message: discord.Message) -> list[ArxivId]:
    """The papers of a message, each once, in the order in which they come.

    A card of the bot is about its own paper, whatever its text mentions; a list of the bot about
    those that it opens.
    """
    snapshots: Sequence[discord.MessageSnapshot] = message.message_snapshots
    parts = [message, *snapshots]
    own = [
        found["ref"]
        for part in parts
        for custom_id in _custom_ids(part.components)
        if (found := _OWN_ID.match(custom_id))
    ]
    if own:
        return find_papers("\n".join(own))
    return find_papers("\n".join(text for part in parts for text in _texts(part)))


def _texts(part: discord.Message | discord.MessageSnapshot) -> Iterator[str]:
    yield part.content
    for embed in part.embeds:
        yield from _strings(embed.to_dict())
    yield from _component_texts(part.components)
    for attachment in part.attachments:
        yield attachment.filename


def _strings(value: Any) -> Iterator[str]:
    """All strings in a JSON value, in order."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _strings(list(cast("dict[str, Any]", value).values()))
    elif isinstance(value, list):
        for inner in cast("list[Any]", value):
            yield from _strings(inner)


def _component_texts(components: Iterable[Any]) -> Iterator[str]:
    for component in _walk(components):
        for name in ("content", "url", "label", "description"):
            text = getattr(component, name, None)
            if isinstance(text, str):
                yield text


def _custom_ids(components: Iterable[Any]) -> Iterator[str]:
    for component in _walk(components):
        custom_id = getattr(component, "custom_id", None)
        if isinstance(custom_id, str):
            yield custom_id


def _walk(components: Iterable[Any]) -> Iterator[Any]:
    """Components of any kind with all that they hold, from top to bottom."""
    for component in components:
        yield component
        for holding in ("children", "components", "items"):
            yield from _walk(getattr(component, holding, None) or ())
        accessory = getattr(component, "accessory", None)
        if accessory is not None:
            yield from _walk([accessory])
