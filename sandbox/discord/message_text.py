"""All that can be read in a message, as one text."""

from collections.abc import Iterator
from typing import Any

from sandbox.discord.validate_components import TEXT_DISPLAY, walk

Json = dict[str, Any]


def message_text(payload: Json) -> str:
    """Content, embeds and text displays of a message's payload, one below the other.

    Those of a message that it forwards come behind.
    """
    parts = [payload["content"]]
    for embed in payload["embeds"]:
        parts += _embed_parts(embed)
    parts += [c["content"] for c in walk(payload["components"]) if c["type"] == TEXT_DISPLAY]
    parts += [message_text(forward["message"]) for forward in payload.get("message_snapshots", ())]
    return "\n".join(part for part in parts if part)


def _embed_parts(embed: Json) -> Iterator[str]:
    yield embed.get("author", {}).get("name", "")
    yield embed.get("title") or ""
    yield embed.get("description") or ""
    for field in embed.get("fields", []):
        yield field["name"]
        yield field["value"]
    yield embed.get("footer", {}).get("text", "")
